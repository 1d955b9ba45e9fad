// What waits to be sent is listed at the lower edge of the window, whatever else is opened in the list. Leaving the panel drops it and says so; and so does
// another connection, which could belong to another person.
import { undoing } from "../kubecred/ui/undo.js";
import { el, announce } from "../ui/dom.js";
import { connection } from "../cluster/connection.js";

/** @import { Child } from "../ui/dom.js" */

export function undoBar() {
  const node = el("div", { class: "undo", id: "review-undo" });
  const decisions = undoing(document, announce);
  return {
    node,
    /**
     * True after five seconds; false, and said, where it was undone, `signal` was aborted before (its reason is the sentence that says why), or the page has
     * connected again in between.
     * @param {readonly Child[]} words
     * @param {AbortSignal} signal
     */
    async wait(words, signal) {
      const connected = connection();
      const says = await decisions.wait(words, node, signal, () => (connection() === connected ? "" : "The connection to the cluster has changed."));
      if (says) announce(`${says} Nothing was sent.`, { seen: true });
      return says === undefined;
    },
    /** The list is left: nobody would see what becomes of what waits, so it is not sent. */
    leave() {
      const size = decisions.size();
      decisions.drop();
      if (size === 0) return;
      const what = size === 1 ? "the decision was sent" : `${size} decisions were sent`;
      announce(`You left before ${what}. Nothing was sent.`, { seen: true });
    },
  };
}
