// What every panel shares: routes and navigation, dropped files, secrets on the screen, lines for a terminal.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { dropFiles } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let server, browser;
onStage(
  (stage) => {
    ({ server, browser } = stage);
  },
  { cluster: false, served: true },
);

test("every panel has a link, a heading and a title, is fetched when it is opened, and survives a reload", async () => {
  const { page, context, seen } = await openPage(browser, server.address);
  await page.locator("#nav a").first().waitFor();
  const panels = await page.evaluate(async () => (await import("./app/panels.js")).PANELS.map(({ id, nav, title, within }) => ({ id, nav, title, within })));
  const linked = panels.filter(({ nav }) => nav);
  assert.deepEqual(
    await page.locator("#nav a").allInnerTexts(),
    linked.map(({ nav }) => nav),
  );
  for (const { id, nav, title } of [...linked.slice(1), linked[0]]) {
    await page.locator("#nav").getByRole("link", { name: nav, exact: true }).click();
    const heading = page.locator(`#panel-${id} h1`);
    await expectVisible(heading);
    await page.waitForFunction((wanted) => document.activeElement === document.querySelector(`#panel-${wanted} h1`), id);
    assert.equal(await page.locator("h1:visible").count(), 1);
    assert.equal(await page.title(), `${title} · kubecred`);
    assert.deepEqual(await page.locator('#nav a[aria-current="page"]').allInnerTexts(), [nav]);
    await page.reload();
    await expectVisible(heading);
  }
  for (const { id, title, within } of panels.filter(({ nav }) => !nav)) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${id}`);
    await expectVisible(page.locator(`#panel-${id} h1`));
    assert.equal(await page.title(), `${title} · kubecred`);
    assert.deepEqual(
      await page.locator('#nav a[aria-current="page"]').allInnerTexts(),
      panels.filter((each) => each.id === within).map(({ nav: word }) => word),
    );
  }
  for (const wrong of ["#/nothing", "#/constructor", "#/__proto__/x", "#access", "#/", ""]) {
    await page.goto(`${server.address}${wrong}`);
    await expectVisible(page.locator("#panel-start h1"));
  }
  await page.goto(`${server.address}#/access/%E0%A4%A`);
  await expectVisible(page.locator("#panel-access h1"));
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.violations, []);
  await context.close();
});

test("a panel that cannot be loaded says so, and is tried again", async () => {
  const { page, context } = await openPage(browser, server.address);
  await page.locator("#nav a").first().waitFor();
  let there = false;
  await page.route("**/review/panel.js", (route) => (there ? route.continue() : route.abort()));
  await page.getByRole("link", { name: "Review requests" }).click();
  await expectVisible(page.getByText("could not be loaded"));
  there = true;
  await page.reload();
  await expectVisible(page.locator("#review-title"));
  await context.close();
});

test("a dropped file never replaces the page, and what is not taken is said", async () => {
  const { page, context } = await openPage(browser, server.address);
  await page.locator("#nav a").first().waitFor();
  const said = (sentence) => expectVisible(page.locator("#live.toast", { hasText: sentence }));
  assert.deepEqual(await dropFiles(page, [{ name: "huge", size: 4 * 1024 * 1024 + 1 }]), { covered: true, taken: true, covers: false });
  await said("larger than the 4 MiB");
  await dropFiles(page, [
    { name: "a", text: "a" },
    { name: "b", text: "b" },
  ]);
  await said("one file at a time");
  await context.close();
});

test("a secret is shown on request, masked after a minute and on leaving, and not in the document while it is masked", async () => {
  const { page, context } = await openPage(browser, null);
  await page.clock.install();
  await page.goto(server.address);
  await page.locator("#nav a").first().waitFor();
  const canary = `canary-${Math.random().toString(36).slice(2)}`;
  await page.evaluate(async (text) => {
    const { secretDisplay } = await import("./ui/secret.js");
    document.querySelector("#panel-start").prepend(secretDisplay(async () => text, { label: "Token" }));
  }, canary);
  const inDocument = () => page.evaluate((text) => document.documentElement.outerHTML.includes(text), canary);
  assert.equal(await inDocument(), false);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expectVisible(page.getByText(canary));
  assert.equal(await inDocument(), true, "the control: shown, it is found");
  await page.clock.fastForward(61_000);
  assert.equal(await inDocument(), false, "masked after a minute");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expectVisible(page.getByText(canary));
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  assert.equal(await inDocument(), false);
  for (const event of ["pagehide", "beforeprint"]) {
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expectVisible(page.getByText(canary));
    await page.evaluate((type) => dispatchEvent(new Event(type)), event);
    assert.equal(await inDocument(), false, `masked on ${event}`);
  }
  await context.close();
});

test("the shell that is chosen holds for every terminal on the page, and one chooser is on the screen", async () => {
  const { page, context } = await openPage(browser, server.address);
  await page.locator("#nav a").first().waitFor();
  await page.evaluate(async () => {
    const { shellLines } = await import("./ui/shell.js");
    const text = { sh: "for sh", powershell: "for PowerShell", cmd: "for cmd" };
    document.querySelector("#panel-start").prepend(shellLines([{ says: "First:", text }]), shellLines([{ text }, { text: "for all" }]));
  });
  const shown = () => page.locator("#panel-start > .terminal-lines pre").allInnerTexts();
  await expectVisible(page.getByText("for all"));
  assert.deepEqual(await shown(), ["for sh", "for sh", "for all"]);
  const choosers = page.locator(".shells:visible");
  await until(async () => (await choosers.count()) === 1, "one chooser");
  assert.equal(await page.locator("#panel-start > .terminal-lines").first().locator(".shells:visible").count(), 1, "that of the first lines");
  await choosers.getByLabel("PowerShell").check();
  await page.waitForFunction(() => !document.body.textContent.includes("for sh"));
  assert.deepEqual(await shown(), ["for PowerShell", "for PowerShell", "for all"]);
  await page
    .locator("#panel-start > .terminal-lines")
    .first()
    .evaluate((node) => node.remove());
  await expectVisible(page.locator("#panel-start > .terminal-lines .shells"));
  assert.equal(await choosers.getByLabel("PowerShell").isChecked(), true, "the next lines have the chooser, with what was chosen");
  await context.close();
});

test("in forced colors what is current, chosen and first is told apart by its frame, and what is disabled by its color", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/roles`, { forcedColors: "active" });
  await page.locator("#roles-form .choices :checked").first().waitFor();
  await page.evaluate(() => {
    const off = document.createElement("button");
    off.disabled = true;
    off.id = "off";
    document.querySelector("#panel-roles").append(off);
  });
  const frame = (selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((node) => {
        const { outlineStyle, outlineWidth, borderTopWidth, borderTopColor } = getComputedStyle(node);
        return [outlineStyle === "none" ? "0px" : outlineWidth, borderTopWidth, borderTopColor].join(" ");
      });
  for (const [marked, other] of [
    ["#nav a[aria-current]", "#nav a:not([aria-current])"],
    ["#roles-form .choices label:has(:checked)", "#roles-form .choices label:not(:has(:checked))"],
    ["#roles-form button.primary", "#roles-form button:not(.primary):enabled"],
    ["#off", "#roles-form button:not(.primary):enabled"],
  ])
    assert.notEqual(await frame(marked), await frame(other), marked);
  await context.close();
});
