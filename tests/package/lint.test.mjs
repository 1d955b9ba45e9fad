// What Biome refuses in the page's modules (biome.json): each rule finds what it is for, and a sound module passes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./common.mjs";

/** What is said about a module of the page with this text. */
function said(t, text) {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-lint-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const each of ["biome.json", "scripts/lint"]) cpSync(join(root, each), join(folder, each), { recursive: true });
  mkdirSync(join(folder, "www", "ui"), { recursive: true });
  writeFileSync(join(folder, "www", "ui", "example.js"), text);
  const { stdout, stderr, status } = spawnSync(join(root, "node_modules", ".bin", "biome"), ["lint", "--error-on-warnings", "www"], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

test("a sound module passes", (t) => {
  const { status, output } = said(t, 'export const show = (node) => node.replaceChildren("text");\n');
  assert.equal(status, 0, output);
});

for (const [what, text, rule] of [
  ["a request past the ledger", 'export const ask = () => fetch("/api");\n', /noRestrictedGlobals/],
  ["storage", 'export const keep = (key) => localStorage.setItem("key", key);\n', /noRestrictedGlobals/],
  ["cryptography", "export const random = () => crypto.getRandomValues(new Uint8Array(8));\n", /noRestrictedGlobals/],
  ["markup by assignment", "export const show = (node, text) => {\n  node.innerHTML = text;\n};\n", /must not become markup/],
  ["markup by a call", 'export const show = (node, text) => node.insertAdjacentHTML("beforeend", text);\n', /must not become markup/],
  ["a promise that nobody looks at", "const ask = async () => 1;\nexport const start = () => {\n  ask();\n};\n", /noFloatingPromises/],
  ["a comparison that converts", "export const same = (a, b) => a == b;\n", /noDoubleEquals/],
  ["a name that is not used", "export const start = () => {\n  const unused = 1;\n};\n", /noUnusedVariables/],
]) {
  test(`found: ${what}`, (t) => {
    const { status, output } = said(t, text);
    assert.notEqual(status, 0);
    assert.match(output, rule);
  });
}
