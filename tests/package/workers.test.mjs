// Several workers on one RSA key: sound keys, one at a time and ten at once; stopped at every stage; a helper that is killed;
// a search begun before it is asked for; and no prime left in any worker's memory.
import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Keys } from "../../pkg/session/keys.js";
import { findKey, help } from "../../pkg/worker/search.js";
import { inPlace, nodePort } from "../../pkg/session/ports.js";
import { Session } from "../../pkg/session/session.js";
import instantiate from "../../pkg/wasm/core.js";
import { failure, fails, open, pkg, sleep } from "./common.mjs";
import { barren } from "../support/barren.mjs";
import { searcher, shapesOf } from "./secrets.mjs";

const module = await WebAssembly.compile(readFileSync(join(pkg, "wasm", "core_bg.wasm")));

/** A session whose workers can be seen, with its keys. @param {number} cores @param {() => void} [first] what each worker does first */
async function seen(cores, first) {
  const workers = [];
  const start = (onMessage, onEnd) => {
    const file = new URL("../../pkg/worker/worker-node.js", import.meta.url);
    const worker = first ? new Worker(`(${first})(); import(${JSON.stringify(file.href)});`, { eval: true, execArgv: [] }) : new Worker(file, { execArgv: [] });
    workers.push(worker);
    return nodePort(worker, onMessage, onEnd);
  };
  const session = new Session(start);
  await session.call(0, "start", [module]);
  return { workers, session, keys: new Keys(session, start, module, cores) };
}

/** OpenSSL takes it, and it signs. */
async function sound(key, algorithm) {
  assert.equal(key.algorithm, algorithm);
  const pem = Buffer.from(await key.exportPem());
  const loaded = createPrivateKey(pem);
  assert.equal(loaded.asymmetricKeyDetails.modulusLength, Number(algorithm.slice(4)));
  assert.ok(verify("sha256", Buffer.from("m"), createPublicKey(loaded), sign("sha256", Buffer.from("m"), loaded)));
  const spki = createPublicKey(loaded).export({ format: "der", type: "spki" });
  assert.equal(createHash("sha256").update(spki).digest("hex"), key.fingerprint);
}

test("keys of one, two and four workers are sound", async () => {
  const kubecred = await open();
  for (const workers of [1, 2, 4]) await sound(await kubecred.keys.generate("rsa-2048", { workers }), "rsa-2048");
  await sound(await kubecred.keys.generate("rsa-3072", { workers: 2 }), "rsa-3072");
  for (const workers of [0, -1, 1.5, 9, NaN, "2", null]) await fails(kubecred.keys.generate("rsa-2048", { workers }), "invalid-options");
  assert.match(kubecred.version.rsaFilter, /^simd$/);
  kubecred.close();
});

test("ten searches at once share the helpers, and each gets its own key", async () => {
  const { workers, session, keys } = await seen(3);
  const found = await Promise.all(Array.from({ length: 10 }, () => keys.make("rsa-2048")));
  assert.equal(new Set(found.map(({ is }) => is.fingerprint)).size, 10);
  assert.ok(workers.length <= 3, `${workers.length} workers`);
  session.close();
});

test("progress tells primes, candidates and the time that is left", async () => {
  const { session, keys } = await seen(2);
  const told = [];
  await keys.make("rsa-4096", { onProgress: ({ candidatesTried, ...more }) => told.push([candidatesTried, more]) });
  assert.ok(told.length > 0);
  for (const [tried, { primesFound: primes, expectedSeconds }] of told) {
    assert.ok(Number.isInteger(tried) && tried >= 0 && [0, 1, 2].includes(primes) && expectedSeconds >= 0 && Number.isFinite(expectedSeconds));
  }
  assert.deepEqual({ ...told.at(-1)[1] }, { primesFound: 2, expectedSeconds: 0 }, "the last word");
  assert.deepEqual(
    told.map(([tried]) => tried),
    told.map(([tried]) => tried).toSorted((a, b) => a - b),
    "it never counts down",
  );
  session.close();
});

/** Waits until none of the workers does anything. A search in vain that nobody ends works for ever: a minute of looks is the end of patience, not a measure. */
async function quiet(workers) {
  for (let looks = 0; looks < 3_000; looks++) {
    const before = workers.map((worker) => worker.performance.eventLoopUtilization());
    await sleep(20);
    if (workers.every((worker, index) => worker.performance.eventLoopUtilization(before[index]).utilization < 0.05)) return;
  }
  assert.fail("the workers search on");
}

test("a search stops in every worker, whenever it is cancelled", async () => {
  // The search finds nothing, ever: no luck makes a key before it is cancelled.
  const vain = await seen(3, barren);
  for (const after of [0, 1, 10, 40, 100, 200]) {
    const controller = new AbortController();
    const pending = vain.keys.make("rsa-4096", { signal: controller.signal }).then(
      () => "made",
      ({ code }) => code,
    );
    await sleep(after);
    controller.abort();
    assert.equal(await pending, "aborted");
    await quiet(vain.workers);
  }
  assert.ok(vain.workers.length <= 3, "the helpers were used again");
  vain.session.close();
  const { workers, session, keys } = await seen(3);
  assert.equal((await keys.make("rsa-2048")).is.algorithm, "rsa-2048");
  await quiet(workers);
  session.close();
});

test("on the calling thread progress may be told before the call has returned", async () => {
  const kubecred = await open({ worker: false });
  const real = performance.now;
  const heard = [];
  let now = 0;
  performance.now = () => (now += 200); // a machine so busy that the first slice takes as long as from one report to the next
  try {
    const key = kubecred.keys.generate("rsa-2048", { onProgress: ({ candidatesTried, primesFound }) => heard.push([candidatesTried, primesFound]) });
    assert.equal(heard.length, 1, "told at once");
    await sound(await key, "rsa-2048");
    assert.ok(heard.at(-1)[0] > 0 && heard.at(-1)[1] === 2, "and at the end");
  } finally {
    performance.now = real;
  }
  kubecred.close();
});

test("a helper that is killed costs time alone", async () => {
  const { workers, session, keys } = await seen(2);
  const pending = keys.make("rsa-3072");
  await sleep(50);
  assert.equal(workers.length, 2);
  await workers[1].terminate();
  assert.equal((await pending).is.algorithm, "rsa-3072");
  assert.equal((await keys.make("rsa-2048")).is.algorithm, "rsa-2048", "the next one has a new helper");
  assert.equal(workers.length, 3);
  session.close();
});

test("seeds cross as transferred bytes, from the helper alone, and are overwritten on arrival and in both memories", async () => {
  const WORDS = ["tried", "found"];
  const memories = [];
  const core = () => {
    const made = instantiate();
    memories.push(made.initSync({ module }).memory);
    return made;
  };
  const [main, helper] = [core(), core()];
  /** Those that were told. */
  const seeds = [];
  const has = (memory, seed) => Buffer.from(memory.buffer).includes(seed);
  const seen = new Map(WORDS.map((word) => [word, 0]));
  let stops = 0;
  /** Two ends of a way on which every message is looked at before it leaves and after it was taken in. */
  const ends = [0, 1].map(() => ({
    close() {
      this.closed = true;
    },
  }));
  for (const [at, end] of ends.entries()) {
    const other = ends[1 - at];
    end.postMessage = (message, transfer) => {
      if (message instanceof Uint8Array) {
        assert.deepEqual(transfer, [message.buffer]);
        assert.equal(at, 1, "the search that makes the key tells nothing");
        assert.ok([5, 33].includes(message.length) && WORDS[message[0]] !== undefined);
        if (message.length === 33) seeds.push(Buffer.from(message.slice(1)));
        seen.set(WORDS[message[0]], seen.get(WORDS[message[0]]) + 1);
      } else stops++;
      const data = structuredClone(message, { transfer });
      assert.ok(!message.length, "nothing stays with the sender");
      setImmediate(() => {
        assert.ok(!other.closed, "nothing is sent that cannot be overwritten any more");
        other.onmessage({ data });
        assert.ok(!data.length || data.every((byte) => byte === 0), "nothing stays with the receiver");
      });
    };
  }
  // The helper finds half of the primes: in 30 keys none once in 10^18.
  for (let round = 0; round < 12 || (round < 30 && !WORDS.every((word) => seen.get(word) > 0)); round++) {
    for (const end of ends) end.closed = false;
    const helped = help(helper, "rsa-2048", ends[1]);
    const key = await findKey(
      main,
      "rsa-2048",
      [ends[0]],
      () => {},
      () => {},
    );
    await helped;
    assert.equal(key.describe().algorithm, "rsa-2048");
    key.free();
    assert.equal(stops, round + 1);
    for (const memory of memories) assert.ok(!seeds.some((seed) => has(memory, seed)), "a seed is left");
  }
  for (const word of WORDS) assert.ok(seen.get(word) > 0, word);
  // The control: one that lies there is found.
  const at = memories[0].grow(1) * 65536;
  new Uint8Array(memories[0].buffer).set(seeds[0], at);
  assert.ok(has(memories[0], seeds[0]));
});

test("a session that ends takes its helpers along", async () => {
  const { workers, session, keys } = await seen(3);
  const pending = failure(keys.make("rsa-4096"));
  await sleep(30);
  assert.equal(workers.length, 3);
  let running = 3;
  for (const worker of workers)
    worker.once("exit", () => {
      running--;
    });
  session.close();
  assert.equal((await pending).code, "session-closed");
  while (running > 0) await sleep(5);
});

test("a search begun ahead is taken over once", async () => {
  const kubecred = await open();
  kubecred.keys.prepare("rsa-2048");
  await sleep(100);
  const controller = new AbortController();
  const [first, second] = await Promise.all([kubecred.keys.generate("rsa-2048", { signal: controller.signal }), kubecred.keys.generate("rsa-2048")]);
  assert.notEqual(first.fingerprint, second.fingerprint);
  await sound(first, "rsa-2048");
  controller.abort(); // too late, and nothing happens
  // Another choice drops it, whether it is done or not; so does no RSA at all.
  kubecred.keys.prepare("rsa-2048");
  kubecred.keys.prepare("rsa-2048");
  kubecred.keys.prepare("rsa-4096");
  await sound(await kubecred.keys.generate("rsa-2048"), "rsa-2048");
  const stopped = new AbortController();
  const pending = failure(kubecred.keys.generate("rsa-4096", { signal: stopped.signal }));
  stopped.abort();
  assert.equal((await pending).code, "aborted", "taken over and aborted");
  kubecred.keys.prepare("rsa-4096");
  kubecred.keys.prepare("ecdsa-p256");
  await sound(await kubecred.keys.generate("rsa-2048"), "rsa-2048");
  kubecred.close();
});

test("no prime is left in any worker's memory", async () => {
  // Worker and helpers in this thread, so that their memories can be seen; the ports between them are the real ones.
  const memories = [];
  const Real = WebAssembly.Instance;
  WebAssembly.Instance = new Proxy(Real, {
    construct(target, args) {
      const instance = Reflect.construct(target, args);
      memories.push(instance.exports.memory);
      return instance;
    },
  });
  try {
    const session = new Session(inPlace);
    await session.call(0, "start", [module]);
    const keys = new Keys(session, inPlace, module, 3);
    for (let round = 0; round < 3; round++) {
      const { handle } = await keys.make("rsa-2048");
      await sleep(20); // the helpers hear that it is over
      assert.equal(memories.length, 3);
      const pem = await session.call(handle, "exportPem", [undefined]);
      const shapes = shapesOf(pem);
      const search = searcher(shapes);
      assert.ok(search(memories[0]).length > 0, "the control: held, it is found");
      for (const helper of memories.slice(1)) assert.deepEqual(search(helper), [], "a helper");
      session.free(handle);
      await session.call(0, "toYaml", [{}]);
      assert.deepEqual(search(memories[0]), [], "disposed");
      // The search sees what lies in a helper: control, in a page of its own.
      const at = memories[1].grow(1) * 65536;
      new Uint8Array(memories[1].buffer).set(shapes["p, little-endian"], at);
      assert.ok(search(memories[1]).length > 0, "the control of a helper");
      new Uint8Array(memories[1].buffer).fill(0, at, at + 65536);
    }
    session.close();
  } finally {
    WebAssembly.Instance = Real;
  }
});
