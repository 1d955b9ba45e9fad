// Walks a tour of the page and looks at every state: axe finds nothing, nothing overflows, no value is written where a text should be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openPage } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Through the debugger, which the page's policy does not bind: the page itself stays as strict as it is.
async function axe(cdp) {
  await cdp.send("Runtime.evaluate", { expression: AXE });
  const { result } = await cdp.send("Runtime.evaluate", {
    expression:
      "axe.run().then(({ violations, passes }) => JSON.stringify({ passes: passes.length, violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')) }))",
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
}

/**
 * Walks one tour in one look; every state is looked at.
 * @param browser
 * @param {(page, stop) => Promise<void>} tourOf
 * @param {number} least so many states are seen at least
 * @param options `look: false` leaves axe out; the others are the context's
 */
export async function walk(browser, tourOf, least, { look = true, ...options }) {
  const { page, context, seen } = await openPage(browser, null, { reducedMotion: "reduce", ...options });
  const cdp = await context.newCDPSession(page);
  const wrong = [];
  const states = [];
  await tourOf(page, async (state) => {
    states.push(state);
    if (look) {
      const { violations, passes } = await axe(cdp);
      assert.ok(passes > 10, "axe has looked at the page");
      wrong.push(...violations.map((violation) => `${state}: ${violation}`));
    }
    const text = await page.evaluate(() => document.body.innerText);
    if (/\[object |\bundefined\b|\bNaN\b/.test(text)) wrong.push(`${state}: an object or nothing stands where a text should`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) wrong.push(`${state}: ${over} px wider than the window`);
    const moving = await page.evaluate(() => document.getAnimations().length);
    if (moving) wrong.push(`${state}: ${moving} animations, though less motion is wanted`);
  });
  assert.deepEqual(wrong, []);
  assert.ok(states.length >= least, `only ${states.length} states were seen`);
  assert.deepEqual(seen.violations, []);
  assert.deepEqual(seen.errors, []);
  await context.close();
}
