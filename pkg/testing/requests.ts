/*
 * CertificateSigningRequests: what is refused on create, decisions, and the signer.
 * Sources: pkg/apis/certificates/validation/validation.go, pkg/registry/certificates/certificates/strategy.go, pkg/controller/certificates/signer
 * and plugin/pkg/admission/certificates in k8s.io/kubernetes 1.36.3; messages measured 2026-11.
 */
import { bytesOf, base64Of } from "./encoding.js";
import { resource } from "./resources.js";
import { equal, timestamp } from "./store.js";
import { cause, forbidden, invalid } from "./status.js";
import type { Authority, Requested } from "./authority.js";
import type { Cause } from "./status.js";
import type { Stored } from "./store.js";
import type { User } from "./access.js";

type Condition = { type: string; status: string; reason?: string; message?: string; lastUpdateTime?: string; lastTransitionTime?: string };

const KIND = resource("certificatesigningrequests");
const SIGNER = "kubernetes.io/kube-apiserver-client";
const USAGES =
  "any|cert sign|client auth|code signing|content commitment|crl sign|data encipherment|decipher only|digital signature|email protection|encipher only|ipsec end system|ipsec tunnel|ipsec user|key agreement|key encipherment|microsoft sgc|netscape sgc|ocsp signing|s/mime|server auth|signing|timestamping".split(
    "|",
  );
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const A_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const A_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** ValidateSignerName (pkg/apis/core/validation). */
function signerCauses(name: string): Cause[] {
  const field = "spec.signerName";
  const wrong = (value: unknown, detail: string) => cause.invalid(field, value, detail);
  if (name === "") return [cause.required(field)];
  if (name === "kubernetes.io/legacy-unknown") return [wrong(name, "the legacy signerName is not allowed via this API version")];
  const [domain = "", path = "", ...more] = name.split("/");
  if (!name.includes("/") || more.length > 0) return [wrong(name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const causes = [];
  const labels = domain.split(".");
  if (labels.length < 2) causes.push(wrong(domain, "should be a domain with at least two segments separated by dots"));
  for (const label of labels) if (!LABEL.test(label)) causes.push(wrong(domain, `validating label ${JSON.stringify(label)}: ${A_LABEL}`));
  for (const label of path.split(".")) if (!LABEL.test(label)) causes.push(wrong(path, `validating label ${JSON.stringify(label)}: ${A_SUBDOMAIN}`));
  if (name.length > 571) causes.push(cause.tooLong(field, "may not be more than 571 bytes"));
  return causes;
}

function specCauses({ request, usages = [], signerName = "", expirationSeconds }: Stored, { refusal }: Requested): Cause[] {
  const causes = [];
  if (refusal !== undefined) causes.push(cause.invalid("spec.request", request ?? null, refusal));
  if (usages.length === 0) causes.push(cause.required("spec.usages"));
  const each: [string, number][] = usages.map((usage: string, index: number) => [usage, index]);
  for (const [usage, index] of each) if (!USAGES.includes(usage)) causes.push(cause.unsupported(`spec.usages[${index}]`, usage, USAGES));
  for (const [usage, index] of each) if (usages.indexOf(usage) < index) causes.push(cause.duplicate(`spec.usages[${index}]`, usage));
  causes.push(...signerCauses(signerName));
  if (expirationSeconds !== undefined && expirationSeconds < 600)
    causes.push(cause.invalid("spec.expirationSeconds", expirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)"));
  return causes;
}

/** A request as it is stored: who asks is the server's to say. */
export function created({ metadata, spec = {}, kind, apiVersion }: Stored, user: User, authority: Authority): Stored {
  const { request, signerName, expirationSeconds, usages } = spec;
  const requested = authority.read(bytesOf(request ?? "") ?? new Uint8Array());
  const causes = specCauses(spec, requested);
  if (causes.length > 0) throw invalid(KIND, metadata.name ?? "", causes);
  // CertificateSubjectRestriction.
  if (signerName === SIGNER && requested.groups.includes("system:masters"))
    throw forbidden(KIND, metadata.name, `use of ${SIGNER} signer with system:masters group is not allowed`);
  const { username, uid, groups, extra } = user;
  return {
    kind,
    apiVersion,
    metadata,
    spec: {
      request,
      signerName,
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      usages,
      username,
      ...(uid ? { uid } : {}),
      groups,
      ...(extra ? { extra } : {}),
    },
    status: {},
  };
}

const conditionsOf = (object: Stored | undefined): Condition[] => object?.status?.conditions ?? [];

export const hasCondition = (object: Stored | undefined, type: string) => conditionsOf(object).some((each) => each.type === type);

/** What a new list of conditions is refused for. */
function conditionCauses(conditions: Condition[], before: Stored): Cause[] {
  const field = "status.conditions";
  const causes = [];
  const seen = new Set();
  for (const [index, { type, status }] of conditions.entries()) {
    const supported = ["Approved", "Denied", "Failed"].includes(type) ? ["True"] : ["False", "True", "Unknown"];
    if (!type) causes.push(cause.required(`${field}[${index}].type`));
    if (!status) causes.push(cause.required(`${field}[${index}].status`));
    else if (!supported.includes(status)) causes.push(cause.unsupported(`${field}[${index}].status`, status, supported));
    if ((type === "Approved" && seen.has("Denied")) || (type === "Denied" && seen.has("Approved")))
      causes.push(cause.invalid(field, type, "Approved and Denied conditions are mutually exclusive"));
    if (seen.has(type)) causes.push(cause.duplicate(`${field}[${index}].type`, type));
    seen.add(type);
  }
  for (const type of ["Approved", "Denied", "Failed"]) {
    if (hasCondition(before, type) && !seen.has(type)) causes.push(cause.forbidden(field, `updates may not remove a condition of type "${type}"`));
  }
  return causes;
}

/** Times that are missing (populateConditionTimestamps). */
const timed = (conditions: Condition[], before: Stored) =>
  conditions.map((condition) => {
    const known = conditionsOf(before).find(({ type, status }) => type === condition.type && status === condition.status);
    const now = timestamp();
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? known?.lastTransitionTime ?? now,
    };
  });

/** A write to /approval or /status. */
export function decided(part: "approval" | "status", before: Stored, object: Stored): Stored {
  const conditions = timed(conditionsOf(object), before);
  const causes = conditionCauses(conditions, before);
  const certificate = part === "status" ? object.status?.certificate : before.status?.certificate;
  if (part === "status") {
    for (const type of ["Approved", "Denied"])
      if (!hasCondition(before, type) && conditions.some((each) => each.type === type))
        causes.push(cause.forbidden("status.conditions", `updates may not add a condition of type "${type}"`));
    if (before.status?.certificate && certificate !== before.status.certificate)
      causes.push(cause.forbidden("status.certificate", "updates may not modify existing certificate content"));
  }
  if (causes.length > 0) throw invalid(KIND, before.metadata.name, causes);
  return {
    ...before,
    metadata: { ...before.metadata, uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion },
    status: { ...(conditions.length > 0 ? { conditions } : {}), ...(certificate ? { certificate } : {}) },
  };
}

/** The object with a decision, as the API's /approval wants it. */
export const withDecision = (object: Stored, type: "Approved" | "Denied", reason: string, message: string) => ({
  ...object,
  status: { ...object.status, conditions: [...conditionsOf(object), { type, status: "True", reason, message, lastUpdateTime: timestamp() }] },
});

/** Why the signer fails, or undefined. */
function failure({ signerName, usages }: Stored, { user, groups, names }: Requested): string | undefined {
  if (signerName === SIGNER) {
    const other = usages.find((usage: string) => !["digital signature", "key encipherment", "client auth"].includes(usage));
    if (other !== undefined) return `invalid usage for client certificate: ${other}`;
    return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
  }
  const serving = signerName === "kubernetes.io/kubelet-serving";
  if (!equal(groups, ["system:nodes"])) return "subject organization is not system:nodes";
  if (serving && names.DNS + names.IP === 0) return "DNS or IP subjectAltName is required";
  const refused: ("DNS" | "Email" | "IP" | "URI")[] = serving ? ["Email", "URI"] : ["DNS", "Email", "IP", "URI"];
  const present = refused.find((kind) => names[kind] > 0);
  if (present) return `${present} subjectAltNames are not allowed`;
  const wanted = serving ? ["digital signature", "key encipherment", "server auth"] : ["client auth", "digital signature", "key encipherment"];
  const fits =
    equal([...usages].sort(), wanted) ||
    equal(
      [...usages].sort(),
      wanted.filter((usage) => usage !== "key encipherment"),
    );
  const byUsages = fits ? undefined : `usages did not match [${wanted.join(" ")}]`;
  const byName = user.startsWith("system:node:") ? undefined : "subject common name does not begin with system:node:";
  return serving ? (byUsages ?? byName) : (byName ?? byUsages);
}

/** What the signer makes of a request, or undefined where it does nothing. */
export function signed(object: Stored | undefined, authority: Authority): Stored | undefined {
  if (!object || object.status.certificate || !hasCondition(object, "Approved") || hasCondition(object, "Denied") || hasCondition(object, "Failed"))
    return undefined;
  const { signerName, usages, request, expirationSeconds } = object.spec;
  if (![SIGNER, `${SIGNER}-kubelet`, "kubernetes.io/kubelet-serving"].includes(signerName)) return undefined;
  const bytes = bytesOf(request) ?? new Uint8Array();
  const message = failure(object.spec, authority.read(bytes));
  if (message !== undefined) {
    const condition = { type: "Failed", status: "True", reason: "SignerValidationFailure", message, lastUpdateTime: timestamp() };
    return { ...object, status: { ...object.status, conditions: timed([...conditionsOf(object), condition], object) } };
  }
  return { ...object, status: { ...object.status, certificate: base64Of(authority.sign(bytes, usages, expirationSeconds)) } };
}
