// A request as a card: who would be let in as whom, for how long, what is unusual about it.
import { el } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { instants, lifeBar } from "../ui/dates.js";
import { cardOf, findingsOf, objectRows, requestRows, row, rowsOf } from "../ui/request.js";
import { badge } from "./row.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { CsrReport, CsrStatus } from "../kubecred/index.js" */
/** @import { Remark } from "../ui/findings.js" */

/** A request without its object: someone sent the PEM text alone, or a link. `report` is of the object that the lines below submit, `says` where its values come from. */
export function requestCard(/** @type {CsrReport} */ request, /** @type {{ report?: CsrStatus, says?: string }} */ { report, says } = {}) {
  return el(
    "article",
    { class: "card request", "aria-label": "Certificate request" },
    el("dl", {}, ...requestRows(request), ...(report ? [...row("Object name", name(report.name)), ...objectRows(report)] : [])),
    says ? el("p", { class: "hint" }, says) : null,
    findingList(findingsOf(report ? report.findings.filter(({ code }) => code !== "waiting-for-approval") : [], request)),
  );
}

/** @typedef {[term: string, now: Child[], before: Child[]]} Difference */

/** The rows with what differs from the rows of before marked; and each difference: what is meant, what is there now, what was there before. */
function compared(/** @type {CsrStatus} */ report, /** @type {CsrStatus} */ before) {
  const rows = rowsOf(report);
  /** @returns {[string, HTMLElement][]} */
  const pairs = (/** @type {HTMLElement[]} */ list) =>
    list.flatMap((node, index) => {
      const cell = list[index + 1];
      return index % 2 || !cell ? [] : [[node.textContent, cell]];
    });
  const old = new Map(pairs(rowsOf(before)));
  /** @type {Difference[]} */
  const differences = [];
  const mark = (/** @type {string} */ term, /** @type {HTMLElement} */ cell, /** @type {HTMLElement | undefined} */ was) => {
    differences.push([term, [...cell.childNodes].map((node) => node.cloneNode(true)), was ? [...was.childNodes] : ["none"]]);
    cell.classList.add("changed");
  };
  for (const [term, cell] of pairs(rows)) {
    const was = old.get(term);
    old.delete(term);
    if (was?.textContent !== cell.textContent) mark(term, cell, was);
  }
  for (const [term, was] of old) {
    const [title, cell] = /** @type {[HTMLElement, HTMLElement]} */ (row(term, "none"));
    mark(term, cell, was);
    rows.push(title, cell);
  }
  return { rows, differences };
}

/** A CertificateSigningRequest; `foot` is what may be done with it. `before`: what stood in its place, where that was another request. */
export function signingRequestCard(
  /** @type {CsrStatus} */ report,
  /** @type {HTMLElement | null} */ foot,
  /** @type {{ before?: CsrStatus }} */ { before } = {},
) {
  const { rows, differences } = before ? compared(report, before) : { rows: rowsOf(report), differences: [] };
  return cardOf(report, {
    above: [
      before ? changedBox(report, before, differences) : null,
      report.state === "pending" && report.risk && report.risk.level !== "none-found" ? el("p", { class: "risk-line" }, badge(report)) : null,
    ],
    rows,
    below: [
      report.certificate ? lifeBar(report.certificate.notBefore, report.certificate.notAfter) : null,
      findingList(findingsOf(report.findings, report.request).filter(isForApprover)),
      foot,
      keptUntil(report),
    ],
  });
}

/** Of what is meant for the requester, what one who decides must know, too: why it was denied or failed, and that a pasted manifest is in no cluster. */
const FOR_BOTH = new Set(["request-denied", "request-failed", "not-submitted"]);
const isForApprover = (/** @type {Remark} */ { code, audience }) => audience !== "requester" || FOR_BOTH.has(code);

/** Until when the cluster keeps the object. */
const keptUntil = (/** @type {CsrStatus} */ { findings }) => {
  const kept = findings.find(({ code }) => code === "kept-until");
  return kept ? el("p", { class: "hint kept", "data-code": kept.code }, ...instants(kept.message)) : null;
};

/** What became of the request that was read. The buttons wait until this was visible for a second, so it says all that differs. */
function changedBox(/** @type {CsrStatus} */ report, /** @type {CsrStatus} */ before, /** @type {readonly Difference[]} */ differences) {
  const replaced = report.object.metadata.uid !== before.object.metadata.uid;
  return el(
    "div",
    { class: "notice-box changed-box" },
    el(
      "p",
      {},
      el("b", {}, "This is not the request that was here before. "),
      replaced ? "That one was deleted, and this one was created with the same name." : "Its contents have changed.",
    ),
    differences.length
      ? el("ul", {}, ...differences.map(([term, now, was]) => el("li", {}, `${term}: `, el("b", {}, ...now), el("span", { class: "was" }, "before: ", ...was))))
      : null,
  );
}
