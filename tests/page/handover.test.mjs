// A new credential into a kubeconfig that somebody has, in one step, from #/access and from #/robot: what would change is seen first, and real
// kubectl then uses both contexts of the file that was saved.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approve, makeKey, openStep, sayWho, send } from "./person.mjs";
import { needlesOfText, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser;
onStage(
  (stage) => {
    ({ plane, proxy, browser } = stage);
  },
  { allow: "robot" },
);

const readAll = async (path) => JSON.parse((await kubectl(path, ["config", "view", "--raw", "-o", "json"])).stdout);

/** Chooses the file that somebody has, takes the merged one, and gives the users that the server sees, context by context. */
async function putInto({ page, context, seen }, root, file, label) {
  const mine = readFileSync(file);
  await root
    .getByLabel(/^(Add to an existing kubeconfig|Put it into a kubeconfig that I have) …$/)
    .setInputFiles({ name: "config", mimeType: "application/octet-stream", buffer: mine });
  await expectVisible(page.locator("#kubeconfig-merge tbody tr").first());
  await page.getByRole("button", { name: "Use merged file" }).click();
  await expectVisible(page.getByText("2 contexts, "));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the file" }).click()]);
  const path = join(plane.dir, `handover-${label}.kubeconfig`);
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  const [before, after] = [await readAll(file), await readAll(path)];
  assert.equal(after["current-context"], before["current-context"], "it stays the first file’s");
  for (const list of ["clusters", "users", "contexts"])
    assert.deepEqual(
      after[list].filter(({ name }) => name === before[list][0].name),
      before[list],
      "what was there is as it was",
    );
  const { token } = before.users[0].user;
  assert.deepEqual(spilled(needlesOfText(token), await placesOf(page, seen)), []);
  assert.ok(readFileSync(path, "utf8").includes(token), "the control");
  assert.deepEqual([seen.violations, seen.errors, foreign(seen, proxy.origin)], [[], [], []]);
  const users = [];
  for (const { name } of after.contexts)
    users.push((await kubectl(path, ["--context", name, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout);
  await context.close();
  return users.sort();
}

test("a certificate from #/access", async () => {
  const opened = await openPage(browser, proxy.page);
  const { page, context } = opened;
  await sayWho(page, "handover", ["dev"]);
  await makeKey(page);
  await approve(context, proxy.page, await send(page));
  await openStep(page, "file");
  await page.waitForFunction(() => document.querySelector("#server").value && document.querySelector("#ca").value);
  assert.deepEqual(await putInto(opened, page.locator("#file"), plane.admin, "access"), ["admin", "handover"]);
});

test("a token from #/robot", async () => {
  const opened = await openPage(browser, `${proxy.page}#/robot`);
  const { page } = opened;
  await page.getByLabel("Name of the service account").fill("handover");
  await page.locator("#robot-live").click();
  await expectVisible(page.locator("#robot-file"));
  await page.waitForFunction(() => document.querySelector("#robot-server").value && document.querySelector("#robot-ca").value);
  assert.deepEqual(await putInto(opened, page.locator("#robot-file"), plane.admin, "robot"), ["admin", "system:serviceaccount:default:handover"]);
});
