// Signatures of requests, which the platform's WebCrypto may confirm: the verdict is the same with it, with one that calls everything wrong, with
// one that fails, and without any. Only "right" is taken from it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fails, open, root } from "./common.mjs";

const { subtle } = globalThis.crypto;
/** Puts another WebCrypto in the place of the platform's, for the engines of this thread. */
const replace = (value) => Object.defineProperty(globalThis.crypto, "subtle", { value, configurable: true });
const restore = () => delete globalThis.crypto.subtle;

const tlv = (tag, ...contents) => {
  const content = Buffer.concat(contents.map((each) => Buffer.from(each)));
  const { length } = content;
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
};
const hex = (text) => Buffer.from(text, "hex");
const CURVES = {
  "P-256": { oid: "06082a8648ce3d030107", order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, width: 32 },
  "P-384": { oid: "06052b81040022", order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n, width: 48 },
};
const HASHES = { "SHA-1": "01", "SHA-256": "0302", "SHA-384": "0303", "SHA-512": "0304" };
const algorithm = (hash) => tlv(0x30, tlv(6, hex(`2a8648ce3d04${HASHES[hash]}`)));
const keyInfo = (curve, point) => tlv(0x30, tlv(0x30, hex("06072a8648ce3d0201"), hex(CURVES[curve].oid)), tlv(3, [0], point));
const info = (user, spki) => tlv(0x30, hex("020100"), tlv(0x30, tlv(0x31, tlv(0x30, hex("0603550403"), tlv(0x0c, Buffer.from(user))))), spki, [0xa0, 0]);
const pem = (info, hash, value) => {
  const der = tlv(0x30, info, algorithm(hash), tlv(3, [0], value)).toString("base64");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE REQUEST-----\n`;
};
const digits = (number) => {
  const text = number.toString(16);
  return hex(text.length % 2 ? `0${text}` : text);
};
const integer = (number) => tlv(2, digits(number)[0] & 0x80 ? [0] : [], digits(number));
const value = (r, s) => tlv(0x30, integer(r), integer(s));

async function signer(curve) {
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: curve }, true, ["sign", "verify"]);
  const point = Buffer.from(await subtle.exportKey("raw", pair.publicKey));
  return {
    point,
    async sign(hash, message) {
      const numbers = Buffer.from(await subtle.sign({ name: "ECDSA", hash }, pair.privateKey, message)).toString("hex");
      return [numbers.slice(0, numbers.length / 2), numbers.slice(numbers.length / 2)].map((half) => BigInt(`0x${half}`));
    },
  };
}

/** Name, request, whether the server takes it. */
async function cases(curve) {
  const { order, width } = CURVES[curve];
  const [own, other] = [await signer(curve), await signer(curve)];
  const message = info("jane", keyInfo(curve, own.point));
  const eve = info("eve", keyInfo(curve, own.point));
  const found = [];
  const add = (name, text, right) => found.push([`${curve}, ${name}`, text, right]);
  for (const hash of Object.keys(HASHES)) {
    const [r, s] = await own.sign(hash, message);
    add(`${hash}`, pem(message, hash, value(r, s)), true);
    add(`${hash}, the other s`, pem(message, hash, value(r, order - s)), true);
    add(`${hash}, another message`, pem(eve, hash, value(r, s)), false);
    for (const said of Object.keys(HASHES).filter((each) => each !== hash)) add(`signed with ${hash}, called ${said}`, pem(message, said, value(r, s)), false);
    const stranger = await other.sign(hash, message);
    add(`${hash}, another key`, pem(message, hash, value(...stranger)), false);
  }
  const hash = "SHA-256";
  const [r, s] = await own.sign(hash, message);
  const wrong = (name, value) => add(name, pem(message, hash, value), false);
  for (const [name, number] of Object.entries({ 0: 0n, n: order, "n + 1": order + 1n, "2^(8 · width) - 1": (1n << BigInt(8 * width)) - 1n })) {
    wrong(`r = ${name}`, value(number, s));
    wrong(`s = ${name}`, value(r, number));
    wrong(`both ${name}`, value(number, number));
  }
  wrong("r + n", value(r + order, s));
  wrong("s + n", value(r, s + order));
  wrong("n - 1", value(order - 1n, order - 1n));
  wrong("1, 1", value(1n, 1n));
  wrong("exchanged", value(s, r));
  wrong("zeros in front", tlv(0x30, tlv(2, [0, 0], digits(r)), integer(s)));
  wrong("negative", tlv(0x30, tlv(2, [0x80]), integer(s)));
  wrong("bytes behind", Buffer.concat([value(r, s), Buffer.from([0])]));
  wrong("a third number", tlv(0x30, integer(r), integer(s), integer(1n)));
  wrong("a long length", Buffer.concat([Buffer.from([0x30, 0x82, 0, value(r, s).length - 2]), value(r, s).subarray(2)]));
  wrong("as WebCrypto has it", Buffer.concat([hex(r.toString(16).padStart(2 * width, "0")), hex(s.toString(16).padStart(2 * width, "0"))]));
  wrong("nothing", []);
  const off = Buffer.from(own.point);
  off[off.length - 1] ^= 1;
  for (const point of [off, Buffer.concat([Buffer.from([4]), Buffer.alloc(2 * width)]), Buffer.from([0])]) {
    const message = info("jane", keyInfo(curve, point));
    add(`the point ${point.length}/${point[1]}`, pem(message, hash, value(...(await own.sign(hash, message)))), false);
  }
  for (const place of [0, 1]) {
    for (let number = 0; ; number += 1) {
      const user = `jane-${number}`;
      const message = info(user, keyInfo(curve, own.point));
      const numbers = await own.sign(hash, message);
      if (numbers[place] >> BigInt(8 * (width - 1)) !== 0n) continue;
      add(`${"rs"[place]} with leading zeros`, pem(message, hash, value(...numbers)), true);
      break;
    }
  }
  return found;
}

const vectors = join(root, "tests", "vectors", "csr");
const object = (request, number = 0) => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name: `jane-${number}` },
  spec: { request: btoa(request), signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
});

let kubecred, inPlace, all;
before(async () => {
  [kubecred, inPlace] = [await open(), await open({ worker: false })];
  all = [...(await cases("P-256")), ...(await cases("P-384"))];
  for (const algorithm of ["ed25519", "rsa-2048"]) {
    const key = await kubecred.keys.generate(algorithm);
    all.push([algorithm, await key.createCsr({ user: "jane" }), true]);
  }
  for (const name of readdirSync(vectors).filter((name) => name.endsWith(".csr"))) all.push([name, readFileSync(join(vectors, name), "latin1")]);
});
after(() => {
  kubecred?.close();
  inPlace?.close();
});

/** Everything that is said about the requests: alone, as an object, and as a list in a text. */
async function reports(session) {
  const requests = all.map(([, text]) => text);
  return {
    alone: await Promise.all(requests.map((text) => session.csr.inspect(text))),
    objects: await Promise.all(requests.map((text, number) => session.csr.explain(object(text, number)))),
    list: await session.csr.explainAll(JSON.stringify(requests.map(object))),
  };
}

test("the verdicts are the same with WebCrypto, with a wrong one, with a broken one, and without it", async () => {
  const right = await reports(inPlace);
  for (const [number, [name, , accepted]] of all.entries()) {
    const report = right.alone[number];
    if (accepted !== undefined) assert.equal(report.accepted, accepted, `${name}: ${report.refusal}`);
    assert.equal(right.objects[number].request.accepted, right.list[number].request.accepted, name);
  }
  assert.deepEqual(await reports(kubecred), right, "in a worker");
  const throws = () => {
    throw new TypeError("broken");
  };
  const rejects = () => Promise.reject(new DOMException("no", "NotSupportedError"));
  const others = {
    "says no": { importKey: async () => ({}), verify: async () => false },
    "says something else": { importKey: async () => ({}), verify: async () => "true" },
    throws: { importKey: throws, verify: throws },
    rejects: { importKey: rejects, verify: rejects },
    "cannot verify": { importKey: subtle.importKey.bind(subtle), verify: rejects },
    empty: {},
    missing: undefined,
  };
  for (const [name, other] of Object.entries(others)) {
    replace(other);
    try {
      assert.deepEqual(await reports(inPlace), right, name);
    } finally {
      restore();
    }
  }
});

/** The platform's own, watched. */
function watched() {
  const seen = { verified: 0, right: 0, open: 0, most: 0 };
  replace({
    importKey: (...args) => {
      seen.open += 1;
      seen.most = Math.max(seen.most, seen.open);
      return subtle.importKey(...args);
    },
    verify: async (...args) => {
      seen.verified += 1;
      const right = await subtle.verify(...args);
      seen.open -= 1;
      seen.right += right ? 1 : 0;
      return right;
    },
  });
  return seen;
}

test("each signature is confirmed once, few at a time, and what a server stored is not", async () => {
  const { point, sign } = await signer("P-256");
  const requests = [];
  for (let number = 0; number < 200; number += 1) {
    const message = info(`jane-${number}`, keyInfo("P-256", point));
    requests.push(pem(message, "SHA-256", value(...(await sign("SHA-256", message)))));
  }
  const seen = watched();
  try {
    const statuses = await inPlace.csr.explainAll(JSON.stringify([...requests, ...requests].map(object)));
    assert.equal(statuses.length, 400);
    assert.ok(statuses.every(({ request }) => request.accepted));
    assert.deepEqual([seen.verified, seen.right], [200, 200]);
    assert.ok(seen.most > 1 && seen.most <= 64, `${seen.most} at a time`);
    const stored = { ...object(requests[0]), metadata: { name: "jane", uid: "1", resourceVersion: "1" } };
    await inPlace.csr.explainAll([stored]);
    await inPlace.csr.explain(stored, { verifySignature: false });
    assert.equal(seen.verified, 200, "nothing more");
    await inPlace.csr.explain(stored);
    await inPlace.csr.explain(JSON.stringify(stored));
    await inPlace.csr.inspect(new TextEncoder().encode(requests[0]));
    assert.equal(seen.verified, 203);
  } finally {
    restore();
  }
});

test("WebCrypto is believed where it says right, and asked only about keys and numbers that are well-formed", async () => {
  const asked = [];
  replace({
    importKey: async (format, point, how, extractable, usages) => {
      assert.deepEqual([format, how.name, extractable, usages], ["raw", "ECDSA", false, ["verify"]]);
      return { point, ...how };
    },
    verify: async (how, key, numbers) => {
      asked.push([key.namedCurve, how.hash, key.point.length, numbers.length]);
      return true;
    },
  });
  try {
    for (const [name, text, accepted] of all) {
      asked.length = 0;
      const report = await inPlace.csr.inspect(text);
      const formed = !/ = |both|\+ n|zeros in front|negative|behind|third|long length|as WebCrypto|nothing|the point|ed25519|rsa/.test(name);
      if (accepted === undefined) continue; // vectors: other keys, other faults
      const usual = formed && !/called SHA-1|^P-..., SHA-1/.test(name);
      assert.equal(asked.length, usual ? 1 : 0, name);
      assert.equal(report.accepted, usual || accepted, name);
      if (usual) assert.deepEqual(asked[0].slice(2), asked[0][0] === "P-256" ? [65, 64] : [97, 96], name);
    }
  } finally {
    restore();
  }
});

test("a list that comes as a text is verified, as bytes too, and one of objects is a server's", async () => {
  const [, text] = all.find(([name]) => name === "P-256, exchanged");
  const list = [{ ...object(text), metadata: { name: "jane", uid: "1", resourceVersion: "1" } }];
  const pasted = JSON.stringify(list);
  for (const session of [kubecred, inPlace]) {
    const read = async (given) => (await session.csr.explainAll(given)).map(({ request }) => request.accepted);
    assert.deepEqual(await read(pasted), [false]);
    assert.deepEqual(await read(new TextEncoder().encode(pasted)), [false]);
    assert.deepEqual(await read(list), [true]);
  }
});

test("a session that is closed while WebCrypto works says so, and the text is wiped", async () => {
  const session = await open({ worker: false });
  const [, text] = all.find(([name]) => name === "P-256, SHA-256");
  const bytes = [];
  const { encode } = TextEncoder.prototype;
  let verify;
  const begun = new Promise((resolve) => {
    replace({
      importKey: async () => ({}),
      verify: () => {
        resolve();
        return new Promise((done) => {
          verify = done;
        });
      },
    });
  });
  TextEncoder.prototype.encode = function (text) {
    const encoded = encode.call(this, text);
    bytes.push(encoded);
    return encoded;
  };
  try {
    const pending = fails(session.csr.inspect(text), "session-closed");
    await begun;
    const [pem] = bytes.filter(({ length }) => length === text.length);
    assert.equal(Buffer.from(pem).toString(), text, "the control");
    session.close();
    await pending;
    verify(true);
    for (let turn = 0; turn < 100 && pem.some((byte) => byte !== 0); turn += 1) await new Promise(setImmediate);
    assert.ok(pem.every((byte) => byte === 0));
  } finally {
    restore();
    TextEncoder.prototype.encode = encode;
  }
});
