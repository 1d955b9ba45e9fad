/*
 * Base64 of bytes and texts, as fields of the API have it.
 */
import { texts } from "./answers.js";

/** Bytes of standard base64 with padding, line breaks ignored; undefined where it is not that, as Go reads it. */
export function bytesOf(text: string) {
  const compact = text.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  const binary = atob(compact);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Where Go stops to read base64 (encoding/base64, CorruptInputError). */
export function base64Fault(text: string) {
  const letter = text.search(/[^A-Za-z0-9+/=\r\n]/);
  return letter >= 0 ? letter : text.length - (text.length % 4);
}

export function base64Of(text: string) {
  let binary = "";
  for (const byte of new texts.TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
