// The list of #/review: thousands of requests in memory, two tabs, a search, and what is known of each as it changes. Rows are in rows.js, the request that
// is open in pane.js.
import { el, find, show, announce } from "../ui/dom.js";
import { sentence } from "../ui/findings.js";
import { name, plainName } from "../ui/names.js";
import { breath } from "../ui/pace.js";
import { sameRequest } from "./arm.js";
import { selection } from "./chosen.js";
import { listFilters } from "./filters.js";
import { rowKeys } from "./keys.js";
import { requestPane } from "./pane.js";
import { HEADINGS, isPlain, requestRow } from "./row.js";
import { openButton, rowsIn } from "./rows.js";
import { requestStore, tabOf } from "./store.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Change } from "./follow.js" */
/** @import { Shown as Card } from "./pane.js" */
/** @typedef {Card} Shown */

/** Milliseconds in which changes are gathered before the counts are written again. */
const GATHER = 200;

/** Where list and request are next to each other (panels.css). */
const WIDE = matchMedia("(min-width: 60.01rem)");
/** So many requests are taken in one task: a fraction of what a task may take on a slow machine. */
const SLICE = 50;

/**
 * @typedef {object} Parts
 * @property {HTMLElement} section
 * @property {(report: CsrStatus, shown: Shown) => HTMLElement} card
 * @property {(report: CsrStatus, again?: boolean) => Promise<{ matches: boolean, error?: unknown } | undefined>} verdict whether it is as invited, where it belongs to an invitation
 * @property {(name: string) => boolean} unread whether that invitation could not be read when it was compared last
 * @property {ReturnType<typeof import("./undo.js").undoBar>} undo
 * @property {(name: string, report: CsrStatus | undefined) => void} changed told of each request that is another one, or gone
 */
export function requestList(/** @type {Parts} */ { section, card, verdict, unread, undo, changed: told }) {
  const all = requestStore();
  const count = find("#review-count", section);
  const none = el("p", { class: "hint none", hidden: true });
  const filters = find("#review-filters", section);
  const narrowing = listFilters(filters, filter);
  const list = find("#review-list", section);
  const head = el("div", { class: "request-head", "aria-hidden": "true" }, el("span", {}), ...HEADINGS.pending.map(() => el("span", {})));
  list.before(head);
  list.after(none);
  const reportOf = all.get;
  const rows = rowsIn(list, make, (of) => chosen.forget(of));
  const pane = requestPane({ reportOf, card, closed: () => open("", { focusRow: pane.current() }) });
  find("#review-split", section).append(pane.node);
  const chosen = selection({ place: find("#review-selection", section), reportOf, decided, replaced, flag, read: pane.read, verdict, undo });
  /** What is gone since the list was read: its row stays where it was, so that none below it moves. @type {Map<string, CsrStatus>} */
  const gone = new Map();
  /** Requests that do not match their invitation, or whose invitation could not be read: they are decided one by one. @type {Set<string>} */
  const flagged = new Set();
  let wanted = "";
  /** The same, until it or another one is open. */
  let awaited = "";
  /** @type {string[]} */
  let order = [];
  let gathering = 0;
  let complete = false;
  /** How often the list was emptied: what is still being taken for the list before is not taken. */
  let filled = 0;
  /** @type {string[]} */
  let arrived = [];
  rowKeys({ section, list, rows, current: () => pane.current(), back: () => open("") });
  // A person who has gone on to something else is not interrupted, least of all under a finger.
  section.addEventListener("pointerdown", () => {
    awaited = "";
  });

  function make(/** @type {string} */ of) {
    const known = reportOf(of);
    const report = /** @type {CsrStatus} */ (known ?? gone.get(of));
    const tick = known && isPlain(known) && !flagged.has(of) ? chosen.tick(known) : null;
    return requestRow(report, { tick, gone: !known, current: of === pane.current(), differs: flagged.has(of), unread: unread(of), open });
  }

  function mark(/** @type {string} */ of, /** @type {boolean} */ current) {
    const row = rows.get(of);
    if (!row) return;
    if (current) openButton(row).setAttribute("aria-current", "true");
    else openButton(row).removeAttribute("aria-current");
  }

  /** Shows a request next to the list, in its place on a narrow screen; "" shows the list. */
  function open(/** @type {string} */ of, { focusRow = "", focus = true } = {}) {
    awaited = "";
    mark(pane.current(), false);
    pane.show(of);
    mark(of, true);
    section.classList.toggle("detail-open", of !== "");
    if (of && focus) pane.focus();
    if (focusRow) rows.focus(focusRow);
  }

  function arrange() {
    order = all.matching(narrowing.tab(), narrowing.terms());
  }

  /** Which requests there are is one task, their rows are others: of ten thousand, each is long enough. */
  async function filter() {
    arrange();
    say();
    await breath();
    void rows.show(order, { again: true });
  }

  function say() {
    const pending = all.pending();
    const decidedCount = all.size - pending;
    const narrowed = narrowing.terms().length > 0;
    narrowing.say({ pending, decided: decidedCount, narrowed });
    const matching = gone.size ? order.filter((of) => all.has(of)).length : order.length;
    count.replaceChildren(
      ...(wanted && complete && !all.has(wanted) ? [el("b", {}, "The request ", name(wanted), " was not found. "), "It may have been deleted. "] : []),
      all.size ? `${pending} pending, ${decidedCount} decided.` : "No requests in this cluster.",
      ...(narrowed ? [` ${matching} match the search.`] : []),
    );
    show(none, order.length === 0 && all.size > 0);
    none.textContent = narrowed ? "No request matches the search." : narrowing.tab() === "pending" ? "No pending requests." : "No decided requests.";
    show(filters, all.size > 0);
    show(head, order.length > 0);
    HEADINGS[narrowing.tab()].forEach((title, index) => {
      const place = head.children[index + 1];
      if (place && place.textContent !== title) place.textContent = title;
    });
  }

  /** What somebody decided here. Where the cluster has told of a later state meanwhile, that one counts. */
  function decided(/** @type {CsrStatus | undefined} */ known, /** @type {CsrStatus} */ report) {
    if (reportOf(report.name) !== known) return;
    change("modified", report);
    redraw(report.name);
  }

  /** The server has another request under this name than the one that was decided on: its card takes the place. */
  function replaced(/** @type {CsrStatus} */ report, /** @type {string} */ says) {
    change("modified", report);
    redraw(report.name);
    announce(`${plainName(report.name)}: ${sentence(says)}`, { seen: true });
  }

  function redraw(/** @type {string} */ of) {
    if (rows.has(of)) rows.renew(of);
    pane.changed(of);
  }

  const same = (/** @type {CsrStatus} */ one, /** @type {CsrStatus} */ other) => JSON.stringify(one) === JSON.stringify(other);

  /** One request has arrived, changed, or is gone. */
  function change(/** @type {Change} */ kind, /** @type {CsrStatus} */ report) {
    if (kind === "deleted") return remove(report.name);
    const known = reportOf(report.name);
    if (known && same(known, report)) return;
    if (!known || !sameRequest(known, report)) flagged.delete(report.name); // another request: what it says was not compared yet
    all.set(report);
    if (!known) arrived.push(report.name);
    if (report.name === awaited) openWanted();
    changed(report.name);
  }

  function remove(/** @type {string} */ of) {
    const last = reportOf(of);
    if (!last) return;
    gone.set(of, last);
    all.remove(of);
    changed(of);
  }

  function changed(/** @type {string} */ of) {
    told(of, reportOf(of));
    rows.outdated(of);
    if (of === pane.current()) stale = true;
    if (!gathering) gathering = setTimeout(gather, GATHER);
  }
  let stale = false;

  /** Puts requests at the end, where they move nothing; forgets those that are gone and below what was seen. Gives those that wait. */
  function insert(/** @type {readonly string[]} */ names) {
    const terms = narrowing.terms();
    const placed = new Set(order);
    const fresh = names.filter((of) => !placed.has(of) && all.fits(of, narrowing.tab(), terms));
    const end = rows.end();
    order = [...order, ...fresh].filter((of, index) => all.has(of) || index < end);
    say();
    return fresh.filter((of) => reportOf(of)?.state === "pending");
  }

  function gather() {
    gathering = 0;
    const pending = insert(arrived);
    arrived = [];
    chosen.draw();
    void rows.show(order);
    if (stale) pane.changed(pane.current());
    stale = false;
    if (pending.length) announce(pending.length === 1 ? `A request has arrived: ${plainName(pending[0])}.` : `${pending.length} requests have arrived.`);
  }

  /** The request does not match its invitation: it is not one of many any more, unless it was compared again and `matches` by now. */
  function flag(/** @type {CsrStatus} */ { name: of }, matches = false) {
    if (matches && !flagged.delete(of)) return;
    if (!matches) {
      flagged.add(of);
      chosen.remove(of);
    }
    if (rows.has(of)) rows.renew(of);
  }

  return {
    clear(/** @type {string} */ of) {
      wanted = of;
      awaited = of;
      complete = false;
      filled += 1;
      all.clear();
      flagged.clear();
      gone.clear();
      order = [];
      chosen.clear();
      pane.clear();
      section.classList.remove("detail-open");
      narrowing.choose("pending");
      for (const part of [filters, head, none]) show(part, false);
      void rows.clear();
    },
    /** The list is left, and read again where somebody comes back: to lay out its rows once more for that would be a long task. */
    leave() {
      filled += 1;
      clearTimeout(gathering);
      gathering = 0;
      order = [];
      arrived = [];
      stale = false;
      void rows.show(order, { again: true });
    },
    /** The first page is shown when it is there; later ones stand behind it until all are there. */
    async add(/** @type {readonly CsrStatus[]} */ reports) {
      const first = all.size === 0;
      const mine = filled;
      for (let from = 0; from < reports.length; from += SLICE) {
        await breath();
        if (mine !== filled) return;
        for (const report of reports.slice(from, from + SLICE)) all.set(report);
      }
      await breath();
      if (mine !== filled) return;
      all.sort();
      if (all.has(awaited)) openWanted();
      if (first) return filter();
      insert(reports.map(({ name: of }) => of));
      void rows.show(order);
    },
    /** All are there. */
    async complete() {
      complete = true;
      arrange();
      say();
      await breath();
      // The only one that waits is opened, where it takes the place of nothing.
      if (!wanted && !pane.current() && order.length === 1 && narrowing.tab() === "pending" && !section.classList.contains("linked") && WIDE.matches)
        open(order[0] ?? "", { focus: false });
      return rows.show(order);
    },
    names: all.names,
    withKey: all.withKey,
    open,
    reportOf,
    change,
    remove,
    decided,
    replaced,
    flag,
    /** The cluster answers again: so may the invitation of the request that is open. A card on which somebody may have typed stays. */
    answers() {
      const of = pane.current();
      if (unread(of) && !pane.node.querySelector(".decision input")) pane.changed(of);
    },
    focus: (/** @type {string} */ of) => {
      if (of === pane.current()) pane.focus();
    },
  };

  function openWanted() {
    const report = reportOf(wanted);
    if (report && tabOf(report) !== narrowing.tab()) {
      narrowing.choose(tabOf(report));
      void filter();
    }
    // A person who went on to a field while the list was read is left there.
    open(wanted, { focus: document.activeElement === document.body || document.activeElement?.id === "review-title" });
  }
}
