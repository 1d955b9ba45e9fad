/*
 * The resources that are served, and what a request is about (k8s.io/apiserver/pkg/endpoints/request/requestinfo.go).
 */
import { noResource, notAllowed } from "./status.js";

export interface Resource {
  group: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  subresources: readonly string[];
}

const stored = (group: string, plural: string, kind: string, namespaced: boolean, ...subresources: string[]): Resource => ({
  group,
  plural,
  kind,
  namespaced,
  subresources,
});

const RBAC = "rbac.authorization.k8s.io";

/** All are of version v1. */
export const RESOURCES = [
  stored("certificates.k8s.io", "certificatesigningrequests", "CertificateSigningRequest", false, "approval", "status"),
  stored("", "namespaces", "Namespace", false),
  stored("", "serviceaccounts", "ServiceAccount", true, "token"),
  stored("", "secrets", "Secret", true),
  stored("", "configmaps", "ConfigMap", true),
  stored(RBAC, "roles", "Role", true),
  stored(RBAC, "rolebindings", "RoleBinding", true),
  stored(RBAC, "clusterroles", "ClusterRole", false),
  stored(RBAC, "clusterrolebindings", "ClusterRoleBinding", false),
];

/** What is answered and not stored. */
export const REVIEWS = [
  stored("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", false),
  stored("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
  stored("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
];

const ALL = [...RESOURCES, ...REVIEWS];

export function resource(plural: string): Resource {
  const found = ALL.find((each) => each.plural === plural);
  if (!found) throw new TypeError(`no resource ${plural}`);
  return found;
}

export const apiVersion = ({ group }: Resource) => (group === "" ? "v1" : `${group}/v1`);

/** What a request is about. */
export interface About {
  /** Get, list, watch, create, update, patch, delete or deletecollection; of a path, the method in lower case. */
  verb: string;
  path: string;
  query: URLSearchParams;
  group: string;
  /** "" for a path that is not a resource. */
  plural: string;
  subresource: string;
  namespace: string;
  name: string;
  /** Whether the version is v1. */
  versioned: boolean;
}

const VERBS: Record<string, string> = { GET: "get", HEAD: "get", POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

export function about(method: string, path: string, query: URLSearchParams): About {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const none = { verb: method.toLowerCase(), path, query, group: "", plural: "", subresource: "", namespace: "", name: "", versioned: true };
  const [root, ...rest] = parts;
  const group = root === "apis" ? rest.shift() : "";
  const version = rest.shift();
  if ((root !== "api" && root !== "apis") || group === undefined || version === undefined || rest.length === 0) return none;
  let namespace = "";
  if (rest[0] === "namespaces" && rest.length > 2) namespace = rest.splice(0, 2)[1] ?? "";
  const [plural = "", name = "", subresource = ""] = rest;
  let verb = VERBS[method] ?? none.verb;
  const watching = ["1", "true"].includes(query.get("watch") ?? "");
  if (name === "" && verb === "get") verb = watching ? "watch" : "list";
  if (name === "" && verb === "delete") verb = "deletecollection";
  return { ...none, verb, group, plural, subresource, namespace, name: name || selectedName(verb, query), versioned: version === "v1" };
}

/** Permissions by name hold for a list, too, that asks for this name alone. */
function selectedName(verb: string, query: URLSearchParams) {
  if (!["list", "watch", "deletecollection"].includes(verb)) return "";
  return /^metadata\.name=([^,!=]+)$/.exec(query.get("fieldSelector") ?? "")?.[1] ?? "";
}

function decoded(part: string) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The resource that a request is about; refuses where none is served. */
export function resourceOf({ group, plural, subresource, namespace, name, versioned, verb }: About): Resource {
  const found = ALL.find((each) => each.group === group && each.plural === plural);
  if (!found || !versioned || (namespace !== "" && !found.namespaced)) throw noResource();
  if (subresource !== "" && !found.subresources.includes(subresource)) throw noResource();
  if (found.namespaced && namespace === "" && !["list", "watch"].includes(verb)) throw notAllowed();
  if (name === "" && ["update", "patch"].includes(verb)) throw notAllowed();
  if (REVIEWS.includes(found) && verb !== "create") throw notAllowed();
  return found;
}

/** Whether the group is served at all: where it is not, the answer is not a Status. */
export const isServed = ({ group }: About) => ALL.some((each) => each.group === group);
