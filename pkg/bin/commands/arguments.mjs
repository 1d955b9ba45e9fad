// @ts-check
/* The arguments of a command, and how it stops. */
import { parseArgs } from "node:util";

/** Exit codes, the same for each command. */
export const DONE = 0;
/** Findings of level error, or an input that was read and refused. */
export const REFUSED = 1;
/** Misuse, or a file that cannot be read or written. */
export const FAILED = 2;

/** Ends a command with a message. */
export class Stop extends Error {
  /** @param {string} message @param {number} [code] */
  constructor(message, code = FAILED) {
    super(message);
    this.code = code;
  }
}

/**
 * @typedef {{ values: Record<string, string | boolean | undefined>, files: string[] }} Given
 * @typedef {{ code: number, output?: string | Uint8Array, notes?: string[] }} Result what goes to stdout, and lines for stderr
 *
 * @typedef {object} Command
 * @property {string} name
 * @property {string} help
 * @property {import("node:util").ParseArgsConfig["options"]} options
 * @property {Record<string, string[]>} [choices] the values that an option takes, the default first
 * @property {(kubecred: import("../../types.js").Kubecred, given: Given) => Promise<Result>} run
 */

/** @param {string[]} values */
const list = (values) => `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;

/** @param {Command} command @param {string[]} args @returns {Given} */
export function readArguments({ name, options, choices = {} }, args) {
  let values;
  let positionals;
  try {
    ({ values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...options, help: { type: "boolean", short: "h" } } }));
  } catch (error) {
    // Node names the option, never its value.
    throw new Stop(`${/** @type {Error} */ (error).message.split(". ")[0]}. See kubecred ${name} --help.`);
  }
  const chosen = /** @type {Given["values"]} */ ({ ...values });
  for (const [option, allowed] of Object.entries(choices)) {
    chosen[option] ??= allowed[0];
    if (!allowed.includes(String(chosen[option]))) throw new Stop(`--${option} must be ${list(allowed)}.`);
  }
  if (positionals.filter((file) => file === "-").length > 1) throw new Stop("The standard input can be read only once: give - once.");
  if (positionals.includes("")) throw new Stop("The name of a file is empty.");
  return { values: chosen, files: positionals };
}

/** The one file of a command that reads one. @param {Given} given @param {string} name */
export function oneFile({ files }, name) {
  if (files.length > 1) throw new Stop(`kubecred ${name} reads one file. See kubecred ${name} --help.`);
  return inputs(files)[0] ?? "-";
}

/** The files to read: the standard input where none is named and something may be there. @param {string[]} files */
export function inputs(files) {
  if (files.length > 0) return files;
  if (process.stdin.isTTY) throw new Stop("Name a file, or - for the standard input.");
  return ["-"];
}
