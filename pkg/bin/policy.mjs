// @ts-check
/*
 * The part of the Kubernetes API that the page needs: the one list of paths and methods. The guard of `npx kubecred` forwards
 * nothing else; `kubectl proxy` gets the same list as patterns (tests/cluster/proxy.sh asks this file; the printed command,
 * SECURITY.md and www/deploy are compared with it by tests/package/launch-policy.test.mjs).
 *
 *   node pkg/bin/policy.mjs [roles] [bindings] [robot]      prints --accept-paths and --reject-methods, one a line
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @typedef {"base" | "roles" | "bindings" | "robot" | "discovery"} Part */
/** @typedef {{ path: string, methods: string[], part: Part, safe?: string[] }} Rule `safe`: the methods that remain with --read-only */

const CSR = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const GET = ["GET"];

/** A `{name}` is one segment; a `{name}-token` is one that ends so. @type {Rule[]} */
export const RULES = [
  { part: "base", path: CSR, methods: ["GET", "POST"], safe: GET },
  { part: "base", path: `${CSR}/{name}`, methods: GET, safe: GET },
  { part: "base", path: `${CSR}/{name}/approval`, methods: ["PUT"] },
  { part: "base", path: "/apis/authentication.k8s.io/v1/selfsubjectreviews", methods: ["POST"], safe: ["POST"] },
  { part: "base", path: "/api/v1/namespaces/default/configmaps/kube-root-ca.crt", methods: GET, safe: GET },
  { part: "base", path: "/api", methods: GET, safe: GET },
  { part: "base", path: "/version", methods: GET, safe: GET },
  // The answers to these reviews are stored nowhere: a POST that only reads.
  { part: "base", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", methods: ["POST"], safe: ["POST"] },
  { part: "roles", path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", methods: ["POST"], safe: ["POST"] },
  { part: "roles", path: `${RBAC}/namespaces/{name}/roles/{name}`, methods: ["GET", "PATCH"], safe: GET },
  { part: "roles", path: `${RBAC}/namespaces/{name}/rolebindings/{name}`, methods: ["GET", "PATCH"], safe: GET },
  { part: "roles", path: `${RBAC}/clusterroles/{name}`, methods: ["GET", "PATCH"], safe: GET },
  { part: "roles", path: `${RBAC}/clusterrolebindings/{name}`, methods: ["GET", "PATCH"], safe: GET },
  { part: "bindings", path: `${RBAC}/rolebindings`, methods: GET, safe: GET },
  { part: "bindings", path: `${RBAC}/clusterrolebindings`, methods: GET, safe: GET },
  { part: "robot", path: "/api/v1/namespaces/{name}/serviceaccounts/{name}", methods: ["GET", "PATCH"], safe: GET },
  { part: "robot", path: "/api/v1/namespaces/{name}/serviceaccounts/{name}/token", methods: ["POST"] },
  // Reading such a Secret gives a token away, so it is not left with --read-only.
  { part: "robot", path: "/api/v1/namespaces/{name}/secrets/{name}-token", methods: ["GET", "PATCH"] },
  { part: "discovery", path: "/api/v1/namespaces/kube-public/configmaps/cluster-info", methods: GET, safe: GET },
  { part: "discovery", path: "/apis/certificates.k8s.io/v1/clustertrustbundles", methods: GET, safe: GET },
  { part: "discovery", path: "/apis/certificates.k8s.io/v1beta1/clustertrustbundles", methods: GET, safe: GET },
];

/** The same as few patterns, as `kubectl proxy --accept-paths` takes them. @type {Record<Part, string[]>} */
const PATTERNS = {
  base: [
    "^/apis/certificates\\.k8s\\.io/v1/certificatesigningrequests(/[^/]+(/approval)?)?$",
    "^/apis/authentication\\.k8s\\.io/v1/selfsubjectreviews$",
    "^/apis/authorization\\.k8s\\.io/v1/selfsubjectaccessreviews$",
    "^/api/v1/namespaces/default/configmaps/kube-root-ca\\.crt$",
    "^/api$",
    "^/version$",
  ],
  roles: [
    "^/apis/authorization\\.k8s\\.io/v1/selfsubjectrulesreviews$",
    "^/apis/rbac\\.authorization\\.k8s\\.io/v1/(namespaces/[^/]+/)?(cluster)?role(binding)?s/[^/]+$",
  ],
  bindings: ["^/apis/rbac\\.authorization\\.k8s\\.io/v1/(cluster)?rolebindings$"],
  robot: ["^/api/v1/namespaces/[^/]+/(serviceaccounts/[^/]+(/token)?|secrets/[^/]+-token)$"],
  discovery: ["^/api/v1/namespaces/kube-public/configmaps/cluster-info$", "^/apis/certificates\\.k8s\\.io/v1(beta1)?/clustertrustbundles$"],
};

/** @type {Part[]} */
export const PARTS = ["base", "roles", "bindings", "robot", "discovery"];

/** The options of kubectl proxy for these parts. @param {Part[]} parts */
export function proxyOptions(parts) {
  const patches = parts.includes("roles") || parts.includes("robot");
  return {
    acceptPaths: PARTS.filter((part) => parts.includes(part))
      .flatMap((part) => PATTERNS[part])
      .join(","),
    rejectMethods: patches ? "^DELETE$" : "^(DELETE|PATCH)$",
  };
}

/** @type {{ rule: Rule, segments: string[] }[]} */
const COMPILED = RULES.map((rule) => ({ rule, segments: rule.path.split("/").slice(1) }));

/**
 * A name in a path: one segment, each byte literal or percent-encoded, and nothing in it that any reader on the way could take for a
 * separator, for another encoding or for a step up. Upper-case names and `:` occur in RBAC.
 * @param {string} segment
 */
export function isName(segment) {
  if (segment.length > 3 * 253 || !/^(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$/.test(segment)) return false;
  let name;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return false;
  }
  return name !== "." && name !== ".." && !/[/\\%\u0000-\u001f\u007f]/.test(name);
}

/**
 * The rule for a path without its query, or undefined. Literal segments are compared byte by byte: `%61pi` is not `api`.
 * @param {string} path
 */
export function ruleFor(path) {
  if (!path.startsWith("/")) return undefined;
  const segments = path.slice(1).split("/");
  return COMPILED.find(({ segments: wanted }) => wanted.length === segments.length && wanted.every((segment, index) => fits(segment, segments[index] ?? "")))
    ?.rule;
}

/** @param {string} wanted @param {string} segment */
function fits(wanted, segment) {
  if (!wanted.startsWith("{name}")) return wanted === segment;
  const suffix = wanted.slice("{name}".length);
  return isName(segment) && segment.endsWith(suffix) && segment.length > suffix.length;
}

/** The methods that are allowed under a rule. @param {Rule} rule @param {boolean} readOnly */
export const methodsOf = (rule, readOnly) => (readOnly ? (rule.safe ?? []) : rule.methods);

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const unknown = process.argv.slice(2).find((part) => !PARTS.includes(/** @type {Part} */ (part)));
  if (unknown !== undefined) {
    console.error(`policy: there is no part named ${unknown}: use ${PARTS.join(", ")}`);
    process.exit(2);
  }
  const { acceptPaths, rejectMethods } = proxyOptions(/** @type {Part[]} */ (["base", ...process.argv.slice(2)]));
  console.log(`${acceptPaths}\n${rejectMethods}`);
}
