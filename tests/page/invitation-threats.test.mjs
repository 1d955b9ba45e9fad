// What a stolen, repeated, exchanged or hostile link can do, on a real control plane: what the page says, and what the server refuses.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { tests } from "../support/place.mjs";
import { NAMESPACE, invitedStage } from "./invited-stage.mjs";
import { accept, contentsOf, fillInvitation, invite, linkWith, saveInvited } from "./inviting.mjs";
import { expectVisible, until } from "./wait.mjs";

const here = invitedStage();

test("a link that is used twice: the second person learns it, gets nothing, and the first is not disturbed", async () => {
  const { link, name } = await invite(here.admin.page, { user: "twice", address: here.address });
  const [first, second] = [await openPage(here.browser, link), await openPage(here.browser, link)];
  await accept(first.page);
  await second.page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectVisible(second.page.getByText("This invitation was already used."));
  await expectVisible(second.page.locator("#invitation-live", { hasText: await first.page.locator("#invitation-fingerprint code").innerText() }));
  await here.review(name);
  await here.approve(name);
  assert.equal((await here.whoami(await saveInvited(first.page))).username, "twice");
  await Promise.all([
    second.page.waitForResponse((response) => response.url().includes("/certificatesigningrequests")),
    second.page.getByRole("button", { name: "Try again" }).click(),
  ]);
  await expectVisible(second.page.getByText("This invitation was already used."));
  assert.equal(await second.page.locator("#invitation-file").count(), 0);
  await first.context.close();
  await second.context.close();
});

test("another request under the name of the invitation is a red error, on a card that was open as well", async () => {
  const { link, name } = await invite(here.admin.page, { user: "swapped", address: here.address });
  const { page, context } = await openPage(here.browser, link);
  await accept(page);
  await here.review(name);
  await expectVisible(here.card(name).getByText("Matches the invitation that you created for swapped"));
  const object = JSON.parse((await here.plane.kubectl(["get", "csr", name, "-o", "json"])).stdout);
  await here.plane.kubectl(["delete", "csr", name]);
  const { signerName, usages, request } = object.spec;
  const again = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name }, spec: { request, signerName, usages, expirationSeconds: 86_400 } };
  assert.equal((await here.plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(again) })).code, 0);
  await expectVisible(here.card(name).getByText("Does not match the invitation"));
  const codes = await here
    .card(name)
    .locator(".invited .error")
    .evaluateAll((nodes) => nodes.map(({ dataset }) => dataset.code));
  for (const code of ["invitation-requestor-differs", "invitation-lifetime-differs"]) assert.ok(codes.includes(code), codes.join());
  assert.equal(await here.card(name).getByText("Matches the invitation").count(), 0);
  assert.equal(await here.card(name).locator("button.primary").count(), 0, "approving is not the first choice any more");
  assert.equal(await here.card(name).locator(".invited ~ dl").count(), 1, "the warning comes before the facts");
  await here.admin.page.getByRole("searchbox", { name: "Search" }).fill(name);
  await expectVisible(here.admin.page.locator(`[data-row="${name}"]`));
  assert.equal(await here.admin.page.locator(`[data-row="${name}"]`).getByLabel("Select").count(), 0, "nor one of many");
  await here.plane.kubectl(["delete", "csr", name]);
  await context.close();
});

test("in bulk: a request that does not match its invitation is taken out before anything is sent, and its row says why", async () => {
  const page = here.admin.page;
  const { link, name } = await invite(page, { user: "bulky", address: here.address });
  const newcomer = await openPage(here.browser, link);
  await accept(newcomer.page);
  const object = JSON.parse((await here.plane.kubectl(["get", "csr", name, "-o", "json"])).stdout);
  await here.plane.kubectl(["delete", "csr", name]);
  const { signerName, usages, request } = object.spec;
  const put = async (of) => {
    const wanted = {
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { name: of },
      spec: { request, signerName, usages, expirationSeconds: 86_400 },
    };
    assert.equal((await here.plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(wanted) })).code, 0);
  };
  const plain = "bulky-plain";
  await put(name); // sent by another than the invitation's account, for longer
  await put(plain);
  await page.evaluate(() => {
    location.hash = "#/review";
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("searchbox", { name: "Search" }).fill("bulky");
  const row = (of) => page.locator(`#review-list [data-row="${of}"]`);
  for (const of of [name, plain]) await row(of).getByLabel("Select").check();
  await expectVisible(row(name).getByText("None found", { exact: true }));
  await page.getByRole("button", { name: "Review 2 requests" }).click();
  await expectVisible(page.locator("#live.toast", { hasText: "bulky does not match the invitation, and is no longer selected." }));
  const approve = page.locator(".bulk").getByRole("button", { name: "Approve 1 request" });
  await expectVisible(approve);
  assert.deepEqual(await page.locator(".bulk [data-chosen]").evaluateAll((all) => all.map(({ dataset }) => dataset.chosen)), [plain]);
  await approve.click();
  await expectVisible(row(name).getByText("Does not match the invitation", { exact: true }));
  assert.equal(await row(name).getByLabel("Select").count(), 0);
  assert.equal(await row(name).getByText("None found").count(), 0);
  const conditions = async (of) => (await here.plane.kubectl(["get", "csr", of, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
  await until(async () => (await conditions(plain)) === "Approved", "the other one to be approved");
  assert.equal(await conditions(name), "");
  // Another one under its name was not compared with anything yet.
  await here.plane.kubectl(["delete", "csr", name]);
  await expectVisible(row(name).getByText("Deleted", { exact: true }));
  await put(name);
  await expectVisible(row(name).getByText("None found", { exact: true }));
  await expectVisible(row(name).getByLabel("Select"));
  await here.plane.kubectl(["delete", "csr", name, plain]);
  await newcomer.context.close();
});

test("an invitation that cannot be read: its request is taken out of the selection, its row says so, and both are over once it can be read: by Refresh, with the card, or with the cluster", async () => {
  const page = here.admin.page;
  const { link, name } = await invite(page, { user: "unread", address: here.address });
  const newcomer = await openPage(here.browser, link);
  await accept(newcomer.page);
  // One more that waits: a request that is alone opens by itself.
  const other = JSON.parse(readFileSync(join(tests, "vectors", "signing-requests", "pending.json"), "utf8")).spec;
  const { apiVersion, kind } = JSON.parse((await here.plane.kubectl(["get", "csr", name, "-o", "json"])).stdout);
  const spec = { request: other.request, signerName: other.signerName, usages: ["client auth"] };
  assert.equal(
    (await here.plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion, kind, metadata: { name: "not-alone" }, spec }) })).code,
    0,
  );
  const refusal = { kind: "Status", apiVersion: "v1", status: "Failure", message: "not today", reason: "Forbidden", code: 403 };
  const bindings = /\/clusterrolebindings\?/;
  const refuse = () => page.route(bindings, (route) => route.fulfill({ status: 403, json: refusal }));
  await refuse();
  await page.evaluate(() => {
    location.hash = "#/review";
  });
  const list = async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("searchbox", { name: "Search" }).fill(name);
  };
  const row = page.locator(`#review-list [data-row="${name}"]`);
  await list();
  await row.getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 1 request" }).click();
  await expectVisible(page.locator("#live").getByText("comes from an invitation that could not be read, and is no longer selected"));
  await expectVisible(row.getByText("Invitation could not be read", { exact: true }));
  assert.equal(await row.getByLabel("Select").count(), 0, "it is decided on by itself");
  assert.equal(await page.locator(".bulk").isVisible(), false);
  const open = () => row.locator(".open").click();
  const unread = () => expectVisible(here.card(name).getByText("This request comes from an invitation that cannot be read"));
  const matches = () => expectVisible(here.card(name).getByText("Matches the invitation that you created for unread"));
  await open();
  await unread();
  await page.unroute(bindings);
  await open();
  await matches();
  await expectVisible(row.getByText("None found", { exact: true }));
  await expectVisible(row.getByLabel("Select"));
  // The cluster is away, and back.
  const watches = /[?&]watch=/;
  await page.route(watches, (route) => route.abort());
  await refuse();
  await list();
  await open();
  await unread();
  await expectVisible(row.getByText("Invitation could not be read", { exact: true }));
  await expectVisible(page.locator("#review-follow"));
  await page.unroute(bindings);
  await page.unroute(watches);
  await matches();
  await expectVisible(row.getByText("None found", { exact: true }));
  await page.locator("#review-follow").waitFor({ state: "hidden" });
  await refuse();
  await list();
  await open();
  await unread();
  await page.unroute(bindings);
  await list();
  await expectVisible(row.getByText("None found", { exact: true }));
  await row.getByLabel("Select").check();
  await page.getByRole("button", { name: "Clear the selection" }).click();
  await here.plane.kubectl(["delete", "csr", name, "not-alone"]);
  await newcomer.context.close();
});

test("in bulk: the invitations are read again for one that was made since, and that fails: it and what follows are taken out, and not decided on", async () => {
  const page = here.admin.page;
  const people = [];
  for (const user of ["again-known", "again-since", "again-after"]) {
    const { link, name } = await invite(page, { user, address: here.address });
    const newcomer = await openPage(here.browser, link);
    await accept(newcomer.page);
    people.push({ name, context: newcomer.context });
  }
  const [known, since, after] = people.map(({ name }) => name);
  // The first list of each kind is from before the second invitation; there is no other.
  const refusal = { kind: "Status", apiVersion: "v1", status: "Failure", message: "not today", reason: "Forbidden", code: 403 };
  const told = new Set();
  const refused = [];
  const lists = /[?&]labelSelector=/;
  await page.route(lists, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    if (told.has(pathname)) {
      refused.push(pathname);
      return route.fulfill({ status: 403, json: refusal });
    }
    told.add(pathname);
    const list = JSON.parse((await here.plane.kubectl(["get", "--raw", pathname.slice(pathname.search(/\/apis?\//)) + search])).stdout);
    await route.fulfill({ json: { ...list, items: list.items.filter((item) => !JSON.stringify(item).includes(since)) } });
  });
  await page.evaluate(() => {
    location.hash = "#/review";
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("searchbox", { name: "Search" }).fill("again-");
  const row = (of) => page.locator(`#review-list [data-row="${of}"]`);
  for (const of of [known, since, after]) await row(of).getByLabel("Select").check();
  assert.deepEqual([...told], [], "nothing is compared before");
  await page.getByRole("button", { name: "Review 3 requests" }).click();
  await expectVisible(
    page.locator("#live.toast", { hasText: "again-since comes from an invitation that could not be read, and is no longer selected. Decide on it by itself." }),
  );
  for (const of of [since, after]) {
    await expectVisible(row(of).getByText("Invitation could not be read", { exact: true }));
    assert.equal(await row(of).getByLabel("Select").count(), 0, "it is decided on by itself");
  }
  const approve = page.locator(".bulk").getByRole("button", { name: "Approve 1 request" });
  await expectVisible(approve);
  assert.deepEqual(await page.locator(".bulk [data-chosen]").evaluateAll((all) => all.map(({ dataset }) => dataset.chosen)), [known]);
  await approve.click();
  const conditions = async (of) => (await here.plane.kubectl(["get", "csr", of, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
  await until(async () => (await conditions(known)) === "Approved", "the other one to be approved");
  for (const of of [since, after]) assert.equal(await conditions(of), "");
  assert.deepEqual(refused, [...new Set(refused)], "what failed is not asked again for each of them");
  await page.unroute(lists);
  await here.plane.kubectl(["delete", "csr", known, since, after]);
  for (const { context } of people) await context.close();
});

test("someone who has stolen the link asks for another user: the card says so, and the invitation itself stays usable", async () => {
  const { link, name } = await invite(here.admin.page, { user: "victim", groups: ["dev"], address: here.address });
  const thief = here.plane.as("thief", { token: contentsOf(link).token });
  const csr = JSON.parse(readFileSync(join(tests, "vectors", "signing-requests", "pending.json"), "utf8"));
  const stolen = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: `${name}-x` },
    spec: { request: csr.spec.request, signerName: csr.spec.signerName, usages: ["client auth"] },
  };
  assert.equal(
    (await kubectl(thief, ["create", "--validate=false", "-f", "-"], { input: JSON.stringify(stolen) })).code,
    0,
    "create cannot be limited to a name",
  );
  for (const args of [
    ["get", "csr"],
    ["get", "csr", `${name}-x`],
    ["get", "pods"],
    ["get", "secrets", "-n", NAMESPACE],
    ["certificate", "approve", `${name}-x`],
    ["create", "token", name, "-n", NAMESPACE],
  ]) {
    assert.notEqual((await kubectl(thief, args)).code, 0, args.join(" "));
  }
  assert.equal((await kubectl(thief, ["get", "csr", name])).stderr.includes("NotFound"), true, "the control: this one it may read");
  await here.review(`${name}-x`);
  await expectVisible(here.card(`${name}-x`).locator('.invited [data-code="invitation-name-differs"]'));
  await expectVisible(here.card(`${name}-x`).locator('.invited [data-code="invitation-user-differs"]'));
  const { page, context } = await openPage(here.browser, link);
  await accept(page);
  await here.plane.kubectl(["delete", "csr", name, `${name}-x`]);
  await context.close();
});

test("a hostile link: address and names are shown as they are, the browser may not connect there, and nothing is sent", async () => {
  const { link } = await invite(here.admin.page, { user: "lured", address: here.address });
  const evil = linkWith(link, {
    api: "https://api.evil.example:6443",
    invitedBy: "Your b\u043ess",
    cluster: { server: "https://api.evil.example:6443", name: "prod \u2067 gnp" },
  });
  const { page, context, seen } = await openPage(here.browser, evil);
  await expectVisible(page.locator('#invitation-about [data-code="invisible-characters"]'));
  const clean = linkWith(link, { api: "https://api.evil.example:6443", invitedBy: "Your b\u043ess", cluster: { server: "https://api.evil.example:6443" } });
  await page.goto("about:blank");
  await page.goto(clean);
  await expectVisible(page.getByText("https://api.evil.example:6443, another address than this page’s"));
  await expectVisible(page.locator("#invitation-about .escape", { hasText: "U+043E" }));
  await expectVisible(page.locator('#invitation-about [data-code="invitation-not-verified"]'));
  assert.equal(await page.getByRole("button", { name: "Accept the invitation" }).count(), 0);
  assert.deepEqual([foreign(seen, here.origin), seen.requests.filter(({ headers }) => /authorization/i.test(headers)), seen.violations], [[], [], []]);
  assert.equal(page.url(), `${here.address}#/invitation`);
  await context.close();
});

test("names that imitate markup or the page's own words stay names", async () => {
  const { link } = await invite(here.admin.page, { user: "plain", address: here.address });
  const evil = linkWith(link, {
    user: "jane <img src=x onerror=globalThis.ran=1>",
    invitedBy: "admin (verified by kubecred)",
    groups: ["dev, system:masters"],
  });
  const { page, context, seen } = await openPage(here.browser, evil);
  await expectVisible(page.locator("#invitation-about h2"));
  assert.deepEqual([await page.evaluate(() => globalThis.ran ?? null), await page.locator("#invitation-about img").count()], [null, 0]);
  await expectVisible(page.locator("#invitation-about dd", { hasText: "(not verified)" }).locator("bdi", { hasText: "admin (verified by kubecred)" }));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("system:masters cannot be invited, and a link that says so is refused", async () => {
  const { link } = await invite(here.admin.page, { user: "masters", address: here.address });
  await here.admin.page.getByRole("button", { name: "Invite someone else" }).click();
  await fillInvitation(here.admin.page, { user: "masters", groups: ["system:masters"], address: here.address });
  await here.admin.page.getByRole("button", { name: "Show what will be created" }).click();
  await expectVisible(here.admin.page.locator('#invite-form [data-field="groups"] .findings .error'));
  assert.equal(await here.admin.page.getByRole("button", { name: "Create the invitation" }).count(), 0);
  await here.admin.page.getByRole("button", { name: "Remove the group system:masters" }).click();
  const { page, context } = await openPage(here.browser, linkWith(link, { groups: ["system:masters"] }));
  await expectVisible(page.locator("#invitation-paste .findings .error"));
  assert.equal(await page.getByRole("button", { name: "Accept the invitation" }).count(), 0);
  await context.close();
});
