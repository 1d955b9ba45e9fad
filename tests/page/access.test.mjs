// The whole path, live: Chromium drives the page behind kubectl proxy on a real control plane; the saved file alone is then used by real kubectl.
import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { apiRequests, foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { searchInVain } from "../support/barren.mjs";
import { approve, makeKey, openStep, save, sayWho, send, waiting } from "./person.mjs";
import { entry, needles, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const KINDS = {
  "ecdsa-p256": ["ec", "prime256v1"],
  "ecdsa-p384": ["ec", "secp384r1"],
  ed25519: ["ed25519"],
  "rsa-2048": ["rsa", 2048],
  "rsa-3072": ["rsa", 3072],
  "rsa-4096": ["rsa", 4096],
};
let plane, proxy, browser;

onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

/** The path up to the saved file; returns it, and the page for what a test still wants to know of it. */
async function walk(user, groups, algorithm) {
  const { page, context, seen } = await openPage(browser, proxy.page);
  await expectVisible(page.getByText(/Kubernetes v1\.\d+\.\d+ as/));
  await sayWho(page, user, groups);
  await makeKey(page, algorithm);
  const name = await send(page);
  await approve(context, proxy.page, name);
  await openStep(page, "file");
  const saved = await save(page);
  const path = join(plane.dir, `${algorithm}-${saved.name}`);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  return { page, context, seen, saved, path };
}

async function whoami(path) {
  const { code, stdout, stderr } = await kubectl(path, ["auth", "whoami", "-o", "json"]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).status.userInfo;
}

const credential = (saved) =>
  `X509SHA256=${new X509Certificate(entry(saved.bytes, "client-certificate-data")).fingerprint256.replaceAll(":", "").toLowerCase()}`;

for (const [algorithm, [type, detail]] of Object.entries(KINDS)) {
  test(`${algorithm}: from a name to a kubeconfig that real kubectl uses`, async () => {
    const user = `jane-${algorithm}`;
    const { context, seen, saved, path, page } = await walk(user, ["dev", "on-call, nights"], algorithm);

    const info = await whoami(path);
    assert.equal(info.username, user);
    assert.deepEqual([...info.groups].sort(), ["dev", "on-call, nights", "system:authenticated"]);
    assert.deepEqual(info.extra["authentication.kubernetes.io/credential-id"], [credential(saved)]);

    const key = createPrivateKey(entry(saved.bytes, "client-key-data"));
    assert.equal(key.asymmetricKeyType, type);
    if (detail) assert.equal(key.asymmetricKeyDetails.namedCurve ?? key.asymmetricKeyDetails.modulusLength, detail);

    const refused = await kubectl(path, ["get", "pods"]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, new RegExp(`Forbidden.*User "${user}" cannot list resource "pods"`));
    await plane.kubectl(["create", "rolebinding", user, "--clusterrole=view", `--user=${user}`, "--namespace=default"]);
    const allowed = await kubectl(path, ["get", "pods"]);
    assert.equal(allowed.code, 0, allowed.stderr);
    assert.match(allowed.stderr, /No resources found/);

    assert.match(saved.name, new RegExp(`^kubeconfig-jane-${algorithm}-127-0-0-1-\\d+\\.yaml$`));
    assert.deepEqual(seen.violations, []);
    assert.deepEqual(seen.console, []);
    assert.deepEqual(seen.errors, []);
    assert.deepEqual(foreign(seen, proxy.origin), []);
    await secretStays(page, seen, saved);
    await context.close();
  });
}

/** The canary: the key that stands in the file stands nowhere else; and the search finds it where it does stand. */
async function secretStays(page, seen, saved) {
  const pem = entry(saved.bytes, "client-key-data");
  const list = needles(pem);
  const publicText = `${entry(saved.bytes, "client-certificate-data").toString("latin1")}`;
  const key = createPrivateKey(pem).export({ format: "jwk" });
  const control = { file: saved.bytes.toString("latin1"), hex: Buffer.from(key.d, "base64url").toString("hex"), body: `{"d":"${key.d}"}` };
  assert.deepEqual(spilled(list, control, publicText), Object.keys(control), "the search must find what is there");
  assert.deepEqual(spilled(list, await placesOf(page, seen), publicText), []);
}

test("the ledger lists every request that was sent, and nothing else", async () => {
  const { page, context, seen } = await openPage(browser, proxy.page);
  await sayWho(page, "ledger-reader");
  await makeKey(page);
  await send(page);
  await page.getByRole("button", { name: "Stop waiting" }).click();
  await expectVisible(page.getByText("Stopped waiting."));
  await page.locator("#ledger summary").click();
  const listed = await page.locator("#ledger tbody tr").evaluateAll((rows) => rows.map((row) => `${row.cells[1].textContent} ${row.cells[2].textContent}`));
  const sent = apiRequests(seen).map(({ method, url }) => `${method} ${new URL(url).pathname}${new URL(url).search}`);
  assert.deepEqual([...listed].sort(), [...sent].sort());
  assert.ok(listed.length >= 3, "who am I, version, the request, its watch");
  const bytes = apiRequests(seen).reduce((sum, { body }) => sum + body.length, 0);
  assert.match(
    await page.locator("#ledger summary").innerText(),
    new RegExp(`^Sent so far: ${listed.length} requests to this address, ${bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`}, no secrets$`),
  );
  await context.close();
});

test("the keyboard alone is enough, and the focus moves with the steps", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await expectVisible(page.getByText(/Kubernetes v1\.\d+\.\d+ as/));
  const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const now = await focused();
      if (wanted instanceof RegExp ? wanted.test(now) : now === wanted) return;
    }
    assert.fail(`Tab never reached ${wanted}`);
  };
  const headed = async (heading) => {
    await expectVisible(page.locator(`li.now h2:text-is("${heading}")`));
    assert.equal(await focused(), heading);
  };
  await tabTo("I need access");
  await page.keyboard.press("Enter");
  await expectVisible(page.getByLabel("User name"));
  await tabTo("user");
  await page.keyboard.type("keys-only");
  await tabTo("Continue step by step");
  await page.keyboard.press("Enter");
  await headed("Your key");
  await tabTo("Create key");
  await page.keyboard.press("Enter");
  await headed("Your request");
  await tabTo("Send the request");
  await page.keyboard.press("Enter");
  await headed("Approval");
  const name = await page.locator("#answer-state bdi").innerText();
  await waiting(page);
  await tabTo("Open in Review requests");
  await page.keyboard.press("Enter");
  await expectVisible(page.locator(`article[data-name="${name}"]`));
  assert.equal(await focused(), `${name} pending`, "the request that the link names");
  // Tab passes by buttons that wait for what is still being read.
  await page.locator(`article[data-name="${name}"] .decide > .primary:not([inert], [inert] *, :disabled)`).waitFor();
  await tabTo(/^Approve keys-only /);
  await page.keyboard.press("Enter");
  await expectVisible(page.locator(`article[data-name="${name}"] .state`, { hasText: /^(approved, not signed yet|issued)$/ }));
  await page.goBack();
  await openStep(page, "file");
  await tabTo("Save the kubeconfig");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const info = await whoami(await download.path());
  assert.equal(info.username, "keys-only");
  await context.close();
});

test("a denied request says so with the reason first, and the key is kept for another", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "refused");
  await makeKey(page);
  const name = await send(page);
  await plane.kubectl(["certificate", "deny", name]);
  await expectVisible(page.locator("#answer-state", { hasText: "Denied by an administrator." }));
  assert.equal(
    await page.locator("#answer-state").innerText(),
    "Denied by an administrator. Reason: “This CSR was denied by kubectl certificate deny.” Talk to your administrator before you send another request. Your key is still here.",
  );
  assert.equal(await page.locator("#answer .findings .error").count(), 0, "it is said once");
  assert.equal(await page.locator("#answer .primary:visible").count(), 0, "nothing is suggested before the talk");
  const over = async () => {
    for (const one of ["#answer-print", "#answer-paste"]) assert.equal(await page.locator(one).isVisible(), false, `${one} is of no use any more`);
  };
  await over();
  await page.getByRole("button", { name: "Change: Who you are" }).click();
  await page.getByRole("button", { name: "Continue step by step" }).click();
  await openStep(page, "answer");
  await expectVisible(page.locator("#answer-state", { hasText: "Denied by an administrator." }));
  await expectVisible(page.getByRole("button", { name: "Send a new request" }));
  await over();
  await page.getByRole("button", { name: "Send a new request" }).click();
  const again = await send(page);
  assert.notEqual(again, name);
  await approve(context, proxy.page, again);
  const saved = await save(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  assert.equal((await whoami(path)).username, "refused");
  await context.close();
});

test("a name that is taken offers another one beside the field", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "twice");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByText("Name of the request").click();
  await page.getByLabel("Name in the cluster").fill("taken");
  await send(page);
  await page.getByRole("button", { name: "Change: Your request" }).click();
  await page.getByRole("button", { name: "Send the request" }).click();
  const field = page.locator('[data-field="name"]');
  await expectVisible(field.locator(".findings .error"));
  assert.equal(await page.getByLabel("Name in the cluster").inputValue(), "taken-2");
  assert.equal(await send(page), "taken-2");
  await context.close();
});

test("RSA 4096 shows progress, and stops at once when told to", async () => {
  const { page, context } = await openPage(browser, null);
  await searchInVain(context);
  await page.goto(proxy.page);
  await sayWho(page, "impatient");
  await openStep(page, "key");
  await page.locator('input[value="rsa-4096"]').check();
  await page.getByRole("button", { name: "Create key" }).click();
  const tried = async () =>
    Number(/^Searching for primes: ([\d,]+) candidates tried, /.exec(await page.locator("#key-progress").innerText())?.[1].replaceAll(",", "") ?? 0);
  await until(async () => (await tried()) > 0, "candidates to be counted");
  const before = await tried();
  await until(async () => (await tried()) > before, "the count to rise");
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expectVisible(page.getByRole("button", { name: "Create key" }));
  // The search finds nothing, ever: that the button is back says that it was stopped.
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");
  await makeKey(page, "ecdsa-p256");
  assert.equal(await page.locator("#key-place").innerText(), "Private key: only in this tab.");
  await context.close();
});

test("choosing RSA says how long it takes on this computer; another choice drops the search", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "chooser");
  await openStep(page, "key");
  await page.locator('input[value="rsa-4096"]').check();
  await expectVisible(page.locator("#key-expect", { hasText: /On this computer the search takes about \d+ seconds?|Ready/ }));
  assert.ok(page.workers().length > 1, "several workers search");
  await page.locator('input[value="ecdsa-p256"]').check();
  await page.waitForFunction(() => document.querySelector("#key-expect").textContent === "");
  await makeKey(page, "ecdsa-p256");
  assert.match(await page.locator('li[data-step="key"] .summary').innerText(), /^ECDSA P-256/);
  await context.close();
});

test("leaving with an unsaved key asks, and after saving does not", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "leaving");
  await makeKey(page);
  const name = await send(page);
  const asked = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await waiting(page);
  assert.deepEqual(asked, ["beforeunload"]);
  await approve(context, proxy.page, name);
  await save(page);
  await Promise.all([page.waitForEvent("close"), page.close({ runBeforeUnload: true })]);
  assert.deepEqual(asked, ["beforeunload"]);
  await context.close();
});
