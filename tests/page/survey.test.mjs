// The list of requests as an administrator surveys it: one line each, oldest first, dangerous ones by themselves, every decision undone for five seconds,
// by keyboard, and with both buttons on a phone. On a real API server. SHOTS=FOLDER keeps pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DAY = 86_400;
let plane, proxy, browser, kubecred;
onStage(
  async (stage) => {
    ({ plane, proxy, browser } = stage);
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
    await create([
      ...Array.from({ length: 14 }, (_, index) => [`plain-${String(index).padStart(2, "0")}`, `person-${index}`, ["dev", "ops"], 7 * DAY]),
      ["component", "system:kube-controller-manager", [], 365 * DAY],
      ["alike", "\u0430lice", ["dev"], DAY],
      ["admins", "carol", ["kubeadm:cluster-admins"], 365 * DAY],
      ["comma", "bob", ["dev, ops"], 7 * DAY],
    ]);
  },
  { flags: {} },
);

async function create(list) {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const items = await Promise.all(
    list.map(async ([name, user, groups, expirationSeconds]) => kubecred.csr.manifest({ csr: await key.createCsr({ user, groups }), name, expirationSeconds })),
  );
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
}

const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);
const conditionsOf = async (name) => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
const inWindow = (locator) =>
  locator.evaluate((node) => {
    const { top, bottom, left, right } = node.getBoundingClientRect();
    return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  });

async function openList(options = {}) {
  const opened = await openPage(browser, `${proxy.page}#/review`, { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  await opened.page.locator("#review-count", { hasText: /\d+ pending/ }).waitFor();
  await opened.page.locator("#review-list .request-row").nth(9).waitFor();
  return opened;
}

/** No violation of axe, nothing wider than the window; a picture where one is wanted. */
async function sound(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    [],
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}

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

test("refreshed while a decision waits: it is sent, and compared with what the server has by then", async () => {
  const { page, context } = await openList();
  for (const name of ["plain-10", "plain-11"]) await rowOf(page, name).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  await page.getByRole("button", { name: "Deny 2 requests" }).click();
  await expectVisible(page.locator(".undo-line"));
  await page.getByRole("button", { name: "Refresh" }).click();
  await plane.kubectl(["delete", "csr", "plain-10"]);
  await create([["plain-10", "person-10", ["kubeadm:cluster-admins"], 30 * DAY]]);
  await expectVisible(rowOf(page, "plain-11").getByText("Denied", { exact: true }));
  assert.equal(await conditionsOf("plain-10"), "");
  await expectVisible(page.locator("#live.toast", { hasText: "1 denied. 1 changed in the meantime: nothing was sent." }));
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
  await page.getByRole("searchbox", { name: "Search" }).fill("jk-nothing");
  await expectVisible(page.getByText("No request matches the search."));
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await page.locator("#review-list .request-row").nth(10).waitFor();
  await context.close();
});

test("no such request, and none that is decided: said, with the others at hand", async () => {
  const { page, context } = await openPage(browser, `${proxy.page}#/review/no-such`);
  await expectVisible(page.locator("#review-count", { hasText: /There is no request called no-such\. .*\d+ pending/ }));
  await context.close();
});

for (const [width, height] of [
  [768, 900],
  [640, 400],
  [390, 844],
  [320, 640],
]) {
  test(`${width} × ${height}: the list, the details and a selection, with both buttons of every decision on the screen`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const { page, context } = await openList({ viewport: { width, height }, colorScheme });
      await sound(page, `review-${width}-${colorScheme}`);
      for (const name of ["plain-04", "plain-05", "plain-06"]) await rowOf(page, name).getByLabel("Select").check();
      await page.getByRole("button", { name: "Review 3 requests" }).click();
      for (const name of ["Approve 3 requests", "Deny 3 requests"]) assert.ok(await inWindow(page.getByRole("button", { name })), `${name} at ${width} px`);
      assert.match(await page.locator(".bulk li").first().innerText(), /person-4[^]*dev[^]*ops[^]*for 7 days/);
      await sound(page, `review-${width}-${colorScheme}-bulk`);
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Clear the selection" }).click();
      await rowOf(page, "plain-07").locator(".open").click();
      const card = cardOf(page, "plain-07");
      for (const name of [/^Approve/, /^Deny/]) {
        const button = card.getByRole("button", { name });
        await button.scrollIntoViewIfNeeded();
        assert.ok(await inWindow(button), `${name} at ${width} px`);
      }
      const [one, other] = await card.locator(".decide button").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
      if (width > 400) assert.equal(one, other, "side by side");
      await sound(page, `review-${width}-${colorScheme}-open`);
      await page.getByRole("button", { name: "Back to the list" }).click();
      await expectVisible(rowOf(page, "plain-07"));
      await context.close();
    }
  });
}
