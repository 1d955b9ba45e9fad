// The rows of #/review on the screen: those in view and some on each side of it, a few made in each task, so that the page stays quick with ten thousand
// requests. A row that is there stays where it is: nothing moves under a pointer without need.
import { grouped } from "../ui/counted.js";
import { el, find } from "../ui/dom.js";
import { frame } from "../ui/pace.js";
import { BATCH, batchesIn } from "./batches.js";

/** So many rows are made in one task: a fraction of what a task may take on a slow machine. */
const SLICE = 3;
/** So many rows are on paper at most. */
const PRINTED = 1000;

/** What opens the request of a row. @param {Element} row @returns {HTMLButtonElement} */
export const openButton = (row) => find(".open", row);

/** `make(name)` gives the row of a request, `dropped(name)` is told of each that is not on the page any more. */
export function rowsIn(/** @type {HTMLElement} */ list, /** @type {(name: string) => HTMLElement} */ make, /** @type {(name: string) => void} */ dropped) {
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  /** @type {readonly string[]} */
  let order = [];
  let near = { from: 0, to: 0 };
  let drawing = 0;
  let printing = false;
  /** Brings the list back to where it was before it was printed: on paper it is nowhere. */
  let back = () => {};
  const outdated = new Set();
  let looking = false;
  const batches = batchesIn(list, lookSoon);
  const unprinted = el("p", { class: "unprinted" });
  list.after(unprinted);
  // A row out of view goes when the person on it has left it.
  list.addEventListener("focusout", () =>
    setTimeout(() => {
      if (!printing && batches.indexes().some((index) => !isNear(index))) void draw();
    }, 0),
  );
  addEventListener("beforeprint", () => {
    const section = list.closest("section");
    if (!section?.checkVisibility() || section.classList.contains("linked")) return; // on a narrow screen it may be hidden, and on paper nevertheless
    printing = true;
    back = batches.print();
    void draw(Infinity); // at once: the browser does not wait
  });
  // Some browsers never say that they have printed. The page gets no input while it is printed, so the first input says that printing is over.
  for (const after of ["afterprint", "pointerdown", "wheel", "keydown"]) addEventListener(after, endPrinting, { capture: true, passive: true });

  function endPrinting() {
    if (!printing) return;
    printing = false;
    back();
    void draw();
  }

  const indexOf = (/** @type {string} */ name) => Math.floor(order.indexOf(name) / BATCH);
  const isNear = (/** @type {number} */ index) => index >= near.from && index < near.to;
  const namesOf = (/** @type {number} */ index) => order.slice(index * BATCH, (index + 1) * BATCH);

  /** Whether other batches are near now: those are drawn. */
  function look() {
    if (printing || !list.checkVisibility()) return;
    const { from, to } = batches.near();
    if (from !== near.from || to !== near.to) void draw();
  }

  /** That others are near is noticed in the midst of a frame: they are drawn in a task of their own. */
  function lookSoon() {
    if (looking) return;
    looking = true;
    setTimeout(() => {
      looking = false;
      look();
    }, 0);
  }

  /** The row that a person is on. */
  function focused() {
    const { activeElement } = document;
    const row = list.contains(activeElement) ? activeElement?.closest(".request-row") : null;
    return row instanceof HTMLElement ? { name: row.dataset.row ?? "", on: activeElement?.className === "open" ? ".open" : "input" } : null;
  }

  function focusAgain(/** @type {HTMLElement} */ row, /** @type {string} */ on) {
    const box = /** @type {HTMLElement | null} */ (row.querySelector(on));
    (box ?? openButton(row)).focus({ preventScroll: true });
  }

  /** Makes a row, in its place if it has one. A person who was on it is on it still. */
  function renew(/** @type {string} */ name) {
    const old = rows.get(name);
    const fresh = make(name);
    rows.set(name, fresh);
    outdated.delete(name);
    if (!old) return;
    for (const said of ["aria-posinset", "aria-setsize"]) fresh.setAttribute(said, old.getAttribute(said) ?? "");
    const person = focused();
    old.replaceWith(fresh);
    if (person?.name === name) focusAgain(fresh, person.on);
  }

  /** The batches to be on the page: on paper the first, otherwise those near, and that of the row which a person is on. */
  function wanted() {
    const person = focused();
    const theirs = person ? indexOf(person.name) : -1;
    return Array.from({ length: Math.ceil(order.length / BATCH) }, (_, index) => index).filter(
      (index) => (printing ? index < PRINTED / BATCH : isNear(index)) || index === theirs,
    );
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

  /** Puts the rows of a batch that are there in their places, and says which of how many each is. */
  function seat(/** @type {number} */ index) {
    const batch = batches.get(index);
    let at = 0;
    for (const [number, name] of namesOf(index).entries()) {
      const row = rows.get(name);
      if (!row) continue;
      if (batch.children[at] !== row) batch.insertBefore(row, batch.children[at] ?? null);
      row.setAttribute("aria-posinset", String(index * BATCH + number + 1));
      row.setAttribute("aria-setsize", String(order.length));
      at += 1;
    }
    batches.hold(index);
  }

  /** Brings the batches of these numbers on the page, with those of their rows that are made. */
  function arrange(/** @type {readonly number[]} */ indexes) {
    const person = focused();
    dropOthers(indexes);
    batches.shape(indexes);
    for (const index of indexes) seat(index);
    const row = rows.get(person?.name ?? "");
    if (person && row && !row.contains(document.activeElement)) focusAgain(row, person.on); // it was taken to another batch
  }

  /** Brings the screen to the order. One that begins later takes over from one that is still at it. */
  async function draw(slice = SLICE) {
    drawing += 1;
    const mine = drawing;
    const change = printing ? (/** @type {() => void} */ work) => work() : batches.keep;
    near = batches.near();
    const here = wanted();
    change(() => arrange(here));
    const left = order.length - here.flatMap(namesOf).length;
    unprinted.textContent = printing && left > 0 ? `${grouped(left)} more are not printed. Search to narrow the list.` : "";
    const missing = here.flatMap((index) => namesOf(index).map((name) => ({ index, name }))).filter(({ name }) => !rows.has(name) || outdated.has(name));
    while (missing.length) {
      const next = missing.splice(0, slice);
      change(() => {
        for (const { name } of next) renew(name);
        for (const index of new Set(next.map(({ index }) => index))) seat(index);
      });
      if (slice === Infinity) return;
      await frame();
      if (mine !== drawing) return;
    }
    look(); // rows are as high as they are now, and others may be near
  }

  /** The focus on the row of this name, which may not be made yet. */
  function focus(/** @type {string | undefined} */ name) {
    const at = name === undefined ? -1 : order.indexOf(name);
    if (name === undefined || at < 0) return;
    if (!rows.has(name)) {
      batches.goTo(at);
      void draw(Infinity); // at once: the row is there when this returns
    }
    const row = rows.get(name);
    if (row) openButton(row).focus();
    void frame().then(look); // rows may turn out lower than thought
  }

  return {
    /** Shows these names. `again`: from the first one, as after another filter. */
    show(/** @type {readonly string[]} */ names, { again = false } = {}) {
      order = names;
      batches.resize(order.length);
      if (again) batches.restart();
      return draw();
    },
    has: (/** @type {string} */ name) => rows.has(name),
    /** What is in front of this number was or is on the screen, and keeps its place. */
    end: () => near.to * BATCH,
    /** What this row shows is no longer so: the next drawing makes it again. */
    outdated(/** @type {string} */ name) {
      if (rows.has(name)) outdated.add(name);
    },
    renew: (/** @type {string} */ name) => batches.keep(() => renew(name)),
    focus,
    get: (/** @type {string} */ name) => rows.get(name),
    names: () => order,
    clear() {
      order = [];
      rows.clear();
      outdated.clear();
      batches.resize(0);
      batches.shape([]);
      batches.restart();
      return draw();
    },
  };
}
