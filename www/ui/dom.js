// Building and finding elements. Text goes in as text nodes only: no string ever becomes markup here.
import { el } from "../kubecred/ui/dom.js";

export { el, freshId } from "../kubecred/ui/dom.js";

/** @typedef {import("../kubecred/ui/dom.js").Child} Child */

/**
 * The one element that a selector names; a miss is a mistake in the page and said at once. What kind of element it is, only
 * index.html tells, hence no narrower type.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {any}
 */
export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** @param {HTMLElement} node @param {boolean} [visible] */
export function show(node, visible = true) {
  node.hidden = !visible;
}

/** So many sentences fit above the lower edge of a small screen; where more are said at once, the oldest go. */
const MOST_SEEN = 3;

/**
 * Says a change of state to screen readers, and with `seen` to everybody for a while, whatever else is said meanwhile: the newest on top, where it moves
 * none that is being read. The same sentence twice is said twice.
 * @param {string} sentence
 * @param {{ seen?: boolean }} [how]
 */
export function announce(sentence, { seen = false } = {}) {
  const live = find("#live");
  const [shown, heard] = live.children;
  if (!seen) {
    clearTimeout(saying); // or its sentence would appear as this one
    heard.textContent = "";
    saying = setTimeout(() => {
      heard.textContent = sentence;
    }, 50);
    return;
  }
  for (const line of [...shown.children]) if (line.textContent === sentence) line.remove();
  const line = el("span", {}, sentence);
  shown.prepend(line);
  shown.children[MOST_SEEN]?.remove();
  live.className = "toast";
  setTimeout(() => {
    line.remove();
    if (!shown.firstChild) live.className = "unseen";
  }, 8000);
}
let saying = 0;
