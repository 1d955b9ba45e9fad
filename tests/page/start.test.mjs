// The start page: doors to the panels, facts that can be checked, samples; and the name on every page leads back to it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { apiRequests, openPage } from "./browser.mjs";
import { dropFiles } from "./person.mjs";
import { dist } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let server, browser;
onStage(
  (stage) => {
    ({ server, browser } = stage);
  },
  { cluster: false, served: true },
);

const shown = (page, id) => expectVisible(page.locator(`#panel-${id} h1`));

test("four doors lead to four panels, and the name leads back", async () => {
  const { page, context, seen } = await openPage(browser, server.address);
  await shown(page, "start");
  const doors = page.locator("#panel-start .doors a");
  const targets = await doors.evaluateAll((links) => links.map((link) => link.hash.slice(2)));
  assert.deepEqual(targets, ["access", "review", "robot", "kubeconfig"]);
  for (const [index, id] of targets.entries()) {
    await doors.nth(index).click();
    await shown(page, id);
    assert.equal(await page.locator("#panel-start").isVisible(), false);
    await page.getByRole("link", { name: "kubecred, start page" }).click();
    await shown(page, "start");
    await page.waitForFunction(() => document.activeElement?.id === "start-title");
  }
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.violations, []);
  await context.close();
});

test("the version is that of what runs, and the SHA-256 can be copied", async () => {
  const { page, context } = await openPage(browser, server.address, { permissions: ["clipboard-read", "clipboard-write"] });
  const sum = createHash("sha256")
    .update(readFileSync(join(dist, "kubecred", "wasm", "core_bg.wasm")))
    .digest("hex");
  await expectVisible(page.locator("#start-build code", { hasText: sum }));
  await page.getByRole("button", { name: "Copy the SHA-256" }).click();
  await expectVisible(page.locator("#start-build button", { hasText: "Copied" }));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), sum);
  await context.close();
});

test("the sample request opens as a link does, with what is unusual about it; nothing is sent", async () => {
  const { page, context, seen } = await openPage(browser, server.address);
  await expectVisible(page.locator("#start-build code"));
  const before = apiRequests(seen).length;
  await page.locator("#start-sample-request").click();
  const card = page.locator("#panel-review article").filter({ hasText: "kubeadm:cluster-admins" });
  await expectVisible(card.first());
  assert.match(await card.first().innerText(), /U\+0430/, "the look-alike letter is written out");
  assert.equal(apiRequests(seen).length, before);
  await context.close();
});

test("the sample kubeconfig opens with findings, and a dropped file goes to its panel", async () => {
  const { page, context, seen } = await openPage(browser, server.address);
  await page.locator("#start-sample-kubeconfig").click();
  await expectVisible(page.locator("#kubeconfig-what .findings .error").first());
  assert.ok((await page.locator("#kubeconfig-what").innerText()).includes("cloud-login"));
  await page.goto(server.address);
  await shown(page, "start");
  await dropFiles(page, [{ name: "mine", text: "kind: Config\nclusters: [{name: dropped, cluster: {server: https://203.0.113.9}}]\n" }]);
  await expectVisible(page.locator("#kubeconfig-what").getByText("dropped").first());
  await page.goto(server.address);
  await shown(page, "start");
  await dropFiles(page, [{ name: "key.pem", text: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" }]);
  await expectVisible(page.locator("#key .findings .error").first());
  assert.deepEqual(seen.errors, []);
  await context.close();
});
