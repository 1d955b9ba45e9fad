// offline.html, opened from disk: it makes no request whatever is pasted into it, a request from its console fails, its script is pinned,
// and it says what it can prove and what it cannot.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { openPage } from "./browser.mjs";
import { dropFiles, makeKey, openStep, sayWho, toAccess } from "./person.mjs";
import { dist, tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const FILE = join(dist, "offline.html");
const URL_OF_FILE = pathToFileURL(FILE).href;
const html = readFileSync(FILE, "utf8");
const vector = (path) => JSON.parse(readFileSync(join(tests, "vectors", path), "utf8"));
const MARKUP = [
  "<img src=http://elsewhere.invalid/x onerror=globalThis.ran=1>",
  '"><script src=http://elsewhere.invalid/></script>',
  "<link rel=prefetch href=http://elsewhere.invalid/>",
  "url(http://elsewhere.invalid/)",
];
const NAMES = [...vector("names.json"), ...MARKUP];

let browser, folder;
onStage(
  async (stage) => {
    ({ browser } = stage);
    folder = mkdtempSync(join(tmpdir(), "kubecred-offline-"));
    stage.onEnd(() => rmSync(folder, { recursive: true, force: true }));
  },
  { cluster: false },
);

/** All that the page asked for beside itself and its own worker. */
const asked = (seen) =>
  seen.requests.map(({ url }) => url).filter((url) => url !== URL_OF_FILE && !url.startsWith("blob:null/") && !url.startsWith(`${URL_OF_FILE}#`));

test("whatever is typed, pasted or dropped, it makes no request", async () => {
  const { page, context, seen } = await openPage(browser, URL_OF_FILE);
  await expectVisible(page.getByText("Offline: this file sends nothing"));
  await toAccess(page);
  for (const name of NAMES) {
    await page.locator("#user").fill(name);
    await page.locator("#groups input").first().fill(name);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForFunction(() => document.querySelector('li[data-step="key"].now') || document.querySelector("#who .findings :is(.error, .warning)"));
    // A name that is warned about needs a second press.
    if (await page.locator("#who").isVisible()) await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForFunction(() => document.querySelector('li[data-step="key"].now') || document.querySelector("#who [aria-invalid]"));
    const change = page.getByRole("button", { name: "Change: Who you are" });
    if (await change.isVisible()) await change.click();
  }
  await sayWho(page, "<img src=http://elsewhere.invalid/y>", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  const object = (file) => JSON.stringify(vector(`signing-requests/${file}`));
  const texts = [
    ...MARKUP,
    ...["pending-hostile-names.json", "issued.json"].map(object),
    readFileSync(join(tests, "vectors", "signing-requests", "issued.crt.pem"), "utf8"),
    "http://elsewhere.invalid/",
    '{"$ref":"http://elsewhere.invalid/"}',
    "apiVersion: v1\nkind: Config\nclusters: [{name: x, cluster: {server: 'http://elsewhere.invalid'}}]",
  ];
  for (const text of texts) {
    await page.getByLabel("Certificate from your administrator").fill(text);
    await page.getByRole("button", { name: "Use this certificate" }).click();
    await expectVisible(page.locator('[data-field="answer-text"] .findings .error'));
    await dropFiles(page, [{ name: "<img src=http://elsewhere.invalid/z>", text }]);
  }
  await page.evaluate(() => {
    location.hash = "#/review/%3Cimg%20src=http://elsewhere.invalid/%3E";
  });
  for (const text of texts) {
    await page.locator("#review-text").fill(text);
    await page.getByRole("button", { name: "Check request" }).click();
    await page.waitForFunction(() => document.querySelector("#review-paste .findings .error") || document.querySelector("#review-pasted article"));
  }
  assert.deepEqual(asked(seen), []);
  assert.deepEqual(
    await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => name)
        .filter((name) => !name.startsWith("blob:")),
    ),
    [],
  );
  assert.deepEqual(
    { violations: seen.violations, console: seen.console, errors: seen.errors, ran: await page.evaluate(() => globalThis.ran ?? null) },
    { violations: [], console: [], errors: [], ran: null },
  );
  await context.close();
});

test("kubeconfigs are read, and made for a program, without a request", async () => {
  const { page, context, seen } = await openPage(browser, `${URL_OF_FILE}#/kubeconfig`);
  const saving = async (root, button, { bare = false } = {}) => {
    if (bare) {
      await root.getByRole("button", { name: button }).click();
      await expectVisible(root.locator('[data-field="ca"] .error', { hasText: "The certificate authority is missing." }));
    }
    const [download] = await Promise.all([page.waitForEvent("download"), root.getByRole("button", { name: button }).click()]);
    return readFileSync(await download.path(), "utf8");
  };
  await page
    .locator("#kubeconfig-text")
    .fill(
      "kind: Config\ncurrent-context: x\nclusters: [{name: c, cluster: {server: https://c.example.com}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: first-token}}]\n",
    );
  await page.getByRole("button", { name: "Check kubeconfig" }).click();
  await expectVisible(page.getByText("1 context, 1 cluster, 1 user"));
  assert.match(await saving(page.locator("#kubeconfig-result"), "Save the file"), /first-token/);

  await page.locator("#nav").getByRole("link", { name: "Service accounts" }).click();
  await page.getByLabel("Name of the service account").fill("ci");
  await page.locator("#robot-hand").click();
  await expectVisible(page.getByText(/kubectl create token/).first());
  assert.ok(!(await page.locator("#robot-live").isVisible()), "there is no cluster to ask");
  await dropFiles(page, [{ name: "secret.json", text: JSON.stringify(vector("api/legacy-token-secret.json")) }]);
  await expectVisible(page.locator("#robot-file"));
  await page.locator("#robot-server").fill("https://c.example.com");
  assert.match(await saving(page.locator("#robot-file"), "Save the kubeconfig"), /token: "eyJ/);
  await page.locator("#nav").getByRole("link", { name: "Get access" }).click();
  await page.getByText("Sign in with OpenID Connect instead").click();
  await page.locator("#oidc-server").fill("https://c.example.com");
  await page.locator("#oidc-issuer").fill("https://elsewhere.invalid");
  await page.locator("#oidc-client").fill("<img src=http://elsewhere.invalid/x>");
  await page.getByRole("button", { name: "Show what kubectl will run" }).click();
  await expectVisible(page.locator("#oidc-runs"));
  assert.match(await saving(page.locator("#oidc-form"), "Save the kubeconfig", { bare: true }), /oidc-issuer-url=https:\/\/elsewhere.invalid/);
  assert.deepEqual(asked(seen), []);
  assert.deepEqual({ violations: seen.violations, console: seen.console, errors: seen.errors }, { violations: [], console: [], errors: [] });
  await context.close();
});

test("every way to send something is blocked, from the page and from a worker", async () => {
  const heard = [];
  const server = createServer((request, response) => {
    heard.push(request.url);
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/html" }).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}`;
  const { page, context, seen } = await openPage(browser, URL_OF_FILE);
  await expectVisible(page.getByText("Offline: this file sends nothing"));
  const outcome = await page.evaluate(async (base) => {
    const said = async (work) => {
      try {
        await work();
        return "sent";
      } catch (error) {
        return error.name;
      }
    };
    const event = (target, ...names) =>
      Promise.race([
        new Promise((resolve) => names.forEach((name) => target.addEventListener(name, () => resolve(name)))),
        new Promise((resolve) => setTimeout(resolve, 2000, "nothing")),
      ]);
    const image = new Image();
    const pictured = event(image, "load", "error");
    image.src = `${base}/image`;
    const request = new XMLHttpRequest();
    const xhr = event(request, "load", "error");
    request.open("GET", `${base}/xhr`);
    request.send();
    document.body.append(Object.assign(document.createElement("iframe"), { src: `${base}/frame` }));
    const socket = said(async () => {
      if ((await event(new WebSocket(base.replace("http", "ws")), "open", "error")) !== "open") throw new TypeError();
    });
    const source = said(async () => {
      if ((await event(new EventSource(`${base}/source`), "open", "error")) !== "open") throw new TypeError();
    });
    const form = Object.assign(document.createElement("form"), { action: `${base}/form`, method: "post", target: "_blank" });
    document.body.append(form);
    form.submit();
    navigator.sendBeacon(`${base}/beacon`, "x");
    return {
      fetch: await said(() => fetch(`${base}/fetch`)),
      noCors: await said(() => fetch(`${base}/no-cors`, { mode: "no-cors" })),
      xhr: await xhr,
      socket: await socket,
      source: await source,
      image: await pictured,
    };
  }, address);
  const [worker] = page.workers();
  assert.ok(worker, "the engine's worker runs");
  assert.equal(
    await worker.evaluate(
      (base) =>
        fetch(`${base}/worker`).then(
          () => "sent",
          (error) => error.name,
        ),
      address,
    ),
    "TypeError",
  );
  await page.waitForTimeout(300);
  assert.deepEqual(heard, [], "nothing arrived");
  assert.deepEqual(outcome, { fetch: "TypeError", noCors: "TypeError", xhr: "error", socket: "TypeError", source: "TypeError", image: "error" });
  assert.ok(
    seen.violations.some((violation) => violation.startsWith("connect-src")),
    "the control: blocked attempts are seen",
  );
  // The control: the same server is heard where no policy forbids it.
  const free = await context.newPage();
  await free.goto(`${address}/page`);
  await free.evaluate((base) => fetch(`${base}/control`), address);
  assert.ok(heard.includes("/control"));
  await context.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("with one byte of its script changed it does not run, and it says so", async () => {
  const at = html.lastIndexOf("kubecred does not run inside another page");
  assert.ok(at > 0);
  const changed = join(folder, "changed.html");
  writeFileSync(changed, `${html.slice(0, at)}K${html.slice(at + 1)}`);
  const { page, context, seen } = await openPage(browser, pathToFileURL(changed).href);
  await expectVisible(page.getByText("The page has not started."));
  assert.equal(page.workers().length, 0);
  assert.equal(await page.locator("#nav a").count(), 0);
  assert.ok(seen.violations.some((violation) => violation.startsWith("script-src-elem: inline")));
  await context.close();
});

test("with its module changed it does not run, though the script's hash was changed as well", async () => {
  const start = html.lastIndexOf("<script>") + "<script>".length;
  const script = html.slice(start, html.lastIndexOf("</script>"));
  const module = script.search(/[A-Za-z0-9+/]{500000}/);
  assert.ok(module > 0, "the module is the only text of this length");
  const other = script[module + 200_000] === "A" ? "B" : "A";
  const changed = `${script.slice(0, module + 200_000)}${other}${script.slice(module + 200_001)}`;
  const hash = (text) => createHash("sha256").update(text).digest("base64");
  const path = join(folder, "module.html");
  writeFileSync(
    path,
    html.replace(script, () => changed).replace(hash(script), () => hash(changed)),
  );
  const { page, context } = await openPage(browser, pathToFileURL(path).href);
  await expectVisible(page.getByText("This browser cannot run the page"));
  await page.locator("#connection summary").click();
  await expectVisible(page.locator("#connection").getByText("is not the one that this package was built with"));
  await context.close();
});

test("it says what it can prove and what it cannot; the footer names version, commit and the module's hash", async () => {
  const { page, context } = await openPage(browser, URL_OF_FILE);
  const note = page.locator("#offline");
  await expectVisible(note);
  assert.match(await note.innerText(), /sends nothing[^]*cannot prove/);
  const wasm = readFileSync(join(dist, "kubecred", "wasm", "core_bg.wasm"));
  await expectVisible(page.locator("#build code"));
  assert.match(await page.locator("#build").innerText(), /^kubecred \d+\.\d+\.\d+, commit ([0-9a-f]{12}|unknown), wasm sha256 /);
  assert.equal(await page.locator("#build code").innerText(), createHash("sha256").update(wasm).digest("hex"));
  assert.match(
    html,
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]+' 'wasm-unsafe-eval'; style-src 'sha256-[A-Za-z0-9+/=]+'; worker-src blob:; connect-src 'none'; /,
  );
  await context.close();
});

test("it says when it runs inside another page", async () => {
  const frame = join(folder, "frame.html");
  writeFileSync(frame, `<iframe src="${URL_OF_FILE}" width="800" height="600"></iframe>`);
  const { page, context } = await openPage(browser, pathToFileURL(frame).href);
  await page.frameLocator("iframe").getByText("kubecred does not run inside another page.").waitFor();
  await context.close();
});
