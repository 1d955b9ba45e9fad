// A secret on the screen (a token, a file with a key in it): shown on request, masked again after a minute, and gone when the page is left.
// While it is masked the document does not hold it: `read` asks whoever has it (the worker, a closure) at each showing.
//   secretDisplay(read, { label })   an element; `read` gives the text or a promise of it, and throws what showError can show
import { el, announce } from "./dom.js";
import { copyText } from "./save.js";
import { explain, sentence } from "./findings.js";

const SHOWN = 60_000;
const MASK = "•".repeat(24);

export function secretDisplay(read, { label = "Secret" } = {}) {
  const text = el("pre", { class: "secret", tabindex: "0", "aria-label": `${label}, hidden` }, MASK);
  const toggle = el("button", { type: "button", class: "small", "aria-pressed": "false", onclick: () => (timer ? mask() : reveal()) }, "Show");
  const copy = el("button", { type: "button", class: "small", onclick: async () => copyText(await read(), copy) }, "Copy");
  let timer = 0;

  function mask() {
    clearTimeout(timer);
    timer = 0;
    text.textContent = MASK;
    text.setAttribute("aria-label", `${label}, hidden`);
    toggle.textContent = "Show";
    toggle.setAttribute("aria-pressed", "false");
  }

  async function reveal() {
    try {
      const shown = await read();
      mask();
      text.textContent = shown;
    } catch (error) {
      text.textContent = sentence(explain(error));
      return;
    }
    timer = setTimeout(() => { mask(); announce(`${label} is hidden again.`); }, SHOWN);
    text.setAttribute("aria-label", label);
    toggle.textContent = "Hide";
    toggle.setAttribute("aria-pressed", "true");
  }

  addEventListener("pagehide", mask);
  document.addEventListener("visibilitychange", () => { if (document.hidden) mask(); });
  addEventListener("beforeprint", mask);
  return el("div", { class: "command secret-box" }, text, el("div", { class: "buttons" }, toggle, copy));
}
