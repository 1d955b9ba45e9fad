// A request as a card: who would be let in as whom, for how long, what is odd about it.
import { el, freshId } from "./dom.js";
import { findingList } from "./findings.js";
import { name, nameList } from "./names.js";
import { duration, lifeBar } from "./dates.js";

export const STATE_WORDS = { pending: "waiting", approved: "approved, not signed yet", issued: "issued", denied: "denied", failed: "failed" };

const row = (term, ...words) => [el("dt", {}, term), el("dd", {}, ...words)];
const strong = (term, ...words) => [el("dt", {}, term), el("dd", { class: "strong" }, ...words)];

/** What a certificate request alone says. */
function requestRows(request) {
  return [
    ...strong("Will be user", name(request.user)),
    ...strong("in groups", ...nameList(request.groups)),
    ...(request.uid ? strong("uid", name(request.uid)) : []),
    ...names("DNS names", request.dnsNames), ...names("IP addresses", request.ipAddresses), ...names("Mail addresses", request.emailAddresses), ...names("URIs", request.uris),
    ...row("Key", name(`${request.keyAlgorithm}, fingerprint ${request.fingerprint.slice(0, 16)}…`)),
  ];
}

const names = (term, values) => (values?.length ? row(term, ...nameList(values)) : []);

/** A request without its object: somebody sent the PEM text alone. */
export function requestCard(request) {
  return el("article", { class: "card request", "aria-label": "Certificate request" },
    el("dl", {}, ...requestRows(request)), findingList(merge([], request)));
}

/** A CertificateSigningRequest; `foot` is what may be done with it. */
export function signingRequestCard(report, foot) {
  const id = freshId("request");
  return el("article", { class: `card request ${report.state}`, "aria-labelledby": id, "data-name": report.name },
    el("h2", { id, tabindex: "-1" }, name(report.name), " ", el("span", { class: "state" }, STATE_WORDS[report.state] ?? "")),
    el("dl", {}, ...requestRows(report.request),
      ...row("Asked by", name(report.requestor.user), ...(report.requestor.groups.length ? [" (", ...nameList(report.requestor.groups, "", 5), ")"] : [])),
      ...row("For", report.expirationSeconds ? duration(report.expirationSeconds) : "as long as the server gives, usually a year"),
      ...row("Signer", name(report.signerName)),
      ...row("Uses", ...nameList(report.usages, "none"))),
    report.certificate ? lifeBar(report.certificate.notBefore, report.certificate.notAfter) : null,
    findingList(merge(report.findings, report.request).filter((finding) => !foot || finding.code !== "waiting-for-approval")), foot ?? null);
}

// The object's findings may repeat those of the request inside it.
function merge(findings, request) {
  const all = [...findings, ...request.findings];
  if (!request.accepted && !all.some((finding) => finding.level === "error")) {
    all.unshift({ code: "not-accepted", level: "error", message: "the API server would refuse this request" });
  }
  return all.filter((finding, index) => all.findIndex((other) => other.code === finding.code && other.path === finding.path && other.message === finding.message) === index);
}
