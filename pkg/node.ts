/*
 * kubecred in Node: where the module and the worker are, and how they start there.
 */
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { openOn } from "./client/api.js";
import { bytesOfAnswer } from "./session/causes.js";
import { nodePort } from "./session/ports.js";
import { deflateBy } from "./shared/packed.js";
import type { Port } from "./session/session.js";

export type * from "./types.js";
export { KubecredError, isKubecredError } from "./shared/errors.js";

function start(onMessage: (message: any) => void, onEnd: () => void): Port {
  // No flags of the calling process: with `node --input-type=module -e …` they would refuse the worker's file.
  return nodePort(new Worker(new URL("./worker/worker-node.js", import.meta.url), { execArgv: [] }), onMessage, onEnd);
}

/** A text is a path or a URL, as a URL object is. */
async function read(url: URL | string | undefined = new URL("./wasm/core_bg.wasm", import.meta.url)) {
  const address = String(url);
  if (/^(https?|data|blob):/.test(address)) return bytesOfAnswer(await fetch(address));
  return readFile(/^file:/.test(address) ? new URL(address) : address);
}

// Node's streams know raw deflate since 20.12, and Jest hides them from a test in jsdom.
deflateBy({
  deflate: (bytes) => deflateRawSync(bytes),
  inflate(bytes, maxOutputLength) {
    const inflated = inflateRawSync(bytes, { maxOutputLength });
    const copy = new Uint8Array(inflated); // of its own: a Buffer may be a part of more memory, which a worker would be given
    inflated.fill(0); // it may be a token's
    return copy;
  },
});

export const open = openOn({
  read,
  start,
  workers: () => true,
  why: async () => undefined,
  adopt: (worker) => (onMessage, onEnd) => nodePort(worker, onMessage, onEnd),
  cores: availableParallelism,
});
