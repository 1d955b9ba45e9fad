// PKCS#12 files of the built package, opened by those who will open them: OpenSSL, Java (keytool, and a program that signs with the key),
// and NSS, whose store is the one that Chromium on Linux and Firefox take client certificates from.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { open } from "../../pkg/node.js";
import { sign } from "../support/openssl.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048"];
const PASSPHRASE = "four words and a $ign";

/** @type {{ algorithm: string, file: string, legacy: string, user: string, pem: Buffer, certificate: string }[]} */
const made = [];
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubecred-pkcs12-"));
  await writeFile(join(folder, "pass"), PASSPHRASE);
  const kubecred = await open();
  for (const algorithm of ALGORITHMS) {
    const user = `jane-${algorithm}`;
    const key = await kubecred.keys.generate(algorithm);
    const certificate = sign(await key.createCsr({ user, groups: ["dev"] }));
    const file = join(folder, `${algorithm}.p12`);
    const legacy = join(folder, `${algorithm}-legacy.p12`);
    await writeFile(file, await key.exportPkcs12(certificate, PASSPHRASE));
    await writeFile(legacy, await key.exportPkcs12(certificate, PASSPHRASE, { compatibility: "legacy" }));
    made.push({ algorithm, file, legacy, user, certificate, pem: Buffer.from(await key.exportPem()) });
  }
  kubecred.close();
});
after(() => rm(folder, { recursive: true, force: true }));

const der = (pem) => createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
const block = (text, label) => new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(text)?.[0] ?? "";

test("OpenSSL takes the same key and the same certificate out", async () => {
  for (const { file, pem, certificate, user } of made) {
    const { stdout } = await run("openssl", ["pkcs12", "-in", file, "-nodes", "-passin", `file:${join(folder, "pass")}`]);
    assert.deepEqual(der(block(stdout, "PRIVATE KEY")), der(pem), file);
    assert.equal(new X509Certificate(block(stdout, "CERTIFICATE")).fingerprint256, new X509Certificate(certificate).fingerprint256);
    assert.ok(stdout.includes(`friendlyName: ${user}\n`));
    await assert.rejects(run("openssl", ["pkcs12", "-in", file, "-noout", "-passin", "pass:another"]), /invalid password/);
  }
});

test("Java’s keytool lists each, and Java signs with the key", async () => {
  for (const { file, user } of made) {
    const { stdout } = await run("keytool", ["-list", "-storetype", "PKCS12", "-keystore", file, "-storepass", PASSPHRASE]);
    assert.match(stdout, new RegExp(`Your keystore contains 1 entry\\s+${user}, .*PrivateKeyEntry`), file);
  }
  const { stdout } = await run("java", [join(here, "Pkcs12.java"), PASSPHRASE, ...made.map(({ file }) => file)]);
  assert.deepEqual(
    stdout.trim().split("\n"),
    made.map(({ user }) => `${user} ok`),
  );
  await assert.rejects(run("java", [join(here, "Pkcs12.java"), "another", made[0].file]), /password was incorrect/);
});

test("the legacy mode is opened by all of them as well", async () => {
  for (const { legacy, pem, certificate } of made) {
    const { stdout } = await run("openssl", ["pkcs12", "-legacy", "-in", legacy, "-nodes", "-passin", `file:${join(folder, "pass")}`]);
    assert.deepEqual(der(block(stdout, "PRIVATE KEY")), der(pem), legacy);
    assert.equal(new X509Certificate(block(stdout, "CERTIFICATE")).fingerprint256, new X509Certificate(certificate).fingerprint256);
  }
  const { stdout } = await run("java", [join(here, "Pkcs12.java"), PASSPHRASE, ...made.map(({ legacy }) => legacy)]);
  assert.deepEqual(
    stdout.trim().split("\n"),
    made.map(({ user }) => `${user} ok`),
  );
  for (const { legacy, user, algorithm } of made.filter(({ algorithm }) => algorithm !== "ed25519")) {
    assert.match(await importInto(`legacy-${algorithm}`, legacy, PASSPHRASE), new RegExp(`^${user} +u,u,u$`, "m"));
  }
});

/** Imports into a store of its own, as the test CA gives every certificate the same serial number; gives what is in it then. */
async function importInto(name, file, passphrase) {
  const home = join(folder, name);
  const store = join(home, ".pki", "nssdb");
  await mkdir(store, { recursive: true });
  const options = { env: { ...process.env, HOME: home } };
  await run("certutil", ["-N", "-d", `sql:${store}`, "--empty-password"], options);
  await run("pk12util", ["-i", file, "-d", `sql:${store}`, "-W", passphrase, "-K", ""], options);
  return (await run("certutil", ["-L", "-d", `sql:${store}`], options)).stdout;
}

test("NSS imports each into a new store, key and certificate together", async () => {
  await assert.rejects(importInto("wrong", made[0].file, "another"), /PKCS12 decode not verified/);
  for (const { file, user, algorithm } of made) {
    const found = importInto(algorithm, file, PASSPHRASE);
    // "u": the private key of the certificate is there. Version 3.87, of Debian 12, has no Ed25519 (2026-11).
    if (algorithm !== "ed25519") assert.match(await found, new RegExp(`^${user} +u,u,u$`, "m"));
    else
      await found.then(
        (text) => assert.match(text, new RegExp(`^${user} +u,u,u$`, "m")),
        (error) => assert.match(error.stderr, /SEC_ERROR_PKCS12_UNABLE_TO_IMPORT_KEY/),
      );
  }
});
