/*
 * A certificate signing request as a person decides on it: everything that the certificate will say, who submitted it, and what is wrong with it.
 */
import { duration, when } from "../ui/dates.js";
import { el, freshId } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { name, nameList } from "../ui/names.js";
import { row } from "./dom.js";
import type { CsrStatus } from "../types.js";

const STATES = { pending: "Pending", approved: "Approved", issued: "Issued", denied: "Denied", failed: "Failed", "not-submitted": "Not submitted" };

const optional = (term: string, values: readonly string[]) => (values.length ? row(term, ...nameList(values, "")) : []);

/** The card without buttons. */
export function card(status: CsrStatus) {
  const { request, requestor } = status;
  const id = freshId("request");
  const refused = request.accepted ? [] : [{ code: "not-accepted", level: "error", message: "The API server would reject this request." } as const];
  return el(
    "article",
    { "aria-labelledby": id, part: `request ${status.state}` },
    el("h3", { id, tabindex: "-1" }, name(status.name), " ", el("span", { part: "state" }, `(${STATES[status.state]})`)),
    el(
      "dl",
      {},
      ...row("User", name(request.user)),
      ...row("Groups", ...nameList(request.groups, "none")),
      ...(request.uid ? row("UID", name(request.uid)) : []),
      ...optional("DNS names", request.dnsNames),
      ...optional("IP addresses", request.ipAddresses),
      ...optional("E-mail addresses", request.emailAddresses),
      ...optional("URIs", request.uris),
      ...row("Signer", name(status.signerName)),
      ...row("Usages", ...nameList(status.usages, "none")),
      ...row("Valid for", status.expirationSeconds === undefined ? "the signer’s default" : duration(status.expirationSeconds)),
      ...row("Key", `${request.keyAlgorithm}, fingerprint `, el("code", {}, shownFingerprint(request.fingerprint))),
      ...row("Submitted by", name(requestor.user), ...(requestor.groups.length ? [" in ", ...nameList(requestor.groups, "")] : [])),
      ...(status.createdAt ? row("Submitted", when(status.createdAt)) : []),
    ),
    findingList([
      ...refused,
      ...[...status.findings, ...request.findings].filter(({ code, audience }) => code !== "waiting-for-approval" && audience !== "requester"),
    ]),
  );
}
