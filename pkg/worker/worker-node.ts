/*
 * The worker of Node: as worker.ts. A file of its own, because bundlers for the browser refuse to see `node:` imports.
 */
import { parentPort } from "node:worker_threads";
import { Engine } from "./engine.js";
import type { MessagePort } from "node:worker_threads";

const port = parentPort as MessagePort;
const engine = new Engine((message, transfer) => port.postMessage(message, transfer));
port.on("message", (message) => engine.receive(message));
