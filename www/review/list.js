// The list of #/review: thousands of requests in memory, filters, and what is known of each as it changes. Cards are in cards.js.
import { el, find, show, announce, freshId } from "../ui/dom.js";
import { name, plainName } from "../ui/names.js";
import { cardsIn } from "./cards.js";
import { holdUntil } from "../ui/hold.js";
import { disarm, sameRequest } from "./arm.js";
import { selection } from "./chosen.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Control } from "./arm.js" */
/** @import { Change } from "./follow.js" */

/**
 * What a card shows.
 * @typedef {object} Shown
 * @property {CsrStatus} report
 * @property {CsrStatus} [before] what it showed as another request
 * @property {boolean} armed whether it can be decided on
 * @property {() => void} [stop] ends the waiting for that
 * @property {Promise<unknown>} settled by the card: when nothing above its buttons can grow any more
 */

const STATES = { "": "all", pending: "waiting", approved: "approved, not signed", issued: "issued", denied: "denied", failed: "failed" };
/** Milliseconds in which changes are gathered before the counts are written again. */
const GATHER = 200;

/** Everything that a filter looks at, once per request. */
const haystack = (/** @type {CsrStatus} */ report) =>
  [
    report.name,
    report.signerName,
    report.requestor.user,
    report.request.user,
    ...report.request.groups,
    ...[...report.findings, ...report.request.findings].map(({ code }) => code),
  ]
    .join("\n")
    .toLowerCase();

export function requestList(
  /** @type {{ bar: HTMLElement, list: HTMLElement, count: HTMLElement, card: (report: CsrStatus, shown: Shown) => HTMLElement }} */ { bar, list, count, card },
) {
  /** @type {Map<string, { report: any, text: string }>} */
  const all = new Map();
  const words = el("input", {
    id: freshId("filter"),
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "200",
    placeholder: "user, group, signer, remark …",
  });
  const state = el("select", { id: freshId("state") }, ...Object.entries(STATES).map(([value, text]) => el("option", { value }, text)));
  const filters = el("div", { class: "row filters" }, el("label", { for: words.id }, "Filter"), words, el("label", { for: state.id }, "State"), state);
  const place = el("div", { class: "selection" });
  bar.after(filters);
  show(filters, false);
  const reportOf = (/** @type {string} */ name) => all.get(name)?.report;
  const cards = cardsIn(list, make);
  find("#review-hand").before(place);
  const chosen = selection({ place, reportOf, decided, replaced });
  /** @type {Map<string, Shown>} */
  const shown = new Map();
  let wanted = "";
  /** @type {string[]} */
  let order = [];
  /** How many of the order are those that wait: a request that arrives comes behind them. */
  let waiting = 0;
  let typing = 0;
  let gathering = 0;
  /** @type {string[]} */
  let arrived = [];
  words.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 120);
  });
  state.addEventListener("change", filter);

  function make(/** @type {string} */ name) {
    const last = shown.get(name);
    last?.stop?.();
    const report = reportOf(name);
    if (!report) return goneCard(name);
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
    shown.set(name, now);
    const article = card(report, now);
    if (report.state === "pending" && report.request.accepted) {
      const tick = chosen.tick(report);
      article.prepend(tick);
      holdUntil([tick], now.settled);
    }
    if (!now.armed)
      now.stop = disarm(
        article.querySelector(".changed-box") ?? find("dl", article),
        /** @type {Control[]} */ ([...article.querySelectorAll(".decision > .row button:not(:disabled), .check input")]),
        () => {
          now.armed = true;
          article.querySelector(".unread")?.remove();
        },
      );
    return article;
  }

  /** A request that is gone leaves its place on the screen as it was, so that no button slides under a finger that is about to press another. */
  const goneCard = (/** @type {string} */ of) =>
    el(
      "article",
      { class: "card request gone", "data-name": of },
      el("h2", { tabindex: "-1" }, name(of), " ", el("span", { class: "state" }, "gone")),
      el("p", { class: "hint" }, "It was deleted, by a person or by the cluster, which removes old requests."),
    );

  const asked = () => words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (/** @type {{ report: CsrStatus, text: string }} */ { report, text }, /** @type {readonly string[]} */ terms) =>
    (state.value === "" || report.state === state.value) && terms.every((term) => text.includes(term));

  /** The one that was asked for, those that wait, the others; each in the order in which they came. */
  function arrange() {
    const terms = asked();
    /** @type {[string[], string[], string[]]} */
    const [first, pending, rest] = [[], [], []];
    for (const [of, one] of all) if (fits(one, terms)) (of === wanted ? first : one.report.state === "pending" ? pending : rest).push(of);
    order = [...first, ...pending, ...rest];
    waiting = first.length + pending.length;
  }

  function filter() {
    arrange();
    say();
    void cards.show(order, { again: true });
  }

  function say() {
    let pending = 0;
    for (const { report } of all.values()) if (report.state === "pending") pending += 1;
    const text = all.size ? `${pending} waiting, ${all.size - pending} answered.` : "No request in this cluster.";
    const narrowed = state.value !== "" || asked().length > 0;
    count.replaceChildren(
      ...(wanted && !all.has(wanted) ? ["There is no request called ", name(wanted), ". "] : []),
      text,
      ...(narrowed ? [` ${order.filter((of) => all.has(of)).length} match the filter.`] : []),
    );
    show(filters, all.size > 1);
  }

  /** What somebody decided here. Where the cluster has told of a later state meanwhile, that one counts. */
  function decided(/** @type {CsrStatus | undefined} */ known, /** @type {CsrStatus} */ report) {
    if (reportOf(report.name) !== known) return;
    change("modified", report);
    cards.renew(report.name);
  }

  /** The server has another request under this name than the one that was decided on: its card takes the place. */
  function replaced(/** @type {CsrStatus} */ report) {
    change("modified", report);
    cards.renew(report.name);
    announce(`${plainName(report.name)} is another request by now. Nothing was decided. Read it again.`, { seen: true });
  }

  const same = (/** @type {CsrStatus} */ one, /** @type {CsrStatus} */ other) => JSON.stringify(one) === JSON.stringify(other);

  /** One request has arrived, changed, or is gone. */
  function change(/** @type {Change} */ kind, /** @type {CsrStatus} */ report) {
    if (kind === "deleted") return remove(report.name);
    const known = reportOf(report.name);
    if (known && same(known, report)) return;
    all.set(report.name, { report, text: haystack(report) });
    if (!known) arrived.push(report.name);
    changed(report.name);
  }

  function remove(/** @type {string} */ of) {
    if (all.delete(of)) changed(of);
  }

  function changed(/** @type {string} */ of) {
    cards.outdated(of);
    if (!gathering) gathering = setTimeout(gather, GATHER);
  }

  /** Puts requests in where they move nothing that could be decided; forgets those that are gone and were not seen. Gives those that wait. */
  function insert(/** @type {readonly string[]} */ names) {
    const terms = asked();
    const placed = new Set(order);
    const fresh = names.filter((of) => {
      const one = all.get(of);
      return one && !placed.has(of) && fits(one, terms);
    });
    const isPending = (/** @type {string} */ of) => reportOf(of)?.state === "pending";
    const pending = fresh.filter(isPending);
    const there = (/** @type {string} */ of) => all.has(of) || cards.has(of);
    const front = [...order.slice(0, waiting), ...pending].filter(there);
    order = [...front, ...order.slice(waiting), ...fresh.filter((of) => !isPending(of))].filter(there);
    waiting = front.length;
    say();
    return pending;
  }

  function gather() {
    gathering = 0;
    const pending = insert(arrived);
    arrived = [];
    chosen.draw();
    void cards.show(order);
    if (pending.length) announce(pending.length === 1 ? `A request has arrived: ${plainName(pending[0])}.` : `${pending.length} requests have arrived.`);
  }

  return {
    clear(/** @type {string} */ of) {
      wanted = of;
      all.clear();
      order = [];
      // What each card has shown is kept: a request that is exchanged while nobody looks is another one, too.
      for (const { stop } of shown.values()) stop?.();
      chosen.clear();
      void cards.clear();
    },
    /** The first page is shown when it is there; later ones stand behind it until all are there. */
    add(/** @type {readonly CsrStatus[]} */ reports) {
      const first = all.size === 0;
      for (const report of reports) all.set(report.name, { report, text: haystack(report) });
      if (first) return filter();
      insert(reports.map(({ name: of }) => of));
      void cards.show(order);
    },
    /** All are there. */
    complete() {
      arrange();
      say();
      return cards.show(order);
    },
    names: () => [...all.keys()],
    change,
    remove,
    decided,
    replaced,
    focus: (/** @type {string} */ of) => {
      const heading = cards.heading(of);
      if (heading) heading.focus();
    },
  };
}
