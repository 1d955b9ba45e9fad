/*
 * A request or certificate as the fragment of a link, which no server sees: compressed, in letters that a URL takes.
 * What a fragment holds is checked by the core like any paste; anything but a request or a certificate is refused.
 */
import { KubecredError, own } from "../shared/errors.js";

/** A request of 250 groups has 20 KB; a link of more than this is no link that people send. */
const MOST_BYTES = 64 << 10;
/**
 * 1: the PEM text. 2: JSON of a request and of what it is to be submitted with: { pem, name?, signerName?, usages?, expirationSeconds? }.
 * What has none of these is written as version 1, which every kubecred reads.
 */
const FORM = /^([12])\.[A-Za-z0-9_-]+$/;

/** @typedef {{ kind: string, pem: string, requested?: any }} Linked */

/**
 * @param {string} text
 * @param {any} requested
 * @param {(text: string, requested?: any) => Promise<Linked>} check
 */
export async function encodeLink(text, requested, check) {
  const checked = await check(text, requested === undefined ? undefined : { ...own(requested) });
  const body = checked.requested ? JSON.stringify({ pem: checked.pem, ...checked.requested }) : checked.pem;
  const packed = await through(new TextEncoder().encode(body), new CompressionStream("deflate-raw"));
  return `${checked.requested ? 2 : 1}.${btoa(String.fromCharCode(...packed))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "")}`;
}

/**
 * @param {string} fragment
 * @param {(text: string, requested?: any) => Promise<Linked>} check
 */
export async function decodeLink(fragment, check) {
  const [, version] = typeof fragment === "string" && fragment.length <= MOST_BYTES ? (FORM.exec(fragment) ?? []) : [];
  if (!version) throw damaged();
  let pem, requested;
  try {
    const packed = Uint8Array.from(atob(fragment.slice(2).replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await through(packed, new DecompressionStream("deflate-raw")));
    if (version === "1") pem = text;
    else ({ pem, ...requested } = JSON.parse(text));
  } catch {
    throw damaged();
  }
  if (typeof pem !== "string") throw damaged();
  return check(pem, requested);
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
