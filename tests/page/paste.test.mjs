// The same without a cluster behind the page: the manifest goes to real kubectl as a file, the certificate comes back as text.
import assert from "node:assert/strict";
import { X509Certificate, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { apiRequests, foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { certify, dropFiles, makeKey, openStep, save, saveRequest, sayWho } from "./person.mjs";
import { tests } from "../support/place.mjs";
import { entry, needlesOfText, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, server, origin, browser;
onStage(
  async (stage) => {
    ({ plane, server, browser } = stage);
    origin = new URL(server.address).origin;
  },
  { served: true },
);

async function fillCluster(page) {
  const config = JSON.parse((await plane.kubectl(["config", "view", "--minify", "--raw", "-o", "json"])).stdout);
  const { cluster } = config.clusters[0];
  await page.getByLabel("API server address").fill(cluster.server);
  await page.getByLabel("Certificate authority (CA) of the API server").fill(Buffer.from(cluster["certificate-authority-data"], "base64").toString());
}

const typed = async (page, text) => {
  await page.getByLabel("Certificate from your administrator").fill(text);
  await page.getByRole("button", { name: "Use this certificate" }).click();
};
const ways = {
  "the certificate as text, through the clipboard": async (page, context, answer) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: origin });
    await page.evaluate((text) => navigator.clipboard.writeText(text), answer.pem);
    await page.getByLabel("Certificate from your administrator").focus();
    await page.keyboard.press("Control+V"); // what is pasted is taken at once: a press on the button would race with it
  },
  "what kubectl get -o json prints": (page, _, answer) => typed(page, answer.object),
  "what kubectl get -o yaml prints": async (page, _, answer) => {
    const { name } = JSON.parse(answer.object).metadata;
    await typed(page, (await plane.kubectl(["get", "csr", name, "-o", "yaml"])).stdout);
  },
  "the base64 of status.certificate": (page, _, answer) => typed(page, Buffer.from(answer.pem).toString("base64")),
};

/** Other forms of the certificate: what was changed before it was read is said. */
const FORMS = [
  [(pem) => Buffer.from(pem).toString("base64"), "The text is base64-encoded. It was decoded."],
  [(pem) => JSON.stringify(pem), "Line breaks are written as \\n. They were converted."],
  [(pem) => pem.replace(/^/gm, "    "), "The indentation was removed."],
  [(pem) => pem.replace(/^/gm, "> "), "as in a quoted e-mail. These marks were removed."],
  [(pem) => pem.trim().replaceAll("\n", " "), "The line breaks are missing. They were added."],
];
const FILES = [[(pem) => `\ufeff${pem}`, "begins with a byte-order mark"], ...FORMS];

test("a certificate in another form is taken as the answer, and what was changed about it is said", async () => {
  const { page, context, seen } = await openPage(browser, server.address);
  await sayWho(page, "forms");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  const { pem } = await certify(plane, (await saveRequest(page)).text);
  for (const [form, says] of FORMS) {
    await openStep(page, "answer");
    await page.getByLabel("Certificate from your administrator").fill(form(pem));
    await page.getByRole("button", { name: "Use this certificate" }).click();
    await openStep(page, "file");
    await expectVisible(page.locator("#live.toast", { hasText: `The certificate for forms was issued.` }).filter({ hasText: says }));
    await page.getByRole("button", { name: "Change: Approval" }).click();
  }
  // The control: of PEM alone there is nothing to say.
  await openStep(page, "answer");
  await page.getByLabel("Certificate from your administrator").fill(pem);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await openStep(page, "file");
  await page.waitForFunction(() => /was issued/.test(document.querySelector("#live .unseen").textContent));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("a request made elsewhere is taken in another form, and what was changed about it is said", async () => {
  const { spec } = JSON.parse(await readFile(join(tests, "vectors", "signing-requests", "issued.json"), "utf8"));
  const request = Buffer.from(spec.request, "base64").toString();
  for (const [form, says] of FILES) {
    const { page, context, seen } = await openPage(browser, server.address);
    await sayWho(page, "somebody");
    await openStep(page, "key");
    await page.getByText("Use a request (CSR) created elsewhere").click();
    await page.getByLabel("Certificate request (PEM)").fill(form(request));
    await page.getByRole("button", { name: "Use this request" }).click();
    await openStep(page, "request");
    await expectVisible(page.locator("#live.toast", { hasText: "The request was read." }).filter({ hasText: says }));
    await page.getByRole("button", { name: "Create the request file" }).click();
    const manifest = (await saveRequest(page)).text;
    const [, data] = /request: "([^"]+)"/.exec(manifest);
    assert.equal(Buffer.from(data, "base64").toString().trim(), request.trim(), "submitted as the server takes it");
    assert.deepEqual([seen.violations, seen.errors], [[], []]);
    await context.close();
  }
});

/** As PowerShell's > writes a text. */
const utf16 = (text) => [0xff, 0xfe, ...Buffer.from(text, "utf16le")];

test("files in UTF-16 that are dropped: the package reads the bytes, and the page shows no text that it would have to guess", async () => {
  const { spec } = JSON.parse(await readFile(join(tests, "vectors", "signing-requests", "issued.json"), "utf8"));
  const request = Buffer.from(spec.request, "base64").toString();
  const { page, context, seen } = await openPage(browser, server.address);
  await dropFiles(page, [{ name: "jane.csr", bytes: utf16(request) }]);
  await openStep(page, "request");
  assert.equal(await page.locator("#own-request").inputValue(), "");
  await expectVisible(page.locator("#live.toast", { hasText: "The request was read." }).filter({ hasText: "UTF-16" }));
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  const { pem } = await certify(plane, (await saveRequest(page)).text);
  await dropFiles(page, [{ name: "jane.crt", bytes: utf16(pem) }]);
  await openStep(page, "file");
  await dropFiles(page, [{ name: "ca.crt", bytes: utf16(pem) }]);
  await page.waitForFunction(() => document.querySelector("#ca").value.startsWith("-----BEGIN CERTIFICATE-----"));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

for (const [index, [way, paste]] of Object.entries(ways).entries()) {
  test(`by hand: ${way}`, async () => {
    const user = `paste-${index}`;
    const { page, context, seen } = await openPage(browser, server.address);
    await expectVisible(page.getByText("Offline: no cluster here"));
    await sayWho(page, user, ["dev"]);
    await makeKey(page);
    await openStep(page, "request");
    await page.getByRole("button", { name: "Create the request file" }).click();
    const request = await saveRequest(page);
    assert.match(request.name, /^request-[a-z0-9-]+\.yaml$/);
    const shown = page.locator("#manifest");
    assert.equal(await shown.textContent(), request.text);
    const answer = await certify(plane, request.text);
    await paste(page, context, answer);
    await openStep(page, "file");
    await fillCluster(page);
    const saved = await save(page);
    const path = join(plane.dir, saved.name);
    writeFileSync(path, saved.bytes, { mode: 0o600 });
    const { stdout } = await kubectl(path, ["auth", "whoami", "-o", "json"]);
    const info = JSON.parse(stdout).status.userInfo;
    assert.equal(info.username, user);
    assert.deepEqual([...info.groups].sort(), ["dev", "system:authenticated"]);
    assert.equal(
      info.extra["authentication.kubernetes.io/credential-id"][0],
      `X509SHA256=${new X509Certificate(entry(saved.bytes, "client-certificate-data")).fingerprint256.replaceAll(":", "").toLowerCase()}`,
    );
    // One question whether a cluster is there; the browser itself writes a line about its 404 or 405.
    assert.equal(apiRequests(seen).length, 1);
    assert.deepEqual(
      seen.console.filter((line) => !/^error: Failed to load resource: the server responded with a status of 40[45]/.test(line)),
      [],
    );
    assert.deepEqual(seen.violations, []);
    assert.deepEqual(foreign(seen, origin), []);
    await context.close();
  });
}

test("a wrong answer is refused beside the field, and the right one is still taken afterwards", async () => {
  const { page, context } = await openPage(browser, server.address);
  await sayWho(page, "careful");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  const { text } = await saveRequest(page);
  const other = await openPage(browser, server.address);
  await sayWho(other.page, "careful");
  await makeKey(other.page);
  await openStep(other.page, "request");
  await other.page.getByRole("button", { name: "Create the request file" }).click();
  const foreignAnswer = await certify(plane, (await saveRequest(other.page)).text);
  await other.context.close();

  const field = page.getByLabel("Certificate from your administrator");
  const remark = page.locator('[data-field="answer-text"] .findings .error');
  const refuse = async (pasted, says) => {
    await field.fill(pasted);
    await page.getByRole("button", { name: "Use this certificate" }).click();
    await remark.getByText(says).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
  };
  await refuse("", /paste the certificate/i);
  await refuse("kubectl says no", /neither a certificate/i);
  await refuse(text, /not in a cluster yet. The request has no certificate yet/i);
  await refuse("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", /signing request itself/i);
  await refuse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", /private key/i);
  assert.equal(await field.inputValue(), "", "a private key does not stay in the field");
  await refuse(foreignAnswer.pem, /key/i);
  await refuse(foreignAnswer.object, /key/i);

  const answer = await certify(plane, text);
  await field.fill(answer.pem);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await openStep(page, "file");
  await context.close();
});

test("the key saved with a passphrase goes on in another tab", async () => {
  const first = await openPage(browser, server.address);
  await sayWho(first.page, "patient");
  await makeKey(first.page);
  await openStep(first.page, "request");
  await first.page.getByRole("button", { name: "Create the request file" }).click();
  const request = await saveRequest(first.page);
  await first.page.getByRole("button", { name: "Save an encrypted copy" }).click();
  await first.page.getByLabel("Passphrase", { exact: true }).fill("four words are better");
  await first.page.getByLabel("Repeat passphrase").fill("four words are better");
  const [download] = await Promise.all([first.page.waitForEvent("download"), first.page.getByRole("button", { name: "Save the key" }).click()]);
  const kept = await readFile(await download.path());
  assert.match(kept.toString(), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  await first.context.close();

  const { page, context } = await openPage(browser, server.address);
  await sayWho(page, "patient");
  await page.locator("#key-import > summary").click();
  await page.getByLabel("Key file (PEM)").setInputFiles({ name: "key.pem", mimeType: "application/octet-stream", buffer: kept });
  await page.getByLabel("Passphrase (if the file is encrypted)").fill("not this one");
  await page.getByRole("button", { name: "Use this key" }).click();
  await expectVisible(page.locator('[data-field="key-passphrase"] .findings .error'));
  await page.getByLabel("Passphrase (if the file is encrypted)").fill("four words are better");
  await page.getByRole("button", { name: "Use this key" }).click();
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await page.getByLabel("Certificate from your administrator").fill((await certify(plane, request.text)).pem);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  await fillCluster(page);
  const saved = await save(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  assert.equal(JSON.parse((await kubectl(path, ["auth", "whoami", "-o", "json"])).stdout).status.userInfo.username, "patient");
  await context.close();
});

test("a request that was sent to the administrator is read without a cluster", async () => {
  const { page, context } = await openPage(browser, server.address);
  await sayWho(page, "asker", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  const { text } = await saveRequest(page);
  await plane.kubectl(["apply", "-f", "-"], { input: text });
  const [, name] = /name: "?([a-z0-9-]+)"?/.exec(text);
  const object = (await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout;
  await page.getByRole("link", { name: "Review requests" }).click();
  await page.locator("#review-text").fill(object);
  await page.getByRole("button", { name: "Check request" }).click();
  const card = page.locator(`article[data-name="${name}"]`);
  await expectVisible(card);
  assert.match(await card.innerText(), /Signs in as\s+asker\s+Groups\s+dev/);
  assert.match(await card.innerText(), /Sent by\s+admin/);
  await card.getByText("In a terminal").click();
  await card.getByText(`kubectl certificate approve ${name}`).waitFor();
  await page.locator("#review-text").fill(Buffer.from(JSON.parse(object).spec.request, "base64").toString());
  await page.getByRole("button", { name: "Check request" }).click();
  await expectVisible(page.locator("#review-pasted article", { hasText: "asker" }));
  await context.close();
});

test("under Review requests a link is found inside of a mail; what is no request gets one sentence and no card, and a key leaves the field", async () => {
  const { spec } = JSON.parse(await readFile(join(tests, "vectors", "signing-requests", "issued.json"), "utf8"));
  const request = Buffer.from(spec.request, "base64").toString();
  const { page, context, seen } = await openPage(browser, `${server.address}#/review`);
  const field = page.locator("#review-text");
  await expectVisible(field);
  const line = await page.evaluate(async (text) => (await (await import("./shared/session.js")).session()).links.encode(text), request);
  const check = async (text) => {
    await field.fill(text);
    await page.getByRole("button", { name: "Check request" }).click();
  };
  const cards = page.locator("#review-pasted article");
  const remark = page.locator('[data-field="review-text"] .findings .error');
  for (const text of [`Hi, here is my request: ${line}. Thanks!`, `Please open <https://kubecred.example.com/#/review/${line}>\n\nJane`]) {
    await check(text);
    await expectVisible(cards);
    assert.equal(await cards.count(), 1);
    await check("hello");
    await expectVisible(remark.filter({ hasText: "This text contains no certificate signing request." }));
    assert.equal(await cards.count(), 0);
  }
  const key = `-----BEGIN PRIVATE KEY-----\n${randomBytes(48).toString("base64")}\n-----END PRIVATE KEY-----\n`;
  await check(key);
  await expectVisible(remark.filter({ hasText: "contains a private key" }));
  assert.equal(await field.inputValue(), "");
  assert.equal(await cards.count(), 0);
  assert.deepEqual(spilled(needlesOfText(key.split("\n")[1]), await placesOf(page, seen)), []);
  // Next to a request as well.
  await check(`${request}\n${key}`);
  await expectVisible(cards.or(remark).first());
  assert.equal(await field.inputValue(), "");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("a certificate's link is found inside of a mail, and a hidden tab says in its title and icon what has happened", async () => {
  const { page, context } = await openPage(browser, server.address);
  await sayWho(page, "mailed");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  const { pem } = await certify(plane, (await saveRequest(page)).text);
  const line = await page.evaluate(async (text) => (await (await import("./shared/session.js")).session()).links.encode(text), pem);
  const turn = (hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const tab = () => page.evaluate(() => [document.title, document.querySelector('link[rel="icon"]').getAttribute("href")]);
  const before = await tab();
  await turn(true);
  await page.getByLabel("Certificate from your administrator").fill(`Dear Jane,\n\n${line}\n\nYour administrator`);
  await page.locator("#answer-take").click();
  await openStep(page, "file");
  assert.deepEqual(await tab(), ["✓ Approved · kubecred", "favicon-news.svg"]);
  assert.equal((await page.request.get(new URL("favicon-news.svg", server.address).href)).status(), 200);
  await turn(false);
  assert.deepEqual(await tab(), before);
  await context.close();
});
