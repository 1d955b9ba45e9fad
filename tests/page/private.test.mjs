// Canaries: a fresh key and a fresh passphrase in every run, looked for wherever a page can leave something, in every encoding, at each point
// where one was handled, after Done and after back and forward; with the control that the search finds them where they are.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approve, certify, dropFiles, makeKey, openStep, save, saveRequest, sayWho, send } from "./person.mjs";
import { OFFLINE_FILE, tests } from "../support/place.mjs";
import { entry, needles, needlesOfText, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

const noKey = async (page) => assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab.");

test("neither the key nor its passphrase stays anywhere, while they are used, after Done and after back and forward", async () => {
  const passphrase = `pass ${randomBytes(9).toString("base64")} ü“`;
  const secretText = needlesOfText(passphrase);
  const { page, context, seen } = await openPage(browser, proxy.page);
  await sayWho(page, "private", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  await page.getByRole("button", { name: "Save an encrypted copy" }).click();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByLabel("Repeat passphrase").fill(passphrase);
  assert.deepEqual(spilled(secretText, await placesOf(page, seen)), ["values"], "the control: while it is typed it stands in the fields, and nowhere else");
  const [copy] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the key" }).click()]);
  const kept = await readFile(await copy.path());
  await page.locator("#keep").waitFor({ state: "hidden" });
  assert.deepEqual(spilled(secretText, await placesOf(page, seen)), []);
  await approve(context, proxy.page, name);
  const saved = await save(page);
  const list = [...needles(entry(saved.bytes, "client-key-data")), ...secretText];
  const publicText = entry(saved.bytes, "client-certificate-data").toString("latin1");
  const clean = async () => assert.deepEqual(spilled(list, await placesOf(page, seen), publicText), []);
  assert.deepEqual(spilled(list, { file: saved.bytes.toString("latin1") }, publicText), ["file"], "the control");
  assert.deepEqual(spilled(list, { kept: kept.toString("latin1"), request: seen.requests.map(({ body }) => body.toString("latin1")).join() }, publicText), []);
  await clean();
  await page.getByRole("button", { name: "Preview (key hidden)" }).click();
  const preview = page.locator("#file-redacted");
  await expectVisible(preview);
  assert.match(await preview.innerText(), /client-certificate-data: <certificate of private, expires \w{3} \d+ \w{3} \d{4}, \d\d:\d\d>/);
  assert.match(await preview.innerText(), /certificate-authority-data: <CA certificate of [^,>]+, expires /);
  assert.doesNotMatch(await preview.innerText(), /LS0tLS1CRUdJTi/);
  await clean();

  await page.goto("about:blank");
  await page.goBack();
  await expectVisible(page.getByLabel("User name"));
  await noKey(page);
  await clean();

  await page.getByRole("button", { name: "Use a saved key" }).click();
  await page.getByLabel("Key file (PEM)").setInputFiles({ name: "key.pem", mimeType: "application/octet-stream", buffer: kept });
  await page.getByLabel("Passphrase (if the file is encrypted)").fill(passphrase);
  await page.getByRole("button", { name: "Use this key" }).click();
  await openStep(page, "file");
  await clean();
  await page.waitForFunction(() => document.querySelector("#ca").value);
  const again = await save(page);
  assert.deepEqual(entry(again.bytes, "client-key-data"), entry(saved.bytes, "client-key-data"), "it is the same key");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Finish and erase the key from this tab" }).click()]);
  await expectVisible(page.getByLabel("User name"));
  for (const field of ["#user", "#ca", "#server", "#key-passphrase"]) assert.equal(await page.locator(field).inputValue(), "");
  await noKey(page);
  await clean();
  await page.goBack();
  await page.goForward();
  await expectVisible(page.getByLabel("User name"));
  await clean();
  assert.deepEqual({ violations: seen.violations, console: seen.console, errors: seen.errors }, { violations: [], console: [], errors: [] });
  await context.close();
});

test("a dropped kubeconfig gives the address and the CA, and nothing else of it is kept or carried on", async () => {
  const token = randomBytes(24).toString("base64url");
  const secret = needlesOfText(token);
  const { cluster } = JSON.parse((await plane.kubectl(["config", "view", "--minify", "--raw", "-o", "json"])).stdout).clusters[0];
  const other = { ...cluster, server: "https://203.0.113.9:6443" };
  const config = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "mine",
    preferences: {},
    clusters: [
      { name: "other", cluster: other },
      { name: "<b>lab</b>", cluster: { ...cluster, "tls-server-name": "kubernetes" } },
    ],
    users: [
      {
        name: token,
        user: {
          token,
          password: token,
          exec: { apiVersion: "client.authentication.k8s.io/v1", command: token, env: [{ name: "A", value: token }], interactiveMode: "Never" },
        },
      },
    ],
    contexts: [{ name: "mine", context: { cluster: "<b>lab</b>", user: token, namespace: "n" } }],
  });
  const { page, context, seen } = await openPage(browser, OFFLINE_FILE);
  await sayWho(page, "dropped");
  assert.deepEqual(spilled(secret, { config }), ["config"], "the control");
  await dropFiles(page, [{ name: "config", text: config }]);
  await expectVisible(
    page.locator("#live.toast", { hasText: "Address, certificate authority and TLS server name of <b>lab</b>, the file’s current cluster, were taken" }),
  );
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), []);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  const { object: answer } = await certify(plane, (await saveRequest(page)).text);
  await page.getByLabel("Certificate from your administrator").fill(answer);
  await page.getByRole("button", { name: "Use this certificate" }).click();
  const saved = await save(page);
  assert.equal(await page.locator("#server").inputValue(), cluster.server);
  assert.match(saved.bytes.toString(), /tls-server-name: "?kubernetes"?/);
  assert.deepEqual(spilled(secret, { ...(await placesOf(page, seen)), file: saved.bytes.toString("latin1") }), []);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  assert.equal((await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout, "dropped");
  // What the file says of the way is shown with a warning, and is not carried on to another server.
  const form = page.locator("#file");
  const fields = ["proxyUrl", "tlsServerName"].map((field) => form.locator(`[data-field=${field}]`));
  await dropFiles(page, [
    {
      name: "config",
      text: JSON.stringify({
        clusters: [{ name: "c", cluster: { server: "https://c.example", "proxy-url": "http://proxy.example:3128", "tls-server-name": "other.example" } }],
      }),
    },
  ]);
  for (const field of fields) await expectVisible(field.getByText("Warning:"));
  assert.match(
    (await save(page)).bytes.toString(),
    /proxy-url: "http:\/\/proxy[.]example:3128"[^]*tls-server-name: "other[.]example"|tls-server-name: "other[.]example"[^]*proxy-url: "http:\/\/proxy[.]example:3128"/,
  );
  await page.locator("#server").fill("https://elsewhere.example");
  for (const field of fields) await field.waitFor({ state: "hidden" });
  await expectVisible(page.locator("#live.toast", { hasText: "so the proxy and the TLS server name of the file were removed" }));
  assert.doesNotMatch((await save(page)).bytes.toString(), /proxy-url|tls-server-name|other[.]example/);
  await dropFiles(page, [{ name: "wrong.yaml", text: "a: [1" }]);
  await expectVisible(page.locator("#live.toast", { hasText: /^wrong\.yaml: Line 1, column \d+: / }));
  // Every hostile name in every field of the last step: shown as text or refused, never markup.
  const outcome = await page.evaluate(
    async (names) => {
      const [redacted, look, form] = ["#file-redacted", "#file-look", "#file"].map((id) => document.querySelector(id));
      const seen = { shown: 0, refused: 0 };
      for (const name of names) {
        for (const id of ["#cluster-name", "#context-name", "#namespace", "#server", "#ca"]) {
          const field = document.querySelector(id);
          const before = field.value;
          field.value = name;
          redacted.textContent = "";
          for (const place of form.querySelectorAll("[data-report], .remarks")) place.replaceChildren();
          look.click();
          while (!redacted.textContent && !form.querySelector(".findings .error")) await new Promise((resolve) => setTimeout(resolve, 0));
          seen[redacted.textContent ? "shown" : "refused"] += 1;
          field.value = before;
        }
      }
      return { ...seen, elements: form.querySelectorAll("script, img, svg, iframe, style, link, a").length, ran: globalThis.ran ?? null };
    },
    JSON.parse(await readFile(join(tests, "vectors", "names.json"), "utf8")),
  );
  assert.ok(outcome.shown > 100 && outcome.refused > 100, JSON.stringify(outcome));
  assert.deepEqual(
    { elements: outcome.elements, ran: outcome.ran, violations: seen.violations, console: seen.console, errors: seen.errors },
    { elements: 0, ran: null, violations: [], console: [], errors: [] },
  );
  await context.close();
});

// What sends is one module, and it tells the ledger: so nothing can leave unlisted.
test("one module of the package sends to a cluster, and none of the page does", async () => {
  const WAYS =
    /\bfetch\s*\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|RTCPeerConnection|new Image\b|\.(src|action)\s*=|importScripts|window\.open|location(\.href)?\s*=[^=]/;
  const folder = (name) => join(tests, "..", name);
  const bare = (text) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
  const sending = async (name) => {
    const files = (await readdir(folder(name), { recursive: true })).filter(
      (file) => file.endsWith(".js") && file !== "inline.js" && !/^(cdn|wasm|bin)\b/.test(file),
    );
    const texts = await Promise.all(files.map((file) => readFile(join(folder(name), file), "utf8")));
    return files.filter((_, index) => WAYS.test(bare(texts[index]))).sort();
  };
  assert.deepEqual(await sending("www"), []);
  // They read the module that lies beside them (or is named to open()), before there is a key.
  // testing/index.js is a fetch, and calls none (tests/package/testing.test.mjs); element/base.js has a property of that name, handed to `cluster`.
  const known = ["client/blob.js", "element/base.js", "index.js", "node.js", "testing/index.js"];
  assert.deepEqual(
    (await sending("pkg")).filter((file) => !known.includes(file)),
    [],
  );
  const http = await readFile(join(folder("pkg"), "cluster", "http.js"), "utf8");
  assert.match(http, /\(this\.#fetch \?\? globalThis\.fetch\)/, "the control: the one place that sends");
  assert.equal((await readFile(join(folder("www"), "cluster", "connection.js"), "utf8")).match(/onRequest: record/g).length, 1);
});
