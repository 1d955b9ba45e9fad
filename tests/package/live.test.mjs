// The whole path in Node: the packed package, installed in a folder of its own, against a real control plane. The file
// that comes out is used by real kubectl alone; and requests of every kind are signed and held against what was asked.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Agent, request as httpsRequest } from "node:https";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packed } from "./packed.mjs";
import { startCluster } from "./cluster.mjs";
import { ALGORITHMS, vector } from "./common.mjs";
import { inParallel } from "./live.mjs";

let it, live, kubecred, admin;
const keys = {};

before(async () => {
  it = packed();
  const { open } = await it.entry("kubecred");
  [live, kubecred] = await Promise.all([startCluster(), open()]);
  admin = kubecred.cluster({ server: live.server, token: live.adminToken, fetch: live.fetch });
  for (const algorithm of ALGORITHMS) keys[algorithm] = await kubecred.keys.generate(algorithm);
});
after(() => {
  kubecred?.close();
  live?.stop();
  it?.remove();
});

/** Asks as the administrator and approves as soon as the request is there. */
async function issue(name, key, subject) {
  const request = await key.createCsr(subject);
  let approval;
  const states = [];
  const issued = await admin.csr.request(
    { csr: request, name, expirationSeconds: 3600 },
    {
      onStatus(report) {
        states.push(report.state);
        approval ??= admin.csr.approve(report);
      },
    },
  );
  await approval;
  assert.equal(states[0], "pending");
  assert.equal(issued.status.state, "issued");
  assert.equal(issued.name, name);
  return { ...issued, request };
}

const fingerprint = (pem) => new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();

for (const algorithm of ALGORITHMS) {
  test(`${algorithm}: the kubeconfig alone makes real kubectl the user that was asked for`, async () => {
    const user = `node-${algorithm}`;
    const { certificate, request } = await issue(`live-${algorithm}`, keys[algorithm], { user, groups: ["dev", "on call"] });
    const made = await keys[algorithm].kubeconfig({
      certificate,
      csr: request,
      cluster: { server: live.server, certificateAuthority: live.ca },
      namespace: "default",
    });
    const kubeconfig = join(live.dir, `${algorithm}.kubeconfig`);
    writeFileSync(kubeconfig, await made.serialize(), { mode: 0o600 });
    const { status } = JSON.parse(await live.kubectl(["auth", "whoami", "-o", "json"], { kubeconfig }));
    assert.equal(status.userInfo.username, user);
    assert.deepEqual([...status.userInfo.groups].sort(), ["dev", "on call", "system:authenticated"]);
    assert.deepEqual(status.userInfo.extra["authentication.kubernetes.io/credential-id"], [`X509SHA256=${fingerprint(certificate)}`]);
    const without = await live.try(["get", "pods"], { kubeconfig });
    assert.notEqual(without.code, 0);
    assert.match(without.stderr, new RegExp(`Forbidden.*User "${user}" cannot list resource "pods"`));
    await live.kubectl(["create", "rolebinding", user, "--clusterrole=view", `--user=${user}`, "-n", "default"]);
    const until = Date.now() + 10_000;
    for (;;) {
      const granted = await live.try(["get", "pods"], { kubeconfig });
      if (granted.code === 0) break;
      assert.ok(Date.now() < until, granted.stderr);
    }
  });
}

/** Who the server takes a certificate's holder for: a TLS connection with it, and nothing else. */
function whoIs(cert, key) {
  const agent = new Agent({ ca: live.ca, cert, key });
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      `${live.server}/apis/authentication.k8s.io/v1/selfsubjectreviews`,
      { method: "POST", agent, headers: { "content-type": "application/json" } },
      async (answer) => {
        let text = "";
        for await (const part of answer.setEncoding("utf8")) text += part;
        agent.destroy();
        resolve(JSON.parse(text).status.userInfo);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

test("50 requests, all algorithms, SANs and hostile names, are signed, and the server reads user and groups as given", async () => {
  const hostile = JSON.parse(vector("names.json"));
  const accepted = [];
  for (const name of hostile) {
    const subject = { user: name, groups: [`${name}+O=system:masters`, "dev"] };
    if (
      await keys["ecdsa-p256"].createCsr(subject).then(
        () => true,
        ({ code }) => assert.equal(code, "invalid-subject"),
      )
    )
      accepted.push(subject);
  }
  assert.ok(accepted.length >= 40 && accepted.length < hostile.length, `${accepted.length} of ${hostile.length} names are legal`);
  const sans = [
    {},
    { dnsNames: ["a.example", "*.b.example"] },
    { ipAddresses: ["10.0.0.1", "fd00::1"] },
    { dnsNames: ["c.example"], ipAddresses: ["192.0.2.1"] },
  ];
  const written = [
    "jane,O=system:masters",
    "jane+O=system:masters",
    "#0c0561646d696e",
    "jane\\,b",
    "CN=x",
    "a/b",
    "jane@example.com",
    "Zoë",
    "x".repeat(200),
    "a  b",
  ];
  const subjects = [...written.map((user) => ({ user, groups: ["ops", "dev"] })), ...accepted].slice(0, 50);
  assert.equal(subjects.length, 50);
  const pems = Object.fromEntries(await Promise.all(ALGORITHMS.map(async (algorithm) => [algorithm, Buffer.from(await keys[algorithm].exportPem())])));
  await inParallel(subjects, 5, async (subject, index) => {
    const algorithm = ALGORITHMS[index % ALGORITHMS.length];
    const { certificate } = await issue(`fifty-${index}`, keys[algorithm], { ...subject, ...sans[index % sans.length] });
    const who = await whoIs(certificate, pems[algorithm]);
    assert.equal(who.username, subject.user);
    assert.deepEqual([...who.groups].sort(), [...subject.groups, "system:authenticated"].sort(), JSON.stringify(subject.user));
  });
});

test("who am I, preview, list, deny and discover say what the server says", async () => {
  const who = await admin.whoAmI();
  assert.equal(who.user, "admin");
  assert.ok(who.groups.includes("system:masters"));

  const request = await keys["ecdsa-p256"].createCsr({ user: "jane", groups: ["dev"] });
  assert.deepEqual(await admin.csr.preview({ csr: request, name: "only-looking" }), { accepted: true });
  assert.equal((await live.try(["get", "csr", "only-looking"])).code, 1, "nothing is stored");
  const masters = await keys["ecdsa-p256"].createCsr({ user: "jane", groups: ["system:masters"] });
  const refused = await admin.csr.preview({ csr: masters, name: "only-looking" });
  assert.deepEqual([refused.accepted, refused.code], [false, "invalid-signing-request"], "refused before it is sent, as the server would");
  const taken = await admin.csr.preview({ csr: request, name: "live-ed25519" });
  assert.deepEqual([taken.accepted, taken.code], [false, "already-exists"]);

  let denial;
  const denied = admin.csr.request({ csr: request, name: "denied-one" }, { onStatus: (report) => (denial ??= admin.csr.deny(report, { message: "no" })) });
  await assert.rejects(denied, { code: "request-denied" });
  assert.equal((await denial).state, "denied");
  const states = new Map();
  for await (const one of admin.csr.list()) states.set(one.name, one.state);
  assert.equal(states.get("denied-one"), "denied");
  assert.equal(states.get("live-ed25519"), "issued");

  const { entry, source } = await admin.discover();
  assert.equal(entry.server, live.server);
  assert.match(source, /kube-root-ca\.crt/);
  assert.equal(fingerprint(entry.certificateAuthority), fingerprint(live.ca));
});
