// pkg/panics.mjs traps one function that would be called in some other program: the square root by which the rsa crate finds the
// primes of a key that comes without them. Nothing can reach it here: its callers, up to ours, which hands two primes over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { unlinked } from "../../pkg/sweep.mjs";
import binaryen from "../node_modules/binaryen/index.js";
import { root } from "./packed.mjs";

/** Which functions call which, by their names in Rust, and which can be called by their place in a table. */
const calls = [];
const inTables = [];

before(() => {
  // The module of the last build before its traps, names and all.
  const module = binaryen.readBinary(unlinked(readFileSync(join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "package", "core_bg.wasm"))));
  const { BulkMemory, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue, SIMD128 } = binaryen.Features;
  module.setFeatures(BulkMemory | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue | SIMD128);
  let caller;
  for (const line of module.emitText().split("\n")) {
    const [, opened, name] = /^\s*\((func|call|return_call|ref\.func) \$("[^"]*"|[^\s()]+)/.exec(line) ?? [];
    if (opened === "func") caller = name;
    else if (name) calls.push([caller, name]);
    if (/^ \(elem /.test(line)) inTables.push(line);
  }
  module.dispose();
});

const callersOf = (part) => {
  assert.ok(inTables.length > 0 && !inTables.some((line) => part.test(line)), `${part} is in a table`);
  return [...new Set(calls.filter(([, name]) => part.test(name)).map(([caller]) => caller.replace(/::h[0-9a-f]{16}"?$/, "").replace(/^"/, "")))];
};

test("the trapped square root is called by nothing but the search for missing primes", () => {
  assert.deepEqual(callersOf(/FloorSquareRoot for crypto_bigint::uint::boxed::BoxedUint>::floor_sqrt\b/), ["rsa::private_key::PrivateKey::from_components_inner"]);
  assert.deepEqual(callersOf(/PrivateKey::from_components_inner\b/), ["rsa::private_key::PrivateKey::from_components"]);
  assert.deepEqual(callersOf(/PrivateKey::from_components::/), ["kubecred::key::rsa_key::assemble"]);
});

test("ours hands both primes over", () => {
  const source = readFileSync(join(root, "src", "key", "rsa_key.rs"), "utf8");
  assert.deepEqual(source.match(/from_components\w*\([^)]*\)/g), ["from_components(n, e, d, vec![p, q])"]);
});
