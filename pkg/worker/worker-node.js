/*
 * The worker of Node: as worker.js. A file of its own, because bundlers for the browser refuse to see `node:` imports.
 */
import { parentPort } from "node:worker_threads";
import { Engine } from "./engine.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const engine = new Engine((message, transfer) => port.postMessage(message, transfer));
port.on("message", (message) => engine.receive(message));
