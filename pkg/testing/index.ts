/**
 * `kubecred/testing`: a Kubernetes API server in memory, as a `fetch`, so that the tests of a portal need no cluster.
 *
 * ```js
 * import { open } from "kubecred";
 * import { fakeCluster } from "kubecred/testing";
 *
 * const fake = fakeCluster();
 * const kubecred = await open();
 * const cluster = kubecred.cluster({ fetch: fake.fetch });
 * ```
 *
 * It answers as kube-apiserver 1.36 does (Status objects, reasons, codes, defaults) for what kubecred asks: CertificateSigningRequests with their
 * subresources, namespaces, service accounts and TokenRequest, secrets, config maps, roles and bindings, reviews of oneself, discovery; get, list
 * in pages, watch, create, update, merge patch, server-side apply, delete, `dryRun=All`. Requests are read and verified as Go reads them; approved
 * ones are signed by a certificate authority that exists as long as the test, with the rules of kube-controller-manager. Roles and bindings are
 * evaluated. Source: Kubernetes 1.36.3; a test compares more than a hundred answers with those of its API server. Nothing else is known: other
 * resources are 404, admission does nothing but what is named here, and managedFields are not shown.
 *
 * Nothing leaves the process, and nothing that it issues is worth protecting.
 *
 * @module kubecred/testing
 */

import { reasonOf } from "./answers.js";
import { about } from "./resources.js";
import { Server } from "./server.js";
import { withDecision } from "./requests.js";
import { resource } from "./resources.js";
import { frozen } from "./store.js";
import type { About } from "./resources.js";
import type * as types from "./types.js";
import type { Options } from "./server.js";
import type { Stored } from "./store.js";

export type * from "./types.js";

const REQUESTS = resource("certificatesigningrequests");
const OPTIONS = ["user", "tokens", "forbid", "objects", "autoApprove", "sign", "server", "basePath", "bootstrapToken"];

/**
 * A new cluster, empty but for what every cluster has (the namespaces `default` and `kube-*`, their service accounts and CA, the roles
 * `cluster-admin`, `admin`, `edit`, `view`, `cluster-info`).
 *
 * @throws TypeError for an unknown option.
 */
export function fakeCluster(options: types.FakeClusterOptions = {}): types.FakeCluster {
  for (const key of Object.keys(options)) if (!OPTIONS.includes(key)) throw new TypeError(`fakeCluster has no option ${key}.`);
  return new FakeCluster(options);
}

class FakeCluster implements types.FakeCluster {
  #server: Promise<Server> | undefined;
  #options;
  #base;
  #requests: types.FakeRequest[] = [];
  #faults: { fault: types.Fault; left: number }[] = [];
  #closed: AbortController = new AbortController();

  constructor({ basePath = "", ...given }: types.FakeClusterOptions) {
    this.#base = basePath.replace(/\/+$/, "");
    this.#options = {
      user: given.user === undefined ? { username: "admin", groups: ["system:masters"] } : given.user,
      tokens: given.tokens ?? {},
      forbid: given.forbid ?? [],
      objects: given.objects ?? [],
      autoApprove: given.autoApprove ?? false,
      sign: given.sign ?? true,
      server: given.server ?? "https://kubernetes.test:6443",
      bootstrapToken: given.bootstrapToken ?? "abcdef.0123456789abcdef",
    } as Options;
    // So that it can be handed over alone: `cluster({ fetch: fake.fetch })`.
    this.fetch = this.fetch.bind(this);
  }

  get requests() {
    return Object.freeze([...this.#requests]);
  }

  async fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const request = (typeof input === "object" && "url" in input ? input : undefined) as Request | undefined;
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

  /** The first fault that fits. */
  #take({ verb, plural, subresource, name }: About): types.Fault | undefined {
    const whole = subresource === "" ? plural : `${plural}/${subresource}`;
    const fits = (wanted: string | undefined, value: string) => wanted === undefined || wanted === value;
    const found = this.#faults.find(({ fault }) => fits(fault.verb, verb) && fits(fault.resource, whole) && fits(fault.name, name));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#faults.splice(this.#faults.indexOf(found), 1);
    return found.fault;
  }

  fault(fault: types.Fault) {
    this.#faults.push({ fault: { ...fault }, left: fault.times ?? 1 });
  }

  async dropWatches() {
    (await this.#started()).watches.drop();
  }

  async certificateAuthority() {
    return (await this.#started()).authority.certificate;
  }

  approve(name?: string, { reason = "FakeClusterApprove", message = "Approved by the test." }: types.DecisionText = {}) {
    return this.#decide(name, "Approved", reason, message);
  }

  deny(name?: string, { reason = "FakeClusterDeny", message = "Denied by the test." }: types.DecisionText = {}) {
    return this.#decide(name, "Denied", reason, message);
  }

  async #decide(name: string | undefined, type: "Approved" | "Denied", reason: string, message: string) {
    const server = await this.#started();
    const find = () => (name === undefined ? server.undecided()[0] : server.request(name));
    const object = find() ?? (await this.#submitted(server, find));
    const other = type === "Approved" ? "Denied" : "Approved";
    const has = (wanted: string) => object.status.conditions?.some((each: any) => each.type === wanted);
    if (has(other)) throw new Error(`The request ${object.metadata.name} is ${other.toLowerCase()} already.`);
    if (!has(type)) server.store.update(REQUESTS, object, withDecision(object, type, reason, message));
    await server.controllers.idle();
    return object.metadata.name;
  }

  /** Waits until a request is submitted. */
  #submitted(server: Server, find: () => Stored | undefined): Promise<Stored> {
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

/** A header by its name, whatever form the headers have. */
function headersOf(headers: HeadersInit | undefined): (name: string) => string | null {
  if (headers && "get" in headers && typeof headers.get === "function") return (name) => (headers as Headers).get(name);
  const entries = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  return (name) => entries.find(([key]) => key?.toLowerCase() === name)?.[1] ?? null;
}

async function textOf(body: BodyInit) {
  return typeof body === "string" ? body : new Response(body).text();
}

function jsonOf(text: string) {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
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
