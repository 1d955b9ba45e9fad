// What a person reads in these folders uses the terms of Kubernetes and plain English: none of the phrases below, which earlier editions used.
// Its string literals are read from the source, so a sentence that no test shows is found as well.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tests } from "../support/place.mjs";

const FOLDERS = ["review", "rbac", "service-accounts", "kubeconfig", "ui"];
const AVOID = [
  /(?<!there )\bis no (?!longer)[a-z]+/i,
  /\b(is|are) none\b/,
  /\bstands?\b/i,
  /\bholds?\b/i,
  /\bodd\b/i,
  /\bpassed over\b/i,
  /\bmends?\b/i,
  /\banew\b/i,
  /\btakes? (it |them )?(in|out|off)\b/i,
  /\bwho(so)?ever\b/i,
  /\bbesides?\b/i,
  /\bended\b/i,
  /\bends\b/i,
  /\bwish\b/i,
  /\basked for\b/i,
  /\bsomebody\b/i,
  /\blets? (nobody|you) in\b/i,
  /\bread it$/i,
  /\blook again\b/i,
  /\bby hand\b/i,
  /\bin vain\b/i,
  /\bblanks?\b/i,
  /\bhand it in\b/i,
];

// Comments and names of modules are skipped; the sources are formatted by Biome, so texts are in double quotes or backticks.
const TOKENS = /\/\/.*|\/\*[\s\S]*?\*\/|\bfrom "[^"]*"|\bimport\("[^"]*"\)|^import "[^"]*"|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/gm;

/** Every text in a source. */
const texts = (source) => [...source.matchAll(TOKENS)].map(([, quoted, template]) => quoted ?? template).filter((text) => text !== undefined);

const avoided = (text) => (/\s/.test(text) ? AVOID.filter((phrase) => phrase.test(text)) : []);

test("no text in these folders uses a phrase that is to be avoided", () => {
  const www = join(tests, "..", "www");
  let seen = 0;
  const found = [];
  for (const folder of FOLDERS)
    for (const file of readdirSync(join(www, folder)).filter((each) => each.endsWith(".js")))
      for (const text of texts(readFileSync(join(www, folder, file), "utf8"))) {
        seen += 1;
        for (const phrase of avoided(text)) found.push(`${folder}/${file}: ${phrase} in “${text}”`);
      }
  assert.deepEqual(found, []);
  assert.ok(seen > 1000, `only ${seen} texts were seen`);
});

test("the check finds such a phrase where there is one", () => {
  const source = 'import { a } from "./mend it.js"; // stands\nel("p", {}, "Whoever has it", `${a} stands beside it`);';
  assert.deepEqual(
    texts(source).map((text) => avoided(text).length > 0),
    [false, true, true],
  );
});
