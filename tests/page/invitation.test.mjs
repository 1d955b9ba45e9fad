// Invitations against a real control plane: the administrator behind npx kubecred, the newcomer at nginx with the configuration of www/deploy, or with
// offline.html. Where the token may be at each moment, and what the saved file is worth to real kubectl.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { NAMESPACE, invitedStage } from "./invited-stage.mjs";
import { accept, claimsOf, contentsOf, invite, saveInvited } from "./inviting.mjs";
import { OFFLINE_FILE } from "../support/place.mjs";
import { needlesOfText, placesOf, spilled } from "./secret.mjs";
import { expectVisible, until } from "./wait.mjs";

const here = invitedStage({ nginx: true });

test("from the form to a kubeconfig that real kubectl uses; the token is nowhere before, and nowhere after", async () => {
  const { link, name } = await invite(here.admin.page, { user: "jane", groups: ["developers"], address: here.address });
  const { token } = contentsOf(link);
  const secret = [...needlesOfText(token), ...needlesOfText(link.split("#/invitation/")[1])];
  assert.ok(link.startsWith(`${here.address}#/invitation/1.`));
  assert.deepEqual(
    spilled(secret, await placesOf(here.admin.page, { ...here.admin.seen, requests: [] })),
    [],
    "the administrator's page shows the link on request only",
  );
  await here.admin.page.locator("#invite-made").getByRole("button", { name: "Show", exact: true }).click();
  await expectVisible(here.admin.page.locator("#invite-made pre", { hasText: "#/invitation/" }));
  assert.deepEqual(spilled(secret, await placesOf(here.admin.page, { ...here.admin.seen, requests: [] })), ["text"], "the control: shown, it is found");
  await here.review(name);
  await until(
    async () => spilled(secret, await placesOf(here.admin.page, { ...here.admin.seen, requests: [] })).length === 0,
    "the link to leave the document with its panel",
  );

  const { page, context, seen } = await openPage(here.browser, "about:blank");
  await page.goto(link);
  await expectVisible(page.getByRole("heading", { name: "You are invited as jane" }));
  const about = await page.locator("#invitation-about dl").innerText();
  for (const words of ["admin (not verified)", "developers", "valid for 1 hour", `${here.origin}, the address of this page`, contentsOf(link).cluster.server])
    assert.ok(about.includes(words), `${words}: ${about}`);
  // The name of the navigation's own entry is the browser's, until the document is left: SECURITY.md.
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), ["entries"], "out of address, history, document and storage before anything is pressed");
  assert.equal(page.url(), `${here.address}#/invitation`);
  assert.deepEqual(
    seen.requests.filter(({ method, headers, url }) => /authorization/i.test(headers) || (method !== "GET" && !url.endsWith("/selfsubjectreviews"))),
    [],
    "nothing is sent before the person agrees",
  );
  await accept(page);
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), ["entries", "requests"]);
  assert.deepEqual([...new Set(seen.requests.filter(({ headers }) => headers.includes(token)).map(({ url }) => new URL(url).origin))], [here.origin]);

  await expectVisible(here.card(name).getByText("Matches the invitation that you created for jane"));
  const print = await page.locator("#invitation-fingerprint code").innerText();
  assert.match(print, /^[0-9a-f]{4}( [0-9a-f]{4}){3}$/);
  await expectVisible(here.card(name).getByText(`fingerprint ${print}`));
  assert.equal(await here.card(name).locator('[data-code="requestor-differs"]').count(), 0);
  await here.approve(name);
  const file = await saveInvited(page);
  const who = await here.whoami(file);
  assert.deepEqual([who.username, who.groups], ["jane", ["developers", "system:authenticated"]]);
  assert.ok(file.bytes.includes(contentsOf(link).cluster.server) && !file.bytes.includes(token));
  // Approving closed the invitation: the account may read its one request, and submit none.
  const may = async (verb, ...what) =>
    (await here.plane.kubectl(["auth", "can-i", verb, ...what, "--as", `system:serviceaccount:${NAMESPACE}:${name}`])).stdout.trim();
  await until(async () => (await may("create", "csr")) === "no", "the invitation to be closed");
  assert.equal(await may("get", `csr/${name}`), "yes");
  await page.getByRole("button", { name: "Finish and erase the key from this tab" }).click();
  await expectVisible(page.getByLabel("Invitation link"));
  assert.deepEqual(spilled(secret, await placesOf(page, { ...seen, requests: [] })), []);
  const lines = seen.console.filter((line) => !/status of 40[13]/.test(line)); // before the token: the browser's own line for the page's first question
  assert.deepEqual([seen.violations, lines, seen.errors, foreign(seen, here.origin)], [[], [], [], []]);
  assert.deepEqual([here.admin.seen.violations, here.admin.seen.errors], [[], []]);
  await context.close();
});

test("offline.html: the same link, by copy and paste, still matches the invitation", async () => {
  const { link, name } = await invite(here.admin.page, { user: "offline", groups: ["dev"], address: here.address });
  const { page, context, seen } = await openPage(here.browser, `${OFFLINE_FILE}#/invitation`);
  await page.getByLabel("Invitation link").fill(link);
  await page.getByRole("button", { name: "Read the invitation" }).click();
  await expectVisible(page.getByRole("heading", { name: "You are invited as offline" }));
  assert.equal(await page.getByRole("button", { name: "Accept the invitation" }).count(), 0);
  await page.getByRole("button", { name: "Continue by copy and paste" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the invitation file" }).click()]);
  const path = join(here.plane.dir, download.suggestedFilename());
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  assert.equal(claimsOf(link).sub, (await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout);
  await expectVisible(page.locator("#invitation-hand pre", { hasText: "CertificateSigningRequest" }));
  const submit = await page.locator("#invitation-hand pre", { hasText: "CertificateSigningRequest" }).innerText();
  const [, manifest] = /<<'EOF'\n([\s\S]*)\nEOF/.exec(submit);
  const created = await kubectl(path, ["create", "--validate=false", "-f", "-"], { input: manifest });
  assert.equal(created.code, 0, created.stderr);
  await here.review(name);
  await expectVisible(here.card(name).getByText("Matches the invitation that you created for offline"));
  await here.approve(name);
  let answer = "";
  await until(async () => {
    answer = (await kubectl(path, ["get", "csr", name, "-o", "yaml"])).stdout;
    return answer.includes("certificate: ");
  }, "the certificate");
  await page.locator("#invitation-answer").fill(answer);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  assert.equal((await here.whoami(await saveInvited(page))).username, "offline");
  assert.deepEqual([seen.violations, seen.console, seen.errors, seen.requests.filter(({ url }) => /^https?:/.test(url))], [[], [], [], []]);
  await context.close();
});

test("a key that was kept continues in another tab with the same link", async () => {
  const { link, name } = await invite(here.admin.page, { user: "later", address: here.address });
  const first = await openPage(here.browser, link);
  await accept(first.page);
  const foot = (of, words) => until(async () => (await of.locator("#key-place").innerText()) === words, words);
  await foot(first.page, "Private key: only in this tab. Also in this tab: the token of an invitation.");
  const print = await first.page.locator("#invitation-fingerprint code").innerText();
  await first.page.getByRole("button", { name: "Save a copy of the key …" }).click();
  await first.page.locator("#keep-first").fill("four quiet words here");
  await first.page.locator("#keep-second").fill("four quiet words here");
  const [download] = await Promise.all([first.page.waitForEvent("download"), first.page.locator("#keep-save").click()]);
  const kept = readFileSync(await download.path());
  await foot(first.page, "Private key: in this tab and in your key file. Also in this tab: the token of an invitation.");
  await first.context.close();
  const { page, context } = await openPage(here.browser, link);
  await page.getByText("Already have a key? Continue with a saved key").click();
  await page.locator("#invitation-key").setInputFiles({ name: "key.pem", mimeType: "application/octet-stream", buffer: kept });
  await page.locator("#invitation-passphrase").fill("not these words");
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectVisible(page.locator('#invitation-about [data-field="invitation-passphrase"] .error'));
  await page.locator("#invitation-key").setInputFiles({ name: "key.pem", mimeType: "application/octet-stream", buffer: kept });
  await page.locator("#invitation-passphrase").fill("four quiet words here");
  await accept(page);
  assert.equal(await page.locator("#invitation-fingerprint code").innerText(), print);
  await here.review(name);
  await here.approve(name);
  await foot(page, "Private key: in this tab and in your key file.");
  assert.equal((await here.whoami(await saveInvited(page))).username, "later");
  await context.close();
});
