// The page and the API server at two addresses, by CORS on a real API server: the token goes to that one address and stays nowhere,
// the path ends in a file that works, and where the browser keeps the page out, the page says what may be the matter.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serve } from "../cluster/static.mjs";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { accept, contentsOf, invite, linkWith, saveInvited } from "./inviting.mjs";
import { launch } from "./launched.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { makeKey, openStep, save, sayWho, send, toReview } from "./person.mjs";
import { tests } from "../support/place.mjs";
import { needlesOfText, placesOf, spilled } from "./secret.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, api, page_, browser, token;
onStage(
  async (stage) => {
    ({ plane, browser } = stage);
    api = (await plane.kubectl(["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"])).stdout;
    const dist = join(plane.dir, "dist");
    execFileSync(process.execPath, [join(tests, "..", "www", "build.mjs"), `--server=${api}`, `--out=${dist}`], { stdio: "ignore" });
    page_ = await serve(dist);
    stage.onEnd(() => page_.close());
    await plane.kubectl(["create", "serviceaccount", "portal"]);
    await plane.kubectl(["create", "clusterrole", "ask", "--verb=create,get,watch", "--resource=certificatesigningrequests"]);
    await plane.kubectl(["create", "clusterrolebinding", "ask", "--clusterrole=ask", "--serviceaccount=default:portal"]);
    token = (await plane.kubectl(["create", "token", "portal"])).stdout.trim();
  },
  { flags: { APISERVER_FLAGS: "--cors-allowed-origins=^http://127\\.0\\.0\\.1(:|$)" } },
);

test("with a token, from a name to a file that works; the token is sent to that address and is nowhere else", async () => {
  const { page, context, seen } = await openPage(browser, `${page_.address}#/access`, { ignoreHTTPSErrors: true });
  await expectVisible(page.getByRole("heading", { name: `Sign in to ${new URL(api).host}` }));
  assert.equal(await page.locator("#sign-in .refusal").count(), 0, "nothing was refused yet");
  const secret = needlesOfText(token);
  const connect = async (text) => {
    await page.getByLabel("Token").fill(text);
    await page.getByRole("button", { name: "Connect" }).click();
  };
  await connect("wrong");
  await expectVisible(page.getByText("does not know this token (401)"));
  await page.getByLabel("Token").fill(`Bearer ${token}`);
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), ["values"], "the control: while it is typed it stands in the field");
  await page.getByRole("button", { name: "Connect" }).click();
  await expectVisible(page.locator("#connection summary .caller", { hasText: "as system:serviceaccount:default:portal" }));
  for (const width of [1000, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const where = page.locator("#connection summary .where");
    assert.equal(await where.innerText(), new URL(api).host, `where, at ${width} px`);
    assert.ok((await where.boundingBox()).width > 60, `seen at ${width} px`);
  }
  await page.setViewportSize({ width: 1000, height: 900 });
  assert.equal(await page.locator("#key-place").innerText(), "No private key in this tab, but the token that you signed in with.");
  await page.keyboard.press("Escape");
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), ["requests"]);
  await sayWho(page, "cors", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  await plane.kubectl(["certificate", "approve", name]);
  await openStep(page, "file");
  await expectVisible(page.locator("#server-hint", { hasText: "Reported by the cluster" }));
  assert.equal(await page.getByLabel("API server address").inputValue(), api);
  const { cluster } = JSON.parse((await plane.kubectl(["config", "view", "--minify", "--raw", "-o", "json"])).stdout).clusters[0];
  await page.locator("#ca").fill(Buffer.from(cluster["certificate-authority-data"], "base64").toString());
  const saved = await save(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  assert.equal((await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout, "cors");
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), ["requests"]);
  const carrying = seen.requests.filter(({ headers }) => headers.includes(token)).map(({ url }) => new URL(url).origin);
  assert.deepEqual([...new Set(carrying)], [api]);
  assert.deepEqual({ violations: seen.violations, errors: seen.errors }, { violations: [], errors: [] });
  const sent = seen.requests.filter(({ url, method }) => url.startsWith(api) && method !== "OPTIONS").length;
  assert.match(await page.locator("#ledger summary").innerText(), new RegExp(`^Sent so far: ${sent} requests to `));
  await context.close();
});

test("signing in is the first card of each panel that needs the cluster, and what a panel offers follows from it", async () => {
  const { page, context } = await openPage(browser, `${page_.address}#/access`, { ignoreHTTPSErrors: true });
  await expectVisible(page.locator("#sign-in"));
  for (const panel of ["review", "robot", "roles", "access"]) {
    await page.locator(`#nav a[href="#/${panel}"]`).click();
    await expectVisible(page.locator(`#panel-${panel} h1`));
    const first = await page.locator("#main > *").evaluateAll((nodes) => nodes.find((node) => node.checkVisibility())?.id);
    assert.equal(first, "sign-in", `the first card of #/${panel}`);
  }
  await page.locator('#nav a[href="#/robot"]').click();
  await expectVisible(page.locator("#robot-hand"));
  assert.equal(await page.locator("#robot-live").isVisible(), false);
  await page.locator("#connection-token").fill(token);
  await page.getByRole("button", { name: "Connect" }).click();
  // The account behind this token may create no accounts: said without a click.
  await expectVisible(page.locator("#robot-live"));
  await expectVisible(page.locator("#robot-why", { hasText: "serviceaccounts" }));
  await context.close();
});

/** The token of a new account that may do everything. */
async function adminToken(name) {
  await plane.kubectl(["create", "serviceaccount", name]);
  await plane.kubectl(["create", "clusterrolebinding", name, "--clusterrole=cluster-admin", `--serviceaccount=default:${name}`]);
  const may = async () => (await plane.kubectl(["auth", "can-i", "*", "*", `--as=system:serviceaccount:default:${name}`])).stdout.trim() === "yes";
  await until(may, "the role to be in force");
  return (await plane.kubectl(["create", "token", name])).stdout.trim();
}

test("who signs in on the invitations finds address and CA filled in; what was typed, or was there before, stays", async () => {
  const admin = await adminToken("filler");
  const { page, context, seen } = await openPage(browser, `${page_.address}#/invite`, { ignoreHTTPSErrors: true });
  const server = page.locator("#invite-server");
  const ca = page.locator("#invite-ca");
  const signIn = async (as) => {
    await page.getByLabel("Token").fill(as);
    await page.getByRole("button", { name: "Connect" }).click();
    await expectVisible(page.locator("#invite-form"));
  };
  const signOut = async () => {
    await page.locator("#connection summary").click();
    await page.getByRole("button", { name: "Forget the token" }).click();
    await expectVisible(page.locator("#invite-offline"));
  };
  const filled = (field) => page.waitForFunction((id) => document.querySelector(id).value !== "", field);
  await signIn(admin);
  await filled("#invite-ca");
  assert.equal(await server.inputValue(), api);
  const told = await ca.inputValue();
  assert.match(told, /^-----BEGIN CERTIFICATE-----/);

  await server.fill("https://typed.example:6443");
  await ca.fill("");
  await signOut();
  await signIn(admin);
  await filled("#invite-ca");
  assert.deepEqual([await server.inputValue(), await ca.inputValue()], ["https://typed.example:6443", told]);
  await ca.fill("typed as well");
  await server.fill("");
  await signOut();
  await signIn(admin);
  await filled("#invite-server");
  assert.deepEqual([await server.inputValue(), await ca.inputValue()], [api, "typed as well"]);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("signed in on the invitations, the form is there; a late answer about the one who was signed in before says nothing about the next", async () => {
  const inviter = await adminToken("inviter");
  const { page, context, seen } = await openPage(browser, `${page_.address}#/invite`, { ignoreHTTPSErrors: true });
  const isAsked = (request, by) => /selfsubjectaccessreviews/.test(request.url()) && request.headers().authorization === `Bearer ${by}`;
  let held = 0;
  let release;
  const late = new Promise((resolve) => {
    release = resolve;
  });
  await page.route("**/selfsubjectaccessreviews*", async (route) => {
    if (isAsked(route.request(), token)) {
      held += 1;
      await late;
    }
    await route.continue();
  });
  const signIn = async (as) => {
    await page.getByLabel("Token").fill(as);
    await page.getByRole("button", { name: "Connect" }).click();
  };
  await signIn(token);
  await expectVisible(page.locator("#invite-form"));
  await until(() => held > 0, "the questions about the first one");
  await page.locator("#connection summary").click();
  await page.getByRole("button", { name: "Forget the token" }).click();
  await expectVisible(page.locator("#invite-offline"));
  const last = page.waitForResponse((response) => isAsked(response.request(), inviter) && /"subresource":"token"/.test(response.request().postData()));
  await signIn(inviter);
  await expectVisible(page.locator("#invite-form"));
  await last;
  const answered = page.waitForResponse((response) => isAsked(response.request(), token));
  release();
  await answered;
  // What is asked now is answered after what was asked before.
  await page.evaluate(async () => {
    const { refused } = await import("./cluster/allowed.js");
    for (const action of ["decide", "list-requests", "request-certificate"]) await refused({ action });
  });
  assert.equal(await page.locator("#invite-why").innerText(), "");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("signed in on the list, the list is there; signed out while a decision waits, it is not sent, and the list is gone", async () => {
  const decider = await adminToken("decider");
  const kubecred = await open();
  const csr = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "signed-out" });
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(await kubecred.csr.manifest({ csr, name: "signed-out" })) });
  kubecred.close();
  assert.equal(code, 0, stderr);
  const { page, context, seen } = await openPage(browser, `${page_.address}#/review`, { ignoreHTTPSErrors: true });
  await page.getByLabel("Token").fill(decider);
  await page.getByRole("button", { name: "Connect" }).click();
  await page.locator('[data-row="signed-out"] .open').click();
  await page.locator('article[data-name="signed-out"]').getByRole("button", { name: /^Deny/ }).click();
  await expectVisible(page.locator(".undo-line"));
  await page.locator("#connection summary").click();
  await page.getByRole("button", { name: "Forget the token" }).click();
  await expectVisible(page.locator("#live.toast", { hasText: "The connection to the cluster has changed. Nothing was sent." }));
  assert.equal(await page.locator("#review-list .request-row").count(), 0);
  assert.equal((await plane.kubectl(["get", "csr", "signed-out", "-o", "jsonpath={.status.conditions}"])).stdout, "");
  assert.equal(seen.requests.filter(({ method }) => method === "PUT").length, 0);
  await context.close();
});

test("a certificate that the browser does not trust, or an origin that the server does not allow: the reasons there may be, and what to do", async () => {
  for (const options of [{}, { ignoreHTTPSErrors: true }]) {
    const { page, context } = await openPage(browser, null, options);
    // localhost is another origin than 127.0.0.1, which is the one that this server allows.
    await page.goto(options.ignoreHTTPSErrors ? page_.address.replace("127.0.0.1", "localhost") : page_.address);
    await page.getByText("cannot be reached").first().click();
    await expectVisible(page.getByText("--cors-allowed-origins='^http://"));
    await page.keyboard.press("Escape");
    await sayWho(page, "alone");
    await makeKey(page);
    await openStep(page, "request");
    await page.getByRole("button", { name: "Create the request file" }).click();
    await openStep(page, "answer");
    await context.close();
  }
});

test("an invitation is accepted across origins: the address is shown first, and nothing goes there before the click", async (t) => {
  const { started, link: entry } = await launch(["--kubeconfig", plane.admin]);
  t.after(() => started.child.kill());
  const admin = await openPage(browser, entry);
  await expectVisible(admin.page.locator("#connection summary", { hasText: "as admin" }));
  const { link, name } = await invite(admin.page, { user: "across", groups: ["dev"], address: page_.address, way: "direct" });
  const { page, context, seen } = await openPage(browser, link, { ignoreHTTPSErrors: true });
  await expectVisible(page.getByText(`${api}, another address than this page’s`));
  const { token: carried } = contentsOf(link);
  const secret = [...needlesOfText(carried), ...needlesOfText(link.split("#/invitation/")[1])];
  assert.deepEqual(spilled(secret, await placesOf(page, seen)), ["entries"]);
  await accept(page);
  assert.deepEqual([...new Set(seen.requests.filter(({ headers }) => headers.includes(carried)).map(({ url }) => new URL(url).origin))], [api]);
  await toReview(admin.page, name);
  const card = admin.page.locator(`article[data-name="${name}"]`);
  await expectVisible(card.getByText("Matches the invitation that you created for across"));
  await card.getByRole("button", { name: "Approve" }).click();
  const saved = await saveInvited(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  assert.equal((await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout, "across");
  assert.match(await page.locator("#ledger summary").innerText(), /no secrets except your token/);

  // A link that names this page's API server for the kubeconfig, and another one for the requests: this page may not connect there.
  const evil = linkWith(link, { api: "https://203.0.113.66:6443" });
  await page.goto("about:blank");
  await page.goto(evil);
  await expectVisible(page.locator('#invitation-about [data-code="invitation-two-servers"]'));
  assert.equal(await page.getByRole("button", { name: "Accept the invitation" }).count(), 0);
  assert.deepEqual(
    seen.requests.filter(({ url }) => url.includes("203.0.113.66")),
    [],
  );
  assert.deepEqual({ violations: seen.violations, errors: seen.errors }, { violations: [], errors: [] });
  await context.close();
  await admin.context.close();
});
