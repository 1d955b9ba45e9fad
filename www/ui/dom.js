// Building and finding elements. Text goes in as text nodes only: no string ever becomes markup here.

/** The one element that a selector names; a miss is a mistake in the page and said at once. */
export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** An element with properties and children, lists of children among them. `on…` properties are listeners, others are attributes; null and false are left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function show(node, visible = true) {
  node.hidden = !visible;
}

/** Says a change of state to screen readers, and with `seen` to everybody for a while. The same sentence twice is said twice. */
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
export const freshId = (stem) => `${stem}-${++ids}`;
