/*
 * Saves bytes as a file, as a link with `download` does. Used by kubecred/element and kubecred/react.
 */

/** How long the browser may take to read the bytes before the address is revoked. */
const READING = 60_000;

/** @param {Uint8Array<ArrayBuffer>} bytes @param {string} fileName */
export function saveFile(bytes, fileName) {
  // octet-stream: browsers then neither show the file nor add an extension to its name.
  const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), { href, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), READING);
}
