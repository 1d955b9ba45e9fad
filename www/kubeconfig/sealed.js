// Bytes that the page keeps for later without having them: as a handle of a kubeconfig in the worker, whose only token they are, in hex. The list of
// changes has the files that were embedded in this form, since a change may have to be made again.
import { session } from "../shared/session.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */

const [BEFORE, AFTER] = ['{"users":[{"name":"sealed","user":{"token":"', '"}}]}'].map((text) => new TextEncoder().encode(text));
const KEY = new TextEncoder().encode('"token"');
const QUOTE = '"'.charCodeAt(0);
const DIGITS = new TextEncoder().encode("0123456789abcdef");

/** @param {Uint8Array} bytes wiped @returns {Promise<Kubeconfig>} */
export async function seal(bytes) {
  const [before, after] = /** @type {[Uint8Array, Uint8Array]} */ ([BEFORE, AFTER]);
  const text = new Uint8Array(before.length + 2 * bytes.length + after.length);
  text.set(before);
  for (const [index, byte] of bytes.entries()) text.set([DIGITS[byte >> 4] ?? 0, DIGITS[byte & 15] ?? 0], before.length + 2 * index);
  text.set(after, text.length - after.length);
  bytes.fill(0);
  try {
    return await (await session()).kubeconfig.parse(text);
  } finally {
    text.fill(0);
  }
}

/** @param {Kubeconfig} sealed @returns {Promise<Uint8Array>} for the caller to wipe */
export async function unseal(sealed) {
  const text = await sealed.serialize({ format: "json" });
  // The only token of a file that is written above; a string of it could not be wiped.
  const key = text.findIndex((_, at) => KEY.every((byte, index) => text[at + index] === byte));
  const from = text.indexOf(QUOTE, key + KEY.length) + 1;
  const digits = text.subarray(from, text.indexOf(QUOTE, from));
  const bytes = Uint8Array.from(
    { length: digits.length / 2 },
    (_, index) => 16 * DIGITS.indexOf(digits[2 * index] ?? 0) + DIGITS.indexOf(digits[2 * index + 1] ?? 0),
  );
  text.fill(0);
  return bytes;
}
