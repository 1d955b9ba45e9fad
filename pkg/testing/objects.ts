/*
 * What the API server does to objects other than CertificateSigningRequests before it stores them: names, defaults, what must not change.
 * Sources: pkg/apis/core/validation, pkg/apis/rbac/validation and the defaults of both groups in k8s.io/kubernetes 1.36.3.
 */
import { base64Fault, base64Of, bytesOf } from "./encoding.js";
import { apiVersion } from "./resources.js";
import { badRequest, cause, invalid } from "./status.js";
import { equal } from "./store.js";
import type { Cause } from "./status.js";
import type { Resource } from "./resources.js";
import type { Stored } from "./store.js";

export const ACCOUNT = "kubernetes.io/service-account.name";
export const ACCOUNT_UID = "kubernetes.io/service-account.uid";
export const TOKEN_SECRET = "kubernetes.io/service-account-token";

const RBAC = "rbac.authorization.k8s.io";
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const A_LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const A_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

export function nameCauses({ plural }: Resource, name: string): Cause[] {
  const field = "metadata.name";
  if (name === "") return [cause.required(field, "name or generateName is required")];
  if (plural === "namespaces") return LABEL.test(name) ? [] : [cause.invalid(field, name, A_LABEL)];
  if (["serviceaccounts", "secrets", "configmaps"].includes(plural))
    return SUBDOMAIN.test(name) && name.length <= 253 ? [] : [cause.invalid(field, name, A_SUBDOMAIN)];
  if (name === "." || name === "..") return [cause.invalid(field, name, `may not be '${name}'`)];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => cause.invalid(field, name, `may not contain '${part}'`));
}

/** The fields of each kind, for fieldValidation=Strict. `true`: whatever is in there. */
const FIELDS: Record<string, any> = {
  CertificateSigningRequest: {
    spec: { request: true, signerName: true, expirationSeconds: true, usages: true, username: true, uid: true, groups: true, extra: true },
    status: { conditions: true, certificate: true },
  },
  Namespace: { spec: { finalizers: true }, status: true },
  ServiceAccount: { secrets: true, imagePullSecrets: true, automountServiceAccountToken: true },
  Secret: { data: true, stringData: true, type: true, immutable: true },
  ConfigMap: { data: true, binaryData: true, immutable: true },
  Role: { rules: true },
  ClusterRole: { rules: true, aggregationRule: true },
  RoleBinding: { subjects: true, roleRef: true },
  ClusterRoleBinding: { subjects: true, roleRef: true },
  TokenRequest: { spec: { audiences: true, expirationSeconds: true, boundObjectRef: true }, status: true },
  SelfSubjectReview: { status: true },
  SelfSubjectAccessReview: { spec: { resourceAttributes: true, nonResourceAttributes: true }, status: true },
  SelfSubjectRulesReview: { spec: { namespace: true }, status: true },
};
const METADATA = Object.fromEntries(
  "name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields"
    .split(" ")
    .map((field) => [field, true]),
);

function unknown(value: any, known: any, path: string): string[] {
  if (known === true || typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (Object.hasOwn(known, key) ? unknown(part, known[key], `${path}${key}.`) : [`${path}${key}`]));
}

export const unknownFields = (object: Stored, kind: string) => unknown(object, { kind: true, apiVersion: true, metadata: METADATA, ...FIELDS[kind] }, "");

/** Decoding: what a body must be before anything else is asked of it. */
export function decoded(object: Stored, kind: string, version: string, validation: string | null) {
  const wrong = (why: string) => badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${why}`);
  if ((object.kind ?? kind) !== kind || (object.apiVersion ?? version) !== version)
    throw badRequest(`the API version in the data (${object.apiVersion}) does not match the expected API version (${version})`);
  if (validation === "Strict") {
    const found = unknownFields(object, kind);
    if (found.length > 0)
      throw badRequest(
        `${kind} in version "v1" cannot be handled as a ${kind}: strict decoding error: ${found.map((field) => `unknown field "${field}"`).join(", ")}`,
      );
  }
  const { request, expirationSeconds } = object.spec ?? {};
  if (typeof request === "string" && bytesOf(request) === undefined) throw wrong(`illegal base64 data at input byte ${base64Fault(request)}`);
  if (expirationSeconds !== undefined && expirationSeconds !== null && !Number.isInteger(expirationSeconds))
    throw wrong(`json: cannot unmarshal into Go struct field ${kind}Spec.spec.expirationSeconds of type int32`);
}

/** The object as it is stored: what is missing has its default. */
export function defaulted(resource: Resource, object: Stored): Stored {
  const { metadata } = object;
  const base: Stored = { ...object, kind: resource.kind, apiVersion: apiVersion(resource) };
  switch (resource.plural) {
    case "namespaces":
      return {
        ...base,
        metadata: { ...metadata, labels: { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name } },
        spec: { finalizers: ["kubernetes"] },
        status: base.status?.phase ? base.status : { phase: "Active" },
      };
    case "secrets": {
      const { stringData, ...rest } = base;
      const data = { ...rest.data, ...Object.fromEntries(Object.entries(stringData ?? {}).map(([key, text]) => [key, base64Of(String(text))])) };
      return { ...rest, type: rest.type ?? "Opaque", ...(Object.keys(data).length > 0 ? { data } : {}) };
    }
    case "roles":
    case "clusterroles":
      return { ...base, rules: base.rules?.length ? base.rules : null };
    case "rolebindings":
    case "clusterrolebindings":
      return {
        ...base,
        roleRef: { apiGroup: RBAC, ...base.roleRef },
        ...(base.subjects
          ? { subjects: base.subjects.map((subject: any) => (subject.kind === "ServiceAccount" ? subject : { apiGroup: RBAC, ...subject })) }
          : {}),
      };
    default:
      return base;
  }
}

export function validate(resource: Resource, object: Stored, before?: Stored) {
  const causes = nameCauses(resource, object.metadata.name ?? "");
  const { plural } = resource;
  if (plural === "secrets") {
    if (object.type === TOKEN_SECRET && !object.metadata.annotations?.[ACCOUNT]) causes.push(cause.required(`metadata.annotations[${ACCOUNT}]`));
    if (before && before.type !== object.type) causes.push(cause.invalid("type", object.type, "field is immutable"));
  }
  if (plural.endsWith("rolebindings")) {
    const { kind, name } = object.roleRef;
    const kinds = plural === "rolebindings" ? ["Role", "ClusterRole"] : ["ClusterRole"];
    if (!kinds.includes(kind)) causes.push(cause.unsupported("roleRef.kind", kind ?? "", kinds));
    if (!name) causes.push(cause.required("roleRef.name"));
    for (const [index, subject] of (object.subjects ?? []).entries()) {
      const path = `subjects[${index}]`;
      if (!subject.name) causes.push(cause.required(`${path}.name`));
      if (subject.kind === "ServiceAccount" && !subject.namespace) causes.push(cause.required(`${path}.namespace`));
      if (!["ServiceAccount", "User", "Group"].includes(subject.kind))
        causes.push(cause.unsupported(`${path}.kind`, subject.kind ?? "", ["ServiceAccount", "User", "Group"]));
    }
    if (before && !equal(before.roleRef, object.roleRef))
      causes.push(cause.invalid("roleRef", { APIGroup: object.roleRef.apiGroup, Kind: kind, Name: name }, "cannot change roleRef"));
  }
  if (plural.endsWith("roles")) {
    for (const [index, rule] of (object.rules ?? []).entries()) {
      const path = `rules[${index}]`;
      if (!rule.verbs?.length) causes.push(cause.required(`${path}.verbs`, "verbs must contain at least one value"));
      if (rule.nonResourceURLs?.length) {
        if (plural === "roles")
          causes.push(cause.invalid(`${path}.nonResourceURLs`, rule.nonResourceURLs, "namespaced rules cannot apply to non-resource URLs"));
      } else {
        if (!rule.apiGroups?.length) causes.push(cause.required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
        if (!rule.resources?.length) causes.push(cause.required(`${path}.resources`, "resource rules must supply at least one resource"));
      }
    }
  }
  if (causes.length > 0) throw invalid(resource, object.metadata.name ?? "", causes);
}
