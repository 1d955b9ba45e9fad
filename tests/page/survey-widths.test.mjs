// The list of requests at every width, light and dark: nothing is wider than the window, and both buttons of every decision are on the screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rowInView } from "./person.mjs";
import { cardOf, inWindow, openList, rowOf, sound } from "./survey-stage.mjs";
import { expectVisible } from "./wait.mjs";

for (const [width, height] of [
  [768, 900],
  [640, 400],
  [390, 844],
  [320, 640],
]) {
  test(`${width} × ${height}: the list, the details and a selection, with both buttons of every decision on the screen`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const { page, context } = await openList({ viewport: { width, height }, colorScheme });
      await sound(page, `review-${width}-${colorScheme}`);
      const since = page.locator("#review-list .since").first();
      assert.match(await since.textContent(), /^Waiting \d+ (s|min)$/);
      const head = page.locator(".request-head span").last();
      if (await head.isVisible()) assert.equal(await head.innerText(), "Waiting");
      else assert.ok((await since.locator(".unseen").boundingBox()).width > 20, `what is ${await since.locator("time").innerText()} is said at ${width} px`);
      for (const name of ["plain-04", "plain-05", "plain-06"]) await (await rowInView(page, name)).getByLabel("Select").check();
      await page.getByRole("button", { name: "Review 3 requests" }).click();
      for (const name of ["Approve 3 requests", "Deny 3 requests"]) assert.ok(await inWindow(page.getByRole("button", { name })), `${name} at ${width} px`);
      assert.match(await page.locator(".bulk li").first().innerText(), /person-4[^]*dev[^]*ops[^]*for 7 days/);
      await sound(page, `review-${width}-${colorScheme}-bulk`);
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Clear the selection" }).click();
      await (await rowInView(page, "plain-07")).locator(".open").click();
      const card = cardOf(page, "plain-07");
      for (const name of [/^Approve/, /^Deny/]) assert.ok(await inWindow(card.getByRole("button", { name })), `${name} at ${width} px, without scrolling`);
      const [one, other] = await card.locator(".decide button").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
      if (width > 400) assert.equal(one, other, "side by side");
      await sound(page, `review-${width}-${colorScheme}-open`);
      await page.getByRole("button", { name: "Back to the list" }).click();
      await expectVisible(rowOf(page, "plain-07"));
      await (await rowInView(page, "component")).locator(".open").click();
      const grave = cardOf(page, "component");
      for (const name of [/^Approve/, /^Deny/]) assert.ok(await inWindow(grave.getByRole("button", { name })), `${name} what is dangerous at ${width} px`);
      await grave.getByRole("button", { name: /^Approve/ }).click();
      await expectVisible(grave.locator(".confirm .error"));
      assert.ok(await inWindow(grave.locator(".confirm input")), "what is to be typed is in view");
      await sound(page, `review-${width}-${colorScheme}-dangerous`);
      await context.close();
    }
  });
}
