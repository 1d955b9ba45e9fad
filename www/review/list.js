// The list of #/review: thousands of requests in memory, two tabs, a search, and what is known of each as it changes. Rows are in rows.js, the request that
// is open in pane.js.
import { el, find, show, announce, freshId } from "../ui/dom.js";
import { name, plainName } from "../ui/names.js";
import { selection } from "./chosen.js";
import { requestPane } from "./pane.js";
import { HEADINGS, isPlain, requestRow } from "./row.js";
import { openButton, rowsIn } from "./rows.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Change } from "./follow.js" */
/** @import { Shown as Card } from "./pane.js" */
/** @typedef {Card} Shown */

/** @typedef {"pending" | "decided"} Tab */
/** Milliseconds in which changes are gathered before the counts are written again. */
const GATHER = 200;

/** Everything that a search looks at, once per request. */
const haystack = (/** @type {CsrStatus} */ report) =>
  [
    report.name,
    report.state,
    report.risk?.level ?? "",
    report.signerName,
    report.requestor.user,
    report.request.user,
    ...report.request.groups,
    ...[...report.findings, ...report.request.findings].map(({ code }) => code),
  ]
    .join("\n")
    .toLowerCase();

const tabOf = (/** @type {CsrStatus} */ report) => /** @type {Tab} */ (report.state === "pending" ? "pending" : "decided");

/**
 * @typedef {object} Parts
 * @property {HTMLElement} section
 * @property {(report: CsrStatus, shown: Shown) => HTMLElement} card
 * @property {(report: CsrStatus) => Promise<{ matches: boolean } | undefined>} verdict whether it is as invited, where it belongs to an invitation
 * @property {ReturnType<typeof import("./undo.js").undoBar>} undo
 * @property {(name: string, report: CsrStatus | undefined) => void} changed told of each request that is another one, or gone
 */
export function requestList(/** @type {Parts} */ { section, card, verdict, undo, changed: told }) {
  /** @type {Map<string, { report: CsrStatus, text: string }>} */
  const all = new Map();
  const count = find("#review-count", section);
  const words = el("input", {
    id: freshId("search"),
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "200",
    placeholder: "user, group, signer …",
  });
  const tabs = { pending: tabButton("pending", "Pending"), decided: tabButton("decided", "Decided") };
  const clearButton = el("button", { type: "button", class: "small", hidden: true, onclick: clearFilter }, "Clear the filter");
  const none = el("p", { class: "hint none", hidden: true });
  const filters = find("#review-filters", section);
  filters.append(
    el("div", { class: "tabs", role: "group", "aria-label": "Requests to show" }, tabs.pending, tabs.decided),
    el("label", { for: words.id }, "Search"),
    words,
    clearButton,
  );
  const list = find("#review-list", section);
  const head = el("div", { class: "request-head", "aria-hidden": "true" }, el("span", {}), ...HEADINGS.map((title) => el("span", {}, title)));
  list.before(head);
  list.after(none);
  const reportOf = (/** @type {string} */ of) => all.get(of)?.report;
  const rows = rowsIn(list, make);
  const pane = requestPane({ reportOf, card, closed: () => open("", { focusRow: pane.current() }) });
  find("#review-split", section).append(pane.node);
  const chosen = selection({ place: find("#review-selection", section), reportOf, decided, replaced, flag, read: pane.read, verdict, undo });
  /** What is gone since the list was read: where its row is on the screen, it stays there. @type {Map<string, CsrStatus>} */
  const gone = new Map();
  /** Requests that do not match their invitation: they are decided one by one. @type {Set<string>} */
  const flagged = new Set();
  /** @type {Tab} */
  let tab = "pending";
  let wanted = "";
  /** The same, until it or another one is open. */
  let awaited = "";
  /** @type {string[]} */
  let order = [];
  let typing = 0;
  let gathering = 0;
  let complete = false;
  /** @type {string[]} */
  let arrived = [];
  words.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 120);
  });
  document.addEventListener("keydown", keyed);
  // A person who has gone on to something else is not interrupted, least of all under a finger.
  section.addEventListener("pointerdown", () => {
    awaited = "";
  });

  function tabButton(/** @type {Tab} */ value, /** @type {string} */ label) {
    return el(
      "button",
      { type: "button", class: "tab", "aria-pressed": String(value === "pending"), onclick: () => choose(value) },
      label,
      " ",
      el("span", { class: "count" }, "0"),
    );
  }

  function choose(/** @type {Tab} */ value) {
    tab = value;
    for (const [each, button] of Object.entries(tabs)) button.setAttribute("aria-pressed", String(each === tab));
    filter();
  }

  function clearFilter() {
    words.value = "";
    filter();
    words.focus();
  }

  function make(/** @type {string} */ of) {
    const known = reportOf(of);
    const report = /** @type {CsrStatus} */ (known ?? gone.get(of));
    const tick = known && isPlain(known) && !flagged.has(of) ? chosen.tick(known) : null;
    return requestRow(report, { tick, gone: !known, current: of === pane.current(), open });
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
    const row = rows.get(focusRow);
    if (row) openButton(row).focus();
  }

  /** j and k go to the next and the last row, as in other lists of this kind; Enter opens, since a row is a button. */
  function keyed(/** @type {KeyboardEvent} */ event) {
    const { target, key } = event;
    if (!["j", "k"].includes(key) || event.ctrlKey || event.metaKey || event.altKey || section.hidden || document.querySelector("dialog[open]")) return;
    if (target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select")) return;
    const buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (list.querySelectorAll(".open"))];
    const row = target instanceof Element ? target.closest(".request-row") : null;
    const here = buttons.findIndex((button) => (row ? row.contains(button) : button.getAttribute("aria-current") === "true"));
    const next = buttons[here + (key === "j" ? 1 : -1)] ?? (here < 0 ? buttons[0] : undefined);
    event.preventDefault();
    if (!next) return;
    if (section.classList.contains("detail-open") && !next.checkVisibility()) open("");
    next.focus();
  }

  const asked = () => words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (/** @type {{ report: CsrStatus, text: string }} */ { report, text }, /** @type {readonly string[]} */ terms) =>
    tabOf(report) === tab && terms.every((term) => text.includes(term));

  /** Those that wait the longest first; of those that are decided the newest. */
  function arrange() {
    const terms = asked();
    /** @type {CsrStatus[]} */
    const found = [];
    for (const one of all.values()) if (fits(one, terms)) found.push(one.report);
    const sign = tab === "pending" ? 1 : -1;
    const at = (/** @type {CsrStatus} */ { createdAt }) => createdAt ?? "";
    found.sort((one, two) => (at(one) === at(two) ? (one.name < two.name ? -1 : 1) : at(one) < at(two) ? -sign : sign));
    order = found.map(({ name: of }) => of);
  }

  function filter() {
    arrange();
    say();
    void rows.show(order, { again: true });
  }

  function say() {
    let pending = 0;
    for (const { report } of all.values()) if (report.state === "pending") pending += 1;
    const decidedCount = all.size - pending;
    find(".count", tabs.pending).textContent = pending.toLocaleString("en");
    find(".count", tabs.decided).textContent = decidedCount.toLocaleString("en");
    const narrowed = asked().length > 0;
    const matching = order.filter((of) => all.has(of)).length;
    count.replaceChildren(
      ...(wanted && complete && !all.has(wanted) ? [el("b", {}, "There is no request called ", name(wanted), ". "), "It may have been deleted. "] : []),
      all.size ? `${pending} pending, ${decidedCount} decided.` : "No requests in this cluster.",
      ...(narrowed ? [` ${matching} match the search.`] : []),
    );
    show(clearButton, narrowed);
    show(none, order.length === 0 && all.size > 0);
    none.textContent = narrowed ? "No request matches the search." : tab === "pending" ? "No pending requests." : "No decided requests.";
    show(filters, all.size > 0);
    show(head, order.length > 0);
  }

  /** What somebody decided here. Where the cluster has told of a later state meanwhile, that one counts. */
  function decided(/** @type {CsrStatus | undefined} */ known, /** @type {CsrStatus} */ report) {
    if (reportOf(report.name) !== known) return;
    change("modified", report);
    redraw(report.name);
  }

  /** The server has another request under this name than the one that was decided on: its card takes the place. */
  function replaced(/** @type {CsrStatus} */ report) {
    change("modified", report);
    redraw(report.name);
    announce(`${plainName(report.name)} is a different request now. Nothing was decided. Read it again.`, { seen: true });
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
    all.set(report.name, { report, text: haystack(report) });
    if (!known) arrived.push(report.name);
    if (report.name === awaited) openWanted();
    changed(report.name);
  }

  function remove(/** @type {string} */ of) {
    const last = reportOf(of);
    if (!last) return;
    gone.set(of, last);
    all.delete(of);
    changed(of);
  }

  function changed(/** @type {string} */ of) {
    told(of, reportOf(of));
    rows.outdated(of);
    if (of === pane.current()) stale = true;
    if (!gathering) gathering = setTimeout(gather, GATHER);
  }
  let stale = false;

  /** Puts requests at the end, where they move nothing; forgets those that are gone and were not seen. Gives those that wait. */
  function insert(/** @type {readonly string[]} */ names) {
    const terms = asked();
    const placed = new Set(order);
    const fresh = names.filter((of) => {
      const one = all.get(of);
      return one && !placed.has(of) && fits(one, terms);
    });
    order = [...order, ...fresh].filter((of) => all.has(of) || rows.has(of));
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

  /** The request does not match its invitation: it is not one of many any more. */
  function flag(/** @type {CsrStatus} */ report) {
    flagged.add(report.name);
    chosen.remove(report.name);
    if (rows.has(report.name)) rows.renew(report.name);
  }

  return {
    clear(/** @type {string} */ of) {
      wanted = of;
      awaited = of;
      complete = false;
      all.clear();
      flagged.clear();
      gone.clear();
      order = [];
      chosen.clear();
      pane.clear();
      section.classList.remove("detail-open");
      tab = "pending";
      for (const [each, button] of Object.entries(tabs)) button.setAttribute("aria-pressed", String(each === tab));
      for (const part of [filters, head, none]) show(part, false);
      void rows.clear();
    },
    /** The first page is shown when it is there; later ones stand behind it until all are there. */
    add(/** @type {readonly CsrStatus[]} */ reports) {
      const first = all.size === 0;
      for (const report of reports) all.set(report.name, { report, text: haystack(report) });
      if (all.has(awaited)) openWanted();
      if (first) return filter();
      insert(reports.map(({ name: of }) => of));
      void rows.show(order);
    },
    /** All are there. */
    complete() {
      complete = true;
      arrange();
      say();
      return rows.show(order);
    },
    names: () => [...all.keys()],
    reportOf,
    change,
    remove,
    decided,
    replaced,
    flag,
    focus: (/** @type {string} */ of) => {
      if (of === pane.current()) pane.focus();
    },
  };

  function openWanted() {
    const report = reportOf(wanted);
    if (report && tabOf(report) !== tab) choose(tabOf(report));
    // A person who went on to a field while the list was read is left there.
    open(wanted, { focus: document.activeElement === document.body || document.activeElement?.id === "review-title" });
  }
}
