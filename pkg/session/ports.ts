/*
 * The ways to an engine: on the calling thread, in a worker of the web, in a worker of Node.
 */
import { Engine } from "../worker/engine.js";
import type { Port, Start } from "./session.js";
import type { Worker as NodeWorker } from "node:worker_threads";

/** The engine on the calling thread. Copies what it is given, as a worker's message would. */
export const inPlace: Start = (onMessage) => {
  const engine = new Engine(onMessage);
  return {
    post: (message, transfer) => engine.receive(message.method === "start" ? message : structuredClone(message, { transfer })),
    close: () => engine.close(),
  };
};

/** The way to a worker of the web's kind. */
export function webPort(worker: Worker, onMessage: (message: any) => void, onEnd: () => void): Port {
  const closed = new AbortController();
  worker.onmessage = ({ data }) => {
    if (Object.hasOwn(data, "held")) whenFree(data.held, closed.signal, onEnd);
    else onMessage(data);
  };
  worker.onmessageerror = onEnd;
  worker.onerror = (event) => {
    event.preventDefault(); // the session's calls reject; the console need not say it again
    onEnd();
  };
  greet(worker, closed.signal);
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    close: () => {
      closed.abort();
      worker.terminate();
    },
  };
}

/*
 * A worker that ends without an error says nothing, and no time limit could tell it from one that is busy, or frozen with its page. So it holds a lock: the
 * platform takes that from it when it ends, and only then. The page holds another one, by which the worker finds out that both are kept in one place.
 */

/** Holds a lock until `closed`, and names it to the worker. Locks are there in secure contexts; where the origin is opaque they are refused. */
function greet(worker: Worker, closed: AbortSignal) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return;
  const name = `kubecred-${crypto.randomUUID()}`;
  const holding = () =>
    new Promise<any>((release) => {
      if (closed.aborted) return release(0);
      closed.addEventListener("abort", release);
      worker.postMessage({ hold: name });
    });
  locks.request(name, { signal: closed }, holding).catch(() => {});
}

/** Waits until the worker's lock is free. */
const whenFree = (name: string, closed: AbortSignal, then: () => void) => navigator.locks.request(name, { signal: closed }, then).catch(() => {});

/** The way to a worker of Node's. */
export function nodePort(worker: NodeWorker, onMessage: (message: any) => void, onEnd: () => void): Port {
  worker.on("message", onMessage);
  for (const event of ["messageerror", "error", "exit"]) worker.on(event, onEnd);
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as any),
    close: () => void worker.terminate(),
    hold: (waiting) => (waiting ? worker.ref() : worker.unref()),
  };
}
