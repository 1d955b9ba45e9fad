/*
 * kubectl proxy as a child that nobody else can use, started again when it ends.
 *
 * On Linux and macOS it listens on a Unix socket in a folder of mode 0700: no browser and no other user reaches that. Windows has no such
 * socket for Node; there it listens on a free loopback port and answers only to a random Host name. Any other user of a Linux machine
 * could read that name in the list of processes, which is why the socket is preferred; on Windows the command line is visible to the same
 * user and to administrators alone.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PARTS, proxyOptions } from "./policy.mjs";
import type { ChildProcess } from "node:child_process";
import type { Upstream } from "./server.mjs";

const KEEPER = join(dirname(fileURLToPath(import.meta.url)), "keeper.mjs");
/** sockaddr_un has 104 bytes on macOS, 108 on Linux. */
const LONGEST_SOCKET = 100;
const FIRST_PAUSE = 500;
const LAST_PAUSE = 15_000;

/** The arguments of kubectl. */
export function proxyArguments({ name, socket, options }: { name: string; socket?: string; options: string[] }) {
  const { acceptPaths, rejectMethods } = proxyOptions(PARTS);
  return [
    "proxy",
    ...options,
    ...(socket === undefined ? ["--address=127.0.0.1", "--port=0"] : [`--unix-socket=${socket}`]),
    `--accept-hosts=^${name}$`,
    `--accept-paths=${acceptPaths}`,
    `--reject-methods=${rejectMethods}`,
  ];
}

export function startProxy({
  kubectl,
  options,
  folder,
  onChange = () => {},
  socket = process.platform !== "win32",
}: {
  kubectl: string;
  /** What chooses kubeconfig and context. */
  options: string[];
  /** A private folder for the socket. */
  folder: string;
  onChange?: (state: "ready" | "ended") => void;
  /** False: by port, as on Windows. */
  socket?: boolean;
}) {
  let pause = FIRST_PAUSE;
  let stopped = false;
  let upstream: Upstream | undefined;
  let keeper: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  let pid = 0;

  function start() {
    const name = `kubecred-${randomBytes(16).toString("hex")}.invalid`;
    const path = join(folder, "proxy.sock");
    const bySocket = socket && Buffer.byteLength(path) <= LONGEST_SOCKET;
    const args = proxyArguments({ name: name.replace(/\./g, "\\."), socket: bySocket ? path : undefined, options });
    // A group of its own: Ctrl-C in the terminal reaches kubecred alone, which then ends everything in order. kubectl's messages go to the
    // terminal of the person and to nothing else: they are for their eyes, and can contain what no log should.
    const child = spawn(process.execPath, [KEEPER, kubectl, ...args], {
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["pipe", "pipe", process.stderr.isTTY ? "inherit" : "ignore"],
    });
    keeper = child;
    let said = "";
    child.stdout?.on("data", (data) => {
      if (upstream) return;
      said = (said + data).slice(-4096);
      pid = Number(/^pid (\d+)$/m.exec(said)?.[1] ?? pid);
      const [, port] = /Starting to serve on (?:127\.0\.0\.1:(\d+)|\/)/.exec(said) ?? [];
      if (!said.includes("Starting to serve on") || (!bySocket && port === undefined)) return;
      upstream = bySocket ? { socketPath: path, host: name } : { port: Number(port), host: name };
      pause = FIRST_PAUSE;
      onChange("ready");
    });
    child.stdin?.on("error", () => {});
    child.on("error", () => {});
    // A keeper that was ended by force leaves kubectl behind, which has the other end of its output: "close" comes only when that ends, too.
    child.on("exit", (_, signal) => {
      if (signal !== null) killAll();
    });
    child.on("close", () => {
      upstream = undefined;
      pid = 0;
      if (stopped) return;
      again = setTimeout(start, pause);
      pause = Math.min(pause * 2, LAST_PAUSE);
      onChange("ended");
    });
  }

  function killAll() {
    if (!pid) return;
    try {
      process.kill(pid);
    } catch {
      // It has ended already.
    }
  }

  start();
  return {
    get upstream() {
      return upstream;
    },
    /** Ends it, and waits for that; the keeper waits for two seconds at most. */
    stop(): Promise<void> {
      stopped = true;
      clearTimeout(again);
      const child = keeper;
      if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      return new Promise((done) => {
        child.once("close", () => done());
        child.stdin?.end();
      });
    },
  };
}
