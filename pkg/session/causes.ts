/*
 * Why a session did not start, as far as that was found out: what the platform reported (a policy's violation), or what was looked up.
 */
import { KubecredError } from "../shared/errors.js";

/** The closed list, as `details[0].message` of the error has it (field "cause"); types.ts documents each. */
export type Cause = keyof typeof SENTENCES;
const SENTENCES = {
  "no-worker": "Workers are not available here. Leave out `worker`, or set it to false.",
  "other-origin":
    "The package is served from another origin than the page, and browsers start no worker from there. Use kubecred/inline, or give a function as `worker` that makes one.",
  "worker-src": "The page's Content-Security-Policy blocks the worker. Add worker-src 'self', or worker-src blob: for kubecred/inline.",
  "connect-src": "The page's Content-Security-Policy blocks reading the WebAssembly module. Allow its address in connect-src.",
  "script-src": "The page's Content-Security-Policy blocks WebAssembly or the worker's script. Add 'wasm-unsafe-eval' to script-src.",
  "trusted-types": "The page's Trusted Types do not allow the worker. Add the policy kubecred: trusted-types kubecred.",
  "worker-not-found": "The worker's file is not next to the package. Publish worker/worker.js with it.",
  worker: "The worker does not start, and the platform does not say why. Check that its file is next to the package.",
};

export const unavailable = (cause: Cause) => new KubecredError("wasm-unavailable", SENTENCES[cause], [{ field: "cause", message: cause }]);

const DIRECTIVES: Record<string, Cause> = {
  "worker-src": "worker-src",
  "child-src": "worker-src",
  "connect-src": "connect-src",
  "script-src": "script-src",
  "script-src-elem": "script-src",
  "require-trusted-types-for": "trusted-types",
  "trusted-types": "trusted-types",
};

/** What can have been in the way of each step of the start. */
const POSSIBLE: Record<"module" | "module-unread" | "worker", readonly Cause[]> = {
  "module-unread": ["connect-src"],
  module: ["script-src"],
  worker: ["worker-src", "script-src", "trusted-types"],
};

/** Listens for violations of the page's policy until `end`. */
export function observed() {
  const place: any = globalThis.document ?? globalThis;
  const seen = new Set<Cause>();
  let wake: () => void = () => {};
  const told = (event: any) => {
    const cause = DIRECTIVES[event.effectiveDirective];
    // A page's own inline script or eval has nothing to do with a start.
    if (event.disposition !== "enforce" || !cause || ["inline", "eval"].includes(event.blockedURI)) return;
    seen.add(cause);
    wake();
  };
  place.addEventListener?.("securitypolicyviolation", told);
  return {
    /**
     * The event comes in a task of its own, after the failure that it explains.
     * @param step the one that failed
     */
    async cause(step: keyof typeof POSSIBLE) {
      const found = () => POSSIBLE[step].find((cause) => seen.has(cause));
      if (!found() && place.addEventListener) {
        await new Promise((resolve) => {
          const longest = setTimeout(resolve, 250, undefined);
          wake = () => {
            if (!found()) return;
            clearTimeout(longest);
            resolve(undefined);
          };
        });
      }
      return found();
    },
    end: () => place.removeEventListener?.("securitypolicyviolation", told),
  };
}

/** The module's bytes from a server's answer. */
export async function bytesOfAnswer(answer: Response) {
  if (!answer.ok)
    throw new KubecredError("wasm-unavailable", `The WebAssembly module is not at its address: the server answered ${answer.status}.`, [
      { field: "cause", message: "module-not-found" },
    ]);
  return answer.arrayBuffer();
}
