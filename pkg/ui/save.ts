/*
 * Saves bytes as a file, as a link with `download` does. The address lives for one click.
 */

/** Milliseconds until the address is revoked: Firefox reads it a moment after the click (seen with 153, 2026-11). */
const READING = 1000;

/** Starts a download, and overwrites the bytes, which may contain a key, unless the caller still needs them (`keep`). */
export function saveFile(bytes: Uint8Array<ArrayBuffer>, fileName: string, { keep = false }: { keep?: boolean } = {}) {
  // octet-stream: browsers then neither show the file nor add an extension to its name.
  const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), { href, download: fileName });
  link.click();
  if (!keep) bytes.fill(0); // the Blob has a copy of its own
  setTimeout(() => URL.revokeObjectURL(href), READING);
}
