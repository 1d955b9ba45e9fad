// Work in pieces, so that the page stays alive on a slow computer: no task of it is longer than 50 ms there.

/** Milliseconds of work in one task. What it puts on the page costs about the same again, and a computer six times slower is meant. */
const BUDGET = 1.3;

/** Lets the page do what waits. */
export const breath = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Until what was put on the page is on the screen: its layout is a task of its own. A page that nobody sees has no frames. */
export const frame = () =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve, 0);
    });
  });

/** Lays out what was put on the page in the task that put it there: together with painting, it would make the task of the frame long. */
export const layOut = (/** @type {Element} */ node) => void node.getBoundingClientRect();

/** `await pace()` between two pieces: goes on at once, or in the next frame. False where `over()` says that the work is no longer wanted. */
export function pacer(/** @type {() => boolean} */ over = () => false) {
  let began = performance.now();
  return async () => {
    if (performance.now() - began > BUDGET) {
      await frame();
      began = performance.now();
    }
    return !over();
  };
}

/** @typedef {{ key: string, make: () => HTMLElement }} Item what has the same key looks the same */

/** The children of each list by their key. @type {WeakMap<HTMLElement, Map<string, HTMLElement>>} */
const filled = new WeakMap();

/**
 * Brings the children of a list to these items, from the top: what is there already stays the element that it is. False where `pace` says so.
 * @param {HTMLElement} list
 * @param {readonly Item[]} items
 * @param {ReturnType<typeof pacer>} pace
 */
export async function fill(list, items, pace) {
  const known = filled.get(list) ?? new Map();
  filled.set(list, known);
  /** @type {Map<string, Item>} */
  const wanted = new Map();
  for (const item of items) {
    let { key } = item;
    for (let again = 2; wanted.has(key); again += 1) key = `${item.key} ${again}`;
    wanted.set(key, item);
  }
  for (const [key, node] of known) {
    if (wanted.has(key)) continue;
    node.remove();
    known.delete(key);
  }
  let at = 0;
  for (const [key, { make }] of wanted) {
    if (!(await pace())) return false;
    const node = known.get(key) ?? make();
    known.set(key, node);
    const here = list.children[at++];
    if (here !== node) list.insertBefore(node, here ?? null);
  }
  return true;
}
