// #/robot: account and token live, used by real kubectl alone; by hand; what is pasted; and the token stands nowhere.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { apiRequests, foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { dropFiles } from "./person.mjs";
import { needlesOfText, placesOf, spilled } from "./secret.mjs";
import { kubectlPath } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let plane, proxy, browser;
onStage(
  (stage) => {
    ({ plane, proxy, browser } = stage);
  },
  { allow: "roles robot" },
);

async function openRobot() {
  const opened = await openPage(browser, `${proxy.page}#/robot`);
  await expectVisible(opened.page.locator("#robot-live:enabled"));
  return opened;
}

const shown = async (page) => {
  await page.locator("#robot-report").getByRole("button", { name: "Show" }).click();
  const text = await page.locator("#robot-report pre.secret").innerText();
  await page.locator("#robot-report").getByRole("button", { name: "Hide" }).click();
  return text.trim();
};

/** The token is in no place that a page has; the control finds it while it is shown. */
async function nowhere(page, seen, token) {
  const places = () =>
    page.evaluate(() =>
      JSON.stringify([
        document.documentElement.outerHTML,
        document.title,
        location.href,
        { ...localStorage },
        { ...sessionStorage },
        history.state,
        [...document.querySelectorAll("input, textarea")].map(({ value }) => value),
        performance.getEntries().map(({ name }) => name),
      ]),
    );
  const parts = [token, token.split(".").at(-1)];
  const told = (await places()) + JSON.stringify(seen.console) + seen.requests.map(({ url }) => url).join("\n");
  for (const part of parts) assert.ok(!told.includes(part), "the token stands in the page");
  await page.locator("#robot-report").getByRole("button", { name: "Show" }).click();
  assert.ok((await places()).includes(token), "the control: it is found while it is shown");
  await page.locator("#robot-report").getByRole("button", { name: "Hide" }).click();
  assert.ok(!(await places()).includes(parts[1]));
}

async function clean(page, seen) {
  // Through the debugger, which the page's policy does not bind.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Runtime.evaluate", { expression: AXE });
  const { result } = await cdp.send("Runtime.evaluate", {
    expression: "axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' '))))",
    awaitPromise: true,
    returnByValue: true,
  });
  assert.deepEqual(JSON.parse(result.value), []);
  // The browser itself writes a line for the 404 by which apply learns that an object is new.
  const lines = seen.console.filter((line) => !/status of 404/.test(line));
  assert.deepEqual([seen.violations, lines, seen.errors, foreign(seen, proxy.origin)], [[], [], [], []]);
}

async function works(token, account) {
  const kubeconfig = plane.as(account, { token });
  const answer = await kubectl(kubeconfig, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(answer.stdout, `system:serviceaccount:default:${account}`, answer.stderr);
}

/** Saves the kubeconfig; the file alone, in the hands of real kubectl, is this user. */
async function saves(page, user, stem) {
  await page.waitForFunction(() => document.querySelector("#robot-ca").value && document.querySelector("#robot-server").value);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#robot-file").getByRole("button", { name: "Save the kubeconfig" }).click(),
  ]);
  const name = download.suggestedFilename();
  assert.match(name, new RegExp(`^kubeconfig-${stem}-127-0-0-1-[0-9]+\\.yaml$`));
  await expectVisible(page.getByText(`Download started: ${name}.`).first());
  await page.locator("#robot-file").getByText(/^sh$/).first().click();
  await expectVisible(page.locator("#robot-file").getByText(`chmod 600`).first());
  const path = join(plane.dir, name);
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  const answer = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(answer.stdout, user, answer.stderr);
  return path;
}

test("live: an account, a token that ends, and real kubectl with it alone", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("robot-one");
  await page.locator("#robot-lifetime").selectOption("86400");
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "Token for robot-one" }));
  await expectVisible(page.locator("#robot-report").getByText("system:serviceaccount:default:robot-one").first());
  assert.equal(await page.locator('#robot-report [data-code="not-verified"]').count(), 0, "the cluster has just issued it");
  const token = await shown(page);
  await works(token, "robot-one");
  await expectVisible(page.getByText("Verified: the cluster accepts this token"));
  await saves(page, "system:serviceaccount:default:robot-one", "robot-one");
  await nowhere(page, seen, token);
  assert.ok(
    apiRequests(seen).some(({ url }) => url.endsWith("/serviceaccounts/robot-one/token?fieldValidation=Strict")),
    "the control: it went to the cluster",
  );
  await clean(page, seen);
  await context.close();
});

test("live: a token that does not end, out of its Secret", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("robot-two");
  await page.getByLabel(/Does not expire/).check();
  await expectVisible(page.getByText("Since Kubernetes 1.24"));
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "Token for robot-two" }));
  const token = await shown(page);
  await works(token, "robot-two");
  await saves(page, "system:serviceaccount:default:robot-two", "robot-two");
  await nowhere(page, seen, token);
  await clean(page, seen);
  await context.close();
});

test("by hand: manifests and lines; a token is pasted, other things are recognised", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("Not a name");
  await page.locator("#robot-hand").click();
  await expectVisible(page.locator('[data-field="metadata.name"] .findings'));
  await page.getByLabel("Name of the service account").fill("robot-one");
  await page.locator("#robot-hand").click();
  await page.getByText("Show the objects").click();
  await expectVisible(page.getByText('kind: "ServiceAccount"').first());
  await expectVisible(page.getByText(/kubectl create token/).first());
  const before = apiRequests(seen).length;
  await page.locator("#robot-token").fill("-----BEGIN PRIVATE KEY-----");
  await page.getByRole("button", { name: "Check token" }).click();
  await expectVisible(page.getByText("This is not a token but a private key").first());
  assert.equal(await page.locator("#robot-token").inputValue(), "");
  const token = (await plane.kubectl(["create", "token", "default"])).stdout.trim();
  await page.locator("#robot-token").fill(`Bearer ${token}`);
  await page.getByRole("button", { name: "Check token" }).click();
  await expectVisible(page.locator("#robot-report").getByText("system:serviceaccount:default:default").first());
  assert.ok(
    !apiRequests(seen)
      .slice(before)
      .some(({ body }) => body.includes(token.slice(-40))),
    "reading sends nothing",
  );
  // The proof is made with the token alone; the word in front is said to be removed.
  await expectVisible(page.locator('#robot-report [data-code="token-cleaned"]'));
  await page.locator("#robot-proof").click();
  await expectVisible(
    page
      .locator("#robot-report")
      .getByText(/cluster accepts this token|Not tested: the proxy|The cluster answers as/)
      .first(),
  );
  const proofs = seen.requests.map(({ headers }) => JSON.parse(headers).authorization).filter(Boolean);
  assert.ok(proofs.length > 0 && proofs.every((value) => value === `Bearer ${token}`), "sent once, without a second Bearer");
  await clean(page, seen);
  await context.close();
});

test("pasted: a static token of --token-auth-file, and a Secret as kubectl prints it, in YAML and JSON", async () => {
  const { page, context, seen } = await openRobot();
  const field = JSON.parse((await plane.kubectl(["config", "view", "--raw", "-o", "json"])).stdout).users[0].user.token;
  await page.locator("#robot-token").fill(`${field}\n`);
  await page.getByRole("button", { name: "Check token" }).click();
  await expectVisible(page.locator('[data-code="token-opaque"]'));
  assert.equal(await page.locator("#robot-report .hint", { hasText: "API server" }).count(), 0, "it is not said again");
  await saves(page, "admin", "token");
  await nowhere(page, seen, field);

  await plane.kubectl(["create", "serviceaccount", "robot-three"]);
  await plane.kubectl(["create", "-f", "-"], {
    input: JSON.stringify({
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/service-account-token",
      metadata: { name: "robot-three", annotations: { "kubernetes.io/service-account.name": "robot-three" } },
    }),
  });
  let encoded = "";
  for (let asked = 0; !encoded && asked < 100; asked++)
    encoded = (await plane.kubectl(["get", "secret", "robot-three", "-o", "jsonpath={.data.token}"])).stdout;
  const token = Buffer.from(encoded, "base64").toString();
  const user = page.locator("#robot-report").getByText("system:serviceaccount:default:robot-three").first();
  for (const form of ["yaml", "json"]) {
    const text = (await plane.kubectl(["get", "secret", "robot-three", "-o", form])).stdout;
    await page.locator("#robot-report").evaluate((node) => node.replaceChildren());
    if (form === "yaml")
      await page.locator("#robot-token").evaluate((node, pasted) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", pasted);
        node.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, text);
    else await dropFiles(page, [{ name: "secret.json", text }]);
    await expectVisible(user);
    assert.equal((await page.locator("#robot-ca").inputValue()).trim(), readFileSync(join(plane.dir, "ca.crt"), "utf8").trim());
    await saves(page, "system:serviceaccount:default:robot-three", "robot-three");
    await nowhere(page, seen, token);
    assert.deepEqual(spilled(needlesOfText(token), await placesOf(page, seen)), []);
  }
  assert.ok(spilled(needlesOfText(token), { control: token, encoded }).length, "the control");
  // Another Secret, and one that is not filled: said, and nothing of it is told.
  const canary = randomBytes(12).toString("hex");
  for (const [text, says] of [
    [`kind: Secret\napiVersion: v1\ntype: Opaque\ndata:\n  password: ${canary}\n`, /Its type must be/],
    [
      `kind: Secret\napiVersion: v1\ntype: kubernetes.io/service-account-token\nmetadata: {name: a, annotations: {kubernetes.io/service-account.name: a}, namespace: ${canary}}\n`,
      /contains no token yet/,
    ],
    [`kind: Secret\napiVersion: v1\ndata: {token: ${canary}, token: ${canary}}\n`, /The same key appears twice/],
  ]) {
    await dropFiles(page, [{ name: "secret.yaml", text }]);
    await expectVisible(page.locator("#robot-paste .findings").getByText(says));
    assert.deepEqual(spilled(needlesOfText(canary), await placesOf(page, seen)), []);
  }
  await clean(page, seen);
  await context.close();
});

test("a dropped kubeconfig gives address and CA, and nothing else of it", async () => {
  const { page, context, seen } = await openRobot();
  const canary = randomBytes(12).toString("hex");
  const authority = readFileSync(join(plane.dir, "ca.crt"));
  await dropFiles(page, [
    {
      name: "config",
      text: `kind: Config\ncurrent-context: b\nclusters:\n- name: a\n  cluster: {server: "https://a.example.com"}\n- name: b\n  cluster: {server: "https://b.example.com:6443", certificate-authority-data: ${authority.toString("base64")}}\ncontexts:\n- name: b\n  context: {cluster: b, user: u}\nusers:\n- name: u\n  user: {token: ${canary}}\n`,
    },
  ]);
  await expectVisible(page.getByText("Address and certificate authority of b, the file’s current cluster,"));
  // The form that is opened later has them, too.
  await page.locator("#robot-token").fill("opaque-token");
  await page.getByRole("button", { name: "Check token" }).click();
  await expectVisible(page.locator("#robot-file"));
  const values = () => page.evaluate(() => [document.querySelector("#robot-server").value, document.querySelector("#robot-ca").value.trim()]);
  assert.deepEqual(await values(), ["https://b.example.com:6443", authority.toString().trim()]);
  await dropFiles(page, [
    { name: "config", text: `kind: Config\nclusters: [{name: c, cluster: {server: "https://c.example.com"}}]\nusers: [{name: u, user: {token: ${canary}}}]\n` },
  ]);
  await page.waitForFunction(() => document.querySelector("#robot-server").value === "https://c.example.com");
  assert.deepEqual(await values(), ["https://c.example.com", ""], "nothing of the file before it is left");
  await dropFiles(page, [{ name: "ca.crt", text: authority.toString() }]);
  await page.waitForFunction(() => document.querySelector("#robot-ca").value);
  assert.deepEqual(spilled(needlesOfText(canary), await placesOf(page, seen)), []);
  await clean(page, seen);
  await context.close();
});

test("proxy and TLS server name of a dropped kubeconfig are shown with a warning, and go when the address is changed", async () => {
  const { page, context, seen } = await openRobot();
  const file = (cluster) => `kind: Config\nclusters: [{name: c, cluster: {${cluster}}}]\n`;
  await page.locator("#robot-token").fill("opaque-token");
  await page.getByRole("button", { name: "Check token" }).click();
  const form = page.locator("#robot-file");
  await expectVisible(form);
  const proxy = form.locator("[data-field=proxyUrl]");
  const name = form.locator("[data-field=tlsServerName]");
  assert.deepEqual([await proxy.isVisible(), await name.isVisible()], [false, false], "the control");
  const made = async () => {
    const save = form.getByRole("button", { name: "Save the kubeconfig" });
    // Without a CA the first press asks, once for each address.
    await save.click();
    await expectVisible(form.locator('[data-field="ca"] .error', { hasText: "The certificate authority is missing." }));
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    return readFileSync(await download.path(), "utf8");
  };
  await dropFiles(page, [
    { name: "config", text: file('server: "https://c.example.com", proxy-url: "http://evil.example:3128", tls-server-name: other.example') },
  ]);
  await expectVisible(page.getByText("Address, proxy and TLS server name of c were taken from the file, and nothing else of it."));
  await expectVisible(proxy.getByText("Warning:"));
  await expectVisible(name.getByText("Warning:"));
  assert.deepEqual([await proxy.locator("input").inputValue(), await name.locator("input").inputValue()], ["http://evil.example:3128", "other.example"]);
  const before = await made();
  assert.match(before, /proxy-url: "http:\/\/evil[.]example:3128"/);
  assert.match(before, /tls-server-name: "other[.]example"/);
  // Another address is another server.
  await page.locator("#robot-server").fill("https://mine.example.com");
  await page.waitForFunction(() => !document.querySelector("#robot-file [data-field=proxyUrl]").checkVisibility());
  assert.equal(await name.isVisible(), false);
  assert.doesNotMatch(await made(), /proxy-url|tls-server-name|evil|other[.]example/);
  // A file without them: what is said is what was taken.
  await dropFiles(page, [{ name: "config", text: file('server: "https://c.example.com"') }]);
  await expectVisible(page.getByText("The address of c was taken from the file, and nothing else of it."));
  assert.equal(await proxy.isVisible(), false);
  await clean(page, seen);
  await context.close();
});

test("OpenID Connect, under Get access: the exec entry is shown as what it runs, saved, and read by real kubectl; nothing is asked or run", async () => {
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/access`);
  await page.getByText("Sign in with OpenID Connect instead").click();
  await page.waitForFunction(() => document.querySelector("#oidc-ca")?.value);
  const authority = readFileSync(join(plane.dir, "ca.crt"), "utf8").trim();
  await page.getByLabel("Issuer", { exact: true }).fill("http://login.example.com");
  await page.getByRole("button", { name: "Show what kubectl will run" }).click();
  await expectVisible(page.locator('#oidc-form [data-field="issuer"] .findings .error'));
  await page.getByLabel("Issuer", { exact: true }).fill("https://login.example.com/realms/k8s");
  await page.getByLabel("Client ID").fill("kube client");
  await page.getByLabel("Scopes in addition to openid").fill("email, groups");
  await page.getByLabel("CA of the issuer").fill(authority);
  await page.getByRole("button", { name: "Show what kubectl will run" }).click();
  await expectVisible(page.locator("#oidc-runs"));
  const shown = await page.locator("#oidc-runs li").allInnerTexts();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#oidc-form").getByRole("button", { name: "Save the kubeconfig" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^kubeconfig-oidc-127-0-0-1-\d+\.yaml$/);
  const path = join(plane.dir, "oidc.kubeconfig");
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  const { users, clusters } = JSON.parse((await kubectl(path, ["config", "view", "--raw", "-o", "json"])).stdout);
  const args = [
    "oidc-login",
    "get-token",
    "--oidc-issuer-url=https://login.example.com/realms/k8s",
    "--oidc-client-id=kube client",
    "--oidc-extra-scope=email",
    "--oidc-extra-scope=groups",
  ];
  const { exec } = users[0].user;
  assert.deepEqual(
    [exec.apiVersion, exec.command, exec.args.slice(0, -1), exec.interactiveMode, exec.env],
    ["client.authentication.k8s.io/v1", "kubectl", args, "IfAvailable", []],
  );
  const [, data] = /^--certificate-authority-data=(.+)$/.exec(exec.args.at(-1));
  assert.equal(Buffer.from(data, "base64").toString().trim(), authority);
  assert.equal(Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64").toString().trim(), authority);
  assert.deepEqual(Object.keys(users[0].user), ["exec"]);
  assert.deepEqual(shown.slice(0, args.length + 1), ["kubectl", ...args]);
  // What the page reads of the cluster by itself may still be under way; nothing that was typed goes anywhere (and `clean`: nothing goes elsewhere).
  const typed = seen.requests.filter(({ url, headers, body }) => /login\.example|kube.client|realms/.test(decodeURIComponent(url) + headers + body));
  assert.deepEqual(typed, [], "nothing was asked");
  await clean(page, seen);
  await context.close();
});

test("by hand: the printed lines, run from top to bottom, give a kubeconfig that may what the preset allows", async () => {
  const { page, context, seen } = await openRobot();
  await page.getByLabel("Name of the service account").fill("robot-lines");
  await page.locator("#robot-form").getByLabel("Deploy").check();
  await expectVisible(page.locator('#robot-risks [data-code="workloads-write"]'));
  await page.locator("#robot-hand").click();
  const lines = page.locator("#robot-made .terminal").first().locator("pre");
  await expectVisible(lines.filter({ hasText: "can-i create deployments.apps" }));
  await page.waitForFunction(() => document.querySelector("#robot-hand-server").value);
  await expectVisible(lines.filter({ hasText: `--server=${await page.locator("#robot-hand-server").inputValue()}` }));
  const folder = mkdtempSync(join(tmpdir(), "robot-lines-"));
  const [test, ...before] = (await lines.allInnerTexts()).reverse();
  const env = { PATH: `${dirname(kubectlPath())}:${process.env.PATH}`, HOME: "/nonexistent" };
  execFileSync("sh", ["-e", "-c", before.reverse().join("\n")], { cwd: folder, env: { ...env, KUBECONFIG: plane.admin } });
  const own = join(folder, "robot-lines.kubeconfig");
  // The API server learns of the binding a moment later.
  const answer = (line) => spawnSync("sh", ["-c", line], { cwd: folder, env: { ...env, KUBECONFIG: own }, encoding: "utf8" });
  const [yes, no] = test.trim().split("\n");
  await until(async () => answer(yes).stdout.trim() === "yes", yes);
  assert.equal(answer(no).stdout.trim(), "no");
  assert.equal(statSync(own).mode & 0o777, 0o600);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  rmSync(folder, { recursive: true });
  await context.close();
});

test("where roles may not be written, that is said before the click, and account and token alone can be created", async () => {
  const robots = await plane.proxy(0, plane.admin, "robot");
  const { page, context } = await openPage(browser, `${robots.page}#/robot`);
  await expectVisible(page.locator("#robot-why", { hasText: "a proxy in between" }));
  await expectVisible(page.locator("#robot-why pre", { hasText: "npx kubecred" }));
  assert.equal(await page.locator("#robot-live").isDisabled(), true);
  await expectVisible(page.locator("#robot-why", { hasText: "choose “None yet”" }));
  await page.locator("#robot-form").getByLabel("None yet").check();
  await expectVisible(page.locator("#robot-live:enabled"));
  await page.getByLabel("Name of the service account").fill("robot-alone");
  await page.getByRole("button", { name: "Create account and token", exact: true }).click();
  await expectVisible(page.getByRole("heading", { name: "Token for robot-alone" }));
  assert.deepEqual(await page.locator(".results li").evaluateAll((items) => items.map((item) => item.innerText.trim())), [
    "ServiceAccount robot-alone: created",
  ]);
  await context.close();
});

test("custom rules: given as written, mistakes next to their boxes", async () => {
  const { page, context } = await openRobot();
  await page.getByLabel("Name of the service account").fill("robot-custom");
  await page.locator("#robot-form").getByLabel("Custom").check();
  await expectVisible(page.locator("#robot-form").getByLabel("Verbs"));
  await page.locator("#robot-live").click();
  await expectVisible(page.locator('[data-field="rules-0-verbs"] .findings .error'));
  await page.locator("#robot-form").getByLabel("Verbs").fill("get");
  await page.locator("#robot-form").getByLabel("Resources").fill("secrets");
  await page.locator("#robot-form").getByLabel("Object names").fill("one");
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "Token for robot-custom" }));
  const may = async (...args) => (await plane.kubectl(["auth", "can-i", ...args, "--as=system:serviceaccount:default:robot-custom"])).stdout.trim();
  await until(async () => (await may("get", "secrets/one")) === "yes", "the permission");
  assert.equal(await may("get", "secrets/two"), "no");
  await context.close();
});

test("a field is checked when it is left, and not while it is typed in; an empty one asks for a name", async () => {
  const { page, context } = await openRobot();
  const account = page.getByLabel("Name of the service account");
  const remark = page.locator('[data-field="metadata.name"] .findings .error');
  await page.locator("#robot-hand").click();
  await expectVisible(remark.filter({ hasText: "Enter a name." }));
  await account.pressSequentially("Not");
  assert.equal(await remark.count(), 0);
  await account.press("Tab");
  await expectVisible(remark);
  assert.equal(await page.evaluate(() => document.activeElement.id), "robot-namespace", "the focus stays where it went");
  await account.fill("  ci ");
  await account.press("Tab");
  await page.locator("#robot-hand").click();
  await expectVisible(
    page
      .locator("#robot-made pre", { hasText: '"name":"ci"' })
      .or(page.locator("#robot-made pre", { hasText: "create token ci " }))
      .first(),
  );
  await page.locator("#robot-namespace").fill("Team_A");
  await page.locator("#robot-namespace").press("Tab");
  await expectVisible(page.locator('[data-field="metadata.namespace"] .findings .error'));
  await context.close();
});

test("pasted: a token inside of a mail is found; what is none leaves neither a card nor the one before", async () => {
  const { page, context, seen } = await openRobot();
  const token = (await plane.kubectl(["create", "token", "default"])).stdout.trim();
  const paste = async (text) => {
    await page.locator("#robot-token").fill(text);
    await page.getByRole("button", { name: "Check token" }).click();
  };
  const remark = page.locator('#robot-paste [data-field="token"] .findings .error');
  for (const [text, says] of [
    ["hello", /too short for a token/],
    ['{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}', /not a token but a Kubernetes object/],
    ["hello there, world", /white space/],
    ["", /Paste a token/],
  ]) {
    await paste(`Hi, here it is: ${token} . Regards`);
    await expectVisible(page.locator("#robot-report").getByText("system:serviceaccount:default:default").first());
    assert.equal(await remark.count(), 0);
    await paste(text);
    await expectVisible(remark.filter({ hasText: says }));
    assert.equal(await page.locator("#robot-report > *").count(), 0, "the card of the token before is gone");
    assert.equal(await page.getByRole("button", { name: "Save the kubeconfig" }).count(), 0);
  }
  assert.deepEqual(spilled(needlesOfText(token), await placesOf(page, seen)), []);
  assert.ok(spilled(needlesOfText(token), { control: token }).length, "the control");
  await context.close();
});

test("for CI: the kubeconfig goes to the clipboard, and into no place of the page", async () => {
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/robot`, { permissions: ["clipboard-read", "clipboard-write"] });
  await expectVisible(page.locator("#robot-live:enabled"));
  await page.getByLabel("Name of the service account").fill("robot-ci");
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "Token for robot-ci" }));
  await page.waitForFunction(() => document.querySelector("#robot-ca").value && document.querySelector("#robot-server").value);
  await page.getByRole("button", { name: "Copy for a CI secret" }).click();
  await expectVisible(page.getByText("Paste it into a masked secret of your CI."));
  const path = join(plane.dir, "robot-ci.kubeconfig");
  writeFileSync(path, await page.evaluate(() => navigator.clipboard.readText()), { mode: 0o600 });
  const answer = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(answer.stdout, "system:serviceaccount:default:robot-ci", answer.stderr);
  const token = await shown(page);
  assert.deepEqual(spilled(needlesOfText(token), await placesOf(page, seen)), ["requests"], "in the requests that test it, and in no place of the page");
  const carrying = seen.requests.filter((request) => JSON.stringify(request).includes(token));
  assert.ok(carrying.every(({ url, headers, body }) => url.startsWith(proxy.origin) && headers.includes(`Bearer ${token}`) && !(url + body).includes(token)));
  assert.match(await page.locator("#ledger summary").innerText(), /no secrets except your token$/);
  await clean(page, seen);
  await context.close();
});

test("without a CA: copying for CI asks as saving does, and a double click does not answer the question", async () => {
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/robot`, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator("#robot-token").fill("opaque-token");
  await page.getByRole("button", { name: "Check token" }).click();
  const form = page.locator("#robot-file");
  await page.waitForFunction(() => document.querySelector("#robot-ca")?.value && document.querySelector("#robot-server").value);
  const question = form.locator('[data-field="ca"] .error');
  let downloads = 0;
  page.on("download", () => {
    downloads += 1;
  });
  for (const [button, asks, server] of [
    ["Copy for a CI secret", /Add it, or copy again\.$/, "https://one.example.com"],
    ["Save the kubeconfig", /Add it, or save again\.$/, "https://two.example.com"],
  ]) {
    await form.locator("#robot-ca").fill("");
    await form.locator("#robot-server").fill(server);
    const press = form.getByRole("button", { name: button });
    await page.evaluate(() => navigator.clipboard.writeText("before"));
    await press.dblclick();
    await expectVisible(question);
    assert.match(await question.innerText(), asks);
    // What a double click would have begun is over once the engine has answered another question.
    await page.evaluate(async () => (await (await import("./shared/session.js")).session()).classify("a question"));
    assert.deepEqual([await page.evaluate(() => navigator.clipboard.readText()), downloads], ["before", 0]);
    if (button.startsWith("Copy")) {
      await press.click();
      await expectVisible(page.getByText("Paste it into a masked secret of your CI."));
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /one\.example\.com/);
    } else {
      const [download] = await Promise.all([page.waitForEvent("download"), press.click()]);
      assert.match(readFileSync(await download.path(), "utf8"), /two\.example\.com/);
    }
    await question.waitFor({ state: "detached" });
  }
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("behind a proxy that signs in by itself the test says so, and follows from the objects", async () => {
  const { page, context } = await openRobot();
  await page.route("**/selfsubjectreviews", async (route) => {
    const response = await route.fetch({ headers: { ...route.request().headers(), authorization: "" } });
    await route.fulfill({ response });
  });
  await page.getByLabel("Name of the service account").fill("robot-behind");
  await page.locator("#robot-live").click();
  await expectVisible(page.locator(".probe-says", { hasText: "The answers follow from the objects above." }));
  assert.equal(await page.getByText("Verified: the cluster accepts").count(), 0);
  assert.deepEqual(await page.locator(".probes td").allInnerTexts(), ["yes", "yes", "no", "no", "no"]);
  await context.close();
});
