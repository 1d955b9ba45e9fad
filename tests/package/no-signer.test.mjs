// A cluster that signs nothing, as on Amazon EKS: approved, and that is all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, sleep } from "./common.mjs";
import { startLive } from "./live.mjs";

let kubecred, live;
before(async () => {
  kubecred = await open();
  live = await startLive(kubecred, { CONTROLLER_FLAGS: "--cluster-signing-cert-file= --cluster-signing-key-file=" });
});
after(() => {
  live?.stop();
  kubecred?.close();
});

test("an approved request that nothing signs is explained, and explained differently after a while", async () => {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const object = await kubecred.csr.manifest({ csr: await key.createCsr({ user: "jane" }), name: "unsigned" });
  const created = await live.call("POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", object);
  await live.admin.csr.approve(await kubecred.csr.explain(created));
  await sleep(1500);
  const stored = await live.call("GET", "/apis/certificates.k8s.io/v1/certificatesigningrequests/unsigned");
  assert.equal(stored.status.certificate, undefined);
  const codes = async (one) => (await kubecred.csr.explain(one)).findings.map(({ code }) => code);
  assert.ok((await codes(stored)).includes("waiting-for-signer"));
  // As it will look in ten minutes.
  stored.status.conditions[0].lastUpdateTime = new Date(Date.now() - 600_000).toISOString().replace(/\.\d+/, "");
  const later = await kubecred.csr.explain(stored);
  assert.match(later.findings.find(({ code }) => code === "signer-missing").message, /Amazon EKS/);
  assert.equal(later.state, "approved");
});
