// An API server on loopback that knows CertificateSigningRequests, and whatever faults a test puts in front of it. What it
// answers to faults are bodies that a real server sent (tests/vectors/api).
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { vector } from "./common.mjs";
import { sign } from "../support/openssl.mjs";

const COLLECTION = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/**
 * `fault(request, response, entry)` sees every request first; true means that it took care of it.
 * @param {(request: any, response: any, entry: any) => unknown} [fault]
 */
export async function startApi(fault = () => false) {
  const api = new Api(fault);
  await new Promise((resolve) => api.server.listen(0, "127.0.0.1", resolve));
  api.url = `http://127.0.0.1:${api.server.address().port}`;
  return api;
}

class Api {
  objects = new Map();
  /** Every request: { method, path, query, headers, body, at }. */
  log = [];
  watches = new Set();
  version = 100;
  url = "";

  constructor(fault) {
    this.fault = fault;
    this.server = createServer((request, response) => this.#serve(request, response));
  }

  async #serve(request, response) {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    let text = "";
    for await (const chunk of request) text += chunk;
    const entry = {
      method: request.method,
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
      at: Date.now(),
    };
    this.log.push(entry);
    if (await this.fault(request, response, entry)) return;
    const name = decodeURIComponent(pathname.slice(COLLECTION.length + 1).split("/")[0] ?? "");
    if (pathname === COLLECTION && entry.method === "POST") this.#create(entry, response);
    else if (pathname === COLLECTION && searchParams.get("watch")) this.#watch(entry, response);
    else if (pathname === COLLECTION) json(response, 200, { kind: "CertificateSigningRequestList", metadata: {}, items: [...this.objects.values()] });
    else if (pathname === `${COLLECTION}/${encodeURIComponent(name)}` && this.objects.has(name)) json(response, 200, this.objects.get(name));
    else if (pathname.endsWith("/approval") && entry.method === "PUT") this.#decide(name, entry.body, response);
    else if (pathname === "/version") json(response, 200, { major: "1", minor: "36", gitVersion: "v1.36.3" });
    else body(response, 404, "404-not-found.json");
  }

  #create({ body: sent, query }, response) {
    const object = {
      ...sent,
      metadata: {
        ...sent.metadata,
        uid: randomUUID(),
        resourceVersion: String(++this.version),
        creationTimestamp: new Date().toISOString().replace(/\.\d+/, ""),
      },
      spec: { ...sent.spec, username: "jane", groups: ["system:authenticated"] },
      status: {},
    };
    if (!query.get("dryRun")) {
      this.objects.set(sent.metadata.name, object);
      this.created?.(object);
    }
    json(response, 201, object);
  }

  /** As the real one: 409 where uid or resource version is another. */
  #decide(name, { metadata, status }, response) {
    const known = this.objects.get(name).metadata;
    if (metadata.uid !== known.uid || metadata.resourceVersion !== known.resourceVersion) return body(response, 409, "409-conflict.json");
    json(
      response,
      200,
      this.change(name, (object) => (object.status = status)),
    );
  }

  #watch({ query }, response) {
    const name = query.get("fieldSelector").replace("metadata.name=", "");
    response.writeHead(200, { "Content-Type": "application/json", "Transfer-Encoding": "chunked" });
    response.flushHeaders();
    const watch = { name, response, ended: false };
    this.watches.add(watch);
    response.on("close", () => ((watch.ended = true), this.watches.delete(watch)));
    const object = this.objects.get(name);
    if (object && Number(object.metadata.resourceVersion) > Number(query.get("resourceVersion") ?? 0)) send(watch, "MODIFIED", object);
  }

  /** Changes an object as a controller would; watches learn of it. */
  change(name, edit) {
    const object = structuredClone(this.objects.get(name));
    edit(object);
    object.metadata.resourceVersion = String(++this.version);
    this.objects.set(name, object);
    this.tell("MODIFIED", object);
    return object;
  }

  approve(name) {
    return this.change(
      name,
      (object) =>
        (object.status = { conditions: [{ type: "Approved", status: "True", reason: "Test", message: "by a test", lastUpdateTime: "2026-11-24T00:00:00Z" }] }),
    );
  }

  /** Approves and issues; `certificate` PEM, by default one for the request itself. */
  issue(name, certificate) {
    this.approve(name);
    const pem = certificate ?? sign(Buffer.from(this.objects.get(name).spec.request, "base64").toString());
    return this.change(name, (object) => (object.status.certificate = Buffer.from(pem).toString("base64")));
  }

  remove(name) {
    const object = this.objects.get(name);
    this.objects.delete(name);
    this.tell("DELETED", object);
  }

  tell(type, object) {
    for (const watch of this.watches) if (watch.name === object.metadata.name) send(watch, type, object);
  }

  /** Requests so far, as "GET one", "GET watch", "POST", … */
  get did() {
    return this.log.map(({ method, path, query }) =>
      method !== "GET" ? method : query.get("watch") ? "GET watch" : path === COLLECTION ? "GET list" : "GET one",
    );
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const send = (watch, type, object) => watch.response.write(`${JSON.stringify({ type, object })}\n`);

export function json(response, status, value, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(value));
  return true;
}

/** A body that a real server sent, with its status or another. */
export function body(response, status, file, headers = {}) {
  response.writeHead(status, { "Content-Type": file.endsWith(".json") ? "application/json" : "text/plain", ...headers });
  response.end(vector("api", file));
  return true;
}

export function html(response, status = 200) {
  response.writeHead(status, { "Content-Type": "text/html" });
  response.end("<!doctype html><title>Sign in</title><script>alert(1)</script>");
  return true;
}
