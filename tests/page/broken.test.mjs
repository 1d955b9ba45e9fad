// What keeps the engine from starting or ends it: each said in words a person can use, no key is made or pretended, no half file is written.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { makeKey, openStep, sayWho } from "./person.mjs";
import { dist } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const wasm = readFileSync(join(dist, "kubecred", "wasm", "core_bg.wasm"));
const html = readFileSync(join(dist, "index.html"), "utf8");
let server, browser;
onStage(
  (stage) => {
    ({ server, browser } = stage);
  },
  { cluster: false, served: true },
);

const oneByte = Buffer.from(wasm);
oneByte[wasm.length >> 1] ^= 1;
const module = (answer) => (context) => context.route("**/*.wasm", (route) => route.fulfill(answer));
const STARTS = {
  "the module is missing": [module({ status: 404, body: "" }), /not at its address: the server answered 404/],
  "a byte of the module is changed": [module({ status: 200, contentType: "application/wasm", body: oneByte }), /not the one that this package was built with/],
  "the policy blocks WebAssembly": [
    (context) => context.route(server.address, (route) => route.fulfill({ contentType: "text/html", body: html.replace(" 'wasm-unsafe-eval'", "") })),
    /Content-Security-Policy blocks WebAssembly .* Add 'wasm-unsafe-eval'/,
  ],
  "the browser has no WebAssembly": [
    (context) =>
      context.addInitScript(() => {
        delete globalThis.WebAssembly;
      }),
    /WebAssembly is not available here/,
  ],
  "the worker's file is missing": [
    (context) => context.route("**/worker.js", (route) => route.fulfill({ status: 404, body: "" })),
    /worker's file is not next to the package/,
  ],
};

for (const [what, [bring, says]] of Object.entries(STARTS)) {
  test(`${what}: said at the top and at the button, and no key is made`, async () => {
    const { page, context } = await openPage(browser, null);
    await bring(context);
    await page.goto(server.address);
    await page.getByText("This browser cannot run the page").click();
    assert.match(await page.locator("#connection > div").innerText(), says);
    await page.keyboard.press("Escape");
    await sayWho(page, "jane");
    await expectVisible(page.locator("#who .findings .error"));
    assert.match(await page.locator("#who .findings .error").innerText(), says);
    assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
    await context.close();
  });
}

const GENERATORS = {
  "no random numbers": 'throw new Error("none");',
  "always the same number": "array.fill(7); return array;",
  "the same sixteen numbers again and again": "array.forEach((_, at) => { array[at] = at % 16; }); return array;",
};
for (const [what, body] of Object.entries(GENERATORS)) {
  test(`the browser gives ${what}: no key is made`, async () => {
    const { page, context } = await openPage(browser, null);
    const worker = readFileSync(join(dist, "kubecred", "worker", "worker.js"), "utf8");
    await context.route("**/worker.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: `${worker}\ncrypto.getRandomValues = (array) => { ${body} };` }),
    );
    await page.goto(server.address);
    await sayWho(page, "jane");
    await openStep(page, "key");
    for (const algorithm of ["ecdsa-p256", "rsa-2048"]) {
      await page.locator(`input[name="algorithm"][value="${algorithm}"]`).check();
      await page.getByRole("button", { name: "Create key" }).click();
      await expectVisible(page.locator("#key .findings .error"));
      assert.match(await page.locator("#key .findings .error").innerText(), /random/i, algorithm);
      assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.", algorithm);
    }
    await context.close();
  });
}

test("the button is pressed twice: one key, and the request is for that one", async () => {
  for (const algorithm of ["ecdsa-p256", "rsa-2048"]) {
    const { page, context } = await openPage(browser, `${server.address}#/access`);
    page.on("dialog", () => assert.fail("nothing is asked: there is no other key yet"));
    await sayWho(page, "jane");
    await openStep(page, "key");
    await page.locator(`input[name="algorithm"][value="${algorithm}"]`).check();
    await page.evaluate(() => {
      for (let press = 0; press < 2; press++) document.querySelector("#key-make").click();
    });
    await openStep(page, "request");
    const [, print] = /fingerprint ([0-9a-f]{4}(?: [0-9a-f]{4}){3})/.exec(await page.locator('li[data-step="key"] .summary').innerText());
    await page.getByRole("button", { name: "Create the request file" }).dblclick();
    await page.waitForFunction(() => /request: /.test(document.querySelector("#manifest").textContent));
    const pem = Buffer.from(/request: "?([A-Za-z0-9+/=]+)/.exec(await page.locator("#manifest").textContent())[1], "base64");
    const spki = createPublicKey(execFileSync("openssl", ["req", "-noout", "-pubkey", "-verify"], { input: pem, stdio: ["pipe", "pipe", "ignore"] })).export({
      type: "spki",
      format: "der",
    });
    assert.equal(createHash("sha256").update(spki).digest("hex").slice(0, 16), print.replaceAll(" ", ""), algorithm);
    await context.close();
  }
});

test("over plain http, from another machine: keys are made as ever; that the module is unproven and that nothing can be copied is said", async () => {
  const { hostname, port } = new URL(server.address);
  const far = await startBrowser([`--host-resolver-rules=MAP plain.example ${hostname}`, "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode"]);
  const { page, seen } = await openPage(far, `http://plain.example:${port}/kubecred/`);
  assert.deepEqual(await page.evaluate(() => [isSecureContext, typeof crypto.subtle, typeof navigator.clipboard]), [false, "undefined", "undefined"]);
  await expectVisible(page.getByText("wasm sha256 not computed"));
  await sayWho(page, "jane");
  await makeKey(page, "rsa-2048");
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  await page.locator("#answer-terminal > details > summary").click();
  await page.locator('li[data-step="answer"]').getByRole("button", { name: "Copy", exact: true }).first().click();
  await expectVisible(page.getByRole("button", { name: "The browser did not allow it" }).first());
  assert.deepEqual(seen.violations, []);
  assert.deepEqual(seen.errors, []);
  await far.close();
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
  for (let at = 8; at < bytes.length; ) {
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
  await context.route("**/wasm/build.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: info.replace(/[0-9a-f]{64}/, createHash("sha256").update(small).digest("hex")) }),
  );
  await page.goto(server.address);
  await sayWho(page, "jane", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  await page.getByLabel("Certificate from your administrator").fill(`{"kind":"${"x".repeat(900_000)}"}`);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await expectVisible(page.locator("#key .findings .error"));
  assert.match(await page.locator("#key .findings .error").innerText(), /the key is lost/);
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  assert.equal(await page.locator('li[data-step="who"] .summary').innerText(), "jane in dev change");
  await context.close();
});

test("a page that the browser kept for “back” starts anew, without the key", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/access`);
  await sayWho(page, "jane");
  await makeKey(page);
  page.on("dialog", (dialog) => dialog.accept());
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await until(() => page.workers().length === 0, "the worker to end on leaving");
  await Promise.all([
    page.waitForEvent("load"),
    page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    }),
  ]);
  await expectVisible(page.getByLabel("User name"));
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
  await context.close();
});
