// A request as a card: who would be let in as whom, for how long, what is unusual about it.
import { el, freshId } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { chips, name, nameList } from "../ui/names.js";
import { duration, instants, lifeBar } from "../ui/dates.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { badge } from "./row.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { Finding, CsrReport, CsrStatus } from "../kubecred/index.js" */
/** @import { Remark } from "../ui/findings.js" */

/** @type {Record<string, string>} */
const STATE_WORDS = {
  pending: "pending",
  approved: "approved, not signed yet",
  issued: "issued",
  denied: "denied",
  failed: "failed",
  "not-submitted": "not submitted",
};

/** Each group is a power that is given, so none is left out; kubecred asks for 256 at most. */
const MOST_GROUPS = 256;

/** @returns {HTMLElement[]} */
const row = (/** @type {string} */ term, /** @type {Child[]} */ ...words) => [el("dt", {}, term), el("dd", {}, ...words)];
/** @returns {HTMLElement[]} */
const strong = (/** @type {string} */ term, /** @type {Child[]} */ ...words) => [el("dt", {}, term), el("dd", { class: "strong" }, ...words)];

/** What a certificate request alone says. */
function requestRows(/** @type {CsrReport} */ request) {
  return [
    ...strong("Signs in as", name(request.user)),
    ...strong("Groups", ...chips(request.groups, "no group", MOST_GROUPS)),
    ...(request.uid ? strong("UID", name(request.uid)) : []),
    ...names("DNS names", request.dnsNames),
    ...names("IP addresses", request.ipAddresses),
    ...names("Email addresses", request.emailAddresses),
    ...names("URIs", request.uris),
    ...row("Key", name(`${request.keyAlgorithm}, fingerprint ${shownFingerprint(request.fingerprint)}`)),
  ];
}

const names = (/** @type {string} */ term, /** @type {readonly string[]} */ values) => (values.length ? row(term, ...nameList(values)) : []);

/** What its object says besides. */
const objectRows = (/** @type {CsrStatus} */ report) => [
  ...row("Valid for", report.expirationSeconds ? duration(report.expirationSeconds) : "cluster default (often 1 year)"),
  ...row("Signer", name(report.signerName)),
  ...row("Usages", ...nameList(report.usages, "none")),
];

/** A request without its object: someone sent the PEM text alone, or a link. `report` is of the object that the lines below submit, `says` where its values come from. */
export function requestCard(/** @type {CsrReport} */ request, /** @type {{ report?: CsrStatus, says?: string }} */ { report, says } = {}) {
  return el(
    "article",
    { class: "card request", "aria-label": "Certificate request" },
    el("dl", {}, ...requestRows(request), ...(report ? [...row("Object name", name(report.name)), ...objectRows(report)] : [])),
    says ? el("p", { class: "hint" }, says) : null,
    findingList(merge(report ? report.findings.filter(({ code }) => code !== "waiting-for-approval") : [], request)),
  );
}

const rowsOf = (/** @type {CsrStatus} */ report) => [
  ...requestRows(report.request),
  ...row("Sent by", name(report.requestor.user), ...(report.requestor.groups.length ? [" (", ...nameList(report.requestor.groups, "", 5), ")"] : [])),
  ...objectRows(report),
];

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
  const id = freshId("request");
  const { rows, differences } = before ? compared(report, before) : { rows: rowsOf(report), differences: [] };
  return el(
    "article",
    { class: `card request ${report.state}`, "aria-labelledby": id, "data-name": report.name },
    el("h2", { id, tabindex: "-1" }, name(report.name), " ", el("span", { class: "state" }, STATE_WORDS[report.state] ?? "")),
    before ? changedBox(report, before, differences) : null,
    report.state === "pending" && report.risk && report.risk.level !== "none-found" ? el("p", { class: "risk-line" }, badge(report)) : null,
    el("dl", {}, ...rows),
    report.certificate ? lifeBar(report.certificate.notBefore, report.certificate.notAfter) : null,
    findingList(merge(report.findings, report.request).filter((finding) => !quiet(finding, foot !== null))),
    foot ?? null,
    keptUntil(report),
  );
}

/** What the card shows in another way: that it waits, by its buttons; how long the object is kept, in small print at its end. */
const quiet = (/** @type {Remark} */ { code }, /** @type {boolean} */ decidable) => code === "kept-until" || (decidable && code === "waiting-for-approval");

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

// The object's findings may repeat those of the request inside it.
function merge(/** @type {readonly Finding[]} */ findings, /** @type {CsrReport} */ request) {
  /** @type {Remark[]} */
  const all = [...findings, ...request.findings];
  if (!request.accepted && !all.some((finding) => finding.level === "error")) {
    all.unshift({ code: "not-accepted", level: "error", message: "The API server would reject this request." });
  }
  return all.filter(
    (finding, index) => all.findIndex((other) => other.code === finding.code && other.path === finding.path && other.message === finding.message) === index,
  );
}
