/*
 * Keys and kubeconfigs as callers hold them: a number in a session, and what may be said about it. Nothing secret is ever in them.
 */
import { disposed, field, otherDisposed, own, textOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { bring } from "../session/files.js";
import { suggestedFileName } from "./filename.js";
import type { Session } from "../session/session.js";
import type { Kept } from "../shared/kept.js";
import type * as types from "../types.js";

type Handle = { handle: number; kind: "PrivateKey" | "Kubeconfig"; is: any };

/** What PrivateKey and Kubeconfig have in common: a number in a session, until disposed. */
class Remote {
  #session;
  #handle: number | undefined;

  constructor(session: Session, handle: number) {
    this.#session = session;
    this.#handle = handle;
  }

  static async call(remote: Remote, method: string, args: any[]) {
    if (remote.#handle === undefined) throw disposed();
    return wrap(remote.#session, await remote.#session.call(remote.#handle, method, args));
  }

  /**
   * Calls a method that takes another object as its first argument. Where they are in two workers, a copy of one goes over to the
   * other: never what was read from a file to where the keys are.
   */
  static async callWith(remote: Remote, method: string, other: any, kind: any, rest: any[]) {
    if (remote.#handle === undefined) throw disposed();
    const related =
      typeof other === "object" &&
      other !== null &&
      #session in other &&
      other instanceof kind &&
      (other.#session === remote.#session || other.#session.relatives?.has(remote.#session));
    if (!related || other.#handle === undefined) {
      throw otherDisposed();
    }
    const session = remote.#session.main ? remote.#session : other.#session;
    const copies: number[] = [];
    const here = async (object: Remote) => {
      if (object.#session === session) return object.#handle as number;
      const { handle } = await bring(object.#session, object.#handle as number, session, object instanceof PrivateKey ? "PrivateKey" : "Kubeconfig", now());
      copies.push(handle);
      return handle;
    };
    try {
      return wrap(session, await session.call(await here(remote), method, [await here(other), ...rest]));
    } finally {
      for (const copy of copies) session.free(copy);
    }
  }

  /** Moves an object to the worker of the keys, so that it does not wait behind files. */
  static async toKeys(remote: Remote) {
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

class PrivateKey extends Remote implements Kept<types.PrivateKey> {
  #is;

  constructor(session: Session, { handle, is }: Handle) {
    super(session, handle);
    this.#is = is;
  }

  get algorithm() {
    return this.#is.algorithm;
  }

  get fingerprint() {
    return this.#is.fingerprint;
  }

  async createCsr(subject: any) {
    return Remote.call(this, "certificateRequest", [subject]);
  }

  kubeconfig(parts: any) {
    return Remote.call(this, "kubeconfig", [parts, now()]);
  }

  async exportPem(options?: { passphrase?: string }) {
    return Remote.call(this, "exportPem", [passphraseOf(options)]);
  }

  async exportPkcs12(certificate: string | Uint8Array, passphrase: string, options?: { friendlyName?: string; compatibility?: "modern" | "legacy" }) {
    return Remote.call(this, "exportPkcs12", [{ ...own(options), certificate }, passphraseOf({ passphrase }), now()]);
  }
}

class Kubeconfig extends Remote implements Kept<types.Kubeconfig> {
  #is;

  constructor(session: Session, { handle, is }: Handle) {
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

  serialize(options?: any) {
    return Remote.call(this, "serialize", [options]);
  }

  async minify(context?: string) {
    return Remote.call(this, "minify", [textOf("context", context)]);
  }

  edit(changes: any) {
    return Remote.call(this, "edit", [changes]);
  }

  async renewal(user?: string) {
    const report = await Remote.call(this, "renewal", [textOf("user", user)]);
    if (field(report, "key")) report.key = await Remote.toKeys(report.key);
    return report;
  }

  async renew(key: PrivateKey, options: any) {
    return Remote.callWith(this, "renew", key, PrivateKey, [options, now()]);
  }

  clusterEntries() {
    return Remote.call(this, "clusterEntries", []);
  }

  async merge(other: Kubeconfig, options?: any) {
    const { kubeconfig, changes } = await Remote.callWith(this, "merge", other, Kubeconfig, [options]);
    return { kubeconfig, changes: JSON.parse(changes) };
  }
}

/**
 * A kubeconfig's description, from JSON: a report that several share appears once in a list, its number in their places, and a finding
 * with the sentence of an earlier one has its number.
 */
function described(text: string) {
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

/** Asks no proxy, which could throw. */
export function isKey(value: any): value is PrivateKey {
  try {
    return value instanceof PrivateKey;
  } catch {
    return false;
  }
}

/** An engine's answer as the caller gets it. */
export function wrap(session: Session, value: any) {
  if (field(value, "handle")) {
    if (field(value, "kind") === "PrivateKey") return new PrivateKey(session, value);
    if (field(value, "kind") === "Kubeconfig") return new Kubeconfig(session, value);
  }
  for (const part of ["kubeconfig", "key"]) if (field(value, part, "handle")) value[part] = wrap(session, value[part]);
  return value;
}

export function passphraseOf(options: { passphrase?: string } | undefined) {
  const { passphrase } = own(options, ["passphrase"]);
  return textOf("passphrase", passphrase);
}

/** Names a class for people, and lets `using` end its objects where the platform has that: Node 20, Chromium 134, Firefox 141 and later. */
export function finish(type: any, name: string, end: string) {
  Object.defineProperty(type.prototype, Symbol.toStringTag, { value: name });
  if (Symbol.dispose) Object.defineProperty(type.prototype, Symbol.dispose, { value: type.prototype[end] });
}

finish(PrivateKey, "PrivateKey", "dispose");
finish(Kubeconfig, "Kubeconfig", "dispose");
