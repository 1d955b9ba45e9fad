/*
 * Why a session did not start, as far as that was found out: what the platform reported (a policy's violation), or what was looked up.
 */
import { KubecredError } from "../shared/errors.js";

/**
 * The closed list, as `details[0].message` of the error has it (field "cause"); index.d.ts documents each.
 * @typedef {keyof typeof SENTENCES} Cause
 */
const SENTENCES = {
  "no-worker": "There are no workers in this context. Leave out `worker`, or set it to false.",
  "other-origin":
    "The package is served from another origin than the page, and browsers start no worker from there. Use kubecred/inline, or give a function as `worker` that makes one.",
  "worker-src": "The page's Content-Security-Policy blocks the worker. Add worker-src 'self'.",
  "connect-src": "The page's Content-Security-Policy blocks reading the WebAssembly module. Allow its address in connect-src.",
  "script-src": "The page's Content-Security-Policy blocks WebAssembly or the worker's script. Add 'wasm-unsafe-eval' to script-src.",
  "trusted-types": "The page's Trusted Types do not allow the worker. Add the policy kubecred: trusted-types kubecred.",
  "worker-not-found": "The worker's file is not next to the package. Publish worker/worker.js with it.",
  worker: "The worker does not start, and the platform does not say why. Check that its file is next to the package.",
};

/** @param {Cause} cause */
export const unavailable = (cause) => new KubecredError("wasm-unavailable", SENTENCES[cause], [{ field: "cause", message: cause }]);

/** @type {Record<string, Cause>} */
const DIRECTIVES = {
  "worker-src": "worker-src",
  "child-src": "worker-src",
  "connect-src": "connect-src",
  "script-src": "script-src",
  "script-src-elem": "script-src",
  "require-trusted-types-for": "trusted-types",
  "trusted-types": "trusted-types",
};

/** Listens for violations of the page's policy until `end`. */
export function observed() {
  /** @type {any} */
  const place = globalThis.document ?? globalThis;
  /** @type {Cause | undefined} */
  let cause;
  const told = (/** @type {any} */ event) => {
    if (event.disposition === "enforce") cause ??= DIRECTIVES[event.effectiveDirective];
  };
  place.addEventListener?.("securitypolicyviolation", told);
  return {
    /** The event comes in a task of its own, after the failure that it explains. */
    async cause() {
      if (place.addEventListener) await new Promise((resolve) => setTimeout(resolve, 20));
      return cause;
    },
    end: () => place.removeEventListener?.("securitypolicyviolation", told),
  };
}
