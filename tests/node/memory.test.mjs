// No secret left: after dispose() a scan of the wasm memory finds no window of the key in any encoding, for six algorithms and
// every entry point that touches it; after close() neither. The control finds it while it is held, so the scan can see.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { open } from "../../pkg/node.js";

const ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"];
const WINDOW = 16;
/** Order of P-384 (FIPS 186-5 and SP 800-186, 3.2.1.4). */
const ORDER_P384 = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n;

// The instance of a session without a worker is made here; its memory is not part of the API.
/** @type {WebAssembly.Memory[]} */
const memories = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    memories.push(instance.exports.memory);
    return instance;
  },
});

/** Every encoding in which a part of the key could lie in memory, by name. @param {Uint8Array} pem */
function encodings(pem) {
  const key = createPrivateKey(Buffer.from(pem));
  const der = key.export({ format: "der", type: "pkcs8" });
  const jwk = key.export({ format: "jwk" });
  const found = { "PKCS#8": secretPart(der, key.asymmetricKeyType), PEM: Buffer.from(pem).subarray(pem.length - 120, pem.length - 30) };
  for (const part of ["d", "p", "q", "dp", "dq", "qi"]) {
    if (!jwk[part]) continue;
    const bytes = Buffer.from(jwk[part], "base64url");
    found[part] = bytes;
    found[`${part}, limbs`] = Buffer.from(bytes).reverse();
    found[`${part}, hex`] = Buffer.from(bytes.toString("hex"));
  }
  if (jwk.crv === "P-384") {
    // This curve's scalars are kept in Montgomery form: d·2^384 mod n.
    const montgomery = (BigInt(`0x${found.d.toString("hex")}`) << 384n) % ORDER_P384;
    found["d, Montgomery limbs"] = Buffer.from(montgomery.toString(16).padStart(96, "0"), "hex").reverse();
  }
  found["client-key-data"] = Buffer.from(Buffer.from(pem).toString("base64")).subarray(120);
  return found;
}

// The public half of PKCS#8 is no secret and may stay: modulus in front for RSA, point at the end for EC.
function secretPart(der, type) {
  return type === "rsa" ? der.subarray(der.length >> 1) : type === "ec" ? der.subarray(30, 30 + 38) : der.subarray(16);
}

/** Looks at every byte of the memory for every window of every secret. @param {Record<string, Buffer>} secrets */
function scan(secrets) {
  /** Windows by their first four bytes. @type {Map<number, [string, Buffer][]>} */
  const windows = new Map();
  for (const [name, bytes] of Object.entries(secrets)) {
    for (let at = 0; at + WINDOW <= bytes.length; at++) {
      const start = bytes.readUInt32LE(at);
      if (!windows.has(start)) windows.set(start, []);
      windows.get(start).push([`${name} at ${at}`, bytes.subarray(at, at + WINDOW)]);
    }
  }
  const memory = Buffer.from(memories.at(-1).buffer);
  const hits = new Set();
  for (let at = 0; at + WINDOW <= memory.length; at++) {
    const start = (memory[at] | (memory[at + 1] << 8) | (memory[at + 2] << 16) | (memory[at + 3] << 24)) >>> 0;
    for (const [name, window] of windows.get(start) ?? []) {
      if (window.compare(memory, at, at + WINDOW) === 0) hits.add(name);
    }
  }
  return [...hits];
}

for (const algorithm of ALGORITHMS) {
  test(`${algorithm}: nothing is left in memory`, async () => {
    const session = await open({ worker: false });
    const key = await session.generateKey(algorithm);
    const request = await key.certificateRequest({ user: "jane", groups: ["dev"] });
    assert.ok(request.startsWith("-----BEGIN CERTIFICATE REQUEST-----"));
    const pem = await key.exportPem();
    const secrets = encodings(pem);
    assert.ok(scan(secrets).length > 0, "the control: the key is found while it is held");
    const passphrase = "correct horse battery staple";
    const closed = await key.exportPem({ passphrase });
    key.dispose();
    await session.readRequest(request);
    assert.deepEqual(scan(secrets), [], "after generate, request, export and dispose");

    const plain = await session.importKey(pem);
    await plain.certificateRequest({ user: "jane" });
    plain.dispose();
    const opened = await session.importKey(closed, { passphrase });
    await assert.rejects(opened.kubeconfig({ certificate: request, cluster: { server: "https://example.com" } }), { code: "invalid-certificate" });
    opened.dispose();
    await assert.rejects(session.importKey(closed, { passphrase: "wrong" }));
    await session.readRequest(request);
    assert.deepEqual(scan({ ...secrets, passphrase: Buffer.from(passphrase) }), [], "after import, with and without passphrase");

    const held = await session.importKey(pem);
    assert.equal(held.algorithm, algorithm);
    session.close();
    assert.deepEqual(scan(secrets), [], "after close with a key held");
  });
}
