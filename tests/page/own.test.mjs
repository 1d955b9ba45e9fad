// A request and its key that were made elsewhere, by openssl: the page submits the request as it is, says that the key is not here, and gives
// the certificate and a kubeconfig that names the key's file. Real kubectl then works with all three side by side.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approve, dropFiles, openStep, save, sayWho, send } from "./person.mjs";
import { needles, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser, folder;
onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  folder = mkdtempSync(join(tmpdir(), "kubecred-own-"));
  stage.onEnd(() => rmSync(folder, { recursive: true, force: true }));
});

test("a request from openssl becomes a kubeconfig that names the key", async () => {
  execFileSync("openssl", ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "mine.key", "-out", "mine.csr", "-subj", "/O=dev/CN=elsewhere"], {
    cwd: folder,
    stdio: "ignore",
  });
  const [key, request] = ["mine.key", "mine.csr"].map((file) => readFileSync(join(folder, file), "utf8"));
  const { page, context, seen } = await openPage(browser, proxy.page);
  await sayWho(page, "somebody");
  await openStep(page, "key");
  await page.getByText("Use a request (CSR) created elsewhere").click();
  const use = async (text) => {
    await page.getByLabel("Certificate request (PEM)").fill(text);
    await page.getByRole("button", { name: "Use this request" }).click();
  };
  await use("nothing of use");
  await expectVisible(page.locator("#key-own .remarks", { hasText: "There is no certificate signing request in this text" }));
  await use(key);
  await expectVisible(page.locator("#key-own .remarks li.error"));
  assert.equal(await page.getByLabel("Certificate request (PEM)").inputValue(), "", "a key that was pasted is gone at once");

  await dropFiles(page, [{ name: "old.crt", text: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }]);
  await expectVisible(page.locator("#live.toast", { hasText: "a certificate without its private key" }));
  await dropFiles(page, [{ name: "mine.csr", text: `${request}\nand a note below it` }]);
  await openStep(page, "request");
  assert.match(await page.locator('li[data-step="who"] .summary').innerText(), /^elsewhere in dev/);
  assert.match(await page.locator("#key-place").innerText(), /The private key of the request is not in this tab/);
  const name = await send(page);
  const stored = JSON.parse((await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout);
  assert.equal(Buffer.from(stored.spec.request, "base64").toString(), request, "the request as it was, without the note");
  await approve(context, proxy.page, name);
  await openStep(page, "file");
  await expectVisible(page.getByText("The private key is where you created the request."));
  assert.equal(await page.getByRole("button", { name: "Save as PKCS#12" }).isVisible(), false);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the certificate" }).click()]);
  writeFileSync(join(folder, "mine.crt"), readFileSync(await download.path()));
  const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, encoding: "utf8" });
  assert.equal(openssl("x509", "-in", "mine.crt", "-noout", "-pubkey"), openssl("pkey", "-in", "mine.key", "-pubout"));
  await page.getByLabel("File with the key").fill("mine.key");
  const saved = await save(page);
  const path = join(folder, "kubeconfig.yaml");
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  assert.match(saved.bytes.toString(), /client-key: "mine\.key"/);
  const who = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(who.stdout, "elsewhere", who.stderr);

  const places = await placesOf(page, seen);
  assert.deepEqual(spilled(needles(Buffer.from(key)), places), []);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});
