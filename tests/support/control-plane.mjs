// A real control plane for the tests, kubectl proxy in its narrow form in front of it, and kubectl itself.
import { execFile, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { dist, kubectlPath, tests } from "./place.mjs";

const run = promisify(execFile);

/**
 * The one that tests/page/run.sh started, or one of its own; with flags (APISERVER_FLAGS, CONTROLLER_FLAGS) always one of its own.
 * { dir, admin (kubeconfig path), kubectl(args, options), as(name, user), proxy(port, kubeconfig), end(program), stop() }
 */
export async function startControlPlane(flags) {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-browser-"));
  const shared = flags ? undefined : process.env.KUBECRED_PLANE;
  if (shared) for (const file of ["admin.kubeconfig", "ca.crt"]) copyFileSync(join(shared, file), join(dir, file));
  else execFileSync(join(tests, "cluster", "start.sh"), [dir], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...flags } });
  const admin = join(dir, "admin.kubeconfig");
  const proxies = [];
  return {
    dir,
    admin,
    kubectl: (args, options = {}) => kubectl(admin, args, options),
    /** A kubeconfig for the same cluster with another credential: `user` is what stands in it. */
    as(name, user) {
      const config = JSON.parse(
        execFileSync(kubectlPath(), ["--kubeconfig", admin, "config", "view", "--raw", "--minify", "-o", "json"], { encoding: "utf8" }),
      );
      config.users[0].user = user;
      const path = join(dir, `${name}.kubeconfig`);
      writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
      return path;
    },
    /** `allow`: what more than the narrow form lets through; see proxy.sh. */
    async proxy(port = 0, kubeconfig = admin, allow = "") {
      const started = await startProxy(kubeconfig, port, allow);
      proxies.push(started);
      return started;
    },
    /** Ends one of the programs of a control plane of one's own, SIGKILL: as a crash would; gives back how to start it again, in the same way. */
    async end(program, signal = "SIGTERM") {
      const list = join(dir, "pids");
      const entry = readFileSync(list, "utf8")
        .split("\n")
        .find((line) => line.endsWith(` ${program}`));
      const [pid] = entry.split(" ");
      const command = execFileSync("ps", ["-ww", "-o", "args=", "-p", pid], { encoding: "utf8" }).trim().split(/\s+/);
      process.kill(Number(pid), signal);
      while (isRunning(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 50));
      return () => {
        const child = spawn(command[0], command.slice(1), { stdio: "ignore", detached: true });
        child.unref();
        writeFileSync(list, readFileSync(list, "utf8").replace(entry, `${child.pid} ${program}`)); // for stop.sh
      };
    },
    stop() {
      for (const proxy of proxies) proxy.stop();
      if (!shared) execFileSync(join(tests, "cluster", "stop.sh"), [dir], { stdio: "ignore" });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs kubectl with one kubeconfig and nothing else of this machine's settings. */
export async function kubectl(kubeconfig, args, { input } = {}) {
  const child = run(kubectlPath(), ["--kubeconfig", kubeconfig, ...args], { env: { PATH: process.env.PATH, HOME: "/nonexistent" }, timeout: 60_000 });
  if (input !== undefined) child.child.stdin.end(input);
  try {
    const { stdout, stderr } = await child;
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (typeof error.code !== "number") throw error;
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

// Port 0: kubectl proxy takes a free one and prints it.
function startProxy(kubeconfig, port, allow) {
  const child = spawn("bash", [join(tests, "cluster", "proxy.sh"), dist, String(port), "--kubeconfig", kubeconfig], {
    env: { ...process.env, PROXY: allow },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`kubectl proxy ended with ${code}`)));
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const [, found] = /127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (!found) return;
      child.removeAllListeners("exit");
      resolve({ origin: `http://127.0.0.1:${found}`, page: `http://127.0.0.1:${found}/kubecred/`, stop: () => child.kill() });
    });
  });
}
