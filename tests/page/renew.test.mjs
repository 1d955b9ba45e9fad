// Renewal, live: a user of a file that somebody has gets a new certificate, with the same key and then with a new one; it comes back into that
// file, where every context goes on working with real kubectl and nothing else has changed. The calendar file is offered beside it.
import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approve, dropFiles, makeKey, openStep, save, sayWho, send } from "./person.mjs";
import { needles, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

const readAll = async (path) => JSON.parse((await kubectl(path, ["config", "view", "--raw", "-o", "json"])).stdout);
const userOf = (config, name) => config.users.find((each) => each.name === name).user;
const bytes = (data) => Buffer.from(data, "base64");

/** A file as people have it: two contexts of one user, beside the administrator's. */
async function firstFile() {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "renewer", ["dev"]);
  await makeKey(page);
  await approve(context, proxy.page, await send(page));
  const saved = await save(page);
  await context.close();
  const path = join(plane.dir, "renewer.kubeconfig");
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  const [
    {
      name,
      context: { cluster, user },
    },
  ] = (await readAll(path)).contexts;
  await kubectl(path, ["config", "set-context", "second", `--cluster=${cluster}`, `--user=${user}`, "--namespace=kube-system"]);
  await kubectl(path, ["config", "set-credentials", "other", "--token=not-a-real-token"]);
  return { path, contexts: [name, "second"], user };
}

/** Through “Renew”, the request, the approval and back; gives the file that is saved then. */
async function renew(path, choice) {
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/kubeconfig`);
  const before = readFileSync(path);
  const key = createPrivateKey(bytes(userOf(await readAll(path), user)["client-key-data"])).export({ type: "pkcs8", format: "pem" });
  await expectVisible(page.locator("#kubeconfig-form"));
  await dropFiles(page, [{ name: "config", text: before.toString() }]);
  const row = page.locator(".renewal");
  await expectVisible(row.getByText(/Renew by .*\(in \d/));
  const [calendar] = await Promise.all([page.waitForEvent("download"), row.getByRole("button", { name: "Add to calendar" }).click()]);
  assert.match(readFileSync(await calendar.path(), "utf8"), /^BEGIN:VCALENDAR\r\n[^]*SUMMARY:Renew the Kubernetes certificate of renewer\r\n/);
  await row.getByRole("button", { name: "Renew" }).click();
  await page.locator("#kubeconfig-renew").getByLabel(choice).check();
  await page.locator("#kubeconfig-renew").getByRole("button", { name: "Continue" }).click();
  if (choice === "A new key") await makeKey(page);
  const name = await send(page, "1 day");
  await approve(context, proxy.page, name);
  await openStep(page, "file");
  await page.getByRole("button", { name: "Update that file" }).click();
  await expectVisible(page.locator("#live", { hasText: "has the new certificate" }));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the file" }).click()]);
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  const places = await placesOf(page, seen);
  assert.deepEqual(spilled(needles(Buffer.from(key)), places), []);
  assert.ok(spilled(["renewer"], places).length > 0, "the control");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
}

let user;
test("the same key, then a new one: the file is the same but for the credential, and kubectl uses each context", async () => {
  const { path, contexts, user: entry } = await firstFile();
  user = entry;
  for (const choice of ["The same key", "A new key"]) {
    const before = await readAll(path);
    await renew(path, choice);
    const after = await readAll(path);
    const [old, now] = [userOf(before, user), userOf(after, user)];
    const [one, two] = [old, now].map((each) => new X509Certificate(bytes(each["client-certificate-data"])));
    assert.notEqual(one.serialNumber, two.serialNumber);
    assert.equal(two.subject, one.subject);
    assert.ok(two.checkPrivateKey(createPrivateKey(bytes(now["client-key-data"]))));
    assert.equal(one.publicKey.equals(two.publicKey), choice === "The same key");
    Object.assign(now, old);
    assert.deepEqual(after, before, "all else is as it was");
    for (const context of contexts) {
      const { stdout, stderr } = await kubectl(path, ["--context", context, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
      assert.equal(stdout, "renewer", stderr);
    }
  }
});
