/*
 * A text as part of a link: compressed (RFC 1951), in letters that a URL takes, and back. Sizes are bounded both ways.
 * No patterns: a link may contain a token (see match.ts).
 */
import { KubecredError } from "./errors.js";
import { encode } from "./texts.js";

type Bytes = Uint8Array<ArrayBuffer>;
/** `inflate` throws where the bytes are damaged, or more than so many come out. */
type Deflating = { deflate(bytes: Bytes): Bytes | Promise<Bytes>; inflate(bytes: Bytes, most: number): Bytes | Promise<Bytes> };

/** A request of 250 groups has 20 KB; a link of more than this is not a link that people send. */
export const MOST_BYTES = 64 << 10;

let deflating: Deflating = {
  deflate: (bytes) => through(bytes, () => new CompressionStream("deflate-raw")),
  inflate: (bytes) => through(bytes, () => new DecompressionStream("deflate-raw")),
};

/** Where the globals above may be missing: an entry that knows better says so before it opens a session. */
export function deflateBy(own: Deflating) {
  deflating = own;
}

export async function pack(text: string) {
  const packed = await deflating.deflate(encode(text));
  return btoa(String.fromCharCode(...packed))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Throws where the text is damaged or too large; a KubecredError where nothing can be unpacked here. */
export async function unpack(text: string) {
  const packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  return deflating.inflate(packed, MOST_BYTES);
}

async function through(bytes: Bytes, start: () => CompressionStream | DecompressionStream) {
  const out = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(started(start)).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    // A few bytes can unpack to gigabytes.
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError("too large");
    }
    out.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of out) {
    whole.set(part, at);
    part.fill(0); // it may be a token's
    at += part.length;
  }
  return whole;
}

/** Node has raw deflate since 20.12, Chromium since 103, Firefox since 113. */
function started(start: () => CompressionStream | DecompressionStream) {
  try {
    return start();
  } catch {
    throw new KubecredError(
      "unsupported-algorithm",
      "Links are compressed by raw deflate, which is not available here. Use a newer browser, Node 20.12 or later, or kubecred in place of kubecred/inline.",
    );
  }
}
