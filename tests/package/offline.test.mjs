// offline.html is the page in one file: what page and elements share is inside of it, and once.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pkg, root } from "./common.mjs";

/** Words of a source that no build changes: a text, or a part of one between values. */
const textsOf = (source) => [...source.replace(/^\s*(?:\/?\*|\/\/).*$/gm, "").matchAll(/["`}]([A-Za-z0-9 .,:()-]{14,})(?=["`$])/g)].map(([, text]) => text);

test("each module that the page shares with the elements is inside once", () => {
  const modules = readdirSync(join(pkg, "ui")).filter((file) => file.endsWith(".ts"));
  const page = readFileSync(join(root, "dist", "offline.html"), "utf8");
  const sources = readdirSync(join(root, "www"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  const elsewhere = sources.map((file) => readFileSync(join(root, "www", file), "utf8")).join("\n");
  const found = modules.filter((file) => {
    const texts = textsOf(readFileSync(join(pkg, "ui", file), "utf8")).filter((text) => !elsewhere.includes(text) && page.includes(text));
    for (const text of texts) assert.equal(page.split(text).length - 1, 1, `${file}: ${text}`);
    return texts.length > 0;
  });
  // The control. dates.ts and names.ts are imported by the page's modules and by others of these: each would be there in two forms.
  for (const file of ["arm.ts", "dates.ts", "decision.ts", "findings.ts", "merged.ts", "names.ts", "request.ts", "undo.ts"])
    assert.ok(found.includes(file), `${file} has texts that are in the page`);
});
