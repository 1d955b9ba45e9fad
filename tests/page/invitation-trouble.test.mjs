// Invitations that meet trouble on the way, are revoked or expire: nothing is lost, and what is left is found and removed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { NAMESPACE, invitedStage } from "./invited-stage.mjs";
import { accept, invite, saveInvited } from "./inviting.mjs";
import { expectVisible } from "./wait.mjs";

const here = invitedStage();

test("trouble on the way loses nothing: the key stays, and trying again continues with it", async () => {
  const { link, name } = await invite(here.admin.page, { user: "patient", address: here.address });
  const { page, context } = await openPage(here.browser, link);
  let broken = true;
  await context.route("**/certificatesigningrequests*", (route) => (broken && route.request().method() === "POST" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectVisible(page.locator("#invitation-live .findings .error"));
  const print = await page.locator("#invitation-fingerprint code").innerText();
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expectVisible(page.locator("#invitation-state", { hasText: "Waiting for approval" }));
  await page.getByRole("button", { name: "Stop waiting" }).click();
  await expectVisible(page.getByText("Stopped waiting."));
  await page.getByRole("button", { name: "Try again" }).click();
  await expectVisible(page.locator("#invitation-state", { hasText: "Waiting for approval" }));
  assert.equal(await page.locator("#invitation-fingerprint code").innerText(), print);
  await here.review(name);
  await expectVisible(here.card(name).getByText("Matches the invitation that you created for patient"));
  await here.approve(name);
  assert.equal((await here.whoami(await saveInvited(page))).username, "patient");
  await context.close();
});

test("a denied request says so with the reason first, and the key is kept", async () => {
  const { link, name } = await invite(here.admin.page, { user: "unwanted", address: here.address });
  const { page, context } = await openPage(here.browser, link);
  await accept(page);
  assert.equal((await here.plane.kubectl(["certificate", "deny", name])).code, 0);
  await expectVisible(page.locator("#invitation-state", { hasText: "Denied by an administrator." }));
  assert.equal(
    await page.locator("#invitation-state").innerText(),
    "Denied by an administrator. Reason: “This CSR was denied by kubectl certificate deny.” Talk to the person who invited you before you send another request. Your key is still here.",
  );
  assert.equal(await page.locator("#invitation-live .error").count(), 0, "it is said once");
  await expectVisible(page.getByRole("button", { name: "Try again" }));
  assert.equal(await page.locator("#invitation-live .primary:visible").count(), 0, "nothing is suggested before the talk");
  await here.plane.kubectl(["delete", "csr", name]);
  await context.close();
});

test("an invitation that was revoked says so, and the key is kept", async () => {
  const { link, name } = await invite(here.admin.page, { user: "late", address: here.address });
  const row = here.admin.page.locator(`#invite-list li[data-name="${name}"]`);
  await expectVisible(row.getByText("open", { exact: true }));
  await row.getByRole("button", { name: "Revoke the invitation for late" }).click();
  await expectVisible(row.getByText("removed", { exact: true }));
  assert.equal(await row.getByRole("button").count(), 0);
  assert.equal(await here.exists("serviceaccount", name, "-n", NAMESPACE), false);
  const { page, context } = await openPage(here.browser, link);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectVisible(page.locator('#invitation-live :is([data-code="unauthorized"], [data-code="forbidden"])'));
  await expectVisible(page.getByText("Your key is still here."));
  await context.close();
});

test("expired invitations and leftovers are listed, and removed by one button", async () => {
  const made = [];
  for (const user of ["old", "half", "fresh"]) made.push((await invite(here.admin.page, { user, address: here.address })).name);
  const [old, half, fresh] = made;
  const binding = JSON.parse((await here.plane.kubectl(["get", "clusterrolebinding", `kubecred:invitation:${old}`, "-o", "json"])).stdout);
  const record = JSON.parse(binding.metadata.annotations["kubecred/invitation"]);
  await here.plane.kubectl([
    "annotate",
    "--overwrite",
    "clusterrolebinding",
    `kubecred:invitation:${old}`,
    `kubecred/invitation=${JSON.stringify({ ...record, expiresAt: "2026-01-01T00:00:00Z" })}`,
  ]);
  await here.plane.kubectl(["delete", "serviceaccount", half, "-n", NAMESPACE]);
  await here.admin.page.locator("#invite-list").getByRole("button", { name: "Refresh" }).click();
  await expectVisible(here.admin.page.locator(`#invite-list li[data-name="${old}"][data-state="expired"]`));
  await expectVisible(here.admin.page.locator(`#invite-list li[data-name="${half}"][data-state="incomplete"]`, { hasText: "ServiceAccount" }));
  const rowOf = (name, state) => here.admin.page.locator(`#invite-list li[data-name="${name}"][data-state="${state}"]`);
  const placeOf = (row) => row.evaluate((node) => Math.round(node.getBoundingClientRect().y - node.parentElement.getBoundingClientRect().y));
  const before = await placeOf(rowOf(fresh, "open"));
  await here.admin.page.locator("#invite-clean").click();
  for (const name of [old, half]) await expectVisible(rowOf(name, "removed"));
  assert.equal(await placeOf(rowOf(fresh, "open")), before, "no other button moves to where somebody is about to press");
  await here.admin.page.locator("#invite-list").getByRole("button", { name: "Refresh" }).click();
  for (const name of [old, half]) await rowOf(name, "removed").waitFor({ state: "detached" });
  await expectVisible(rowOf(fresh, "open"));
  for (const name of [old, half]) {
    for (const kind of ["clusterrole", "clusterrolebinding"]) assert.equal(await here.exists(kind, `kubecred:invitation:${name}`), false, `${kind} of ${name}`);
    assert.equal(await here.exists("serviceaccount", name, "-n", NAMESPACE), false);
  }
  assert.equal(await here.exists("clusterrole", `kubecred:invitation:${fresh}`), true, "the control");
});
