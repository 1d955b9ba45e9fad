// The front door as callers see it: bytes in any form through every reader of the package, and no secret left in memory after it.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MODES, fails, open, root } from "./common.mjs";
import { memories } from "./memories.mjs";
import { searcher, shapesOf } from "./secrets.mjs";

/** Every call that reads a text of others. */
const READERS = {
  classify: (kubecred, text) => kubecred.classify(text),
  "keys.import": (kubecred, text) => kubecred.keys.import(text),
  "csr.inspect": (kubecred, text) => kubecred.csr.inspect(text),
  "certificates.parse": (kubecred, text) => kubecred.certificates.parse(text),
  "tokens.parse": (kubecred, text) => kubecred.tokens.parse(text),
  "kubeconfig.parse": (kubecred, text) => kubecred.kubeconfig.parse(text),
  "csr.explainAll": (kubecred, text) => kubecred.csr.explainAll(text),
  "tokens.fromSecret": (kubecred, text) => kubecred.tokens.fromSecret(text),
};

const report = (name) => readFileSync(`${root}/tests/vectors/reports/${name}`);
const utf16 = (text) => Buffer.from(text, "utf16le");
const codes = ({ findings }) => findings.map(({ code }) => code);

for (const [mode, options] of MODES) {
  test(`bytes in other forms are read, ${mode}`, async (t) => {
    const kubecred = await open(options);
    t.after(() => kubecred.close());
    const recognised = async (name) => {
      const { kind, secret, findings } = await kubecred.classify(report(name));
      return [kind, secret, findings.map(({ code }) => code)];
    };
    assert.deepEqual(await recognised("B19c-ca.der"), ["certificate", false, ["raw-der"]]);
    assert.deepEqual(await recognised("B15-kubeconfig-in-base64.txt"), ["kubeconfig", true, ["base64-encoded"]]);
    assert.deepEqual(await recognised("B16c-key-escaped.key"), ["private-key", true, ["escaped-line-breaks"]]);
    const authority = await kubecred.certificates.parse(report("B19c-ca.der"));
    assert.ok(codes(authority).includes("raw-der"));
    assert.match(authority.pem, /^-----BEGIN CERTIFICATE-----\n/);
    const request = await kubecred.csr.inspect(report("B19a-csr-utf16.csr"));
    assert.deepEqual([request.accepted, request.user], [false, "jane"]);
    assert.ok((await kubecred.csr.inspect(request.pem)).accepted, "what was recognised is a request that the server accepts");
    const kubeconfig = await kubecred.kubeconfig.parse(report("B14a-utf16-without-mark.yaml"));
    assert.ok(
      kubeconfig.findings.some(({ code, level }) => code === "utf-16" && level === "error"),
      "kubectl refuses the file as it is",
    );
    (await kubecred.keys.import(report("B16d-key-indented.key"))).dispose();
    assert.ok(codes(await kubecred.tokens.parse(report("B28-describe-secret.txt"))).includes("kubectl-describe"));
    assert.match((await kubecred.tokens.fromSecret(report("B28-describe-secret.txt"))).token, /^eyJ/);
    // Options that take bytes: DER of a CA.
    const made = await kubecred.kubeconfig.create({ cluster: { server: "https://203.0.113.7", certificateAuthority: report("B19c-ca.der") }, token: "opaque" });
    assert.equal((await made.clusterEntries())[0].certificateAuthority, authority.pem);
    const manifest = await kubecred.csr.explain(report("B18a-csr-v1beta1-without-signer.yaml"));
    assert.deepEqual([manifest.state, manifest.requestor.user], ["not-submitted", ""]);
    assert.ok(["api-version-removed", "signer-name-missing"].every((code) => codes(manifest).includes(code)));
    await fails(kubecred.csr.explain('{"kind":"CertificateSigningRequest","kind":"Secret"}'), "invalid-yaml");
    await fails(kubecred.kubeconfig.parse(report("B14c-zero-bytes.yaml")), "invalid-yaml");
  });
}

test("nothing of a secret is left in memory behind the front door", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const memory = memories.at(-1);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const token = `${Buffer.from('{"alg":"ES256"}').toString("base64url")}.${Buffer.from(JSON.stringify({ jti: randomBytes(30).toString("hex") })).toString("base64url")}.${randomBytes(64).toString("base64url")}`;
  const search = searcher({ ...shapesOf(pem), token: Buffer.from(token.split(".")[2]) });
  const planted = new Uint8Array(memory.buffer, memory.buffer.byteLength - 64, 43);
  const before = planted.slice();
  planted.set(Buffer.from(token.split(".")[2].slice(0, 43)));
  assert.deepEqual(search(memory), ["token"], "the control: it would be found");
  planted.set(before);
  const forms = {
    "UTF-16": utf16,
    base64: (text) => Buffer.from(Buffer.from(text).toString("base64")),
    "JSON string": (text) => Buffer.from(JSON.stringify(text)),
    mail: (text) => Buffer.from(text.replace(/^/gm, "> ")),
    HTML: (text) => Buffer.from(text.replace(/\+/g, "&#43;").replace(/\n/g, "<br>")),
    "base64 of UTF-16": (text) => Buffer.from(utf16(text).toString("base64")),
    "a zero byte": (text) => Buffer.concat([Buffer.from(text), Buffer.from([0])]),
  };
  for (const [form, wrap] of Object.entries(forms)) {
    for (const [what, secret] of [
      ["key", pem],
      ["token", token],
    ]) {
      for (const [reader, read] of Object.entries(READERS)) {
        const found = await read(kubecred, new Uint8Array(wrap(secret))).catch((error) => {
          assert.equal(error.name, "KubecredError", `${error}`);
        });
        found?.dispose?.();
        if (found?.token) continue; // given to the caller, in a text of JavaScript's
        assert.deepEqual(search(memory), [], `${what} in ${form}, ${reader}`);
      }
    }
  }
});
