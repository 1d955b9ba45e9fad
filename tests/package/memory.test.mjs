// No secret left: after dispose() and after close() the module's memory holds no 16 bytes of the key in any shape, for six
// algorithms and every entry point that touches a key. The control finds it while it is held, so the search can see.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { sign } from "../support/openssl.mjs";
import { ALGORITHMS, fails, open } from "./common.mjs";
import { memories } from "./memories.mjs";
import { searcher, shapesOf } from "./secrets.mjs";

const PASSPHRASE = "correct horse battery staple";
/** pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292, C), as DER. */
const PBE_SHA1_3DES = Buffer.from("060a2a864886f70d010c0103", "hex");
const cluster = { server: "https://cluster.example:6443" };
const subject = { user: "jane", groups: ["dev"] };

for (const algorithm of ALGORITHMS) {
  test(`${algorithm}: nothing is left in memory`, async (t) => {
    const kubecred = await open({ worker: false });
    const memory = memories.at(-1);
    t.after(() => kubecred.close());

    const made = await kubecred.keys.generate(algorithm);
    const pem = await made.exportPem();
    const search = searcher({ ...shapesOf(pem), passphrase: Buffer.from(PASSPHRASE), "passphrase, UTF-16": Buffer.from(PASSPHRASE, "utf16le").swap16() });
    assert.ok(search(memory).length > 0, "the control: held, it is found");
    made.dispose();
    assert.deepEqual(search(memory), [], "generateKey, exportPem");

    /** Opens the key, does one thing with it, disposes, looks. */
    const check = async (what, action, text = pem, options = undefined) => {
      const key = await kubecred.keys.import(text, options);
      assert.ok(search(memory).length > 0, `the control of ${what}`);
      const result = await action(key);
      key.dispose();
      assert.deepEqual(search(memory), [], what);
      return result;
    };
    const none = (what) => assert.deepEqual(search(memory), [], what);

    await check("importKey", () => {});
    const text = new TextDecoder().decode(pem);
    await check("importKey of text", () => {}, text);
    if (algorithm !== "ed25519") {
      const old = createPrivateKey(text).export({ format: "pem", type: algorithm.startsWith("rsa") ? "pkcs1" : "sec1" });
      await check("importKey of PKCS#1 or SEC1", () => {}, old);
    }
    const request = await check("certificateRequest", (key) => key.createCsr(subject));
    await check("exportPem", (key) => key.exportPem());
    const locked = await check("exportPem with a passphrase", (key) => key.exportPem({ passphrase: PASSPHRASE }));
    await check("importKey with a passphrase", () => {}, locked, { passphrase: PASSPHRASE });

    await fails(kubecred.keys.import(locked, { passphrase: `${PASSPHRASE}!` }), "wrong-passphrase");
    none("importKey with a wrong passphrase");
    await fails(kubecred.keys.import(text.replace(/\n(.)/, "\n!$1")), "invalid-pem");
    none("importKey of a damaged key");
    assert.equal((await kubecred.csr.inspect(text)).accepted, false);
    none("readRequest of a private key");
    await fails(kubecred.certificates.parse(text), "unexpected-private-key");
    none("readCertificate of a private key");

    await check("kubeconfig that is refused", (key) => fails(key.kubeconfig({ certificate: request, cluster }), "invalid-certificate"));
    const certificate = sign(request);
    await check("exportPkcs12", (key) => key.exportPkcs12(certificate, PASSPHRASE));
    const legacy = await check("exportPkcs12, legacy", (key) => key.exportPkcs12(certificate, PASSPHRASE, { compatibility: "legacy" }));
    assert.ok(Buffer.from(legacy).includes(PBE_SHA1_3DES), "the control: it is the legacy mode");
    await check("exportPkcs12 that is refused", (key) => fails(key.exportPkcs12(certificate, ""), "invalid-options"));
    const key = await kubecred.keys.import(pem);
    const file = await key.kubeconfig({ certificate, csr: request, cluster });
    key.dispose();
    assert.ok(search(memory).length > 0, "the control of kubeconfig: it holds the key on its own");
    assert.match(new TextDecoder().decode(await file.serialize()), /client-key-data/);
    const { key: again } = await file.renewal();
    const renewed = await file.renew(again, { certificate });
    file.dispose();
    again.dispose();
    assert.ok(search(memory).length > 0, "the control of renew: the new file holds the key on its own");
    renewed.dispose();
    none("kubeconfig, serialize, renewal, renew");

    const held = await kubecred.keys.import(pem);
    assert.equal(held.algorithm, algorithm);
    assert.ok(search(memory).length > 0, "the control of close");
    kubecred.close();
    none("close with a key held");
  });
}

const searchFor = (draws) => searcher(Object.fromEntries(draws.map((bytes, at) => [`draw ${at}`, bytes])));
for (const algorithm of ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048"]) {
  test(`${algorithm}: nothing of what was drawn is left when the generator fails`, async (t) => {
    const kubecred = await open({ worker: false });
    const memory = memories.at(-1);
    const sound = crypto.getRandomValues;
    t.after(() => {
      crypto.getRandomValues = sound;
      kubecred.close();
    });
    // The draw that makes the key, or one in the midst of the search: a key of two primes takes ten rounds alone.
    const last = algorithm.startsWith("rsa") ? 10 : 2;
    const drawn = [];
    let held;
    crypto.getRandomValues = (array) => {
      if (drawn.length === last) {
        held = searchFor(drawn)(memory);
        throw new Error("no more");
      }
      const filled = Reflect.apply(sound, crypto, [array]);
      drawn.push(Buffer.from(filled));
      return filled;
    };
    await fails(kubecred.keys.generate(algorithm), "no-random");
    assert.equal(drawn.length, last);
    assert.ok(held.length > 0, "the control: while the search goes on, its candidates are found");
    assert.deepEqual(searchFor(drawn)(memory), []);
    crypto.getRandomValues = sound;
    assert.equal((await kubecred.keys.generate(algorithm)).algorithm, algorithm, "a generator that is mended makes keys again");
  });
}
