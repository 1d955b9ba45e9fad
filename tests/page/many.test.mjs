// 1,500 requests that wait, on a real API server of their own: the first screen is quick, the list is complete, and opening, filtering and
// scrolling it have no task of the main thread over 50 ms. `make bench` measures the same with 10,000 and kubectl beside it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { crowd, filterList, nameOf, openList, seeAll, walkList } from "./many.mjs";
import { onStage } from "./stage.mjs";

const COUNT = 1500;
const MOST = 50;
let plane, browser, kubecred, list;
onStage(
  async (stage) => {
    ({ plane, browser } = stage);
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
    await crowd(plane, kubecred, COUNT);
  },
  { flags: {} },
);

const long = (tasks) => tasks.filter((duration) => duration > MOST);

test("the first screen stands within a second of the first page, and the rest comes without a long task", async () => {
  list = await openList(browser, await plane.proxy(), COUNT);
  assert.equal(list.pages, 8);
  assert.ok(list.firstScreen < 1000, `${list.firstScreen} ms`);
  assert.deepEqual(long(list.main), []);
  assert.ok(list.main.length > 100);
});

test("filtering has no long task", async () => {
  assert.deepEqual(long((await filterList(browser, list.page, COUNT)).main), []);
});

test("going through it by keyboard, opening, selecting and reviewing a selection have no long task", async () => {
  assert.deepEqual(long((await walkList(browser, list.page)).main), []);
});

test("scrolled to its end, the list is complete, without a long task", async () => {
  const { main, names } = await seeAll(browser, list.page, COUNT);
  assert.deepEqual(
    names.toSorted(),
    Array.from({ length: COUNT }, (_, number) => nameOf(number)),
  );
  assert.deepEqual(long(main), []);
  assert.deepEqual([list.seen.violations, list.seen.errors], [[], []]);
});
