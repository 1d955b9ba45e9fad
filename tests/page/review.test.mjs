// #/review on a real control plane: a filter, a selection that is decided name by name, objects pasted as YAML, a link.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { answerAs } from "./answers.mjs";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser, kubecred, pem;
onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  kubecred = await open();
  stage.onEnd(() => kubecred.close());
  pem = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "rita", groups: ["review-team"] });
  const objects = [];
  for (let number = 0; number < 120; number++) objects.push(await kubecred.csr.manifest({ csr: pem, name: `panel-${String(number).padStart(3, "0")}` }));
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) });
  assert.equal(code, 0, stderr);
});

test("a filter finds requests, and a selection is decided name by name", async () => {
  const { page, seen } = await openPage(browser, `${proxy.page}#/review`);
  await page.locator("#review-count").filter({ hasText: "pending" }).waitFor();
  const rows = page.locator("#review-list .request-row");
  await rows.nth(9).waitFor(); // how many fill the view depends on their height
  // They come a page at a time; when all are there, a screen reader is told.
  await page.locator("#live", { hasText: /pending/ }).waitFor({ state: "attached" });
  const all = Number.parseInt(await page.locator("#review-count").innerText(), 10);
  await until(async () => (await rows.first().getAttribute("aria-setsize")) === String(all), "each row to say of how many it is one");
  assert.ok(all >= 120, `${all} in the list`);
  // By keyboard to its end and back: what is in view and some rows around it are on the page.
  const isOn = (number) => page.waitForFunction((wanted) => document.activeElement?.closest(".request-row")?.ariaPosInSet === wanted, String(number));
  await rows.first().locator(".open").focus();
  for (const [key, number] of [
    ["End", all],
    ["k", all - 1],
    ["Home", 1],
    ["j", 2],
  ]) {
    await page.keyboard.press(key);
    await isOn(number);
    assert.ok((await rows.count()) <= 80, `${await rows.count()} rows on the page, not all`);
  }
  await page.locator("#review-list").evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await expectVisible(page.locator(`#review-list [aria-posinset="${all}"]`));
  await isOn(2); // who is on a row that is out of view is on it still
  await page.locator("#review-title").focus();
  await until(async () => (await page.locator('#review-list [aria-posinset="2"]').count()) === 0, "the row that nobody sees to go");
  await page.getByRole("searchbox", { name: "Search" }).fill("review-team panel-00");
  await page.locator("#review-count").filter({ hasText: "10 match" }).waitFor();
  for (const name of ["panel-003", "panel-004"]) await page.locator(`[data-row="${name}"]`).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  const lines = page.locator(".bulk li");
  for (const [index, name] of ["panel-003", "panel-004"].entries())
    assert.match(await lines.nth(index).innerText(), new RegExp(`^rita[^]*review-team[^]*cluster default lifetime[^]*${name}$`));
  await page.getByRole("button", { name: "Deny 2 requests" }).click();
  await expectVisible(page.locator("[data-row=panel-004]").getByText("Denied"));
  const { stdout } = await plane.kubectl(["get", "csr", "panel-003", "panel-004", "-o", "jsonpath={.items[*].status.conditions[*].type}"]);
  assert.equal(stdout, "Denied Denied");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
});

test("several requests pasted at once are read each for itself; a key among them is said", async () => {
  const key = await kubecred.keys.generate("ed25519");
  const texts = await Promise.all(["paula", "peter"].map((user) => key.createCsr({ user })));
  const { page, seen } = await openPage(browser, `${proxy.page}#/review`);
  await page.getByText("Check a request you received").click();
  const paste = async (text) => {
    await page.locator("#review-text").fill(text);
    await page.getByRole("button", { name: "Check request" }).click();
  };
  await paste(`Dear admin,\n${texts.join("and for Peter:\n")}`);
  await page.locator("#review-pasted article").nth(1).waitFor();
  for (const [index, user] of ["paula", "peter"].entries())
    assert.equal(await page.locator("#review-pasted article").nth(index).locator("dd").first().innerText(), user);
  await paste(texts.join("") + new TextDecoder().decode(await key.exportPem()));
  await expectVisible(page.locator("#review-pasted .findings", { hasText: /private key/i }));
  assert.equal(await page.locator("#review-pasted article").count(), 1);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
});

test("a listed request whose signature does not hold is not approved, though the list called it good", async () => {
  const { page, context } = await openPage(browser, null);
  const object = JSON.parse((await plane.kubectl(["get", "csr", "panel-020", "-o", "json"])).stdout);
  const der = Buffer.from(
    Buffer.from(object.spec.request, "base64")
      .toString()
      .replace(/-----[^-]+-----|\s/g, ""),
    "base64",
  );
  der[der.indexOf("rita")] = "n".charCodeAt(0); // another name under the same signature
  object.spec.request = Buffer.from(
    `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE REQUEST-----\n`,
  ).toString("base64");
  const path = "GET /apis/certificates.k8s.io/v1/certificatesigningrequests/panel-020";
  await answerAs(context, { requests: [object], answers: { [path]: object } });
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "PUT") sent.push(request.url());
  });
  await page.goto(`${proxy.page}#/review/panel-020`);
  const card = page.locator('article[data-name="panel-020"]');
  await expectVisible(card.locator("dd", { hasText: "nita" }));
  await card.getByRole("button", { name: "Approve" }).click();
  await expectVisible(
    card.locator(".error", { hasText: /changed after it was signed, or its signature is wrong\. It was not approved\. .*verification failure/ }),
  );
  await page.getByRole("searchbox", { name: "Search" }).fill("panel-020");
  await page.locator("[data-row=panel-020]").getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 1 request" }).click();
  await page.getByRole("button", { name: "Approve 1 request" }).click();
  await expectVisible(page.locator(".bulk .error", { hasText: "was not approved" }));
  assert.deepEqual(sent, []);
  await context.close();
});

test("pasted YAML of several objects, and a link, open cards and do nothing else", async () => {
  const { stdout } = await plane.kubectl(["get", "csr", "panel-010", "panel-011", "-o", "yaml"]);
  const link = await kubecred.links.encode(pem);
  const { page, seen } = await openPage(browser, `${proxy.page}#/review/${link}`);
  // All of this file's requests have this one key.
  await expectVisible(page.locator("#review-linked").getByText(/The cluster has this request as panel-/));
  await expectVisible(page.locator("#review-linked").getByText(/119 other requests have the same public key/));
  assert.equal(new URL(page.url()).hash, "#/review", "taken out of the address bar");
  await page.getByRole("button", { name: "Show all requests" }).click();
  await page.getByText("Check a request you received").click();
  await page.locator("#review-text").fill(stdout);
  await page.getByRole("button", { name: "Check request" }).click();
  await page.locator("#review-pasted article").nth(1).waitFor();
  assert.equal(await page.locator("#review-pasted article").count(), 2);
  assert.ok(seen.requests.every(({ method }) => method === "GET" || method === "POST"));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
});
