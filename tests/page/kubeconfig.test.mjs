// #/kubeconfig in Chromium: a file is read, what is wrong is shown where it is, two real files are merged, and real kubectl uses what was saved.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { dropFiles } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

async function start() {
  const opened = await openPage(browser, `${proxy.page}#/kubeconfig`);
  await expectVisible(opened.page.locator("#kubeconfig-form"));
  return opened;
}

async function save(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the file" }).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

async function clean({ page, seen }) {
  await page.addScriptTag({ path: axe }).catch(() => undefined); // the policy forbids it; then by evaluation
  await page.evaluate(readFileSync(axe, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    [],
  );
  assert.deepEqual(seen.errors, []);
}

test("two real files are merged, and kubectl uses both contexts of what was saved", async () => {
  // The same names, other credentials: what kubectl would mix.
  const token =
    (await plane.kubectl(["create", "serviceaccount", "kubeconfig-panel"])).code === 0 &&
    (await plane.kubectl(["create", "token", "kubeconfig-panel"])).stdout.trim();
  const first = plane.as("first", JSON.parse((await kubectl(plane.admin, ["config", "view", "--raw", "--minify", "-o", "json"])).stdout).users[0].user);
  const second = plane.as("second", { token });
  const opened = await start();
  const { page, context, seen } = opened;
  await dropFiles(page, [{ name: "first", text: readFileSync(first, "utf8") }]);
  await expectVisible(page.locator("#kubeconfig-what h2"));
  await expectVisible(page.locator(".picture path").first());
  await dropFiles(page, [{ name: "second", text: readFileSync(second, "utf8") }]);
  const preview = page.locator("#kubeconfig-merge");
  await expectVisible(preview.locator("tr.renamed").first());
  assert.equal(await preview.locator("tr.identical").count(), 1, "the cluster is the same in both");
  await page.getByRole("button", { name: "Use merged file" }).click();
  await expectVisible(page.getByText("2 contexts, 1 cluster, 2 users"));
  const saved = await save(page);
  const path = join(plane.dir, "merged.kubeconfig");
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  const contexts = (await kubectl(path, ["config", "get-contexts", "-o", "name"])).stdout.trim().split("\n");
  assert.equal(contexts.length, 2);
  const users = await Promise.all(
    contexts.map(async (name) => JSON.parse((await kubectl(path, ["--context", name, "auth", "whoami", "-o", "json"])).stdout).status.userInfo.username),
  );
  assert.equal(users.filter((user) => user === "system:serviceaccount:default:kubeconfig-panel").length, 1, users.join());
  assert.equal(new Set(users).size, 2, users.join());

  // Nothing of it left this page, and what is on the screen holds no token.
  assert.deepEqual(foreign(seen, proxy.origin), []);
  assert.ok(saved.bytes.includes(token), "the control: the token is in the file");
  assert.ok(!(await page.content()).includes(token));
  for (const { body, url } of seen.requests) assert.ok(!body.includes(token) && !url.includes(token));

  await page.getByLabel("Remove secrets").check();
  const redacted = await save(page);
  assert.match(redacted.name, /^redacted-/);
  assert.ok(!redacted.bytes.includes(token));
  assert.deepEqual(seen.violations, []);
  await clean(opened);
  await context.close();
});

test("what is wrong is said where it is, hostile names are text, and a file is cut down and converted", async () => {
  const opened = await start();
  const { page, context, seen } = opened;
  const names = '<img src=x onerror="document.title=1">';
  const yaml = [
    "apiVersion: v1",
    "kind: Config",
    "current-context: nope",
    "clusters:",
    "- name: c",
    "  cluster: {server: http://c, insecure-skip-tls-verify: true}",
    "- name: d",
    "  cluster: {server: https://d}",
    "users:",
    `- name: '${names}'`,
    "  user: {client-certificate: a.crt, token: canary-token}",
    "contexts:",
    `- name: "x\\u202Ey"`,
    "  context: {cluster: missing, user: u}",
    "- name: good",
    `  context: {cluster: d, user: '${names}'}`,
    "",
  ].join("\n");
  await page.getByLabel("Kubeconfig", { exact: true }).fill(yaml);
  await page.getByRole("button", { name: "Check kubeconfig" }).click();
  for (const code of ["context-not-found", "cluster-not-found", "user-not-found", "certificate-without-key", "server-http", "name-characters"]) {
    await expectVisible(page.locator(`#kubeconfig-what [data-code="${code}"]`).first());
  }
  await expectVisible(page.getByText(/Cluster c, line 6: /).first());
  assert.equal(await page.locator("#kubeconfig-result img").count(), 0);
  assert.equal(await page.getByLabel("Kubeconfig", { exact: true }).inputValue(), "", "what was pasted is gone from the field");
  assert.ok(!(await page.content()).includes("canary-token"));
  await page.locator("#kubeconfig-context").selectOption({ label: "good" });
  await page.getByRole("button", { name: "Keep only this context" }).click();
  await expectVisible(page.getByText("1 context, 1 cluster, 1 user"));
  await page.locator("#kubeconfig-format").selectOption("json");
  const saved = await save(page);
  const json = JSON.parse(saved.bytes.toString());
  assert.deepEqual([saved.name, json["current-context"], json.users[0].name], ["kubeconfig-good.json", "good", names]);
  await page.getByRole("button", { name: "Undo all changes" }).click();
  await expectVisible(page.getByText("2 contexts, 2 clusters, 1 user"));

  await page.locator("#kubeconfig-paste > summary").click();
  await page.getByLabel("Kubeconfig", { exact: true }).fill("a: 1\na: canary-token");
  await page.getByRole("button", { name: "Check kubeconfig" }).click();
  await expectVisible(page.locator("#kubeconfig-form .findings .error"));
  assert.match(await page.locator("#kubeconfig-form .findings").innerText(), /Line 2, column 1: The same key appears twice/);
  assert.deepEqual(seen.violations, []);
  await clean(opened);
  await context.close();
});

test("a context of the second file is not bound to the first file's user, unless that is chosen and warned of", async () => {
  const opened = await start();
  const { page, context } = opened;
  const drop = (name, text) => dropFiles(page, [{ name, text }]);
  await drop(
    "mine",
    "clusters: [{name: prod, cluster: {server: 'https://prod.example'}}]\nusers: [{name: admin, user: {token: abc}}]\ncontexts: [{name: prod, context: {cluster: prod, user: admin}}]\ncurrent-context: prod\n",
  );
  await expectVisible(page.locator("#kubeconfig-what h2"));
  await drop(
    "theirs",
    "clusters: [{name: evil, cluster: {server: 'https://evil.example'}}]\ncontexts: [{name: x, context: {cluster: evil, user: admin}}]\ncurrent-context: x\n",
  );
  const preview = page.locator("#kubeconfig-merge");
  await expectVisible(preview.locator("tr.dangling").getByText("Warning:"));
  assert.match(await preview.locator("tr.dangling").innerText(), /user of context x/);
  const bind = preview.getByRole("checkbox", { name: /Connect contexts/ });
  await bind.check();
  await expectVisible(preview.locator("tr.bound").getByText("Warning:"));
  assert.equal(await preview.locator("tr.dangling").count(), 0);
  await bind.uncheck();
  await expectVisible(preview.locator("tr.dangling"));
  await clean(opened);
  await page.getByRole("button", { name: "Use merged file" }).click();
  await expectVisible(page.getByText(/no user of this name/i).first());
  await context.close();
});
