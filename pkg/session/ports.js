/*
 * The ways to an engine: on the calling thread, in a worker of the web, in a worker of Node.
 */
import { Engine } from "../worker/engine.js";

/** @import { Port, Start } from "./session.js" */

/** @type {Start} The engine on the calling thread. Copies what it is given, as a worker's message would. */
export const inPlace = (onMessage) => {
  const engine = new Engine(onMessage);
  return {
    post: (message, transfer) => engine.receive(message.method === "start" ? message : structuredClone(message, { transfer })),
    close: () => engine.close(),
  };
};

/** The way to a worker of the web's kind. @param {Worker} worker @param {(message: any) => void} onMessage @param {() => void} onEnd @returns {Port} */
export function webPort(worker, onMessage, onEnd) {
  worker.onmessage = (event) => onMessage(event.data);
  worker.onmessageerror = onEnd;
  worker.onerror = (event) => {
    event.preventDefault(); // the session's calls reject; the console need not say it again
    onEnd();
  };
  return { post: (message, transfer = []) => worker.postMessage(message, transfer), close: () => worker.terminate() };
}

/** The way to a worker of Node's. @param {import("node:worker_threads").Worker} worker @param {(message: any) => void} onMessage @param {() => void} onEnd @returns {Port} */
export function nodePort(worker, onMessage, onEnd) {
  worker.on("message", onMessage);
  for (const event of ["messageerror", "error", "exit"]) worker.on(event, onEnd);
  return {
    post: (message, transfer = []) => worker.postMessage(message, /** @type {any} */ (transfer)),
    close: () => void worker.terminate(),
    hold: (waiting) => (waiting ? worker.ref() : worker.unref()),
  };
}
