/*
 * The live API of one cluster, grouped by what the calls are about: csr.js, tokens.js, rbac.js, invitations.js. The core builds each
 * request and reads each answer; http.js carries them, and the files here know in which order.
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

/** The longest Retry-After that is obeyed, in seconds, and how often. */
const MOST_RETRY_AFTER = 30;
const RETRIES = 3;

export class Cluster {
  #session;
  #http;
  #way;

  /**
   * @param {import("../session/session.js").Session} session
   * @param {import("./http.js").Options} options its own fields only
   */
  constructor(session, options) {
    this.#session = session;
    this.#http = new Http(session, options);
    const way = {
      session,
      core: (/** @type {string} */ method, /** @type {any[]} */ ...args) => session.call(0, method, args),
      exchange: (/** @type {string} */ operation, /** @type {any} */ args, /** @type {AbortSignal | undefined} */ signal) =>
        this.#exchange(operation, args, signal),
      fresh: (/** @type {any} */ error) => error[FRESH],
    };
    this.#way = way;
    this.csr = new Requests(way, this.#http);
    this.tokens = Object.freeze({
      /** @param {any} wanted @param {any} [how] */
      create: async (wanted, how) => issueToken(wanted, own(how, ["signal"]), way),
      /** @param {any} wanted @param {any} [how] */
      fromSecret: async (wanted, how) => secretToken(wanted, own(how, ["signal"]), way),
    });
    this.rbac = new Permissions(way);
    this.invitations = new Invitations(way);
  }

  /**
   * One operation, sent and read, with what else came: the HTTP status, and warnings where they can be read. A server that is too busy
   * is asked again when it says so.
   * @param {string} operation
   * @param {any} [args]
   * @param {AbortSignal} [signal]
   */
  async #exchange(operation, args, signal) {
    const { core } = this.#way;
    const request = await core("apiRequest", operation, args ?? {}, now());
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#http.send(request, signal);
      try {
        // The claims of a token tell why it was refused, and whether it was seen.
        const explained = answer.status === 401 || operation === "who-am-i" ? { ...answer, token: this.#http.token } : answer;
        return { status: answer.status, warning: answer.warning, value: await core("apiAnswer", operation, explained, now()) };
      } catch (error) {
        // The fresh token of an expired list is in the refusal itself.
        if (answer.status === 410) /** @type {any} */ (error)[FRESH] = freshToken(answer.text);
        const busy = answer.status === 429 || answer.status === 503;
        if (!busy || answer.retryAfter === undefined || answer.retryAfter > MOST_RETRY_AFTER || attempt > RETRIES) throw error;
        await pause(answer.retryAfter * 1000, this.#session, signal);
      }
    }
  }

  /** @param {any} action @param {any} [how] */
  async check(action, how) {
    return check(action, this.#way, signalOf(own(how, ["signal"]).signal));
  }

  /** @param {any} [how] */
  async whoAmI(how) {
    return (await this.#exchange("who-am-i", undefined, signalOf(own(how, ["signal"]).signal))).value;
  }

  /** @param {any} [how] */
  async version(how) {
    return (await this.#exchange("version", undefined, signalOf(own(how, ["signal"]).signal))).value;
  }

  /**
   * What the server tells of its address and CA, as far as this caller may read it.
   * @param {{ everywhere?: boolean, signal?: AbortSignal }} [options]
   */
  async discover(options) {
    const { everywhere, signal } = own(options, ["everywhere", "signal"]);
    return discover(this.#http.address, { everywhere: flagOf("everywhere", everywhere), signal: signalOf(signal) }, this.#way);
  }
}

/** Where the fresh token of an expired list travels with its error, unseen by callers. */
const FRESH = Symbol("fresh continue token");

/** @param {string} text @returns {string | undefined} */
function freshToken(text) {
  try {
    const token = field(JSON.parse(text), "metadata", "continue");
    return typeof token === "string" && token !== "" ? token : undefined;
  } catch {
    return undefined;
  }
}
