// Walks a tour of the page and looks at every state: axe finds nothing, nothing overflows, nothing sticks together, no two buttons compete, times are those of the reader, no value is written where a text should be.
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

/** Space that is missing: below a heading, and between two cards. A step's heading has its space inside of its own line. */
const cramped = () => {
  const next = (node) => {
    let other = node.nextElementSibling;
    while (other && !(other.checkVisibility() && other.getClientRects().length && getComputedStyle(other).position !== "absolute"))
      other = other.nextElementSibling;
    return other;
  };
  const gaps = (selector, least) =>
    [...document.querySelectorAll(selector)].flatMap((node) => {
      const other = node.checkVisibility() ? next(node) : null;
      if (!other) return [];
      const gap = other.getBoundingClientRect().top - node.getBoundingClientRect().bottom;
      const stacked = gap > -4; // otherwise they are side by side
      return stacked && gap < least ? [`${Math.round(gap)} px below ${node.tagName} ${(node.id || node.textContent).slice(0, 40)}`] : [];
    });
  return [
    ...gaps("main h1, main :is(h2, h3, legend):not(.steps > li > *, .unseen)", 3),
    ...gaps("main .card:has(+ .card)", 8),
    ...gaps("main .command:has(+ .field)", 8),
  ];
};

/** Buttons side by side whose middles differ. */
const crooked = () =>
  [...document.querySelectorAll(".row")].flatMap((row) => {
    const boxes = [...row.querySelectorAll(":scope > :is(button, .button)")]
      .filter((each) => each.checkVisibility())
      .map((each) => each.getBoundingClientRect());
    const middle = ({ top, bottom }) => (top + bottom) / 2;
    const wrong = boxes.some((one, index) => {
      const other = boxes[index + 1];
      return other && one.top < other.bottom && other.top < one.bottom && Math.abs(middle(one) - middle(other)) > 1;
    });
    return wrong ? [`a crooked row: ${row.textContent.slice(0, 80)}`] : [];
  });

/** Cards side by side that begin at different heights. */
const uneven = () =>
  [...document.querySelectorAll("main :has(> .card + .card)")].flatMap((parent) => {
    const boxes = [...parent.children].filter((each) => each.matches(".card") && each.checkVisibility()).map((each) => each.getBoundingClientRect());
    const wrong = boxes.some((one, index) => {
      const other = boxes[index + 1];
      return other && one.top < other.bottom && other.top < one.bottom && Math.abs(one.top - other.top) > 1;
    });
    return wrong ? [`cards at different heights: ${parent.textContent.trim().slice(0, 40)}`] : [];
  });

/** Badges that are broken into two lines. */
const broken = () =>
  [...document.querySelectorAll("main :is(.badge, .state)")].flatMap((badge) =>
    badge.checkVisibility() && badge.getClientRects().length > 1 ? [`a badge in two lines: ${badge.textContent}`] : [],
  );

/** Cards and dialogs with more than one button that is to be the next. */
const rivals = () =>
  [...document.querySelectorAll(".card, dialog")].flatMap((card) => {
    const first = [...card.querySelectorAll("button.primary")].filter((button) => button.checkVisibility() && button.closest(".card, dialog") === card);
    return first.length > 1 ? [`buttons that compete: ${first.map((button) => button.textContent).join(", ")}`] : [];
  });

/** Instants as machines write them, outside of what is code. */
const machineTimes = () => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (/\d{4}-\d\d-\d\dT\d\d:\d\d/.test(data) && !parentElement.closest("pre, code, textarea, script") && parentElement.checkVisibility())
      found.push(`a time for machines: ${data.slice(0, 120)}`);
  }
  return found;
};

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
    for (const seek of [cramped, crooked, uneven, broken, rivals, machineTimes])
      wrong.push(...(await page.evaluate(seek)).map((found) => `${state}: ${found}`));
    const moving = await page.evaluate(() => document.getAnimations().length);
    if (moving) wrong.push(`${state}: ${moving} animations, though less motion is wanted`);
  });
  assert.deepEqual(wrong, []);
  assert.ok(states.length >= least, `only ${states.length} states were seen`);
  assert.deepEqual(seen.violations, []);
  assert.deepEqual(seen.errors, []);
  await context.close();
}
