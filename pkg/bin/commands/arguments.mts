/* The arguments of a command, and how it stops. */
import { parseArgs } from "node:util";
import type { Kubecred } from "../../types.js";
import type { ParseArgsConfig } from "node:util";

/** Exit codes, the same for each command. */
export const DONE = 0;
/** Findings of level error, or an input that was read and refused. */
export const REFUSED = 1;
/** Misuse, or a file that cannot be read or written. */
export const FAILED = 2;

/** Ends a command with a message. */
export class Stop extends Error {
  declare readonly code: number;

  constructor(message: string, code: number = FAILED) {
    super(message);
    this.code = code;
  }
}

export type Given = { values: Record<string, string | boolean | undefined>; files: string[] };
/** What goes to stdout, and lines for stderr. */
export type Result = { code: number; output?: string | Uint8Array; notes?: string[] };
export interface Command {
  name: string;
  help: string;
  options: ParseArgsConfig["options"];
  /** The values that an option takes, the default first. */
  choices?: Record<string, string[]>;
  run: (kubecred: Kubecred, given: Given) => Promise<Result>;
}

const list = (values: string[]) => `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;

export function readArguments({ name, options, choices = {} }: Command, args: string[]): Given {
  let values: object;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...options, help: { type: "boolean", short: "h" } } }));
  } catch (error) {
    // Node names the option, never its value.
    throw new Stop(`${(error as Error).message.split(". ")[0]}. See kubecred ${name} --help.`);
  }
  const chosen = { ...values } as Given["values"];
  for (const [option, allowed] of Object.entries(choices)) {
    chosen[option] ??= allowed[0];
    if (!allowed.includes(String(chosen[option]))) throw new Stop(`--${option} must be ${list(allowed)}.`);
  }
  if (positionals.filter((file) => file === "-").length > 1) throw new Stop("The standard input can be read only once: give - once.");
  if (positionals.includes("")) throw new Stop("The name of a file is empty.");
  return { values: chosen, files: positionals };
}

/** The one file of a command that reads one. */
export function oneFile({ files }: Given, name: string) {
  if (files.length > 1) throw new Stop(`kubecred ${name} reads one file. See kubecred ${name} --help.`);
  return inputs(files)[0] ?? "-";
}

/** The files to read: the standard input where none is named and something may be there. */
export function inputs(files: string[]) {
  if (files.length > 0) return files;
  if (process.stdin.isTTY) throw new Stop("Name a file, or - for the standard input.");
  return ["-"];
}
