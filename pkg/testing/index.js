/*
 * kubecred/testing: an API server in memory, as a fetch. index.d.ts documents it.
 */
import { reasonOf } from "./answers.js";
import { about } from "./resources.js";
import { Server } from "./server.js";
import { withDecision } from "./requests.js";
import { resource } from "./resources.js";
import { frozen } from "./store.js";

/** @typedef {import("./index.d.ts").FakeClusterOptions} FakeClusterOptions */
/** @typedef {import("./index.d.ts").Fault} Fault */
/** @typedef {import("./index.d.ts").FakeRequest} FakeRequest */
/** @typedef {import("./server.js").Options} Options */

const REQUESTS = resource("certificatesigningrequests");
const OPTIONS = ["user", "tokens", "forbid", "objects", "autoApprove", "sign", "server", "basePath", "bootstrapToken"];

/** @param {FakeClusterOptions} [options] @returns {import("./index.d.ts").FakeCluster} */
export function fakeCluster(options = {}) {
  for (const key of Object.keys(options)) if (!OPTIONS.includes(key)) throw new TypeError(`fakeCluster has no option ${key}.`);
  return new FakeCluster(options);
}

class FakeCluster {
  /** @type {Promise<Server> | undefined} */
  #server;
  #options;
  #base;
  /** @type {FakeRequest[]} */
  #requests = [];
  /** @type {{ fault: Fault, left: number }[]} */
  #faults = [];
  /** @type {AbortController} */
  #closed = new AbortController();

  /** @param {FakeClusterOptions} options */
  constructor({ basePath = "", ...given }) {
    this.#base = basePath.replace(/\/+$/, "");
    this.#options = /** @type {Options} */ ({
      user: given.user === undefined ? { username: "admin", groups: ["system:masters"] } : given.user,
      tokens: given.tokens ?? {},
      forbid: given.forbid ?? [],
      objects: given.objects ?? [],
      autoApprove: given.autoApprove ?? false,
      sign: given.sign ?? true,
      server: given.server ?? "https://kubernetes.test:6443",
      bootstrapToken: given.bootstrapToken ?? "abcdef.0123456789abcdef",
    });
    // So that it can be handed over alone: `cluster({ fetch: fake.fetch })`.
    this.fetch = this.fetch.bind(this);
  }

  get requests() {
    return Object.freeze([...this.#requests]);
  }

  /** @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Promise<Response>} */
  async fetch(input, init = {}) {
    const request = /** @type {Request | undefined} */ (typeof input === "object" && "url" in input ? input : undefined);
    const signal = init?.signal ?? request?.signal ?? undefined;
    if (signal?.aborted) throw reasonOf(signal);
    const url = new URL(request ? request.url : String(input), "http://kubernetes.test");
    const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
    const header = headersOf(init?.headers ?? request?.headers);
    const body = init?.body === undefined || init.body === null ? ((await request?.clone().text()) ?? "") : await textOf(init.body);
    const path = this.#base !== "" && url.pathname.startsWith(`${this.#base}/`) ? url.pathname.slice(this.#base.length) : url.pathname;
    this.#requests.push(frozen({ method, path: url.pathname + url.search, body: jsonOf(body) }));
    if (this.#closed.signal.aborted) throw new TypeError("The fake cluster is closed.");
    const fault = this.#take(about(method, path, url.searchParams));
    if (fault?.delayMilliseconds) await delay(fault.delayMilliseconds, signal);
    if (fault?.drop) throw new TypeError("fetch failed");
    const server = await this.#started();
    if (signal?.aborted) throw reasonOf(signal);
    return server.answer({ method, url, path: this.#base !== "" && path === url.pathname ? "/outside" : path, header, body, signal }, fault);
  }

  #started() {
    this.#server ??= Server.start(this.#options);
    return this.#server;
  }

  /** The first fault that fits. @param {import("./resources.js").About} about @returns {Fault | undefined} */
  #take({ verb, plural, subresource, name }) {
    const whole = subresource === "" ? plural : `${plural}/${subresource}`;
    /** @param {string | undefined} wanted @param {string} value */
    const fits = (wanted, value) => wanted === undefined || wanted === value;
    const found = this.#faults.find(({ fault }) => fits(fault.verb, verb) && fits(fault.resource, whole) && fits(fault.name, name));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#faults.splice(this.#faults.indexOf(found), 1);
    return found.fault;
  }

  /** @param {Fault} fault */
  fault(fault) {
    this.#faults.push({ fault: { ...fault }, left: fault.times ?? 1 });
  }

  async dropWatches() {
    (await this.#started()).watches.drop();
  }

  async certificateAuthority() {
    return (await this.#started()).authority.certificate;
  }

  /** @param {string} [name] @param {import("./index.d.ts").DecisionText} [text] */
  approve(name, { reason = "FakeClusterApprove", message = "Approved by the test." } = {}) {
    return this.#decide(name, "Approved", reason, message);
  }

  /** @param {string} [name] @param {import("./index.d.ts").DecisionText} [text] */
  deny(name, { reason = "FakeClusterDeny", message = "Denied by the test." } = {}) {
    return this.#decide(name, "Denied", reason, message);
  }

  /** @param {string | undefined} name @param {"Approved" | "Denied"} type @param {string} reason @param {string} message */
  async #decide(name, type, reason, message) {
    const server = await this.#started();
    const find = () => (name === undefined ? server.undecided()[0] : server.request(name));
    const object = find() ?? (await this.#submitted(server, find));
    const other = type === "Approved" ? "Denied" : "Approved";
    const has = (/** @type {string} */ wanted) => object.status.conditions?.some((/** @type {any} */ each) => each.type === wanted);
    if (has(other)) throw new Error(`The request ${object.metadata.name} is ${other.toLowerCase()} already.`);
    if (!has(type)) server.store.update(REQUESTS, object, withDecision(object, type, reason, message));
    await server.controllers.idle();
    return object.metadata.name;
  }

  /** Waits until a request is submitted. @param {Server} server @param {() => import("./store.js").Stored | undefined} find @returns {Promise<import("./store.js").Stored>} */
  #submitted(server, find) {
    const { signal } = this.#closed;
    return new Promise((resolve, reject) => {
      const over = () => reject(new Error("The fake cluster was closed before this request was submitted."));
      if (signal.aborted) return over();
      signal.addEventListener("abort", over);
      const end = server.store.listen(() => {
        const found = find();
        if (!found) return;
        end();
        signal.removeEventListener("abort", over);
        resolve(found);
      });
    });
  }

  close() {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#server?.then(
      (server) => server.close(),
      () => {},
    );
  }
}

/** A header by its name, whatever form the headers have. @param {HeadersInit | undefined} headers @returns {(name: string) => string | null} */
function headersOf(headers) {
  if (headers && "get" in headers && typeof headers.get === "function") return (name) => /** @type {Headers} */ (headers).get(name);
  const entries = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  return (name) => entries.find(([key]) => key?.toLowerCase() === name)?.[1] ?? null;
}

/** @param {BodyInit} body */
async function textOf(body) {
  return typeof body === "string" ? body : new Response(body).text();
}

/** @param {string} text */
function jsonOf(text) {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** @param {number} milliseconds @param {AbortSignal | undefined} signal @returns {Promise<void>} */
function delay(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
  });
}
