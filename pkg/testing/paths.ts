/*
 * Paths that are not resources: version, health, and which groups and resources are served.
 */
import { whole } from "./answers.js";
import { RESOURCES, REVIEWS } from "./resources.js";

/** Of the Kubernetes whose answers these are. */
const VERSION = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3",
  gitCommit: "",
  gitTreeState: "",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "go1.26",
  compiler: "gc",
  platform: "linux/amd64",
};

const ALL = [...RESOURCES, ...REVIEWS];
const groups = [...new Set(ALL.map(({ group }) => group))].filter((group) => group !== "");
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

function groupOf(name: string) {
  const version = { groupVersion: `${name}/v1`, version: "v1" };
  return { name, versions: [version], preferredVersion: version };
}

const resourcesOf = (group: string) => ({
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: group === "" ? "v1" : `${group}/v1`,
  resources: ALL.filter((each) => each.group === group).flatMap(({ plural, kind, namespaced, subresources }) => [
    { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs: plural.endsWith("reviews") ? ["create"] : VERBS },
    ...subresources.map((part) => ({
      name: `${plural}/${part}`,
      singularName: "",
      namespaced,
      kind: part === "token" ? "TokenRequest" : kind,
      verbs: part === "token" ? ["create"] : ["get", "patch", "update"],
    })),
  ]),
});

export function pathAnswer(path: string, server: string) {
  const json = (body: object) => whole(200, JSON.stringify(body));
  const clean = path.replace(/(?<=.)\/+$/, "");
  const [, root, group = "", version] = /^\/(apis?)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(clean) ?? [];
  if (["/healthz", "/livez", "/readyz"].includes(clean)) return whole(200, "ok", { "content-type": "text/plain; charset=utf-8" });
  if (clean === "/version") return json(VERSION);
  if (clean === "/api") {
    const address = server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
    const serverAddress = /:\d+$/.test(address) ? address : `${address}:443`;
    return json({ kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }] });
  }
  if (clean === "/api/v1") return json(resourcesOf(""));
  if (clean === "/apis") return json({ kind: "APIGroupList", apiVersion: "v1", groups: groups.map(groupOf) });
  if (root === "apis" && groups.includes(group) && version === undefined) return json({ kind: "APIGroup", apiVersion: "v1", ...groupOf(group) });
  if (root === "apis" && groups.includes(group) && version === "v1") return json(resourcesOf(group));
  return whole(404, "404 page not found\n", { "content-type": "text/plain; charset=utf-8" });
}
