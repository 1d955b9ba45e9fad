// What a page and its workers have in memory: every string of their heaps, every byte array that was made, and the memory of the module.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tests } from "../support/place.mjs";

const STEPS = ["HeapProfiler.enable", "HeapProfiler.collectGarbage", "HeapProfiler.takeHeapSnapshot", "HeapProfiler.disable"];

/** Every string of the page's own thread. @param {import("playwright-core").Page} page */
export async function heapOf(page) {
  const session = await page.context().newCDPSession(page);
  const chunks = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  for (const step of STEPS) await session.send(step);
  await session.detach();
  return stringsOf(chunks);
}

/** The same of each of its workers. @param {import("playwright-core").Page} page */
export async function heapsOfWorkers(page) {
  const session = await page.context().newCDPSession(page);
  const targets = [];
  /** What is waited for, by worker and number. @type {Map<string, (message: any) => void>} */
  const waiting = new Map();
  const chunks = new Map();
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => targetInfo.type === "worker" && targets.push(sessionId));
  session.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
    const { id, method, params, error } = JSON.parse(message);
    if (method === "HeapProfiler.addHeapSnapshotChunk") chunks.get(sessionId).push(params.chunk);
    else if (id !== undefined) waiting.get(`${sessionId} ${id}`)?.(error);
  });
  const gone = new Set();
  session.on("Target.detachedFromTarget", ({ sessionId }) => {
    gone.add(sessionId);
    for (const id of STEPS.keys()) waiting.get(`${sessionId} ${id}`)?.();
  });
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const heaps = [];
  for (const sessionId of targets) {
    chunks.set(sessionId, []);
    for (const [id, method] of STEPS.entries()) {
      const done = new Promise((resolve) => waiting.set(`${sessionId} ${id}`, resolve));
      const sent = session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params: {} }) });
      const refused = await sent.then(
        () => undefined,
        (error) => error,
      );
      if (!refused) {
        const error = await done;
        if (error) throw new Error(`${method}: ${error.message}`);
      } else if (!gone.has(sessionId)) throw refused;
      if (gone.has(sessionId)) break; // a worker that reads files ends with the last of them
    }
    if (!gone.has(sessionId)) heaps.push(stringsOf(chunks.get(sessionId)));
  }
  await session.detach();
  return heaps;
}

const stringsOf = (chunks) => JSON.parse(chunks.join("")).strings.join("\n");

/** In the page or a worker, before its scripts: remembers every byte array that is made there or comes from another thread. V8 cannot list them (Runtime.queryObjects, 2026-11). */
export function watchBytes() {
  const arrays = [];
  const textOf = (array) => {
    if (array.byteLength === 0) return ""; // it may be detached
    const bytes = new Native(array.buffer, array.byteOffset, array.byteLength);
    if (String.fromCharCode(...bytes.subarray(0, 4)) === "\0asm") return ""; // the module
    let text = "";
    for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
    return text;
  };
  globalThis.bytesOfPage = () => arrays.map(textOf).join("|");
  const remember = (value, depth = 4) => {
    if (ArrayBuffer.isView(value)) arrays.push(value);
    else if (value instanceof ArrayBuffer) arrays.push(new Native(value));
    else if (value && typeof value === "object" && depth > 0) for (const each of Object.values(value)) remember(each, depth - 1);
    return value;
  };
  const Native = Uint8Array;
  globalThis.Uint8Array = new Proxy(Native, { construct: (target, given, by) => remember(Reflect.construct(target, given, by)) });
  const { encode } = TextEncoder.prototype;
  TextEncoder.prototype.encode = function (text) {
    return remember(encode.call(this, text));
  };
  const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
  Object.defineProperty(MessageEvent.prototype, "data", {
    get() {
      return remember(get.call(this));
    },
  });
}

/** Added to the worker's file. */
function watchMemory() {
  const memories = [];
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const instance = Reflect.construct(target, args);
      memories.push(instance.exports.memory);
      return instance;
    },
  });
  globalThis.memoryPages = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength / 65536, 0);
  globalThis.memoryText = () => {
    let text = "";
    for (const { buffer } of memories)
      for (let from = 0; from < buffer.byteLength; from += 8192)
        text += String.fromCharCode(...new Uint8Array(buffer, from, Math.min(8192, buffer.byteLength - from)));
    return text;
  };
}

/** Lets the workers of a context's pages tell of their module's memory: `memoryPages()`, and `memoryText()`, a character for each byte. */
export async function watchMemories(context) {
  const worker = readFileSync(join(tests, "..", "pkg", "worker", "worker.js"), "utf8");
  await context.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: `${worker}\n(${watchMemory})();` }));
}
