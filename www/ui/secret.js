// A secret on the screen (a token, a file with a key in it): shown on request, masked again after a minute, and gone when its panel or the page is left.
// While it is masked the document does not hold it: `read` asks the one who has it (the worker, a closure) at each showing.
//   forgetSecrets(section)          masks all of them, and empties the fields outside of `section` that may contain a secret
//   secretDisplay(read, { label, copyLabel })   an element; `read` gives the text or a promise of it, and throws what showError can show
import { el, announce } from "./dom.js";
import { copyText } from "./save.js";
import { explain, sentence } from "./findings.js";
import { session } from "../shared/session.js";

const SHOWN = 60_000;
const MASK = "•".repeat(24);

/** @param {() => string | Promise<string>} read @param {{ label?: string, copyLabel?: string }} [words] */
export function secretDisplay(read, { label = "Secret", copyLabel = "Copy" } = {}) {
  const text = el("pre", { class: "secret", tabindex: "0", "aria-label": `${label}, hidden` }, MASK);
  const toggle = el("button", { type: "button", class: "small", "aria-pressed": "false", onclick: () => (timer ? mask() : reveal()) }, "Show");
  /** @type {HTMLButtonElement} */
  const copy = el("button", { type: "button", class: "small", onclick: async () => copyText(await read(), copy) }, copyLabel);
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let timer = 0;
  let asked = 0;

  function mask() {
    asked += 1; // an answer that is on its way is not shown any more
    clearTimeout(timer);
    timer = 0;
    text.textContent = MASK;
    text.setAttribute("aria-label", `${label}, hidden`);
    toggle.textContent = "Show";
    toggle.setAttribute("aria-pressed", "false");
  }

  async function reveal() {
    asked += 1;
    const mine = asked;
    try {
      const shown = await read();
      if (mine !== asked) return;
      mask();
      text.textContent = shown;
    } catch (error) {
      if (mine === asked) text.textContent = sentence(explain(error));
      return;
    }
    timer = setTimeout(() => {
      mask();
      announce(`${label} is hidden again.`);
    }, SHOWN);
    text.setAttribute("aria-label", label);
    toggle.textContent = "Hide";
    toggle.setAttribute("aria-pressed", "true");
  }

  const box = el("div", { class: "command secret-box" }, text, el("div", { class: "buttons" }, toggle, copy));
  for (const other of masks.keys())
    if (!other.isConnected) {
      masks.get(other)?.();
      masks.delete(other);
    } // those that their panel has replaced
  masks.set(box, mask);
  return box;
}

/** Every display, and how to mask it. */
/** @type {Map<HTMLElement, () => void>} */
const masks = new Map();
const maskAll = () => {
  for (const mask of masks.values()) mask();
};
addEventListener("pagehide", maskAll);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) maskAll();
});
addEventListener("beforeprint", maskAll);

/** Kinds of text that a field may keep while its panel is closed, as the core recognises them. */
const PUBLIC = ["certificate", "certificate-request", "object"];

/**
 * A panel was closed. Passwords and texts leave the document at once; a text that the core knows to be public comes back, so that
 * nobody has to paste a certificate twice.
 * @param {Element | null} [section]
 */
export function forgetSecrets(section) {
  maskAll();
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */
  const fields = document.querySelectorAll("input[type=password], textarea");
  for (const field of fields) {
    const text = field.value;
    if (section?.contains(field) || text === "") continue;
    field.value = "";
    if (field.tagName !== "TEXTAREA") continue;
    session()
      .then((kubecred) => kubecred.classify(text))
      .then(
        ({ kind, secret }) => {
          if (!secret && PUBLIC.includes(kind) && field.value === "") field.value = text;
        },
        () => {},
      );
  }
}
