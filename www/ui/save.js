// Handing things to the person: files and the clipboard.
import { saveFile } from "../kubecred/ui/save.js";
import { el, announce } from "./dom.js";

export { saveFile } from "../kubecred/ui/save.js";

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
