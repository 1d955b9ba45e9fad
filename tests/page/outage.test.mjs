// What the browser itself does to a page in the midst of its work: no network for a while, a tab that is frozen, a worker that ends, a download that is
// refused. Each is said where it can be known; key, certificate and what was typed stay; the path goes on by itself or says what to press.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faulty } from "../support/faulty.mjs";
import { openPage } from "./browser.mjs";
import { endWorkers, makeKey, openStep, save, sayWho, send } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, way, browser;
onStage(async (stage) => {
  ({ plane, browser } = stage);
  way = await faulty(stage.proxy.origin);
  stage.onEnd(() => way.stop());
});

/** As a network that goes away: what was open breaks (the browser's own emulation lets it go on), and nothing new is sent. */
async function offline(context) {
  await context.setOffline(true);
  way.down();
}
async function online(context) {
  way.up();
  await context.setOffline(false);
}

const printOf = (page) => page.locator('li[data-step="key"] .summary').innerText();
const approved = async (name) => assert.equal((await plane.kubectl(["certificate", "approve", name])).code, 0);
const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);

/** A page whose request waits for approval, `clock`: with a clock that the test may move: { page, context, seen, name, print }. */
async function sent(user, { clock = false } = {}) {
  const opened = await openPage(browser, null);
  if (clock) await opened.page.clock.install();
  await opened.page.goto(way.page);
  await sayWho(opened.page, user, ["dev"]);
  await makeKey(opened.page);
  const print = await printOf(opened.page);
  return { ...opened, print, name: await send(opened.page) };
}

/** A request of somebody who waits on another page. */
async function pendingOf(user) {
  const { name, context } = await sent(user);
  await context.close();
  return name;
}

/** The certificate arrives, and the file is one with the key that there was. */
async function finished({ page, print, seen }) {
  const saved = await save(page);
  assert.ok(saved.bytes.includes("client-key-data"));
  assert.equal(await printOf(page), print, "the same key");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
}

test("offline and back while the request waits: said, and the certificate arrives by itself", async () => {
  const opened = await sent("offline");
  const { page, context, name } = opened;
  await offline(context);
  await expectVisible(page.locator("#answer-trouble", { hasText: /The cluster cannot be reached\..*The page keeps trying\./ }));
  assert.match(await page.locator("#answer-state").innerText(), /Waiting for approval/);
  await approved(name);
  await online(context);
  await finished(opened);
  await context.close();
});

test("the line is dead and no error tells: a watch that brings nothing for a minute is begun again", async () => {
  let watches = 0;
  way.faults = ({ url }) => {
    if (!url.includes("watch=1")) return undefined;
    watches += 1;
    return watches === 1 ? { lines: () => [] } : undefined;
  };
  const opened = await sent("silent", { clock: true });
  const { page, context, name } = opened;
  await until(() => watches === 1, "the watch");
  await approved(name);
  await until(async () => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.certificate}"])).stdout, "the certificate");
  assert.match(await page.locator("#answer-state").innerText(), /Waiting for approval/, "the control: the page has not heard of it");
  await page.clock.fastForward(61_000);
  await finished(opened);
  way.faults = () => undefined;
  await context.close();
});

test("offline and back while the list is open: said, a decision says why it is not sent, and the list goes on by itself", async () => {
  const name = await pendingOf("offliner");
  const { page, context } = await openPage(browser, `${way.page}#/review/${name}`);
  const card = cardOf(page, name);
  const deny = card.getByRole("button", { name: /^Deny/ });
  await deny.waitFor();
  await page.clock.install();
  await offline(context);
  await expectVisible(page.locator("#review-follow", { hasText: /The list is not updating: .*Retrying\./ }));
  await card.getByText("Give a reason").click();
  await card.getByLabel("Reason").fill("wrong group");
  await deny.click();
  await expectVisible(page.locator("#review-undo").getByText("Denying"));
  await page.clock.fastForward(5_100);
  await expectVisible(card.locator(".decision .error", { hasText: "cannot be reached" }));
  assert.equal(await card.getByLabel("Reason").inputValue(), "wrong group");
  await online(context);
  const late = await pendingOf("latecomer");
  await page.getByRole("searchbox", { name: "Search" }).fill("latecomer");
  await expectVisible(rowOf(page, late));
  await page.locator("#review-follow").waitFor({ state: "hidden" });
  await deny.click();
  await expectVisible(page.locator("#review-undo").getByText("Denying"));
  await page.clock.fastForward(5_100);
  await expectVisible(card.getByText("denied", { exact: true }));
  const { stdout } = await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[0].message}"]);
  assert.equal(stdout, "wrong group");
  await context.close();
});

test("the tab is frozen while the request waits, and thawed: the certificate arrives by itself", async () => {
  const opened = await sent("frozen");
  const { page, context, name } = opened;
  // Page.setWebLifecycleState leaves a page alone that is on the screen, as each is without a window (Chromium 156, 2026-11). The debugger stops it as well:
  // no timer, no answer of the network and none of the worker comes in.
  const cdp = await context.newCDPSession(page);
  await cdp.send("Debugger.enable");
  const stopped = new Promise((done) => cdp.once("Debugger.paused", done));
  await cdp.send("Debugger.pause");
  await stopped;
  await approved(name);
  await until(async () => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.certificate}"])).stdout, "the certificate");
  await cdp.send("Debugger.disable");
  await finished(opened);
  await context.close();
});

test("a decision that was about to be sent when the tab was frozen is not sent an hour later", async () => {
  const name = await pendingOf("thawed");
  const { page, context } = await openPage(browser, `${way.page}#/review/${name}`);
  const card = cardOf(page, name);
  const deny = card.getByRole("button", { name: /^Deny/ });
  await deny.waitFor();
  await page.clock.install();
  await deny.click();
  await expectVisible(page.locator("#review-undo").getByText("Denying"));
  // As a machine that sleeps: the time has passed, and no timer has fired.
  await page.clock.setSystemTime(Date.now() + 3_600_000);
  await page.clock.runFor(5_100);
  await expectVisible(page.locator("#live.toast", { hasText: "This page was suspended before the decision was sent. Nothing was sent." }));
  assert.equal(await page.locator("#review-undo").innerText(), "");
  assert.equal((await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions}"])).stdout, "");
  await deny.click();
  await expectVisible(page.locator("#review-undo").getByText("Denying"));
  await page.clock.runFor(5_100);
  await expectVisible(card.getByText("denied", { exact: true }));
  await context.close();
});

test("the worker ends while the request waits: the loss is said at once, what was typed stays, and the path can be walked again", async () => {
  const { page, context, name, print } = await sent("widow");
  await endWorkers(page);
  await expectVisible(page.locator("#key .findings .error", { hasText: "the key is lost. What you entered is still here" }));
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
  assert.equal(await page.locator('li[data-step="who"] .summary').innerText(), "widow in dev change");
  assert.equal(await page.getByText("Your key is still here").isVisible(), false);
  await makeKey(page);
  const second = await send(page);
  assert.notEqual(second, name);
  assert.notEqual(await printOf(page), print);
  await approved(second);
  assert.ok((await save(page)).bytes.includes("client-key-data"));
  await context.close();
});

test("the worker ends while the list is open: said with what to press, which lists again", async () => {
  const name = await pendingOf("listener");
  const { page, context } = await openPage(browser, `${way.page}#/review/${name}`);
  await cardOf(page, name).getByRole("button", { name: /^Deny/ }).waitFor();
  await endWorkers(page);
  await expectVisible(page.locator("#review-follow", { hasText: /The list is not updating: .*Select “Refresh” to see changes\./ }));
  assert.equal(await cardOf(page, name).isVisible(), true, "what is known stays");
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("searchbox", { name: "Search" }).fill(name);
  await expectVisible(rowOf(page, name));
  assert.equal(await page.locator("#review-report .error").count(), 0);
  assert.equal(await page.locator("#review-follow").isVisible(), false);
  await context.close();
});

test("the browser refuses the download: the page does not say that the file was saved, and it can be saved again", async () => {
  const opened = await sent("diskless");
  const { page, context, name, print } = opened;
  await approved(name);
  await openStep(page, "file");
  await page.waitForFunction(() => document.querySelector("#ca").value);
  const cdp = await browser.newBrowserCDPSession();
  const { targetInfos } = await cdp.send("Target.getTargets");
  const { browserContextId } = targetInfos.find(({ url }) => url.startsWith(page.url()));
  await cdp.send("Browser.setDownloadBehavior", { behavior: "deny", browserContextId });
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the kubeconfig" }).click()]);
  assert.ok(await download.failure(), "the control: it is not saved");
  await expectVisible(page.locator("#file-after"));
  const text = `${await page.locator("main").innerText()}\n${await page.locator("#key-place").innerText()}\n${await page.locator("#live").textContent()}`;
  assert.doesNotMatch(text, /\bsaved as\b|file you saved/i);
  assert.match(text, /Download started: kubeconfig-diskless-\S+\.yaml/);
  assert.match(text, /If it is not in your downloads, save it again\./);
  assert.equal(await printOf(page), print, "the key is still here");
  await cdp.send("Browser.setDownloadBehavior", { behavior: "allowAndName", browserContextId, downloadPath: plane.dir, eventsEnabled: true });
  const guid = new Promise((done) => cdp.on("Browser.downloadProgress", (event) => event.state === "completed" && done(event.guid)));
  await page.getByRole("button", { name: "Save the kubeconfig" }).click();
  assert.match(readFileSync(join(plane.dir, await guid), "utf8"), /client-key-data/, "the second time it is");
  await cdp.detach();
  await context.close();
});
