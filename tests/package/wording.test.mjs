// The words of what the core says to people: errors, findings and the remarks in commands. Each is a string of src.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** The sources of the core and of its YAML reader: [file, text]. */
const sources = () =>
  ["src/", "yaml/src/"].flatMap((folder) => {
    const at = new URL(`../../${folder}`, import.meta.url);
    const files = readdirSync(at, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs") && !/tests\.rs$|growth|bombs/.test(file));
    return files.map((file) => [folder + file, readFileSync(new URL(file, at), "utf8")]);
  });

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

/** Rust code without its tests and comments. @param {string} text */
const code = (text) => text.replace(/#\[cfg\(test\)\][\s\S]*$/, "").replace(/^\s*\/\/.*$/gm, "");

/** The string literals of Rust code outside of its tests and comments. */
function literals(text) {
  return [...code(text).matchAll(/(?<!')"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, literal]) => literal);
}

/** The literal that a finding or an error is made with, directly or by one of the functions that make one of a sentence alone. */
const MESSAGE =
  /(?:\bFinding::(?:error|warning|notice)\(\s*FindingCode::\w+,|\b(?:error|warning|notice)\(\s*spot,\s*(?:\w+|"[^"]*"),\s*(?:FindingCode::)?\w+,|\bError::new\(\s*Code::\w+,|\b(?:wrong_option|invalid|inconsistent)\()\s*(?:&?format!\(\s*)?"((?:[^"\\]|\\[\s\S])*)"/g;
/** What begins a sentence in lower case: names of programs and of an API group. */
const LOWER_CASE = /^(?:kubeadm|kubectl|certificates\.k8s\.io\/v1beta1) /;

/** Messages that are not sentences: no capital at the beginning, or no full stop (or the end of another sentence) at the end. */
function fragments(text) {
  const messages = [...code(text).matchAll(MESSAGE)].map(([, message]) => message);
  return messages.filter((message) => (/^[a-z]/.test(message) && !LOWER_CASE.test(message)) || !/[.}]$/.test(message));
}

function offences(text) {
  return literals(text).flatMap((literal) => AVOIDED.filter(([word]) => word.test(literal)).map(([, instead]) => `${JSON.stringify(literal)}: ${instead}`));
}

test("errors and findings use the terms of the field", () => {
  const texts = sources();
  assert.ok(texts.length > 100, "the control: the sources are found");
  const found = texts.flatMap(([file, text]) => offences(text).map((offence) => `${file}: ${offence}`));
  assert.deepEqual(found, []);
});

test("the message of a finding or an error is a sentence", () => {
  const texts = sources();
  const messages = texts.flatMap(([, text]) => [...code(text).matchAll(MESSAGE)]);
  assert.ok(messages.length > 300, `the control: messages are found (${messages.length})`);
  assert.deepEqual(
    texts.flatMap(([file, text]) => fragments(text).map((message) => `${file}: ${message}`)),
    [],
  );
  assert.deepEqual(fragments('Error::new(Code::A, "the key is damaged")').length, 1, "the control: a fragment");
  assert.deepEqual(fragments('self.error(\n spot,\n KEY,\n FindingCode::A,\n "is damaged.",\n)').length, 1, "the control: a fragment");
  assert.deepEqual(fragments('Finding::notice(FindingCode::A, "kubectl ignores it.")'), [], "the control: a name in lower case");
});

test("the control: what is to be avoided is found", () => {
  assert.equal(offences('const A: &str = "the key stands twice";\n// "whoever"\n').length, 1);
  assert.equal(offences('fn a() { b("this is no token") }').length, 1);
  assert.equal(offences('fn a() { b("There is no certificate in this text.") }').length, 0);
});
