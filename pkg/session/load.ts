/*
 * From what the caller names to a compiled module: read, compare the hash, compile. Compiled once, here on the calling
 * side, and posted to the worker.
 *
 * The module next to the package is compared with the hash taken when the package was built, so that a file
 * changed by one byte, or left over from another release in some cache, is refused. This needs all bytes first;
 * streaming compilation would gain nothing that can be felt on 400 KB, and depends on the server's MIME type (2026-11).
 */
import { KubecredError, textOf, wrong } from "../shared/errors.js";
import { wasmSha256 } from "../wasm/build.js";

/** A module with one function that splats a zero: `i32.const 0, i8x16.splat, drop`. */
const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11]);

/** @param read undefined: the file next to the package */
export async function load(
  source: URL | string | BufferSource | WebAssembly.Module | undefined,
  integrity: string | undefined,
  read: (url: URL | string | undefined) => Promise<BufferSource>,
): Promise<{ module: WebAssembly.Module; sha256: string }> {
  textOf("integrity", integrity);
  if (typeof WebAssembly !== "object") throw unavailable("WebAssembly is not available here.", "engine");
  if (!WebAssembly.validate(SIMD))
    throw unavailable("This engine is too old: its WebAssembly has no SIMD. Use Chromium or Firefox of 2021, Safari 16.4, or a newer one.", "engine");
  if (is(() => source instanceof WebAssembly.Module)) {
    if (integrity !== undefined) throw mismatch("A compiled module cannot be compared with a hash. Give its bytes or its address.");
    return { module: source as WebAssembly.Module, sha256: "" };
  }
  const bytes = await bytesOf(source as any, read);
  const sha256 = await verify(bytes, integrity, source === undefined);
  try {
    return { module: await WebAssembly.compile(bytes), sha256 };
  } catch {
    throw unavailable(
      "The WebAssembly module does not compile: it is damaged, or the page's Content-Security-Policy lacks 'wasm-unsafe-eval' in script-src.",
      "module",
    );
  }
}

async function bytesOf(source: URL | string | BufferSource | undefined, read: (url: URL | string | undefined) => Promise<BufferSource>) {
  // Seen through their tags: bytes and URLs may come from another realm.
  if (is(() => (source as any).buffer instanceof SharedArrayBuffer)) throw wrong("wasm", "`wasm` must not be in shared memory.");
  if (ArrayBuffer.isView(source) || is(() => source instanceof ArrayBuffer)) return source as BufferSource;
  if (source !== undefined && typeof source !== "string" && !is(() => Object.prototype.toString.call(source) === "[object URL]")) {
    throw wrong("wasm", "`wasm` must be a URL, bytes or a compiled module.");
  }
  try {
    return await read(source as any);
  } catch (error) {
    throw error instanceof KubecredError ? error : unavailable("The WebAssembly module could not be read.", "module-unread");
  }
}

/**
 * Compares the bytes with the caller's integrity string, or with the hash of our own build where it is our own file.
 * Gives the SHA-256 in hex, "" where the platform has no crypto.subtle (a page without a secure context).
 */
async function verify(bytes: BufferSource, integrity: string | undefined, ours: boolean) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    if (integrity !== undefined) throw mismatch("The module cannot be compared with its hash here. Serve the page over https, or from localhost.");
    return "";
  }
  const sha256 = hex(await subtle.digest("SHA-256", bytes));
  if (integrity === undefined) {
    if (ours && sha256 !== wasmSha256)
      throw mismatch("The WebAssembly module is not the one that this package was built with. Publish the files of one release together.");
    return sha256;
  }
  for (const token of integrity.trim().split(/\s+/)) {
    const [, bits, digest] = /^sha(256|384|512)-([A-Za-z0-9+/]+=*)$/.exec(token) ?? [];
    if (bits && btoa(String.fromCharCode(...new Uint8Array(await subtle.digest(`SHA-${bits}`, bytes)))) === digest) return sha256;
  }
  throw mismatch("The WebAssembly module does not match `integrity`. Give the hash of this release.");
}

/** Whether it is; a proxy that throws is not. */
function is(question: () => boolean) {
  try {
    return question();
  } catch {
    return false;
  }
}

const hex = (digest: ArrayBuffer) => Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
const unavailable = (message: string, cause: string) => new KubecredError("wasm-unavailable", message, [{ field: "cause", message: cause }]);
const mismatch = (message: string) => new KubecredError("wasm-integrity", message);
