/*
 * The live API of one cluster. The core builds each request and reads each answer; this file carries them, and knows in
 * which order. Waiting for a certificate is in waiting.js, decisions are in decisions.js.
 */
import { applyAll } from "./apply.js";
import { check } from "./check.js";
import { decide, wrongObject } from "./decisions.js";
import { KubecredError, callbackOf, field, flagOf, listOf, own, signalOf, textOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { Http } from "./http.js";
import { Invitations } from "./invitations.js";
import { requestChanges, requestPages, unrepeated } from "./requests.js";
import { discover, issueToken, secretToken } from "./tokens.js";
import { pause, waitForCertificate } from "./waiting.js";

/** The longest Retry-After that is obeyed, in seconds, and how often. */
const MOST_RETRY_AFTER = 30;
const RETRIES = 3;
/** What a preview reports as a verdict, the server's or the core's in its place; anything else is a failure to ask. */
const VERDICTS = ["forbidden", "invalid-object", "already-exists", "conflict", "too-large", "invalid-request", "invalid-signing-request"];

export class Cluster {
  #session;
  #http;

  /**
   * @param {import("../session/session.js").Session} session
   * @param {import("./http.js").Options} options its own fields only
   */
  constructor(session, options) {
    this.#session = session;
    this.#http = new Http(session, options);
    this.invitations = new Invitations(this.#way);
  }

  /**
   * @param {string} method
   * @param {any[]} args
   */
  #core(method, ...args) {
    return this.#session.call(0, method, args);
  }

  /** @param {any} object */
  #read(object) {
    return this.#core("readSigningRequest", object, now());
  }

  /**
   * One operation, sent and read. A server that is too busy is asked again when it says so.
   * @param {string} operation
   * @param {any} [args]
   * @param {AbortSignal} [signal]
   */
  async #ask(operation, args, signal) {
    return (await this.#exchange(operation, args, signal)).value;
  }

  /**
   * The same, with what else came: the HTTP status, and warnings where they can be read.
   * @param {string} operation
   * @param {any} [args]
   * @param {AbortSignal} [signal]
   */
  async #exchange(operation, args, signal) {
    const request = await this.#core("apiRequest", operation, args ?? {}, now());
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#http.send(request, signal);
      try {
        // The claims of a token tell why it was refused, and whether it was seen.
        const explained = answer.status === 401 || operation === "who-am-i" ? { ...answer, token: this.#http.token } : answer;
        return { status: answer.status, warning: answer.warning, value: await this.#core("apiAnswer", operation, explained, now()) };
      } catch (error) {
        // The fresh token of an expired list is in the refusal itself.
        if (answer.status === 410) /** @type {any} */ (error)[FRESH] = freshToken(answer.text);
        const busy = answer.status === 429 || answer.status === 503;
        if (!busy || answer.retryAfter === undefined || answer.retryAfter > MOST_RETRY_AFTER || attempt > RETRIES) throw error;
        await pause(answer.retryAfter * 1000, this.#session, signal);
      }
    }
  }

  /** @param {any} options */
  async requestCertificate(options) {
    const [told, wanted] = toldOf(options);
    const object = await this.#core("signingRequest", wanted);
    return this.#wait(object, await this.#ask("create-signing-request", { object }, told.signal), told);
  }

  /**
   * @param {string} name
   * @param {any} [options]
   */
  async resumeCertificate(name, options) {
    const [told, rest] = toldOf(options);
    const fingerprint = textOf("fingerprint", own(rest, ["fingerprint"]).fingerprint);
    const object = await this.#ask("get-signing-request", { name }, told.signal);
    if (field(object, "metadata", "name") !== name || typeof field(object, "spec", "request") !== "string") throw wrongObject();
    if (fingerprint !== undefined) {
      const status = await this.#read(object);
      const other = new KubecredError(
        "wrong-object",
        "The request of this name has another key: somebody else submitted it. Submit the request again under another name.",
      );
      if (status.request.fingerprint !== fingerprint) throw Object.assign(other, { status });
    }
    return this.#wait(object, object, told);
  }

  /**
   * @param {any} sent what was asked for
   * @param {any} created the same as the server stored it
   * @param {any} options
   */
  #wait(sent, created, { signal, onState, onTrouble }) {
    const { name } = sent.metadata;
    return waitForCertificate({
      session: this.#session,
      sent,
      created,
      signal,
      onState,
      onTrouble,
      read: (one) => this.#read(one),
      get: () => this.#ask("get-signing-request", { name }, signal),
      watch: async (resourceVersion) => this.#http.lines(await this.#core("apiRequest", "watch-signing-request", { name, resourceVersion }, now()), signal),
    });
  }

  /** @param {any} options */
  async preview(options) {
    try {
      const object = await this.#core("signingRequest", own(options));
      await this.#ask("create-signing-request", { object, dryRun: true });
      return { accepted: true };
    } catch (error) {
      const { code, message } = /** @type {KubecredError} */ (error);
      if (!VERDICTS.includes(code)) throw error;
      return { accepted: false, code, message };
    }
  }

  /** @param {any} [options] */
  signingRequestPages(options) {
    return requestPages(this.#ways(), options);
  }

  /** @param {any} options */
  watchSigningRequests(options) {
    return requestChanges(this.#ways(), options);
  }

  /** @param {any} [options] */
  async *signingRequests(options) {
    for await (const { reports } of this.signingRequestPages(options)) yield* reports;
  }

  /** @param {{ user: string, groups?: string[] }} who */
  async bindingsOf(who) {
    const { user, groups: given } = own(who, ["user", "groups"]);
    textOf("user", user ?? null);
    const groups = given === undefined ? undefined : listOf("groups", given);
    for (const [index, group] of groups?.entries() ?? []) textOf(`groups[${index}]`, group ?? null);
    const found = [];
    for (const operation of ["list-cluster-role-bindings", "list-role-bindings"]) {
      const next = unrepeated();
      do {
        const page = await this.#ask(operation, { limit: 500, continue: next.token });
        // Go writes an empty list as null.
        const items = field(page, "items") ?? [];
        if (!Array.isArray(items) || !items.every((item) => item !== null && typeof item === "object"))
          throw new KubecredError("bad-answer", "the answer is not a list of role bindings");
        found.push(...(await this.#core("boundTo", items, { user, groups })));
        next.take(field(page, "metadata", "continue"), items.length > 0);
      } while (next.token !== undefined);
    }
    return found;
  }

  #ways() {
    return {
      session: this.#session,
      core: (/** @type {string} */ method, /** @type {any[]} */ ...args) => this.#core(method, ...args),
      ask: (/** @type {string} */ operation, /** @type {any} */ args, /** @type {AbortSignal | undefined} */ signal) => this.#ask(operation, args, signal),
      lines: (/** @type {any} */ request, /** @type {AbortSignal | undefined} */ signal) => this.#http.lines(request, signal),
      fresh: (/** @type {any} */ error) => error[FRESH],
      now,
    };
  }

  /**
   * @param {any} report
   * @param {import("./decisions.js").Decision} [options]
   */
  async approve(report, options) {
    return decide("approve", report, own(options, DECISION), this.#ways());
  }

  /**
   * @param {any} report
   * @param {import("./decisions.js").Decision} [options]
   */
  async deny(report, options) {
    return decide("deny", report, own(options, DECISION), this.#ways());
  }

  /** @param {string} namespace */
  async permissions(namespace) {
    return this.#ask("permissions", { namespace });
  }

  /** @param {any} question */
  async can(question) {
    return this.#ask("can", question);
  }

  /**
   * @param {any} action
   * @param {{ signal?: AbortSignal }} [options]
   */
  async check(action, options) {
    return check(action, this.#way, signalOf(own(options, ["signal"]).signal));
  }

  /**
   * @param {any[]} objects
   * @param {{ dryRun?: boolean, force?: boolean, signal?: AbortSignal }} [options]
   */
  async apply(objects, options) {
    return applyAll(objects, own(options, ["dryRun", "force", "signal"]), this.#way);
  }

  /** What tokens.js and apply.js need of this class. @returns {import("./tokens.js").Way} */
  get #way() {
    return {
      session: this.#session,
      exchange: (operation, args, signal) => this.#exchange(operation, args, signal),
      core: (method, ...args) => this.#core(method, ...args),
    };
  }

  /** @param {any} options */
  async issueToken(options) {
    return issueToken(options, this.#way);
  }

  /** @param {any} options */
  async secretToken(options) {
    return secretToken(options, this.#way);
  }

  async whoAmI() {
    return this.#ask("who-am-i");
  }

  async version() {
    return this.#ask("version");
  }

  /**
   * What the server tells of its address and CA, as far as this caller may read it.
   * @param {{ everywhere?: boolean }} [options]
   */
  async discover(options) {
    return discover(this.#http.address, { everywhere: flagOf("everywhere", own(options, ["everywhere"]).everywhere) }, this.#way);
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

/** What a caller of a long wait gives besides the request: checked, and the rest. @param {any} options @returns {[any, any]} */
function toldOf(options) {
  const { signal, onState, onTrouble, ...rest } = own(options);
  return [{ signal: signalOf(signal), onState: callbackOf("onState", onState), onTrouble: callbackOf("onTrouble", onTrouble) }, rest];
}

/** The fields of a decision. */
const DECISION = ["reason", "message", "signal"];
