// What a screen reader is told, what is there before the module, and what is printed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { makeKey, openStep, save, sayWho, send } from "./person.mjs";
import { entry } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, server, browser;

onStage(
  (stage) => {
    ({ plane, proxy, server, browser } = stage);
  },
  { served: true },
);

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

test("what everybody sees for a while is not lost to an error, in the same moment or later, and both are spoken", async () => {
  const { page, context } = await openPage(browser, server.address);
  const cdp = await context.newCDPSession(page);
  await page.goto(`${server.address}#/access`);
  await expectVisible(page.getByRole("button", { name: "Create key and request file" })); // the panel has started
  await page.evaluate(() => {
    const live = document.querySelector("#live");
    globalThis.shown = [];
    const error = live.lastElementChild;
    // What the region shows at the moment when the error is said.
    new MutationObserver(() => error.textContent && globalThis.shown.push(`${live.className}: ${live.innerText}`)).observe(error, { childList: true });
    globalThis.refuse = () => document.querySelector("#who").requestSubmit();
    /** Something that the page refuses for all to see. */
    globalThis.paste = () => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", "x".repeat(200_000));
      document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData }));
    };
  });
  const both = async (count) => {
    await until(async () => (await page.evaluate(() => globalThis.shown.length)) === count, "the error to be said");
    assert.match(await page.evaluate(() => globalThis.shown.at(-1)), /^toast: This text is too long for a field\./);
    await until(async () => /^This text is too long for a field\..*Enter a user name\.$/.test(await spoken(cdp)), "both to be spoken");
  };
  await page.evaluate(() => {
    globalThis.paste();
    globalThis.refuse();
  });
  await both(1);
  await page.evaluate(() => {
    const live = document.querySelector("#live");
    new MutationObserver((_, observer) => {
      if (live.className !== "toast") return;
      observer.disconnect();
      globalThis.refuse();
    }).observe(live, { attributes: true });
    globalThis.paste();
  });
  await both(2);
  // And it goes in the end.
  await until(async () => (await page.locator("#live").getAttribute("class")) === "unseen", "the toast to go");
  await context.close();
});

test("several sentences for everybody in one moment are on the screen together, each for as long as one; all are spoken", async () => {
  const { page, context } = await openPage(browser, null);
  const cdp = await context.newCDPSession(page);
  await page.clock.install();
  await page.goto(server.address);
  await page.locator("#nav a").first().waitFor();
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await page.setViewportSize({ width: 320, height: 800 });
  const say = (...sentences) =>
    page.evaluate(async (all) => {
      const { announce } = await import("./ui/dom.js");
      for (const sentence of all) announce(sentence, { seen: true });
    }, sentences);
  const shown = async () => {
    const { look, lines } = await page.evaluate(() => {
      const live = document.querySelector("#live");
      const boxes = [...live.firstElementChild.children].map((line) => ({ text: line.innerText, ...line.getBoundingClientRect().toJSON() }));
      return { look: live.className, lines: boxes };
    });
    for (const [index, { bottom }] of lines.entries()) assert.ok(index + 1 === lines.length || bottom <= lines[index + 1].top, "none covers another");
    for (const { top, bottom } of lines) assert.ok(top >= 0 && bottom <= 800, "all are in the window");
    return [look, ...lines.map(({ text }) => text)];
  };
  await say("One.", "Two.");
  assert.deepEqual(await shown(), ["toast", "Two.", "One."]);
  await until(async () => /^Two\.\s*One\.\s*$/.test(await spoken(cdp)), "both to be spoken");
  await page.clock.runFor(5_000);
  await say("Three.", "One.");
  assert.deepEqual(await shown(), ["toast", "One.", "Three.", "Two."], "what is said again is not there twice");
  await page.clock.runFor(4_000);
  assert.deepEqual(await shown(), ["toast", "One.", "Three."]);
  await page.clock.runFor(5_000);
  assert.deepEqual(await shown(), ["unseen"]);
  const long = ["A", "B", "C", "D"].map((each) => `${each} `.repeat(60).trim());
  await say(...long);
  assert.deepEqual(await shown(), ["toast", ...long.slice(1).reverse()], "as many as fit");
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
  await speaks(new RegExp(`^Download started: ${saved.name}`));

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
