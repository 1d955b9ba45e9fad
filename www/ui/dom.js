// Building and finding elements. Text goes in as text nodes only: no string ever becomes markup here.

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

/** @typedef {Node | string | number | null | undefined | false | readonly Child[]} Child */

/**
 * An element with properties and children, lists of children among them. `on…` properties are listeners, others are attributes; null and false are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, ((event: any) => unknown) | string | number | boolean | null | undefined>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...flat(children));
  return node;
}

/** @param {readonly Child[]} children @returns {(Node | string)[]} */
function flat(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (Array.isArray(child)) return flat(child);
    return [child instanceof Node ? child : String(child)];
  });
}

/** @param {HTMLElement} node @param {boolean} [visible] */
export function show(node, visible = true) {
  node.hidden = !visible;
}

/**
 * Says a change of state to screen readers, and with `seen` to everybody for a while. The same sentence twice is said twice.
 * @param {string} sentence
 * @param {{ seen?: boolean }} [how]
 */
export function announce(sentence, { seen = false } = {}) {
  const live = find("#live");
  clearTimeout(hiding);
  clearTimeout(saying); // or its sentence would appear as this one, seen or not
  live.className = "unseen";
  live.textContent = "";
  saying = setTimeout(() => {
    live.textContent = sentence;
    if (!seen) return;
    live.className = "toast";
    hiding = setTimeout(() => {
      live.className = "unseen";
    }, 8000);
  }, 50);
}
let hiding = 0;
let saying = 0;

let ids = 0;
/** @param {string} stem */
export const freshId = (stem) => `${stem}-${++ids}`;
