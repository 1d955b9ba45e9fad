// make demo, without its build, as the tests start it: with nothing of this machine's settings, and no browser of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { until } from "./until.mjs";
import { tests } from "./place.mjs";

/** No cluster, no port and no screen of the person who runs the tests. */
const NEUTRAL = { KUBECONFIG: "", OFFLINE: "", PORT: "", SSH_CONNECTION: "", DISPLAY: "", WAYLAND_DISPLAY: "" };

/** { child, output, ended: { code }, said(pattern), end() }; `folder`: where it makes its temporary files. */
export function startDemo(folder, env = {}) {
  const child = spawn("bash", [join(tests, "..", "scripts", "demo.sh")], {
    env: { ...process.env, ...NEUTRAL, TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const demo = {
    child,
    output: "",
    ended: undefined,
    /** The first group of the pattern in what it printed, once that is there. */
    said: (pattern) => until(() => pattern.exec(demo.output)?.[1] ?? (demo.ended && assert.fail(demo.output)), String(pattern), Infinity), // Kubernetes may be compiled first
    async end(signal = "SIGINT") {
      if (!demo.ended) child.kill(signal);
      await until(() => demo.ended, "the end of the demo");
    },
  };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      demo.output += data;
    });
  child.on("close", (code) => {
    demo.ended = { code };
  });
  return demo;
}
