/*
 * Makes every way into a Rust panic a bare trap, before wasm-opt takes away what nothing reaches any more.
 *
 * A panic ends the session by a trap, and its text goes nowhere: no hook prints it, and `pkg` says "wasm-panicked". So the
 * texts, the formatting of numbers for them and the places in source files are weight alone: 13 KB of brotli (2026-11).
 * Stable Rust cannot leave them out. Build time only; not published.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

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
];

/** The module, which must still hold its names, with traps in place of all that; names kept. */
export function bareTraps(wasm, root) {
  // Node loads binaryen, an ES module with a top-level await, only by import: hence a promise.
  return import(createRequire(join(root, "tests", "package.json")).resolve("binaryen")).then(({ default: binaryen }) => {
    const module = binaryen.readBinary(wasm);
    // Those of build.mjs. Not `All`: it writes imports in a form that no engine reads yet.
    const { BulkMemory, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue, SIMD128 } = binaryen.Features;
    module.setFeatures(BulkMemory | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue | SIMD128);
    const defined = [];
    for (let at = 0; at < module.getNumFunctions(); at++) {
      const info = binaryen.getFunctionInfo(module.getFunctionByIndex(at));
      if (!info.module) defined.push(info);
    }
    for (const pattern of [...NEVER_RETURNS, ...NEVER_RUNS]) {
      const found = defined.filter(({ name }) => pattern.test(name));
      if (found.length === 0) throw new Error(`pkg/panics.mjs: no function is named like ${pattern}: a new toolchain or library names it otherwise`);
      for (const { name, params, results } of found) {
        module.removeFunction(name);
        module.addFunction(name, params, results, [], module.unreachable());
      }
    }
    binaryen.setDebugInfo(true);
    const out = Buffer.from(module.emitBinary());
    module.dispose();
    blankPlaces(out);
    return out;
  });
}

/** Zeroes each `core::panic::Location` (path's address and length, line, column) and the paths, which only panics read. */
function blankPlaces(wasm) {
  const segments = dataSegments(wasm);
  const offset = (address) => {
    const home = segments.find(({ address: from, length }) => address >= from && address < from + length);
    return home && home.start + address - home.address;
  };
  const blank = [];
  for (const { address, start, length } of segments) {
    for (let at = start + (-address & 3); at + 16 <= start + length; at += 4) {
      const [path, size, line, column] = [0, 4, 8, 12].map((field) => wasm.readUInt32LE(at + field));
      const text = offset(path);
      if (text === undefined || size > 200 || line === 0 || line > 50000 || column === 0 || column > 500) continue;
      if (!/^[\w/][\w/.+-]*\/[\w/.+-]*\.rs$/.test(wasm.toString("latin1", text, text + size))) continue;
      blank.push([at, 16], [text, size]);
    }
  }
  for (const [at, size] of blank) wasm.fill(0, at, at + size);
}

/** The active data segments: { address in memory, start and length in the file }. */
function dataSegments(wasm) {
  let at = 8;
  const leb = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = wasm[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const segments = [];
  while (at < wasm.length) {
    const id = wasm[at++];
    const size = leb();
    const end = at + size;
    if (id === 11) {
      for (let count = leb(); count > 0; count--) {
        // Flag 0 (memory 0, active), i32.const ADDRESS, end: all that rustc's linker writes.
        if (leb() !== 0 || wasm[at++] !== 0x41) throw new Error("pkg/panics.mjs: a data segment of another kind");
        const address = leb();
        at++;
        const length = leb();
        segments.push({ address, start: at, length });
        at += length;
      }
    }
    at = end;
  }
  return segments;
}
