/*
 * Keys and kubeconfigs as callers hold them: a number in a session, and what may be said about it. Nothing secret is ever in them.
 */
import { KubecredError, field, own, textOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { bring } from "../session/files.js";
import { suggestedFileName } from "./filename.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {{ handle: number, kind: "PrivateKey" | "Kubeconfig", is: any }} Handle */

/** What PrivateKey and Kubeconfig have in common: a number in a session, until disposed. */
class Remote {
  #session;
  /** @type {number | undefined} */
  #handle;

  /**
   * @param {Session} session
   * @param {number} handle
   */
  constructor(session, handle) {
    this.#session = session;
    this.#handle = handle;
  }

  /**
   * @param {Remote} remote
   * @param {string} method
   * @param {any[]} args
   */
  static async call(remote, method, args) {
    if (remote.#handle === undefined) throw new KubecredError("handle-disposed", "This handle was disposed.");
    return wrap(remote.#session, await remote.#session.call(remote.#handle, method, args));
  }

  /**
   * Calls a method that takes another object as its first argument. Where they are in two workers, a copy of one goes over to the
   * other: never what was read from a file to where the keys are.
   * @param {Remote} remote
   * @param {string} method
   * @param {any} other
   * @param {any} kind
   * @param {any[]} rest
   */
  static async callWith(remote, method, other, kind, rest) {
    if (remote.#handle === undefined) throw new KubecredError("handle-disposed", "This handle was disposed.");
    const related =
      typeof other === "object" &&
      other !== null &&
      #session in other &&
      other instanceof kind &&
      (other.#session === remote.#session || other.#session.relatives?.has(remote.#session));
    if (!related || other.#handle === undefined) {
      throw new KubecredError("handle-disposed", "The other kubeconfig or key must belong to this session and must not be disposed.");
    }
    const session = remote.#session.main ? remote.#session : other.#session;
    /** @type {number[]} */
    const copies = [];
    const here = async (/** @type {Remote} */ object) => {
      if (object.#session === session) return /** @type {number} */ (object.#handle);
      const { handle } = await bring(
        object.#session,
        /** @type {number} */ (object.#handle),
        session,
        object instanceof PrivateKey ? "PrivateKey" : "Kubeconfig",
        now(),
      );
      copies.push(handle);
      return handle;
    };
    try {
      return wrap(session, await session.call(await here(remote), method, [await here(other), ...rest]));
    } finally {
      for (const copy of copies) session.free(copy);
    }
  }

  /** Moves an object to the worker of the keys, so that it does not wait behind files. @param {Remote} remote */
  static async toKeys(remote) {
    const { main } = remote.#session;
    if (!main || remote.#handle === undefined) return remote;
    const moved = wrap(main, await bring(remote.#session, remote.#handle, main, "PrivateKey", now()));
    remote.dispose();
    return moved;
  }

  dispose() {
    if (this.#handle !== undefined) this.#session.free(this.#handle);
    this.#handle = undefined;
  }

  toJSON() {
    return {};
  }
}

class PrivateKey extends Remote {
  #is;

  /**
   * @param {Session} session
   * @param {Handle} value
   */
  constructor(session, { handle, is }) {
    super(session, handle);
    this.#is = is;
  }

  get algorithm() {
    return this.#is.algorithm;
  }

  get fingerprint() {
    return this.#is.fingerprint;
  }

  /** @param {any} subject */
  async createCsr(subject) {
    return Remote.call(this, "certificateRequest", [subject]);
  }

  /** @param {any} parts */
  kubeconfig(parts) {
    return Remote.call(this, "kubeconfig", [parts, now()]);
  }

  /** @param {{ passphrase?: string }} [options] */
  async exportPem(options) {
    return Remote.call(this, "exportPem", [passphraseOf(options)]);
  }

  /** @param {string | Uint8Array} certificate @param {string} passphrase @param {{ friendlyName?: string, compatibility?: "modern" | "legacy" }} [options] */
  async exportPkcs12(certificate, passphrase, options) {
    return Remote.call(this, "exportPkcs12", [{ ...own(options), certificate }, passphraseOf({ passphrase }), now()]);
  }
}

class Kubeconfig extends Remote {
  #is;

  /**
   * @param {Session} session
   * @param {Handle} value
   */
  constructor(session, { handle, is }) {
    super(session, handle);
    this.#is = described(is);
  }

  get clusters() {
    return this.#is.clusters;
  }

  get users() {
    return this.#is.users;
  }

  get contexts() {
    return this.#is.contexts;
  }

  get currentContext() {
    return this.#is.currentContext;
  }

  get findings() {
    return this.#is.findings;
  }

  get suggestedFileName() {
    return suggestedFileName(this.#is);
  }

  /** @param {any} [options] */
  serialize(options) {
    return Remote.call(this, "serialize", [options]);
  }

  /** @param {string} [context] */
  async minify(context) {
    return Remote.call(this, "minify", [textOf("context", context)]);
  }

  /** @param {any} changes */
  edit(changes) {
    return Remote.call(this, "edit", [changes]);
  }

  /** @param {string} [user] */
  async renewal(user) {
    const report = await Remote.call(this, "renewal", [textOf("user", user)]);
    if (field(report, "key")) report.key = await Remote.toKeys(report.key);
    return report;
  }

  /** @param {PrivateKey} key @param {any} options */
  async renew(key, options) {
    return Remote.callWith(this, "renew", key, PrivateKey, [options, now()]);
  }

  clusterEntries() {
    return Remote.call(this, "clusterEntries", []);
  }

  /** @param {Kubeconfig} other @param {any} [options] */
  async merge(other, options) {
    return Remote.callWith(this, "merge", other, Kubeconfig, [options]);
  }
}

/**
 * A kubeconfig's description, from JSON: a report that several share appears once in a list, its number in their places, and a finding
 * with the sentence of an earlier one has its number.
 * @param {string} text
 */
function described(text) {
  const { reports, ...is } = JSON.parse(text);
  const { findings } = is;
  for (let number = 0; number < findings.length; number += 1) {
    const { like, path, line, column } = findings[number];
    if (like === undefined) continue;
    const { code, level, message } = findings[like];
    findings[number] = { code, level, message, path, line, column };
  }
  for (const [list, key] of [
    [is.clusters, "certificateAuthority"],
    [is.users, "token"],
  ]) {
    for (const entry of list) if (typeof field(entry, key) === "number") entry[key] = reports[entry[key]];
  }
  return is;
}

/** Asks no proxy, which could throw. @param {any} value @returns {value is PrivateKey} */
export function isKey(value) {
  try {
    return value instanceof PrivateKey;
  } catch {
    return false;
  }
}

/** An engine's answer as the caller gets it. @param {Session} session @param {any} value */
export function wrap(session, value) {
  if (field(value, "handle")) {
    if (field(value, "kind") === "PrivateKey") return new PrivateKey(session, value);
    if (field(value, "kind") === "Kubeconfig") return new Kubeconfig(session, value);
  }
  for (const part of ["kubeconfig", "key"]) if (field(value, part, "handle")) value[part] = wrap(session, value[part]);
  return value;
}

/** @param {{ passphrase?: string } | undefined} options */
export function passphraseOf(options) {
  const { passphrase } = own(options, ["passphrase"]);
  return textOf("passphrase", passphrase);
}

/** Names a class for people, and lets `using` end its objects where the platform has that: Node 20, Chromium 134, Firefox 141 and later. @param {any} type @param {string} name @param {string} end */
export function finish(type, name, end) {
  Object.defineProperty(type.prototype, Symbol.toStringTag, { value: name });
  if (Symbol.dispose) Object.defineProperty(type.prototype, Symbol.dispose, { value: type.prototype[end] });
}

finish(PrivateKey, "PrivateKey", "dispose");
finish(Kubeconfig, "Kubeconfig", "dispose");
