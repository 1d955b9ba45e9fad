// Times are local and relative, with the exact instant in UTC in the title; the page of these tests is in Berlin.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";

let browser, server;
onStage(
  (stage) => {
    ({ browser, server } = stage);
  },
  { cluster: false, served: true },
);

const NOW = Date.parse("2026-11-28T03:10:00Z");
const HOUR = 3600;
const DAY = 24 * HOUR;

/** What a function of dates.js gives for an instant so many seconds from NOW: text, or an element's text, title and datetime. */
async function inBerlin(calls) {
  const { page, context, seen } = await openPage(browser, server.address, { timezoneId: "Europe/Berlin" });
  const results = await page.evaluate(
    async ([list, now]) => {
      const dates = await import("./ui/dates.js");
      return list.map(([name, seconds]) => {
        const made = dates[name](new Date(now + seconds * 1000).toISOString(), now);
        return typeof made === "string" ? made : [made.textContent, made.title, made.getAttribute("datetime")];
      });
    },
    [calls, NOW],
  );
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
  return results;
}

test("local and relative, with UTC in the title", async () => {
  const inWeek = "2026-12-05T03:10:00Z";
  const lastYear = "2025-12-29T03:10:00Z";
  const results = await inBerlin([
    ["when", 7 * DAY],
    ["expiry", 7 * DAY],
    ["expiry", -334 * DAY],
    ["when", -334 * DAY],
  ]);
  assert.deepEqual(results, [
    ["Sat 5 Dec 2026, 04:10 (in 7 days)", inWeek, inWeek],
    ["Expires Sat 5 Dec 2026, 04:10 (in 7 days)", inWeek, inWeek],
    ["Expired 11 months ago", lastYear, lastYear],
    ["Mon 29 Dec 2025, 04:10 (11 months ago)", lastYear, lastYear],
  ]);
});

test("distances from now in the unit that a person would choose, ages short", async () => {
  const spans = [1, 90, 3000, 3 * HOUR, 30 * HOUR, 3 * DAY, 59 * DAY, 90 * DAY, 696 * DAY, 3650 * DAY];
  assert.deepEqual(await inBerlin(spans.map((seconds) => ["relative", seconds])), [
    "in 1 second",
    "in 90 seconds",
    "in 50 minutes",
    "in 3 hours",
    "in 30 hours",
    "in 3 days",
    "in 59 days",
    "in 3 months",
    "in 23 months",
    "in 10 years",
  ]);
  assert.deepEqual(await inBerlin([5, 100, 3000, 3 * HOUR, 40 * HOUR, 3 * DAY].map((seconds) => ["age", -seconds])), [
    "5 s",
    "100 s",
    "50 min",
    "3 h",
    "40 h",
    "3 d",
  ]);
});

test("the list of what was sent has the reader's time, and UTC in the title; so has a sentence where text alone goes", async () => {
  const { page, context } = await openPage(browser, server.address, { timezoneId: "Europe/Berlin" });
  await page.locator("#ledger summary").filter({ hasText: "request" }).click();
  await page.locator("#ledger tbody time").first().waitFor(); // the list is drawn in a task of its own
  const [head, time, exact, words] = await page.evaluate(async () => {
    const { spoken } = await import("./ui/findings.js");
    const cell = document.querySelector("#ledger tbody time");
    return [document.querySelector("#ledger th").textContent, cell.textContent, cell.title, spoken("It expired on 2025-12-29T03:10:00Z. Renew it")];
  });
  assert.equal(head, "Time");
  assert.match(exact, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const berlin = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  assert.equal(time, berlin.format(new Date(exact)));
  assert.match(words, /^It expired on Mon 29 Dec 2025, 04:10 \(.+ ago\)\. Renew it\.$/);
  await context.close();
});

test("an instant in a sentence of the package is said like the others, with UTC in its title", async () => {
  const { page, context } = await openPage(browser, server.address, { timezoneId: "Europe/Berlin" });
  const [sentence, title, plain] = await page.evaluate(async () => {
    const { findingList } = await import("./ui/findings.js");
    const list = findingList([
      { level: "error", code: "not-accepted", message: "It expired on 2025-12-29T03:10:00Z. Renew it" },
      { level: "notice", code: "more", message: "Nothing is due" },
    ]);
    return [list.children[0].textContent, list.querySelector("time").title, list.children[1].textContent];
  });
  assert.match(sentence, /^Error: It expired on Mon 29 Dec 2025, 04:10 \(.+ ago\)\. Renew it\.$/);
  assert.equal(title, "2025-12-29T03:10:00Z");
  assert.equal(plain, "Note: Nothing is due.");
  await context.close();
});
