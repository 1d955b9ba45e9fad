/*
 * Starts a session with all that belongs to it. The entries of the package give a Host: how to read the module, and how to
 * start a worker.
 */
import { KubecredError, aborted, flagOf, onAbort, own, signalOf, wrong } from "../shared/errors.js";
import { commit } from "../wasm/build.js";
import { observed, unavailable } from "./causes.js";
import { Files } from "./files.js";
import { Keys } from "./keys.js";
import { load } from "./load.js";
import { inPlace } from "./ports.js";
import { Session } from "./session.js";
import type { Cause } from "./causes.js";
import type { Start } from "./session.js";

export interface Host {
  read: (url: URL | string | undefined) => Promise<BufferSource>;
  /** A worker of the package's own file. */
  start: Start;
  /** One that the caller made. */
  adopt: (worker: any) => Start;
  /** Whether workers can be started here at all. */
  workers: () => boolean;
  /** What kept the worker's file from starting, where that can be found out. */
  why: () => Promise<Cause | undefined>;
  cores: () => number;
}

export async function startSession(host: Host, options: { wasm?: any; integrity?: string; worker?: boolean | (() => any); signal?: AbortSignal } | undefined) {
  const { wasm, integrity, worker, signal: given } = own(options, ["wasm", "integrity", "worker", "signal"]);
  const signal = signalOf(given);
  if (typeof worker !== "function") flagOf("worker", worker);
  const start = startOf(host, worker);
  const watch = observed();
  let session: Session | undefined;
  let done = () => {};
  const stopped = new Promise<never>((_, reject) => {
    done = onAbort(signal, () => reject(aborted()));
  });
  try {
    if (signal?.aborted) throw aborted();
    // The worker starts while the module is read and compiled: each takes about as long. Where both fail, what is wrong with the module is said.
    // An abort waits for neither.
    const loading = Promise.race([load(wasm, integrity, host.read), stopped]);
    try {
      session = new Session(start ?? inPlace);
    } catch (error) {
      await loading;
      throw error;
    }
    const { module, sha256 } = await loading;
    const version = await session.call(0, "start", [module], { signal });
    // 0: no workers, whatever a caller asks for.
    const keys = new Keys(session, start ?? inPlace, module, start ? host.cores() : 0);
    const files = new Files(session, start, module);
    return { session, keys, files, version: { ...version, commit, wasmSha256: sha256 } };
  } catch (error) {
    const over = session?.over;
    session?.close();
    if (signal?.aborted) throw aborted();
    const code = error instanceof KubecredError ? error.code : undefined;
    if (code !== undefined && code !== "wasm-panicked" && code !== "wasm-unavailable") throw error;
    const step = code === "wasm-unavailable" ? (error as KubecredError).details?.[0]?.message : "worker";
    if (step !== "module" && step !== "module-unread" && step !== "worker") throw error;
    const violated = await watch.cause(step);
    if (violated) throw unavailable(violated);
    throw step === "worker" ? unavailable((over || code === undefined ? await host.why() : undefined) ?? "worker") : error;
  } finally {
    watch.end();
    done();
  }
}

/** How to start an engine's worker; undefined: on the calling thread. */
function startOf(host: Host, worker: boolean | (() => any) | undefined): Start | undefined {
  if (typeof worker === "function") {
    return (onMessage, onEnd) => {
      let made: any;
      try {
        made = worker();
      } catch {
        throw wrong("worker", "The function `worker` threw an error. Let it return a new Worker of kubecred's worker file.");
      }
      if (typeof made?.postMessage !== "function") throw wrong("worker", "The function `worker` must return a new Worker.");
      return host.adopt(made)(onMessage, onEnd);
    };
  }
  if (worker === false || (worker === undefined && !host.workers())) return undefined;
  return host.start;
}
