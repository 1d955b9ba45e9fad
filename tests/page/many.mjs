// Thousands of requests on a real API server, and #/review over them as a person uses it: opened, filtered, scrolled, seen to its end.
// For many.test.mjs, which asserts, and tests/bench/review.bench.mjs, which measures the full number.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fetchWith, inParallel } from "../package/live.mjs";
import { openPage } from "./browser.mjs";
import { traced } from "./tracing.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
export const nameOf = (number) => `many-${String(number).padStart(5, "0")}`;

/** So many requests that wait, of ten people, sixteen on their way at a time. */
export async function crowd(plane, kubecred, count) {
  const [, server] = /^SERVER=(.*)$/m.exec(readFileSync(join(plane.dir, "env"), "utf8"));
  const [, token] = /token: (\S+)/.exec(readFileSync(plane.admin, "utf8"));
  const { fetch, close } = fetchWith(readFileSync(join(plane.dir, "ca.crt")));
  const key = await kubecred.keys.generate("ecdsa-p256");
  const objects = await Promise.all(
    Array.from({ length: 10 }, async (_, person) =>
      kubecred.csr.manifest({ csr: await key.createCsr({ user: `person-${person}`, groups: ["dev", `team-${person}`] }), name: "many" }),
    ),
  );
  await inParallel(
    Array.from({ length: count }, (_, number) => number),
    16,
    async (number) => {
      const object = { ...objects[number % 10], metadata: { name: nameOf(number) } };
      const answer = await fetch(server + CSRS, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify(object),
      });
      if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    },
  );
  close();
}

// When a screenful is there, by the page's own clock.
const watchScreen = () => {
  new MutationObserver(() => {
    if (!globalThis.screenAt && document.querySelectorAll("#review-list .request-row").length >= 20) globalThis.screenAt = performance.now();
  }).observe(document, { childList: true, subtree: true });
};

/** Slows the page as a weak machine is slow: so many times. */
async function slow(page, rate) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
}

/** Opens the list, on a page that is slowed so many times, and waits until all are there: { page, context, seen, main, workers, firstScreen, whole } in milliseconds. */
export async function openList(browser, proxy, count, { slow: rate = 1 } = {}) {
  const opened = await openPage(browser, null);
  const { page, context } = opened;
  await slow(page, rate);
  await context.addInitScript(watchScreen);
  const { main, workers } = await traced(browser, page, async () => {
    await page.goto(`${proxy.page}#/review`);
    await page.locator("#review-count", { hasText: new RegExp(`^${count} pending`) }).waitFor({ timeout: 120_000 });
    await page.locator("#live", { hasText: /pending/ }).waitFor({ state: "attached" });
  });
  const times = await page.evaluate(() => {
    const pages = performance.getEntriesByType("resource").filter(({ name }) => /certificatesigningrequests\?limit=/.test(name));
    return { screen: globalThis.screenAt, first: pages[0].responseEnd, begun: pages[0].startTime, last: pages.at(-1).responseEnd, pages: pages.length };
  });
  return { ...opened, main, workers, pages: times.pages, firstScreen: times.screen - times.first, whole: times.last - times.begun };
}

/** Filters by words and state and back; gives the tasks of the main thread. */
export const filterList = (browser, page, count) =>
  traced(browser, page, async () => {
    const said = (text) => page.locator("#review-count", { hasText: text }).waitFor();
    for (const [words, matching] of [
      ["person-3", count / 10],
      ["team-7 dev", count / 10],
      [nameOf(17), 1],
      ["nobody", 0],
    ]) {
      await page.getByRole("searchbox", { name: "Search" }).fill(words);
      await said(`${matching} match the search.`);
    }
    await page.getByRole("searchbox", { name: "Search" }).fill("");
    await page.getByRole("button", { name: "Decided" }).click();
    await page.getByText("No decided requests.").waitFor();
    await page.getByRole("button", { name: "Pending" }).click();
    // How many rows fill the list depends on their height.
    await page.waitForFunction(() => {
      const list = document.querySelector("#review-list");
      const last = [...list.querySelectorAll(".request-row")].at(-1);
      return last && last.getBoundingClientRect().bottom >= list.getBoundingClientRect().bottom;
    });
  });

/** Goes down the list by j, opens requests, selects some, reviews the selection; gives the tasks of the main thread. From within, as in `seeAll`. */
export const walkList = (browser, page) =>
  traced(browser, page, () =>
    page.evaluate(async () => {
      const pause = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
      const at = (selector) => document.querySelector(selector);
      at("#review-title").focus();
      for (let step = 0; step < 12; step++) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        await pause();
      }
      for (const row of [...document.querySelectorAll("#review-list .request-row")].slice(10, 15)) {
        row.querySelector(".open").click();
        await pause();
        if (at("#review-detail article")?.dataset.name !== row.dataset.row) throw new Error(`${row.dataset.row} is not open`);
      }
      for (const box of [...document.querySelectorAll("#review-list input")].slice(0, 20)) {
        box.click();
        await pause();
      }
      const press = async (words) => {
        [...document.querySelectorAll("#review-selection button")].find(({ textContent }) => textContent.startsWith(words)).click();
        await pause();
      };
      await press("Review 20");
      await press("Cancel");
      await press("Clear");
    }),
  );

/** Scrolls down until so many were seen, then up and down; gives the tasks of the main thread, and the names in their order. From within, as in `walkList`. */
export async function seeAll(browser, page, most) {
  let names;
  const { main } = await traced(browser, page, async () => {
    names = await page.evaluate(async (count) => {
      const list = document.querySelector("#review-list");
      const seen = [];
      list.scrollTop = 0;
      while (seen.length < count) {
        const row = list.querySelector(`[aria-posinset="${seen.length + 1}"]`);
        if (!row) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          continue;
        }
        seen.push(row.dataset.row);
        if (seen.length % 10 === 0) row.scrollIntoView({ block: "end" });
      }
      return seen;
    }, most);
    await page.mouse.move(500, 400);
    for (let step = 0; step < 20; step++) {
      await page.mouse.wheel(0, step % 2 ? -2500 : 4000);
      await page.waitForTimeout(30);
    }
  });
  return { main, names };
}
