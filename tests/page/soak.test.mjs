// A page that is used for long, in a short version (`make soak` is the long one): the module's memory does not grow from one request to the next, nothing
// of a closed session stays, and no worker is left.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { soak } from "./soaking.mjs";
import { until } from "./wait.mjs";

let browser, one;
before(async () => {
  browser = await startBrowser();
  one = await soak(browser);
});
after(async () => {
  await one?.close();
  await browser?.close();
});

/** What the page's heap may grow by while the engine still compiles and fills its caches: less than one kubeconfig for each cycle. */
const GROWTH = 4_000;

test("requests in one session: the module's memory is as large after fifty as after ten", async () => {
  await one.cycles(0, 10);
  const first = await one.measure();
  assert.deepEqual([first.workers, first.pages > 0], [1, true], "the control");
  await one.cycles(10, 40);
  const last = await one.measure();
  assert.equal(last.pages, first.pages);
  assert.equal(last.workers, 1);
  assert.ok(last.heap - first.heap < 40 * GROWTH, `the heap has grown by ${last.heap - first.heap} bytes`);
  // The control: what stays of each cycle is seen.
  await one.page.evaluate((size) => {
    globalThis.kept = Array.from({ length: 40 }, (_, index) =>
      String(index)
        .padEnd(size, "x")
        .replaceAll("x", () => "y"),
    );
  }, 2 * GROWTH);
  assert.ok((await one.measure()).heap - last.heap > 40 * GROWTH);
});

test("sessions opened and closed, some in the midst of a search: their workers are gone, and so is what they had", async () => {
  await one.leave();
  await one.sessions(4);
  await until(async () => (await one.measure()).workers === 0, "the workers to end");
  const first = await one.measure();
  await one.sessions(10);
  await until(async () => (await one.measure()).workers === 0, "the workers to end");
  const last = await one.measure();
  assert.equal(last.pages, 0);
  assert.ok(last.heap - first.heap < 10 * 16_000, `the heap has grown by ${last.heap - first.heap} bytes`);
  assert.deepEqual([one.seen.errors, one.seen.violations], [[], []]);
});
