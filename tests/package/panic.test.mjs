// A module that stops (a Rust panic, exhausted memory) ends the session: nothing is left running, nothing is quoted, every
// pending and later call says so. The real module, with a trap planted in one export.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MODES, failure, fails, open, pkg } from "./common.mjs";
import { plantTrap } from "./trap.mjs";

const wasm = readFileSync(join(pkg, "wasm", "core_bg.wasm"));

for (const [how, options] of MODES) {
  test(`${how}: a trap in the module ends the session`, async () => {
    const kubecred = await open({ ...options, wasm: plantTrap(wasm, "readRequest") });
    const key = await kubecred.keys.generate("ed25519");
    const pending = failure(kubecred.keys.generate("rsa-4096"));
    const error = await fails(kubecred.csr.inspect("-----BEGIN SECRET-----"), "wasm-panicked");
    assert.ok(!/unreachable|RuntimeError|SECRET/.test(error.message + error.stack.split("\n")[0]));
    assert.equal((await pending).code, "wasm-panicked");
    await fails(key.exportPem(), "wasm-panicked");
    await fails(kubecred.toYaml({}), "wasm-panicked");
    await fails(kubecred.cluster({ server: "http://127.0.0.1:1" }).whoAmI(), "wasm-panicked");
    key.dispose();
    kubecred.close();
    await fails(kubecred.toYaml({}), "wasm-panicked");
    const next = await open(options);
    assert.equal((await next.keys.generate("ed25519")).algorithm, "ed25519", "a new session has an instance of its own");
    next.close();
  });

  test(`${how}: a trap on a handle, in the midst of a search, and at the start`, async () => {
    const first = await open({ ...options, wasm: plantTrap(wasm, "privatekey_exportPem") });
    const key = await first.keys.generate("ecdsa-p256");
    await fails(key.exportPem(), "wasm-panicked");
    await fails(first.keys.generate("ed25519"), "wasm-panicked");
    const second = await open({ ...options, wasm: plantTrap(wasm, "keysearch_step") });
    await fails(second.keys.generate("rsa-2048"), "wasm-panicked");
    await fails(open({ ...options, wasm: plantTrap(wasm, "version") }), "wasm-unavailable");
  });
}

test("in place: what a trap leaves in memory is wiped", async () => {
  const memories = [];
  const { Instance } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, args) => {
      const made = Reflect.construct(target, args);
      memories.push(made.exports.memory);
      return made;
    },
  });
  try {
    const kubecred = await open({ worker: false, wasm: plantTrap(wasm, "readRequest") });
    await kubecred.keys.generate("ed25519");
    assert.ok(Buffer.from(memories[0].buffer).some((byte) => byte !== 0));
    await fails(kubecred.csr.inspect("x"), "wasm-panicked");
    assert.ok(Buffer.from(memories[0].buffer).every((byte) => byte === 0));
  } finally {
    WebAssembly.Instance = Instance;
  }
});

test("a worker that is killed is no silence", async () => {
  const { Session } = await import("../../pkg/session/session.js");
  const { nodePort } = await import("../../pkg/session/ports.js");
  const { Worker } = await import("node:worker_threads");
  let worker;
  const session = new Session((onMessage, onEnd) => {
    worker = new Worker(new URL("../../pkg/worker/worker-node.js", import.meta.url), { execArgv: [] });
    return nodePort(worker, onMessage, onEnd);
  });
  await session.call(0, "start", [await WebAssembly.compile(wasm)]);
  const pending = failure(session.call(0, "generateKey", ["rsa-4096"]));
  await worker.terminate();
  assert.equal((await pending).code, "wasm-panicked");
  await fails(session.call(0, "toYaml", [{}]), "wasm-panicked");
});
