// Every state of the page: axe finds nothing, nothing overflows, wide and at 320 px, light and dark, at 200 % zoom.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { OFFLINE_FILE, tests } from "../support/place.mjs";
import { makeKey, openStep, save, sayWho, send } from "./person.mjs";
import { entry } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { tour } from "./tour.mjs";
import { tourInvitations } from "./tour-invitations.mjs";
import { expectVisible, until } from "./wait.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const certificate = readFileSync(join(tests, "vectors", "signing-requests", "issued.crt.pem"), "utf8");
let plane, proxy, server, browser, wide, guest;

onStage(
  async (stage) => {
    ({ plane, proxy, server, browser } = stage);
    wide = await plane.proxy(0, plane.admin, "invitations bindings");
    guest = await plane.proxy(0, plane.as("guest", { token: "nobody" }));
  },
  { served: true },
);

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

const looks = [
  { name: "wide and light", viewport: { width: 1000, height: 900 }, colorScheme: "light" },
  { name: "320 px and dark", viewport: { width: 320, height: 640 }, colorScheme: "dark" },
  // 1280 px at 200 % are 640 CSS pixels with two device pixels each. What axe looks at is the same there as above.
  { name: "200 % zoom", look: false, viewport: { width: 640, height: 450 }, colorScheme: "light", deviceScaleFactor: 2 },
];

/** Walks one tour in one look; every state is looked at. */
async function walk(tourOf, least, { look = true, ...options }) {
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

for (const { name, look = true, ...options } of looks) {
  test(`${name}: ${look ? "axe finds nothing and " : ""}nothing overflows`, () =>
    walk((page, stop) => tour(page, { live: proxy.page, offline: server.address, file: OFFLINE_FILE, certificate }, stop), 20, { look, ...options }));
}

for (const { name, ...options } of [
  { name: "1280 px and light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "390 px and light", viewport: { width: 390, height: 800 }, colorScheme: "light", look: false },
  { name: "320 px and dark", viewport: { width: 320, height: 640 }, colorScheme: "dark" },
]) {
  test(`invitations, ${name}: nothing overflows, and axe finds nothing`, () =>
    walk((page, stop) => tourInvitations(page, { wide: wide.page, guest: guest.page, offline: server.address }, stop), 12, options));
}

/** What a screen reader is told: the text of the live region, from the accessibility tree. */
async function spoken(cdp) {
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const status = nodes.find((node) => node.role?.value === "status" && !node.ignored);
  assert.equal(status.properties.find((property) => property.name === "live").value.value, "polite");
  const below = (node) =>
    [node.role?.value === "StaticText" ? node.name.value : "", ...(node.childIds ?? []).flatMap((id) => below(nodes.find((each) => each.nodeId === id)))].join(
      "",
    );
  return below(status);
}

test("the text is there before the module is", async () => {
  const { page, context } = await openPage(browser, null);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await context.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${server.address}#/access`);
  await page.getByLabel("User name").fill("early");
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint").length);
  assert.equal(paint, 1, "painted while the module is still on its way");
  release();
  await page.getByRole("button", { name: "Continue" }).click();
  await expectVisible(page.getByRole("button", { name: "Create key" }));
  await context.close();
});

test("changes of state and refusals are spoken, and a wrong field says why", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  const cdp = await context.newCDPSession(page);
  const speaks = async (pattern) => until(async () => pattern.test(await spoken(cdp)), `${pattern} to be spoken`);
  await sayWho(page, "system:node:jane", ["system:masters"]);
  await expectVisible(page.locator("#who .findings .error").first());
  await speaks(/system:|node/i);
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const field = nodes.find(
    (node) => node.role?.value === "textbox" && node.properties?.some(({ name, value }) => name === "invalid" && value.value === "true"),
  );
  assert.ok(field?.description?.value.length > 20, "the field that is wrong is described by its remark");
  await sayWho(page, "jane", ["dev"]);
  await speaks(/^Step 2 of 5: Your key$/);
  await makeKey(page);
  await speaks(/^Step 3 of 5: Your request$/);
  const name = await send(page);
  await speaks(/^Waiting for approval\.$/);
  await plane.kubectl(["certificate", "approve", name]);
  await openStep(page, "file");
  await speaks(/Step 5 of 5: Your kubeconfig|The certificate for jane was issued/);
  const saved = await save(page);
  await speaks(new RegExp(`^Saved as ${saved.name}`));

  // On paper: the path and its words, nothing to press, no key.
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("button:visible, nav:visible, dialog:visible").count(), 0);
  assert.ok(await page.locator("h1:visible").count());
  const key = entry(saved.bytes, "client-key-data").toString().split("\n")[1];
  const paper = await page.locator("body").innerText();
  assert.ok(
    saved.bytes.toString().includes(entry(saved.bytes, "client-key-data").toString("base64")) &&
      !paper.includes(key) &&
      !paper.includes(entry(saved.bytes, "client-key-data").toString("base64").slice(0, 40)),
  );
  await context.close();
});
