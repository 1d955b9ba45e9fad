/*
 * A request or certificate as the fragment of a link, which no server sees: compressed, in letters that a URL takes.
 * What a fragment holds is checked by the core like any paste; anything but a request or a certificate is refused.
 */
import { KubecredError } from "./errors.js";

/** A request of 250 groups has 20 KB; a link of more than this is no link that people send. */
const MOST_BYTES = 64 << 10;
const VERSION = "1.";

/**
 * @param {string} text
 * @param {(text: string) => Promise<{ kind: string, pem: string }>} check
 */
export async function encodeLink(text, check) {
  const { pem } = await check(text);
  const packed = await through(new TextEncoder().encode(pem), new CompressionStream("deflate-raw"));
  return VERSION + btoa(String.fromCharCode(...packed)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * @param {string} fragment
 * @param {(text: string) => Promise<{ kind: string, pem: string }>} check
 */
export async function decodeLink(fragment, check) {
  if (typeof fragment !== "string" || fragment.length > MOST_BYTES || !/^1\.[A-Za-z0-9_-]+$/.test(fragment)) throw damaged();
  let text;
  try {
    const packed = Uint8Array.from(atob(fragment.slice(VERSION.length).replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
    text = new TextDecoder("utf-8", { fatal: true }).decode(await through(packed, new DecompressionStream("deflate-raw")));
  } catch {
    throw damaged();
  }
  return check(text);
}

/**
 * @param {Uint8Array} bytes
 * @param {any} stream
 */
async function through(bytes, stream) {
  const out = [];
  let size = 0;
  const reader = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(stream).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    // A few bytes can unpack to gigabytes.
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw damaged();
    }
    out.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of out) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const damaged = () => new KubecredError("invalid-pem", "this link is damaged, or was not made by kubecred: ask for it again, or for the text itself");
