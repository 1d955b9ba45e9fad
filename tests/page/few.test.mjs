// How little a person does: fields filled and buttons pressed from the start page to the file that real kubectl uses, counted as they happen.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approved, certify, dropFiles, openStep, waiting } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, server, browser;
onStage(
  (stage) => {
    ({ plane, proxy, server, browser } = stage);
  },
  { served: true },
);

/** Every interaction goes through this, and is one. */
function counted(page) {
  const self = {
    count: 0,
    async do(act) {
      self.count += 1;
      return act(page);
    },
    press: (name) => self.do((on) => on.getByRole("button", { name }).click()),
    async download(name) {
      const [file] = await Promise.all([page.waitForEvent("download"), self.press(name)]);
      return file;
    },
  };
  return self;
}

async function isUser(download, user) {
  const path = join(plane.dir, download.suggestedFilename());
  writeFileSync(path, await readFile(await download.path()), { mode: 0o600 });
  const { code, stdout, stderr } = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, user);
}

test("live: the door, the name, one button, save", async () => {
  const { page, context, seen } = await openPage(browser, proxy.page);
  const me = counted(page);
  await me.do((on) => on.getByRole("link", { name: "I need access" }).click());
  await me.do((on) => on.getByLabel("User name").fill("few-live"));
  await me.press("Create key and send request");
  await waiting(page);
  await approved(plane, await page.locator("#answer-state bdi").innerText());
  await openStep(page, "file");
  await page.waitForFunction(() => document.querySelector("#ca").value && !document.querySelector("#file .row[inert]"));
  await isUser(await me.download("Save the kubeconfig"), "few-live");
  assert.ok(me.count <= 5, `${me.count} interactions`);
  await expectVisible(page.locator("#file-access", { hasText: /You have access to .* as few-live\. The certificate expires / }));
  assert.equal(await page.locator('li[data-step="file"].done').count(), 1);
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("by hand: the door, the name, one button, the message, the answer pasted, a kubeconfig dropped for address and CA, save", async () => {
  const { page, context, seen } = await openPage(browser, `${server.address}#/access`, { permissions: ["clipboard-read", "clipboard-write"] });
  const me = counted(page);
  await me.do((on) => on.getByLabel("User name").fill("few-hand"));
  await me.press("Create key and request file");
  await openStep(page, "answer");
  await me.press("Copy message for your administrator");
  await expectVisible(page.locator("[data-message]", { hasText: "Copied" }));
  const message = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(message, /user few-hand.*for 7 days/);
  assert.match(message, new RegExp(`Key fingerprint: ${(await page.locator("#answer-print code").innerText()).trim()}`));
  const manifest = await page.locator("#manifest").textContent();
  const { pem } = await certify(plane, manifest);
  await me.do(async (on) => {
    await on.evaluate((text) => navigator.clipboard.writeText(text), pem);
    await on.getByLabel("Certificate from your administrator").focus();
    await on.keyboard.press("ControlOrMeta+V");
  });
  await openStep(page, "file");
  const config = (await plane.kubectl(["config", "view", "--minify", "--raw"])).stdout;
  await me.do((on) => dropFiles(on, [{ name: "config", text: config }]));
  await page.waitForFunction(() => document.querySelector("#ca").value);
  await isUser(await me.download("Save the kubeconfig"), "few-hand");
  assert.ok(me.count <= 6, `${me.count} interactions`);
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("groups: Enter and a comma make a chip each, a paste of lines too; quotes keep a comma; Backspace takes the last one back", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/access`);
  const field = page.locator("#groups input");
  const chips = () => page.locator("#groups .chip bdi").allInnerTexts();
  await field.click();
  await page.keyboard.type('dev, ops,"on-call, nights",');
  assert.deepEqual(await chips(), ["dev", "ops", "on-call, nights"]);
  await page.keyboard.type("dev");
  await page.keyboard.press("Enter");
  assert.deepEqual(await chips(), ["dev", "ops", "on-call, nights"], "the same twice is one");
  await page.keyboard.press("Backspace");
  assert.equal(await field.inputValue(), '"on-call, nights"');
  await field.evaluate((node) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", "a\nb\r\nc");
    node.value = "";
    node.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.deepEqual(await chips(), ["dev", "ops", "a", "b", "c"]);
  await page.getByRole("button", { name: "Remove the group ops" }).click();
  await field.fill("left over");
  await page.getByLabel("User name").fill("jane");
  await page.getByRole("button", { name: "Continue step by step" }).click();
  await openStep(page, "key");
  assert.match(await page.locator('li[data-step="who"] .summary').innerText(), /^jane in dev, a, b, c, left over /);
  await context.close();
});

test("groups: of a paste of very many nothing is lost", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/access`);
  const field = page.locator("#groups input");
  await field.evaluate((node) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData(
      "text",
      Array.from({ length: 205 }, (_, index) => `team, ${index}`)
        .map((name) => `"${name}"`)
        .join("\n"),
    );
    node.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.equal(await page.locator("#groups .chip").count(), 200);
  assert.match(await field.inputValue(), /^"team, 200", .*"team, 204", $/);
  await field.press("Enter");
  assert.equal(await page.locator("#groups .chip").count(), 205);
  assert.equal(await page.locator("#groups .chip bdi").last().innerText(), "team, 204");
  await context.close();
});

test("a name that is warned about is requested only after the button was pressed again", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/access`);
  await page.getByLabel("User name").fill("\u0430lice");
  const button = page.getByRole("button", { name: "Create key and request file" });
  await button.click();
  await expectVisible(page.locator("#who .findings .warning").first());
  assert.equal(await page.locator("#who").isVisible(), true);
  await button.click();
  await openStep(page, "answer");
  await page.getByRole("button", { name: "Change: Who you are" }).click();
  // Step by step as well; on leaving the field already, and not while somebody types.
  const field = page.getByLabel("User name");
  await field.fill("system:admin");
  await field.press("Tab");
  const remark = page.locator('[data-field="user"] .findings .warning');
  await expectVisible(remark);
  await field.press("End");
  await page.keyboard.type("s");
  assert.equal(await remark.count(), 0);
  await field.press("Tab");
  await expectVisible(remark);
  await page.getByRole("button", { name: "Continue step by step" }).click();
  await expectVisible(page.locator("#live.toast", { hasText: "press the button again" }));
  assert.equal(await page.locator("#who").isVisible(), true);
  await field.fill("");
  await page.getByRole("button", { name: "Continue step by step" }).click();
  await expectVisible(page.locator('[data-field="user"] .findings .error', { hasText: "Enter a user name." }));
  await context.close();
});

/** A page that can send its request, and cannot see what becomes of it: it waits while the certificate is there. */
async function blind(user) {
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/access`);
  await page.route("**/certificatesigningrequests**", (route) => (route.request().method() === "POST" ? route.continue() : route.abort()));
  await page.getByLabel("User name").fill(user);
  await page.getByRole("button", { name: "Create key and send request" }).click();
  await waiting(page);
  const { pem } = await approved(plane, await page.locator("#answer-state bdi").innerText());
  return { page, context, seen, pem, wrong: readFileSync(join(plane.dir, "ca.crt"), "utf8") };
}

test("the answer is pasted while the page waits: a wrong one is refused at the field, the right one ends the waiting", async () => {
  const { page, context, seen, pem, wrong } = await blind("few-pasted");
  const field = page.getByLabel("Certificate from your administrator");
  assert.equal(await field.isVisible(), false, "waiting has one thing to do");
  await page.locator("#answer-paste summary").click();
  await field.fill(wrong);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await expectVisible(page.locator('[data-field="answer-text"] .error'));
  await expectVisible(page.locator("#answer-state", { hasText: "Waiting for approval" }));
  await field.fill(pem);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await openStep(page, "file");
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("stopped, a wrong paste does not take away what keeps waiting; the certificate dropped as a file while the page waits is taken", async () => {
  const { page, context, seen, pem, wrong } = await blind("few-dropped");
  const [stop, keep] = ["Stop waiting", "Keep waiting"].map((name) => page.getByRole("button", { name }));
  await stop.click();
  await expectVisible(keep);
  await page.locator("#answer-paste summary").click();
  await page.getByLabel("Certificate from your administrator").fill(wrong);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await expectVisible(page.locator("#answer-state", { hasText: "This certificate does not match your key or request." }));
  // A first look that fails ends the waiting; the request is in the cluster nevertheless.
  await keep.click();
  await expectVisible(page.locator("#answer-state", { hasText: "The page could not wait any longer." }));
  await expectVisible(keep);
  await page.route("**/certificatesigningrequests**", () => {}); // from here on the server is as slow as can be
  await keep.click();
  await expectVisible(stop);
  await page.locator("#answer-paste summary").click();
  await dropFiles(page, [{ name: "wrong.crt", text: wrong }]);
  await expectVisible(page.locator('[data-field="answer-text"] .error'));
  await expectVisible(stop);
  await dropFiles(page, [{ name: "right.crt", text: pem }]);
  await openStep(page, "file");
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("a certificate that is opened in another tab reaches the tab that waits", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/access`, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByLabel("User name").fill("two-tabs");
  await page.getByRole("button", { name: "Create key and request file" }).click();
  await openStep(page, "answer");
  const { pem } = await certify(plane, await page.locator("#manifest").textContent());
  const other = await context.newPage();
  await other.goto(`${server.address}#/access`);
  const fragment = await other.evaluate(async (text) => (await (await import("./shared/session.js")).session()).links.encode(text), pem);
  await other.evaluate((hash) => {
    location.hash = hash;
  }, `#/access/${fragment}`);
  await expectVisible(other.locator("#access-link", { hasText: "is now in the tab that created the request" }));
  await openStep(page, "file");
  assert.match(await page.locator('li[data-step="answer"] .summary').innerText(), /^two-tabs/);
  // Once it is there, another one is not taken: the second tab says what it is good for.
  await other.evaluate((hash) => {
    location.hash = hash;
  }, `#/access/${fragment}`);
  await expectVisible(other.locator("#access-link", { hasText: "that key is not in this tab" }));
  await context.close();
});

test("a program: the door, name, namespace, preset, one button, save; real kubectl does what the preset allows, and is refused the rest", async () => {
  await plane.kubectl(["create", "namespace", "few-robots"]);
  const robots = await plane.proxy(0, plane.admin, "roles robot");
  const { page, context, seen } = await openPage(browser, robots.page);
  const me = counted(page);
  await me.do((on) => on.getByRole("link", { name: "A program needs access" }).click());
  await expectVisible(page.locator("#robot-live"));
  assert.equal(await page.locator('input[name="robot-role"]:checked').getAttribute("value"), "pod-reader", "nobody's default is more than to read");
  await me.do((on) => on.getByLabel("Name of the service account").fill("few-robot"));
  await me.do((on) => on.locator("#robot-namespace").fill("few-robots"));
  await me.do((on) => on.locator("#robot-form").getByLabel("Deploy").check());
  await me.press("Create account, permissions and token");
  const answers = () =>
    page
      .locator(".probes tr")
      .evaluateAll((rows) => Object.fromEntries(rows.map((row) => [row.querySelector("th").textContent, row.querySelector("td").textContent])));
  await expectVisible(page.getByText("Verified: the cluster accepts this token"));
  assert.deepEqual(await answers(), {
    "See pods": "yes",
    "Read logs": "yes",
    "Create deployments": "yes",
    "Read secrets": "no",
    "Grant permissions": "no",
  });
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab, but the token of service account few-robot.");
  const saved = await me.download("Save the kubeconfig");
  assert.ok(me.count <= 8, `${me.count} interactions`);
  const path = join(plane.dir, saved.suggestedFilename());
  writeFileSync(path, await readFile(await saved.path()), { mode: 0o600 });
  const made = await kubectl(path, ["create", "deployment", "web", "--image=registry.invalid/web"]);
  assert.equal(made.code, 0, made.stderr);
  assert.match((await kubectl(path, ["get", "deployments", "-o", "name"])).stdout, /deployment\.apps\/web/, "in the namespace that was typed once");
  for (const args of [
    ["get", "secrets"],
    ["create", "rolebinding", "more", "--clusterrole=admin", "--serviceaccount=few-robots:few-robot"],
    ["get", "pods", "--namespace=default"],
  ]) {
    const { code, stderr } = await kubectl(path, args);
    assert.notEqual(code, 0, args.join(" "));
    assert.match(stderr, /Forbidden|forbidden/);
  }
  // How it ends, as printed: without its binding it may do nothing, without its account it is nobody.
  await page.getByText("How to revoke it").click();
  const lines = page.locator("#robot-report details.terminal", { hasText: "How to revoke it" }).locator("pre");
  await expectVisible(lines.nth(1));
  const ends = await lines.allInnerTexts();
  assert.deepEqual(
    ends.map((line) => line.split(" ").slice(0, 3).join(" ")),
    ["kubectl delete rolebinding", "kubectl delete serviceaccount"],
  );
  const after = async (line, word) => {
    const { code, stderr } = await plane.kubectl(line.trim().split(" ").slice(1));
    assert.equal(code, 0, stderr);
    await until(async () => word.test((await kubectl(path, ["get", "deployments"])).stderr), line);
  };
  await after(ends[0], /Forbidden|forbidden/);
  await after(ends[1], /Unauthorized|must be logged in/);
  assert.deepEqual([seen.errors, seen.violations], [[], []]);
  await context.close();
  await plane.kubectl(["delete", "namespace", "few-robots", "--wait=false"]);
});
