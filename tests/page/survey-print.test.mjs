// The list of requests on paper: all of it, without what can only be pressed, and without what a printer leaves out.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "./wait.mjs";
import { create, DAY, openList, rowOf } from "./survey-stage.mjs";

test("a printed list has every request, also those that the screen has not shown yet, each with its risk in ink", async () => {
  await create(Array.from({ length: 50 }, (_, index) => [`print-${String(index).padStart(2, "0")}`, `paper-${index}`, ["dev"], 7 * DAY]));
  const { page, context } = await openList();
  const rows = page.locator("#review-list .request-row");
  await rows.nth(9).waitFor();
  assert.ok((await rows.count()) < 68, "the control: the screen shows a part");
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok((pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length >= 2, "it goes on on the next page");
  if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, "review-print.pdf"), pdf);
  await until(async () => (await rows.count()) < 68, "the screen to show a part again");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await rows.count(), 68);
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.emulateMedia({ media: "print" });
  for (const name of ["plain-00", "component", "print-49"]) assert.ok(await rowOf(page, name).isVisible(), name);
  for (const hidden of ["#review-filters", "#review-refresh", "#review-hand", "#review-detail", ".tick"])
    assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  const ink = await rowOf(page, "component")
    .locator(".badge")
    .evaluate((node) => {
      const { color, backgroundColor } = getComputedStyle(node);
      return { color, backgroundColor, text: getComputedStyle(document.body).color };
    });
  assert.deepEqual([ink.color, ink.backgroundColor], [ink.text, "rgba(0, 0, 0, 0)"], "no white letters on a background that is not printed");
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "review-print.png") });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await context.close();
});

test("the request that is open is printed with its list, without its buttons", async () => {
  const { page, context } = await openList();
  await rowOf(page, "component").locator(".open").click();
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator('article[data-name="component"] dl').isVisible());
  assert.equal(await page.locator("#review-detail .decide").isVisible(), false);
  assert.equal(await page.locator("#review-detail .confirm").isVisible(), false);
  await context.close();
});
