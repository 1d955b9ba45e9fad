// PKCS#12 from the page to a browser: saved in #/access, imported into the store that Chromium on Linux takes client certificates from, and
// then Chromium is the person for the real API server. Its own dialog for the import asks the system for a file, which no headless
// browser does; pk12util reads with the same library (NSS) into the same store.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { openPage, startProfile } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approve, makeKey, openStep, sayWho, send } from "./person.mjs";
import { needles, needlesOfText, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const run = promisify(execFile);
const PASSPHRASE = `plain words ${Math.random()}`;
let plane, proxy, browser, home;
onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  home = mkdtempSync(join(tmpdir(), "kubecred-home-"));
  stage.onEnd(() => rmSync(home, { recursive: true, force: true }));
});

/** Goes through the dialog; returns the path of the saved file. */
async function savePkcs12(page, { legacy = false } = {}) {
  await page.getByRole("button", { name: "Save as PKCS#12" }).click();
  const dialog = page.getByRole("dialog", { name: "Save key and certificate as PKCS#12" });
  const compatible = dialog.getByLabel("Compatible with macOS Keychain");
  assert.equal(await compatible.isChecked(), false, "the weak form is a choice, and made again for each file");
  if (legacy) await compatible.check();
  const both = async (first, second) => {
    await dialog.getByLabel("Passphrase", { exact: true }).fill(first);
    await dialog.getByLabel("Repeat passphrase").fill(second);
    await dialog.getByRole("button", { name: "Save the file" }).click();
  };
  await both("", "");
  await expectVisible(dialog.getByText("Use at least 8 characters"));
  await both(PASSPHRASE, `${PASSPHRASE}!`);
  await expectVisible(dialog.getByText("The passphrases differ"));
  const [download] = await Promise.all([page.waitForEvent("download"), both(PASSPHRASE, PASSPHRASE)]);
  assert.equal(download.suggestedFilename(), "client-browser-user.p12");
  await dialog.waitFor({ state: "hidden" });
  const path = join(home, `${legacy ? "legacy" : "modern"}.p12`);
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  return path;
}

/** A store as Chromium looks for it under HOME. */
async function importInto(file) {
  const store = join(home, ".pki", "nssdb");
  mkdirSync(store, { recursive: true });
  const options = { env: { ...process.env, HOME: home } };
  await run("certutil", ["-N", "-d", `sql:${store}`, "--empty-password"], options);
  await run("pk12util", ["-i", file, "-d", `sql:${store}`, "-W", PASSPHRASE, "-K", ""], options);
}

test("saved on the page, imported, and Chromium is the person for the API server", async () => {
  const { page, context, seen } = await openPage(browser, proxy.page);
  await sayWho(page, "browser-user", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  // The weaker form is about PKCS#12 alone; a copy of the key has no such choice.
  await page.getByRole("button", { name: "Save an encrypted copy" }).click();
  const copy = page.getByRole("dialog", { name: "Save a copy of the key" });
  await expectVisible(copy);
  assert.equal(await copy.getByLabel("Compatible with macOS Keychain").isVisible(), false);
  await copy.getByRole("button", { name: "Cancel" }).click();
  await approve(context, proxy.page, name);
  await openStep(page, "file");
  const file = await savePkcs12(page);

  const { stdout } = await run("openssl", ["pkcs12", "-in", file, "-nodes", "-nocerts", "-passin", `pass:${PASSPHRASE}`]);
  const key = createPrivateKey(stdout.slice(stdout.indexOf("-----BEGIN"))).export({ type: "pkcs8", format: "pem" });
  const places = await placesOf(page, seen);
  assert.deepEqual(spilled([...needles(Buffer.from(key)), ...needlesOfText(PASSPHRASE)], places), []);
  assert.deepEqual(spilled(["browser-user"], places).length > 0, true, "the control");
  // Both forms, and each says in its structure what it is.
  const structure = async (path) =>
    (await run("openssl", ["pkcs12", "-in", path, "-info", "-nodes", "-nokeys", "-legacy", "-passin", `pass:${PASSPHRASE}`])).stderr;
  const legacy = await savePkcs12(page, { legacy: true });
  assert.match(await structure(legacy), /MAC: sha1[^]*pbeWithSHA1And3-KeyTripleDES-CBC/i);
  const modern = await structure(file);
  assert.match(modern, /MAC: sha256[^]*PBES2[^]*AES-256-CBC/i);
  assert.doesNotMatch(modern, /3-KeyTripleDES/);
  // The choice does not remain for the next file.
  assert.match(await structure(await savePkcs12(page)), /AES-256-CBC/i);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();

  const server = (await kubectl(plane.admin, ["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"])).stdout;
  const whoIs = async () => {
    const profile = await startProfile(home, server);
    try {
      const page = await profile.newPage();
      await page.goto(`${server}/version`);
      return await page.evaluate(async () => {
        const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
        const answer = await fetch("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        return (await answer.json()).status?.userInfo?.username;
      });
    } finally {
      await profile.close();
    }
  };
  assert.notEqual(await whoIs(), "browser-user", "the control: without the import it is nobody");
  await importInto(file);
  assert.equal(await whoIs(), "browser-user");
});
