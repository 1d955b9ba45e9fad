// @ts-check
/* The commands of kubecred: they read and write files, and make no request. `kubecred` without one starts the page. */
import { constants } from "node:os";
import { isKubecredError, open } from "../../node.js";
import { onEnding } from "../signals.mjs";
import { FAILED, Stop, readArguments } from "./arguments.mjs";
import { command as csr } from "./csr.mjs";
import { command as lint } from "./lint.mjs";
import { command as merge } from "./merge.mjs";
import { complain, write } from "./output.mjs";
import { command as redact } from "./redact.mjs";

/** @type {Record<string, import("./arguments.mjs").Command>} */
const COMMANDS = { lint, csr, merge, redact };

/** The types are those that are published. */
const openSession = /** @type {typeof import("../../types.js").open} */ (/** @type {unknown} */ (open));

/** @param {import("./arguments.mjs").Command} command @param {string[]} args @returns {Promise<import("./arguments.mjs").Result>} */
async function run(command, args) {
  const given = readArguments(command, args);
  if (given.values.help) return { code: 0, output: command.help };
  const kubecred = await openSession({ worker: false });
  try {
    return await command.run(kubecred, given);
  } finally {
    kubecred.close();
  }
}

/** @param {unknown} error */
async function failed(error) {
  process.exitCode = error instanceof Stop ? error.code : FAILED;
  if (error instanceof Stop || isKubecredError(error)) return complain(/** @type {Error} */ (error).message);
  // A defect of ours. The message of a foreign error may quote what was read, so only its place is shown.
  const { name, stack = "" } = /** @type {Error} */ (error);
  return write(
    process.stderr,
    `kubecred: internal error (${name})\n${stack
      .split("\n")
      .filter((line) => /^ +at /.test(line))
      .join("\n")}\n`,
  );
}

/** @param {string} name one of COMMANDS @param {string[]} args */
export async function runCommand(name, args) {
  onEnding((signal) => process.exit(128 + (constants.signals[/** @type {NodeJS.Signals} */ (signal)] ?? 0)));
  try {
    const { code, output = "", notes = [] } = await run(/** @type {import("./arguments.mjs").Command} */ (COMMANDS[name]), args);
    process.exitCode = code;
    for (const note of notes) await complain(note);
    await write(process.stdout, output);
  } catch (error) {
    await failed(error);
  }
}
