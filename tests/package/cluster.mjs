// A real control plane for tests of tokens: with flags of its own, and ways to use a credential alone: kubectl and curl.
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./common.mjs";
import { fetchWith } from "./live.mjs";

const tests = join(root, "tests");
const run = promisify(execFile);
const kubectlPath = join(execFileSync(join(tests, "..", "scripts", "env.sh"), ["printenv", "KUBECRED_BIN"], { encoding: "utf8" }).trim(), "kubectl");

/** What a program answered. @param {string} program @param {string[]} args @param {string} [input] */
export async function program(program, args, input) {
  const child = run(program, args, { env: { PATH: process.env.PATH, HOME: "/nonexistent" }, timeout: 60_000 });
  child.child.stdin.end(input);
  return child.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => {
      if (typeof error.code !== "number") throw error;
      return { code: error.code, stdout: error.stdout, stderr: error.stderr };
    },
  );
}

/** Starts it. `apiserver`: more flags for kube-apiserver. @param {{ apiserver?: string }} [options] */
export async function startCluster({ apiserver = "" } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-node-"));
  execFileSync(join(tests, "cluster", "start.sh"), [dir], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, APISERVER_FLAGS: apiserver } });
  const server = /SERVER=(.*)/.exec(readFileSync(join(dir, "env"), "utf8"))[1];
  const admin = join(dir, "admin.kubeconfig");
  const ca = readFileSync(join(dir, "ca.crt"), "utf8");
  const { fetch, close } = fetchWith(ca);
  const proxies = [];
  let files = 0;
  const cluster = {
    dir,
    server,
    admin,
    ca,
    adminToken: /token: (\S+)/.exec(readFileSync(admin, "utf8"))[1],
    /** kubectl with one kubeconfig, the administrator's by default; fails where kubectl does. */
    async kubectl(args, { kubeconfig = admin, input } = {}) {
      const answer = await program(kubectlPath, ["--kubeconfig", kubeconfig, ...args], input);
      if (answer.code !== 0) throw Object.assign(new Error(answer.stderr), answer);
      return answer.stdout;
    },
    try: (args, { kubeconfig = admin, input } = {}) => program(kubectlPath, ["--kubeconfig", kubeconfig, ...args], input),
    apply: (objects) => cluster.kubectl(["apply", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) }),
    /** A kubeconfig with a token and nothing else, as kubectl config writes it. */
    async tokenKubeconfig(token) {
      const file = join(dir, `token-${++files}.kubeconfig`);
      const config = (...args) => program(kubectlPath, ["config", "--kubeconfig", file, ...args]);
      await config("set-cluster", "c", `--server=${server}`, `--certificate-authority=${join(dir, "ca.crt")}`, "--embed-certs");
      await config("set-credentials", "u", `--token=${token}`);
      await config("set-context", "x", "--cluster=c", "--user=u");
      await config("use-context", "x");
      return file;
    },
    /** curl with a token from a file: GET of a path, the status and the body. */
    async curl(token, path, method = "GET", body = undefined) {
      const file = join(dir, `curl-${++files}`);
      writeFileSync(file, `Authorization: Bearer ${token}\nContent-Type: application/json\n`, { mode: 0o600 });
      const data = body === undefined ? [] : ["--data", JSON.stringify(body)];
      const { stdout } = await program("curl", [
        "-s",
        "-X",
        method,
        ...data,
        "--cacert",
        join(dir, "ca.crt"),
        "-H",
        `@${file}`,
        "-w",
        "\n%{http_code}",
        `${server}${path}`,
      ]);
      const end = stdout.lastIndexOf("\n");
      return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
    },
    /** kubectl proxy in front, without the page: its origin. */
    async proxy(kubeconfig = admin) {
      const child = spawn(kubectlPath, ["proxy", "--port=0", "--kubeconfig", kubeconfig], { stdio: ["ignore", "pipe", "inherit"] });
      proxies.push(child);
      for await (const data of child.stdout) {
        const [, port] = /127\.0\.0\.1:(\d+)/.exec(String(data)) ?? [];
        if (port) return `http://127.0.0.1:${port}`;
      }
      throw new Error("kubectl proxy ended");
    },
    fetch,
    stop() {
      close();
      for (const child of proxies) child.kill();
      execFileSync(join(tests, "cluster", "stop.sh"), [dir], { stdio: "ignore" });
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return cluster;
}
