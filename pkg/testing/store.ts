/*
 * The objects, their resource versions, and what happened to them: etcd and the watch cache of an API server, in memory.
 * Stored objects are frozen: a reader keeps an object as it was when it was read.
 */
import { MODIFIED, alreadyExists, conflict, expired, notFound } from "./status.js";
import type { Resource } from "./resources.js";

/** An object of the API. */
export type Stored = { [key: string]: any };
export type Change = { version: number; plural: string; key: string; before: Stored | undefined; after: Stored | undefined };

/** Changes that are kept: a watch or list from before the oldest one gets 410. */
const KEPT = 1000;

const keyOf = (namespace: string, name: string) => `${namespace}/${name}`;

export const copy = (value: unknown): any => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** @returns the same, frozen all the way down */
export function frozen(value: any): any {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

/** RFC 3339, whole seconds. */
export const timestamp = (milliseconds: number = Date.now()) => new Date(milliseconds).toISOString().replace(/\.\d+/, "");

/** crypto.randomUUID is missing where a page is not served by https. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Who wrote what, for server-side apply: the last intent of each field manager. */
export type Managers = Map<string, Stored>;

export class Store {
  #objects = new Map<string, Map<string, Stored>>();
  #changes: Change[] = [];
  #listeners: Set<(change: Change) => void> = new Set();
  /** by uid */
  managers = new Map<string, Managers>();
  version = 100;

  #all({ plural }: Resource) {
    const all = this.#objects.get(plural) ?? new Map();
    this.#objects.set(plural, all);
    return all;
  }

  find(resource: Resource, namespace: string, name: string): Stored | undefined {
    return this.#all(resource).get(keyOf(namespace, name));
  }

  get(resource: Resource, namespace: string, name: string) {
    const found = this.find(resource, namespace, name);
    if (!found) throw notFound(resource, name);
    return found;
  }

  /** Stores a new object: uid, resource version and time are set here. With `dry`, nothing is stored. */
  create(resource: Resource, object: Stored, dry: boolean = false) {
    const { namespace = "", name } = object.metadata;
    if (this.find(resource, namespace, name)) throw alreadyExists(resource, name);
    const metadata = { ...object.metadata, uid: uuid(), creationTimestamp: timestamp() };
    if (dry) return frozen({ ...object, metadata });
    return this.#put(resource, undefined, { ...object, metadata });
  }

  /** Replaces an object. A resource version or uid in `object` is a precondition; an object that equals the stored one changes nothing. */
  update(resource: Resource, before: Stored, object: Stored, dry: boolean = false) {
    const { uid, resourceVersion } = object.metadata;
    const known = before.metadata;
    if (uid && uid !== known.uid) throw conflict(resource, known.name, otherUid(resource, known, uid));
    if (resourceVersion && resourceVersion !== known.resourceVersion) throw conflict(resource, known.name, MODIFIED);
    const { creationTimestamp } = known;
    const metadata = { ...object.metadata, uid: known.uid, resourceVersion: known.resourceVersion, creationTimestamp };
    const after = { ...object, metadata };
    if (dry || equal(before, after)) return frozen(after);
    return this.#put(resource, before, after);
  }

  #put(resource: Resource, before: Stored | undefined, object: Stored) {
    const version = ++this.version;
    const after = frozen(copy({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }));
    const key = keyOf(after.metadata.namespace ?? "", after.metadata.name);
    this.#all(resource).set(key, after);
    this.#tell({ version, plural: resource.plural, key, before, after });
    return after;
  }

  remove(resource: Resource, before: Stored) {
    const version = ++this.version;
    const { namespace = "", name, uid } = before.metadata;
    const key = keyOf(namespace, name);
    this.#all(resource).delete(key);
    this.managers.delete(uid);
    this.#tell({ version, plural: resource.plural, key, before, after: undefined });
  }

  #tell(change: Change) {
    this.#changes.push(change);
    if (this.#changes.length > KEPT) this.#changes.shift();
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** @returns ends it */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first version that changes can be followed from. */
  get #oldest() {
    const [first] = this.#changes;
    return this.#changes.length < KEPT || !first ? 0 : first.version - 1;
  }

  /** All changes after a version; 410 where some of them are forgotten. */
  since(version: number) {
    if (version < this.#oldest) throw expired(`too old resource version: ${version} (${this.#oldest})`);
    return this.#changes.filter((change) => change.version > version);
  }

  /** The objects as they were at a version, in the order of namespace and name. */
  list(resource: Resource, version: number = this.version): [string, Stored][] {
    const all = new Map(this.#all(resource));
    for (const { plural, key, before } of this.since(version).reverse()) {
      if (plural !== resource.plural) continue;
      if (before) all.set(key, before);
      else all.delete(key);
    }
    return [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** As the storage words it. */
function otherUid({ plural }: Resource, { namespace, name, uid: found }: any, uid: string) {
  const key = ["/registry", plural, namespace, name].filter((part) => part !== undefined).join("/");
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`;
}

/** Whether two trees of JSON are equal, whatever the order of their fields. */
export function equal(a: any, b: any): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => equal(a[key], b[key]));
}
