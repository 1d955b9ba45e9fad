// Handing things to the person: files and the clipboard. Files are made from bytes, and their address lives for one click.
import { el, announce } from "./dom.js";

/**
 * Starts a download. The bytes are wiped afterwards unless the caller still needs them (`keep`).
 * @param {Uint8Array} bytes
 * @param {string} fileName
 * @param {{ keep?: boolean }} [how]
 */
export function saveFile(bytes, fileName, { keep = false } = {}) {
  const url = URL.createObjectURL(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: "application/octet-stream" }));
  const link = el("a", { href: url, download: fileName, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // Firefox reads the address a moment after the click (seen with 153, 2026-11), so it is given back a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  if (!keep) bytes.fill(0);
}

/** @param {string} text @param {string} fileName */
export const saveText = (text, fileName) => saveFile(new TextEncoder().encode(text), fileName);

/**
 * Copies public text; says so in the button for a while. Where the browser refuses, says that instead.
 * @param {string} text
 * @param {Element} button
 */
export async function copyText(text, button) {
  const before = button.textContent;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "The browser did not allow it";
  }
  button.textContent = said;
  announce(said);
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}

/**
 * Command lines with a copy button: the one look for everything that belongs in a terminal.
 * @param {string} text
 * @param {string} [label]
 */
export function lines(text, label = "Command lines") {
  return el(
    "div",
    { class: "command" },
    el("pre", { tabindex: "0", "aria-label": label }, text),
    el("button", { type: "button", class: "small", onclick: (event) => copyText(text, event.currentTarget) }, "Copy"),
  );
}
