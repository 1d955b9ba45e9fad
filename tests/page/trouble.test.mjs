// What can go wrong between page and cluster: each a sentence of its own, and the key is kept. Brought about for real where a control
// plane can do it; what it cannot do on demand is answered as it answered when it was recorded (tests/vectors/api).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { approve, endWorkers, makeKey, openStep, save, sayWho, send } from "./person.mjs";
import { tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

const body = (file) => readFileSync(join(tests, "vectors", "api", file), "utf8");
const json = (status, text, headers = {}) => ({ status, headers: { "content-type": "application/json", ...headers }, body: text });

const REFUSALS = {
  401: [json(401, body("401-unauthorized.json")), /does not accept the credential \(401\)/],
  "403 named": [json(403, body("403-create-csr.json")), /User "carl" cannot create resource/],
  "403 by admission": [json(403, body("403-system-masters.json")), /system:masters/],
  "422 with causes": [json(422, body("422-many-causes.json")), /Unsupported value: "foo".*\(spec\.usages\[2\]\)/],
  "422 that repeats the request": [json(422, body("422-bad-signature.json")), /verification failure/],
  413: [json(413, body("413-too-large.json")), /too large for the API server/i],
  500: [json(500, body("500-etcd-too-large.json")), /The API server failed \(500\)/],
  429: [
    json(429, JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message: "too many requests", reason: "TooManyRequests", code: 429 }), {
      "retry-after": "600",
    }),
    /Try again in 600 seconds/,
  ],
  "HTML instead of JSON": [
    { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><script>globalThis.ran=1</script><h1>Please log in</h1>" },
    /not the address of an API server/,
  ],
  "a redirect elsewhere": [{ status: 302, headers: { location: "https://elsewhere.invalid/" }, body: "" }, /redirects to another address/],
};

for (const [what, [answer, says]] of Object.entries(REFUSALS)) {
  test(`sending is answered with ${what}: said in the step, and the same key goes on`, async () => {
    const { page, context, seen } = await openPage(browser, null);
    await page.goto(proxy.page);
    await sayWho(page, "stubborn", ["dev"]);
    await makeKey(page);
    const print = await page.locator('li[data-step="key"] .summary').innerText();
    await openStep(page, "request");
    let refuse = true;
    await context.route("**/certificatesigningrequests?*", (route) =>
      refuse && route.request().method() === "POST" ? route.fulfill(answer) : route.continue(),
    );
    await page.getByRole("button", { name: "Send the request" }).click();
    const errors = page.locator("#request .findings .error");
    await expectVisible(errors.first());
    const text = (await errors.allInnerTexts()).join("\n");
    assert.match(text, says);
    assert.doesNotMatch(text, /[A-Za-z0-9+/]{60,}|<[a-z!]/, "neither the request in base64 nor markup is repeated");
    assert.equal(await page.evaluate(() => globalThis.ran ?? null), null);
    assert.equal(seen.requests.filter(({ url }) => url.includes("elsewhere")).length, 0);
    assert.equal(await page.locator('li[data-step="key"] .summary').innerText(), print, "the key is kept");
    refuse = false;
    await send(page);
    await context.close();
  });
}

test("the request is deleted while it waits: said, and another one can be sent", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "collected");
  await makeKey(page);
  const name = await send(page);
  await plane.kubectl(["delete", "csr", name]);
  await expectVisible(page.locator("#answer .findings .error").first());
  assert.match(await page.locator("#answer .findings .error").first().innerText(), /gone|deleted/i);
  await page.getByRole("button", { name: "Send a new request" }).click();
  assert.notEqual(await send(page), name);
  await context.close();
});

test("the proxy goes away while the request waits: said, tried again, and finished when it is back", async () => {
  const own = await plane.proxy();
  const { page, context } = await openPage(browser, own.page);
  await sayWho(page, "interrupted");
  await makeKey(page);
  const name = await send(page);
  own.stop();
  await expectVisible(page.locator("#answer-trouble", { hasText: "The page keeps trying." }));
  await plane.kubectl(["certificate", "approve", name]);
  await plane.proxy(new URL(own.page).port);
  await openStep(page, "file");
  const saved = await save(page);
  assert.ok(saved.bytes.length > 500);
  await context.close();
});

test("the worker stops: the loss is said where a key is made, and the path can be walked again", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "unlucky", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await endWorkers(page);
  await page.getByRole("button", { name: "Send the request" }).click();
  await expectVisible(page.locator("#key .findings .error"));
  assert.match(await page.locator("#key .findings .error").innerText(), /the key is lost/);
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
  await makeKey(page);
  const name = await send(page);
  await approve(context, proxy.page, name);
  assert.ok((await save(page)).bytes.length > 500);
  await context.close();
});

test("a cluster that comes later is found by asking again", async () => {
  const { page, context } = await openPage(browser, null);
  let there = false;
  await context.route("**/selfsubjectreviews", (route) => (there ? route.continue() : route.fulfill({ status: 404, body: "404 page not found" })));
  await page.goto(proxy.page);
  await page.getByText("Offline: no cluster here").click();
  there = true;
  await page.getByRole("button", { name: "Try again" }).click();
  await expectVisible(page.getByText(/Kubernetes v1\.\d+\.\d+ as/));
  await context.close();
});
