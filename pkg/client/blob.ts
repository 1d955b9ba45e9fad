/*
 * kubecred/inline: the module and the worker come as text, so nothing is fetched and no bundler has to move a file.
 * The page's Content-Security-Policy needs `worker-src blob:`, and under Trusted Types `trusted-types kubecred`.
 */
import { openOn } from "./api.js";
import { bytesOfAnswer, unavailable } from "../session/causes.js";
import { nodePort, webPort } from "../session/ports.js";
import { trusted } from "../session/trusted.js";
import type { open } from "../types.js";

let address = "";

function addressOf(script: string): any {
  address ||= URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return trusted(address);
}

/**
 * @param script the worker, a classic script
 * @param base64 the module, deflated
 */
export const openInline = (script: string, base64: string): typeof open =>
  openOn({
    read: async (url) => (url === undefined ? bytesOf(base64) : bytesOfAnswer(await fetch(url))),
    start(onMessage, onEnd) {
      // Node has no Worker of the web's kind; its own is reached without an import that browser bundlers would trip over.
      if (typeof Worker === "undefined") {
        if (!isNode()) throw unavailable("no-worker");
        return nodePort(nodeWorker(script), onMessage, onEnd);
      }
      return webPort(new Worker(addressOf(script)), onMessage, onEnd);
    },
    workers: () => typeof Worker === "function" || isNode(),
    why: async () => undefined,
    adopt: (worker) =>
      typeof worker.on === "function" ? (onMessage, onEnd) => nodePort(worker, onMessage, onEnd) : (onMessage, onEnd) => webPort(worker, onMessage, onEnd),
    cores: () => globalThis.navigator?.hardwareConcurrency ?? (isNode() ? builtin("node:os").availableParallelism() : 1),
  });

const isNode = () => typeof (globalThis as any).process?.getBuiltinModule === "function";

/**
 * The module, deflated (RFC 1950, with a checksum) and in base64: as it is, the text would be two and a half times as long, and reading it one
 * long task of the page. Decoded by a loop, since Uint8Array.from takes many times as long (2026-11).
 */
function bytesOf(base64: string) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  // Not by way of a Blob: jsdom's has no stream (31, 2026-11).
  const whole = new Response((new Response(bytes).body as ReadableStream<BufferSource>).pipeThrough(new DecompressionStream("deflate")));
  return whole.arrayBuffer().catch(() => bytes); // damaged: the comparison with the hash says so
}

/** Node 20.16 and later. */
const builtin = (name: string) => (globalThis as any).process.getBuiltinModule(name);

function nodeWorker(script: string) {
  const { Worker: NodeWorker } = builtin("node:worker_threads");
  const shim =
    "const port = require('node:worker_threads').parentPort; globalThis.postMessage = (m, t) => port.postMessage(m, t); port.on('message', (data) => globalThis.onmessage({ data }));\n";
  return new NodeWorker(shim + script, { eval: true, execArgv: [] });
}
