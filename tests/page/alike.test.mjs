// Somebody else decides alike in the moment in which a decision of #/review fails: it counts as one's own only where its own answer was lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, vector } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser, kubecred, pem;
onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  kubecred = await open();
  stage.onEnd(() => kubecred.close());
  pem = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "alike" });
});

const REFUSAL = { status: 403, contentType: "application/json", body: vector("api", "403-approve-no-signer-permission.json") };
const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);
const isTold = (page, name) => rowOf(page, name).locator(".badge.approved, .badge.issued").waitFor();

/** The page with these requests; what it says is kept, with whether everybody sees it. `sent` is given each decision that is sent. */
async function review(names, sent) {
  const items = await Promise.all(names.map((name) => kubecred.csr.manifest({ csr: pem, name, expirationSeconds: 86_400 })));
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
  const { page, context } = await openPage(browser, `${proxy.page}#/review`);
  await page.getByRole("searchbox", { name: "Search" }).fill("alike"); // only rows in view are on the page
  for (const name of names) await rowOf(page, name).waitFor();
  await page.evaluate(() => {
    const live = document.querySelector("#live");
    globalThis.said = [];
    new MutationObserver(() => live.textContent.trim() && globalThis.said.push(`${live.className}: ${live.textContent}`)).observe(live, {
      childList: true,
      subtree: true,
    });
  });
  await page.route(/\/approval$/, sent);
  const said = () => page.evaluate(() => globalThis.said);
  const says = (pattern) => until(async () => (await said()).some((each) => pattern.test(each)), String(pattern));
  return { page, said, says, end: () => context.close() };
}

/** Presses what decides, and goes on when it is sent. */
async function decide(page, button) {
  let sent = false;
  page.on("request", (request) => {
    if (request.method() === "PUT") sent = true;
  });
  await button.waitFor(); // whoever waits for a timer of the real clock has ended
  await page.clock.install();
  await button.click();
  await until(async () => {
    await page.clock.fastForward(1_000);
    return sent;
  }, "the decision to be sent");
}

test("a refused decision is not taken for that of somebody else", async () => {
  const { page, said, says, end } = await review(["alike-one"], async (route) => {
    await plane.kubectl(["certificate", "approve", "alike-one"]);
    await isTold(page, "alike-one");
    await route.fulfill(REFUSAL);
  });
  await rowOf(page, "alike-one").locator(".open").click();
  await decide(page, cardOf(page, "alike-one").getByRole("button", { name: /^Approve/ }));
  await says(/^toast: alike-one: .*signer/);
  assert.deepEqual(
    (await said()).filter((each) => /alike-one is approved/.test(each)),
    [],
  );
  await end();
});

test("nor is one of many: it is named, and the others are not sent", async () => {
  const { page, said, end } = await review(["alike-two", "alike-three"], async (route) => {
    await plane.kubectl(["certificate", "approve", "alike-two"]);
    await isTold(page, "alike-two");
    await route.fulfill(REFUSAL);
  });
  for (const name of ["alike-two", "alike-three"]) await rowOf(page, name).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  await decide(page, page.getByRole("button", { name: "Approve 2 requests" }));
  await expectVisible(page.locator(".bulk .error", { hasText: /^Error: The decision on alike-two failed\. .*signer/ }));
  await expectVisible(page.getByRole("button", { name: "Approve 1 request", exact: true }));
  assert.deepEqual(
    (await said()).filter((each) => /\d approved/.test(each)),
    [],
  );
  assert.equal((await plane.kubectl(["get", "csr", "alike-three", "-o", "jsonpath={.status.conditions[*].type}"])).stdout, "");
  await end();
});

test("the last of many: it is said to everybody, without the dialog", async () => {
  const { page, says, end } = await review(["alike-five"], async (route) => {
    await plane.kubectl(["certificate", "approve", "alike-five"]);
    await isTold(page, "alike-five");
    await route.fulfill(REFUSAL);
  });
  await rowOf(page, "alike-five").getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 1 request" }).click();
  await decide(page, page.getByRole("button", { name: "Approve 1 request" }));
  await says(/^toast: 0 decided\. The decision on alike-five failed\. .*signer/);
  assert.equal(await page.locator(".bulk").isVisible(), false);
  await end();
});

test("one of many whose answer was lost is counted where the list tells that it was stored", async () => {
  const { page, said, end } = await review(["alike-four"], async (route) => {
    await route.fetch();
    await isTold(page, "alike-four");
    await route.abort();
  });
  await rowOf(page, "alike-four").getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 1 request" }).click();
  // Nor is it known by reading the request again.
  let sent = false;
  page.on("request", (request) => {
    if (request.method() === "PUT") sent = true;
  });
  await page.route(/\/alike-four$/, (route) => (sent ? route.abort() : route.continue()));
  await decide(page, page.getByRole("button", { name: "Approve 1 request" }));
  await until(async () => {
    await page.clock.fastForward(1_000);
    return (await said()).some((each) => /: 1 approved\./.test(each));
  }, "the decision to be counted");
  await end();
});
