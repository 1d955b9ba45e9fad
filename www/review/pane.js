// The request that is open, beside the list: its card, made again when it changes. What has been read on a card is remembered by name, so that a request that
// is exchanged under somebody's hand is marked, and cannot be decided on before the difference was visible.
import { el, find } from "../ui/dom.js";
import { name } from "../ui/names.js";
import { disarm, sameRequest } from "./arm.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Control } from "./arm.js" */

/**
 * What a card shows.
 * @typedef {object} Shown
 * @property {CsrStatus} report
 * @property {CsrStatus} [before] what it showed as another request
 * @property {boolean} armed whether it can be decided on
 * @property {() => void} [stop] ends the waiting for that
 * @property {Promise<unknown>} settled by the card: when nothing above its buttons can grow any more
 */

/**
 * @typedef {object} About
 * @property {(name: string) => CsrStatus | undefined} reportOf
 * @property {(report: CsrStatus, shown: Shown) => HTMLElement} card
 * @property {() => void} closed
 */
export function requestPane(/** @type {About} */ { reportOf, card, closed }) {
  const place = el("div", { class: "pane-card" });
  const node = el("div", { id: "review-detail" }, el("button", { type: "button", class: "small back", onclick: () => closed() }, "Back to the list"), place);
  /** @type {Map<string, Shown>} */
  const shown = new Map();
  let open = "";

  function make(/** @type {string} */ of) {
    const last = shown.get(of);
    last?.stop?.();
    const report = reportOf(of);
    if (!report) return goneCard(of);
    const swapped = last && !sameRequest(last.report, report);
    // What a person has read is the last card that could be decided on.
    const read = swapped && last.armed ? last.report : last?.before;
    /** @type {Shown} */
    const now = {
      report,
      ...(read && !sameRequest(read, report) ? { before: read } : {}),
      armed: last ? last.armed && !swapped : true,
      settled: Promise.resolve(),
    };
    shown.set(of, now);
    const article = card(report, now);
    if (!now.armed)
      now.stop = disarm(
        article.querySelector(".changed-box") ?? find("dl", article),
        /** @type {Control[]} */ ([...article.querySelectorAll(".decision > .row button:not(:disabled)")]),
        () => {
          now.armed = true;
          article.querySelector(".unread")?.remove();
        },
      );
    return article;
  }

  function draw() {
    if (!open) return place.replaceChildren(el("p", { class: "hint empty" }, "Select a request to see its details. Keys: j and k move, Enter opens."));
    const inside = place.contains(document.activeElement);
    place.replaceChildren(make(open));
    if (inside) find("h2", place).focus({ preventScroll: true }); // what is exchanged does not come into view by itself
  }

  draw();
  return {
    node,
    /** Opens a request, or none. */
    show(/** @type {string} */ of) {
      open = of;
      place.style.minHeight = "";
      draw();
    },
    current: () => open,
    /** Somebody has read what its row shows of this request, and selected it. */
    read(/** @type {CsrStatus} */ report) {
      if (!shown.has(report.name)) shown.set(report.name, { report, armed: true, settled: Promise.resolve() });
    },
    /** What is known of this request has changed. */
    changed(/** @type {string} */ of) {
      if (of !== open) return;
      // A card that is shorter than the one before would bring other parts of the page under the pointer, or itself into view, with buttons that decide.
      const { state } = reportOf(of) ?? { state: "gone" };
      place.style.minHeight = state === "pending" || state === "gone" ? `${place.offsetHeight}px` : "";
      draw();
    },
    focus() {
      place.querySelector("h2")?.focus();
    },
    /** What each card has shown is kept: a request that is exchanged while nobody looks is another one, too. */
    clear() {
      for (const { stop } of shown.values()) stop?.();
      open = "";
      place.style.minHeight = "";
      draw();
    },
  };
}

const goneCard = (/** @type {string} */ of) =>
  el(
    "article",
    { class: "card request gone", "data-name": of },
    el("h2", { tabindex: "-1" }, name(of), " ", el("span", { class: "state" }, "deleted")),
    el("p", { class: "hint" }, "Someone deleted it, or the cluster did: it removes old requests."),
  );
