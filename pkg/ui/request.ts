/*
 * A certificate signing request as a person decides on it: who would be let in as whom, for how long, what is unusual about it, and what a decision
 * does. The elements and the page say the same.
 */
import { lifetime } from "./dates.js";
import { el, freshId } from "./dom.js";
import type { Child } from "./dom.js";
import type { Remark } from "./findings.js";
import { shownFingerprint } from "./fingerprint.js";
import { chips, name, nameList } from "./names.js";
import type { CsrReport, CsrStatus, Finding } from "../types.js";

const STATES: Record<CsrStatus["state"], string> = {
  pending: "pending",
  approved: "approved, not signed yet",
  issued: "issued",
  denied: "denied",
  failed: "failed",
  "not-submitted": "not submitted",
};

/** Each group is a power that is given, so none is left out; kubecred asks for 256 at most. */
const MOST_GROUPS = 256;
/** On a button. */
const MOST_NAMED = 3;

/** A row of a description list. */
export const row = (term: string, ...words: Child[]) => [el("dt", {}, term), el("dd", {}, ...words)];
const strong = (term: string, ...words: Child[]) => [el("dt", {}, term), el("dd", { class: "strong" }, ...words)];
const names = (term: string, values: readonly string[]) => (values.length ? row(term, ...nameList(values)) : []);

/** What a certificate request alone says. */
export const requestRows = (request: CsrReport) => [
  ...strong("Signs in as", name(request.user)),
  ...strong("Groups", ...chips(request.groups, "no group", MOST_GROUPS)),
  ...(request.uid ? strong("UID", name(request.uid)) : []),
  ...names("DNS names", request.dnsNames),
  ...names("IP addresses", request.ipAddresses),
  ...names("Email addresses", request.emailAddresses),
  ...names("URIs", request.uris),
  ...row("Key", name(`${request.keyAlgorithm}, fingerprint ${shownFingerprint(request.fingerprint)}`)),
];

/** What its object says in addition. */
export const objectRows = (report: CsrStatus) => [
  ...row("Valid for", report.expirationSeconds ? lifetime(report.expirationSeconds) : "cluster default (often 1 year)"),
  ...row("Signer", name(report.signerName)),
  ...row("Usages", ...nameList(report.usages, "none")),
];

/** All of it. */
export const rowsOf = (report: CsrStatus) => [
  ...requestRows(report.request),
  ...row("Sent by", name(report.requestor.user), ...(report.requestor.groups.length ? [" (", ...nameList(report.requestor.groups, "", 5), ")"] : [])),
  ...objectRows(report),
];

/** A CertificateSigningRequest as a card: `above` and `below` its rows is what is said about it, and may be done with it, where it is shown. */
export function cardOf(
  report: CsrStatus,
  { heading = "h2", above = null, rows = rowsOf(report), below }: { heading?: "h2" | "h3"; above?: Child; rows?: readonly Child[]; below: Child },
) {
  const id = freshId("request");
  return el(
    "article",
    { class: `card request ${report.state}`, part: `request ${report.state}`, "aria-labelledby": id, "data-name": report.name },
    el(heading, { id, tabindex: "-1" }, name(report.name), " ", el("span", { class: "state", part: "state" }, STATES[report.state])),
    above,
    el("dl", {}, ...rows),
    below,
  );
}

/** The findings of an object and of the request inside it, each once. */
export function findingsOf(findings: readonly Finding[], request: CsrReport) {
  const all: Remark[] = [...findings, ...request.findings];
  if (!request.accepted && !all.some((finding) => finding.level === "error")) {
    all.unshift({ code: "not-accepted", level: "error", message: "The API server would reject this request." });
  }
  return all.filter(
    (finding, index) => all.findIndex((other) => other.code === finding.code && other.path === finding.path && other.message === finding.message) === index,
  );
}

/** "Approve bob (dev, ops) for 7 days", in whichever form of the verb. */
export function approvalOf(verb: string, { request: { user, groups }, expirationSeconds }: CsrStatus): Child[] {
  const some = nameList(groups.slice(0, MOST_NAMED));
  const more = groups.length > MOST_NAMED ? ` and ${groups.length - MOST_NAMED} more` : "";
  return [`${verb} `, name(user), groups.length ? [" (", ...some, more, ")"] : "", expirationSeconds ? ` for ${lifetime(expirationSeconds)}` : ""];
}

/** "Deny bob". */
export const denialOf = (verb: string, { request }: CsrStatus): Child[] => [`${verb} `, name(request.user)];
