// The custom elements on a real API server, in a page of their own under a strict Content-Security-Policy: both paths to a file that kubectl uses,
// decisions, renewal; nothing left when they are removed; nothing for axe to find; no secret in an event.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { kubectl, startControlPlane } from "../support/control-plane.mjs";
import { tests } from "../support/place.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { inChromium, inFirefox } from "./hands.mjs";
import { startPortal } from "./portal.mjs";
import { pendingRequest } from "./pending.mjs";
import { approved } from "./person.mjs";
import { entry, needles, needlesOfText } from "./secret.mjs";
import { until } from "./wait.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const API = "/k8s/clusters/one";
const HEADERS = { "X-Portal": "yes" };
const EVENTS = ["step", "kubeconfig", "saved", "decided", "error"].map((name) => `kubecred-${name}`);
// The properties are set before the element is defined, by which frameworks find out whether elements keep them.
const SCRIPT = `
globalThis.told = [];
for (const type of ${JSON.stringify(EVENTS)}) document.addEventListener(type, (event) => told.push(JSON.stringify([type, event.detail, event.composed])));
globalThis.add = (tag, attributes = {}, headers = ${JSON.stringify(HEADERS)}) => {
  const element = Object.assign(document.createElement(tag), { headers });
  for (const [name, value] of Object.entries({ server: ${JSON.stringify(API)}, ...attributes })) element.setAttribute(name, value);
  document.querySelector("main").append(element);
  return element;
};
globalThis.before = add("kubecred-access", { user: "early", "expiration-seconds": "3600", path: "certificate" });
await import("/kubecred/element/index.js");
document.documentElement.dataset.ready = "";
`;
const PAGE = '<!doctype html><html lang="en"><title>Portal</title><script type="module" src="/portal.js"></script><main><h1>Portal</h1></main></html>';

let plane, browser, portal;
before(async () => {
  plane = await startControlPlane();
  browser = await startBrowser();
  portal = await startPortal({
    plane,
    api: API,
    headers: HEADERS,
    pages: { "/": PAGE, "/portal.js": SCRIPT },
    folders: { "/kubecred/": join(tests, "..", "pkg") },
  });
  await plane.kubectl(["create", "serviceaccount", "robot"]);
});
after(async () => {
  await portal?.close();
  await browser?.close();
  plane?.stop();
});

async function open(more) {
  const opened = await openPage(browser, `${portal.origin}/`, more);
  await opened.page.locator("html[data-ready]").waitFor();
  await opened.page.evaluate(() => globalThis.before.remove());
  const cdp = await opened.context.newCDPSession(opened.page);
  await cdp.send("Runtime.evaluate", { expression: AXE });
  return {
    ...opened,
    add: (tag, attributes) => opened.page.evaluate(([name, given]) => void globalThis.add(name, given), [tag, attributes]),
    async accessible(state) {
      const expression =
        "axe.run().then(({ violations, passes }) => JSON.stringify([passes.length, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]))";
      const { result } = await cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      const [passes, violations] = JSON.parse(result.value);
      assert.ok(passes > 10, state);
      assert.deepEqual(violations, [], state);
    },
    told: () => opened.page.evaluate(() => globalThis.told),
    async clean() {
      assert.deepEqual([opened.seen.violations, opened.seen.errors], [[], []]);
      assert.deepEqual(
        opened.seen.console.filter((line) => line.startsWith("error")),
        [],
      );
      assert.equal(await opened.page.evaluate(() => document.querySelectorAll("style, link, [style]").length + document.adoptedStyleSheets.length), 0);
      await opened.context.close();
    },
  };
}

async function download(page, press) {
  const [saved] = await Promise.all([page.waitForEvent("download"), press()]);
  return { bytes: readFileSync(await saved.path()), name: saved.suggestedFilename() };
}

async function userOf(bytes, name) {
  const path = join(plane.dir, name);
  writeFileSync(path, bytes, { mode: 0o600 });
  const { stdout, stderr } = await kubectl(path, ["auth", "whoami", "-o", "json"]);
  assert.ok(stdout, stderr);
  return JSON.parse(stdout).status.userInfo;
}

const newest = (user) => pendingRequest(plane, user);

test("certificate path: a person asks, another approves with kubecred-review, kubectl uses the file", async () => {
  const { page, add, accessible, told, clean, seen } = await open();
  await add("kubecred-access", { groups: "developers, on-call", namespace: "default", "expiration-seconds": "86400" });
  await accessible("the form");
  assert.equal(page.workers().length, 0, "no worker before there is work");
  await page.getByLabel("User name").fill("jane");
  await page.keyboard.press("Enter");
  await page.getByText("Waiting for an administrator to approve the request.").waitFor();
  const fingerprint = await page.locator("kubecred-access dd code").innerText();
  assert.match(fingerprint, /^([0-9a-f]{4} ){3}[0-9a-f]{4}$/, "as kubecred's page shows it");
  await accessible("waiting");

  const admin = await open();
  await admin.add("kubecred-review", { "signer-name": "kubernetes.io/kube-apiserver-client" });
  const name = await newest("jane");
  const request = admin.page.locator("article", { hasText: name });
  await request.waitFor();
  const shown = await request.innerText();
  for (const part of ["jane", "developers", "on-call", "client auth", "1 day", fingerprint, "Sent by"]) assert.ok(shown.includes(part), part);
  await admin.accessible("review");
  await request.getByText("Give a reason").click();
  await request.getByLabel("Reason").fill("knows the fingerprint");
  await admin.accessible("review with a reason");
  await request.getByRole("button", { name: "Approve" }).click();
  await request.locator("[part=state]", { hasText: /^(approved, not signed yet|issued)$/ }).waitFor();
  assert.match((await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[0].message}"])).stdout, /knows the fingerprint/);
  await admin.clean();

  const ready = page.getByRole("button", { name: "Download kubeconfig" });
  await ready.waitFor();
  await accessible("done");
  const { bytes, name: fileName } = await download(page, () => ready.click());
  assert.match(fileName, /^kubeconfig-.*\.yaml$/);
  const { username, groups } = await userOf(bytes, "jane.yaml");
  assert.deepEqual([username, groups.sort()], ["jane", ["developers", "on-call", "system:authenticated"]]);
  assert.match(bytes.toString(), /namespace: "?default/);

  const events = await told();
  for (const type of ["kubecred-step", "kubecred-kubeconfig", "kubecred-saved"])
    assert.ok(
      events.some((line) => line.startsWith(`["${type}"`)),
      type,
    );
  assert.ok(
    events.every((line) => line.endsWith("true]")),
    "composed",
  );
  const secrets = needles(entry(bytes, "client-key-data"));
  for (const line of events) assert.ok(!secrets.some((each) => line.includes(each)), "no secret in an event");
  const sent = seen.requests.map(({ url, body }) => url + body.toString("latin1")).join("\n");
  assert.ok(!secrets.some((each) => sent.includes(each)), "no secret leaves");
  await clean();
});

test("token path", async () => {
  const { page, add, accessible, clean, told } = await open();
  await add("kubecred-access", { path: "token", "service-account": "robot", namespace: "default" });
  await accessible("the form of the token path");
  await page.getByLabel("Valid for").selectOption({ label: "1 hour" });
  await page.getByRole("button", { name: "Create kubeconfig" }).click();
  const ready = page.getByRole("button", { name: "Download kubeconfig" });
  await ready.waitFor();
  const { bytes } = await download(page, () => ready.click());
  assert.equal((await userOf(bytes, "robot.yaml")).username, "system:serviceaccount:default:robot");
  const [, token] = /token: "?([^"\s]+)/.exec(bytes.toString());
  const secrets = needlesOfText(token);
  for (const line of await told()) assert.ok(!secrets.some((each) => line.includes(each)));
  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByRole("button", { name: "Create kubeconfig" }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("kubecred-access").kubeconfig), undefined);
  await clean();
});

test("removed from the page: the worker is ended and the secrets are gone; moved within it: neither", async () => {
  const { page, add, clean } = await open();
  await add("kubecred-access", { user: "leaver", groups: "", "expiration-seconds": "3600", path: "certificate", namespace: "default" });
  await page.getByRole("button", { name: "Create kubeconfig" }).click();
  await page.getByText("Waiting for an administrator to approve the request.").waitFor();
  assert.ok(page.workers().length > 0, "the control: there is a worker");
  await page.evaluate(() => document.body.append(document.querySelector("kubecred-access")));
  await approved(plane, await newest("leaver"));
  await page.getByRole("button", { name: "Download kubeconfig" }).waitFor();
  await page.evaluate(() => {
    globalThis.element = document.querySelector("kubecred-access");
    globalThis.handle = globalThis.element.kubeconfig;
    globalThis.element.remove();
  });
  await until(() => page.workers().length === 0, "the end of the workers");
  const left = await page.evaluate(async () => {
    const code = await globalThis.handle.serialize().then(
      () => "it works",
      (error) => error.code,
    );
    return [code, globalThis.element.kubeconfig, globalThis.element.shadowRoot.textContent];
  });
  assert.ok(["handle-disposed", "session-closed"].includes(left[0]), left[0]);
  assert.deepEqual(left.slice(1), [undefined, ""]);

  // While a key waits for its certificate, and while the session starts: the same.
  await page.evaluate(() => document.body.append(globalThis.element));
  await page.getByRole("button", { name: "Create kubeconfig" }).click();
  await page.evaluate(() => globalThis.element.remove());
  await page.evaluate(() => document.body.append(globalThis.element));
  await page.getByRole("button", { name: "Create kubeconfig" }).click();
  await page.getByText("Waiting for an administrator to approve the request.").waitFor();
  await page.evaluate(() => globalThis.element.remove());
  await until(() => page.workers().length === 0, "the end of the workers");
  assert.equal(await page.getByRole("alert").count(), 0);
  await clean();
});

test("a session of the page stays open, and a failure is said with its reason", async () => {
  const { page, context, told } = await open();
  const version = await page.evaluate(async () => {
    const { open: start } = await import(new URL("/kubecred/index.js", location.href));
    const kubecred = await start();
    const element = document.createElement("kubecred-access");
    Object.assign(element, { kubecred, cluster: kubecred.cluster({ server: "/k8s/clusters/one" }) });
    for (const [name, value] of [
      ["user", "shared"],
      ["namespace", "default"],
      ["expiration-seconds", "3600"],
      ["path", "certificate"],
    ])
      element.setAttribute(name, value);
    document.querySelector("main").append(element);
    globalThis.kubecred = kubecred;
    return kubecred.version.kubecred;
  });
  assert.match(version, /^\d/);
  await page.getByRole("button", { name: "Create kubeconfig" }).click(); // without the portal's header
  await page.getByRole("alert").waitFor();
  assert.ok((await told()).some((line) => line.startsWith('["kubecred-error"')));
  await page.locator("kubecred-access").evaluate((element) => element.remove());
  assert.ok(await page.evaluate(async () => (await globalThis.kubecred.csr.inspect("x")).accepted === false));
  await page.evaluate(() => globalThis.kubecred.close());
  await until(() => page.workers().length === 0, "the end of the workers");
  await context.close();
});

test("a refusal names the permission that is missing", async () => {
  const { page, context, add } = await open();
  const message =
    'certificatesigningrequests.certificates.k8s.io is forbidden: User "jane" cannot list resource "certificatesigningrequests" in API group "certificates.k8s.io" at the cluster scope';
  await page.route(/certificatesigningrequests/, (route) =>
    route.fulfill({
      status: 403,
      contentType: "application/json",
      body: JSON.stringify({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message,
        reason: "Forbidden",
        details: { group: "certificates.k8s.io", kind: "certificatesigningrequests" },
        code: 403,
      }),
    }),
  );
  await add("kubecred-review");
  const hint = page.locator("kubecred-review li.notice", { hasText: "required, for an administrator to grant: a ClusterRole with the rule" });
  await hint.waitFor();
  assert.match(await hint.innerText(), /^Note: Minimum permissions? required.*certificatesigningrequests.*\.$/s);
  await context.close();
});

test("a request that was replaced under its name is not decided; deny denies what is shown", async () => {
  const { page, add, accessible, clean, told } = await open();
  const write = (text) => plane.kubectl(["apply", "-f", "-"], { input: text });
  const manifest = (pem) =>
    JSON.stringify({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name: "swapped" },
      spec: { request: Buffer.from(pem).toString("base64"), signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
    });
  const csr = (subject) =>
    execFileSync(
      "openssl",
      ["req", "-new", "-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-subj", subject],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
  const [mild, strong] = [csr("/CN=mild"), csr("/O=\u0430dmins/CN=strong\u200b")];
  assert.equal((await write(manifest(mild))).code, 0);
  // The list does not hear of the change: the portal answers watches late, as a slow network does.
  await page.route(/watch=/, () => {});
  await add("kubecred-review");
  const card = page.locator("article", { hasText: "swapped" });
  await card.waitFor();
  const emphasized = () => card.getByRole("button", { name: "Approve" }).evaluate((button) => button.part.contains("primary"));
  assert.equal(await emphasized(), true);
  await plane.kubectl(["delete", "csr", "swapped"]);
  assert.equal((await write(manifest(strong))).code, 0);
  await card.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Nothing was decided.").waitFor();
  assert.equal((await plane.kubectl(["get", "csr", "swapped", "-o", "jsonpath={.status.conditions}"])).stdout, "");
  assert.equal(await card.getByRole("button", { name: "Approve" }).count(), 0);
  await accessible("replaced");
  await page.getByRole("button", { name: "Show the new request" }).click();
  await card.locator("dd").getByText("[U+0430]dmins").waitFor();
  assert.match(await card.innerText(), /strong\s*\[U\+200B\]/);
  await accessible("the new request");
  assert.equal(await emphasized(), false, "an invisible character in the name is dangerous");
  await card.getByRole("button", { name: "Deny" }).click();
  await card.locator("[part=state]", { hasText: /^denied$/ }).waitFor();
  assert.equal((await plane.kubectl(["get", "csr", "swapped", "-o", "jsonpath={.status.conditions[0].type}"])).stdout, "Denied");
  assert.ok((await told()).some((line) => line.startsWith('["kubecred-decided",{"decision":"deny"')));
  await clean();
});

test("kubecred-kubeconfig: findings, merge, renewal, saving, redacted saving", async () => {
  const { page, add, accessible, clean } = await open();
  await add("kubecred-kubeconfig", { "expiration-seconds": "3600" });
  await accessible("before a file");
  const mine = readFileSync(join(plane.dir, "jane.yaml"));
  const other = readFileSync(join(plane.dir, "robot.yaml"));
  await page.getByText("Paste text instead").click();
  await page.getByRole("textbox", { name: "Kubeconfig" }).fill("apiVersion: v1\nkind: Config\nusers: {");
  await page.getByRole("button", { name: "Open text" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Kubeconfig" }).inputValue(), "", "what was pasted is gone");
  await page.getByLabel("Kubeconfig file").setInputFiles({ name: "config", mimeType: "", buffer: Buffer.alloc(4 * 1024 * 1024 + 1) });
  await page.getByRole("alert").getByText("larger than the 4 MiB").waitFor();
  await page.getByLabel("Kubeconfig file").setInputFiles({ name: "config", mimeType: "", buffer: mine });
  await page.getByText("1 context, current context:").waitFor();
  await accessible("open");
  await page.getByRole("button", { name: "Merge another file" }).click();
  await page.getByLabel("File to merge").setInputFiles({ name: "other", mimeType: "", buffer: other });
  await page.getByText("Changes").waitFor();
  assert.match(await page.locator("kubecred-kubeconfig li", { hasText: /^user robot/ }).innerText(), /^user robot: added$/);
  await accessible("merging");
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByText("2 contexts, current context:").waitFor();
  await page.getByRole("button", { name: /^Renew certificate of jane/ }).click();
  await page.getByText("Waiting for an administrator to approve the request.").waitFor();
  await accessible("renewing");
  await approved(plane, await newest("jane"));
  await page.getByText("The certificate was renewed. Save the file.").waitFor();
  const saved = await download(page, () => page.getByRole("button", { name: "Save" }).click());
  assert.notDeepEqual(entry(saved.bytes, "client-key-data"), entry(mine, "client-key-data"));
  assert.equal((await userOf(saved.bytes, "renewed.yaml")).username, "jane");
  await page.getByLabel("Redact secrets").check();
  const shown = await download(page, () => page.getByRole("button", { name: "Save" }).click());
  const hidden = [...needles(entry(saved.bytes, "client-key-data")), /token: "?([^"\s]+)/.exec(other.toString())[1]];
  assert.ok(!hidden.some((each) => shown.bytes.toString().includes(each)));
  assert.match(shown.bytes.toString(), /REDACTED/);
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByLabel("Kubeconfig file").waitFor();
  await clean();
});

test("texts by slots, colours by custom properties and parts; small and dark screens", async () => {
  const { page, accessible, clean } = await open({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":root { color-scheme: dark; } kubecred-access { --kubecred-accent: #005f00; } kubecred-access::part(button) { border-radius: 20px; }");
    globalThis.sheet = sheet;
    document.adoptedStyleSheets = [sheet];
    const element = document.createElement("kubecred-access");
    const words = Object.assign(document.createElement("span"), { slot: "submit", textContent: "Zertifikat anfordern" });
    const label = Object.assign(document.createElement("span"), { slot: "user-label", textContent: "Benutzername" });
    element.append(words, label);
    document.querySelector("main").append(element);
  });
  const button = page.getByRole("button", { name: "Zertifikat anfordern" });
  const user = page.getByRole("textbox", { name: "Benutzername" });
  await user.fill("jane");
  await page.locator("kubecred-access").evaluate((element) => element.setAttribute("namespace", "team"));
  await page.locator("kubecred-access").getByText("team").waitFor();
  assert.equal(await user.inputValue(), "jane", "what was typed stays when the host fixes something else");
  assert.deepEqual(await button.evaluate((node) => [getComputedStyle(node).backgroundColor, getComputedStyle(node).borderRadius]), ["rgb(0, 95, 0)", "20px"]);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  await accessible("320 px, dark");
  await page.evaluate(() => {
    document.adoptedStyleSheets = [];
  });
  await clean();
});

test("kubecred-access says whether its value is missing where a DOM has no ElementInternals, or jsdom's, in the browser's words", async () => {
  const { page, clean } = await open();
  const told = await page.evaluate(() => {
    const state = (access) => {
      const validity = {};
      for (const flag in access.validity) validity[flag] = access.validity[flag];
      return JSON.stringify([
        Object.entries(validity).sort(),
        access.validationMessage,
        access.willValidate,
        access.checkValidity(),
        access.reportValidity(),
        access.form,
      ]);
    };
    const states = () => {
      const access = globalThis.add("kubecred-access", { required: "" });
      const before = state(access);
      access.present("jane-1");
      const after = state(access);
      access.reset();
      const again = state(access);
      access.removeAttribute("required");
      const optional = state(access);
      access.remove();
      return [before, after, again, optional];
    };
    const own = HTMLElement.prototype.attachInternals;
    const found = [states()];
    for (const replaced of [undefined, () => ({ shadowRoot: null })]) {
      HTMLElement.prototype.attachInternals = replaced;
      found.push(states());
    }
    HTMLElement.prototype.attachInternals = own;
    return found;
  });
  const [browsers, without, partly] = told;
  assert.match(browsers[0], /\["valueMissing",true\]\].*"Create the kubeconfig first\.",true,false,false,null/);
  assert.match(browsers[1], /\["valueMissing",false\]\].*"",true,true,true,null/);
  assert.deepEqual([without, partly], [browsers, browsers]);
  await clean();
});

for (const where of ["Chromium", "Firefox"]) {
  test(`${where}: kubecred-access in a form: it names the request, and no secret`, async () => {
    const opened = where === "Chromium" ? await openPage(browser) : await startFirefox();
    try {
      const hands = where === "Chromium" ? inChromium(opened.page) : inFirefox(opened);
      const state = () =>
        hands.run(`const access = document.querySelector("kubecred-access");
          return JSON.stringify([[...new FormData(document.querySelector("#ticket"))], access.validity.valueMissing, document.querySelector("#ticket").checkValidity(), access.form === document.querySelector("#ticket")]);`);
      const press = (text) =>
        hands.run(
          `[...document.querySelector("kubecred-access").shadowRoot.querySelectorAll("button")].find((button) => button.textContent === "${text}").click();`,
        );
      const status = (words) =>
        until(
          () => hands.run(`return document.querySelector("kubecred-access").shadowRoot.querySelector("[role=status]").textContent.startsWith("${words}")`),
          words,
          60_000,
        );
      await hands.goto(`${portal.origin}/`);
      await until(() => hands.run("return 'ready' in document.documentElement.dataset"), "the elements");
      const user = `form-${where.toLowerCase()}`;
      await hands.run(`before.remove();
        const form = Object.assign(document.createElement("form"), { id: "ticket" });
        form.append(Object.assign(document.createElement("input"), { name: "reason", defaultValue: "on call" }));
        document.querySelector("main").append(form);
        form.append(add("kubecred-access", { name: "access", required: "", user: "${user}", "expiration-seconds": "3600", path: "certificate", namespace: "default" }));`);
      assert.equal(await state(), JSON.stringify([[["reason", "on call"]], true, false, true]), "before");
      await hands.run("document.querySelector('#ticket').requestSubmit();");
      assert.equal(await hands.run("return location.search"), "", "a required value is missing");

      await press("Create kubeconfig");
      await status("Waiting for an administrator");
      const request = await newest(user);
      const [entries, missing, valid] = JSON.parse(await state());
      const [, , [, fingerprint]] = entries;
      assert.deepEqual(entries, [
        ["reason", "on call"],
        ["access", request],
        ["access-fingerprint", fingerprint],
      ]);
      assert.deepEqual([missing, valid], [false, true]);
      const shown = await hands.run("return document.querySelector('kubecred-access').shadowRoot.querySelector('dd code').textContent");
      assert.match(fingerprint, /^[0-9a-f]{64}$/);
      assert.ok(fingerprint.startsWith(shown.replaceAll(" ", "")), "the fingerprint that is shown");

      await hands.run("document.querySelector('#ticket').reset();");
      await until(async () => (await state()) === JSON.stringify([[["reason", "on call"]], true, false, true]), "the reset");
      await press("Create kubeconfig");
      await status("Waiting for an administrator");
      const [, [, second]] = JSON.parse(await state())[0];
      assert.notEqual(second, request);
      await approved(plane, second);
      await status("The kubeconfig is ready.");
      await hands.run(`document.querySelector("kubecred-access").kubeconfig.serialize().then((bytes) => { window.saved = new TextDecoder().decode(bytes); });`);
      await until(() => hands.run("return window.saved"), "the kubeconfig");
      const secrets = needles(entry(Buffer.from(await hands.run("return window.saved")), "client-key-data"));
      const sent = await state();
      assert.ok(sent.includes("access-fingerprint") && !secrets.some((each) => sent.includes(each)), "no secret in the form");
      await hands.run("document.querySelector('kubecred-access').setAttribute('disabled', '');");
      assert.equal(
        await hands.run("return document.querySelector('kubecred-access').matches(':disabled') && document.querySelector('kubecred-access').inert"),
        true,
      );
      await hands.run("document.querySelector('kubecred-access').remove();");
    } finally {
      await (opened.close ?? (() => opened.context.close()))();
    }
  });

  test(`${where}: the certificate path by keyboard, and removal`, async () => {
    const opened = where === "Chromium" ? await openPage(browser) : await startFirefox();
    try {
      const hands = where === "Chromium" ? inChromium(opened.page) : inFirefox(opened);
      const inside = (code) => hands.run(`const root = document.querySelector("kubecred-access")?.shadowRoot; ${code}`);
      await hands.goto(`${portal.origin}/`);
      await until(() => hands.run("return 'ready' in document.documentElement.dataset"), "the elements");
      const user = `keys-${where.toLowerCase()}`;
      await hands.run("before.remove(); add('kubecred-access', { 'expiration-seconds': '3600', path: 'certificate', namespace: 'default' });");
      await until(() => inside("return !!root?.querySelector('input')"), "the form");
      for (let presses = 0; (await inside("return root.activeElement?.name")) !== "user"; presses++) {
        assert.ok(presses < 10, "Tab reaches the field");
        await hands.press("Tab");
      }
      await inside(`root.querySelector("[name=user]").value = ${JSON.stringify(user)};`);
      await hands.press("Enter");
      await until(() => inside("return /Waiting for an administrator/.test(root.querySelector('[role=status]').textContent)"), "the waiting", 60_000);
      await approved(plane, await newest(user));
      await until(() => inside("return root.activeElement?.textContent === 'Download kubeconfig'"), "the focus at the download", 60_000);
      const { bytes } = await hands.download(() => hands.press("Enter"));
      assert.equal((await userOf(bytes, `${user}.yaml`)).username, user);
      await hands.run(`
        const element = document.querySelector("kubecred-access");
        const kubeconfig = element.kubeconfig;
        element.remove();
        setTimeout(() => kubeconfig.serialize().then(() => (window.left = "it works"), (error) => (window.left = error.code)), 100);`);
      await until(() => hands.run("return window.left"), "the answer");
      assert.match(await hands.run("return window.left"), /^(handle-disposed|session-closed)$/);
      assert.deepEqual(where === "Chromium" ? opened.seen.violations : await hands.run("return globalThis.violations"), []);
    } finally {
      await (opened.close ?? (() => opened.context.close()))();
    }
  });
}
