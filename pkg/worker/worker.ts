/*
 * The worker of a browser: an engine at the end of a message port. The session posts the compiled module first. Has no exports: it is the
 * file of a worker, for `open({ worker: () => new Worker(…, { type: "module" }) })`.
 */
import { Engine } from "./engine.js";

const scope = globalThis as any;
const engine = new Engine((message, transfer) => scope.postMessage(message, transfer));
scope.onmessage = (event: MessageEvent) => engine.receive(event.data);
