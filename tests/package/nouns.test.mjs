// What the API promises besides its single calls: the whole certificate path in one, signals, names of files, headers of a portal, and how a
// session starts.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { after, before, test } from "node:test";
import { startApi } from "./api-server.mjs";
import { startCluster } from "./cluster.mjs";
import { MODES, failure, fails, open, pkg, root, sleep } from "./common.mjs";
import { packed } from "./packed.mjs";

let it, live, kubecred, admin;
before(async () => {
  it = packed();
  [live, kubecred] = await Promise.all([startCluster(), open()]);
  admin = kubecred.cluster({ server: live.server, token: live.adminToken, fetch: live.fetch });
});
after(() => {
  kubecred?.close();
  live?.stop();
  it?.remove();
});

test("requestKubeconfig: one call from a name to a file that kubectl uses", async () => {
  const steps = [];
  const { kubeconfig, fileName, key } = await kubecred.requestKubeconfig({
    cluster: admin,
    subject: { user: "one-call", groups: ["dev"] },
    expirationSeconds: 3600,
    namespace: "default",
    onStep({ step, status }) {
      steps.push(`${step}${status ? ` ${status.state}` : ""}`);
      if (step === "submitted") admin.csr.approve(status);
    },
  });
  assert.deepEqual(
    [...new Set(steps)].filter((step) => step !== "waiting approved"),
    ["key", "submitted pending", "waiting pending", "issued issued", "kubeconfig issued"],
  );
  assert.equal(key, undefined);
  assert.equal(fileName, kubeconfig.suggestedFileName);
  assert.match(fileName, /^kubeconfig-one-call-[a-z0-9.-]+\.yaml$/);
  const path = join(it.folder, fileName);
  writeFileSync(path, await kubeconfig.serialize());
  assert.match(execFileSync("kubectl", ["--kubeconfig", path, "auth", "whoami"], { encoding: "utf8" }), /one-call/);
});

test("requestKubeconfig: the key is disposed of unless it is asked for, also where it fails", async () => {
  const approve = ({ step, status }) => step === "submitted" && void admin.csr.approve(status);
  let told;
  const kept = await kubecred.requestKubeconfig({
    cluster: admin,
    subject: { user: "kept" },
    expirationSeconds: 600,
    keepKey: true,
    onKey: (key) => (told = key),
    onStep: approve,
  });
  assert.equal(kept.key, told);
  assert.equal((await kept.key.exportPem()).length > 100, true);
  const deny = ({ step, status }) => step === "submitted" && void admin.csr.deny(status);
  await fails(kubecred.requestKubeconfig({ cluster: admin, subject: { user: "denied" }, onStep: deny, onKey: (key) => (told = key) }), "request-denied");
  assert.equal((await told.exportPem()).length > 100, true, "it is the caller's");
  for (const options of [
    undefined,
    {},
    { subject: { user: "" } },
    { subject: { user: "x" }, cluster: {} },
    { subject: { user: "x" }, keepKey: "yes" },
    { misspelt: 1 },
  ])
    await failure(kubecred.requestKubeconfig(options));
  const { signal } = Object.assign(new AbortController(), { abort() {} });
  assert.equal(signal.aborted, false);
  const stop = new AbortController();
  const waiting = failure(
    kubecred.requestKubeconfig({ cluster: admin, subject: { user: "stopped" }, signal: stop.signal, onStep: ({ step }) => step === "waiting" && stop.abort() }),
  );
  assert.equal((await waiting).code, "aborted");
});

test("submit, get and wait: the steps of `request`, each by itself", async () => {
  const key = await kubecred.keys.generate("ed25519");
  const csr = await key.createCsr({ user: "steps" });
  const submitted = await admin.csr.submit({ csr, name: "steps-1", expirationSeconds: 600 });
  assert.deepEqual([submitted.name, submitted.state, submitted.expirationSeconds], ["steps-1", "pending", 600]);
  const waited = admin.csr.wait("steps-1", { fingerprint: key.fingerprint });
  await admin.csr.approve(await admin.csr.get("steps-1"));
  const { certificate, status } = await waited;
  assert.equal(status.state, "issued");
  assert.equal((await kubecred.certificates.parse(certificate)).user, "steps");
  await fails(admin.csr.get("steps-none"), "not-found");
  await fails(admin.csr.submit({ csr, name: "steps-1" }), "already-exists");
});

test("a signal ends every call of a cluster before anything is sent", async () => {
  const stopped = AbortSignal.abort();
  const how = { signal: stopped };
  const sent = [];
  /** As the platform's: it looks at its signal. */
  const stopping = async (address, init) => {
    sent.push([address, init]);
    init.signal.throwIfAborted();
    return assert.fail(`${address} went out`);
  };
  const cluster = kubecred.cluster({ server: "https://cluster.example", fetch: stopping });
  const key = await kubecred.keys.generate("ed25519");
  const csr = await key.createCsr({ user: "x" });
  const status = await kubecred.csr.explain(await kubecred.csr.manifest({ csr, name: "x" }));
  for (const call of [
    () => cluster.csr.submit({ csr }, how),
    () => cluster.csr.get("x", how),
    () => cluster.csr.request({ csr }, how),
    () => cluster.csr.wait("x", how),
    () => cluster.csr.preview({ csr }, how),
    () => cluster.csr.pages(how).next(),
    () => cluster.tokens.create({ serviceAccount: "a", namespace: "b" }, how),
    () => cluster.tokens.fromSecret({ name: "a", namespace: "b" }, how),
    () => cluster.rbac.permissions("default", how),
    () => cluster.rbac.can({ verb: "get", resource: "pods" }, how),
    () => cluster.rbac.bindingsOf({ user: "x" }, how),
    () => cluster.whoAmI(how),
    () => cluster.version(how),
    () => cluster.discover(how),
    () => cluster.check({ action: "request-certificate" }, how),
  ])
    await fails(call(), "aborted");
  await failure(cluster.csr.approve({ ...status, object: { ...status.object, metadata: { name: "x", uid: "1", resourceVersion: "1" } } }, how));
  for (const [address, init] of sent) assert.ok(init.signal.aborted, `${address} went out with a live signal`);
});

for (const [mode, options] of MODES) {
  test(`${mode}: readers and keys end with their signal`, async () => {
    const session = await open(options);
    const how = { signal: AbortSignal.abort() };
    for (const call of [
      () => session.csr.inspect("x", how),
      () => session.csr.explain({}, how),
      () => session.csr.explainAll([], how),
      () => session.certificates.parse("x", how),
      () => session.certificates.renewalReminder("x", how),
      () => session.tokens.parse("x", how),
      () => session.tokens.fromSecret({}, how),
      () => session.kubeconfig.parse("x", how),
      () => session.rbac.lint([], how),
      () => session.rbac.risk([], how),
      () => session.discovery.lintCluster({ server: "https://x.example" }, how),
      () => session.discovery.verifyClusterInfo({}, { bootstrapToken: "abcdef.0123456789abcdef", ...how }),
      () => session.keys.import("x", how),
      () => session.keys.generate("ed25519", how),
      () => session.classify("x", how),
    ])
      await fails(call(), "aborted");
    assert.equal((await session.classify("")).kind, "empty", "the session lives");
    session.close();
  });
}

test("explain verifies the signature unless it is told that the server did", async () => {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const object = await kubecred.csr.manifest({ csr: await key.createCsr({ user: "jane" }), name: "signed" });
  const broken = Buffer.from(object.spec.request, "base64").toString().split("\n");
  broken[1] = broken[1].replace(/^(.{60})../, (_, head) => `${head}AA`);
  const stored = {
    ...object,
    metadata: { ...object.metadata, uid: "1", resourceVersion: "1" },
    spec: { ...object.spec, request: Buffer.from(broken.join("\n")).toString("base64") },
  };
  const codes = ({ request }) => request.findings.map(({ code }) => code);
  assert.ok(!(await kubecred.csr.explain(stored)).request.accepted);
  const trusted = await kubecred.csr.explain(stored, { verifySignature: false });
  assert.ok(!codes(trusted).includes("signature-wrong"));
  await fails(kubecred.csr.explain(stored, { verifySignature: "no" }), "invalid-options");
});

test("findings say whom they are for, the text of a manifest may be bytes, and lists are told apart", async () => {
  const key = await kubecred.keys.generate("ed25519");
  const object = await kubecred.csr.manifest({ csr: await key.createCsr({ user: "jane" }), name: "told" });
  const pending = {
    ...object,
    metadata: { ...object.metadata, uid: "1", resourceVersion: "1" },
    spec: { ...object.spec, username: "eve", groups: [] },
    status: {},
  };
  const { findings } = await kubecred.csr.explain(new TextEncoder().encode(JSON.stringify(pending)));
  const audience = Object.fromEntries(findings.map((finding) => [finding.code, finding.audience]));
  assert.equal(audience["waiting-for-approval"], "requester");
  assert.equal(audience["requestor-differs"], "approver");
  assert.ok(findings.every((finding) => finding.audience === undefined || ["requester", "approver"].includes(finding.audience)));
});

test("the algorithms on offer are those that the types list, the default first", async () => {
  const ids = kubecred.keys.algorithms.map(({ id }) => id);
  const [, union] = /export type KeyAlgorithm = ([^;]+);/.exec(readFileSync(join(pkg, "types.ts"), "utf8"));
  assert.deepEqual([...ids].sort(), [...union.matchAll(/"([^"]+)"/g)].map(([, id]) => id).sort());
  assert.equal(ids[0], "ecdsa-p256");
  assert.ok(kubecred.keys.algorithms.every(({ label, hint }) => label && hint) && Object.isFrozen(kubecred.keys.algorithms));
});

test("suggestedFileName is one that every system takes, whatever the names are", async () => {
  const make = async (contextName) =>
    (await kubecred.kubeconfig.create({ cluster: { server: "https://a.example" }, token: "t", contextName })).suggestedFileName;
  assert.equal(await make("jane@prod"), "kubeconfig-jane-prod.yaml");
  assert.equal(await make("kubernetes-admin@kubernetes"), "kubeconfig-kubernetes-admin-kubernetes.yaml");
  assert.equal(await make("arn:aws:eks:eu-west-1:1:cluster/prod"), "kubeconfig-arn-aws-eks-eu-west-1-1-cluster-prod.yaml");
  for (const odd of ["../../etc/passwd", "..\\x", "a".repeat(200), "\u{1F600}", "CON", "ä ö", ".hidden", "-rf"]) {
    const name = await make(odd);
    assert.match(name, /^kubeconfig(-[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)?\.yaml$/, name);
    assert.ok(name.length <= 80 && !name.includes(".."));
  }
});

test("headers of a portal go with every request, and with nothing else that they must not", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const cluster = kubecred.cluster({ server: api.url, headers: { "X-Portal-Session": "canary-7", "Backstage-Kubernetes-Cluster": "prod" } });
  await cluster.version();
  assert.equal(api.log.at(-1).headers["x-portal-session"], "canary-7");
  assert.equal(api.log.at(-1).headers["backstage-kubernetes-cluster"], "prod");
  for (const [headers, field] of [
    [{ Authorization: "Bearer canary-8" }, "headers.Authorization"],
    [{ accept: "canary-8" }, "headers.accept"],
    [{ "X-A": "canary-8\r\nX-B: 1" }, "headers.X-A"],
    [{ "X-A": 8 }, "headers.X-A"],
    [{ "canary-8: x": "1" }, "headers[0]"],
    ["canary-8", "headers"],
    [new Map([["canary-8", "x"]]), "headers"],
  ]) {
    assert.throws(
      () => kubecred.cluster({ server: api.url, headers }),
      (error) => error.code === "invalid-options" && error.field === field && !JSON.stringify(error).includes("canary-8"),
      field,
    );
  }
  assert.throws(() => kubecred.cluster({ server: "http://10.0.0.1", headers: { "X-A": "secret" } }), { code: "invalid-server" }, "no secret over plain http");
  kubecred.cluster({ server: "http://10.0.0.1", headers: {} });
});

test("open: a worker that the caller makes, a signal, and what is wrong with either", async () => {
  const made = [];
  const worker = () => {
    const one = new Worker(new URL("../../pkg/worker/worker-node.js", import.meta.url));
    made.push(one);
    return one;
  };
  const session = await open({ worker });
  assert.equal(made.length, 1);
  assert.equal((await session.classify("")).kind, "empty");
  assert.equal(made.length, 2, "readers have one of their own");
  session.close();
  const ended = async () => {
    while (made.some(({ threadId }) => threadId !== -1)) await sleep(5);
  };
  await ended();
  for (const wrong of [() => undefined, () => ({}), () => assert.fail("not told"), "x", 5, {}]) {
    const error = await fails(open({ worker: wrong }), "invalid-options");
    assert.equal(error.field, "worker");
  }
  // What is wrong with the module is said first; the worker that was begun meanwhile is ended.
  await fails(open({ worker: () => undefined, wasm: new Uint8Array([1]) }), "wasm-unavailable");
  await fails(open({ worker: () => undefined, integrity: "sha256-AAAA" }), "wasm-integrity");
  await fails(open({ worker, integrity: "sha256-AAAA" }), "wasm-integrity");
  await ended();
  await fails(open({ signal: AbortSignal.abort() }), "aborted");
  const stop = new AbortController();
  const before = made.length;
  const late = failure(open({ signal: stop.signal, worker }));
  while (made.length === before) await sleep(1);
  stop.abort();
  assert.equal((await late).code, "aborted");
  await ended();
  assert.equal((await fails(open({ misspelt: 1 }), "invalid-options")).field, "misspelt");
});

test("a start that fails names its cause", async () => {
  const cause = (error) => error.details?.find(({ field }) => field === "cause")?.message;
  assert.equal(cause(await fails(open({ wasm: new Uint8Array([1, 2, 3]) }), "wasm-unavailable")), "module");
  assert.equal(cause(await fails(open({ wasm: "/nowhere/core.wasm" }), "wasm-unavailable")), "module-unread");
  const declared = readFileSync(join(root, "pkg", "types.ts"), "utf8")
    .split("export type StartCause =")[1]
    .split(";")[0];
  const known = new Set([...declared.matchAll(/\| "([a-z-]+)"/g)].map(([, name]) => name));
  const sources = ["session/causes.js", "session/load.js", "index.js"].map((file) => readFileSync(join(pkg, file), "utf8")).join("\n");
  for (const name of known) assert.ok(sources.includes(`"${name}"`) || sources.includes(`${name}: "`), name);
});
