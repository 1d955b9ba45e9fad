// Building and finding elements. Text goes in as text nodes only: no string ever becomes markup here.
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

/**
 * Says a change of state to screen readers, and with `seen` to everybody for a while, whatever else is said meanwhile. The same sentence twice is said twice.
 * @param {string} sentence
 * @param {{ seen?: boolean }} [how]
 */
export function announce(sentence, { seen = false } = {}) {
  const live = find("#live");
  const part = seen ? live.firstElementChild : live.lastElementChild;
  const kind = seen ? "seen" : "heard";
  clearTimeout(saying[kind]); // or its sentence would appear as this one
  part.textContent = "";
  if (seen) {
    clearTimeout(hiding);
    live.className = "unseen";
  }
  saying[kind] = setTimeout(() => {
    part.textContent = sentence;
    if (!seen) return;
    live.className = "toast";
    hiding = setTimeout(() => {
      live.className = "unseen";
    }, 8000);
  }, 50);
}
let hiding = 0;
/** The timers of a sentence that everybody sees and of one for screen readers alone: neither takes the place of the other. */
const saying = { seen: 0, heard: 0 };
