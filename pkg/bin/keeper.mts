/*
 * Runs between kubecred and kubectl, and ends kubectl when kubecred is gone: its standard input is a pipe whose other end only kubecred has, and
 * the system closes it however kubecred ends (a signal, a crash, the window of the terminal, TerminateProcess on Windows).
 *
 *   keeper.mts KUBECTL ARGUMENT …        standard output: "pid N", then kubectl's own
 */
import { spawn } from "node:child_process";
import { onEnding } from "./signals.mjs";

const [program = "", ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], windowsHide: true });
let ending = false;

/** Asks, and two seconds later no longer asks. */
function end() {
  if (ending) return;
  ending = true;
  child.kill();
  setTimeout(() => child.kill("SIGKILL"), 2000).unref();
}

child.on("error", () => process.exit(127));
child.on("exit", (code) => process.exit(code ?? 1));
if (child.pid !== undefined) process.stdout.write(`pid ${child.pid}\n`);
process.stdout.on("error", end); // its reader is gone
process.stdin.on("error", end).on("close", end).on("end", end).resume();
onEnding(end);
