/*
 * CertificateSigningRequests of one cluster: submitted, read, listed, watched, decided, waited for. The order of requests is here and in
 * waiting.ts, requests.ts and decisions.ts; what they and their answers mean is the core's.
 */
import { KubecredError, callbackOf, field, own, signalOf, textOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { decide, wrongObject } from "./decisions.js";
import { requestChanges, requestPages } from "./requests.js";
import { waitForCertificate } from "./waiting.js";
import type { Http, Steps } from "./http.js";
import type { Way } from "./tokens.js";
import type { Ways } from "./requests.js";
import type { Kept } from "../shared/kept.js";
import type * as types from "../types.js";

/** What a preview reports as a verdict, the server's or the core's in its place; anything else is a failure to ask. */
const VERDICTS = ["forbidden", "invalid-object", "already-exists", "conflict", "too-large", "invalid-request", "invalid-signing-request"];
/** The options of a wait, and of a decision. */
const WAITING = ["signal", "onStatus", "onTrouble"];
const DECISION = ["reason", "message", "signal"];

export class Requests implements Kept<types.ClusterCsr> {
  #way;
  #http;

  constructor(way: Way & { fresh: (error: any) => string | undefined }, http: Http) {
    this.#way = way;
    this.#http = http;
  }

  #read(object: any) {
    return this.#way.core("readSigningRequest", object, now());
  }

  async #ask(operation: string, args: any, signal?: AbortSignal, steps?: Steps) {
    return (await this.#way.exchange(operation, args, signal, steps)).value;
  }

  /** The object of this name, and no other. */
  async #get(name: string, signal?: AbortSignal) {
    const object = await this.#ask("get-signing-request", { name }, signal);
    if (field(object, "metadata", "name") !== name || typeof field(object, "spec", "request") !== "string") throw wrongObject();
    return object;
  }

  async submit(options: any, how?: any) {
    const signal = signalOf(own(how, ["signal"]).signal);
    const object = await this.#way.core("signingRequest", options);
    return this.#read(await this.#ask("create-signing-request", { object }, signal));
  }

  async get(name: string, how?: any) {
    return this.#read(await this.#get(name, signalOf(own(how, ["signal"]).signal)));
  }

  async request(options: any, how?: any) {
    const told = toldOf(own(how, WAITING));
    const object = await this.#way.core("signingRequest", options);
    return this.#wait(object, await this.#ask("create-signing-request", { object }, told.signal), told);
  }

  async wait(name: string, how?: any) {
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
   * @param sent what was asked for
   * @param created the same as the server stored it
   */
  #wait(sent: any, created: any, told: ReturnType<typeof toldOf>) {
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

  async preview(options: any, how?: any) {
    const signal = signalOf(own(how, ["signal"]).signal);
    try {
      const object = await this.#way.core("signingRequest", own(options));
      await this.#ask("create-signing-request", { object, dryRun: true }, signal);
      return { accepted: true };
    } catch (error) {
      const { code, message } = error as KubecredError;
      if (!VERDICTS.includes(code)) throw error;
      return { accepted: false, code, message };
    }
  }

  pages(how?: any) {
    return requestPages(this.#ways, how);
  }

  watch(how: any) {
    return requestChanges(this.#ways, how);
  }

  async *list(how?: any) {
    for await (const { statuses } of this.pages(how)) yield* statuses;
  }

  async approve(status: any, how?: any) {
    return decide("approve", status, own(how, DECISION), this.#ways);
  }

  async deny(status: any, how?: any) {
    return decide("deny", status, own(how, DECISION), this.#ways);
  }

  /** What requests.ts and decisions.ts need of this class. */
  get #ways(): Ways {
    return {
      session: this.#way.session,
      core: this.#way.core,
      fresh: this.#way.fresh,
      ask: (operation, args, signal, steps) => this.#ask(operation, args, signal, steps),
      lines: (request, signal) => this.#http.lines(request, signal),
      now,
    };
  }
}

/** What a caller of a long wait gives besides the request, checked. */
function toldOf({ signal, onStatus, onTrouble }: any) {
  return { signal: signalOf(signal), onStatus: callbackOf("onStatus", onStatus), onTrouble: callbackOf("onTrouble", onTrouble) };
}
