/*
 * The one error type of the package, and what every entry point does with its options first.
 *
 * Errors come from Rust (`code` and `details` set by src/wasm) or are made here, in JavaScript. `postMessage` drops
 * name and code of an Error (measured 2026-11), so the worker sends { code, message, details } and this class is built anew.
 */

/** @import { KubecredErrorCode } from "../index.d.ts" */

export class KubecredError extends Error {
  /**
   * @param {KubecredErrorCode} code
   * @param {string} message lower case, what is wrong and what would be right; never a value that may be secret
   * @param {{ field?: string, message: string }[]} [details] Kubernetes' causes
   */
  constructor(code, message, details) {
    super(message);
    this.code = code;
    if (details?.length) this.details = details;
  }

  toJSON() {
    return { code: this.code, message: this.message };
  }
}
// On the prototype and not enumerable, like the name of every built-in error.
Object.defineProperty(KubecredError.prototype, "name", { value: "KubecredError" });

/**
 * True for a KubecredError of this or another realm (an iframe, a second copy of the package).
 * @param {unknown} value
 * @returns {value is KubecredError}
 */
export function isKubecredError(value) {
  return value instanceof KubecredError || (value instanceof Error && value.name === "KubecredError" && typeof (/** @type {any} */ (value).code) === "string");
}

/**
 * A KubecredError from what crossed from the worker.
 * @param {{ code: KubecredErrorCode, message: string, details?: { field?: string, message: string }[] }} plain
 */
export const revive = (plain) => new KubecredError(plain.code, plain.message, plain.details);

/**
 * A copy of an option object that has its own fields only: what a page's other scripts put on Object.prototype must
 * not become a server address. Whatever else was given, or throws when it is read, is refused.
 * @template T
 * @param {T | undefined} options
 * @returns {T extends object ? Partial<T> : Record<string, any>}
 */
export function own(options) {
  if (options === undefined) return Object.create(null);
  try {
    if (options !== null && typeof options === "object" && !Array.isArray(options)) return Object.assign(Object.create(null), options);
  } catch {
    throw new KubecredError("invalid-options", "the options cannot be read: give a plain object");
  }
  throw new KubecredError("invalid-options", "the options must be an object");
}

/**
 * A caller's signal, once it is certain that it is one; of any realm.
 * @param {unknown} signal
 * @returns {AbortSignal | undefined}
 */
export function signalOf(signal) {
  if (signal === undefined) return undefined;
  try {
    ABORTED.call(/** @type {AbortSignal} */ (signal)); // throws on anything else, as a look at its tag would not
  } catch {
    throw new KubecredError("invalid-options", "signal must be an AbortSignal");
  }
  return /** @type {AbortSignal} */ (signal);
}
const ABORTED = /** @type {() => boolean} */ (Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get);

/**
 * A caller's callback that ends nothing: what it throws, now or later, is dropped.
 * @template {(...args: any[]) => void} F
 * @param {string} name
 * @param {F | undefined} callback
 * @returns {F | undefined}
 */
export function callbackOf(name, callback) {
  if (callback === undefined) return undefined;
  if (typeof callback !== "function") throw new KubecredError("invalid-options", `${name} must be a function`);
  return /** @type {F} */ (
    (/** @type {any[]} */ ...args) => {
      try {
        /** @type {any} */ (Promise.resolve(callback(...args))).catch(() => {});
      } catch {
        // The caller's own mistake, which is not told to others.
      }
    }
  );
}

/**
 * A text, or nothing where none has to be given.
 * @param {string} name
 * @param {unknown} text
 * @returns {string | undefined}
 */
export function textOf(name, text) {
  if (text === undefined || typeof text === "string") return text;
  throw new KubecredError("invalid-options", `${name} must be text`);
}

/**
 * A copy of a list.
 * @param {string} message what is wrong where it is none
 * @param {unknown} list
 * @returns {any[]}
 */
export function listOf(message, list) {
  try {
    if (Array.isArray(list)) return Array.from(list);
  } catch {
    // A proxy that throws is refused like any other value.
  }
  throw new KubecredError("invalid-options", message);
}

/**
 * A field of a server's answer, and nothing that a page put on Object.prototype.
 * @param {any} value
 * @param {string[]} path
 */
export function field(value, ...path) {
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

export const aborted = () => new KubecredError("aborted", "the operation was aborted");
