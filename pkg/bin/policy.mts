/*
 * The part of the Kubernetes API that the page needs: the one list of paths and methods. The guard of `npx kubecred` forwards
 * nothing else; `kubectl proxy` gets the same list as patterns (tests/cluster/proxy.sh asks this file; the printed command,
 * SECURITY.md and www/deploy are compared with it by tests/package/launch-policy.test.mjs).
 *
 *   node pkg/bin/policy.mts [roles] [bindings] [robot] [invitations]      prints --accept-paths and --reject-methods, one a line
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Part = "base" | "roles" | "bindings" | "robot" | "discovery" | "invitations";
/** `safe`: the methods that remain with --read-only. */
type Rule = { path: string; methods: string[]; part: Part; safe?: string[] };

const CSR = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const GET = ["GET"];

const INVITATIONS = "/api/v1/namespaces/kubecred-invitations";
const CHANGE = ["GET", "PATCH", "DELETE"];

/**
 * A `{name}` is one segment; a `{name}-token` is one that ends so, and what is before `{name}` is how it begins. Of rules that fit a path the
 * first counts, so those for the objects of invitations, the only ones that may be deleted, come first.
 */
export const RULES: Rule[] = [
  { part: "invitations", path: INVITATIONS, methods: ["GET", "PATCH"], safe: GET },
  { part: "invitations", path: `${INVITATIONS}/serviceaccounts`, methods: GET, safe: GET },
  { part: "invitations", path: `${INVITATIONS}/serviceaccounts/{name}`, methods: CHANGE, safe: GET },
  { part: "invitations", path: `${INVITATIONS}/serviceaccounts/{name}/token`, methods: ["POST"] },
  { part: "invitations", path: `${RBAC}/clusterroles`, methods: GET, safe: GET },
  { part: "invitations", path: `${RBAC}/clusterroles/kubecred%3Ainvitation%3A{name}`, methods: CHANGE, safe: GET },
  { part: "invitations", path: `${RBAC}/clusterrolebindings/kubecred%3Ainvitation%3A{name}`, methods: CHANGE, safe: GET },
  { part: "invitations", path: `${RBAC}/clusterrolebindings/kubecred%3Ainvited%3A{name}`, methods: CHANGE, safe: GET },
  { part: "invitations", path: `${RBAC}/namespaces/{name}/rolebindings/kubecred%3Ainvited%3A{name}`, methods: CHANGE, safe: GET },
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

/** The same as few patterns over decoded paths, as `kubectl proxy --accept-paths` takes them; it takes methods for all paths alike. */
const PATTERNS: Record<Part, string[]> = {
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
  invitations: [
    "^/api/v1/namespaces/kubecred-invitations(/serviceaccounts(/[^/]+(/token)?)?)?$",
    "^/apis/rbac\\.authorization\\.k8s\\.io/v1/clusterroles$",
    "^/apis/rbac\\.authorization\\.k8s\\.io/v1/(clusterrole(binding)?s/kubecred:invitation|(clusterrolebindings|namespaces/[^/]+/rolebindings)/kubecred:invited):[^/]+$",
  ],
};

export const PARTS: Part[] = ["base", "roles", "bindings", "robot", "discovery", "invitations"];

/** The options of kubectl proxy for these parts. */
export function proxyOptions(parts: Part[]) {
  const deletes = parts.includes("invitations");
  const patches = deletes || parts.includes("roles") || parts.includes("robot");
  return {
    acceptPaths: PARTS.filter((part) => parts.includes(part))
      .flatMap((part) => PATTERNS[part])
      .join(","),
    rejectMethods: deletes ? "^$" : patches ? "^DELETE$" : "^(DELETE|PATCH)$",
  };
}

const COMPILED: { rule: Rule; segments: string[] }[] = RULES.map((rule) => ({ rule, segments: rule.path.split("/").slice(1) }));

/**
 * A name in a path: one segment, each byte literal or percent-encoded, and nothing in it that any reader on the way could take for a
 * separator, for another encoding or for a step up. Upper-case names and `:` occur in RBAC.
 */
export function isName(segment: string) {
  if (segment.length > 3 * 253 || !/^(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$/.test(segment)) return false;
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    return false;
  }
  return name !== "." && name !== ".." && !/[/\\%\u0000-\u001f\u007f]/.test(name);
}

/** The rule for a path without its query, or undefined. Literal segments are compared byte by byte: `%61pi` is not `api`. */
export const ruleFor = (path: string) => rulesFor(path)[0];

/** All rules that fit a path. */
export function rulesFor(path: string) {
  if (!path.startsWith("/")) return [];
  const segments = path.slice(1).split("/");
  return COMPILED.filter(
    ({ segments: wanted }) => wanted.length === segments.length && wanted.every((segment, index) => fits(segment, segments[index] ?? "")),
  ).map(({ rule }) => rule);
}

function fits(wanted: string, segment: string) {
  const [prefix = "", suffix] = wanted.split("{name}");
  if (suffix === undefined) return wanted === segment;
  return isName(segment) && segment.startsWith(prefix) && segment.endsWith(suffix) && segment.length > prefix.length + suffix.length;
}

/** The methods that are allowed under a rule. */
export const methodsOf = (rule: Rule, readOnly: boolean) => (readOnly ? (rule.safe ?? []) : rule.methods);

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const unknown = process.argv.slice(2).find((part) => !PARTS.includes(part as Part));
  if (unknown !== undefined) {
    console.error(`policy: unknown part ${unknown}: use ${PARTS.join(", ")}`);
    process.exit(2);
  }
  const { acceptPaths, rejectMethods } = proxyOptions(["base", ...process.argv.slice(2)] as Part[]);
  console.log(`${acceptPaths}\n${rejectMethods}`);
}
