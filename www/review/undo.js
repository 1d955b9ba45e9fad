// A decision cannot be taken back once it is sent, so each is sent five seconds after the button was pressed, and can be undone until then. What waits is
// listed at the lower edge of the window, whatever else is opened in the list. Nothing is sent before the time is over: leaving the panel drops what waits and
// says so; leaving the page asks first, and drops it; and so does another connection, which could belong to another person.
import { el, announce } from "../ui/dom.js";
import { connection } from "../cluster/connection.js";

const SECONDS = 5;
/** Seconds after which what waits is not sent any more: the machine slept, and nobody expects it. A tab in the background is a minute late (Chromium, 2026-11). */
const LATE = 120;

/** @import { Child } from "../ui/dom.js" */

export function undoBar() {
  const node = el("div", { class: "undo", id: "review-undo" });
  /** What drops each decision that waits, and says why. @type {Set<(says?: string) => void>} */
  const waiting = new Set();
  addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
  // Five seconds are short for a person who has to find the button by the keyboard.
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    const last = [...waiting].at(-1);
    if (!last || (target instanceof Element && target.matches("input:not([type=checkbox]), textarea"))) return;
    event.preventDefault();
    last("Undone.");
  });
  // A page that the browser keeps for "back" would send when it is shown again.
  addEventListener("pagehide", () => {
    for (const drop of [...waiting]) drop();
  });

  return {
    node,
    /**
     * True after five seconds; false, and said, where it was undone, `signal` was aborted before (its reason is the sentence that says why), or the page has
     * connected again in between.
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
          el("button", { type: "button", title: "Ctrl+Z", onclick: (/** @type {MouseEvent} */ { detail }) => detail > 1 || end(false, "Undone.") }, "Undo"),
        );
        const connected = connection();
        const due = Date.now() + SECONDS * 1000;
        const count = () => {
          left.textContent = `in ${Math.max(1, Math.ceil((due - Date.now()) / 1000))} s`;
        };
        const drop = (says = "") => end(false, says);
        const aborted = () => end(false, String(signal.reason));
        const ticking = setInterval(count, 250);
        const timer = setTimeout(() => {
          if (connection() !== connected) end(false, "The connection to the cluster has changed.");
          else if (Date.now() > due + LATE * 1000) end(false, "This page was suspended before the decision was sent.");
          else end(true);
        }, SECONDS * 1000);

        function end(/** @type {boolean} */ send, says = "") {
          clearInterval(ticking);
          clearTimeout(timer);
          signal.removeEventListener("abort", aborted);
          waiting.delete(drop);
          line.remove();
          if (says) announce(`${says} Nothing was sent.`, { seen: true });
          resolve(send);
        }

        if (signal.aborted) return aborted();
        signal.addEventListener("abort", aborted);
        waiting.add(drop);
        count();
        node.append(line);
        announce(`${line.querySelector("span")?.textContent ?? ""}. Undo is possible for ${SECONDS} seconds, also by Ctrl+Z.`);
      }),
    /** The list is left: nobody would see what becomes of what waits, so it is not sent. */
    leave() {
      const { size } = waiting;
      for (const drop of [...waiting]) drop();
      if (size === 0) return;
      const what = size === 1 ? "the decision was sent" : `${size} decisions were sent`;
      announce(`You left before ${what}. Nothing was sent.`, { seen: true });
    },
  };
}
