// kubecred/testing next to a real control plane: one script of calls, and the same answers but for identifiers, times, versions and keys. And the
// real API server, told to trust the fake's authority, takes the fake's certificates.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fakeCluster } from "../../pkg/testing/index.js";
import { startCluster } from "./cluster.mjs";
import { ALGORITHMS, open, vector } from "./common.mjs";
import { normalized, runScript } from "./fake-script.mjs";

const TOKEN = "the-administrator";
let dir, kubecred, live, fake, real, ours;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "kubecred-fake-"));
  kubecred = await open();
  fake = fakeCluster({ user: null, tokens: { [TOKEN]: { username: "admin", uid: "admin", groups: ["system:masters"] } } });
  const authority = join(dir, "ca.crt");
  writeFileSync(authority, await fake.certificateAuthority());
  live = await startCluster({ apiserver: `--client-ca-file=${authority}` }); // of two such flags, the last one counts
  const key = await kubecred.keys.generate("ecdsa-p256");
  const pem = await key.createCsr({ user: "jane", groups: ["dev"] });
  const nodes = await key.createCsr({ user: "system:node:one", groups: ["system:nodes"] });
  const serving = await key.createCsr({ user: "system:node:one", groups: ["system:nodes"], ipAddresses: ["192.0.2.1"] });
  const masters = await key.createCsr({ user: "jane", groups: ["system:masters"] });
  const refused = JSON.parse(vector("api", "422-bad-signature.json")).message;
  const damaged = Buffer.from(/Invalid value: "([^"]+)"/.exec(refused)[1].replaceAll("\\n", ""), "base64").toString();
  const requests = { pem, nodes, serving, masters, damaged };
  [real, ours] = await Promise.all([
    runScript({ fetch: live.fetch, server: live.server, token: live.adminToken }, requests),
    runScript({ fetch: fake.fetch, server: "https://fake.test", token: TOKEN }, requests),
  ]);
});
after(() => {
  fake?.close();
  live?.stop();
  kubecred?.close();
  rmSync(dir, { recursive: true, force: true });
});

test("each step has the answer of the real API server", async (t) => {
  assert.ok(real.size > 100, `the control: ${real.size} steps`);
  for (const [name, answer] of real) await t.test(name, () => assert.deepEqual(ours.get(name), answer));
  assert.deepEqual([...ours.keys()], [...real.keys()]);
});

test("the control: what is replaced before the comparison is no more than what differs from run to run", () => {
  const answer = { status: 200, body: { metadata: { name: "one", uid: "u", resourceVersion: "7", managedFields: [] }, message: "at 2026-11-28T00:00:00Z" } };
  assert.deepEqual(normalized(answer), { status: 200, body: { metadata: { name: "one", uid: "UID", resourceVersion: "VERSION" }, message: "at TIME" } });
  assert.notDeepEqual(normalized({ ...answer, status: 201 }), normalized(answer));
});

/** Whom the real API server takes the holder of a certificate for; the reason of its refusal where it does not. */
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
        const { status, reason } = JSON.parse(text);
        resolve(status?.userInfo ?? reason);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

test("the real API server takes certificates of each algorithm by the fake's authority, and none by another fake's", async () => {
  const other = fakeCluster({ autoApprove: true });
  const cluster = kubecred.cluster({ server: "https://fake.test", fetch: fake.fetch, token: TOKEN });
  for (const algorithm of ALGORITHMS) {
    const key = await kubecred.keys.generate(algorithm);
    const csr = await key.createCsr({ user: "zoë*", groups: ["on call", "dev", "a&b"] });
    const pem = Buffer.from(await key.exportPem());
    void fake.approve(algorithm);
    const { certificate } = await cluster.csr.request({ csr, name: algorithm, expirationSeconds: 600 });
    const { username, groups } = await whoIs(certificate, pem);
    assert.deepEqual([username, [...groups].sort()], ["zoë*", ["a&b", "dev", "on call", "system:authenticated"]], algorithm);
    const foreign = await kubecred.cluster({ server: "", fetch: other.fetch }).csr.request({ csr, name: algorithm, expirationSeconds: 600 });
    assert.equal(await whoIs(foreign.certificate, pem), "Unauthorized");
    key.dispose();
  }
  other.close();
});
