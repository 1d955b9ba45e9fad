// The rows of #/review on the screen: a part at a time, a few in each task, so that the page stays quick with ten thousand requests.
// A row that is there stays where it is: nothing moves under a pointer without need.
import { el, find, show } from "../ui/dom.js";

const PAGE = 50;
/** So many rows are made in one task: a fraction of what a task may take on a slow machine. */
const SLICE = 8;

/** So many rows are on paper at most. */
const PRINTED = 1000;

/** What opens the request of a row. @param {Element} row @returns {HTMLButtonElement} */
export const openButton = (row) => find(".open", row);

/** Lets the page do what waits. */
export const breath = () => new Promise((resolve) => setTimeout(resolve, 0));
/** Until what was put on the page is on the screen: its layout is a task of its own. A page that nobody sees has no frames. */
const frame = () =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve, 0);
    });
  });

/** `make(name)` gives the row of a request. */
export function rowsIn(/** @type {HTMLElement} */ list, /** @type {(name: string) => HTMLElement} */ make) {
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  /** @type {readonly string[]} */
  let order = [];
  let most = PAGE;
  let drawing = 0;
  const outdated = new Set();
  const more = el("button", { type: "button", id: "review-more", hidden: true, onclick: showMore });
  const unprinted = el("p", { class: "unprinted" });
  list.after(more, unprinted);
  addEventListener("beforeprint", () => {
    if (!list.checkVisibility()) return;
    most = Math.max(most, PRINTED);
    void draw(Infinity); // at once: the browser does not wait
  });

  async function showMore() {
    const next = order[most];
    most += PAGE;
    await draw();
    const row = next === undefined ? undefined : rows.get(next);
    if (row) openButton(row).focus();
  }

  /** Puts a row behind another one, the first where there is none. A batch that is full is followed by a new one: the browser skips whole batches that nobody sees. */
  function put(/** @type {HTMLElement} */ row, /** @type {any} */ above) {
    const old = row.parentElement;
    const batch = above ? above.parentNode : (list.firstElementChild ?? list.appendChild(el("div", { class: "batch", role: "none" })));
    if (!above) batch.prepend(row);
    else if (batch.lastElementChild === above && batch.children.length >= PAGE) {
      const next = batch.nextElementSibling;
      if (next && next.children.length < PAGE) next.prepend(row);
      else batch.after(el("div", { class: "batch", role: "none" }, row));
    } else above.after(row);
    if (old && old.children.length === 0) old.remove();
  }

  const before = (/** @type {HTMLElement} */ row) => row.previousElementSibling ?? row.parentElement?.previousElementSibling?.lastElementChild ?? null;

  /** Makes a row, in its place if it has one. A person who was on it is on it still. */
  function renew(/** @type {string} */ name) {
    const old = rows.get(name);
    const fresh = make(name);
    rows.set(name, fresh);
    outdated.delete(name);
    if (!old) return;
    const focused = document.activeElement instanceof HTMLElement && old.contains(document.activeElement) ? document.activeElement.className : null;
    old.replaceWith(fresh);
    if (focused === null) return;
    const box = /** @type {HTMLElement | null} */ (focused === "open" ? null : fresh.querySelector("input"));
    (box ?? openButton(fresh)).focus();
  }

  /** Brings the screen to the order. One that begins later takes over from one that is still at it. */
  async function draw(slice = SLICE) {
    drawing += 1;
    const mine = drawing;
    const wanted = order.slice(0, most);
    const kept = new Set(wanted);
    for (const [name, row] of rows) {
      if (kept.has(name)) continue;
      const batch = row.parentElement;
      row.remove();
      if (batch?.children.length === 0) batch.remove();
      rows.delete(name);
      outdated.delete(name);
    }
    const left = order.length - wanted.length;
    more.textContent = `Show more (${left.toLocaleString("en")} left)`;
    unprinted.textContent = left > 0 ? `${left.toLocaleString("en")} more are not printed. Search to narrow the list.` : "";
    show(more, left > 0);
    let made = 0;
    /** @type {string | null} */
    let last = null;
    for (const name of wanted) {
      if (!rows.has(name) || outdated.has(name)) {
        if (made && made % slice === 0) await frame();
        if (mine !== drawing) return;
        renew(name);
        made += 1;
      }
      const row = rows.get(name);
      const above = (last && rows.get(last)) || null;
      if (row && (!row.parentNode || before(row) !== above)) put(row, above);
      last = name;
    }
  }

  return {
    /** Shows the first of these names. `again`: a screenful, as after another filter. */
    show(/** @type {readonly string[]} */ names, { again = false } = {}) {
      order = names;
      if (again) most = PAGE;
      return draw();
    },
    has: (/** @type {string} */ name) => rows.has(name),
    /** What this row shows is no longer so: the next drawing makes it again. */
    outdated(/** @type {string} */ name) {
      if (rows.has(name)) outdated.add(name);
    },
    renew,
    get: (/** @type {string} */ name) => rows.get(name),
    clear() {
      order = [];
      most = PAGE;
      rows.clear();
      outdated.clear();
      list.replaceChildren();
      return draw();
    },
  };
}
