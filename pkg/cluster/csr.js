/*
 * CertificateSigningRequests of one cluster: submitted, read, listed, watched, decided, waited for. The order of requests is here and in
 * waiting.js, requests.js and decisions.js; what they and their answers mean is the core's.
 */
import { KubecredError, callbackOf, field, own, signalOf, textOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { decide, wrongObject } from "./decisions.js";
import { requestChanges, requestPages } from "./requests.js";
import { waitForCertificate } from "./waiting.js";

/** What a preview reports as a verdict, the server's or the core's in its place; anything else is a failure to ask. */
const VERDICTS = ["forbidden", "invalid-object", "already-exists", "conflict", "too-large", "invalid-request", "invalid-signing-request"];
/** The options of a wait, and of a decision. */
const WAITING = ["signal", "onStatus", "onTrouble"];
const DECISION = ["reason", "message", "signal"];

export class Requests {
  #way;
  #http;

  /**
   * @param {import("./tokens.js").Way & { fresh: (error: any) => string | undefined }} way
   * @param {import("./http.js").Http} http
   */
  constructor(way, http) {
    this.#way = way;
    this.#http = http;
  }

  /** @param {any} object */
  #read(object) {
    return this.#way.core("readSigningRequest", object, now());
  }

  /** @param {string} operation @param {any} args @param {AbortSignal} [signal] */
  async #ask(operation, args, signal) {
    return (await this.#way.exchange(operation, args, signal)).value;
  }

  /** The object of this name, and no other. @param {string} name @param {AbortSignal} [signal] */
  async #get(name, signal) {
    const object = await this.#ask("get-signing-request", { name }, signal);
    if (field(object, "metadata", "name") !== name || typeof field(object, "spec", "request") !== "string") throw wrongObject();
    return object;
  }

  /** @param {any} options @param {any} [how] */
  async submit(options, how) {
    const signal = signalOf(own(how, ["signal"]).signal);
    const object = await this.#way.core("signingRequest", options);
    return this.#read(await this.#ask("create-signing-request", { object }, signal));
  }

  /** @param {string} name @param {any} [how] */
  async get(name, how) {
    return this.#read(await this.#get(name, signalOf(own(how, ["signal"]).signal)));
  }

  /** @param {any} options @param {any} [how] */
  async request(options, how) {
    const told = toldOf(own(how, WAITING));
    const object = await this.#way.core("signingRequest", options);
    return this.#wait(object, await this.#ask("create-signing-request", { object }, told.signal), told);
  }

  /** @param {string} name @param {any} [how] */
  async wait(name, how) {
    const given = own(how, ["fingerprint", ...WAITING]);
    const fingerprint = textOf("fingerprint", given.fingerprint);
    const told = toldOf(given);
    const object = await this.#get(name, told.signal);
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
   * @param {ReturnType<typeof toldOf>} told
   */
  #wait(sent, created, told) {
    const { name } = sent.metadata;
    const { signal } = told;
    return waitForCertificate({
      session: this.#way.session,
      sent,
      created,
      ...told,
      read: (one) => this.#read(one),
      get: () => this.#ask("get-signing-request", { name }, signal),
      watch: async (resourceVersion) => this.#http.lines(await this.#way.core("apiRequest", "watch-signing-request", { name, resourceVersion }, now()), signal),
    });
  }

  /** @param {any} options @param {any} [how] */
  async preview(options, how) {
    const signal = signalOf(own(how, ["signal"]).signal);
    try {
      const object = await this.#way.core("signingRequest", own(options));
      await this.#ask("create-signing-request", { object, dryRun: true }, signal);
      return { accepted: true };
    } catch (error) {
      const { code, message } = /** @type {KubecredError} */ (error);
      if (!VERDICTS.includes(code)) throw error;
      return { accepted: false, code, message };
    }
  }

  /** @param {any} [how] */
  pages(how) {
    return requestPages(this.#ways, how);
  }

  /** @param {any} how */
  watch(how) {
    return requestChanges(this.#ways, how);
  }

  /** @param {any} [how] */
  async *list(how) {
    for await (const { statuses } of this.pages(how)) yield* statuses;
  }

  /** @param {any} status @param {any} [how] */
  async approve(status, how) {
    return decide("approve", status, own(how, DECISION), this.#ways);
  }

  /** @param {any} status @param {any} [how] */
  async deny(status, how) {
    return decide("deny", status, own(how, DECISION), this.#ways);
  }

  /** What requests.js and decisions.js need of this class. @returns {import("./requests.js").Ways} */
  get #ways() {
    return {
      session: this.#way.session,
      core: this.#way.core,
      fresh: this.#way.fresh,
      ask: (operation, args, signal) => this.#ask(operation, args, signal),
      lines: (request, signal) => this.#http.lines(request, signal),
      now,
    };
  }
}

/** What a caller of a long wait gives besides the request, checked. @param {any} how */
function toldOf({ signal, onStatus, onTrouble }) {
  return { signal: signalOf(signal), onStatus: callbackOf("onStatus", onStatus), onTrouble: callbackOf("onTrouble", onTrouble) };
}
