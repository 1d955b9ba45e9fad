// The cards of #/review on the screen: a screenful at a time, a few in each task, so that the page stays quick with ten thousand requests.
// A card that is there stays the element that it is, where it is: nothing moves under somebody's pointer without need.
import { el, find, show } from "../ui/dom.js";

const PAGE = 50;
/** Making and laying out eight cards takes a fifth of what a task may take on a slow machine (2026-11). */
const SLICE = 8;

const breath = () => new Promise((resolve) => setTimeout(resolve, 0));

/** `make(name)` gives the card of a request. */
export function cardsIn(/** @type {HTMLElement} */ list, /** @type {(name: string) => HTMLElement} */ make) {
  /** @type {Map<string, HTMLElement>} */
  const cards = new Map();
  /** @type {readonly string[]} */
  let order = [];
  let most = PAGE;
  let drawing = 0;
  const outdated = new Set();
  const more = el("button", { type: "button", id: "review-more", hidden: true, onclick: showMore });
  list.after(more);

  async function showMore() {
    const next = order[most];
    most += PAGE;
    await draw();
    const card = next === undefined ? undefined : cards.get(next);
    if (card) find("h2", card).focus();
  }

  /** A card behind another one, the first where there is none. A batch that is full is followed by a new one: the browser skips whole batches that nobody sees. */
  function put(/** @type {HTMLElement} */ card, /** @type {any} */ above) {
    const old = card.parentElement;
    const batch = above ? above.parentNode : (list.firstElementChild ?? list.appendChild(el("div", { class: "batch" })));
    if (!above) batch.prepend(card);
    else if (batch.lastElementChild === above && batch.children.length >= PAGE) {
      const next = batch.nextElementSibling;
      if (next && next.children.length < PAGE) next.prepend(card);
      else batch.after(el("div", { class: "batch" }, card));
    } else above.after(card);
    if (old && old.children.length === 0) old.remove();
  }

  const before = (/** @type {HTMLElement} */ card) => card.previousElementSibling ?? card.parentElement?.previousElementSibling?.lastElementChild ?? null;

  /** Makes a card, in its place if it has one, and as tall as it was. A person who was inside it is at its heading then. */
  function renew(/** @type {string} */ name) {
    const old = cards.get(name);
    const fresh = make(name);
    cards.set(name, fresh);
    outdated.delete(name);
    if (!old) return;
    const inside = old.contains(document.activeElement);
    fresh.classList.add("renewed");
    fresh.style.minHeight = `${old.getBoundingClientRect().height}px`;
    old.replaceWith(fresh);
    if (inside) find("h2", fresh).focus();
  }

  /** Brings the screen to the order. One that begins later takes over from one that is still at it. */
  async function draw() {
    drawing += 1;
    const mine = drawing;
    const wanted = order.slice(0, most);
    const kept = new Set(wanted);
    for (const [name, card] of cards) {
      if (kept.has(name)) continue;
      const batch = card.parentElement;
      card.remove();
      if (batch?.children.length === 0) batch.remove();
      cards.delete(name);
      outdated.delete(name);
    }
    const left = order.length - wanted.length;
    more.textContent = `Show more (${left.toLocaleString("en")} left)`;
    show(more, left > 0);
    let made = 0;
    /** @type {string | null} */
    let last = null;
    for (const name of wanted) {
      if (!cards.has(name) || outdated.has(name)) {
        if (made && made % SLICE === 0) await breath();
        if (mine !== drawing) return;
        renew(name);
        made += 1;
      }
      const card = cards.get(name);
      const above = (last && cards.get(last)) || null;
      if (card && (!card.parentNode || before(card) !== above)) put(card, above);
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
    has: (/** @type {string} */ name) => cards.has(name),
    /** What this card shows is no longer so: the next drawing makes it again. */
    outdated(/** @type {string} */ name) {
      if (cards.has(name)) outdated.add(name);
    },
    renew,
    heading: (/** @type {string} */ name) => cards.has(name) && find("h2", cards.get(name)),
    clear() {
      order = [];
      most = PAGE;
      cards.clear();
      outdated.clear();
      list.replaceChildren();
      return draw();
    },
  };
}
