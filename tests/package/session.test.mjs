// The session and its protocol: errors, handles, abort, progress, closing; each with a worker and without.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { isKubecredError } from "../../pkg/node.js";
import { nodePort } from "../../pkg/session/ports.js";
import { startSession } from "../../pkg/session/start.js";
import { until } from "../support/until.mjs";
import { MODES, failure, fails, open, pkg, sleep, vector } from "./common.mjs";

for (const [how, options] of MODES) {
  test(`${how}: errors keep code and details`, async () => {
    const kubecred = await open(options);
    for (const algorithm of [1e6, 2 ** 32 + 2048, -2048, NaN, "2048abc", [2048], ["ed25519"], "rsa-1024", "rsa-8192", "RSA-2048", "", undefined, null, {}]) {
      // A search reports at its end at the latest.
      await fails(kubecred.keys.generate(algorithm, { onProgress: () => assert.fail("refused before any work") }), "unsupported-algorithm");
    }
    const key = await kubecred.keys.generate("ed25519");
    const error = await fails(key.createCsr({ user: "" }), "invalid-subject");
    assert.ok(isKubecredError(error) && error.stack.includes("KubecredError"));
    assert.deepEqual(JSON.parse(JSON.stringify(error)), {
      code: error.code,
      field: "user",
      message: error.message,
      ...(error.details ? { details: error.details } : {}),
    });
    await fails(key.createCsr({ user: "a\ud800" }), "invalid-options");
    await fails(key.createCsr({ user: "a", grups: [] }), "invalid-options");
    await fails(key.createCsr(), "invalid-options");
    const request = await key.createCsr({ user: "jane" });
    await fails(kubecred.csr.manifest({ csr: request, expirationSeconds: 599 }), "invalid-signing-request");
    await fails(kubecred.keys.import(vector("keys", "11-e1.pem")), "weak-key");
    for (const input of [5, null, undefined, {}, ["a"]]) {
      await fails(kubecred.keys.import(input), "invalid-options");
      await fails(kubecred.csr.inspect(input), "invalid-options");
    }
    await fails(kubecred.keys.import("x", { passphrase: 5 }), "invalid-options");
    await fails(key.exportPem({ passphrase: ["x"] }), "invalid-options");
    await fails(key.exportPkcs12("x", 5), "invalid-options");
    await fails(kubecred.keys.generate("ed25519", "soon"), "invalid-options");
    await fails(kubecred.toYaml({ f() {} }), "invalid-options");
    kubecred.close();
  });

  test(`${how}: keys come and go, and what is told of them is public`, async () => {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ecdsa-p256");
    const pem = new TextDecoder().decode(await key.exportPem());
    assert.match(pem, /^-----BEGIN PRIVATE KEY-----\n/);
    const same = await kubecred.keys.import(pem);
    assert.equal(same.fingerprint, key.fingerprint);
    assert.match(key.fingerprint, /^[0-9a-f]{64}$/);
    const bytes = new TextEncoder().encode(pem);
    assert.equal((await kubecred.keys.import(bytes)).fingerprint, key.fingerprint);
    assert.equal(new TextDecoder().decode(bytes), pem, "the caller's bytes are left alone");
    const locked = await key.exportPem({ passphrase: "correct horse" });
    assert.match(new TextDecoder().decode(locked), /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    await fails(kubecred.keys.import(locked), "passphrase-required");
    await fails(kubecred.keys.import(locked, { passphrase: "wrong horse" }), "wrong-passphrase");
    assert.equal((await kubecred.keys.import(locked, { passphrase: "correct horse" })).fingerprint, key.fingerprint);

    const line = pem.split("\n")[1].slice(0, 16);
    for (const text of [
      String(key),
      JSON.stringify(key),
      inspect(key, { showHidden: true, depth: 9 }),
      inspect(structuredClone(key)),
      `${Object.getOwnPropertyNames(key)}`,
    ]) {
      assert.ok(!text.includes(line) && !/handle|session|[0-9a-f]{64}/.test(text), text);
    }
    assert.equal(String(key), "[object PrivateKey]");
    assert.equal(JSON.stringify(key), "{}");
    kubecred.close();
  });

  test(`${how}: dispose is final, and may be repeated`, async () => {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ed25519");
    const other = await kubecred.keys.generate("ed25519");
    const late = key.exportPem();
    key.dispose();
    key.dispose();
    assert.equal((await late).length > 100, true, "what was asked before is answered");
    await fails(key.exportPem(), "handle-disposed");
    await fails(key.createCsr({ user: "jane" }), "handle-disposed");
    await fails(key.kubeconfig({}), "handle-disposed");
    other[Symbol.dispose]();
    await fails(other.exportPem(), "handle-disposed");
    assert.equal(typeof key.algorithm, "string");
    kubecred.close();
  });

  test(`${how}: close ends everything, what is under way too`, async () => {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ed25519");
    const search = failure(kubecred.keys.generate("rsa-4096"));
    await sleep(50);
    kubecred.close();
    kubecred.close();
    assert.equal((await search).code, "session-closed");
    await fails(key.exportPem(), "session-closed");
    await fails(kubecred.toYaml({}), "session-closed");
    await fails(kubecred.cluster({ server: "http://127.0.0.1:1" }).whoAmI(), "session-closed");
    key.dispose();
    const another = await open(options);
    assert.equal((await another.keys.generate("ed25519")).algorithm, "ed25519", "a new session is not touched by that");
    another[Symbol.dispose]();
    await fails(another.toYaml({}), "session-closed");
  });

  test(`${how}: abort ends a search, and the session goes on`, async () => {
    const kubecred = await open(options);
    await fails(kubecred.keys.generate("rsa-4096", { signal: AbortSignal.abort() }), "aborted");
    const controller = new AbortController();
    const search = fails(kubecred.keys.generate("rsa-4096", { signal: controller.signal }), "aborted");
    controller.abort(); // at once: whatever the machine does, no key is there yet. Later ones, and that nothing runs on: workers.test.mjs
    await search;
    await kubecred.keys.generate("ed25519");
    kubecred.close();
  });

  test(`${how}: progress counts up while other calls are answered, and calls do not mix`, async () => {
    const kubecred = await open(options);
    const counts = [];
    const order = [];
    const long = kubecred.keys
      .generate("rsa-4096", { onProgress: ({ candidatesTried }) => counts.push(candidatesTried) })
      .then((key) => (order.push("rsa"), key));
    const short = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const key = await kubecred.keys.generate("ed25519");
        const { user } = await kubecred.csr.inspect(await key.createCsr({ user: `user-${index}` }));
        order.push("short");
        return `${key.fingerprint} ${user}`;
      }),
    );
    assert.equal(new Set(short).size, 20);
    assert.deepEqual(
      short.map((entry) => entry.split(" ")[1]),
      Array.from({ length: 20 }, (_, index) => `user-${index}`),
    );
    const key = await long;
    assert.equal(key.algorithm, "rsa-4096");
    // The first one, not the last: a search that is lucky is over before 20 calls are.
    assert.equal(order[0], "short", "the short calls did not wait for the long one");
    assert.ok(
      counts.every((count, index) => Number.isInteger(count) && (index === 0 || count >= counts[index - 1])),
      counts.join(" "),
    );
    kubecred.close();
  });

  test(`${how}: names such as __proto__ stay names`, async () => {
    const kubecred = await open(options);
    const object = JSON.parse('{"metadata":{"labels":{"__proto__":"x","constructor":"y"}}}');
    const yaml = await kubecred.toYaml(object);
    assert.match(yaml, /"?__proto__"?: "x"/);
    assert.match(yaml, /"?constructor"?: "y"/);
    assert.equal({}.x, undefined);
    kubecred.close();
  });
}

test("what is on Object.prototype is no option", async () => {
  Object.prototype.worker = false;
  Object.prototype.wasm = new Uint8Array(8);
  Object.prototype.server = "https://evil.example";
  Object.prototype.passphrase = "leaked";
  try {
    const kubecred = await open({});
    const asked = [];
    const fetch = async (url) => (asked.push(String(url)), new Response("{}", { headers: { "content-type": "application/json" } }));
    await kubecred.cluster({ fetch }).version();
    assert.deepEqual(asked, ["/version"]);
    const key = await kubecred.keys.generate("ed25519");
    assert.match(new TextDecoder().decode(await key.exportPem({})), /BEGIN PRIVATE KEY/);
    kubecred.close();
  } finally {
    for (const name of ["worker", "wasm", "server", "passphrase"]) delete Object.prototype[name];
  }
});

test("the module may come as bytes, path, URL or compiled, and must match its hash", async () => {
  const path = join(pkg, "wasm", "core_bg.wasm");
  const bytes = readFileSync(path);
  const { createHash } = await import("node:crypto");
  const hash = (algorithm) => `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`;
  const hex = createHash("sha256").update(bytes).digest("hex");
  for (const wasm of [undefined, bytes, new Uint8Array(bytes).buffer, path, new URL(`file://${path}`), `file://${path}`]) {
    const kubecred = await open({ wasm, integrity: hash("sha256") });
    assert.equal(kubecred.version.wasmSha256, hex);
    kubecred.close();
  }
  const compiled = await open({ wasm: await WebAssembly.compile(bytes) });
  assert.equal(compiled.version.wasmSha256, "");
  compiled.close();
  (await open({ integrity: `${hash("sha384")} ${hash("sha512")}` })).close();
  await fails(open({ integrity: "sha256-AAAA" }), "wasm-integrity");
  await fails(open({ integrity: "" }), "wasm-integrity");
  await fails(open({ integrity: "md5-AAAA" }), "wasm-integrity");
  await fails(open({ wasm: await WebAssembly.compile(bytes), integrity: hash("sha256") }), "wasm-integrity");
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 10] ^= 1;
  await fails(open({ wasm: changed, integrity: hash("sha256") }), "wasm-integrity");
  for (const wasm of [new Uint8Array(100), new Uint8Array(), "/nowhere/core.wasm"]) await fails(open({ wasm }), "wasm-unavailable");
  await fails(open({ wasm: 5 }), "invalid-options");
  await fails(open("fast"), "invalid-options");
  for (const worker of [true, false]) {
    const other = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    await fails(open({ wasm: other, worker }), "wasm-unavailable");
  }
});

/** A start whose module is read when the test says so, with a worker that it can see. @param {string} [why] what a look at the worker's file tells */
function beginning(options, why) {
  let worker, give, refuse;
  const bytes = new Promise((resolve, reject) => ([give, refuse] = [resolve, reject]));
  const start = (onMessage, onEnd) => {
    worker = new Worker(new URL("../../pkg/worker/worker-node.js", import.meta.url), { execArgv: [] });
    return nodePort(worker, onMessage, onEnd);
  };
  const host = { read: () => bytes, start, adopt: () => start, workers: () => true, why: async () => why, cores: () => 1 };
  const session = startSession(host, options);
  return { session, worker, give: () => give(readFileSync(join(pkg, "wasm", "core_bg.wasm"))), refuse: () => refuse(new Error("of the test")) };
}

test("an abort while the module is read ends the start at once, and its worker", async () => {
  for (const worker of [true, false]) {
    const stop = new AbortController();
    const begun = beginning({ worker, signal: stop.signal });
    stop.abort();
    await fails(begun.session, "aborted"); // the module is never read
    if (worker) await until(() => begun.worker.threadId === -1, "the end of the worker");
  }
});

test("a worker that dies while the module is read is the cause of a start that fails; what is wrong with the module is said first", async () => {
  const causeOf = async (begun) => (await fails(begun.session, "wasm-unavailable")).details.find(({ field }) => field === "cause").message;
  for (const [why, cause] of [
    [undefined, "worker"],
    ["worker-not-found", "worker-not-found"],
  ]) {
    const begun = beginning({}, why);
    await begun.worker.terminate();
    begun.give();
    assert.equal(await causeOf(begun), cause);
  }
  const begun = beginning({}, "worker-not-found");
  await begun.worker.terminate();
  begun.refuse();
  assert.equal(await causeOf(begun), "module-unread");
});

test("a process that is done ends, though it forgot to close its session", () => {
  const script = `import { open } from ${JSON.stringify(new URL("../../pkg/node.js", import.meta.url).href)};
    const kubecred = await open(); await kubecred.keys.generate("ed25519"); console.log("done");`;
  assert.equal(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", timeout: 20_000 }), "done\n");
});

test("version says what this is", async () => {
  const kubecred = await open({ worker: false });
  const { kubecred: version, commit, crates } = kubecred.version;
  assert.equal(version, JSON.parse(readFileSync(join(pkg, "package.json"), "utf8")).version);
  assert.match(commit, /^[0-9a-f]{40}$|^unknown$/);
  assert.ok(Object.keys(crates).length > 0);
  kubecred.close();
});
