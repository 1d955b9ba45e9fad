// The list of requests as an administrator surveys it: one line each, oldest first, dangerous ones by themselves, and by keyboard. On a real API server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, cardOf, conditionsOf, create, inWindow, openList, openMissing, plane, rowOf, sound } from "./survey-stage.mjs";
import { expectVisible, until } from "./wait.mjs";

test("18 requests are on one screen of 1280 × 800, each with its risk, and each button has a name of its own", async () => {
  const { page, context, seen } = await openList();
  const rows = page.locator("#review-list .request-row");
  await rows.nth(17).waitFor();
  for (let index = 0; index < 18; index++) assert.ok(await inWindow(rows.nth(index)), `row ${index} is on the screen`);
  for (const [name, risk] of [
    ["plain-03", "None found"],
    ["component", "Dangerous"],
    ["alike", "Dangerous"],
    ["admins", "Dangerous"],
  ])
    await expectVisible(rowOf(page, name).getByText(risk, { exact: true }));
  assert.match(await rowOf(page, "alike").innerText(), /U\+0430/, "the foreign letter is written out");
  assert.equal(await rowOf(page, "comma").locator(".chip").count(), 1, "one group with a comma is one chip");
  assert.equal(await rowOf(page, "plain-03").locator(".chip").count(), 2);
  const buttons = await page.locator("#review-list .open").evaluateAll((all) => all.map((each) => each.textContent));
  assert.equal(new Set(buttons).size, buttons.length);
  const boxes = await page.locator("#review-list input").evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
  assert.equal(new Set(boxes).size, boxes.length);
  assert.match(await rowOf(page, "alike").innerText(), /^[^]*\[U\+0430\]lice/);
  for (const name of ["component", "alike", "admins"]) assert.equal(await rowOf(page, name).locator("input").count(), 0, `${name} cannot be selected`);
  assert.equal(
    await page.locator("#review-list input").count(),
    await rows.filter({ hasText: "None found" }).count(),
    "only what nothing was found about can be selected",
  );
  await sound(page, "review-1280-light");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("what is dangerous is not approved by one tap: no primary button, and the user's name is asked for", async () => {
  const { page, context } = await openList();
  let puts = 0;
  page.on("request", (request) => {
    if (request.method() === "PUT") puts += 1;
  });
  await rowOf(page, "alike").locator(".open").click();
  const card = cardOf(page, "alike");
  const approve = card.getByRole("button", { name: /^Approve .*lice.* \(dev\) for 1 day/ });
  await expectVisible(approve);
  assert.equal(await card.locator(".primary").count(), 0);
  await approve.click();
  await expectVisible(card.locator(".confirm .error"));
  await card.locator(".confirm input").fill("alice");
  await approve.click();
  await expectVisible(card.locator(".confirm .error", { hasText: "differs" }));
  await sound(page, "review-1280-dangerous");
  await page.waitForTimeout(6000);
  assert.equal(puts, 0);
  assert.equal(await conditionsOf("alike"), "");
  await card.locator(".confirm input").fill("\u0430lice");
  await approve.click();
  await expectVisible(card.getByText("issued", { exact: true }));
  await context.close();
});

test("by keyboard: j and k move, Enter opens, and what was searched for is cleared by one button", async () => {
  const { page, context } = await openList();
  const focused = () => page.evaluate(() => document.activeElement.closest("[data-row]")?.dataset.row);
  await page.locator("#review-title").focus();
  await page.keyboard.press("j");
  const first = await focused();
  await page.keyboard.press("j");
  assert.notEqual(await focused(), first);
  await page.keyboard.press("k");
  assert.equal(await focused(), first);
  await page.keyboard.press("Enter");
  await expectVisible(cardOf(page, first));
  const deny = cardOf(page, first).getByRole("button", { name: /^Deny/ });
  // The buttons are inert until what is asked about the request is known: they take no focus, though they are enabled.
  await until(async () => {
    await deny.focus();
    return deny.evaluate((button) => button === document.activeElement);
  }, "the button");
  await page.keyboard.press("Enter");
  await expectVisible(page.locator(".undo-line"));
  await page.keyboard.press("Control+z");
  await expectVisible(page.locator("#live.toast", { hasText: "Undone. Nothing was sent." }));
  await page.getByRole("searchbox", { name: "Search" }).fill("jk-nothing");
  await expectVisible(page.getByText("No request matches the search."));
  await page.getByRole("button", { name: "Clear the search" }).click();
  await page.locator("#review-list .request-row").nth(10).waitFor();
  await context.close();
});

test("a request that was decided on leaves no white space behind", async () => {
  const { page, context } = await openList();
  await rowOf(page, "plain-02").locator(".open").click();
  const card = cardOf(page, "plain-02");
  await card.getByRole("button", { name: /^Deny/ }).click();
  await expectVisible(card.getByText("denied", { exact: true }));
  const empty = await page.locator(".pane-card").evaluate((node) => node.offsetHeight - node.firstElementChild.offsetHeight);
  assert.ok(empty < 40, `${empty} px of white`);
  await context.close();
});

test("what is decided: the columns are about the decision; the card says why, and does not advise the requester", async () => {
  await create([["reasoned", "reasoned", ["dev"], 7 * DAY]]);
  const { page, context } = await openList();
  const heads = () => page.locator(".request-head span").evaluateAll((all) => all.map(({ textContent }) => textContent).filter(Boolean));
  assert.deepEqual(await heads(), ["Risk", "User", "Groups", "Valid for", "Sent by", "Waiting"]);
  await page.getByRole("searchbox", { name: "Search" }).fill("reasoned");
  await rowOf(page, "reasoned").locator(".open").click();
  const card = cardOf(page, "reasoned");
  await expectVisible(card.getByRole("button", { name: /^Deny/ }));
  assert.equal(await card.locator("[data-code=waiting-for-approval]").count(), 0);
  assert.match(await card.locator(".kept").innerText(), /^The cluster deletes this object soon after \w{3} \d+ \w{3} \d{4}, \d\d:\d\d \(in \d+ hours\)\.$/);
  await card.getByText("Give a reason").click();
  await card.getByLabel("Reason").fill("Ask your team first");
  await card.getByRole("button", { name: /^Deny/ }).click();
  await expectVisible(card.getByText("denied", { exact: true }));
  await expectVisible(card.locator('[data-code="request-denied"]', { hasText: "An administrator denied the request: Ask your team first." }));
  assert.doesNotMatch(await card.innerText(), /can be used for a new request/);
  await page.getByRole("button", { name: /^Decided/ }).click();
  assert.deepEqual(await heads(), ["Decision", "User", "Groups", "Valid for", "Sent by", "Age"]);
  const row = rowOf(page, "reasoned");
  await expectVisible(row.locator(".risk", { hasText: "Denied" }));
  const { stdout } = await plane.kubectl(["get", "csr", "reasoned", "-o", "jsonpath={.metadata.creationTimestamp}"]);
  assert.equal(await row.locator(".since time").getAttribute("title"), stdout);
  assert.match(await row.locator(".since").textContent(), /^Sent \d+ (s|min) ago$/, "an age, also to those who do not see the head");
  await page.getByRole("button", { name: /^Pending/ }).click();
  assert.equal((await heads())[0], "Risk");
  await context.close();
});

test("no such request, and none that is decided: said, with the others at hand", async () => {
  const { page, context } = await openMissing();
  await expectVisible(page.locator("#review-count", { hasText: /The request no-such was not found\. .*\d+ pending/ }));
  await context.close();
});
