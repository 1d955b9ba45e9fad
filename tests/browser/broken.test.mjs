// What keeps the engine from starting or ends it: each said in words a person can use, no key is made or pretended, no half file is written.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serve } from "../cluster/static.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { makeKey, openStep, sayWho } from "./person.mjs";
import { dist } from "./place.mjs";
import { expectVisible, until } from "./wait.mjs";

const wasm = readFileSync(join(dist, "kubecred", "wasm", "core_bg.wasm"));
const html = readFileSync(join(dist, "index.html"), "utf8");
let server, browser;
before(async () => {
  server = await serve(dist);
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const oneByte = Buffer.from(wasm);
oneByte[wasm.length >> 1] ^= 1;
const module = (answer) => (context) => context.route("**/*.wasm", (route) => route.fulfill(answer));
const STARTS = {
  "the module is missing": [module({ status: 404, body: "" }), /not where it should be: the server answered 404/],
  "a byte of the module is changed": [module({ status: 200, contentType: "application/wasm", body: oneByte }), /not the one that this package was built with/],
  "the policy blocks WebAssembly": [(context) => context.route(server.address, (route) => route.fulfill({ contentType: "text/html", body: html.replace(" 'wasm-unsafe-eval'", "") })), /Content-Security-Policy lacks 'wasm-unsafe-eval'/],
  "the browser has no WebAssembly": [(context) => context.addInitScript(() => { delete globalThis.WebAssembly; }), /WebAssembly is not available here/],
  "the worker's file is missing": [(context) => context.route("**/worker.js", (route) => route.fulfill({ status: 404, body: "" })), /worker does not start/],
};

for (const [what, [bring, says]] of Object.entries(STARTS)) {
  test(`${what}: said at the top and at the button, and no key is made`, async () => {
    const { page, context } = await openPage(browser, null);
    await bring(context);
    await page.goto(server.address);
    await page.getByText("This page cannot work here").click();
    assert.match(await page.locator("#connection > div").innerText(), says);
    await page.keyboard.press("Escape");
    await sayWho(page, "jane");
    await expectVisible(page.locator("#who .findings .error"));
    assert.match(await page.locator("#who .findings .error").innerText(), says);
    assert.equal(await page.locator("#key-place").innerText(), "No key yet.");
    await context.close();
  });
}

test("the browser gives no random numbers: no key is made", async () => {
  const { page, context } = await openPage(browser, null);
  const worker = readFileSync(join(dist, "kubecred", "worker.js"), "utf8");
  await context.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: `${worker}\ncrypto.getRandomValues = () => { throw new Error("none"); };` }));
  await page.goto(server.address);
  await sayWho(page, "jane");
  await openStep(page, "key");
  await page.getByRole("button", { name: "Make the key" }).click();
  await expectVisible(page.locator("#key .findings .error"));
  assert.match(await page.locator("#key .findings .error").innerText(), /random/i);
  assert.equal(await page.locator("#key-place").innerText(), "No key yet.");
  await context.close();
});

test("a browser that stops at the first line of the scripts: the page itself says so after some seconds", async () => {
  const { page, context } = await openPage(browser, null, { reducedMotion: "no-preference" });
  await context.route("**/main.js", (route) => route.fulfill({ contentType: "text/javascript", body: "a syntax of the year 2100 ??? {" }));
  await page.goto(server.address);
  await expectVisible(page.getByText("The page has not started."));
  await context.close();
});

/** The same module, whose memory ends after so many pages: what a machine without memory does to it. */
function limited(bytes, pages) {
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at];
    const [length, start] = leb(bytes, at + 1);
    if (id === 5) {
      const [least] = leb(bytes, start + 2);
      assert.equal(bytes[start + 1], 0, "one memory, without a limit");
      const body = Buffer.from([1, 1, ...encoded(least), ...encoded(least + pages)]);
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([5, ...encoded(body.length)]), body, bytes.subarray(start + length)]);
    }
    at = start + length;
  }
  throw new Error("the module has no memory of its own");
}
function leb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}
const encoded = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...encoded(value >> 7)]);

test("the memory runs out: the loss is said, what was typed stays, and the path can be walked again", async () => {
  const small = limited(wasm, 24);
  const { page, context } = await openPage(browser, null);
  await module({ status: 200, contentType: "application/wasm", body: small })(context);
  const info = readFileSync(join(dist, "kubecred", "wasm", "build.js"), "utf8");
  await context.route("**/wasm/build.js", (route) => route.fulfill({ contentType: "text/javascript", body: info.replace(/[0-9a-f]{64}/, createHash("sha256").update(small).digest("hex")) }));
  await page.goto(server.address);
  await sayWho(page, "jane", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Write the request" }).click();
  await openStep(page, "answer");
  await page.getByLabel("Answer of the cluster").fill(`{"kind":"${"x".repeat(900_000)}"}`);
  await page.getByRole("button", { name: "Use this answer" }).click();
  await expectVisible(page.locator("#key .findings .error"));
  assert.match(await page.locator("#key .findings .error").innerText(), /the key is lost/);
  assert.equal(await page.locator("#key-place").innerText(), "No key yet.");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Write the request" }).click();
  await openStep(page, "answer");
  assert.equal(await page.locator('li[data-step="who"] .summary').innerText(), "jane in dev change");
  await context.close();
});

test("a page that the browser kept for “back” starts anew, without the key", async () => {
  const { page, context } = await openPage(browser, server.address);
  await sayWho(page, "jane");
  await makeKey(page);
  page.on("dialog", (dialog) => dialog.accept());
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await until(() => page.workers().length === 0, "the worker to end on leaving");
  await Promise.all([page.waitForEvent("load"), page.evaluate(() => { dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })); })]);
  await expectVisible(page.getByLabel("User name"));
  assert.equal(await page.locator("#key-place").innerText(), "No key yet.");
  await context.close();
});
