/*
 * A text as part of a link: compressed (RFC 1951), in letters that a URL takes, and back. Sizes are bounded both ways.
 * No patterns: a link may contain a token (see match.ts).
 */

/** A request of 250 groups has 20 KB; a link of more than this is not a link that people send. */
export const MOST_BYTES = 64 << 10;

export async function pack(text: string) {
  const packed = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  return btoa(String.fromCharCode(...packed))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Throws where the text is damaged or too large. */
export async function unpack(text: string) {
  const packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  return through(packed, new DecompressionStream("deflate-raw"));
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  const out = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
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
