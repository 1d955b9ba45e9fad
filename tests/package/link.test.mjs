// Links that carry a request or a certificate in their fragment.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { fails, open, vector } from "./common.mjs";

let kubecred, key, pem;
before(async () => {
  kubecred = await open();
  key = await kubecred.keys.generate("ecdsa-p256");
  pem = await key.createCsr({ user: "jane", groups: ["dev"] });
});
after(() => kubecred.close());

const packed = (text) => `1.${deflateRawSync(text).toString("base64url")}`;

test("a request and a certificate come back as they were, and nothing else of the paste", async () => {
  const link = await kubecred.links.encode(`From: jane\n${pem}\nbest regards`);
  assert.match(link, /^1\.[A-Za-z0-9_-]+$/);
  assert.ok(link.length < 900, `${link.length} characters`);
  assert.deepEqual(await kubecred.links.decode(link), { kind: "csr", pem });
  const certificate = vector("signing-requests", "issued.crt.pem");
  assert.equal((await kubecred.links.decode(await kubecred.links.encode(certificate))).kind, "certificate");
});

const packedWith = (object) => `2.${deflateRawSync(JSON.stringify(object)).toString("base64url")}`;

test("name, lifetime, signer and usages travel with the request; a link without them is read as before", async () => {
  const requested = {
    name: "jane-x7k2p",
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["digital signature", "client auth"],
    expirationSeconds: 3600,
  };
  const link = await kubecred.links.encode(pem, requested);
  assert.match(link, /^2\.[A-Za-z0-9_-]+$/);
  assert.deepEqual(await kubecred.links.decode(link), { kind: "csr", pem, requested });
  // What an administrator submits from it is what was requested.
  const object = await kubecred.csr.manifest({ csr: pem, ...(await kubecred.links.decode(link)).requested });
  assert.equal(object.metadata.name, "jane-x7k2p");
  assert.deepEqual([object.spec.expirationSeconds, object.spec.usages, object.spec.signerName], [3600, requested.usages, requested.signerName]);
  assert.deepEqual((await kubecred.links.decode(await kubecred.links.encode(pem, { expirationSeconds: undefined, name: "only-a-name" }))).requested, {
    name: "only-a-name",
  });
  assert.deepEqual(await kubecred.links.decode(packed(pem)), { kind: "csr", pem }, "the first version");
  assert.deepEqual(Object.keys(await kubecred.links.decode(await kubecred.links.encode(pem))), ["kind", "pem"]);
});

test("what a link says is checked on the way in and on the way out", async () => {
  const secret = new TextDecoder().decode(await key.exportPem());
  for (const requested of [
    { name: "Jane" },
    { name: "a/b" },
    { expirationSeconds: 599 },
    { expirationSeconds: 1e99 },
    { usages: ["everything"] },
    { usages: [] },
    { signerName: "x" },
    { name: secret },
  ]) {
    await fails(kubecred.links.encode(pem, requested), "invalid-signing-request");
    await fails(kubecred.links.decode(packedWith({ pem, ...requested })), "invalid-signing-request");
  }
  for (const requested of [{ labels: {} }, { request: pem }, { expirationSeconds: "3600" === 1, nonsense: 1 }, 5, "x", null]) {
    await fails(kubecred.links.encode(pem, requested), "invalid-options");
  }
  await fails(kubecred.links.encode(vector("signing-requests", "issued.crt.pem"), { name: "x" }), "invalid-options");
  await fails(kubecred.links.decode(packedWith({ pem: secret })), "unexpected-private-key");
  await fails(kubecred.links.decode(packedWith({ pem: pem + secret, name: "x" })), "unexpected-private-key");
  for (const object of [null, 5, "x", [], {}, { pem: 5 }, { name: "x" }]) await fails(kubecred.links.decode(packedWith(object)), "invalid-pem");
  await fails(kubecred.links.decode(packedWith({ pem, more: 1 })), "invalid-options");
  await fails(kubecred.links.decode(`3.${packedWith({ pem }).slice(2)}`), "invalid-pem");
  await fails(kubecred.links.decode(`2.${packed(pem).slice(2)}`), "invalid-pem");
});

test("anything else is refused, on the way in and on the way out", async () => {
  const secret = new TextDecoder().decode(await key.exportPem());
  await fails(kubecred.links.encode(secret), "unexpected-private-key");
  await fails(kubecred.links.decode(packed(secret)), "unexpected-private-key");
  await fails(kubecred.links.decode(packed(pem + secret)), "unexpected-private-key");
  for (const text of ["<img src=x onerror=alert(1)>", "apiVersion: v1\nkind: Config\n", vector("csr", "020.csr")]) {
    await fails(kubecred.links.encode(text), "invalid-request");
    await fails(kubecred.links.decode(packed(text)), "invalid-request");
  }
  for (const fragment of ["", "1.", "2.abc", "1.!!!", "1.AAAA", pem, undefined, 7, `1.${"A".repeat(70_000)}`, packed("\xff\xfe").slice(0, -2)]) {
    await assert.rejects(kubecred.links.decode(fragment), (error) => ["invalid-pem", "invalid-request"].includes(error.code), String(fragment).slice(0, 40));
  }
  await fails(kubecred.links.decode(packed("A".repeat(50_000_000))), "invalid-pem");
});
