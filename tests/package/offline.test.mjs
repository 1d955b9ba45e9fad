// offline.html is the page in one file: what page and elements share is inside of it, and once.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pkg, root } from "./common.mjs";

/** Texts of a source that no build changes: words and no quotation mark, backslash or template in them. */
const textsOf = (source) => [...source.replace(/^\s*(?:\/?\*|\/\/).*$/gm, "").matchAll(/"([A-Za-z][A-Za-z0-9 .,:()-]{23,})"/g)].map(([, text]) => text);

test("each module that the page shares with the elements is inside once", () => {
  const modules = readdirSync(join(pkg, "ui")).filter((file) => file.endsWith(".ts"));
  const page = readFileSync(join(root, "dist", "offline.html"), "utf8");
  const sources = readdirSync(join(root, "www"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  const elsewhere = sources.map((file) => readFileSync(join(root, "www", file), "utf8")).join("\n");
  const found = modules.flatMap((file) => {
    const texts = textsOf(readFileSync(join(pkg, "ui", file), "utf8")).filter((text) => !elsewhere.includes(text));
    for (const text of texts) assert.equal(page.split(text).length - 1, 1, `${file}: ${text}`);
    return texts.length > 0 ? [file] : [];
  });
  for (const file of ["arm.ts", "decision.ts", "file.ts", "merged.ts", "request.ts", "undo.ts"])
    assert.ok(found.includes(file), `the control: ${file} has texts`);
});
