// #/robot: account and token live, used by real kubectl alone; by hand; what is pasted; and the token stands nowhere.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { apiRequests, foreign, openPage, startBrowser } from "./browser.mjs";
import { kubectl, startControlPlane } from "./control-plane.mjs";
import { expectVisible } from "./wait.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let plane, proxy, browser;
before(async () => {
  plane = await startControlPlane();
  proxy = await plane.proxy(0, plane.admin, "robot");
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  plane?.stop();
});

async function openRobot() {
  const opened = await openPage(browser, `${proxy.page}#/robot`);
  await expectVisible(opened.page.locator("#robot-live"));
  return opened;
}

const shown = async (page) => {
  await page.locator("#robot-report").getByRole("button", { name: "Show" }).click();
  const text = await page.locator("#robot-report pre.secret").innerText();
  await page.locator("#robot-report").getByRole("button", { name: "Hide" }).click();
  return text.trim();
};

/** The token is in no place that a page has; the control finds it while it is shown. */
async function nowhere(page, seen, token) {
  const places = () => page.evaluate(() => JSON.stringify([document.documentElement.outerHTML, document.title, location.href, { ...localStorage }, { ...sessionStorage }, history.state,
    [...document.querySelectorAll("input, textarea")].map(({ value }) => value), performance.getEntries().map(({ name }) => name)]));
  const parts = [token, token.split(".").at(-1)];
  const told = await places() + JSON.stringify(seen.console) + seen.requests.map(({ url }) => url).join("\n");
  for (const part of parts) assert.ok(!told.includes(part), "the token stands in the page");
  await page.locator("#robot-report").getByRole("button", { name: "Show" }).click();
  assert.ok((await places()).includes(token), "the control: it is found while it is shown");
  await page.locator("#robot-report").getByRole("button", { name: "Hide" }).click();
  assert.ok(!(await places()).includes(parts[1]));
}

async function clean(page, seen) {
  // Through the debugger, which the page's policy does not bind.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Runtime.evaluate", { expression: AXE });
  const { result } = await cdp.send("Runtime.evaluate", { expression: "axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' '))))", awaitPromise: true, returnByValue: true });
  assert.deepEqual(JSON.parse(result.value), []);
  // The browser itself writes a line for the 404 by which apply learns that an object is new.
  const lines = seen.console.filter((line) => !/status of 404/.test(line));
  assert.deepEqual([seen.violations, lines, seen.errors, foreign(seen, proxy.origin)], [[], [], [], []]);
}

async function works(token, account) {
  const kubeconfig = plane.as(account, { token });
  const answer = await kubectl(kubeconfig, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(answer.stdout, `system:serviceaccount:default:${account}`, answer.stderr);
}

test("live: an account, a token that ends, and real kubectl with it alone", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("robot-one");
  await page.getByLabel("How long should it be good?").selectOption("86400");
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "The token, not verified" }));
  await expectVisible(page.locator("#robot-report").getByText("system:serviceaccount:default:robot-one").first());
  assert.equal(await page.locator('#robot-report [data-code="not-verified"]').count(), 1);
  const token = await shown(page);
  await works(token, "robot-one");
  await page.getByRole("button", { name: "Ask the cluster whose it is" }).click();
  await expectVisible(page.getByText("The cluster saw this token"));
  await nowhere(page, seen, token);
  assert.ok(apiRequests(seen).some(({ url }) => url.endsWith("/serviceaccounts/robot-one/token?fieldValidation=Strict")), "the control: it went to the cluster");
  await clean(page, seen);
  await context.close();
});

test("live: a token that does not end, out of its Secret", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("robot-two");
  await page.getByLabel(/One that does not end/).check();
  await expectVisible(page.getByText("Until Kubernetes 1.24"));
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "The token, not verified" }));
  const token = await shown(page);
  await works(token, "robot-two");
  await nowhere(page, seen, token);
  await clean(page, seen);
  await context.close();
});

test("by hand: manifests and lines; a token is pasted, other things are recognised", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("Not a name");
  await page.locator("#robot-hand").click();
  await expectVisible(page.locator('[data-field="metadata.name"] .findings'));
  await page.getByLabel("Name of the service account").fill("robot-one");
  await page.locator("#robot-hand").click();
  await expectVisible(page.getByText('kind: "ServiceAccount"').first());
  await expectVisible(page.getByText(/kubectl create token/).first());
  const before = apiRequests(seen).length;
  await page.locator("#robot-token").fill("-----BEGIN PRIVATE KEY-----");
  await page.getByRole("button", { name: "Read it" }).click();
  await expectVisible(page.getByText("This is not a token but a private key").first());
  assert.equal(await page.locator("#robot-token").inputValue(), "");
  const token = (await plane.kubectl(["create", "token", "default"])).stdout.trim();
  await page.locator("#robot-token").fill(`Bearer ${token}`);
  await page.getByRole("button", { name: "Read it" }).click();
  await expectVisible(page.locator("#robot-report").getByText("system:serviceaccount:default:default").first());
  assert.ok(!apiRequests(seen).slice(before).some(({ body }) => body.includes(token.slice(-40))), "reading sends nothing");
  await clean(page, seen);
  await context.close();
});
