/*
 * Makes every way into a Rust panic a bare trap, before wasm-opt takes away what nothing reaches any more.
 *
 * A panic ends the session by a trap, and its text goes nowhere: no hook prints it, and `pkg` says "wasm-panicked". So the
 * texts, the formatting of numbers for them and the places in source files are weight alone: 13 KB of brotli (2026-11).
 * Stable Rust cannot leave them out. Build time only; not published.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { Sections, dataSegments } from "./sections.mjs";
import { functionNames, unlinked, unused } from "./sweep.mjs";

const crate = (name) => `${name}(\\[\\w+\\])?`;
// What never returns. wasm-bindgen's own throwing is not among it: that is an exception of JavaScript.
const NEVER_RETURNS = [
  `^${crate("(core|std|__rustc)")}::(panicking|rust_panic$|__rust_start_panic$)`,
  `^${crate("core")}::((option|result)::\\w+_failed|cell::panic_\\w+|str::slice_error_fail)`,
  `^${crate("core")}::slice::(index::slice_\\w*fail|copy_from_slice_impl::len_mismatch_fail|sort::shared::smallsort::panic_on_ord_violation)`,
  `^${crate("alloc")}::(raw_vec::(handle_error|capacity_overflow)|alloc::handle_alloc_error)`,
  "::assert_failed$",
].map((pattern) => new RegExp(pattern));
const NEVER_RUNS = [
  // The texts of `unwrap` and `assert_eq`. Our own types stand apart: src/key/public.rs names algorithms by `{:?}`.
  new RegExp(`^<(?!&*kubecred).* as ${crate("core")}::fmt::Debug>::fmt\\b`),
  // rsa finds the primes of a key that comes without them. Ours never does (src/key/rsa_key.rs), and nothing else asks: tests/packaging/traps.test.mjs.
  /<impl crypto_bigint::traits::FloorSquareRoot for crypto_bigint::uint::boxed::BoxedUint>::floor_sqrt\b/,
  // For limbs of 64 bits (`has_dedicated_square`, 0.7.11); ours have 32, which the compiler does not see through a field. 600 bytes.
  /BoxedMontyMultiplier::square_inner\b/,
];

/**
 * The module with traps in place of all that, and without what only it could reach; names kept.
 * @param {Buffer} wasm wasm-bindgen's module with names as Rust writes them
 * @param {Buffer} mangled the same with the linker's names
 * @param {Buffer} linked the linker's module
 * @param {string} root
 */
export async function bareTraps(wasm, mangled, linked, root) {
  // Node loads binaryen, an ES module with a top-level await, only by import.
  const { default: binaryen } = await import(createRequire(join(root, "tests", "package.json")).resolve("binaryen"));
  const module = binaryen.readBinary(unlinked(wasm));
  // Those of build.mjs. Not `All`: it writes imports in a form that no engine reads yet.
  const { BulkMemory, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue, SIMD128 } = binaryen.Features;
  module.setFeatures(BulkMemory | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue | SIMD128);
  const infos = Array.from({ length: module.getNumFunctions() }, (_, at) => binaryen.getFunctionInfo(module.getFunctionByIndex(at)));
  const { traps, holes } = needless(infos.filter(({ module }) => !module), functionNames(mangled), linked);
  for (const { name, params, results } of traps) {
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  binaryen.setDebugInfo(true);
  const out = Buffer.from(module.emitBinary());
  module.dispose();
  blankPlaces(out);
  blank(out, holes);
  return out;
}

/**
 * Which functions shall trap, and which stretches of memory nothing reads then.
 * @template {{ name: string }} Info
 * @param {Info[]} defined every function that is not imported, by its name in Rust
 * @param {string[]} names of the same, in the same order, as the linker writes them; it gives one to several functions
 * @param {Buffer} linked
 */
export function needless(defined, names, linked) {
  if (names.length !== defined.length) throw new Error("pkg/panics.mjs: wasm-bindgen's two modules differ");
  const traps = new Set([...NEVER_RETURNS, ...NEVER_RUNS].flatMap((pattern) => {
    const found = defined.filter(({ name }) => pattern.test(name));
    if (found.length === 0) throw new Error(`pkg/panics.mjs: no function is named like ${pattern}: a new toolchain or library names it otherwise`);
    return found;
  }));
  const named = (name) => defined.filter((_, at) => names[at] === name);
  const { functions, holes } = unused(linked, new Set(names.filter((name) => named(name).every((info) => traps.has(info)))));
  return { traps: new Set([...traps, ...functions.flatMap(named)]), holes };
}

/** Zeroes stretches of memory in the data that fills it. */
function blank(wasm, holes) {
  const segments = dataSegments(new Sections(wasm).enter(11));
  for (const { address, length } of holes) {
    for (const { address: from, start, length: size } of segments) {
      const [first, last] = [Math.max(address, from), Math.min(address + length, from + size)];
      if (first < last) wasm.fill(0, start + first - from, start + last - from);
    }
  }
}

/** Zeroes each `core::panic::Location` (path's address and length, line, column) and the paths, which only panics read. */
function blankPlaces(wasm) {
  const segments = dataSegments(new Sections(wasm).enter(11));
  const offset = (address) => {
    const home = segments.find(({ address: from, length }) => address >= from && address < from + length);
    return home && home.start + address - home.address;
  };
  const places = [];
  for (const { address, start, length } of segments) {
    for (let at = start + (-address & 3); at + 16 <= start + length; at += 4) {
      const [path, size, line, column] = [0, 4, 8, 12].map((field) => wasm.readUInt32LE(at + field));
      const text = offset(path);
      if (text === undefined || size > 200 || line === 0 || line > 50000 || column === 0 || column > 500) continue;
      if (!/^[\w/][\w/.+-]*\/[\w/.+-]*\.rs$/.test(wasm.toString("latin1", text, text + size))) continue;
      places.push([at, 16], [text, size]);
    }
  }
  for (const [at, size] of places) wasm.fill(0, at, at + size);
}
