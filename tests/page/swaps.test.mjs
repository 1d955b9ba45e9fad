// The request is exchanged under the administrator's hand: the card in its place says what differs, nothing on it can be pressed until it was
// visible for a second, and what was clicked before is not done to it. A real API server; the attacker is kubectl.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser, kubecred, modest, powerful;
onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  kubecred = await open();
  stage.onEnd(() => kubecred.close());
  const key = await kubecred.keys.generate("ecdsa-p256");
  modest = await key.createCsr({ user: "jane", groups: ["dev"] });
  powerful = await key.createCsr({ user: "prod-admin", groups: ["kubeadm:cluster-admins"] });
});

async function create(name, request = modest, expirationSeconds = 3600) {
  const object = await kubecred.csr.manifest({ csr: request, name, expirationSeconds });
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(object) });
  assert.equal(code, 0, stderr);
}

async function swap(name) {
  assert.equal((await plane.kubectl(["delete", "csr", name])).code, 0);
  await create(name, powerful, 30 * 86400);
}

const conditionsOf = async (name) => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);
const button = (card, verb) => card.getByRole("button", { name: new RegExp(`^${verb} `) });
const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
const puts = (seen) => seen.requests.filter(({ method }) => method === "PUT").length;

/** What the card in the other one's place shows: who, for how long, and what stood there. */
async function marked(card) {
  await expectVisible(card.locator(".changed-box", { hasText: "This is not the request that was here before." }));
  const texts = (selector) => card.locator(selector).evaluateAll((all) => all.map((each) => each.textContent));
  assert.deepEqual(await texts(".changed-box li"), [
    "Signs in as: prod-adminbefore: jane",
    "Groups: kubeadm:cluster-adminsbefore: dev",
    "Valid for: 30 daysbefore: 1 hour",
  ]);
  assert.deepEqual(await texts("dd.changed"), ["prod-admin", "kubeadm:cluster-admins", "30 days"]);
}

/** The instants at which both buttons can be pressed, by the page's own clock, since the card in the other one's place is there. */
const WATCH = (name) => {
  globalThis.disarmed = [];
  new MutationObserver(() => {
    const card = document.querySelector(`article[data-name="${name}"]`);
    const box = card?.querySelector(".changed-box");
    const buttons = [...(card?.querySelectorAll(".decision > .row button") ?? [])];
    if (box && buttons.length)
      globalThis.disarmed.push({ at: performance.now(), off: buttons.every(({ disabled }) => disabled), on: buttons.every(({ disabled }) => !disabled) });
  }).observe(document.querySelector("#review-detail"), { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
};

test("swapped right before the click, the page not knowing: not approved, marked, disarmed for a second; the next decision is on the new one", async () => {
  const { page, context, seen } = await openPage(browser, null);
  await context.route("**/certificatesigningrequests?*watch=1*", () => {}); // the watch says nothing: the page learns of it by the decision alone
  for (const [index, verb] of ["Approve", "Deny", "Approve", "Approve", "Deny", "Approve"].entries()) {
    const name = `blind-${index}`;
    await create(name);
    await page.goto("about:blank");
    await page.goto(`${proxy.page}#/review/${name}`);
    const card = cardOf(page, name);
    await button(card, verb).waitFor();
    await page.evaluate(WATCH, name);
    await swap(name);
    await button(card, verb).click();
    await marked(card);
    assert.equal(await conditionsOf(name), "", "nothing was decided");
    assert.equal(puts(seen), 0, "and nothing was written");
    await until(() => button(card, "Approve").isEnabled(), "the buttons");
    const [first, ...rest] = await page.evaluate(() => globalThis.disarmed);
    assert.equal(first.off, true, "off from the moment the card is there");
    assert.ok(rest.findLast(({ on }) => on).at - first.at >= 990, "for a second");
  }
  const card = cardOf(page, "blind-5");
  await button(card, "Deny").click();
  await expectVisible(card.getByText("denied", { exact: true }));
  assert.equal(await conditionsOf("blind-5"), "Denied");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("swapped between the page's reading and its writing: refused by the server, and shown", async () => {
  const { page, context } = await openPage(browser, null);
  let swapped = false;
  await context.route("**/in-between/approval", async (route) => {
    if (!swapped) await swap("in-between");
    swapped = true;
    await route.continue();
  });
  await create("in-between");
  await page.goto(`${proxy.page}#/review/in-between`);
  const card = cardOf(page, "in-between");
  await button(card, "Approve").click();
  await marked(card);
  assert.ok(swapped);
  assert.equal(await conditionsOf("in-between"), "");
  await context.close();
});

test("the watch shows the other one under the hand: a click that was on its way does nothing to it", async () => {
  const { page, context, seen } = await openPage(browser, null);
  await create("under-hand");
  await page.goto(`${proxy.page}#/review/under-hand`);
  const card = cardOf(page, "under-hand");
  await button(card, "Approve").waitFor();
  await page.evaluate(WATCH, "under-hand");
  await swap("under-hand");
  await card.locator(".changed-box").waitFor({ state: "attached" });
  // Where the button is, whatever it is: as a hand would that does not look.
  const place = await button(card, "Approve").boundingBox();
  await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
  await marked(card);
  await card.locator(".changed-box").scrollIntoViewIfNeeded();
  await until(() => button(card, "Approve").isEnabled(), "the buttons");
  const instants = await page.evaluate(() => globalThis.disarmed);
  assert.equal(instants[0].off, true);
  assert.ok(instants.findLast(({ on }) => on).at - instants[0].at >= 990);
  assert.equal(await conditionsOf("under-hand"), "");
  assert.equal(puts(seen), 0);
  // A label is no other request: marked as before, and not disarmed again.
  await plane.kubectl(["label", "csr", "under-hand", "team=x"]);
  await page.waitForTimeout(600);
  assert.ok(await button(card, "Approve").isEnabled());
  // It is a powerful one, so it asks for the name; another name is not enough.
  await button(card, "Approve").click();
  await expectVisible(card.locator(".confirm .error"));
  await card.locator(".confirm input").fill("prod-admin");
  await button(card, "Approve").click();
  await expectVisible(card.getByText("issued", { exact: true }));
  assert.equal(await conditionsOf("under-hand"), "Approved");
  await context.close();
});

test("swapped while another panel is shown: marked and disarmed when the list is there again, and after a refresh", async () => {
  const { page, context } = await openPage(browser, null);
  await create("away");
  await page.goto(`${proxy.page}#/review/away`);
  const card = cardOf(page, "away");
  await button(card, "Approve").waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Kubeconfigs" }).click();
  await swap("away");
  await page.evaluate(WATCH, "away");
  await page.getByRole("navigation").getByRole("link", { name: "Review requests" }).click();
  await page.getByRole("searchbox", { name: "Search" }).fill("away");
  await rowOf(page, "away").locator(".open").click();
  await card.locator(".changed-box").waitFor({ state: "attached" });
  assert.equal((await page.evaluate(() => globalThis.disarmed))[0].off, true);
  await marked(card);
  await page.getByRole("button", { name: "Refresh" }).click();
  await rowOf(page, "away").locator(".open").click();
  await marked(card);
  await card.locator(".changed-box").scrollIntoViewIfNeeded();
  await until(() => button(card, "Approve").isEnabled(), "the buttons");
  assert.equal(await conditionsOf("away"), "");
  await context.close();
});

test("forty groups, the powerful one last: all of them stand on the card", async () => {
  const { page, context } = await openPage(browser, null);
  const groups = [...Array.from({ length: 40 }, (_, index) => `g-${String(index).padStart(2, "0")}`), "z-admins"];
  await create("groups", await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "many", groups }));
  await page.goto(`${proxy.page}#/review/groups`);
  await expectVisible(cardOf(page, "groups").getByText("z-admins", { exact: true }));
  await context.close();
});

test("a card out of sight, or in a tab that is hidden, is not armed", async () => {
  const { page, context } = await openPage(browser, null, { viewport: { width: 1000, height: 500 } });
  await create("far-5");
  await page.goto(`${proxy.page}#/review/far-5`);
  const card = cardOf(page, "far-5");
  await button(card, "Approve").waitFor();
  // On a small screen the details take the place of the list; the list is looked at while the request is exchanged.
  await page.setViewportSize({ width: 800, height: 300 });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await swap("far-5");
  await card.locator(".changed-box").waitFor({ state: "attached" });
  await page.waitForTimeout(1500);
  assert.ok(await card.locator(".decision > .row button").first().isDisabled(), "nobody has seen it");
  // The buttons alone are seen: what differs stands above them.
  await button(card, "Approve").scrollIntoViewIfNeeded();
  await expectVisible(card.locator(".unread", { hasText: "become available when the top of this card has been visible" }));
  await page.waitForTimeout(1500);
  assert.ok(await card.locator(".decision > .row button").first().isDisabled(), "nobody has seen it");
  // Seen, but the tab is hidden: its clock does not run.
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (globalThis.hiddenNow ? "hidden" : "visible") });
    globalThis.hiddenNow = true;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await card.locator(".changed-box").scrollIntoViewIfNeeded();
  await page.waitForTimeout(1500);
  assert.ok(await card.locator(".decision > .row button").first().isDisabled());
  await page.evaluate(() => {
    globalThis.hiddenNow = false;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await until(() => button(card, "Approve").isEnabled(), "armed once it is seen");
  await context.close();
});

test("in bulk each one by what was shown of it: what was exchanged drops out and is not decided", async () => {
  const { page, context, seen } = await openPage(browser, null);
  await context.route("**/certificatesigningrequests?*watch=1*", () => {});
  const names = ["bulk-a", "bulk-b", "bulk-c"];
  for (const name of names) await create(name);
  await page.goto(`${proxy.page}#/review`);
  await page.getByRole("searchbox", { name: "Search" }).fill("bulk-");
  await page.locator("#review-count", { hasText: "3 match" }).waitFor();
  for (const name of names) await rowOf(page, name).getByLabel("Select").check();
  for (const name of names) await swap(name);
  for (let left = 3; left > 0; left--) {
    if (left === 3) await page.getByRole("button", { name: "Review 3 requests" }).click();
    await page.getByRole("button", { name: `Approve ${left} request` }).click();
    await until(async () => (await page.locator(".chosen > li").count()) === left - 1, "it drops out");
  }
  for (const name of names) {
    await rowOf(page, name).locator(".open").click();
    await marked(cardOf(page, name));
    assert.equal(await conditionsOf(name), "");
  }
  assert.equal(puts(seen), 0);
  assert.equal(await rowOf(page, "bulk-a").getByLabel("Select").count(), 0, "what is dangerous cannot be selected");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("in bulk, with a watch: the selection loses the one whose name belongs to another request", async () => {
  const { page, context } = await openPage(browser, null);
  for (const name of ["drop-a", "drop-b"]) await create(name);
  await page.goto(`${proxy.page}#/review`);
  await page.getByRole("searchbox", { name: "Search" }).fill("drop-");
  await page.locator("#review-count", { hasText: "2 match" }).waitFor();
  for (const name of ["drop-a", "drop-b"]) await rowOf(page, name).getByLabel("Select").check();
  await swap("drop-a");
  await page.getByRole("button", { name: "Review 1 request" }).click();
  await page.getByRole("button", { name: "Deny 1 request" }).click();
  await expectVisible(rowOf(page, "drop-b").getByText("Denied", { exact: true }));
  assert.equal(await conditionsOf("drop-a"), "");
  await context.close();
});

test("the lines of a card decide under its uid", async () => {
  const { page, context } = await openPage(browser, null);
  await create("lined");
  const { stdout: uid } = await plane.kubectl(["get", "csr", "lined", "-o", "jsonpath={.metadata.uid}"]);
  await page.goto(`${proxy.page}#/review/lined`);
  const card = cardOf(page, "lined");
  await card.getByText("In a terminal").click();
  await expectVisible(card.locator("pre", { hasText: `= ${uid} ]; then kubectl certificate approve lined` }));
  await context.close();
});
