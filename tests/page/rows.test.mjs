// The list of #/review on a slow computer: rows of one line and of many, of which those in view are on the page. Whoever drags, presses keys or turns the
// phone sees rows where rows are, and stays where they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { rowsAreDrawn } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { until } from "./wait.mjs";

const COUNT = 130;
let plane, proxy, browser, kubecred, short, long;
onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  kubecred = await open();
  stage.onEnd(() => kubecred.close());
  const key = await kubecred.keys.generate("ecdsa-p256");
  short = await key.createCsr({ user: "rosa", groups: ["rows-team"] });
  const words = ["with-a-name-that-takes-some-lines", "on-a-narrow-screen", "and-on-a-wide-one-at-least-two"];
  long = await key.createCsr({ user: `rosa-${words.join("-")}@example.com`, groups: ["rows-team", ...words] });
  await create(Array.from({ length: COUNT }, (_, number) => [`rows-${String(number).padStart(3, "0")}`, number % 7 === 0 || (number > 60 && number < 90)]));
});

async function create(wanted) {
  const items = [];
  for (const [name, isLong] of wanted) items.push(await kubecred.csr.manifest({ csr: isLong ? long : short, name }));
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
}

/** The list of these requests alone, on a computer that is slow by so many times. */
async function openList({ width, height, rate }) {
  const { page, context, seen } = await openPage(browser, null, { viewport: { width, height } });
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
  await page.goto(`${proxy.page}#/review`);
  await page.locator("#review-count", { hasText: "pending" }).waitFor();
  await page.getByRole("searchbox", { name: "Search" }).fill("rows-team");
  await page.locator("#review-count", { hasText: /13\d match/ }).waitFor();
  await page.locator('#review-list .request-row[data-row^="rows-"][aria-posinset="1"]').waitFor(); // the rows follow in tasks of their own
  return { page, context, seen, list: page.locator("#review-list") };
}

// What happened instead is in the failure.
const described = (page) =>
  page.evaluate(() => {
    const list = document.querySelector("#review-list");
    const parts = [...list.children].map((part) => `${part.className} of ${part.offsetHeight}: ${part.firstChild?.ariaPosInSet}`);
    return JSON.stringify({ top: list.scrollTop, height: list.scrollHeight, parts, focused: document.activeElement?.closest(".request-row")?.ariaPosInSet });
  });
async function holds(page, what, condition, argument) {
  await page.waitForFunction(condition, argument).catch(async () => {
    throw new Error(`not so: ${what}: ${await described(page)}`);
  });
}

const isFull = (page, what) => holds(page, `no empty room ${what}`, rowsAreDrawn);

/** The last row, at the lower edge. */
const isAtEnd = (page) =>
  holds(page, "the last row is at the lower edge", () => {
    const list = document.querySelector("#review-list");
    const last = [...list.querySelectorAll(".request-row")].at(-1);
    return last.ariaPosInSet === last.ariaSetSize && Math.abs(last.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom) < 4;
  });

const isOn = (page, key, number) =>
  holds(
    page,
    `${key} leads to ${number}`,
    (wanted) => {
      const row = document.activeElement?.closest(".request-row");
      return row && Number(row.ariaPosInSet) === (wanted > 0 ? wanted : Number(row.ariaSetSize) + wanted);
    },
    number,
  );

for (const [width, height, rate] of [
  [1000, 900, 6],
  [390, 700, 20],
])
  test(`${width} pixels wide, ${rate} times slower: keys, a drag to the end, and anywhere`, async () => {
    const { page, context, seen, list } = await openList({ width, height, rate });
    // As soon as there is a row, while others are made.
    await list.locator(".open").first().focus();
    for (const [key, number] of [
      ["End", 0],
      ["k", -1],
      ["Home", 1],
      ["j", 2],
      ["End", 0],
      ["Home", 1],
    ]) {
      await page.keyboard.press(key);
      await isOn(page, key, number);
    }
    await isFull(page, "after the keys");
    await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
    await isAtEnd(page);
    for (const part of [0.3, 0.8, 0.05, 0.55]) {
      await list.evaluate((node, to) => node.scrollTo(0, to * node.scrollHeight), part);
      await isFull(page, `at ${part}`);
    }
    await isOn(page, "nothing", 1); // who is on a row that is out of view is on it still
    assert.ok((await list.locator(".request-row").count()) <= 80);
    assert.deepEqual([seen.violations, seen.errors], [[], []]);
    await context.close();
  });

test("what is seen stays in its place: rows above turn out higher, a request arrives; with another width there is no empty room", async () => {
  const { page, context, seen, list } = await openList({ width: 1000, height: 900, rate: 6 });
  await list.evaluate((node) => node.scrollTo(0, 0.6 * node.scrollHeight));
  await isFull(page, "where it was dragged to");
  // Up by a little, row for row: those above are made, higher than thought, and none in view jumps.
  const jumps = await list.evaluate(async (node) => {
    let most = 0;
    for (let step = 0; step < 12; step += 1) {
      const view = node.getBoundingClientRect();
      const row = [...node.querySelectorAll(".request-row")].find((each) => each.getBoundingClientRect().top > view.top + 60);
      const before = row.getBoundingClientRect().top;
      node.scrollBy(0, -60);
      await new Promise((resolve) => setTimeout(resolve, 150));
      if (row.isConnected) most = Math.max(most, Math.abs(row.getBoundingClientRect().top - before - 60));
    }
    return most;
  });
  assert.ok(jumps < 6, `a row in view moved by ${jumps} pixels`);
  const name = await list.evaluate((node) => {
    const view = node.getBoundingClientRect();
    return [...node.querySelectorAll(".request-row")].find((each) => each.getBoundingClientRect().top > view.top + 60).dataset.row;
  });
  const row = page.locator(`[data-row="${name}"]`);
  const { y } = await row.boundingBox();
  await create([["rows-late", true]]);
  await page.locator("#review-count", { hasText: `${COUNT + 1} match` }).waitFor();
  await until(async () => (await row.getAttribute("aria-setsize")) === String(COUNT + 1), "the row to say of how many it is one");
  assert.ok(Math.abs((await row.boundingBox()).y - y) < 2, "nothing in view moves");
  await page.setViewportSize({ width: 700, height: 900 });
  await isFull(page, "with another width");
  await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
  await isAtEnd(page);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("printed from far down, or with a request open on a narrow screen, the list is whole", async () => {
  for (const width of [1000, 390]) {
    const { page, context, list } = await openList({ width, height: 700, rate: 1 });
    const rows = list.locator(".request-row");
    await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
    await isAtEnd(page);
    if (width < 960) await rows.last().locator(".open").click();
    const all = Number(await rows.first().getAttribute("aria-setsize"));
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    assert.equal(await rows.count(), all);
    assert.ok(await rows.first().isVisible());
    assert.equal(await page.locator(".unprinted").innerText(), "");
    await page.emulateMedia({ media: null });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await until(async () => (await rows.count()) < all, "the screen to show a part again");
    if (width >= 960) await isAtEnd(page);
    // A browser that does not tell when it has printed.
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await rows.count(), all);
    await page.keyboard.press("Shift");
    await until(async () => (await rows.count()) < all, "the screen to show a part again after a key");
    if (width >= 960) await isAtEnd(page);
    await context.close();
  }
});
