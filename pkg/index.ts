/*
 * kubecred in a browser: where the module and the worker are, and how they start there.
 */
import { openOn } from "./client/api.js";
import { bytesOfAnswer, unavailable } from "./session/causes.js";
import { webPort } from "./session/ports.js";
import { trusted } from "./session/trusted.js";
import type { Cause } from "./session/causes.js";
import type { Port } from "./session/session.js";

export type * from "./types.js";
export { KubecredError, isKubecredError } from "./shared/errors.js";

/** Where the last worker was started from, for `why`. */
let address: URL | undefined;

/**
 * Bundlers recognise only the literal form below, and put the address of their own file into it; Trusted Types refuse that form, since they
 * want an address from a policy. For both, Worker is another function while this one expression is evaluated: it takes the address, whichever
 * it is, through our policy.
 */
function createWorker() {
  const Real = globalThis.Worker;
  class Trusting extends Real {
    constructor(url: string | URL, options: WorkerOptions) {
      address = new URL(url, globalThis.location?.href);
      super(trusted(address.href), options);
    }
  }
  const replaced = Reflect.set(globalThis, "Worker", Trusting);
  try {
    return new Worker(new URL("./worker/worker.js", import.meta.url), { type: "module" });
  } finally {
    if (replaced) globalThis.Worker = Real;
  }
}

async function read(url: URL | string | undefined = new URL("./wasm/core_bg.wasm", import.meta.url)) {
  const response = await fetch(url, { credentials: "same-origin", referrerPolicy: "no-referrer" });
  return bytesOfAnswer(response);
}

/** Whether a worker of this origin can be started: none in service and shared workers, none where the origin is opaque (sandboxed frames). */
const workers = () => typeof Worker === "function" && globalThis.origin !== "null";

function start(onMessage: (message: any) => void, onEnd: () => void): Port {
  if (typeof Worker !== "function") throw unavailable("no-worker");
  return webPort(createWorker(), onMessage, onEnd);
}

/** Looked up only after a worker has failed. */
async function why(): Promise<Cause | undefined> {
  if (!address || !/^https?:$/.test(address.protocol)) return undefined;
  if (address.origin !== globalThis.origin) return "other-origin";
  const answer = await fetch(address, { method: "HEAD", credentials: "same-origin", referrerPolicy: "no-referrer" }).catch(() => undefined);
  return answer && !answer.ok ? "worker-not-found" : undefined;
}

export const open = openOn({
  read,
  start,
  workers,
  why,
  adopt: (worker: Worker) => (onMessage, onEnd) => webPort(worker, onMessage, onEnd),
  cores: () => navigator.hardwareConcurrency || 1,
});
