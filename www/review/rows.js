// The rows of #/review on the screen: those in view and some on each side of it, a few made in each task, so that the page stays quick with ten thousand
// requests. The others are room: a batch of rows that nobody sees is an empty element as high as they are.
// A row that is there stays where it is: nothing moves under a pointer without need.
import { grouped } from "../ui/counted.js";
import { el, find } from "../ui/dom.js";
import { frame } from "../ui/pace.js";

/** So many rows are in a batch: what comes and goes at once. */
const BATCH = 10;
/** So many rows are made in one task: a fraction of what a task may take on a slow machine. */
const SLICE = 4;
/** So many rows are on paper at most. */
const PRINTED = 1000;
/** The height of a row in pixels, until one was laid out. */
const HEIGHT = 29;
/** How much of the list is ready above and below what is seen, in heights of it. */
const AROUND = 0.6;

/** What opens the request of a row. @param {Element} row @returns {HTMLButtonElement} */
export const openButton = (row) => find(".open", row);

/** `make(name)` gives the row of a request, `dropped(name)` is told of each that is not on the page any more. */
export function rowsIn(/** @type {HTMLElement} */ list, /** @type {(name: string) => HTMLElement} */ make, /** @type {(name: string) => void} */ dropped) {
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  /** @type {readonly string[]} */
  let order = [];
  /** Those on the page, by their number. @type {Map<number, HTMLElement>} */
  const batches = new Map();
  /** How high a batch was, with its rows in it. @type {Map<number, number>} */
  const heights = new Map();
  let rowHeight = HEIGHT;
  /** Where the list is scrolled to, and its size. */
  let top = 0;
  let size = { width: 0, height: 800 };
  /** The batches in view or close to it: from one number to another. */
  let near = { from: 0, to: 0 };
  let drawing = 0;
  let printing = false;
  const outdated = new Set();
  const unprinted = el("p", { class: "unprinted" });
  list.after(unprinted);
  list.addEventListener("scroll", look, { passive: true });
  // A row out of view goes when the person on it has left it.
  list.addEventListener("focusout", () =>
    setTimeout(() => {
      if (!printing && [...batches.keys()].some((index) => index < near.from || index >= near.to)) void draw();
    }, 0),
  );
  addEventListener("beforeprint", () => {
    if (!list.checkVisibility()) return;
    printing = true;
    void draw(Infinity); // at once: the browser does not wait
  });
  addEventListener("afterprint", () => {
    if (!printing) return;
    printing = false;
    void draw();
  });
  // A list that is not shown has no size, and comes back as it was. With another width a row has another height.
  new ResizeObserver(([entry]) => {
    const { width = 0, height = 0 } = entry?.contentRect ?? {};
    if (width === 0 || printing) return;
    if (width !== size.width) heights.clear();
    size = { width, height: Math.max(height, list.clientHeight) };
    look();
  }).observe(list);

  const count = () => Math.ceil(order.length / BATCH);
  const namesOf = (/** @type {number} */ index) => order.slice(index * BATCH, (index + 1) * BATCH);
  const heightOf = (/** @type {number} */ index) => heights.get(index) ?? Math.min(BATCH, order.length - index * BATCH) * rowHeight;

  /** Whether other batches are near now: those are drawn. */
  function look() {
    if (!list.checkVisibility()) return;
    top = list.scrollTop;
    const { from, to } = near;
    aim();
    if (from !== near.from || to !== near.to) void draw();
  }

  function aim() {
    const [above, below] = [top - size.height * AROUND, top + size.height * (1 + AROUND)];
    let from = 0;
    let y = 0;
    while (from < count() - 1 && y + heightOf(from) < above) y += heightOf(from++);
    let to = from;
    while (to < count() && y < below) y += heightOf(to++);
    near = { from, to };
  }

  /** Puts the batches of these numbers on the page, and where others are missing, room for them. */
  function shape(/** @type {readonly number[]} */ indexes) {
    const wanted = new Set(indexes);
    for (const [index, batch] of batches) {
      if (wanted.has(index)) continue;
      batch.remove();
      batches.delete(index);
    }
    /** @type {ChildNode | null} */
    let next = list.firstChild;
    const room = (/** @type {number} */ from, /** @type {number} */ to) => {
      let height = 0;
      for (let index = from; index < to; index += 1) height += heightOf(index);
      if (height === 0) return;
      const known = next instanceof HTMLElement && next.className === "room" ? next : null;
      const gap = known ?? el("div", { class: "room", role: "none" });
      if (known) next = known.nextSibling;
      else list.insertBefore(gap, next);
      const pixels = `${Math.round(height)}px`;
      if (gap.style.height !== pixels) gap.style.height = pixels;
    };
    let done = 0;
    for (const index of indexes) {
      room(done, index);
      done = index + 1;
      while (next instanceof HTMLElement && next.className === "room") next = take(next);
      const batch = batches.get(index) ?? el("div", { class: "batch", role: "none" });
      if (!batches.has(index)) batch.style.minHeight = `${Math.round(heightOf(index))}px`;
      batches.set(index, batch);
      if (batch === next) next = batch.nextSibling;
      else list.insertBefore(batch, next);
    }
    room(done, count());
    while (next) next = take(next);
  }

  const take = (/** @type {ChildNode} */ node) => {
    const next = node.nextSibling;
    node.remove();
    return next;
  };

  /** How high the rows are, once they are laid out: the room for others follows from it. */
  function measure() {
    if (!list.checkVisibility()) return;
    for (const [index, batch] of batches) {
      heights.set(index, batch.offsetHeight);
      if (batch.children.length === BATCH) rowHeight = batch.offsetHeight / BATCH;
    }
  }

  /** Makes a row, in its place if it has one. A person who was on it is on it still. */
  function renew(/** @type {string} */ name) {
    const old = rows.get(name);
    const fresh = make(name);
    rows.set(name, fresh);
    outdated.delete(name);
    if (!old) return;
    for (const said of ["aria-posinset", "aria-setsize"]) fresh.setAttribute(said, old.getAttribute(said) ?? "");
    const focused = document.activeElement instanceof HTMLElement && old.contains(document.activeElement) ? document.activeElement.className : null;
    old.replaceWith(fresh);
    if (focused === null) return;
    const box = /** @type {HTMLElement | null} */ (focused === "open" ? null : fresh.querySelector("input"));
    (box ?? openButton(fresh)).focus({ preventScroll: true });
  }

  /** Takes away the rows that are of none of these batches. */
  function dropOthers(/** @type {readonly number[]} */ indexes) {
    const kept = new Set(indexes.flatMap(namesOf));
    for (const [name, row] of rows) {
      if (kept.has(name)) continue;
      row.remove();
      rows.delete(name);
      outdated.delete(name);
      dropped(name);
    }
  }

  /** Brings the screen to the order. One that begins later takes over from one that is still at it. */
  async function draw(slice = SLICE) {
    drawing += 1;
    const mine = drawing;
    aim();
    const here = Array.from({ length: count() }, (_, index) => index).filter(
      (index) => (index >= near.from && index < near.to) || (printing && index < PRINTED / BATCH) || batches.get(index)?.contains(document.activeElement), // who is on a row stays on it
    );
    dropOthers(here);
    shape(here);
    const left = order.length - PRINTED;
    unprinted.textContent = left > 0 ? `${grouped(left)} more are not printed. Search to narrow the list.` : "";
    let made = 0;
    for (const index of here) {
      const batch = /** @type {HTMLElement} */ (batches.get(index));
      for (const [at, name] of namesOf(index).entries()) {
        if (!rows.has(name) || outdated.has(name)) {
          if (made && made % slice === 0) await frame();
          if (mine !== drawing) return;
          renew(name);
          made += 1;
        }
        const row = /** @type {HTMLElement} */ (rows.get(name));
        if (batch.children[at] !== row) batch.insertBefore(row, batch.children[at] ?? null);
        row.setAttribute("aria-posinset", String(index * BATCH + at + 1));
        row.setAttribute("aria-setsize", String(order.length));
      }
      batch.style.minHeight = "";
    }
    if (!made || printing) return;
    await frame();
    if (mine !== drawing) return;
    measure();
    shape(here); // the room for others is as high as rows turned out to be
  }

  /** The focus on the row of this name, which may not be made yet. */
  async function focus(/** @type {string | undefined} */ name) {
    if (name === undefined) return;
    const at = order.indexOf(name);
    if (at < 0) return;
    if (!rows.has(name)) {
      let y = 0;
      for (let index = 0; index < Math.floor(at / BATCH); index += 1) y += heightOf(index);
      list.scrollTop = top = y + (at % BATCH) * rowHeight - size.height / 2;
      aim();
      await draw(Infinity);
    }
    const row = rows.get(name);
    if (row) openButton(row).focus();
  }

  return {
    /** Shows these names. `again`: from the first one, as after another filter. */
    show(/** @type {readonly string[]} */ names, { again = false } = {}) {
      order = names;
      if (again) {
        heights.clear();
        if (top) list.scrollTop = top = 0;
      }
      return draw();
    },
    has: (/** @type {string} */ name) => rows.has(name),
    /** What is in front of this number was or is on the screen, and keeps its place. */
    end: () => near.to * BATCH,
    /** What this row shows is no longer so: the next drawing makes it again. */
    outdated(/** @type {string} */ name) {
      if (rows.has(name)) outdated.add(name);
    },
    renew,
    focus,
    get: (/** @type {string} */ name) => rows.get(name),
    names: () => order,
    clear() {
      order = [];
      rows.clear();
      outdated.clear();
      batches.clear();
      heights.clear();
      top = 0;
      list.replaceChildren();
      return draw();
    },
  };
}
