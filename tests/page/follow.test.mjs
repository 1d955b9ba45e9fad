// #/review follows the cluster: what arrives, is decided elsewhere or deleted shows by itself; what breaks is said, and caught up with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { apiRequests, openPage } from "./browser.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser, kubecred, pem;
// A control plane of its own: what others have left would be the first screenful.
onStage(
  async (stage) => {
    ({ plane, proxy, browser } = stage);
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
    pem = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "fiona" });
  },
  { flags: {} },
);

async function create(to, ...names) {
  const items = await Promise.all(names.map((name) => kubecred.csr.manifest({ csr: pem, name })));
  const { code, stderr } = await to.kubectl(["create", "--validate=false", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
}

const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);
const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
const openCard = (page, name) => rowOf(page, name).locator(".open").click();
const names = (page) => page.locator("#review-list .request-row").evaluateAll((rows) => rows.map(({ dataset }) => dataset.row));
/** The rows come in tasks after that of the number of matches. */
const lists = (page, ...wanted) => until(async () => String(await names(page)) === String(wanted), `the list to be ${wanted}`);
const listed = (page) => page.locator("#review-count", { hasText: /^\d+ pending, / }).waitFor();

test("requests that arrive, are decided elsewhere or deleted show by themselves, and nothing that can be pressed moves", async () => {
  await create(plane, "follow-a", "follow-b", "follow-c", "follow-d");
  const { page, seen, context } = await openPage(browser, `${proxy.page}#/review`);
  await listed(page);
  await page.getByRole("searchbox", { name: "Search" }).fill("follow-");
  await page.locator("#review-count", { hasText: "4 match" }).waitFor();
  const place = async (name) => (await rowOf(page, name).boundingBox()).y + (await page.evaluate(() => scrollY)); // from the top of the page

  await openCard(page, "follow-b");
  await cardOf(page, "follow-b").getByText("Give a reason").click();
  await cardOf(page, "follow-b").getByLabel("Reason").fill("half a sen");
  await create(plane, "follow-e");
  await expectVisible(rowOf(page, "follow-e"));
  await page.locator("#live", { hasText: "A request has arrived: follow-e." }).waitFor({ state: "attached" });
  assert.equal(await cardOf(page, "follow-b").getByLabel("Reason").inputValue(), "half a sen", "what somebody is typing stays");
  assert.ok(
    await cardOf(page, "follow-b")
      .getByLabel("Reason")
      .evaluate((input) => input === document.activeElement),
    "and so does the focus",
  );
  await cardOf(page, "follow-b").getByText("Give a reason").click();
  await rowOf(page, "follow-c").getByLabel("Select").check();
  const before = await place("follow-d");

  await plane.kubectl(["certificate", "approve", "follow-a", "follow-c"]);
  await expectVisible(rowOf(page, "follow-a").getByText("Issued"));
  await expectVisible(rowOf(page, "follow-c").getByText("Issued"));
  await until(async () => (await page.locator(".bulk-bar").count()) === 0, "what was decided elsewhere drops out of the selection");

  await plane.kubectl(["delete", "csr", "follow-b"]);
  await expectVisible(cardOf(page, "follow-b").getByText("deleted", { exact: true }));
  assert.equal(await cardOf(page, "follow-b").getByRole("button").count(), 0);
  await page.locator("#review-count", { hasText: "4 match" }).waitFor();
  await lists(page, "follow-a", "follow-b", "follow-c", "follow-d", "follow-e");
  const moved = Math.abs((await place("follow-d")) - before);
  assert.ok(moved < 1, `the card that waits has moved by ${moved} px`);
  await page.getByRole("button", { name: "Decided" }).click();
  await page.locator("#review-count", { hasText: "2 match" }).waitFor();
  await until(async () => String((await names(page)).sort()) === "follow-a,follow-c", "another tab to leave out what is gone");
  await page.getByRole("button", { name: "Pending" }).click();
  await page.locator("#review-count", { hasText: "2 match" }).waitFor();
  await lists(page, "follow-d", "follow-e");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("while another panel is shown the cluster is not asked; who comes back sees what has happened", async () => {
  await create(plane, "away-a");
  const { page, seen, context } = await openPage(browser, null);
  const watches = { begun: 0, ended: 0 };
  const isWatch = (request) => request.url().includes("/certificatesigningrequests?") && request.url().includes("watch=1");
  context.on("request", (request) => {
    if (isWatch(request)) watches.begun += 1;
  });
  context.on("requestfailed", (request) => {
    if (isWatch(request)) watches.ended += 1;
  });
  const panel = (words) => page.getByRole("navigation").getByRole("link", { name: words }).click();
  await page.goto(`${proxy.page}#/review`);
  await listed(page);
  await until(() => watches.begun === 1, "the watch");
  await panel("Kubeconfigs");
  await until(() => watches.ended === 1, "the end of the watch");
  const asked = apiRequests(seen).length;
  await create(plane, "away-b");
  await plane.kubectl(["certificate", "deny", "away-a"]);
  await page.waitForTimeout(1_500); // a watch that broke would be there again by now
  assert.equal(apiRequests(seen).length, asked, "nothing is asked");
  await panel("Review requests");
  await expectVisible(rowOf(page, "away-b"));
  await page.getByRole("button", { name: "Decided" }).click();
  await expectVisible(rowOf(page, "away-a").getByText("Denied", { exact: true }));
  await page.getByRole("button", { name: "Pending" }).click();
  await until(() => watches.begun === 2, "the next watch");
  await create(plane, "away-c");
  await expectVisible(rowOf(page, "away-c"));

  // To and fro at once: one watch is left, and it is alive.
  await panel("Kubeconfigs");
  await panel("Review requests");
  await panel("Kubeconfigs");
  await panel("Review requests");
  await listed(page);
  await until(() => watches.begun === watches.ended + 1, "one watch");
  await create(plane, "away-d");
  await expectVisible(rowOf(page, "away-d"));
  await until(() => watches.begun === watches.ended + 1, "one watch still");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("somebody else decides at the same moment: the later decision is refused in a sentence, and the card says what stands", async () => {
  await create(plane, "follow-twice");
  const { page, context } = await openPage(browser, `${proxy.page}#/review/follow-twice`);
  const card = cardOf(page, "follow-twice");
  await card.getByRole("button", { name: "Approve" }).waitFor();
  let held = true;
  // The other's decision comes while ours has read the request, and not written yet.
  await context.route("**/follow-twice/approval", async (route) => {
    if (held) assert.equal((await plane.kubectl(["certificate", "deny", "follow-twice"])).code, 0);
    held = false;
    await route.continue();
  });
  await card.getByRole("button", { name: "Approve" }).click();
  await page.locator("#live, [data-name='follow-twice']", { hasText: "The request was already denied, which is final" }).first().waitFor({ state: "attached" });
  await expectVisible(card.getByText("denied", { exact: true }));
  assert.equal(await card.getByRole("button", { name: "Approve" }).count(), 0);
  const { stdout } = await plane.kubectl(["get", "csr", "follow-twice", "-o", "jsonpath={.status.conditions[*].type}"]);
  assert.equal(stdout, "Denied");
  await context.close();
});

test("the server has forgotten where the watch began (410): listed again, and what has happened meanwhile is there", async () => {
  await create(plane, "forgotten-a", "forgotten-b");
  const { page, context } = await openPage(browser, null);
  let watches = 0;
  let lists = 0;
  await context.route("**/certificatesigningrequests?*", async (route) => {
    if (!route.request().url().includes("watch=1")) return (lists++, route.continue());
    if (++watches > 1) return route.continue();
    await plane.kubectl(["delete", "csr", "forgotten-a"]);
    await plane.kubectl(["certificate", "deny", "forgotten-b"]);
    await create(plane, "forgotten-c");
    await route.fulfill({
      status: 200,
      contentType: "application/json",
      body: `${JSON.stringify(JSON.parse(readFileSync(join(tests, "vectors", "api", "watch-410-expired.json"), "utf8")))}\n`,
    });
  });
  await page.goto(`${proxy.page}#/review`);
  await expectVisible(rowOf(page, "forgotten-a").getByText("Deleted", { exact: true }));
  await expectVisible(rowOf(page, "forgotten-b").getByText("Denied", { exact: true }));
  await expectVisible(rowOf(page, "forgotten-c"));
  assert.equal(lists, 2);
  await until(() => watches === 2, "the second watch");
  await create(plane, "forgotten-d");
  await expectVisible(rowOf(page, "forgotten-d"));
  assert.equal(lists, 2, "the second watch is a good one");
  await context.close();
});

test("the watch is refused (403): said, with what to do; the list stands", async () => {
  const { page, context } = await openPage(browser, null);
  await context.route("**/certificatesigningrequests?watch=1*", (route) =>
    route.fulfill({
      status: 403,
      contentType: "application/json",
      body: readFileSync(join(tests, "vectors", "api", "403-list-csr.json"), "utf8").replaceAll("cannot list", "cannot watch"),
    }),
  );
  await page.goto(`${proxy.page}#/review`);
  await expectVisible(page.locator("#review-follow", { hasText: /is not updating: .*403.*Select “Refresh” to see changes/ }));
  assert.ok((await page.locator("#review-list .request-row").count()) > 0);
  await context.close();
});

test("the API server is ended and started again while the list follows it: said, and caught up with", async () => {
  // Told to end, the server waits for open connections as long as a request may take, and a watch is one: a minute, if it is not told.
  const own = await startControlPlane({ APISERVER_FLAGS: "--request-timeout=10s" });
  try {
    await create(own, "before");
    const { page, context, seen } = await openPage(browser, `${(await own.proxy()).page}#/review`);
    await expectVisible(rowOf(page, "before"));
    const start = await own.end("kube-apiserver");
    await expectVisible(page.locator("#review-follow", { hasText: /The list is not updating: .*Retrying\./ }));
    assert.equal(await rowOf(page, "before").getByText("None found").count(), 1, "what was known stays on the screen");
    start();
    await until(async () => (await own.kubectl(["get", "--raw", "/readyz"])).code === 0, "the server to be back", 60_000);
    await create(own, "afterwards");
    await own.kubectl(["certificate", "deny", "before"]);
    await expectVisible(rowOf(page, "afterwards"));
    await expectVisible(rowOf(page, "before").getByText("Denied", { exact: true }));
    assert.equal(await page.locator("#review-follow").isVisible(), false);
    assert.deepEqual([seen.violations, seen.errors], [[], []]);
    await context.close();
  } finally {
    own.stop();
  }
});
