// A cluster that signs nothing, as on Amazon EKS: the waiting page says so by itself once the usual time is over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { makeKey, sayWho, send } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser;
onStage(
  (stage) => {
    ({ plane, proxy, browser } = stage);
  },
  { flags: { CONTROLLER_FLAGS: "--cluster-signing-cert-file= --cluster-signing-key-file=" } },
);

test("approved, and nothing signs: after some minutes the page names the possible reasons, though the object has not changed", async () => {
  const { page, context, seen } = await openPage(browser, null);
  // Only the clock of the page is ahead, so nothing but reading the object again can tell.
  await page.clock.install();
  await page.goto(proxy.page);
  await sayWho(page, "unsigned");
  await makeKey(page);
  const name = await send(page);
  await plane.kubectl(["certificate", "approve", name]);
  await expectVisible(page.locator("#answer-state", { hasText: "Approved. Waiting for the certificate" }));
  await expectVisible(page.locator('#answer [data-code="waiting-for-signer"]'));
  const before = (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.metadata.resourceVersion}"])).stdout;
  await page.clock.fastForward("10:00");
  await expectVisible(page.locator("#answer-state", { hasText: "Approved, but nothing has signed it" }));
  await expectVisible(page.locator('#answer [data-code="signer-missing"].warning', { hasText: "Amazon EKS" }));
  assert.equal(await page.locator('#answer [data-code="waiting-for-signer"]').count(), 0, "what no longer holds is gone");
  assert.doesNotMatch(await page.locator("#answer").innerText(), /takes a second/);
  // A wrong paste changes nothing about it.
  await page.locator("#answer-paste summary").click();
  await page.getByLabel("Certificate from your administrator").fill(readFileSync(join(plane.dir, "ca.crt"), "utf8"));
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await expectVisible(page.locator('[data-field="answer-text"] .error'));
  await expectVisible(page.locator('#answer [data-code="signer-missing"].warning'));
  assert.equal((await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.metadata.resourceVersion}"])).stdout, before, "the control: the object is the same");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});
