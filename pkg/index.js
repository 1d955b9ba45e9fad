/*
 * kubecred in a browser: where the module and the worker are, and how they start there.
 */
import { openOn } from "./client/api.js";
import { KubecredError } from "./shared/errors.js";
import { unavailable } from "./session/causes.js";
import { webPort } from "./session/ports.js";

export { KubecredError, isKubecredError } from "./shared/errors.js";

/** @type {{ createScriptURL(url: string): any } | undefined} One for the page: a second of the same name would be refused. */
let policy;

/**
 * Under Trusted Types a worker's address must come from a policy (`trusted-types kubecred` in the page's CSP); ours
 * lets exactly this one through. Bundlers, on the other hand, recognise only the literal form below and move the file;
 * in a bundle this module no longer is /index.js of the page's origin, so each gets what it needs.
 */
function createWorker() {
  const trusted = /** @type {any} */ (globalThis).trustedTypes;
  const here = new URL(import.meta.url);
  if (trusted && here.origin === globalThis.location?.origin && here.pathname.endsWith("/index.js")) {
    const address = here.href.replace(/index\.js(?=$|[?#])/, "worker/worker.js");
    policy ??= trusted.createPolicy("kubecred", {
      createScriptURL(/** @type {string} */ url) {
        if (url === address) return url;
        throw new TypeError("only kubecred's own worker");
      },
    });
    return new Worker(/** @type {NonNullable<typeof policy>} */ (policy).createScriptURL(address), { type: "module" });
  }
  return new Worker(new URL("./worker/worker.js", import.meta.url), { type: "module" });
}

/** @param {URL | string | undefined} url */
async function read(url = new URL("./wasm/core_bg.wasm", import.meta.url)) {
  const response = await fetch(url, { credentials: "same-origin", referrerPolicy: "no-referrer" });
  if (!response.ok)
    throw new KubecredError("wasm-unavailable", `The WebAssembly module is not at its address: the server answered ${response.status}.`, [
      { field: "cause", message: "module-not-found" },
    ]);
  return response.arrayBuffer();
}

/** Whether a worker of this origin can be started: none in service and shared workers, none where the origin is opaque (sandboxed frames). */
const workers = () => typeof Worker === "function" && globalThis.origin !== "null";

/** @type {import("./session/session.js").Start} */
function start(onMessage, onEnd) {
  if (typeof Worker !== "function") throw unavailable("no-worker");
  return webPort(createWorker(), onMessage, onEnd);
}

/** Looked up only after a worker has failed. In a bundle the file's address is not known. @returns {Promise<import("./session/causes.js").Cause | undefined>} */
async function why() {
  const here = new URL(import.meta.url);
  if (!here.pathname.endsWith("/index.js")) return undefined;
  if (here.origin !== globalThis.location?.origin) return "other-origin";
  const file = here.href.replace(/index\.js(?=$|[?#])/, "worker/worker.js");
  const answer = await fetch(file, { method: "HEAD", credentials: "same-origin", referrerPolicy: "no-referrer" }).catch(() => undefined);
  return answer && !answer.ok ? "worker-not-found" : undefined;
}

export const open = openOn({
  read,
  start,
  workers,
  why,
  adopt: (/** @type {Worker} */ worker) => (onMessage, onEnd) => webPort(worker, onMessage, onEnd),
  cores: () => navigator.hardwareConcurrency || 1,
});
