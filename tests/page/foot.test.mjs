// The line at the foot names each secret that the tab has, and none that it has not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tests } from "../support/place.mjs";
import { openPage } from "./browser.mjs";
import { at, expired, file } from "./messy.mjs";
import { dropFiles, makeKey, sayWho, toPanel } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { until } from "./wait.mjs";

let server, browser;
onStage(
  (stage) => {
    ({ server, browser } = stage);
  },
  { cluster: false, served: true },
);

const { token } = JSON.parse(readFileSync(join(tests, "vectors", "api", "tokenrequest.json"), "utf8")).status;
const NONE = "No private key in this tab.";

test("a kubeconfig, a token and a key are named while they are here", async () => {
  const { page, context, seen } = await openPage(browser, `${server.address}#/kubeconfig`);
  page.on("dialog", (dialog) => dialog.accept());
  const foot = (words) => until(async () => (await page.locator("#key-place").innerText()) === words, words);
  await foot(NONE);

  await dropFiles(page, [file("one.yaml", { clusters: [["a", at("https://a.example:6443")]], users: [["jane", expired("jane").user]] })]);
  await foot("In this tab: the open kubeconfig (1 private key).");
  await dropFiles(page, [
    file("two.yaml", {
      clusters: [["b", at("https://b.example:6443")]],
      users: [
        ["ci", { token: "secret-of-ci" }],
        ["old", { username: "old", password: "secret-of-old" }],
      ],
    }),
  ]);
  await foot("In this tab: 2 open kubeconfigs (1 private key, 1 token, and 1 password).");
  await page.getByRole("button", { name: "Use merged file" }).click();
  await foot("In this tab: the open kubeconfig (1 private key, 1 token, and 1 password).");

  await toPanel(page, "Service accounts");
  await page.locator("#robot-token").fill(token);
  await page.getByRole("button", { name: "Check token" }).click();
  await foot("In this tab: the open kubeconfig (1 private key, 1 token, and 1 password) and the token that you pasted.");
  await toPanel(page, "Kubeconfigs");
  await page.getByRole("button", { name: "Close file" }).click();
  await foot("No private key in this tab, but the token that you pasted.");

  await toPanel(page, "Get access");
  await sayWho(page, "jane");
  await makeKey(page);
  await foot("Private key: only in this tab. Also in this tab: the token that you pasted.");
  await toPanel(page, "Service accounts");
  await page.locator("#robot-token").fill("hello");
  await page.getByRole("button", { name: "Check token" }).click();
  await foot("Private key: only in this tab.");
  assert.deepEqual(seen.errors, []);
  await context.close();
});
