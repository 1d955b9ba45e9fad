/*
 * A decision cannot be taken back once it is sent, so each is sent five seconds after the button was pressed, and can be undone until then. Nothing
 * is sent before the time is over: leaving drops what waits, and leaving the page asks first.
 */
import { el } from "./dom.js";
import type { Child } from "./dom.js";

const SECONDS = 5;
/** Seconds after which what waits is not sent any more: the machine slept, and nobody expects it. A tab in the background is a minute late (Chromium, 2026-11). */
const LATE = 120;

/**
 * @param keys where Ctrl+Z undoes the last decision
 * @param say tells what is about to be sent
 * @param life ends the listeners, where the page does not
 */
export function undoing(keys: Document | ShadowRoot, say: (sentence: string) => void, life?: AbortSignal) {
  /** What drops each decision that waits, and says why. */
  const waiting = new Set<(says: string) => void>();
  const drop = () => {
    for (const each of [...waiting]) each("");
  };
  // Without the option `signal`, which a DOM with AbortSignals of its own (jsdom) may refuse.
  const on = (target: EventTarget, type: string, listener: (event: any) => void) => {
    target.addEventListener(type, listener);
    life?.addEventListener("abort", () => target.removeEventListener(type, listener));
  };
  on(window, "beforeunload", (event) => waiting.size && event.preventDefault());
  // A page that the browser keeps for "back" would send when it is shown again.
  on(window, "pagehide", drop);
  // Five seconds are short for a person who has to find the button by the keyboard.
  on(keys, "keydown", (event: KeyboardEvent) => {
    const { target, key, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (key.toLowerCase() !== "z" || !(ctrlKey || metaKey) || shiftKey || altKey) return;
    const last = [...waiting].at(-1);
    if (!last || (target as Element).matches?.("input:not([type=checkbox]), textarea")) return;
    event.preventDefault();
    last("Undone.");
  });

  return {
    /** How many decisions wait. */
    size: () => waiting.size,
    /** Drops them all, and says nothing. */
    drop,
    /**
     * Shows in `place` what is about to be sent. Gives nothing after five seconds: it is to be sent; otherwise why it is not, which is "" where nobody is to be told.
     * @param signal drops it before; its reason is the sentence that says why
     * @param hindered why it cannot be sent any more when the time is over, or ""
     * @param leave puts the focus elsewhere, where it is here when this goes
     */
    wait: (words: readonly Child[], place: Element, signal: AbortSignal, hindered: () => string = () => "", leave: () => void = () => {}) =>
      new Promise<string | undefined>((resolve) => {
        const left = el("span", { "aria-hidden": "true" });
        const undo = ({ detail }: MouseEvent) => {
          if (detail < 2) end("Undone.");
        };
        const said = el("span", {}, ...words, " ", left);
        const line = el(
          "div",
          { class: "undo-line", role: "group", "aria-label": "Decision that is about to be sent" },
          said,
          el("button", { type: "button", part: "button", title: "Ctrl+Z", onclick: undo }, "Undo"),
        );
        const due = Date.now() + SECONDS * 1000;
        const count = () => {
          left.textContent = `in ${Math.max(1, Math.ceil((due - Date.now()) / 1000))} s`;
        };
        const aborted = () => end(String(signal.reason));
        const ticking = setInterval(count, 250);
        const timer = setTimeout(() => {
          end(hindered() || (Date.now() > due + LATE * 1000 ? "This page was suspended before the decision was sent." : undefined));
        }, SECONDS * 1000);

        function end(says: string | undefined) {
          clearInterval(ticking);
          clearTimeout(timer);
          signal.removeEventListener("abort", aborted);
          waiting.delete(end);
          if (line.contains((line.getRootNode() as Document | ShadowRoot).activeElement)) leave();
          line.remove();
          resolve(says);
        }

        if (signal.aborted) return aborted();
        signal.addEventListener("abort", aborted);
        waiting.add(end);
        count();
        place.append(line);
        say(`${said.textContent}. Undo is possible for ${SECONDS} seconds, also by Ctrl+Z.`);
      }),
  };
}
