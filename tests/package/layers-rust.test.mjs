// Imports of the Rust core go one way (scripts/layers-rust.mjs): true of this tree, and each kind of climbing import and circle is
// found where one is put.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { YAML, violations } from "../../scripts/layers-rust.mjs";
import { root } from "./common.mjs";

const ROOMS = ["low", "high"];
const SOUND = {
  "lib.rs": "pub mod high;\nmod low;\npub use high::High;",
  "low/mod.rs": "mod first;\nmod second;\n#[cfg(test)]\nmod tests;\npub use second::Second;",
  "low/first.rs": '// use super::second::Second;\npub const TEXT: &str = "crate::high::High";\npub struct First;',
  "low/second.rs": "use super::first::First;\npub struct Second(First);\n#[cfg(test)]\nmod tests { use crate::high::High; use super::super::Second; }",
  "low/tests.rs": "use crate::high::High;",
  "high.rs": "use crate::low::{self, Second};\npub struct High(Second, low::Second);",
};

/** What is said about a core of these files. */
function said(t, files) {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-layers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries({ ...SOUND, ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return violations(folder, ROOMS);
}

test("the imports of the core go one way", () => {
  assert.deepEqual(violations(join(root, "src")), []);
  assert.deepEqual(violations(join(root, "yaml", "src"), YAML), []);
});

test("a small core whose imports go one way passes; comments, texts and tests are no imports", (t) => {
  assert.deepEqual(said(t, {}), []);
});

for (const [what, files, sentence] of [
  ["a use that climbs", { "low/first.rs": "use crate::high::High;" }, /low\/first\.rs:1: low::first imports high/],
  ["a group that climbs", { "low/first.rs": "use crate::{low, high::{High as Top}};" }, /low::first imports high/],
  ["a path in code that climbs", { "low/first.rs": "\nfn top() -> crate::high::High { todo!() }" }, /low\/first\.rs:2: low::first imports high/],
  ["a relative path that climbs", { "low/first.rs": "use super::super::high::High;" }, /low::first imports high/],
  ["a name of the root", { "low/first.rs": "use crate::High;" }, /low::first imports the root/],
  ["a room that is not listed", { "extra.rs": "" }, /extra: not in the list of rooms/],
  ["two modules that import each other", { "low/first.rs": "use super::second::Second;" }, /circle: .*low::first -> low::second -> low::first/],
  ["a child that imports a parent that imports it", { "low/second.rs": "use super::Other;" }, /circle: low -> low::second -> low/],
  [
    "a parent that calls a child that imports it",
    { "low/mod.rs": "mod first;\nfn call() { first::call() }", "low/first.rs": "fn call() { super::call() }" },
    /circle: .*low::first -> low -> low::first/,
  ],
  [
    "a circle of three",
    { "low/mod.rs": "mod a; mod b; mod c;", "low/a.rs": "use super::b::B;", "low/b.rs": "use super::c::C;", "low/c.rs": "use super::a::A;" },
    /circle: low::a -> low::b -> low::c -> low::a/,
  ],
]) {
  test(`found: ${what}`, (t) => {
    const problems = said(t, files);
    assert.ok(
      problems.some((problem) => sentence.test(problem)),
      JSON.stringify(problems),
    );
  });
}
