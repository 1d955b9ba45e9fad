// Every decision can be undone for five seconds, is sent after them and not before, and is not sent where nobody would see what becomes of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cardOf, conditionsOf, create, DAY, openList, plane, rowOf } from "./survey-stage.mjs";
import { expectVisible, until } from "./wait.mjs";

test("a decision is undone within five seconds, and sent after them; the button says what it does", async () => {
  const { page, context } = await openList();
  await rowOf(page, "plain-00").locator(".open").click();
  const card = cardOf(page, "plain-00");
  const approve = card.getByRole("button", { name: "Approve person-0 (dev, ops) for 7 days", exact: true });
  assert.match(await approve.getAttribute("class"), /primary/);
  await approve.click();
  await expectVisible(page.locator(".undo-line", { hasText: "Approving person-0" }));
  await page.getByRole("button", { name: "Undo" }).click();
  await until(() => approve.isEnabled(), "the button");
  await page.waitForTimeout(6000);
  assert.equal(await conditionsOf("plain-00"), "", "undone");
  await approve.click();
  // Meanwhile the next one is opened: what was decided is sent all the same.
  await rowOf(page, "plain-01").locator(".open").click();
  await expectVisible(rowOf(page, "plain-00").getByText("Issued", { exact: true }));
  assert.equal(await conditionsOf("plain-00"), "Approved");
  // Exchanged in these five seconds: not sent.
  await cardOf(page, "plain-01")
    .getByRole("button", { name: /^Approve/ })
    .click();
  await plane.kubectl(["delete", "csr", "plain-01"]);
  await create([["plain-01", "person-1", ["kubeadm:cluster-admins"], 30 * DAY]]);
  await expectVisible(cardOf(page, "plain-01").locator(".changed-box"));
  await expectVisible(page.locator("#live.toast", { hasText: "Nothing was sent" }));
  await page.waitForTimeout(6000);
  assert.equal(await conditionsOf("plain-01"), "");
  await context.close();
});

const panel = (page, words) => page.getByRole("navigation").getByRole("link", { name: words }).click();
const counted = (page) => {
  const puts = [];
  page.on("request", (request) => {
    if (request.method() === "PUT") puts.push(request.url());
  });
  return puts;
};

test("nothing is sent before the time for Undo is over, by no double click either; another request's label does not stop it", async () => {
  const { page, context } = await openList();
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "PUT") sent.push(Date.now());
  });
  await rowOf(page, "plain-08").locator(".open").click();
  const card = cardOf(page, "plain-08");
  const pressed = Date.now();
  await card.getByRole("button", { name: /^Deny/ }).dblclick();
  await expectVisible(page.locator(".undo-line"));
  assert.equal(await page.locator(".undo-line").count(), 1);
  // A change that is none of the request: its card is made again, and still waits.
  await plane.kubectl(["label", "csr", "plain-08", "team=x"]);
  await expectVisible(card.getByText("The decision is about to be sent."));
  assert.ok(await card.getByRole("button", { name: /^Approve/ }).isDisabled());
  await expectVisible(card.getByText("denied", { exact: true }));
  assert.equal(sent.length, 1);
  assert.ok(sent[0] - pressed >= 5000, `sent after ${sent[0] - pressed} ms`);
  await context.close();
});

test("undone on a card that was made again in these seconds: its buttons can be pressed", async () => {
  const { page, context } = await openList();
  await rowOf(page, "plain-09").locator(".open").click();
  const card = cardOf(page, "plain-09");
  await card.getByRole("button", { name: /^Approve/ }).click();
  await rowOf(page, "plain-10").locator(".open").click();
  await rowOf(page, "plain-09").locator(".open").click();
  await expectVisible(card.getByText("The decision is about to be sent."));
  assert.ok(await card.getByRole("button", { name: /^Deny/ }).isDisabled());
  await page.getByRole("button", { name: "Undo" }).click();
  await until(() => card.getByRole("button", { name: /^Deny/ }).isEnabled(), "the button");
  assert.equal(await card.getByText("The decision is about to be sent.").count(), 0);
  assert.equal(await conditionsOf("plain-09"), "");
  await context.close();
});

test("the panel is left before a decision is sent: nothing is sent, and that is said; the request waits as before", async () => {
  const { page, context } = await openList();
  const puts = counted(page);
  await rowOf(page, "plain-09").locator(".open").click();
  await cardOf(page, "plain-09")
    .getByRole("button", { name: /^Approve/ })
    .click();
  await expectVisible(page.locator(".undo-line"));
  await panel(page, "Kubeconfigs");
  await expectVisible(page.locator("#live.toast", { hasText: "You left before the decision was sent. Nothing was sent." }));
  await page.waitForTimeout(6000);
  await panel(page, "Review requests");
  await rowOf(page, "plain-09").locator(".open").click();
  await until(
    () =>
      cardOf(page, "plain-09")
        .getByRole("button", { name: /^Approve/ })
        .isEnabled(),
    "the button",
  );
  for (const name of ["plain-10", "plain-11"]) await rowOf(page, name).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  await page.getByRole("button", { name: "Approve 2 requests" }).click();
  await expectVisible(page.locator(".undo-line", { hasText: "Approving 2 requests" }));
  await panel(page, "Kubeconfigs");
  await expectVisible(page.locator("#live.toast", { hasText: "Nothing was sent." }));
  await page.waitForTimeout(6000);
  assert.deepEqual(puts, []);
  for (const name of ["plain-09", "plain-10", "plain-11"]) assert.equal(await conditionsOf(name), "");
  await context.close();
});

test("the page is closed before a decision is sent: the browser asks first; who stays sees it sent, who leaves sends nothing", async () => {
  const { page, context } = await openList();
  const puts = counted(page);
  const answers = [];
  page.on("dialog", (dialog) => {
    answers.push(dialog.type());
    return answers.length === 1 ? dialog.dismiss() : dialog.accept();
  });
  const press = async (name) => {
    await rowOf(page, name).locator(".open").click();
    await cardOf(page, name).getByRole("button", { name: /^Deny/ }).click();
    await expectVisible(page.locator(".undo-line"));
  };
  await press("plain-12");
  await page.close({ runBeforeUnload: true });
  await expectVisible(cardOf(page, "plain-12").getByText("denied", { exact: true }));
  assert.equal(puts.length, 1);
  await press("plain-13");
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  assert.deepEqual(answers, ["beforeunload", "beforeunload"]);
  assert.equal(puts.length, 1);
  assert.equal(await conditionsOf("plain-13"), "");
  await context.close();
});

test("refreshed while a decision waits: it is sent all the same", async () => {
  const { page, context } = await openList();
  for (const name of ["plain-10", "plain-11"]) await rowOf(page, name).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  await page.getByRole("button", { name: "Deny 2 requests" }).click();
  await expectVisible(page.locator(".undo-line"));
  await page.getByRole("button", { name: "Refresh" }).click();
  for (const name of ["plain-10", "plain-11"]) await until(async () => (await conditionsOf(name)) === "Denied", name);
  await context.close();
});

test("what is typed for the next selection is not replaced by the reason of the one that is sent", async () => {
  const { page, context } = await openList();
  await rowOf(page, "plain-03").getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 1 request" }).click();
  await page.locator(".bulk").getByLabel("Reason").fill("the first");
  await page.getByRole("button", { name: "Deny 1 request" }).click();
  await rowOf(page, "plain-04").getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 1 request" }).click();
  await page.locator(".bulk").getByLabel("Reason").fill("the second");
  await until(async () => (await conditionsOf("plain-03")) === "Denied", "sent");
  await page.getByText("1 denied.").waitFor({ state: "attached" });
  assert.equal(await page.locator(".bulk").getByLabel("Reason").inputValue(), "the second");
  await context.close();
});

test("undone in bulk: the selection and the reason are there again, and nothing was sent", async () => {
  const { page, context } = await openList();
  const puts = counted(page);
  for (const name of ["plain-09", "plain-13"]) await rowOf(page, name).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  await page.locator(".bulk").getByLabel("Reason").fill("leaving");
  await page.getByRole("button", { name: "Approve 2 requests" }).click();
  assert.ok(await rowOf(page, "plain-13").getByLabel("Select").isDisabled());
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  assert.equal(await page.locator(".bulk").getByLabel("Reason").inputValue(), "leaving");
  await page.waitForTimeout(6000);
  assert.deepEqual(puts, []);
  await context.close();
});
