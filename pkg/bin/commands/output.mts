/* What a command prints. */
import { plain } from "../plain.mjs";
import { Stop } from "./arguments.mjs";
import type { AnyFinding } from "./refusals.mjs";

type Finding = AnyFinding;

/** As a person names it. */
export const nameOf = (file: string) => (file === "-" ? "standard input" : file);

/** JSON in which no character acts on a terminal; line breaks are those of the layout. */
export const json = (value: unknown) =>
  `${JSON.stringify(value, null, 2).replace(/[^\P{Cc}\n]|\p{Cf}|[\u2028\u2029]/gu, (character) =>
    [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  )}\n`;

/** A finding on one line, as compilers print theirs: editors and CI find the place. */
export function findingLine(file: string, { level, code, message, path, line, column }: Finding) {
  const place = [nameOf(file), ...(line === undefined ? [] : [line, ...(column === undefined ? [] : [column])])].join(":");
  return `${plain(`${place}: ${level}: ${message} [${code}${path ? `, ${path}` : ""}]`)}\n`;
}

export function counts(findings: Finding[]) {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  return { errors: count("error"), warnings: count("warning"), notices: count("notice") };
}

/** A reader that went away, such as `head`: not a failure. On Windows it is EOF. */
const isGone = (error: NodeJS.ErrnoException) => error.code === "EPIPE" || error.code === "EOF";

/** Writes all of it, or stops where nobody reads any more. */
export function write(stream: NodeJS.WriteStream, data: string | Uint8Array) {
  if (data.length === 0) return Promise.resolve();
  return new Promise((done, fail) => {
    stream.once("error", () => {}); // the callback has it, too
    stream.write(data, (error) => {
      if (error && !isGone(error)) fail(new Stop(`The output cannot be written (${(error as NodeJS.ErrnoException).code}).`));
      else done();
    });
  }) as Promise<void>;
}

export const complain = (line: string) => write(process.stderr, `kubecred: ${plain(line)}\n`);
