// pkg/sweep.mjs takes away what nothing reaches once every panic is a trap: what it takes, by the modules of the last build.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { needless } from "../../pkg/panics.mjs";
import { Sections, dataSegments } from "../../pkg/sections.mjs";
import { functionNames, unlinked, unused } from "../../pkg/sweep.mjs";
import binaryen from "../node_modules/binaryen/index.js";
import { root } from "./packed.mjs";

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const scratch = (...path) => readFileSync(join(target, "package", ...path));
let linked, names;

before(() => {
  linked = readFileSync(join(target, "wasm32-unknown-unknown", "release", "kubecred.wasm"));
  names = functionNames(scratch("mangled", "core_bg.wasm"));
});

/** Where the linked module has a text in memory. */
function addressOf(text) {
  for (const { address, start, length } of dataSegments(new Sections(linked).enter(11))) {
    const found = linked.subarray(start, start + length).indexOf(text);
    if (found >= 0) return address + found;
  }
  throw new Error("no data holds the text");
}

const within = (holes, address) => holes.some((hole) => hole.address <= address && address < hole.address + hole.length);

test("where nothing traps, it agrees with the linker: unused is only what wasm-bindgen takes out", () => {
  const { functions, holes } = unused(linked, new Set());
  assert.deepEqual(functions.filter((name) => !/^_ZN12wasm_bindgen7convert8closures/.test(name)), []);
  const bytes = holes.reduce((sum, { length }) => sum + length, 0);
  assert.ok(bytes < 100, `${bytes} bytes are unused`);
});

test("a text goes with the function that names it, and not before", () => {
  const address = addressOf("the search is not finished");
  const owners = names.filter((name) => /8kubecred3key8generate9KeySearch6finish/.test(name));
  assert.equal(owners.length, 1);
  assert.ok(!within(unused(linked, new Set()).holes, address));
  assert.ok(within(unused(linked, new Set(owners)).holes, address));
});

test("no number in the code that is left points into what was taken away", () => {
  const before = binaryen.readBinary(unlinked(scratch("core_bg.wasm")));
  before.setFeatures(binaryen.Features.All);
  const infos = Array.from({ length: before.getNumFunctions() }, (_, at) => binaryen.getFunctionInfo(before.getFunctionByIndex(at)));
  before.dispose();
  const { traps, holes } = needless(infos.filter(({ module }) => !module), names, linked);
  assert.ok(holes.length > 100 && traps.size > 50);

  const after = binaryen.readBinary(scratch("optimised.wasm"));
  after.setFeatures(binaryen.Features.All);
  const code = after.emitText().split("\n").filter((line) => !/^ \((global|data|elem|memory|table|export|import)/.test(line));
  after.dispose();
  const numbers = code.flatMap((line) => [...line.matchAll(/i32\.const (\d+)|offset=(\d+)/g)].map(([, constant, offset]) => Number(constant ?? offset)));
  assert.ok(numbers.length > 10_000);
  assert.deepEqual(numbers.filter((number) => within(holes, number)), []);
});
