// A late answer of the cluster moves nothing that can be pressed: while an answer is on its way that would move a button, the button cannot be pressed.
// Each answer is held back by the browser's network layer, so that the order of events is the test's and not the machine's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { invitedStage } from "./invited-stage.mjs";
import { accept, invite } from "./inviting.mjs";
import { launch } from "./launched.mjs";
import { makeKey, openStep, sayWho, send } from "./person.mjs";
import { expectVisible, until } from "./wait.mjs";

const here = invitedStage();

/** Keeps the answers to these requests until `release()`. */
async function holdBack(context, pattern) {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await context.route(pattern, async (route) => {
    await released;
    await route.continue().catch(() => {});
  });
  return release;
}

/** Whether a click in the middle of the element would reach it. */
const pressable = (locator) =>
  locator.evaluate((node) => {
    node.scrollIntoView({ block: "center" });
    const { x, y, width, height } = node.getBoundingClientRect();
    return !node.disabled && node.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  });

/** Where it is on the page, which has been laid out. */
const placeOf = (locator) =>
  locator.evaluate(
    (node) =>
      new Promise((resolve) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            const { x, y } = node.getBoundingClientRect();
            resolve({ x: Math.round(x + scrollX), y: Math.round(y + scrollY) });
          }),
        );
      }),
  );

/** The buttons cannot be pressed while the answer is on its way; when they can, they are where they stay. Gives their places before and after. */
async function released(buttons, release, arrived) {
  const before = await Promise.all(buttons.map(placeOf));
  for (const button of buttons) assert.equal(await pressable(button), false, `${button} can be pressed before the answer is here`);
  release();
  await until(async () => (await Promise.all(buttons.map(pressable))).every(Boolean), "the buttons to be pressable");
  // The answer must have been shown by the time that a click is taken.
  const now = await Promise.all(buttons.map(placeOf));
  await expectVisible(arrived);
  const after = await Promise.all(buttons.map(placeOf));
  assert.deepEqual(now, after);
  return { before, after };
}

test("the kubeconfig's step: what the cluster tells of itself", async () => {
  const { page, context } = await openPage(here.browser, (await here.plane.proxy()).page);
  const release = await holdBack(context, /endpointslices|kube-root-ca/);
  await sayWho(page, "steady", ["dev"]);
  await makeKey(page);
  await here.plane.kubectl(["certificate", "approve", await send(page)]);
  await openStep(page, "file");
  const buttons = ["Save the kubeconfig", "Preview (key hidden)"].map((name) => page.locator("#file button", { hasText: name }));
  const { before, after } = await released(buttons, release, page.locator("#server-hint", { hasText: "Reported by the cluster" }));
  assert.notDeepEqual(before, after, "the control: the answer moves them");
  assert.notEqual(await page.locator("#ca").inputValue(), "");
  await context.close();
});

test("the request's step: whether it can be sent from here", async (t) => {
  await here.plane.kubectl(["create", "serviceaccount", "steady"]);
  const token = (await here.plane.kubectl(["create", "token", "steady"])).stdout.trim();
  const { started, link } = await launch(["--kubeconfig", here.plane.as("steady", { token })]);
  t.after(() => started.child.kill());
  const { page, context } = await openPage(here.browser, link);
  await expectVisible(page.locator("#connection summary", { hasText: "as system:serviceaccount:default:steady" }), 120_000);
  const release = await holdBack(context, /selfsubjectaccessreviews/);
  await sayWho(page, "steady", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  const { before, after } = await released([page.locator("#request-hand")], release, page.locator("#request-why .not-allowed"));
  assert.notDeepEqual(before, after, "the control: the answer moves it");
  await context.close();
});

test("the form of an invitation: what the cluster tells of itself", async () => {
  const { context } = here.admin;
  const page = await context.newPage();
  const pattern = /endpointslices|kube-root-ca/;
  const release = await holdBack(context, pattern);
  await page.goto(new URL("#/invite", here.admin.page.url()).href);
  const button = page.getByRole("button", { name: "Show what will be created" });
  await expectVisible(button);
  await released([button], release, page.locator("#invite-form [data-report] li").first());
  await context.unroute(pattern);
  await page.close();
});

test("the cards of requests: whether one matches an invitation", async () => {
  const { link, name } = await invite(here.admin.page, { user: "steady", address: here.address });
  const newcomer = await openPage(here.browser, link);
  await accept(newcomer.page);
  const { context } = here.admin;
  const page = await context.newPage();
  const pattern = /clusterrolebindings\?/;
  const release = await holdBack(context, pattern);
  await page.goto(new URL(`#/review/${name}`, here.admin.page.url()).href);
  const card = page.locator(`article[data-name="${name}"]`);
  await expectVisible(card);
  const controls = [card.locator("button.danger"), card.locator(".decide button", { hasText: "Approve" })];
  const { before, after } = await released(controls, release, card.getByText("Matches the invitation that you created for steady"));
  assert.notDeepEqual(before.at(-1), after.at(-1), "the control: the verdict moves what is below it");
  await context.unroute(pattern);
  for (const each of [page, newcomer.context]) await each.close();
  await here.plane.kubectl(["delete", "csr", name]);
});
