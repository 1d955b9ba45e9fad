// The words of the page, as the core's (tests/package/wording.test.mjs): the field's terms, in what a person reads.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const WWW = new URL("../../www/", import.meta.url);

/** Words that translate from another language, or riddle; next to each, the field's term. @type {[RegExp, string][]} */
const AVOIDED = [
  [/\banew\b/i, "again"],
  [/\bmended\b/i, "fix"],
  [/\bwhoever\b/i, "anyone who"],
  [/\bstands?\b/i, "is, appears"],
  [/\bpass(ed|es) over\b/i, "ignored"],
  [/\bbeside\b/i, "next to"],
  [/\bholds\b/i, "contains"],
  [/\bodd\b/i, "unusual"],
  [/\b(is|are) none\b/i, "is not a"],
  [/\b(?<!there )(is|are) no (?!longer\b|more\b)/i, "is not a"],
  [/\btakes? (it )?(out|off)\b/i, "remove"],
  [/\bwish\b/i, "request"],
  [/\bblanks?\b/i, "space"],
  [/\bas it is\b/i, "unchanged"],
  [/\btaken back\b/i, "revoked"],
  [/\bGo on\b/, "Continue"],
  [/\bhold\b/i, "contain"],
  [/\bmends?\b/i, "fix"],
  [/\btakes? (it |them )?(in|out|off)\b/i, "add, remove"],
  [/\bwho(so)?ever\b/i, "anyone who"],
  [/\bbesides\b/i, "also"],
  [/\b(ended|ends)\b/i, "expired, expires"],
  [/\basked for\b/i, "requested"],
  [/\bsomebody\b/i, "someone"],
  [/\blets? (nobody|you) in\b/i, "blocks"],
  [/\bread it$/i, "Check"],
  [/\blook again\b/i, "Refresh"],
  [/\bby hand\b/i, "manually, or what is done"],
  [/\bin vain\b/i, "without success"],
  [/\bhand it in\b/i, "submit"],
  [/^There (is|are) no\b/, "is missing, was not found, contains no"],
];

/** What a person reads in a script: string literals with a space in them, outside of comments and imports. @param {string} text */
const read = (text) =>
  [
    ...text
      .replace(/^\s*(\/\/|\*|\/\*).*$/gm, "")
      .replace(/\/\*\*.*?\*\//g, "")
      .matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g),
  ]
    .map(([, plain, template]) => plain ?? template ?? "")
    .filter((literal) => literal.includes(" "));

/** @param {string[]} texts */
const offences = (texts) =>
  texts.flatMap((text) => AVOIDED.filter(([word]) => word.test(text)).map(([, instead]) => `${JSON.stringify(text.slice(0, 120))}: ${instead}`));

test("the page uses the terms of the field", () => {
  const scripts = readdirSync(WWW, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js") && !/^(deploy|kubecred)\b/.test(file));
  assert.ok(scripts.length > 80, `the control: the scripts are found: ${scripts.length}`);
  const found = scripts.flatMap((file) => offences(read(readFileSync(new URL(file, WWW), "utf8"))).map((offence) => `${file}: ${offence}`));
  const html = readFileSync(new URL("index.html", WWW), "utf8");
  found.push(...offences(html.split(/<[^>]+>/)).map((offence) => `index.html: ${offence}`));
  assert.deepEqual(found, []);
});

test("the control: what is avoided is found, and what is not is left", () => {
  const words = ["Ask for it anew.", "This is no certificate.", "The file holds a key.", "The certificate has ended.", "There is no certificate yet."];
  assert.equal(offences(words).length, words.length);
  assert.deepEqual(offences(["The certificate is not there yet.", "It is not a certificate.", "Standard library"]), []);
  assert.deepEqual(read('// "a comment stands"\nconst text = "some words"; const code = "word";'), ["some words"]);
});
