/*
 * THIRD-PARTY.txt: the notices of everything that is in the package and the page and was written by others.
 *   node scripts/third-party.mjs            compares the file with what it must be
 *   node scripts/third-party.mjs --write    writes it; after a change of Cargo.lock or of scripts/notices
 * Crates: those that cargo links into the wasm module (scripts/crates.mjs), each with the licence files that it brings.
 * scripts/notices: what is translated or made from others' work, and Rust's standard library; the first line of each file names
 * it, the second says what of it is here. npm packages: none is linked in (scripts/layers-js.mjs refuses their imports); TypeDoc's styles are in dist/docs.
 */
import { readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { linked } from "./crates.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const RULE = "-".repeat(120);

/** The notices that a crate brings: its MIT licence where it gives the choice, else all of its licence files. @param {string} folder */
function noticesOf(folder) {
  const files = readdirSync(folder).sort();
  const chosen = files.filter((file) => /^licen[cs]e-mit(\.|$)/i.test(file)).slice(0, 1);
  const licences = chosen.length > 0 ? chosen : files.filter((file) => /^(licen[cs]e|copying|unlicense)/i.test(file));
  const others = files.filter((file) => /^(notice|copyright|licen[cs]e-unicode)(\.|$)/i.test(file));
  return [...licences, ...others].map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
}

/** What THIRD-PARTY.txt must be. */
export function thirdParty() {
  /** The crates of each text, so that a text of many is there once. @type {Map<string, string[]>} */
  const groups = new Map();
  for (const { name, version, license, folder } of linked().crates) {
    const notices = noticesOf(folder);
    if (notices.length === 0) throw new Error(`the crate ${name} ${version} brings no licence file: put its notice into scripts/notices`);
    const text = notices.join("\n\n");
    groups.set(text, [...(groups.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const notices = readdirSync(join(root, "scripts", "notices")).sort();
  const parts = [
    "Notices of the software and data that are part of kubecred and were written by others.",
    "Written by scripts/third-party.mjs. kubecred itself: MIT OR Apache-2.0, see LICENSE-MIT and LICENSE-APACHE.",
    "Crates with a choice of licences are used under the MIT licence. The Apache License 2.0 is the text of LICENSE-APACHE.",
    ...notices.flatMap((file) => ["", RULE, readFileSync(join(root, "scripts", "notices", file), "utf8").trim()]),
    ...[...groups].flatMap(([text, names]) => ["", RULE, ...names, "", text]),
  ];
  return `${parts.join("\n")}\n`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = join(root, "THIRD-PARTY.txt");
  const text = thirdParty();
  if (process.argv.includes("--write")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error("third-party: THIRD-PARTY.txt is out of date: run node scripts/third-party.mjs --write");
    process.exit(1);
  }
}
