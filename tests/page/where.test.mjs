// Where am I: cluster, caller and panel in one row at every width, in the title, and as whoever serves the page has named and colored the cluster.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { launch } from "./launched.mjs";
import { toPanel } from "./person.mjs";
import { serve } from "../cluster/static.mjs";
import { dist } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
let plane, proxy, browser, folder;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
  folder = mkdtempSync(join(tmpdir(), "kubecred-where-"));
  stage.onEnd(() => rmSync(folder, { recursive: true, force: true }));
});

const build = (env) =>
  execFileSync(process.execPath, ["www/build.mjs", `--out=${folder}`], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });

/** Whether header, brand, menu or navigation, and the line of the cluster are in one row, and nothing is wider than the window. */
const oneRow = (page) =>
  page.evaluate(() => {
    const boxes = [".brand", "#menu", "#connection"].map((each) => document.querySelector(each).getBoundingClientRect()).filter(({ width }) => width > 0);
    const middles = boxes.map(({ top, height }) => top + height / 2);
    return {
      row: Math.max(...middles) - Math.min(...middles) < 8,
      apart: boxes.every(({ right }, index) => index === boxes.length - 1 || right <= boxes[index + 1].left + 1),
      height: document.querySelector("header").getBoundingClientRect().height,
      overflow: document.documentElement.scrollWidth - innerWidth,
    };
  });

for (const width of [1280, 768, 390, 320]) {
  test(`${width} px: one row with the caller or the cluster, and the panel is reached by the navigation or its menu`, async () => {
    const { page, context } = await openPage(browser, proxy.page, { viewport: { width, height: 800 } });
    await expectVisible(page.locator('#connection[data-state="connected"] .where'));
    assert.equal(await page.locator("#connection .where").innerText(), new URL(proxy.page).host);
    assert.match(await page.locator("#connection summary").textContent(), /Kubernetes v1\.\d+\.\d+ as admin/);
    await toPanel(page, "Kubeconfigs");
    await expectVisible(page.locator("#panel-kubeconfig h1"));
    if (width < 960) assert.match(await page.locator("#menu").innerText(), /Kubeconfigs/);
    else assert.equal(await page.locator("#menu").isVisible(), false);
    assert.equal(await page.locator("#nav.open").count(), 0, "the menu closes behind the click");
    const seen = await oneRow(page);
    assert.deepEqual({ ...seen, height: seen.height < 70 }, { row: true, apart: true, height: true, overflow: 0 });
    await context.close();
  });
}

/** What is seen of cluster and caller: the boxes that are drawn, and whether they are in the header and in the window. */
const seenIn = (page) =>
  page.evaluate(() => {
    const header = document.querySelector("header").getBoundingClientRect();
    return [".where", ".caller"].map((each) => {
      const node = document.querySelector(`#connection ${each}`);
      const { left, right, top, bottom, width } = node.getBoundingClientRect();
      const inside = left >= 0 && right <= innerWidth && top >= header.top && bottom <= header.bottom;
      const { left: x, top: y } = node.getBoundingClientRect();
      return { each, drawn: width > 30 && document.elementFromPoint(x + 2, y + (bottom - top) / 2)?.closest("summary") !== null, inside };
    });
  });
/** What a screen reader says of the line. */
async function spoken(page) {
  const cdp = await page.context().newCDPSession(page);
  const { root } = await cdp.send("DOM.getDocument");
  const { nodeId } = await cdp.send("DOM.querySelector", { nodeId: root.nodeId, selector: "#connection summary" });
  const { nodes } = await cdp.send("Accessibility.getPartialAXTree", { nodeId, fetchRelatives: false });
  await cdp.detach();
  return { name: nodes[0].name.value, description: nodes[0].description?.value ?? "" };
}
const BOTH = [".where", ".caller"].map((each) => ({ each, drawn: true, inside: true }));

for (const width of [320, 390, 544, 640]) {
  test(`${width} px: the header has cluster and caller, also long ones: what is cut ends in an ellipsis and is whole in the title`, async () => {
    const { page, context } = await openPage(browser, `${proxy.page}#/kubeconfig`, { viewport: { width, height: 800 } });
    await expectVisible(page.locator('#connection[data-state="connected"] .where'));
    assert.match(await page.locator("#connection .caller").innerText(), /as admin$/);
    assert.deepEqual(await seenIn(page), BOTH);
    /** A caller who is whole on a narrow screen may take more lines. */
    const sound = async (lines) => {
      const { height, ...seen } = await oneRow(page);
      assert.deepEqual({ ...seen, height: height < 70 || lines }, { row: true, apart: true, height: true, overflow: 0 });
    };
    await sound(false);
    const user = `system:serviceaccount:${"team-".repeat(20)}:deployer`;
    await page.route("**/selfsubjectreviews", async (route) => {
      const response = await route.fetch();
      const review = await response.json();
      review.status.userInfo.username = user;
      await route.fulfill({ response, json: review });
    });
    await page.route(proxy.page, async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replace('name="kubecred-name" content=""', `name="kubecred-name" content="${"production ".repeat(5).trim()}"`);
      await route.fulfill({ response, body: text });
    });
    await page.reload();
    await expectVisible(page.locator("#connection .caller", { hasText: "deployer" }));
    assert.deepEqual(await seenIn(page), BOTH);
    await sound(width <= 544);
    const summary = page.locator("#connection summary");
    const titles = await page.locator("#connection :is(.where, .caller)").evaluateAll((all) => all.map(({ title }) => title));
    assert.deepEqual(titles, ["production ".repeat(5).trim(), `as ${user}`]);
    const { name, description } = await spoken(page);
    assert.match(name, new RegExp(`^${titles[0]} Kubernetes v1\\.\\d+\\.\\d+ ${titles[1]}$`));
    assert.equal(description, "", "nothing is said twice");
    const cut = await page.locator("#connection :is(.where, .caller)").evaluateAll((all) => all.map((node) => getComputedStyle(node).textOverflow));
    assert.deepEqual(cut, ["ellipsis", "ellipsis"]);
    await summary.click();
    await expectVisible(page.locator("#connection > div", { hasText: user }));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, "nor with the explanation open");
    await context.close();
  });
}

for (const width of [544, 390, 320]) {
  test(`${width} px: the user name of a service account is whole, in as many lines as it takes`, async () => {
    const { page, context } = await openPage(browser, null, { viewport: { width, height: 800 } });
    const user = "system:serviceaccount:team-payments:deployer-of-the-web-shop-in-europe";
    await page.route("**/selfsubjectreviews", async (route) => {
      const response = await route.fetch();
      const review = await response.json();
      review.status.userInfo.username = user;
      await route.fulfill({ response, json: review });
    });
    await page.goto(`${proxy.page}#/review`);
    const caller = page.locator("#connection .caller");
    await expectVisible(caller);
    const seen = await caller.evaluate((node) => {
      const box = document.querySelector("header").getBoundingClientRect();
      const shown = node.querySelector(".name");
      const rects = [...shown.getClientRects()];
      const inside = rects.every(({ left, right, top, bottom }) => left >= box.left && right <= box.right && top >= box.top && bottom <= box.bottom);
      return { text: shown.innerText, inside, lines: rects.length > 1, cut: node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight };
    });
    assert.deepEqual(seen, { text: user, inside: true, lines: true, cut: false });
    const { row, apart, overflow } = await oneRow(page);
    assert.deepEqual({ row, apart, overflow }, { row: true, apart: true, overflow: 0 });
    await context.close();
  });
}

test("the menu by keyboard: opens with the focus on the first panel, and Escape gives it back", async () => {
  const { page, context } = await openPage(browser, proxy.page, { viewport: { width: 390, height: 800 } });
  await page.locator("#menu").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.closest("#nav"));
  assert.equal(await page.locator("#menu").getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.id === "menu");
  assert.equal(await page.locator("#nav").isVisible(), false);
  await context.close();
});

test("the deployer's name and color: in the header and in the title; what cannot be shown is refused by the build", async () => {
  const name = 'prod "eu" <b>&amp;';
  build({ KUBECRED_NAME: name, KUBECRED_COLOR: "red" });
  const server = await serve(folder);
  const { page, context, seen } = await openPage(browser, `${server.address}#/kubeconfig`);
  await page.waitForFunction((wanted) => document.title === `Kubeconfigs · ${wanted} · kubecred`, name);
  assert.equal(await page.locator("html").getAttribute("data-color"), "red");
  assert.deepEqual(seen.errors, []);
  await context.close();
  await server.close();
  const offline = readFileSync(join(folder, "offline.html"), "utf8");
  assert.ok(offline.includes('name="kubecred-name" content="prod &quot;eu&quot; &lt;b>&amp;amp;"'));
  assert.throws(() => build({ KUBECRED_COLOR: "mauve" }), /KUBECRED_COLOR must be one of/);
  assert.throws(() => build({ KUBECRED_NAME: "x".repeat(61) }), /KUBECRED_NAME/);
  assert.throws(() => build({ KUBECRED_NAME: "a\u202eb" }), /KUBECRED_NAME/);
});

test("npx kubecred: the context of the kubeconfig names the page", async () => {
  const { started, link } = await launch(["--kubeconfig", plane.admin, "--page", dist]);
  const { page, context } = await openPage(browser, link);
  await expectVisible(page.locator('#connection[data-state="connected"] .where'));
  const [, current] = /current-context: (\S+)/.exec(readFileSync(plane.admin, "utf8"));
  assert.equal(await page.locator("#connection .where").innerText(), current);
  assert.equal(await page.title(), `Start · ${current} · kubecred`);
  await context.close();
  started.child.kill();
});
