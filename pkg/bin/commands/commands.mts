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
import type { Command, Result } from "./arguments.mjs";

const COMMANDS: Record<string, Command> = { lint, csr, merge, redact };

/** The types are those that are published. */
const openSession = open as unknown as typeof import("../../types.js").open;

async function run(command: Command, args: string[]): Promise<Result> {
  const given = readArguments(command, args);
  if (given.values.help) return { code: 0, output: command.help };
  const kubecred = await openSession({ worker: false });
  try {
    return await command.run(kubecred, given);
  } finally {
    kubecred.close();
  }
}

async function failed(error: unknown) {
  process.exitCode = error instanceof Stop ? error.code : FAILED;
  if (error instanceof Stop || isKubecredError(error)) return complain((error as Error).message);
  // A defect of ours. The message of a foreign error may quote what was read, so only its place is shown.
  const { name, stack = "" } = error as Error;
  return write(
    process.stderr,
    `kubecred: internal error (${name})\n${stack
      .split("\n")
      .filter((line) => /^ +at /.test(line))
      .join("\n")}\n`,
  );
}

/** @param name one of COMMANDS */
export async function runCommand(name: string, args: string[]) {
  onEnding((signal) => process.exit(128 + (constants.signals[signal as NodeJS.Signals] ?? 0)));
  try {
    const { code, output = "", notes = [] } = await run(COMMANDS[name] as Command, args);
    process.exitCode = code;
    for (const note of notes) await complain(note);
    await write(process.stdout, output);
  } catch (error) {
    await failed(error);
  }
}
