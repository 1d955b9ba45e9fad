// Hand-over by link, both ways: the request travels to the administrator's page, the certificate back into the tab that holds the key; real
// kubectl uses what comes out. Behind kubectl proxy, on a hosted page and in offline.html, where it is a text to paste.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { makeKey, openStep, save, sayWho, send } from "./person.mjs";
import { OFFLINE_FILE } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { copied } from "./inviting.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, server, browser, kubecred;
onStage(
  async (stage) => {
    ({ plane, proxy, server, browser } = stage);
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
  },
  { served: true },
);

/** Into the address bar of a tab that shows the page: nothing is loaded anew. */
const follow = (page, link) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(link).hash);
const bar = (page) => new URL(page.url()).hash;

async function whoami(page) {
  const address = await page.getByLabel("API server address").inputValue();
  if (address === "") await page.getByLabel("API server address").fill("https://203.0.113.7:6443");
  const saved = await save(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  // Where no cluster was behind the page, the file is told here where it is.
  const { stdout } = await plane.kubectl(["config", "view", "--raw", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"]);
  const done = await kubectl(path, [
    "--server",
    stdout,
    "--certificate-authority",
    join(plane.dir, "ca.crt"),
    "auth",
    "whoami",
    "-o",
    "jsonpath={.status.userInfo.username}",
  ]);
  assert.equal(done.code, 0, done.stderr);
  return done.stdout;
}

/** A request by hand, at the step that waits for the answer; gives its manifest, too. */
async function byHand(page, address, user) {
  await page.goto(address);
  await sayWho(page, user, ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  await page.getByText("Show the request").click();
  return page.locator("#manifest").innerText();
}

/** A manifest as kubectl reads it. */
async function objectOf(manifest) {
  const { code, stdout, stderr } = await plane.kubectl(["create", "--dry-run=client", "-f", "-", "-o", "json"], { input: manifest });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The cluster's answer to a manifest: the issued object as kubectl prints it. */
async function issue(manifest) {
  const created = await plane.kubectl(["create", "-f", "-", "-o", "name"], { input: manifest });
  assert.equal(created.code, 0, created.stderr);
  const name = created.stdout.trim().split("/")[1];
  await plane.kubectl(["certificate", "approve", name]);
  for (;;) {
    const { stdout } = await plane.kubectl(["get", "csr", name, "-o", "yaml"]);
    if (stdout.includes("certificate: ")) return { name, yaml: stdout };
  }
}

test("behind kubectl proxy, whose address leads nowhere else: the request's line opens its card, the answer's finishes the steps in the tab that waits", async () => {
  const own = await plane.proxy();
  const { page, seen } = await openPage(browser, own.page);
  await sayWho(page, "linda", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  const { stdout: uid } = await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.metadata.uid}"]);
  await page.locator("#answer-terminal > details > summary").click();
  await expectVisible(page.locator("#answer-terminal pre", { hasText: `= ${uid} ]; then kubectl certificate approve ${name}` }));
  const message = await copied(page, page.getByRole("button", { name: "Copy message for your administrator" }));
  assert.match(message, new RegExp(`my certificate request ${name} \\(user linda, groups dev, for 1 hour\\)`));
  assert.ok(message.includes(`= ${uid} ]; then kubectl certificate approve ${name}`), message);
  const sent = await copied(page, page.getByRole("button", { name: "Copy the request as one line" }));
  assert.match(sent, /^2\.[A-Za-z0-9_-]+$/);

  const admin = await openPage(browser, `${proxy.page}#/review/${sent}`);
  const linked = admin.page.locator("#review-linked");
  await expectVisible(linked.getByText(`The cluster has this request as ${name}: the public key is the same.`));
  assert.equal(await linked.locator(".findings, article").count(), 0, "it is as the link says");
  const card = admin.page.locator(`article[data-name="${name}"]`);
  await expectVisible(card.locator("dd", { hasText: /^linda$/ }));
  await expectVisible(card.locator("dd", { hasText: "1 hour" }));
  assert.equal(await admin.page.locator("#panel-review article:visible").count(), 1, "one request alone");
  assert.ok(await card.evaluate((node) => node.contains(document.activeElement)), "the focus is on it");
  assert.equal(bar(admin.page), "#/review");
  assert.equal((await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions}"])).stdout, "", "opening it decides nothing");
  // The requester's proxy goes away, so that the certificate can come by the link alone.
  own.stop();
  await card.getByRole("button", { name: "Approve linda (dev) for 1 hour" }).click();
  const answer = await copied(admin.page, card.getByRole("button", { name: "Copy the certificate as one line" }));
  assert.match(answer, /^1\.[A-Za-z0-9_-]+$/);
  assert.equal(await page.locator('li[data-step="file"].now').count(), 0, "it has not come by itself");
  await follow(page, `${own.page}#/access/${answer}`);
  await openStep(page, "file");
  assert.equal(bar(page), "#/access");
  assert.equal(await whoami(page), "linda");
  await admin.page.getByRole("button", { name: "Show all requests" }).click();
  await expectVisible(admin.page.locator("#review-list"));
  assert.deepEqual([seen.violations, seen.errors, admin.seen.violations, admin.seen.errors], [[], [], [], []]);
  await page.context().close();
  await admin.context.close();
});

test("a link to a request that the cluster does not have: said, and submitted from here exactly as the link says", async () => {
  const pem = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "nora", groups: ["dev"] });
  const fragment = await kubecred.links.encode(pem, { name: "nora-1", expirationSeconds: 7200 });
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/review/${fragment}`);
  const linked = page.locator("#review-linked");
  await expectVisible(linked.getByText("This request is not in this cluster yet."));
  await expectVisible(linked.getByText(/lifetime, signer and usages come from the link.*These four are not signed/));
  await linked.getByText("In a terminal").click();
  await expectVisible(linked.locator("pre", { hasText: "expirationSeconds: 7200" }));
  await expectVisible(linked.locator("pre", { hasText: 'name: "nora-1"' }));
  assert.equal(await page.getByRole("button", { name: /^Approve/ }).count(), 0);
  await linked.getByRole("button", { name: "Submit to this cluster" }).click();
  await expectVisible(page.locator('article[data-name="nora-1"]').getByRole("button", { name: "Approve nora (dev) for 2 hours" }));
  const { stdout } = await plane.kubectl(["get", "csr", "nora-1", "-o", "jsonpath={.spec.expirationSeconds} {.status.conditions}"]);
  assert.equal(stdout, "7200 ", "submitted, not decided");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("the request in the cluster has the key of the link but says something else: each difference is a warning, on the card that is decided on", async () => {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const manifest = await kubecred.csr.manifest({
    csr: await key.createCsr({ user: "petra", groups: ["dev", "ops"] }),
    name: "petra-other",
    expirationSeconds: 2_592_000,
  });
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(manifest) });
  assert.equal(code, 0, stderr);
  const csr = await key.createCsr({ user: "petra", groups: ["dev"] });
  const fragment = await kubecred.links.encode(csr, { name: "petra-1", expirationSeconds: 3600 });
  const { page, context } = await openPage(browser, `${proxy.page}#/review/${fragment}`);
  const warnings = page.locator("#review-linked .warning");
  for (const text of [
    "Groups: the link says dev, the request in the cluster says dev, ops.",
    "Lifetime: the link says 1 hour, the request in the cluster says 30 days.",
    "Object name: the link says petra-1, the request in the cluster says petra-other.",
  ])
    await expectVisible(warnings.getByText(text));
  assert.equal(await warnings.count(), 3);
  const approve = page.locator('article[data-name="petra-other"]').getByRole("button", { name: "Approve petra (dev, ops) for 30 days" });
  await expectVisible(approve);
  // The very request of the link arrives under the same key: what is about to be decided on stays where it is.
  const same = await kubecred.csr.manifest({ csr, name: "petra-1", expirationSeconds: 3600 });
  assert.equal((await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(same) })).code, 0);
  await expectVisible(page.locator("#review-linked").getByText("Another request has the same public key: petra-1."));
  assert.ok(await approve.isVisible());
  await context.close();
});

for (const [where, address] of [
  // An address that others may have, as far as the page knows; the browser finds it on this computer.
  ["a hosted page", () => server.address.replace("127.0.0.1", "kubecred.localhost")],
  ["offline.html", () => OFFLINE_FILE],
]) {
  test(`${where}, by hand: request and answer travel as ${where === "offline.html" ? "texts to paste" : "links"}, and the field takes the answer`, async () => {
    const opened = await openPage(browser, null);
    const { page } = opened;
    const user = `hand-${where.length}`;
    const manifest = await byHand(page, address(), user);
    const offline = where === "offline.html";
    const sent = await copied(page, page.getByRole("button", { name: offline ? "Copy the request as one line" : "Copy link for your administrator" }));
    assert.match(sent, offline ? /^2\.[A-Za-z0-9_-]+$/ : /^http:\/\/kubecred\.localhost:.*#\/review\/2\.[A-Za-z0-9_-]+$/);

    const admin = await openPage(browser, `${address()}#/review`);
    await admin.page.locator("#review-text").fill(sent);
    await admin.page.getByRole("button", { name: "Check request" }).click();
    const bare = admin.page.locator("#review-pasted article");
    await expectVisible(bare.getByText(user, { exact: true }));
    const { metadata, spec } = JSON.parse(JSON.stringify(await objectOf(manifest)));
    await expectVisible(bare.locator("dd", { hasText: metadata.name }));
    await bare.getByText("In a terminal").click();
    // The lines make the very object that the requester's page has.
    const lines = await bare.locator("pre", { hasText: "kubectl create" }).innerText();
    const made = await objectOf(lines.slice(lines.indexOf("apiVersion"), lines.lastIndexOf("EOF")));
    assert.deepEqual([made.metadata, made.spec], [metadata, spec]);

    const { name, yaml } = await issue(manifest);
    await admin.page.locator("#review-text").fill(yaml);
    await admin.page.getByRole("button", { name: "Check request" }).click();
    const card = admin.page.locator(`#review-pasted article[data-name="${name}"]`);
    const answer = await copied(
      admin.page,
      card.getByRole("button", { name: offline ? "Copy the certificate as one line" : "Copy the certificate as a link" }),
    );

    // The request in place of the answer is refused in a sentence; the answer is taken.
    await page.getByLabel("Certificate from your administrator").fill(sent);
    await page.getByRole("button", { name: "Use this certificate" }).click();
    await expectVisible(page.locator('[data-field="answer-text"] .error', { hasText: "This link contains a request" }));
    await page.getByLabel("Certificate from your administrator").fill(answer);
    await page.getByRole("button", { name: "Use this certificate" }).click();
    await openStep(page, "file");
    assert.equal(await whoami(page), user);
    assert.deepEqual([opened.seen.violations, opened.seen.errors, admin.seen.violations, admin.seen.errors], [[], [], [], []]);
    await page.context().close();
    await admin.context.close();
  });
}

test("a tab without the key says what to do, keeps the certificate, and uses it once the key is there", async () => {
  const first = await openPage(browser, null);
  const manifest = await byHand(first.page, server.address, "moved");
  await first.page.getByRole("button", { name: "Save an encrypted copy" }).click();
  for (const label of ["Passphrase", "Repeat passphrase"]) await first.page.getByLabel(label, { exact: true }).fill("correct horse battery");
  const [download] = await Promise.all([first.page.waitForEvent("download"), first.page.getByRole("button", { name: "Save the key" }).click()]);
  const key = await download.path();
  const { yaml } = await issue(manifest);
  const [report] = await kubecred.csr.explainAll(yaml);
  const link = `${server.address}#/access/${await kubecred.links.encode(report.certificate.pem)}`;

  const { page, seen } = await openPage(browser, link);
  await expectVisible(page.locator("#access-link", { hasText: /certificate for moved in dev.*that key is not in this tab/ }));
  assert.equal(bar(page), "#/access");
  await sayWho(page, "moved", ["dev"]);
  await openStep(page, "key");
  await page.locator("#key-import > summary").click();
  await page.locator("#key-file").setInputFiles(key);
  await page.getByLabel("Passphrase (if the file is encrypted)").fill("correct horse battery");
  await page.getByRole("button", { name: "Use this key" }).click();
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "file");
  assert.equal(await whoami(page), "moved");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);

  // A certificate of another key, in the tab that holds one: said, and nothing else changes.
  const other = await openPage(browser, null);
  await byHand(other.page, server.address, "moved");
  await follow(other.page, link);
  await expectVisible(other.page.locator("#access-link", { hasText: "another private key" }));
  assert.equal(await other.page.locator("#key-place").innerText(), "Private key: only in this tab.");
  await openStep(other.page, "answer");
  for (const opened of [first, { context: page.context() }, other]) await opened.context.close();
});

test("a certificate that outlives what was requested: a warning where it is taken, and in the file's findings", async () => {
  const { page, context, seen } = await openPage(browser, null);
  const manifest = await byHand(page, server.address, "longer");
  assert.match(manifest, /expirationSeconds: 604800/);
  // Under the same name and key, but for thirty days, and for a server as well as approved by somebody who did not look.
  const { yaml } = await issue(manifest.replace("expirationSeconds: 604800", "expirationSeconds: 2592000"));
  const [report] = await kubecred.csr.explainAll(yaml);
  await page.getByLabel("Certificate from your administrator").fill(report.certificate.pem);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await openStep(page, "file");
  await expectVisible(page.locator('#file-life .warning[data-code="certificate-outlives-request"]', { hasText: /longer than was requested/ }));
  assert.equal(await whoami(page), "longer");
  await expectVisible(page.locator('#file .warning[data-code="certificate-outlives-request"]').first());
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();

  // What was requested is no warning.
  const second = await openPage(browser, null);
  const { yaml: fitting } = await issue(await byHand(second.page, server.address, "fitting"));
  const [fits] = await kubecred.csr.explainAll(fitting);
  await second.page.getByLabel("Certificate from your administrator").fill(fits.certificate.pem);
  await second.page.getByRole("button", { name: "Use this certificate" }).click();
  await openStep(second.page, "file");
  assert.equal(await second.page.locator('[data-code="certificate-outlives-request"], [data-code="usages-differ"]').count(), 0);
  await second.context.close();
});

test("a link of the first version is read, and says that it does not tell for how long", async () => {
  const pem = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "olga" });
  const { page, context } = await openPage(browser, `${server.address}#/review/1.${deflateRawSync(pem).toString("base64url")}`);
  const pasted = page.locator("#review-linked article");
  await expectVisible(pasted.getByText("olga", { exact: true }));
  await expectVisible(page.locator("#review-linked").getByText("This page is not connected to a cluster."));
  await expectVisible(pasted.getByText("The request does not state a lifetime"));
  await context.close();
});

test("a link that holds anything else is refused, out of the address bar, and nothing of it is shown or run", async () => {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const secret = new TextDecoder().decode(await key.exportPem());
  const packed = (text) => `1.${deflateRawSync(text).toString("base64url")}`;
  const request = await kubecred.links.encode(await key.createCsr({ user: "jane" }));
  for (const [fragment, says] of [
    [packed(secret), /private key/i],
    [packed("<img src=x onerror=globalThis.ran=1> and some more text that makes it long"), /only a certificate signing request or a certificate/],
    [`${request.slice(0, -9)}AAAAAAAAA`, /damaged|only a certificate signing request or a certificate/],
    [packed("A".repeat(3_000_000)), /damaged/],
    [request, /contains a request/],
  ]) {
    const { page, seen, context } = await openPage(browser, `${server.address}#/access/${fragment}`);
    await expectVisible(page.locator("#access-link", { hasText: says }));
    assert.equal(bar(page), "#/access");
    assert.equal(await page.evaluate(() => globalThis.ran ?? null), null);
    const body = await page.locator("body").innerHTML();
    assert.ok(!body.includes(fragment.slice(2, 40)) && !body.includes(secret.split("\n")[1]));
    assert.deepEqual([seen.violations, seen.errors], [[], []]);
    if (fragment !== request) {
      await page.goto(`${server.address}#/review/${fragment}`);
      await expectVisible(page.locator('[data-field="review-text"] .error', { hasText: says }));
      assert.equal(bar(page), "#/review");
    }
    await context.close();
  }
});
