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
  worker.onmessage = (event) => onMessage(event.data);
  worker.onmessageerror = onEnd;
  worker.onerror = (event) => {
    event.preventDefault(); // the session's calls reject; the console need not say it again
    onEnd();
  };
  return { post: (message, transfer = []) => worker.postMessage(message, transfer), close: () => worker.terminate() };
}

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
