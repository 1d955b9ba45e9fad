// Links that carry a request or a certificate in their fragment.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { fails, open, vector } from "./common.mjs";

let kubecred, key, pem;
before(async () => {
  kubecred = await open();
  key = await kubecred.generateKey("ecdsa-p256");
  pem = await key.certificateRequest({ user: "jane", groups: ["dev"] });
});
after(() => kubecred.close());

const packed = (text) => `1.${deflateRawSync(text).toString("base64url")}`;

test("a request and a certificate come back as they were, and nothing else of the paste", async () => {
  const link = await kubecred.encodeLink(`From: jane\n${pem}\nbest regards`);
  assert.match(link, /^1\.[A-Za-z0-9_-]+$/);
  assert.ok(link.length < 900, `${link.length} characters`);
  assert.deepEqual(await kubecred.decodeLink(link), { kind: "request", pem });
  const certificate = vector("signing-requests", "issued.crt.pem");
  assert.equal((await kubecred.decodeLink(await kubecred.encodeLink(certificate))).kind, "certificate");
});

const packedWith = (object) => `2.${deflateRawSync(JSON.stringify(object)).toString("base64url")}`;

test("name, lifetime, signer and usages travel with the request; a link without them is read as before", async () => {
  const requested = {
    name: "jane-x7k2p",
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["digital signature", "client auth"],
    expirationSeconds: 3600,
  };
  const link = await kubecred.encodeLink(pem, requested);
  assert.match(link, /^2\.[A-Za-z0-9_-]+$/);
  assert.deepEqual(await kubecred.decodeLink(link), { kind: "request", pem, requested });
  // What an administrator submits from it is what was requested.
  const object = await kubecred.signingRequest({ request: pem, ...(await kubecred.decodeLink(link)).requested });
  assert.equal(object.metadata.name, "jane-x7k2p");
  assert.deepEqual([object.spec.expirationSeconds, object.spec.usages, object.spec.signerName], [3600, requested.usages, requested.signerName]);
  assert.deepEqual((await kubecred.decodeLink(await kubecred.encodeLink(pem, { expirationSeconds: undefined, name: "only-a-name" }))).requested, {
    name: "only-a-name",
  });
  assert.deepEqual(await kubecred.decodeLink(packed(pem)), { kind: "request", pem }, "the first version");
  assert.deepEqual(Object.keys(await kubecred.decodeLink(await kubecred.encodeLink(pem))), ["kind", "pem"]);
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
    await fails(kubecred.encodeLink(pem, requested), "invalid-signing-request");
    await fails(kubecred.decodeLink(packedWith({ pem, ...requested })), "invalid-signing-request");
  }
  for (const requested of [{ labels: {} }, { request: pem }, { expirationSeconds: "3600" === 1, nonsense: 1 }, 5, "x", null]) {
    await fails(kubecred.encodeLink(pem, requested), "invalid-options");
  }
  await fails(kubecred.encodeLink(vector("signing-requests", "issued.crt.pem"), { name: "x" }), "invalid-options");
  await fails(kubecred.decodeLink(packedWith({ pem: secret })), "unexpected-private-key");
  await fails(kubecred.decodeLink(packedWith({ pem: pem + secret, name: "x" })), "unexpected-private-key");
  for (const object of [null, 5, "x", [], {}, { pem: 5 }, { name: "x" }]) await fails(kubecred.decodeLink(packedWith(object)), "invalid-pem");
  await fails(kubecred.decodeLink(packedWith({ pem, more: 1 })), "invalid-options");
  await fails(kubecred.decodeLink(`3.${packedWith({ pem }).slice(2)}`), "invalid-pem");
  await fails(kubecred.decodeLink(`2.${packed(pem).slice(2)}`), "invalid-pem");
});

test("anything else is refused, on the way in and on the way out", async () => {
  const secret = new TextDecoder().decode(await key.exportPem());
  await fails(kubecred.encodeLink(secret), "unexpected-private-key");
  await fails(kubecred.decodeLink(packed(secret)), "unexpected-private-key");
  await fails(kubecred.decodeLink(packed(pem + secret)), "unexpected-private-key");
  for (const text of ["<img src=x onerror=alert(1)>", "apiVersion: v1\nkind: Config\n", vector("csr", "020.csr")]) {
    await fails(kubecred.encodeLink(text), "invalid-request");
    await fails(kubecred.decodeLink(packed(text)), "invalid-request");
  }
  for (const fragment of ["", "1.", "2.abc", "1.!!!", "1.AAAA", pem, undefined, 7, `1.${"A".repeat(70_000)}`, packed("\xff\xfe").slice(0, -2)]) {
    await assert.rejects(kubecred.decodeLink(fragment), (error) => ["invalid-pem", "invalid-request"].includes(error.code), String(fragment).slice(0, 40));
  }
  await fails(kubecred.decodeLink(packed("A".repeat(50_000_000))), "invalid-pem");
});
