// @ts-check
/* What a command prints. */
import { plain } from "../plain.mjs";
import { Stop } from "./arguments.mjs";

/** @typedef {import("./refusals.mjs").AnyFinding} Finding */

/** As a person names it. @param {string} file */
export const nameOf = (file) => (file === "-" ? "standard input" : file);

/** JSON in which no character acts on a terminal; line breaks are those of the layout. @param {unknown} value */
export const json = (value) =>
  `${JSON.stringify(value, null, 2).replace(/[^\P{Cc}\n]|\p{Cf}|[\u2028\u2029]/gu, (character) =>
    [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  )}\n`;

/** A finding on one line, as compilers print theirs: editors and CI find the place. @param {string} file @param {Finding} finding */
export function findingLine(file, { level, code, message, path, line, column }) {
  const place = [nameOf(file), ...(line === undefined ? [] : [line, ...(column === undefined ? [] : [column])])].join(":");
  return `${plain(`${place}: ${level}: ${message} [${code}${path ? `, ${path}` : ""}]`)}\n`;
}

/** @param {Finding[]} findings */
export function counts(findings) {
  const count = (/** @type {Finding["level"]} */ level) => findings.filter((finding) => finding.level === level).length;
  return { errors: count("error"), warnings: count("warning"), notices: count("notice") };
}

/** A reader that went away, such as `head`: not a failure. On Windows it is EOF. */
const isGone = (/** @type {NodeJS.ErrnoException} */ error) => error.code === "EPIPE" || error.code === "EOF";

/** Writes all of it, or stops where nobody reads any more. @param {NodeJS.WriteStream} stream @param {string | Uint8Array} data */
export function write(stream, data) {
  if (data.length === 0) return Promise.resolve();
  return /** @type {Promise<void>} */ (
    new Promise((done, fail) => {
      stream.once("error", () => {}); // the callback has it, too
      stream.write(data, (error) => {
        if (error && !isGone(error)) fail(new Stop(`The output cannot be written (${/** @type {NodeJS.ErrnoException} */ (error).code}).`));
        else done();
      });
    })
  );
}

/** @param {string} line */
export const complain = (line) => write(process.stderr, `kubecred: ${plain(line)}\n`);
