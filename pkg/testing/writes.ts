/*
 * Creating, changing and deleting objects.
 */
import { applied, merged } from "./applies.js";
import { decoded, defaulted, nameCauses, unknownFields, validate } from "./objects.js";
import { created, decided } from "./requests.js";
import { RESOURCES, apiVersion, resource } from "./resources.js";
import { Refusal, badRequest, cause, conflict, forbidden, invalid, notFound } from "./status.js";
import { copy, timestamp } from "./store.js";
import type { About, Resource } from "./resources.js";
import type { Access, User } from "./access.js";
import type { Authority } from "./authority.js";
import type { Store, Stored } from "./store.js";

type Headers = { method: string; header(name: string): string | null };

const APPLY = ["application/apply-patch+yaml", "application/apply-patch+json"];
const MERGE = "application/merge-patch+json";
const OPTIONS = { group: "meta.k8s.io", plural: "", kind: "CreateOptions" };
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

export class Writes {
  #store;
  #access;
  #authority;

  constructor(store: Store, access: Access, authority: Authority) {
    this.#store = store;
    this.#access = access;
    this.#authority = authority;
  }

  stores(of: Resource) {
    return RESOURCES.includes(of);
  }

  /** Decodes a body, and checks the options of a write. */
  check(body: Stored, kind: string, version: string, query: URLSearchParams) {
    decoded(body, kind, version, query.get("fieldValidation"));
    const dry = query.get("dryRun");
    if (dry !== null && dry !== "All") throw invalid(OPTIONS, "", [cause.unsupported("dryRun", [dry], ["All"])]);
  }

  write(of: Resource, about: About, body: Stored, user: User, request: Headers): [number, Stored] {
    const { verb, subresource, namespace, name, query } = about;
    const dry = query.get("dryRun") === "All";
    const manager = query.get("fieldManager") ?? (request.header("user-agent") || "unknown").replace(/\/.*$/, "");
    const type = (request.header("content-type") ?? "application/json").replace(/;.*$/, "").trim();
    if (verb === "patch" && ![...APPLY, MERGE].includes(type)) throw unsupported();
    if (verb !== "patch" && type !== "application/json") throw unknownFormat();
    const partial = verb === "patch" && type === MERGE;
    const before = verb === "create" ? undefined : this.#store.find(of, namespace, name);
    const sent = partial ? merged(before, body) : body;
    if (verb === "patch" && !partial) declared(sent, of, about);
    this.check(sent, of.kind, apiVersion(of), query);
    const object = this.#placed(sent, about, of, verb === "patch" && !partial && before !== undefined);
    if (verb === "create") return [201, this.#create(of, object, user, manager, dry)];
    if (subresource !== "") return [200, this.#decide(of, about, object, user)];
    if (verb === "patch" && !partial) return this.#apply(of, about, before, object, user, manager, dry);
    if (!before) throw notFound(of, name);
    return [200, this.#update(of, before, object, user, `Update ${manager}`, dry)];
  }

  /** The body with the name and namespace of the path. Of an apply, they are compared after the fields. */
  #placed(body: Stored, { verb, namespace, name }: About, of: Resource, later: boolean): Stored {
    const metadata = { ...body.metadata };
    if (namespace !== "" && metadata.namespace && metadata.namespace !== namespace)
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    if (verb === "create" && !metadata.name && metadata.generateName) metadata.name = generated(metadata.generateName);
    if (verb !== "create" && !later) metadata.name = named(metadata.name, name);
    if (of.namespaced) metadata.namespace = namespace;
    delete metadata.managedFields;
    return { ...body, kind: of.kind, apiVersion: apiVersion(of), metadata };
  }

  #create(of: Resource, object: Stored, user: User, manager: string, dry: boolean, way: string = "Update") {
    const { namespace = "" } = object.metadata;
    const full = of.plural === "certificatesigningrequests" ? created(object, user, this.#authority) : defaulted(of, object);
    const causes = nameCauses(of, object.metadata.name ?? "");
    if (causes.length > 0) throw invalid(of, object.metadata.name ?? "", causes);
    if (of.namespaced) {
      const home = this.#store.get(resource("namespaces"), "", namespace);
      if (home.metadata.deletionTimestamp)
        throw forbidden(of, object.metadata.name, `unable to create new content in namespace ${namespace} because it is being terminated`);
    }
    this.#access.escalation(user, of, full);
    validate(of, full);
    const { uid: _uid, resourceVersion: _version, creationTimestamp: _time, ...metadata } = full.metadata;
    const stored = this.#store.create(of, { ...full, metadata }, dry);
    if (!dry) this.#store.managers.set(stored.metadata.uid, new Map([[`${way} ${manager}`, object]]));
    return stored;
  }

  #update(of: Resource, before: Stored, object: Stored, user: User, key: string, dry: boolean) {
    const request = of.plural === "certificatesigningrequests";
    // The main resource changes neither spec nor status of a request.
    const full = request ? { ...object, spec: before.spec, status: before.status } : defaulted(of, object);
    this.#access.escalation(user, of, full);
    validate(of, full, before);
    const stored = this.#store.update(of, before, full, dry);
    if (!dry && stored !== before) this.#managers(before).set(key, object);
    return stored;
  }

  #managers({ metadata: { uid } }: Stored) {
    const managers = this.#store.managers.get(uid) ?? new Map();
    this.#store.managers.set(uid, managers);
    return managers;
  }

  #apply(of: Resource, about: About, before: Stored | undefined, intent: Stored, user: User, manager: string, dry: boolean): [number, Stored] {
    const { query, namespace, name, group } = about;
    if (!query.get("fieldManager")) throw badRequest('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
    if (!before) {
      const { uid } = intent.metadata;
      if (uid) throw conflict(of, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
      this.#access.require(user, { verb: "create", group, resource: of.plural, subresource: "", namespace, name, path: "" });
      return [201, this.#create(of, intent, user, manager, dry, "Apply")];
    }
    const managers = new Map<string, Stored>(copy([...this.#managers(before)]));
    const key = `Apply ${manager}`;
    const after = applied(before, defaulted(of, intent), key, ["1", "true"].includes(query.get("force") ?? ""), managers);
    after.metadata.name = named(intent.metadata.name, name);
    const { uid } = intent.metadata;
    if (uid && uid !== before.metadata.uid) {
      const immutable = cause.invalid("metadata.uid", uid, "field is immutable");
      throw invalid(of, name, group === "rbac.authorization.k8s.io" ? [immutable, immutable] : [immutable]); // validated twice there
    }
    const stored = this.#update(of, before, after, user, key, dry);
    if (!dry) this.#store.managers.set(before.metadata.uid, managers.set(key, defaulted(of, intent)));
    return [200, stored];
  }

  /** A write to /approval or /status. */
  #decide(of: Resource, { subresource, name, query }: About, object: Stored, user: User) {
    const before = this.#store.get(of, "", name);
    const { signerName } = before.spec;
    const after = decided(subresource === "status" ? "status" : "approval", before, object);
    const verb = subresource === "status" ? "sign" : "approve";
    const may = [signerName, signerName.replace(/\/.*$/, "/*")].some(
      (signer) => this.#access.decide(user, { verb, group: of.group, resource: "signers", subresource: "", namespace: "", name: signer, path: "" }).allowed,
    );
    if (!may) throw forbidden(of, name, `user not permitted to ${verb} requests with signerName "${signerName}"`);
    return this.#store.update(of, before, after, query.get("dryRun") === "All");
  }

  /** @param options DeleteOptions */
  remove(of: Resource, { namespace, name, query }: About, { preconditions = {}, dryRun }: any) {
    const before = this.#store.get(of, namespace, name);
    const { uid, resourceVersion } = before.metadata;
    const checks: [string, string, string, string][] = [
      ["UID", preconditions.uid, uid, "deleted and then recreated"],
      ["ResourceVersion", preconditions.resourceVersion, resourceVersion, "modified"],
    ];
    for (const [what, wanted, found, meanwhile] of checks)
      if (wanted && wanted !== found) {
        const why = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). The object might have been ${meanwhile}`;
        throw conflict({ ...of, plural: of.kind }, name, why);
      }
    const dry = query.get("dryRun") === "All" || dryRun?.includes("All");
    if (of.plural === "namespaces") {
      // The namespace controller removes what is in it, then the namespace.
      const metadata = { ...before.metadata, deletionTimestamp: timestamp() };
      return this.#store.update(of, before, { ...before, metadata, status: { phase: "Terminating" } }, dry);
    }
    if (!dry) this.#store.remove(of, before);
    if (of.plural === "serviceaccounts") return before;
    const details = { name, ...(of.group === "" ? {} : { group: of.group }), kind: of.plural, uid };
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  }

  removeAll(of: Resource, { namespace }: About) {
    const gone = this.#store
      .list(of)
      .map(([, object]) => object)
      .filter(({ metadata }) => namespace === "" || metadata.namespace === namespace);
    for (const object of gone) this.#store.remove(of, object);
    return { kind: `${of.kind}List`, apiVersion: apiVersion(of), metadata: { resourceVersion: String(this.#store.version) }, items: gone };
  }
}

/** The name in a body, which must be that of the path where it has one. */
function named(name: string | undefined, wanted: string) {
  if (name && name !== wanted) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${wanted})`);
  return wanted;
}

/** Server-side apply reads by the schema: a field that the schema does not have is an error of the server's. */
function declared(intent: Stored, of: Resource, { namespace, name }: About) {
  const [field] = unknownFields(intent, of.kind);
  if (field === undefined) return;
  const what = `(${namespace}/${name}; ${apiVersion(of)}, Kind=${of.kind})`;
  throw new Refusal(500, "", `failed to create typed patch object ${what}: .${field}: field not declared in schema`);
}

const generated = (prefix: string) => prefix + [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => LETTERS[byte % LETTERS.length]).join("");

const unknownFormat = () =>
  new Refusal(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
const unsupported = () => new Refusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
