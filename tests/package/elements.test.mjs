// The elements' slots, parts, events and attributes: those of the code are those that element/types.ts documents.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pkg } from "./common.mjs";

const text = (file) => readFileSync(join(pkg, "element", file), "utf8");
const declarations = text("types.ts").replace(/\n \* /g, " ");
const found = (source, pattern) => [...source.matchAll(pattern)].map(([, name]) => name);
const sorted = (names) => [...new Set(names)].sort();

for (const [name, file] of [
  ["KubecredAccess", "access.js"],
  ["KubecredReview", "review.js"],
  ["KubecredKubeconfig", "kubeconfig.js"],
]) {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export declare class ${name}\\b`).exec(declarations);
  const source = text(file);
  const list = (title) => sorted(new RegExp(`${title}: ([^.]*)\\.`).exec(comment)[1].split(/,\s+/));

  test(`${name}: slots`, () => {
    const slots = found(source, /\bslot\("([a-z-]+)"/g);
    assert.ok(source.includes('el("slot", {})'), "the default slot");
    assert.deepEqual(list("Slots"), sorted([...slots, "(default)"]));
  });

  test(`${name}: events`, () => {
    const events = found(source, /\bemit\("([a-z]+)"/g).map((event) => `kubecred-${event}`);
    assert.deepEqual(list("Events"), sorted([...events, "kubecred-error"]));
  });

  test(`${name}: attributes`, () => {
    const [, observed = ""] = /observedAttributes = \[([^\]]*)\]/.exec(source) ?? [];
    const read = found(source, /getAttribute\("([a-z-]+)"\)/g);
    for (const attribute of [...found(observed, /"([a-z-]+)"/g), ...read])
      assert.ok(declarations.includes(`\`${attribute}\``) || new RegExp(`\\b${attribute}\\b`).test(comment), attribute);
  });
}

test("parts", () => {
  const sources = ["element", "ui"]
    .flatMap((folder) => readdirSync(join(pkg, folder)).map((file) => join(pkg, folder, file)))
    .filter((path) => path.endsWith(".js"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const parts = [...sources.matchAll(/\bpart: ([^,}]*)/g)]
    .flatMap(([, value]) => found(value, /["`]([a-z -]+?)(?=["`]| \$)/g))
    .flatMap((each) => each.split(" "));
  const [, documented] = /`::part\(…\)`: ([^.]*)\./.exec(declarations);
  assert.deepEqual(sorted(documented.replace(/ \(and its \w+\)/g, "").split(/,\s+/)), sorted(parts));
});
