/*
 * The one error type of the package, and what every entry point does with its options first.
 *
 * Errors come from Rust (`code`, `field` and `details` set by src/wasm) or are made here, in JavaScript. `postMessage` drops
 * name and code of an Error (measured 2026-11), so the worker sends { code, message, details, field } and a new one is made of them.
 */

import { matchOf } from "./match.js";
import type { CsrStatus, KubecredErrorCode } from "../types.js";

export class KubecredError extends Error {
  declare readonly name: "KubecredError";
  declare readonly code: KubecredErrorCode;
  declare readonly field?: string | undefined;
  declare readonly details?: readonly { readonly field?: string | undefined; readonly message: string }[] | undefined;
  /** Set by those who decide on a request, and by `accept`. */
  declare readonly status?: CsrStatus | undefined;
  declare readonly outcome?: "unknown" | undefined;

  /**
   * @param message what is wrong, why, and what to do; never a value that may be secret
   * @param details Kubernetes' causes
   * @param name the field that is wrong, by its path
   */
  constructor(code: KubecredErrorCode, message: string, details?: readonly { field?: string | undefined; message: string }[], name?: string) {
    super(message);
    this.code = code;
    if (name !== undefined) this.field = name;
    if (details?.length) this.details = details;
  }

  toJSON() {
    return { code: this.code, field: field(this, "field"), message: this.message, details: field(this, "details") };
  }
}
// On the prototype and not enumerable, like the name of every built-in error.
Object.defineProperty(KubecredError.prototype, "name", { value: "KubecredError" });

/** True for a KubecredError of this or another realm (an iframe, a second copy of the package). */
export function isKubecredError(value: unknown): value is KubecredError {
  return value instanceof KubecredError || (value instanceof Error && value.name === "KubecredError" && typeof (value as any).code === "string");
}

/** A KubecredError from what crossed from the worker. */
export const revive = (plain: { code: KubecredErrorCode; message: string; details?: { field?: string; message: string }[]; field?: string }) =>
  new KubecredError(plain.code, plain.message, plain.details, plain.field);

/** An option or an argument that is wrong. */
export const wrong = (name: string, message: string) => new KubecredError("invalid-options", message, undefined, name);

/**
 * A copy of an option object that has its own fields only: what a page's other scripts put on Object.prototype must
 * not become a server address. Whatever else was given, or throws when it is read, is refused.
 * @param known its fields, where the core does not see them all
 */
export function own<T>(options: T | undefined, known?: string[]): T extends object ? Partial<T> : Record<string, any> {
  const copy = Object.create(null);
  if (options === undefined) return copy;
  try {
    if (options === null || typeof options !== "object" || Array.isArray(options)) throw wrong("options", "`options` must be an object.");
    Object.assign(copy, options);
  } catch (error) {
    throw error instanceof KubecredError ? error : wrong("options", "The options cannot be read. Give a plain object.");
  }
  for (const [index, name] of known ? Object.keys(copy).entries() : []) {
    if (known?.includes(name)) continue;
    // A name that is not a plain word could be a value in the wrong place.
    const step = /^[A-Za-z]{1,32}$/.test(name) ? name : `[${index}]`;
    throw wrong(step, `\`${step}\` is not a known field. Known fields: ${known?.join(", ")}.`);
  }
  return copy;
}

/** A caller's signal, once it is certain that it is one; of any realm. */
export function signalOf(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  try {
    ABORTED.call(signal as AbortSignal); // throws on anything else, as a look at its tag would not
  } catch {
    throw wrong("signal", "`signal` must be an AbortSignal.");
  }
  return signal as AbortSignal;
}
const ABORTED = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get as () => boolean;

/** A caller's callback that ends nothing: what it throws, now or later, is dropped. */
export function callbackOf<F extends (...args: any[]) => void>(name: string, callback: F | undefined): F | undefined {
  if (callback === undefined) return undefined;
  if (typeof callback !== "function") throw wrong(name, `\`${name}\` must be a function.`);
  return ((...args: any[]) => {
    try {
      (Promise.resolve(callback(...args)) as any).catch(() => {});
    } catch {
      // The caller's own mistake, which is not told to others.
    }
  }) as F;
}

/** A text, or nothing where none has to be given. */
export function textOf(name: string, text: unknown): string | undefined {
  if (text === undefined) return text;
  if (typeof text !== "string") throw wrong(name, `\`${name}\` must be a string.`);
  // The module would get another text: U+FFFD in its place.
  if (matchOf(/\p{Surrogate}/u, text)) throw wrong(name, `\`${name}\` contains half of a surrogate pair, which is not a character.`);
  return text;
}

/** True or false, or nothing where neither has to be given. */
export function flagOf(name: string, flag: unknown): boolean | undefined {
  if (flag === undefined || typeof flag === "boolean") return flag;
  throw wrong(name, `\`${name}\` must be true or false.`);
}

/**
 * A copy of a list.
 * @param refuse what is wrong where it is none
 */
export function listOf(name: string, list: unknown, refuse: () => KubecredError = () => wrong(name, `\`${name}\` must be a list.`)): any[] {
  try {
    if (Array.isArray(list)) return Array.from(list);
  } catch {
    // A proxy that throws is refused like any other value.
  }
  throw refuse();
}

/** A field of a server's answer, and nothing that a page put on Object.prototype. */
export function field(value: any, ...path: string[]) {
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

export const aborted = () => new KubecredError("aborted", "The operation was aborted.");
/** Calls it when the signal aborts, unless what this gives was called before. */
export function onAbort(signal: AbortSignal | undefined, action: () => void) {
  signal?.addEventListener("abort", action);
  return () => signal?.removeEventListener("abort", action);
}
export const disposed = (message = "This handle was disposed.") => new KubecredError("handle-disposed", message);
export const otherDisposed = () => disposed("The other kubeconfig or key was disposed, or belongs to another session.");
export const closed = () => new KubecredError("session-closed", "The session is closed. Open a new one.");
