// A narrow window, as of a phone: nothing that keeps to its lower edge lies over what a person is about to press or to fill in, and who is connected is said.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const NAMES = ["narrow-plain", "narrow-other", "narrow-alike"];
let plane, proxy, browser;

onStage(async (stage) => {
  ({ plane, proxy, browser } = stage);
  const kubecred = await open();
  stage.onEnd(() => kubecred.close());
  const key = await kubecred.keys.generate("ecdsa-p256");
  const items = [];
  for (const [index, user] of ["plain", "other", "\u0430lice"].entries())
    items.push(await kubecred.csr.manifest({ csr: await key.createCsr({ user, groups: ["narrow"] }), name: NAMES[index], expirationSeconds: 86_400 }));
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
});
after(() => plane?.kubectl(["delete", "csr", ...NAMES]));

/** Whether a finger in the middle of it, or at its lower edge, meets it and nothing else. */
const isFree = (locator) =>
  locator.evaluate((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return [0.5, 0.9].every((part) => node.contains(document.elementFromPoint(left + width / 2, top + height * part)));
  });

const list = async (size) => {
  const { page, context } = await openPage(browser, `${proxy.page}#/review`, { viewport: size, reducedMotion: "reduce" });
  await page.locator('[data-row="narrow-plain"]').waitFor();
  return { page, context, card: (name) => page.locator(`article[data-name="${name}"]`) };
};

for (const size of [
  { width: 390, height: 700 },
  { width: 768, height: 560 },
]) {
  test(`${size.width} px: what was selected does not cover the decision on the request that is open`, async () => {
    const { page, context, card } = await list(size);
    await page.locator('[data-row="narrow-plain"]').getByLabel("Select").check();
    await expectVisible(page.getByRole("button", { name: "Review 1 request" }));
    await page.locator('[data-row="narrow-other"] .open').click();
    for (const verb of [/^Approve/, /^Deny/]) {
      const button = card("narrow-other").getByRole("button", { name: verb });
      await until(() => isFree(button), `${verb} within reach`);
    }
    await page.getByRole("button", { name: "Back to the list" }).click();
    await expectVisible(page.getByRole("button", { name: "Review 1 request" }));
    await context.close();
  });
}

// Where the field is next to the buttons, it is not out of view, and so would not be brought into it.
for (const size of [
  { width: 390, height: 700 },
  { width: 640, height: 800 },
  { width: 768, height: 800 },
]) {
  test(`${size.width} px: the name that has to be typed, and what is wrong with it, are above the buttons`, async () => {
    const { page, context, card } = await list(size);
    await page.locator('[data-row="narrow-alike"] .open').click();
    const approve = card("narrow-alike").getByRole("button", { name: /^Approve/ });
    const remark = card("narrow-alike").locator(".confirm .error");
    await until(async () => {
      await approve.click();
      return remark.isVisible();
    }, "the question for the name");
    await until(() => isFree(card("narrow-alike").locator(".confirm input")), "the field in view");
    await until(() => isFree(remark), "the remark in view");
    await context.close();
  });
}

test("640 px: the header says who is connected, whole", async () => {
  const { page, context } = await openPage(browser, `${proxy.page}#/review`, { viewport: { width: 640, height: 700 } });
  const caller = page.locator("#connection .caller");
  await expectVisible(caller);
  assert.match(await caller.innerText(), /as admin$/);
  const cut = await page
    .locator("#connection summary")
    .evaluate((node) =>
      [node, ...node.querySelectorAll(":not(.version)")].some((each) => each.scrollWidth > each.clientWidth && getComputedStyle(each).overflowX !== "visible"),
    );
  assert.equal(cut, false);
  await context.close();
});
