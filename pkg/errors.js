/*
 * The one error type of the package, and what every entry point does with its options first.
 *
 * Errors come from Rust (`code` and `details` set by src/wasm.rs) or are made here, in JavaScript. `postMessage` drops
 * name and code of an Error (measured 2026-11), so the worker sends { code, message, details } and this class is built anew.
 */

/** @import { KubecredErrorCode } from "./index.d.ts" */

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
  return value instanceof KubecredError
    || (value instanceof Error && value.name === "KubecredError" && typeof (/** @type {any} */ (value)).code === "string");
}

/**
 * A KubecredError from what crossed from the worker.
 * @param {{ code: KubecredErrorCode, message: string, details?: { field?: string, message: string }[] }} plain
 */
export const revive = (plain) => new KubecredError(plain.code, plain.message, plain.details);

/**
 * A copy of an option object that holds its own fields only: what a page's other scripts put on Object.prototype must
 * not become a server address.
 * @template T
 * @param {T | undefined} options
 * @returns {T extends object ? Partial<T> : Record<string, any>}
 */
export function own(options) {
  if (options !== undefined && (options === null || typeof options !== "object")) {
    throw new KubecredError("invalid-options", "the options must be an object");
  }
  return Object.assign(Object.create(null), options);
}
