// Nothing is lost by accident: a key saved with a passphrase finds the request that was made with it, whatever happened to the tab;
// and a person who stopped waiting goes on.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { certify, dropFiles, makeKey, openStep, save, saveRequest, sayWho, send, toAccess, waiting } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

async function whoami(saved) {
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  return JSON.parse((await kubectl(path, ["auth", "whoami", "-o", "json"])).stdout).status.userInfo;
}

test("the tab is closed while the request waits; the saved key, dropped on the page, goes on where it was", async () => {
  const first = await openPage(browser, proxy.page);
  await sayWho(first.page, "returning", ["dev"]);
  await makeKey(first.page);
  const name = await send(first.page);
  await first.page.getByRole("button", { name: "Save an encrypted copy" }).click();
  const passphrase = `secret ${Math.random()}`;
  await first.page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await first.page.getByLabel("Repeat passphrase").fill(passphrase);
  const [download] = await Promise.all([first.page.waitForEvent("download"), first.page.getByRole("button", { name: "Save the key" }).click()]);
  const kept = await readFile(await download.path(), "utf8");
  await first.context.close();

  const { page, context } = await openPage(browser, proxy.page);
  await toAccess(page);
  await page.getByRole("button", { name: "Use a saved key" }).click();
  await page.waitForFunction(() => document.activeElement?.id === "key-file");
  await dropFiles(page, [{ name: download.suggestedFilename(), text: kept }]);
  await page.waitForFunction(() => document.activeElement?.id === "key-passphrase");
  await page.keyboard.type(passphrase);
  await page.getByRole("button", { name: "Use this key" }).click();
  await waiting(page);
  assert.equal(await page.locator("#answer-state bdi").innerText(), name);
  assert.equal(await page.locator('li[data-step="who"] .summary').innerText(), "returning in dev change");

  await page.getByRole("button", { name: "Stop waiting" }).click();
  await expectVisible(page.getByText("Stopped waiting."));
  await plane.kubectl(["certificate", "approve", name]);
  await page.getByRole("button", { name: "Keep waiting" }).click();
  const info = await whoami(await save(page));
  assert.equal(info.username, "returning");
  assert.ok(info.groups.includes("dev"));
  await context.close();
});

test("a key whose request the cluster has forgotten, or that is somebody else's, starts a new one", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "resuming", ["dev"]);
  await makeKey(page);
  await send(page);
  // The control: with the same key the request is found, whatever else is in the cluster.
  const found = await page.evaluate(async () => {
    const { findRequest } = await import("./access/resume.js");
    const { session } = await import("./shared/session.js");
    const stranger = await (await session()).keys.generate("ecdsa-p256");
    const { cluster } = await import("./cluster/connection.js");
    const all = [];
    for await (const report of (await cluster()).csr.list()) all.push(report);
    return {
      stranger: await findRequest(stranger),
      own: (await findRequest({ fingerprint: all.find(({ request }) => request.user === "resuming").request.fingerprint }))?.request.user,
    };
  });
  assert.deepEqual(found, { stranger: null, own: "resuming" });
  await context.close();
});

test("by hand: a dropped answer and a dropped certificate authority are taken at their steps", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "dropper");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "I’ll send it myself" }).click();
  const { object: answer } = await certify(plane, (await saveRequest(page)).text);
  await dropFiles(page, [{ name: "notes.txt", text: "nothing of use" }]);
  await expectVisible(page.locator("#live.toast", { hasText: "This is not a kubeconfig" }));
  await dropFiles(page, [{ name: "answer.json", text: answer }]);
  await openStep(page, "file");
  await page.waitForFunction(() => document.querySelector("#ca").value);
  await page.locator("#ca").fill("");
  await dropFiles(page, [{ name: "ca.crt", text: await readFile(join(plane.dir, "ca.crt"), "utf8") }]);
  await page.waitForFunction(() => document.querySelector("#ca").value.includes("BEGIN CERTIFICATE"));
  assert.equal((await whoami(await save(page))).username, "dropper");
  await context.close();
});
