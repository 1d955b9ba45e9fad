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
