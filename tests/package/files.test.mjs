// Reading apart from the keys (pkg/session/files.ts): order, abort, and objects that meet across two workers. Nothing here measures time.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { test } from "node:test";
import { openOn } from "../../pkg/client/api.js";
import { nodePort } from "../../pkg/session/ports.js";
import { fails, failure, open } from "./common.mjs";

/** What a host has besides: nothing here makes use of it. */
const REST = { workers: () => true, why: async () => undefined, adopt: () => assert.fail("no worker is given") };

/** A file that takes long: as many contexts as fit. */
function many(count) {
  const list = (make) => Array.from({ length: count }, (_, index) => make(index)).join("");
  return `apiVersion: v1\nkind: Config\ncurrent-context: c0\nclusters:\n${list((i) => `- name: k${i}\n  cluster: {server: "https://h${i}:6443"}\n`)}users:\n${list((i) => `- name: u${i}\n  user: {token: t${i}}\n`)}contexts:\n${list((i) => `- name: c${i}\n  context: {cluster: k${i}, user: u${i}}\n`)}`;
}
const LONG = many(8_000);
const SHORT = many(1);

/** A session whose workers are counted: those that run, and those that were ended. */
async function counted() {
  const workers = { started: 0, ended: 0 };
  const start = (onMessage, onEnd) => {
    workers.started += 1;
    const port = nodePort(new Worker(new URL("../../pkg/worker/worker-node.js", import.meta.url), { execArgv: [] }), onMessage, onEnd);
    return {
      ...port,
      close: () => {
        workers.ended += 1;
        port.close();
      },
    };
  };
  const read = (url = new URL("../../pkg/wasm/core_bg.wasm", import.meta.url)) => readFile(url);
  return { workers, kubecred: await openOn({ read, start, ...REST, cores: () => 2 })() };
}

test("a key operation is answered before a read that was asked for earlier", async () => {
  const { kubecred, workers } = await counted();
  const key = await kubecred.keys.generate("ed25519");
  assert.equal(workers.started, 1, "the reader is started when there is something to read");
  const order = [];
  const reads = [
    kubecred.kubeconfig.parse(LONG).then(() => order.push("kubeconfig")),
    kubecred.rbac
      .lint(`kind: Role\nmetadata: {name: r}\nrules:\n${"- {apiGroups: [''], resources: [pods], verbs: [get]}\n".repeat(8_000)}`)
      .then(() => order.push("roles")),
  ];
  for (let index = 0; index < 5; index += 1) {
    await key.createCsr({ user: `jane-${index}` });
    order.push("key");
  }
  await Promise.all(reads);
  assert.deepEqual(order, ["key", "key", "key", "key", "key", "kubeconfig", "roles"]);
  kubecred.close();
  assert.equal(workers.ended, 2);
});

test("aborting a read ends its worker, and what waited behind it is answered", async () => {
  const { kubecred, workers } = await counted();
  await fails(kubecred.kubeconfig.parse(SHORT, { signal: AbortSignal.abort() }), "aborted");
  const controller = new AbortController();
  const read = failure(kubecred.kubeconfig.parse(LONG, { signal: controller.signal }));
  const bytes = new TextEncoder().encode(SHORT);
  const behind = [kubecred.kubeconfig.parse(bytes), kubecred.classify("-----BEGIN CERTIFICATE-----\n")];
  bytes.fill(0); // the caller's to overwrite as soon as the call has returned
  controller.abort();
  assert.equal((await read).code, "aborted");
  assert.deepEqual([workers.started, workers.ended], [3, 1], "ended, not only ignored");
  const [file, known] = await Promise.all(behind);
  assert.deepEqual([file.contexts.length, known.kind], [1, "certificate"]);
  kubecred.close();
});

test("every reader takes a signal", async () => {
  const { kubecred } = await counted();
  const subject = { kind: "User", name: "jane" };
  const calls = [
    [kubecred.csr, "inspect", "x"],
    [kubecred.csr, "explain", "{}"],
    [kubecred.csr, "explainAll", "[]"],
    [kubecred.certificates, "parse", "x"],
    [kubecred.certificates, "renewalReminder", "x"],
    [kubecred.tokens, "parse", "x"],
    [kubecred, "classify", "x"],
    [kubecred.kubeconfig, "parse", "x"],
    [kubecred.rbac, "matrix", { manifests: [], subject }],
    [kubecred.rbac, "review", { manifests: [], subject, questions: [] }],
    [kubecred.rbac, "lint", []],
    [kubecred.discovery, "lintCluster", { server: "https://h" }],
  ];
  for (const [noun, method, given] of calls) {
    await fails(noun[method](given, { signal: AbortSignal.abort() }), "aborted");
    await fails(noun[method](given, { signal: {} }), "invalid-options");
  }
  kubecred.close();
});

test("a kubeconfig survives the abort of another read, and its worker ends with it", async () => {
  const { kubecred, workers } = await counted();
  const file = await kubecred.kubeconfig.parse(SHORT);
  const controller = new AbortController();
  const read = failure(kubecred.kubeconfig.parse(LONG, { signal: controller.signal }));
  controller.abort();
  assert.equal((await read).code, "aborted");
  const other = await kubecred.kubeconfig.parse(SHORT);
  assert.equal(workers.ended, 0);
  const { kubeconfig } = await file.merge(other);
  assert.equal(kubeconfig.contexts.length >= 1, true, "files of two workers meet");
  for (const each of [file, kubeconfig]) each.dispose();
  assert.equal(workers.ended, 1);
  assert.equal((await other.minify()).contexts.length, 1);
  kubecred.close();
  assert.equal(workers.ended, workers.started);
});

test("a key and a kubeconfig meet, and the calling thread sees neither", async () => {
  const seen = [];
  const start = (onMessage, onEnd) => {
    const port = nodePort(
      new Worker(new URL("../../pkg/worker/worker-node.js", import.meta.url), { execArgv: [] }),
      (message) => {
        seen.push(message);
        onMessage(message);
      },
      onEnd,
    );
    return {
      ...port,
      post: (message, transfer) => {
        seen.push({ ...message, args: message.method === "start" ? [] : message.args });
        port.post(message, transfer);
      },
    };
  };
  const kubecred = await openOn({ read: (url = new URL("../../pkg/wasm/core_bg.wasm", import.meta.url)) => readFile(url), start, ...REST, cores: () => 1 })();
  const key = await kubecred.keys.generate("ecdsa-p256");
  const text = new TextDecoder();
  const secret = text
    .decode(await key.exportPem())
    .split("\n")
    .slice(1, 3);
  const has = () => secret.some((line) => JSON.stringify(seen, (_, each) => (each instanceof Uint8Array ? text.decode(each) : each)).includes(line));
  assert.ok(has(), "a control: what is exported is seen");
  seen.length = 0;
  const file = await kubecred.kubeconfig.parse(SHORT);
  await failure(file.renew(key, { certificate: "x" }));
  assert.ok(
    seen.some(({ method }) => method === "take"),
    "the key went over",
  );
  assert.ok(!has());
  await key.createCsr({ user: "jane" });
  kubecred.close();
});

test("a reader that does not start takes no key along, and the next one is tried", async () => {
  let started = 0;
  const start = (onMessage, onEnd) => {
    started += 1;
    if (started === 2) {
      setTimeout(onEnd, 5);
      return { post() {}, close() {} };
    }
    return nodePort(new Worker(new URL("../../pkg/worker/worker-node.js", import.meta.url), { execArgv: [] }), onMessage, onEnd);
  };
  const kubecred = await openOn({ read: (url = new URL("../../pkg/wasm/core_bg.wasm", import.meta.url)) => readFile(url), start, ...REST, cores: () => 1 })();
  const key = await kubecred.keys.generate("ed25519");
  await fails(kubecred.kubeconfig.parse(SHORT), "wasm-unavailable");
  assert.match(await key.createCsr({ user: "jane" }), /BEGIN CERTIFICATE REQUEST/);
  assert.equal((await kubecred.kubeconfig.parse(SHORT)).contexts.length, 1);
  kubecred.close();
});

test("on the calling thread a read that has not begun can be aborted", async () => {
  const kubecred = await open({ worker: false });
  await fails(kubecred.kubeconfig.parse(SHORT, { signal: AbortSignal.abort() }), "aborted");
  const file = await kubecred.kubeconfig.parse(SHORT);
  assert.equal((await file.merge(await kubecred.kubeconfig.parse(SHORT))).kubeconfig.contexts.length >= 1, true);
  kubecred.close();
});
