// Keys load everywhere: six algorithms × 20 keys out of the built package, each read by OpenSSL, Node, Go, Java and
// Python's cryptography; RSA keys against FIPS 186-5. The programs come from scripts/setup.sh and tests/oracle/build.sh;
// where one is missing the test fails, since a key that nobody read proves nothing.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { copyFile, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { open } from "../../pkg/node.js";
import { brokenConditions, primesOf } from "./fips.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"];
const KEYS = 20;
const ENCRYPTED = 1; // of them, per algorithm: scrypt is slow on purpose
const PASSPHRASE = "four words – and ümlaut";
// The object identifiers that say how an exported key is encrypted, as DER in hex.
const ENCRYPTION = { PBES2: "06092a864886f70d01050d", scrypt: "06092b06010401da47040b", "AES-256-CBC": "060960864801650304012a" };

/** @type {{name: string, algorithm: string, fingerprint: string, pem: Buffer, encrypted?: Buffer}[]} */
const keys = [];
let folder, plain, locked;

async function make(session, algorithm, index) {
  const key = await session.keys.generate(algorithm);
  const made = { name: `${algorithm}-${String(index).padStart(2, "0")}`, algorithm: key.algorithm, fingerprint: key.fingerprint };
  assert.equal(key.algorithm, algorithm);
  made.pem = Buffer.from(await key.exportPem());
  if (index < ENCRYPTED) made.encrypted = Buffer.from(await key.exportPem({ passphrase: PASSPHRASE }));
  key.dispose();
  keys.push(made);
}

/** Works through a list on two cores: two lanes take from it, each with what `start` gave it. */
async function inTwoLanes(list, start, work, end) {
  const waiting = [...list];
  await Promise.all(
    [0, 1].map(async () => {
      const own = await start();
      try {
        for (let next = waiting.shift(); next; next = waiting.shift()) await work(own, next);
      } finally {
        end(own);
      }
    }),
  );
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubecred-keys-"));
  [plain, locked] = [join(folder, "plain"), join(folder, "locked")];
  await mkdir(plain);
  await mkdir(locked);
  // The dear ones come first. Each lane has a session, and so a worker, of its own.
  const wanted = [...ALGORITHMS].reverse().flatMap((algorithm) => Array.from({ length: KEYS }, (_, index) => [algorithm, index]));
  await inTwoLanes(
    wanted,
    open,
    (session, [algorithm, index]) => make(session, algorithm, index),
    (session) => session.close(),
  );
  for (const key of keys) {
    await writeFile(join(plain, `${key.name}.pem`), key.pem, { mode: 0o600 });
    await writeFile(join(plain, `${key.name}.spki`), spki(createPrivateKey(key.pem)));
    if (key.encrypted) await writeFile(join(locked, `${key.name}.pem`), key.encrypted, { mode: 0o600 });
  }
});

after(() => rm(folder, { recursive: true, force: true }));

const spki = (privateKey) => createPublicKey(privateKey).export({ type: "spki", format: "der" });
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const der = (pem) => Buffer.from(pem.toString("latin1").replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
const encryptedKeys = () => keys.filter((key) => key.encrypted);
const linesOf = (text) => text.trim().split("\n").sort();
const fingerprintLines = (list) => list.map((key) => `${key.name} ${key.fingerprint}`).sort();

test("every key was made, and no two are the same", () => {
  assert.equal(keys.length, ALGORITHMS.length * KEYS);
  assert.equal(new Set(keys.map((key) => key.fingerprint)).size, keys.length);
  // Behind the outer SEQUENCE's length stands INTEGER 0: PKCS#8 version 1, without the public key that old readers refuse.
  for (const key of keys) assert.match(der(key.pem).toString("hex"), /^30(?:[0-7].|81..|82....)020100/, key.name);
  for (const key of keys) assert.match(key.pem.toString(), /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/, key.name);
});

test("OpenSSL checks every key", async () => {
  const nothing = () => {};
  await inTwoLanes(
    keys,
    nothing,
    async (_, key) => {
      const { stdout, stderr } = await run("openssl", ["pkey", "-check", "-noout", "-in", join(plain, `${key.name}.pem`)]);
      assert.match(stdout + stderr, /Key is valid/, key.name);
      assert.doesNotMatch(stdout + stderr, /invalid|error/i, key.name);
    },
    nothing,
  );
});

test("Node loads every key, as the algorithm and the public key that the package names", () => {
  for (const key of keys) {
    const loaded = createPrivateKey(key.pem);
    const { namedCurve, modulusLength } = loaded.asymmetricKeyDetails;
    const curves = { prime256v1: "p256", secp384r1: "p384" };
    const name = { ec: `ecdsa-${curves[namedCurve]}`, rsa: `rsa-${modulusLength}`, ed25519: "ed25519" }[loaded.asymmetricKeyType];
    assert.equal(name, key.algorithm, key.name);
    assert.equal(sha256(spki(loaded)), key.fingerprint, key.name);
  }
});

test("Go loads and validates every key", () => {
  const program = join(here, "../../target/oracle");
  const input = keys.map((key) => `${JSON.stringify({ kind: "key", pem: key.pem.toString() })}\n`).join("");
  const answers = linesInOrder(execFileSync(program, { input, maxBuffer: 1 << 24 }).toString());
  assert.equal(answers.length, keys.length);
  keys.forEach((key, index) => {
    assert.deepEqual(JSON.parse(answers[index]), { ok: true, keyAlgorithm: key.algorithm, fingerprint: key.fingerprint }, key.name);
  });
});

test("Java loads every key, and signs with it", async () => {
  const { stdout } = await run("java", [join(here, "Keys.java"), plain], { maxBuffer: 1 << 24 });
  assert.deepEqual(linesOf(stdout), keys.map((key) => `${key.name} ok`).sort());
});

test("Python's cryptography loads every key", async () => {
  const { stdout } = await run(python(), [join(here, "keys.py"), plain], { maxBuffer: 1 << 24 });
  assert.deepEqual(linesOf(stdout), fingerprintLines(keys));
});

test("encrypted keys open with their passphrase in OpenSSL, Node and Python, and with no other", async () => {
  const list = encryptedKeys();
  assert.equal(list.length, ALGORITHMS.length * ENCRYPTED);
  const openssl = (key, passphrase) =>
    run("openssl", ["pkey", "-in", join(locked, `${key.name}.pem`), "-passin", "env:PASSPHRASE", "-pubout", "-outform", "DER"], {
      encoding: "buffer",
      env: { ...process.env, PASSPHRASE: passphrase },
    });
  for (const key of list) {
    assert.match(key.encrypted.toString(), /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/, key.name);
    for (const [name, oid] of Object.entries(ENCRYPTION)) assert.ok(der(key.encrypted).toString("hex").includes(oid), `${key.name}: ${name}`);
    const { stdout } = await openssl(key, PASSPHRASE);
    assert.equal(sha256(stdout), key.fingerprint, key.name);
    assert.equal(sha256(spki(createPrivateKey({ key: key.encrypted, passphrase: PASSPHRASE }))), key.fingerprint, key.name);
    await assert.rejects(openssl(key, `${PASSPHRASE} `), key.name);
    assert.throws(() => createPrivateKey({ key: key.encrypted, passphrase: `${PASSPHRASE} ` }), key.name);
  }
  const { stdout } = await run(python(), [join(here, "keys.py"), locked, PASSPHRASE]);
  assert.deepEqual(linesOf(stdout), fingerprintLines(list));
  await assert.rejects(run(python(), [join(here, "keys.py"), locked, `${PASSPHRASE} `]));
});

test("Ed25519 is 48 bytes, in the form of RFC 8410", () => {
  const list = keys.filter((key) => key.algorithm === "ed25519");
  assert.equal(list.length, KEYS);
  for (const key of list) {
    assert.equal(der(key.pem).length, 48, key.name);
    assert.equal(der(key.pem).subarray(0, 12).toString("hex"), "302e020100300506032b6570", key.name);
  }
});

for (const bits of [2048, 3072, 4096]) {
  test(`RSA of ${bits} bits meets FIPS 186-5 A.1.1`, () => {
    const list = keys.filter((key) => key.algorithm === `rsa-${bits}`);
    assert.equal(list.length, KEYS);
    for (const key of list) assert.deepEqual(brokenConditions(createPrivateKey(key.pem).export({ format: "jwk" }), bits), [], key.name);
  });
}

test("no two RSA keys share a prime", () => {
  const primes = keys.filter((key) => key.algorithm.startsWith("rsa-")).flatMap((key) => primesOf(createPrivateKey(key.pem).export({ format: "jwk" })));
  assert.equal(new Set(primes).size, 3 * KEYS * 2);
});

test("the readers are asked: OpenSSL, Go and Python refuse a key whose first CRT exponent is wrong", async () => {
  const file = join(here, "../vectors/keys/02-dP-wrong.pem");
  const folderOfIt = join(folder, "wrong");
  await mkdir(folderOfIt);
  await copyFile(file, join(folderOfIt, "wrong.pem"));
  await assert.rejects(run("openssl", ["pkey", "-check", "-noout", "-in", file]));
  await assert.rejects(run(python(), [join(here, "keys.py"), folderOfIt]), /ValueError/);
  const input = `${JSON.stringify({ kind: "key", pem: await readFile(file, "utf8") })}\n`;
  assert.equal(JSON.parse(execFileSync(join(here, "../../target/oracle"), { input }).toString()).ok, false);
});

test("the conditions are looked at: a key of OpenSSL's with a changed number breaks them", () => {
  const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  assert.deepEqual(brokenConditions(jwk, 2048), []);
  const [p, q] = primesOf(jwk);
  const d = BigInt(`0x${Buffer.from(jwk.d, "base64url").toString("hex")}`);
  const text = (value) => Buffer.from(value.toString(16).padStart(520, "0"), "hex").toString("base64url");
  assert.deepEqual(brokenConditions({ ...jwk, d: text(d + (p - 1n) * (q - 1n)) }, 2048), ["d < lcm(p-1, q-1)"]);
  assert.ok(brokenConditions({ ...jwk, e: "Aw" }, 2048).includes("e = 65537"));
  assert.ok(brokenConditions({ ...jwk, p: jwk.q }, 2048).includes("|p-q| > 2^(k/2-100)"));
  assert.ok(brokenConditions(jwk, 3072).includes("n has k bits"));
});

function linesInOrder(text) {
  return text.trim().split("\n");
}

function python() {
  const program = process.env.KUBECRED_PYTHON;
  assert.ok(program, "KUBECRED_PYTHON is not set: run this by make test-node, or after `. scripts/env.sh`");
  return program;
}
