// The words of what the core says to people: errors, findings and the remarks in commands. Each is a string of src.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const SRC = new URL("../../src/", import.meta.url);

/** Words that translate from another language, or riddle; beside each, the field's term. */
const AVOIDED = [
  [/\banew\b/i, "again"],
  [/\bmend(s|ed)?\b/i, "fix"],
  [/\bwhoever\b/i, "anyone who"],
  [/\bstands?\b/i, "is, appears"],
  [/\bpassed over\b|\bpasses over\b/i, "ignored"],
  [/\bbeside\b/i, "next to"],
  [/\bholds\b/i, "contains"],
  [/\b(is|are) none\b/i, "is not a"],
  [/\b(?<!there )(is|are) no (?!longer\b|more\b)/i, "is not a"],
  [/\btakes (it )?(out|off)\b/i, "removes"],
  [/\bthe wish\b/i, "request"],
  [/\bsmallest right\b/i, "minimum permission"],
  [/\btoo much to do\b/i, "throttling"],
  [/\bsays no\b/i, "denied"],
];

/** The string literals of Rust code outside of its tests and comments. */
function literals(text) {
  const code = text.replace(/#\[cfg\(test\)\][\s\S]*$/, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/(?<!')"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, literal]) => literal);
}

function offences(text) {
  return literals(text).flatMap((literal) => AVOIDED.filter(([word]) => word.test(literal)).map(([, instead]) => `${JSON.stringify(literal)}: ${instead}`));
}

test("errors and findings use the terms of the field", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs") && !/tests\.rs$|growth|bombs/.test(file));
  assert.ok(files.length > 100, "the control: the sources are found");
  const found = files.flatMap((file) => offences(readFileSync(new URL(file, SRC), "utf8")).map((offence) => `${file}: ${offence}`));
  assert.deepEqual(found, []);
});

test("the control: what is to be avoided is found", () => {
  assert.equal(offences('const A: &str = "the key stands twice";\n// "whoever"\n').length, 1);
  assert.equal(offences('fn a() { b("this is no token") }').length, 1);
  assert.equal(offences('fn a() { b("There is no certificate in this text.") }').length, 0);
});
