/*
 * The API server in memory: who asks, whether they may, and the answer. Requests are taken apart in resources.ts; what each kind of object
 * needs is in requests.ts, objects.ts and accounts.ts.
 */
import { Access } from "./access.js";
import { Accounts } from "./accounts.js";
import { whole } from "./answers.js";
import { Authority } from "./authority.js";
import { control } from "./controllers.js";
import { forgotten, page } from "./lists.js";
import { pathAnswer } from "./paths.js";
import { about, isServed, resource, resourceOf } from "./resources.js";
import { plant, seeds } from "./seeds.js";
import { Refusal, badRequest, onDemand, unauthorized } from "./status.js";
import { Store, copy } from "./store.js";
import { Watches } from "./watches.js";
import { Writes } from "./writes.js";
import { reviewed } from "./reviews.js";
import type { About } from "./resources.js";
import type { Fault, ForbidRule } from "./types.js";
import type { Stored } from "./store.js";
import type { User } from "./access.js";

type Incoming = { method: string; url: URL; path: string; header(name: string): string | null; body: string; signal: AbortSignal | undefined };
export type Options = {
  user: User | null;
  tokens: Record<string, User>;
  forbid: readonly ForbidRule[];
  objects: readonly Stored[];
  autoApprove: boolean;
  sign: boolean;
  server: string;
  bootstrapToken: string;
};

const ANONYMOUS: User = { username: "system:anonymous", groups: ["system:unauthenticated"] };
/** What the API server takes (measured on 1.36.3, 2026-11). */
const LARGEST = 3_145_728;

export class Server {
  declare readonly options: Options;
  declare readonly authority: Authority;
  declare readonly access: Access;
  declare readonly accounts: Accounts;
  declare readonly writes: Writes;
  declare readonly controllers: { end: () => void; idle: () => Promise<void> };

  store = new Store();
  watches = new Watches();

  constructor(options: Options, authority: Authority) {
    this.options = options;
    this.authority = authority;
    this.access = new Access(this.store, options.forbid);
    this.accounts = new Accounts(this.store, authority);
    this.writes = new Writes(this.store, this.access, authority);
    this.controllers = control(this.store, authority, this.accounts, options);
  }

  static async start(options: Options) {
    const server = new Server(options, await Authority.start());
    for (const object of seeds(options, server.authority)) plant(server.store, copy(object));
    await server.controllers.idle();
    return server;
  }

  close() {
    this.watches.end();
    this.controllers.end();
    this.authority.free();
  }

  answer(request: Incoming, fault: Fault | undefined): Response {
    const what = about(request.method, request.path, request.url.searchParams);
    try {
      if (fault?.status !== undefined && !(what.verb === "watch" && fault.status === 410)) throw this.#broken(what, fault, fault.status);
      const user = this.#user(request.header("authorization"));
      const { verb, group, plural, subresource, namespace, name, path } = what;
      this.access.require(user, { verb, group, resource: plural, subresource, namespace: isOf(what) ? name : namespace, name, path });
      return this.#authorized(what, request, user, fault);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status } = error;
      const after = status.details?.retryAfterSeconds;
      return whole(status.code, JSON.stringify(status), after === undefined ? {} : { "retry-after": String(after) });
    }
  }

  #broken(what: About, { message, retryAfterSeconds }: Fault, status: number) {
    if (status === 410 && what.verb === "list" && message === undefined) return forgotten(what.query.get("continue") ?? "");
    return onDemand(status, message, retryAfterSeconds);
  }

  #user(header: string | null): User {
    const [, token] = /^bearer\s+(\S+)\s*$/i.exec(header ?? "") ?? [];
    if (token === undefined) return this.options.user === null ? ANONYMOUS : known(this.options.user);
    const listed = Object.hasOwn(this.options.tokens, token) ? this.options.tokens[token] : undefined;
    const found = listed ? known(listed) : this.accounts.userOf(token);
    if (!found) throw unauthorized();
    return found;
  }

  #authorized(what: About, request: Incoming, user: User, fault: Fault | undefined) {
    if (what.plural === "") return pathAnswer(what.path, this.options.server);
    if (!isServed(what)) return whole(404, "404 page not found\n", { "content-type": "text/plain; charset=utf-8" });
    const of = resourceOf(what);
    const { verb, namespace, name, subresource } = what;
    switch (verb) {
      case "get":
        return json(200, this.store.get(of, namespace, name));
      case "list":
        return json(200, page(this.store, of, what));
      case "watch":
        return this.watches.answer(this.store, of, what, request.signal, fault?.status === 410 ? this.#tooOld(what) : undefined);
      case "delete":
        return json(200, this.writes.remove(of, what, request.body === "" ? {} : parsed(request.body)));
      case "deletecollection":
        return json(200, this.writes.removeAll(of, what));
      default: {
        const body = parsed(request.body);
        if (!this.writes.stores(of)) return json(201, reviewed(of, body, user, this.access, what));
        if (subresource === "token") return json(201, this.#token(what, body));
        const [status, object] = this.writes.write(of, what, body, user, request);
        return json(status, object);
      }
    }
  }

  #token({ namespace, name, query }: About, body: Stored) {
    this.writes.check(body, "TokenRequest", "authentication.k8s.io/v1", query);
    return this.accounts.request(namespace, name, body, query.get("dryRun") === "All");
  }

  #tooOld({ query }: About) {
    return new Refusal(410, "Expired", `too old resource version: ${query.get("resourceVersion") ?? 0} (${this.store.version})`);
  }

  request(name: string) {
    return this.store.find(resource("certificatesigningrequests"), "", name);
  }

  /** Requests without a decision, the oldest first. */
  undecided() {
    const all = this.store.list(resource("certificatesigningrequests")).map(([, object]) => object);
    const open = all.filter(({ status }) => !status.conditions?.some(({ type }: any) => type === "Approved" || type === "Denied"));
    return open.sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
  }
}

/** Requests about a namespace itself are in that namespace. */
const isOf = ({ plural, group }: About) => plural === "namespaces" && group === "";

const known = ({ username, uid, groups = [], extra }: User): User => ({
  username,
  ...(uid ? { uid } : {}),
  groups: groups.includes("system:authenticated") ? [...groups] : [...groups, "system:authenticated"],
  ...(extra ? { extra } : {}),
});

const json = (status: number, body: object) => whole(status, JSON.stringify(body));

function parsed(text: string): Stored {
  if (text.length > LARGEST) throw new Refusal(413, "RequestEntityTooLarge", `Request entity too large: limit is ${LARGEST}`);
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw badRequest("the object provided is unrecognized (must be of type JSON)");
}
