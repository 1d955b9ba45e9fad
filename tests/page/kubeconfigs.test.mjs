// #/kubeconfig with several files: merged with a preview of each, fixed where the finding is, every change undone on its own; nothing is lost without a
// question, and nothing of a key is in the page or left in its undo list.
import assert from "node:assert/strict";
import { createPrivateKey, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { openPage } from "./browser.mjs";
import { at, expired, file } from "./messy.mjs";
import { dropFiles } from "./person.mjs";
import { heapOf, watchBytes } from "./heap.mjs";
import { entry, needles, needlesOfText, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let server, browser;
onStage(
  (stage) => {
    ({ server, browser } = stage);
  },
  { cluster: false, served: true },
);

const start = async (before) => {
  const opened = await openPage(browser, null);
  if (before) await opened.page.addInitScript(before);
  await opened.page.goto(`${server.address}#/kubeconfig`);
  await expectVisible(opened.page.locator("#kubeconfig-form"));
  return opened;
};
const changes = (page) => page.locator("#kubeconfig-changes li > span").allInnerTexts();
const said = (page, text) => expectVisible(page.locator("#live", { hasText: text }));
const button = (page, name) => page.getByRole("button", { name, exact: true });
const entries = (page, column) =>
  page
    .locator(".picture > div")
    .filter({ has: page.getByRole("heading", { name: column, exact: true }) })
    .locator("li")
    .evaluateAll((items) => items.map((item) => item.dataset.name));

/** A file is drawn in pieces. */
const shows = async (page, column, names) => {
  let found;
  await until(async () => isDeepStrictEqual((found = await entries(page, column)), names), `${column}: ${names}`).catch(() => assert.deepEqual(found, names));
};

async function saved(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Save the file").click()]);
  return readFileSync(await download.path());
}

async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    [],
  );
}

const A = file("a.yaml", {
  clusters: [["one", at("https://203.0.113.1")]],
  users: [
    ["jane", { token: "of-jane" }],
    ["bob", { token: "of-bob" }],
  ],
  contexts: [
    ["work", "one", "jane"],
    ["old", "one", "bob"],
  ],
  current: "work",
});
const B = file("b.yaml", { clusters: [["two", at("https://203.0.113.2")]], users: [["eve", { token: "of-eve" }]], contexts: [["side", "two", "eve"]] });

test("a file that cannot be read is named, the others are taken, and more can be added to an open preview", async () => {
  const { page, context, seen } = await start();
  await dropFiles(page, [A, { name: "broken.yaml", text: "a: 1\na: 2" }, { name: "huge.yaml", size: 4 * 1024 * 1024 + 1 }, B]);
  const problems = page.locator("#kubeconfig-form .findings");
  await expectVisible(problems.getByText(/The file broken\.yaml was not read\. Line 2, column 1: /));
  await expectVisible(problems.getByText(/The file huge\.yaml was not read\. .*larger than the 4 MiB/));
  await dropFiles(page, [
    {
      name: "c.yaml",
      text: 'clusters:\n\n- name: three\n  cluster: {server: "http://203.0.113.3"}\ncontexts: [{name: c3, context: {cluster: three, user: nobody}}]\n',
    },
  ]);
  await expectVisible(page.locator("#kubeconfig-merge .merge-file").nth(1));
  assert.deepEqual(await page.locator("#kubeconfig-merge h3").allInnerTexts(), ["b.yaml", "c.yaml"]);
  await button(page, "Use merged file (3 files)").click();
  await expectVisible(page.getByText("4 contexts, 3 clusters, 3 users"));
  await expectVisible(page.getByText(/^Error: Context c3, line 5 of c\.yaml: /).first());
  assert.deepEqual(await changes(page), ["Merged b.yaml: 3 added.", "Merged c.yaml: 2 added."]);
  await button(page, "Undo: Merged b.yaml: 3 added").click();
  await expectVisible(page.getByText("3 contexts, 2 clusters, 2 users"));
  await expectVisible(page.getByText(/^Error: Context c3, line 5 of c\.yaml: /).first());
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("rename, remove and undo: each change alone, with those that need it; the focus stays near and the change is said", async () => {
  const { page, context, seen } = await start();
  await dropFiles(page, [A]);
  await expectVisible(page.getByText("2 contexts, 1 cluster, 2 users"));
  await dropFiles(page, [B]);
  await button(page, "Use merged file").click();
  await expectVisible(page.getByText("3 contexts, 2 clusters, 3 users"));
  await button(page, "Rename: user eve").click();
  const name = page.getByLabel("New name of user eve");
  assert.ok(await name.evaluate((node) => node === document.activeElement));
  await name.fill("jane");
  await name.press("Enter");
  await expectVisible(page.locator(".rename .findings .error"));
  await name.fill("mallory");
  await name.press("Enter");
  await said(page, "Renamed user eve to mallory.");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  assert.equal(await focused(), "Rename: user mallory");
  await button(page, "Remove: user bob").click();
  await said(page, "Removed: user bob, context old.");
  await button(page, "Remove: context side").click();
  await said(page, "Removed: context side, user mallory, cluster two.");
  assert.equal(await focused(), "Rename: context work");
  await button(page, "Remove expired").click();
  await said(page, "Nothing had expired.");
  assert.equal((await changes(page)).length, 4);
  await accessible(page);

  // The user that was removed is found under its own name when the rename is undone.
  await button(page, "Undo: Renamed user eve to mallory").click();
  await said(page, "Undone: “Renamed user eve to mallory”.");
  assert.deepEqual(await changes(page), ["Merged b.yaml: 3 added.", "Removed: user bob, context old.", "Removed: context side, user eve, cluster two."]);
  await expectVisible(page.locator("#kubeconfig-changes h2:focus"));
  await button(page, "Undo: Removed: user bob, context old").click();
  await expectVisible(page.getByText("2 contexts, 1 cluster, 2 users"));
  await shows(page, "Users", ["jane", "bob"]);
  // Without the file there is nothing of it to remove.
  await button(page, "Undo: Merged b.yaml: 3 added").click();
  await said(page, "These needed it and are undone, too: “Removed: context side, user eve, cluster two”.");
  assert.equal(await page.locator("#kubeconfig-changes").count(), 0);
  await expectVisible(page.locator("#kubeconfig-what h2:focus"));
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("an Undo that is pressed twice undoes its own change alone; what was chosen for saving stays while the file changes", async () => {
  const { page, context, seen } = await start();
  await dropFiles(page, [A]);
  await expectVisible(page.getByRole("heading", { name: "2 contexts, 1 cluster, 2 users" }));
  await page.getByLabel("Remove secrets (safe to share)").check();
  await page.getByLabel("Format").selectOption({ index: 1 });
  for (const name of ["old", "work"]) {
    await page.locator("#kubeconfig-context").selectOption(name);
    await button(page, "Set as current").click();
    if (name === "old") await said(page, "Set old as the current context");
  }
  await said(page, "Set work as the current context");
  await page.locator("#kubeconfig-attention, #kubeconfig-what h2").first().waitFor();
  assert.deepEqual(await changes(page), ["Set old as the current context.", "Set work as the current context."]);
  await button(page, "Undo: Set work as the current context").dblclick();
  await said(page, "Undone");
  await page.waitForFunction(() => document.querySelectorAll("#kubeconfig-changes li").length === 1);
  assert.deepEqual(await changes(page), ["Set old as the current context."]);
  assert.equal(await page.getByLabel("Remove secrets (safe to share)").isChecked(), true);
  assert.equal(await page.getByLabel("Format").evaluate((select) => select.selectedIndex), 1);
  assert.doesNotMatch((await saved(page)).toString(), /of-jane|of-bob/);
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("an undone change does not move another one to an entry of the same name", async () => {
  const { page, context } = await start();
  await dropFiles(page, [A]);
  await expectVisible(page.getByText("2 contexts, 1 cluster, 2 users"));
  await button(page, "Rename: user jane").click();
  await page.getByLabel("New name of user jane").fill("john");
  await page.keyboard.press("Enter");
  await said(page, "Renamed user jane to john.");
  const second = file("second.yaml", {
    users: [["jane", { token: "of-another-jane" }]],
    clusters: [["two", at("https://203.0.113.2")]],
    contexts: [["other", "two", "jane"]],
  });
  await dropFiles(page, [second]);
  await button(page, "Use merged file").click();
  await said(page, "Merged second.yaml");
  await button(page, "Remove: user jane").click();
  await said(page, "Removed: user jane, context other, cluster two.");
  await button(page, "Undo: Renamed user jane to john").click();
  await said(page, "Undone");
  const config = JSON.parse(await savedAs(page, "json"));
  assert.deepEqual(config.users, [
    { name: "jane", user: { token: "of-jane" } },
    { name: "bob", user: { token: "of-bob" } },
  ]);
  await context.close();
});

async function savedAs(page, format) {
  await page.locator("#kubeconfig-format").selectOption(format);
  return (await saved(page)).toString();
}

test("nothing is lost without a question: leaving the page, closing the file, opening another one in its place", async () => {
  const { page, context } = await start();
  const asked = [];
  let answer = true;
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void (answer ? dialog.accept() : dialog.dismiss());
  });
  const leave = async () => {
    await page.goto("about:blank");
    await page.goto(`${server.address}#/kubeconfig`);
    await expectVisible(page.locator("#kubeconfig-form"));
  };
  await dropFiles(page, [A]);
  await expectVisible(page.getByText("2 contexts, 1 cluster, 2 users"));
  // Chromium asks only where the page was used.
  await page.locator("#kubeconfig-what h2").click();
  await leave();
  assert.deepEqual(asked, [], "what was only read is not asked about");
  await dropFiles(page, [A]);
  await button(page, "Remove: user bob").click();
  await said(page, "Removed: user bob");
  answer = false;
  await button(page, "Close file").click();
  await dropFiles(page, [B]);
  await button(page, "Close the others and open this file …: b.yaml").click();
  assert.deepEqual(asked.splice(0), ["confirm", "confirm"]);
  await expectVisible(page.locator("#kubeconfig-merge"));
  await shows(page, "Users", ["jane"]);
  answer = true;
  await button(page, "Close the others and open this file …: b.yaml").click();
  await expectVisible(page.getByText("1 context, 1 cluster, 1 user"));
  assert.equal(await page.locator("#kubeconfig-merge").count(), 0);
  assert.deepEqual(asked.splice(0), ["confirm"]);
  await button(page, "Rename: user eve").click();
  await page.getByLabel("New name of user eve").fill("adam");
  await page.keyboard.press("Enter");
  await said(page, "Renamed user eve to adam.");
  // Another panel of the page keeps it.
  await page.locator("#nav").getByRole("link", { name: "Permissions" }).click();
  await page.locator("#nav").getByRole("link", { name: "Kubeconfigs" }).click();
  await shows(page, "Users", ["adam"]);
  await leave();
  assert.deepEqual(asked.splice(0), ["beforeunload"]);
  await dropFiles(page, [A]);
  await button(page, "Remove: user bob").click();
  await said(page, "Removed: user bob");
  await expectVisible(page.getByText("1 change, not saved"));
  await saved(page);
  await expectVisible(page.getByText("1 change", { exact: true }));
  await leave();
  assert.deepEqual(asked, [], "saved");
  await context.close();
});

test("what another panel hands over does not replace changes that are not saved", async () => {
  const { page, context } = await start();
  const asked = [];
  let answer = false;
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void (answer ? dialog.accept() : dialog.dismiss());
  });
  const handOver = (mine) =>
    page.evaluate(async (text) => {
      const [{ handOver: give }, { session }] = await Promise.all([import("./shared/handover.js"), import("./shared/session.js")]);
      const made = await (await session()).kubeconfig.parse('clusters: [{name: new, cluster: {server: "https://203.0.113.9"}}]');
      location.hash = "#/roles";
      await new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
      give(made, { name: "mine.yaml", bytes: new TextEncoder().encode(text) });
    }, mine.text);
  await dropFiles(page, [A]);
  await button(page, "Remove: user bob").first().click();
  await said(page, "Removed: user bob");
  await handOver(B);
  const files = page.locator("#kubeconfig-merge h3");
  await expectVisible(files.nth(1));
  assert.deepEqual(await files.allInnerTexts(), ["mine.yaml", "The new kubeconfig"]);
  assert.deepEqual(await changes(page), ["Removed: user bob, context old."]);
  answer = true;
  await handOver(B);
  await expectVisible(page.getByText("1 context, 1 cluster, 1 user"));
  await expectVisible(files.first());
  assert.deepEqual(await files.allInnerTexts(), ["The new kubeconfig"]);
  assert.deepEqual(asked, ["confirm", "confirm"]);
  await context.close();
});

test("a key that was embedded is nowhere in the page, its undo list or its heap; the preview says what a certificate is", async () => {
  const { page, context, seen } = await start(watchBytes);
  const { key, user } = expired("canary");
  const token = randomBytes(24).toString("base64url");
  const secrets = [...needles(key), ...needlesOfText(token)];
  const publicText = Buffer.from(user["client-certificate-data"], "base64").toString("latin1");
  const text = JSON.stringify({
    clusters: [{ name: "c", cluster: at("https://203.0.113.1") }],
    users: [
      { name: "canary", user: { "client-certificate-data": user["client-certificate-data"], "client-key": "key.pem" } },
      { name: "tok", user: { token } },
      { name: "exec", user: { exec: { apiVersion: "client.authentication.k8s.io/v1alpha1", command: "x", env: [{ name: "A", value: token }] } } },
    ],
    contexts: ["canary", "tok", "exec"].map((name) => ({ name, context: { cluster: "c", user: name } })),
  });
  const choose = (label, name, buffer) => page.getByLabel(label).setInputFiles({ name, mimeType: "application/octet-stream", buffer });
  await choose("Choose files …", "canary.yaml", Buffer.from(text));
  await choose("Embed the key of user canary: choose the file", "key.pem", key);
  await said(page, "Embedded the key of user canary.");
  await button(page, "Change to v1beta1: user exec").click();
  await said(page, "Set exec.apiVersion of user exec to client.authentication.k8s.io/v1beta1.");
  await button(page, "Remove: user tok").click();
  await said(page, "Removed: user tok, context tok.");
  await button(page, "Undo: Removed: user tok, context tok").click();
  await said(page, "Undone");
  const look = async () =>
    assert.deepEqual(
      spilled(secrets, { ...(await placesOf(page, seen)), heap: await heapOf(page), bytes: await page.evaluate(() => globalThis.bytesOfPage()) }, publicText),
      [],
    );
  await look();
  await button(page, "Preview (keys hidden)").click();
  const preview = page.locator("#kubeconfig-result pre:focus");
  await expectVisible(preview);
  assert.match(await preview.innerText(), /client-certificate-data: <certificate of canary, expired \w{3} \d+ \w{3} \d{4}, \d\d:\d\d>/);
  assert.doesNotMatch(await preview.innerText(), /LS0tLS1CRUdJTi/);
  await look();
  const bytes = await saved(page);
  assert.deepEqual(spilled(secrets, { file: bytes.toString("latin1") }, publicText), ["file"], "the control: they are in the file");
  assert.ok(createPrivateKey(entry(bytes, "client-key-data")).equals(createPrivateKey(key)), "made again after the undo, it is the same key");
  await look();
  await button(page, "Close file").click();
  await expectVisible(page.locator("#kubeconfig-text:focus"));
  await look();
  await page.evaluate((secret) => {
    globalThis.control = [`${secret}.`, new TextEncoder().encode(secret)];
  }, token);
  assert.deepEqual(
    spilled(secrets, { heap: await heapOf(page), bytes: await page.evaluate(() => globalThis.bytesOfPage()) }, publicText),
    ["heap", "bytes"],
    "the control: what is in a string or in bytes is found",
  );
  assert.deepEqual([seen.errors, seen.violations], [[], []]);
  await context.close();
});
