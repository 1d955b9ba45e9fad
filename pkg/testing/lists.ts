/*
 * Lists in pages, and selectors. Source: "API Concepts" in the Kubernetes documentation, "Retrieving large results sets in chunks"; measured on
 * 1.36.3 (2026-11).
 */
import { apiVersion } from "./resources.js";
import { badRequest, expired } from "./status.js";
import type { About, Resource } from "./resources.js";
import type { Store, Stored } from "./store.js";

const FORGOTTEN =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** Where the next page begins. A version of -1 is that of the moment: what a list that was forgotten goes on with. */
const token = (rv: number, start: string) => btoa(JSON.stringify({ v: "meta.k8s.io/v1", rv, start: encodeURIComponent(start) })).replace(/=+$/, "");

function read(text: string): { rv: number; start: string } {
  try {
    const { rv, start } = JSON.parse(atob(text));
    if (Number.isInteger(rv) && typeof start === "string") return { rv, start: decodeURIComponent(start) };
  } catch {
    // Said below.
  }
  throw badRequest("invalid continue token: continue key is not valid");
}

/** The answer to a list whose continue token is too old. */
export const forgotten = (text: string) => expired(FORGOTTEN, token(-1, text === "" ? "" : read(text).start));

/** One page. */
export function page(store: Store, resource: Resource, { query, namespace }: About) {
  const from = query.get("continue") ?? "";
  const { rv, start } = from === "" ? { rv: store.version, start: "" } : read(from);
  const version = rv === -1 ? store.version : rv;
  const fits = selector(resource, query);
  const selected = namespace !== "" || query.has("labelSelector") || query.has("fieldSelector");
  let found: [string, Stored][];
  try {
    found = store.list(resource, version);
  } catch {
    throw forgotten(from);
  }
  const left = found.filter(([key, object]) => key > start && (namespace === "" || object.metadata.namespace === namespace) && fits(object));
  // A limit is ignored where any version will do: the answer comes from the watch cache.
  const limit = query.get("resourceVersion") === "0" ? 0 : Number(query.get("limit") ?? 0);
  const now = limit > 0 ? left.slice(0, limit) : left;
  const rest = left.length - now.length;
  const last = now.at(-1);
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersion(resource),
    metadata: {
      resourceVersion: String(version),
      ...(rest > 0 && last ? { continue: token(version, last[0]) } : {}),
      ...(rest > 0 && (!selected || namespace !== "") && !query.has("labelSelector") && !query.has("fieldSelector") ? { remainingItemCount: rest } : {}),
    },
    items: now.map(([, { kind: _kind, apiVersion: _version, ...object }]) => object),
  };
}

/** Whether an object is one of those that a list or watch selects. */
export function selector(resource: Resource, query: URLSearchParams): (object: Stored) => boolean {
  const labels = (query.get("labelSelector") ?? "").split(/,(?![^(]*\))/).filter((part) => part.trim() !== "");
  const fields = (query.get("fieldSelector") ?? "").split(",").filter((part) => part !== "");
  const tests = [...labels.map(ofLabel), ...fields.map((text) => ofField(resource, text))];
  return (object) => tests.every((test) => test(object));
}

function ofLabel(text: string): (object: Stored) => boolean {
  const label = (object: Stored, key: string): string | undefined =>
    object.metadata.labels && Object.hasOwn(object.metadata.labels, key) ? object.metadata.labels[key] : undefined;
  const [, key = "", operator = "", value = ""] = /^\s*([^\s=!]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(text) ?? [];
  if (!/^[-A-Za-z0-9_.]*$/.test(value)) throw badRequest(`found '${value}', expected: ',' or 'end of string'`);
  if (operator === "!=") return (object) => label(object, key) !== value;
  if (operator !== "") return (object) => label(object, key) === value;
  const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text);
  if (set) {
    const [, of = "", kind, list = ""] = set;
    const values = list.split(",").map((each) => each.trim());
    return (object) => values.includes(label(object, of) ?? "\0") === (kind === "in");
  }
  const [, not, only] = /^\s*(!?)\s*([^\s!]+)\s*$/.exec(text) ?? [];
  if (only === undefined) throw badRequest(`unable to parse requirement: found '${text}'`);
  return (object) => (label(object, only) !== undefined) === (not === "");
}

function ofField({ plural }: Resource, text: string): (object: Stored) => boolean {
  const [, field = "", operator = "", value = ""] = /^(.*?)(==|!=|=)(.*)$/.exec(text) ?? [];
  const known: Record<string, (object: Stored) => string> = {
    "metadata.name": ({ metadata }) => metadata.name,
    "metadata.namespace": ({ metadata }) => metadata.namespace ?? "",
    ...(plural === "certificatesigningrequests" ? { "spec.signerName": ({ spec }) => spec.signerName } : {}),
    ...(plural === "secrets" ? { type: ({ type }) => type } : {}),
  };
  const get = Object.hasOwn(known, field) ? known[field] : undefined;
  if (!get) throw badRequest(`field label not supported: ${field}`);
  return (object) => (get(object) === value) === (operator !== "!=");
}
