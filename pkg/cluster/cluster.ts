/*
 * The live API of one cluster, grouped by what the calls are about: csr.ts, tokens.ts, rbac.ts, invitations.ts. The core builds each
 * request and reads each answer; http.ts carries them, and the files here know in which order.
 */
import { field, flagOf, own, signalOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { check } from "./check.js";
import { Requests } from "./csr.js";
import { Http } from "./http.js";
import { Invitations } from "./invitations.js";
import { Permissions } from "./rbac.js";
import { discover, issueToken, secretToken } from "./tokens.js";
import { pause } from "./waiting.js";
import type { Options, Steps } from "./http.js";
import type { Session } from "../session/session.js";
import type { Kept } from "../shared/kept.js";
import type * as types from "../types.js";

/** The longest Retry-After that is obeyed, in seconds, and how often. */
const MOST_RETRY_AFTER = 30;
const RETRIES = 3;

export class Cluster implements Kept<types.Cluster> {
  declare readonly csr: Requests;
  declare readonly tokens: Readonly<{ create: (wanted: any, how?: any) => Promise<any>; fromSecret: (wanted: any, how?: any) => Promise<any> }>;
  declare readonly rbac: Permissions;
  declare readonly invitations: Invitations;

  #session;
  #http;
  #way;

  /** @param options its own fields only */
  constructor(session: Session, options: Options) {
    this.#session = session;
    this.#http = new Http(session, options);
    const way = {
      session,
      core: (method: string, ...args: any[]) => session.call(0, method, args),
      exchange: (operation: string, args: any, signal: AbortSignal | undefined, steps?: Steps) => this.#exchange(operation, args, signal, steps),
      fresh: (error: any) => error[FRESH],
    };
    this.#way = way;
    this.csr = new Requests(way, this.#http);
    this.tokens = Object.freeze({
      create: async (wanted: any, how?: any) => issueToken(wanted, own(how, ["signal"]), way),
      fromSecret: async (wanted: any, how?: any) => secretToken(wanted, own(how, ["signal"]), way),
    });
    this.rbac = new Permissions(way);
    this.invitations = new Invitations(way);
  }

  /**
   * One operation, sent and read, with what else came: the HTTP status, and warnings where they can be read. A server that is too busy
   * is asked again when it says so.
   */
  async #exchange(operation: string, args?: any, signal?: AbortSignal, { sent, seen }: Steps = {}) {
    const { core } = this.#way;
    const request = await core("apiRequest", operation, args ?? {}, now());
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#http.send(request, signal, sent);
      if (answer.status === 200) await seen?.(answer.text);
      try {
        // The claims of a token tell why it was refused, and whether it was seen.
        const explained = answer.status === 401 || operation === "who-am-i" ? { ...answer, token: this.#http.token } : answer;
        return { status: answer.status, warning: answer.warning, value: await core("apiAnswer", operation, explained, now()) };
      } catch (error) {
        // The fresh token of an expired list is in the refusal itself.
        if (answer.status === 410) (error as any)[FRESH] = freshToken(answer.text);
        const busy = answer.status === 429 || answer.status === 503;
        if (!busy || answer.retryAfter === undefined || answer.retryAfter > MOST_RETRY_AFTER || attempt > RETRIES) throw error;
        await pause(answer.retryAfter * 1000, this.#session, signal);
      }
    }
  }

  async check(action: any, how?: any) {
    return check(action, this.#way, signalOf(own(how, ["signal"]).signal));
  }

  async whoAmI(how?: any) {
    return (await this.#exchange("who-am-i", undefined, signalOf(own(how, ["signal"]).signal))).value;
  }

  async version(how?: any) {
    return (await this.#exchange("version", undefined, signalOf(own(how, ["signal"]).signal))).value;
  }

  /** What the server tells of its address and CA, as far as this caller may read it. */
  async discover(options?: { everywhere?: boolean; signal?: AbortSignal }) {
    const { everywhere, signal } = own(options, ["everywhere", "signal"]);
    return discover(this.#http.address, { everywhere: flagOf("everywhere", everywhere), signal: signalOf(signal) }, this.#way);
  }
}

/** Where the fresh token of an expired list travels with its error, unseen by callers. */
const FRESH = Symbol("fresh continue token");

function freshToken(text: string): string | undefined {
  try {
    const token = field(JSON.parse(text), "metadata", "continue");
    return typeof token === "string" && token !== "" ? token : undefined;
  } catch {
    return undefined;
  }
}
