/*
 * Saves bytes as a file, as a link with `download` does. Used by kubecred/element and kubecred/react.
 */

/** Milliseconds until the address is revoked: Firefox reads it a moment after the click (seen with 153, 2026-11). */
const READING = 1000;

/** Starts a download, and overwrites the bytes, which may hold a key. */
export function saveFile(bytes: Uint8Array<ArrayBuffer>, fileName: string) {
  // octet-stream: browsers then neither show the file nor add an extension to its name.
  const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), { href, download: fileName });
  link.click();
  bytes.fill(0); // the Blob has a copy of its own
  setTimeout(() => URL.revokeObjectURL(href), READING);
}
