/*
 * kubecred in a browser: where the module and the worker are, and how they start there.
 */
import { openOn } from "./client/api.js";
import { KubecredError } from "./shared/errors.js";
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
  if (!response.ok) throw new KubecredError("wasm-unavailable", "the WebAssembly module is not where it should be: the server answered " + response.status);
  return response.arrayBuffer();
}

export const open = openOn({ read, start: (onMessage, onEnd) => webPort(createWorker(), onMessage, onEnd), cores: () => navigator.hardwareConcurrency || 1 });
