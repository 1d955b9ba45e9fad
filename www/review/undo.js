// A decision cannot be taken back once it is sent, so each is sent five seconds after the button was pressed, and can be undone until then. What waits is
// listed at the lower edge of the window, whatever else is opened. Leaving the panel sends at once; leaving the page asks first.
import { el, announce } from "../ui/dom.js";

const SECONDS = 5;

/** @import { Child } from "../ui/dom.js" */

export function undoBar() {
  const node = el("div", { class: "undo", id: "review-undo" });
  /** @type {Set<{ send: () => void, drop: () => void }>} */
  const waiting = new Set();
  addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });

  return {
    node,
    /**
     * True after five seconds, false where it was undone or `signal` was aborted before.
     * @param {readonly Child[]} words
     * @param {AbortSignal} signal
     * @returns {Promise<boolean>}
     */
    wait: (words, signal) =>
      new Promise((resolve) => {
        const left = el("span", { "aria-hidden": "true" });
        const line = el(
          "div",
          { class: "undo-line", role: "group", "aria-label": "Decision that is about to be sent" },
          el("span", {}, ...words, " ", left),
          el("button", { type: "button", onclick: () => end(false) }, "Undo"),
        );
        const due = Date.now() + SECONDS * 1000;
        const count = () => {
          left.textContent = `in ${Math.max(1, Math.ceil((due - Date.now()) / 1000))} s`;
        };
        const one = { send: () => end(true), drop: () => end(false) };
        const ticking = setInterval(count, 250);
        const timer = setTimeout(one.send, SECONDS * 1000);

        function end(/** @type {boolean} */ send) {
          clearInterval(ticking);
          clearTimeout(timer);
          signal.removeEventListener("abort", one.drop);
          waiting.delete(one);
          line.remove();
          resolve(send);
        }

        if (signal.aborted) return end(false);
        signal.addEventListener("abort", one.drop);
        waiting.add(one);
        count();
        node.append(line);
        announce(`${line.querySelector("span")?.textContent ?? ""}. Undo is possible for ${SECONDS} seconds.`);
      }),
    /** Sends what waits without waiting any longer. */
    flush() {
      for (const one of [...waiting]) one.send();
    },
  };
}
