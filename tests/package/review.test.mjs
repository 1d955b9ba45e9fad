// The administrator's side on a real control plane: what is predicted is what happens, every state is brought about, every
// right is taken away in turn, and a list of many requests is complete.
import assert from "node:assert/strict";
import { randomInt, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fails, failure, open, root, sleep } from "./common.mjs";
import { inParallel, startLive } from "./live.mjs";
import { random } from "./random-roles.mjs";

/** Printed, and KUBECRED_SEED repeats a run. */
const SEED = Number(process.env.KUBECRED_SEED ?? randomInt(2 ** 31));
/** How many requests are predicted; KUBECRED_CASES makes the run longer. */
const CASES = Number(process.env.KUBECRED_CASES ?? 200);
console.log(`KUBECRED_SEED=${SEED} KUBECRED_CASES=${CASES}`);
const dice = random(SEED);

const CLIENT = "kubernetes.io/kube-apiserver-client";
const COLLECTION = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
let kubecred, live, keys;
before(async () => {
  kubecred = await open();
  live = await startLive(kubecred);
  keys = [await kubecred.keys.generate("ecdsa-p256"), await kubecred.keys.generate("ed25519")];
});
after(() => {
  live?.stop();
  kubecred?.close();
});

const { pick, below } = dice;
const codes = (report) => report.findings.map(({ code }) => code);
const object = (request, spec = {}) => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name: `r-${randomUUID()}` },
  spec: { request: btoa(request), signerName: CLIENT, usages: ["client auth", "digital signature"], ...spec },
});
const request = (user, more = {}) => pick(keys).createCsr({ user, ...more });
const create = (manifest) => live.call("POST", COLLECTION, manifest);
const get = (name) => live.call("GET", `${COLLECTION}/${name}`);

/** Waits until the request is where it stays: approved requests of signers that nobody serves stay approved. */
async function settled(name, patience = 15_000) {
  for (const end = Date.now() + patience; ; await sleep(50)) {
    const report = await kubecred.csr.explain(await get(name));
    if (["issued", "failed", "denied"].includes(report.state) || Date.now() > end) return report;
  }
}

/** The requests of the vectors: hidden and doubled extensions, several names, other keys, damage. */
const STRANGE = readdirSync(join(root, "tests", "vectors", "csr"))
  .filter((name) => name.endsWith(".csr"))
  .map((name) => readFileSync(join(root, "tests", "vectors", "csr", name), "latin1"));

/** Something that a person could send, often with a fault. */
async function anything() {
  const kubelet = below(4) === 0;
  const user = kubelet ? pick(["system:node:a", "system:node:b", "node"]) : pick(["jane", "a b", "Zoë", "system:admin", "x".repeat(70)]);
  const groups = kubelet
    ? pick([["system:nodes"], ["system:nodes"], ["system:nodes", "dev"], []])
    : pick([[], ["dev"], ["dev", "ops"], ["system:masters"], ["kubeadm:cluster-admins"]]);
  let text = await request(user, { groups, dnsNames: pick([[], [], ["a.example"]]), ipAddresses: pick([[], ["10.0.0.7"]]), uid: pick([undefined, "42"]) });
  if (below(5) === 0) text = pick(STRANGE);
  if (below(15) === 0) text = damaged(text);
  if (below(15) === 0) text = text.replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
  const usage = ["client auth", "digital signature", "key encipherment", "server auth", "any", "signing"];
  const usages = pick([
    ["client auth"],
    ["client auth", "digital signature"],
    ["client auth", "digital signature", "key encipherment"],
    ["server auth", "digital signature"],
    [...new Set([pick(usage), pick(usage), pick(usage)])],
  ]);
  const signerName = kubelet
    ? pick(["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"])
    : pick([CLIENT, CLIENT, CLIENT, "example.com/own", "kubernetes.io/foo"]);
  return object(text, { signerName, usages, ...(below(2) && { expirationSeconds: pick([600, 3600, 86400, 2147483647]) }) });
}

function damaged(pem) {
  const lines = pem.trim().split("\n");
  if (lines.length < 4) return pem;
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const place = 20 + below(40);
  lines[1] = lines[1].slice(0, place) + pick([...letters]) + lines[1].slice(place + 1);
  return `${lines.join("\n")}\n`;
}

/** The report of a request as the administrator sees it. */
const shown = async (name) => kubecred.csr.explain(await get(name));

test("what is predicted of many requests is what happens to them", { timeout: CASES * 1000 }, async (t) => {
  const manifests = await inParallel(Array.from({ length: CASES }), 8, anything);
  const counts = {};
  await inParallel(manifests, 8, async (manifest) => {
    const { prediction, request: inside } = await kubecred.csr.explain(manifest);
    counts[prediction] = (counts[prediction] ?? 0) + 1;
    const said = JSON.stringify({ prediction, spec: manifest.spec, groups: inside.groups, user: inside.user });
    const created = await create(manifest).catch((error) => error);
    if (prediction === "refused") return assert.match(String(created.message), /"code":(422|403)/, said);
    assert.ok(!(created instanceof Error), `${said}: ${created.message}`);
    await live.admin.csr.approve(await shown(manifest.metadata.name));
    const end = await settled(manifest.metadata.name, prediction === "unknown" ? 1000 : 30_000);
    assert.equal(end.state, prediction === "unknown" ? "approved" : prediction, `${said}: ${JSON.stringify(end.findings)}`);
    if (end.state !== "issued") return;
    const { user, groups, notBefore, notAfter } = end.certificate;
    assert.deepEqual([user, [...groups].sort()], [inside.user, [...inside.groups].sort()], said);
    const asked = manifest.spec.expirationSeconds;
    const life = (Date.parse(notAfter) - Date.parse(notBefore)) / 1000;
    // Below eight hours the five minutes of backdating come on top, from there on they are part of it.
    if (asked < 31_536_000 && asked < 28_800) assert.equal(life, asked + 300);
    else if (asked < 31_536_000) assert.equal(life, asked);
    else if (asked) assert.ok(codes(end).includes("lifetime-shortened"), said);
  });
  t.diagnostic(JSON.stringify(counts));
  for (const kind of ["issued", "failed", "refused", "unknown"]) assert.ok(counts[kind] >= 5, JSON.stringify(counts));
});

test("denied, failed, deleted while waiting, decided by two at the same moment", async () => {
  const denied = object(await request("jane"));
  await create(denied);
  const said = await live.admin.csr.deny(await shown(denied.metadata.name), { message: "ask your team first" });
  assert.equal(said.state, "denied");
  assert.match(said.findings.find(({ code }) => code === "request-denied").message, /ask your team first/);

  const failed = object(await request("jane"), { usages: ["server auth"] });
  await create(failed);
  assert.deepEqual(codes(await kubecred.csr.explain(await get(failed.metadata.name))).includes("signer-fails"), true, "told before it is approved");
  await live.admin.csr.approve(await shown(failed.metadata.name));
  const report = await settled(failed.metadata.name);
  assert.match(report.findings.find(({ code }) => code === "request-failed").message, /invalid usage.*Create a new request with the usages/);

  const gone = fails(live.admin.csr.request({ csr: await request("jane"), name: "gone-soon" }), "request-collected");
  while ((await live.run(["get", "csr", "gone-soon"])).code !== 0) await sleep(50);
  await live.kubectl(["delete", "csr", "gone-soon"]);
  await gone;

  for (const second of ["approve", "deny"]) {
    const one = object(await request("jane"));
    await create(one);
    const { name } = one.metadata;
    const [ours, theirs] = await Promise.all([
      shown(name)
        .then((report) => live.admin.csr.approve(report))
        .catch((error) => error),
      live.run(["certificate", second, name]),
    ]);
    const conditions = (await get(name)).status.conditions.filter(({ type }) => ["Approved", "Denied"].includes(type));
    assert.equal(conditions.length, 1, "one decision stands");
    if (second === "approve") assert.ok(ours.state && theirs.code === 0);
    else assert.equal(conditions[0].type === "Approved", !(ours instanceof Error), "and each side was told the truth");
  }
});

test("requester and approver without each right in turn get a sentence of their own and the role that mends it", async () => {
  const rights = (verbs, resource, name) => ({ apiGroups: ["certificates.k8s.io"], resources: [resource], verbs, ...(name && { resourceNames: [name] }) });
  const all = {
    create: rights(["create"], "certificatesigningrequests"),
    get: rights(["get"], "certificatesigningrequests"),
    list: rights(["list"], "certificatesigningrequests"),
    update: rights(["update"], "certificatesigningrequests/approval"),
    approve: rights(["approve"], "signers", CLIENT),
  };
  const person = async (without) => {
    const name = `without-${without}`;
    const cluster = await live.account("default", name);
    const rules = Object.entries(all)
      .filter(([right]) => right !== without)
      .map(([, rule]) => rule);
    const meta = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name } };
    await live.admin.rbac.apply([
      { ...meta, kind: "ClusterRole", rules },
      {
        ...meta,
        kind: "ClusterRoleBinding",
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
        subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
      },
    ]);
    const probe = without === "create" ? { verb: "get" } : { verb: "create" };
    while (!(await cluster.rbac.can({ ...probe, group: "certificates.k8s.io", resource: "certificatesigningrequests" })).allowed) await sleep(50);
    return cluster;
  };
  const pending = async () => {
    const one = object(await request("jane"));
    await create(one);
    return one.metadata.name;
  };
  // Both need "get", so nobody is named there.
  const cases = {
    create: [async (cluster) => cluster.csr.request({ csr: await request("jane") }), /The requester lacks .*create on certificatesigningrequests/],
    get: [
      async (cluster, name) => cluster.csr.approve(await shown(name)),
      /^(?!.*lacks this permission).*get on certificatesigningrequests named r-\S+, by a ClusterRole\.$/,
    ],
    list: [
      async (cluster) => {
        for await (const page of cluster.csr.pages()) assert.fail(`${page.statuses.length} were listed`);
      },
      /The approver lacks .*list on certificatesigningrequests/,
    ],
    update: [async (cluster, name) => cluster.csr.approve(await shown(name)), /The approver lacks .*update on certificatesigningrequests\/approval/],
    approve: [
      async (cluster, name) => cluster.csr.approve(await shown(name)),
      /The approver lacks .*approve on signers named kubernetes\.io\/kube-apiserver-client/,
    ],
  };
  for (const [right, [attempt, sentence]] of Object.entries(cases)) {
    const cluster = await person(right);
    const waiting = await pending();
    const error = await failure(attempt(cluster, waiting));
    assert.deepEqual([error.code, error.details?.[0].field], ["forbidden", "rule"], `${right}: ${error.message}`);
    assert.match(error.message, sentence);
    // The role that the error names, bound to the same person, mends it.
    const name = `mended-${right}`;
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules: [JSON.parse(error.details[0].message)] };
    await live.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", role);
    await live.kubectl(["create", "clusterrolebinding", name, `--clusterrole=${name}`, `--serviceaccount=default:without-${right}`]);
    if (right === "create") continue; // it would wait for an approval
    for (let tries = 0; ; tries++) {
      const again = await attempt(cluster, waiting).then(
        () => undefined,
        (problem) => problem,
      );
      if (!again || again.code === "ERR_ASSERTION") break;
      assert.ok(again.code === "forbidden" && tries < 100, again.message);
      await sleep(50);
    }
  }
});

test("bindings show what a certificate could do", async () => {
  await live.kubectl(["create", "clusterrolebinding", "devs-view", "--clusterrole=view", "--group=review-devs"]);
  await live.kubectl(["create", "rolebinding", "jane-edit", "--clusterrole=edit", "--user=review-jane", "--namespace=default"]);
  const found = await live.admin.rbac.bindingsOf({ user: "review-jane", groups: ["review-devs"] });
  assert.deepEqual(
    found.map(({ kind, name, namespace, role }) => [kind, name, namespace, role]),
    [
      ["ClusterRoleBinding", "devs-view", undefined, "view"],
      ["RoleBinding", "jane-edit", "default", "edit"],
    ],
  );
});

test("1,000 requests are listed completely in pages, filtered by signer, and watched from there on", async () => {
  const text = await request("many");
  const names = Array.from({ length: 1000 }, (_, number) => `many-${String(number).padStart(4, "0")}`);
  await inParallel(names, 16, (name) => create({ ...object(text, { signerName: "example.com/many" }), metadata: { name } }));
  const listed = [];
  let version;
  for await (const page of live.admin.csr.pages({ pageSize: 300, signerName: "example.com/many" })) {
    assert.ok(page.statuses.length <= 300);
    listed.push(...page.statuses.map(({ name }) => name));
    version = page.resourceVersion;
  }
  assert.deepEqual(listed, names);
  const abort = new AbortController();
  const changes = live.admin.csr.watch({ resourceVersion: version, signal: abort.signal });
  await live.admin.csr.deny(await shown("many-0007"));
  await live.kubectl(["delete", "csr", "many-0008"]);
  const seen = [];
  for await (const { type: change, status: report } of changes) {
    seen.push([change, report.name, report.state]);
    if (seen.length === 2) break;
  }
  abort.abort();
  assert.deepEqual(seen, [
    ["modified", "many-0007", "denied"],
    ["deleted", "many-0008", "pending"],
  ]);
});

test("10,000 requests are read in one message without a second look at their signatures", async () => {
  const stored = await get("many-0009");
  const list = Array.from({ length: 10_000 }, (_, number) => ({ ...stored, metadata: { ...stored.metadata, name: `n-${number}` } }));
  const began = performance.now();
  const reports = await kubecred.csr.explainAll(list);
  const took = performance.now() - began;
  console.log(`10,000 requests read in ${Math.round(took)} ms, messages included`);
  assert.equal(reports.length, 10_000);
  assert.equal(reports[9_999].request.user, "many");
});
