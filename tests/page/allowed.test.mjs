// What this connection allows is said before the click, for real: --read-only, a proxy in its narrow form, callers whose roles refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { apiRequests, openPage } from "./browser.mjs";
import { makeKey, openStep, sayWho } from "./person.mjs";
import { launch } from "./launched.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser, onEnd;
onStage(async (stage) => {
  ({ plane, proxy, browser, onEnd } = stage);
  stage.onEnd(async () => {
    await plane.kubectl(["delete", "csr", "seen-before"]);
  });
  const request = JSON.parse(readFileSync(new URL("../vectors/signing-requests/pending.json", import.meta.url), "utf8")).spec.request;
  await plane.kubectl(["create", "-f", "-"], {
    input: JSON.stringify({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name: "seen-before" },
      spec: { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
    }),
  });
});

/** npx kubecred for a kubeconfig: the link that leads to its page. */
async function launchFor(kubeconfig, args = []) {
  const { started, link } = await launch(["--kubeconfig", kubeconfig, ...args]);
  onEnd(() => started.child.kill());
  return {
    link,
    stop: async () => {
      started.child.kill();
      await until(() => started.ended, "npx kubecred to end");
    },
  };
}

/** Until an account may do this: the server takes notice of a role some time after it is written, and the page asks once. */
const inForce = (name, ...what) =>
  until(async () => (await plane.kubectl(["auth", "can-i", ...what, `--as=system:serviceaccount:default:${name}`])).stdout.trim() === "yes", what.join(" "));

/** A service account of this name with a cluster role of these rules, as a kubeconfig. */
async function account(name, rules = []) {
  await plane.kubectl(["create", "serviceaccount", name]);
  const made = await plane.kubectl(["apply", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules }),
  });
  assert.equal(made.code, 0, made.stderr);
  await plane.kubectl(["create", "clusterrolebinding", name, `--clusterrole=${name}`, `--serviceaccount=default:${name}`]);
  for (const { apiGroups, resources, verbs } of rules.slice(0, 1)) await inForce(name, verbs[0], `${resources[0]}.${apiGroups[0]}`);
  return plane.as(name, { token: (await plane.kubectl(["create", "token", name])).stdout.trim() });
}

const abilities = async (page) => {
  await page.locator("#connection summary").click();
  await expectVisible(page.locator(".abilities [data-allowed]").first());
  const found = await page.locator(".abilities [data-allowed]").evaluateAll((items) => items.map((item) => [item.dataset.allowed, item.textContent]));
  await page.keyboard.press("Escape");
  return found;
};
const writes = (seen) =>
  apiRequests(seen)
    .filter(({ method, url }) => method !== "GET" && !/selfsubject(access)?reviews/.test(url))
    .map(({ method, url }) => `${method} ${url}`);

async function toRequest(page, user) {
  await sayWho(page, user);
  await makeKey(page);
  await openStep(page, "request");
}

async function showRole(page) {
  await page.locator('#nav a[href="#/roles"]').click();
  await page.locator('#roles-form input[name="roles-what"][value="pod-reader"]').check();
  await page.locator('#roles-form [data-part="name"] input').first().fill("jane-allowed");
  await page.getByRole("button", { name: "Preview" }).click();
}

const openInvite = (page) =>
  page.evaluate(() => {
    location.hash = "#/invite";
  });

test("an administrator may invite: nothing is said, and nothing was written to find that out", async () => {
  const { link, stop } = await launchFor(plane.admin);
  const { page, context, seen } = await openPage(browser, link);
  await expectVisible(page.locator("#connection summary", { hasText: "as admin" }));
  const token = page.waitForResponse(
    (response) => /selfsubjectaccessreviews/.test(response.url()) && /"subresource":"token"/.test(response.request().postData()),
  );
  await openInvite(page);
  const { resourceAttributes: last } = JSON.parse((await token).request().postData()).spec;
  await expectVisible(page.locator("#invite-form"));
  // The panel has its answer when one that asks the same later has it.
  const why = await page.evaluate(
    async ({ namespace, name: serviceAccount }) => (await import("./cluster/allowed.js")).refused({ action: "issue-token", namespace, serviceAccount }),
    last,
  );
  assert.equal(why, null);
  assert.equal(await page.locator("#invite-why").innerText(), "");
  assert.deepEqual(writes(seen), []);
  await context.close();
  await stop();
});

test("--read-only: said at the top, at the request, the decision, the role and the account, with the option; nothing is sent", async () => {
  const { link, stop } = await launchFor(plane.admin, ["--read-only"]);
  const { page, context, seen } = await openPage(browser, link);
  await expectVisible(page.locator("#connection summary", { hasText: "as admin, read-only" }));
  assert.deepEqual(
    (await abilities(page)).map(([allowed]) => allowed),
    ["false", "true", "false", "false", "false"],
  );
  await toRequest(page, "jane-read-only");
  await expectVisible(page.locator("#request-why", { hasText: "kubecred was started with --read-only" }));
  await expectVisible(page.locator("#request-why pre", { hasText: "npx kubecred" }));
  assert.equal(await page.locator("#request-send").isVisible(), false);
  await expectVisible(page.getByRole("button", { name: "Create the request file" }));
  await page.locator('#nav a[href="#/review"]').click();
  await page.getByRole("searchbox", { name: "Search" }).fill("seen-before");
  await page.locator('[data-row="seen-before"] .open').click();
  const card = page.locator('article[data-name="seen-before"]');
  await expectVisible(card.locator(".undecidable", { hasText: "--read-only" }));
  assert.equal(await card.getByRole("button", { name: "Approve" }).count(), 0);
  await showRole(page);
  await expectVisible(page.locator("#panel-roles .not-allowed", { hasText: "--read-only" }));
  assert.equal(await page.getByRole("button", { name: "Grant permissions" }).count(), 0);
  await openInvite(page);
  await expectVisible(page.locator("#invite-why", { hasText: "--read-only" }).locator("pre", { hasText: "npx kubecred" }));
  await page.locator('#nav a[href="#/robot"]').click();
  await expectVisible(page.locator("#robot-why", { hasText: "--read-only" }));
  assert.equal(await page.locator("#robot-live").isDisabled(), true);
  assert.deepEqual(writes(seen), []);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
  await stop();
});

test("the narrow form of kubectl proxy: a role and an account cannot be made through it, said with the lines that can; the request can be sent", async () => {
  const { page, context, seen } = await openPage(browser, proxy.page);
  await expectVisible(page.locator("#connection summary", { hasText: "as admin" }));
  await toRequest(page, "jane-narrow");
  await expectVisible(page.locator(":not([inert]) > #request-send")); // it is held until it is known whether it can be sent
  assert.equal(await page.locator("#request-why").innerText(), "");
  await showRole(page);
  const why = page.locator("#panel-roles .not-allowed");
  await expectVisible(why.getByText("by a proxy in between"));
  await expectVisible(why.locator("pre", { hasText: "npx kubecred" }));
  await expectVisible(why.locator("pre", { hasText: "(cluster)?role(binding)?s" }));
  await openInvite(page);
  await expectVisible(page.locator("#invite-why", { hasText: "a proxy in between" }).locator("pre", { hasText: "npx kubecred" }));
  await page.locator('#nav a[href="#/robot"]').click();
  await expectVisible(page.locator("#robot-why", { hasText: "a proxy in between" }));
  assert.deepEqual(writes(seen), []);
  await context.close();
});

test("a requester who may not send: which permission is missing stands there before the click, and the request goes by hand", async () => {
  const { link, stop } = await launchFor(await account("nobody-allowed"));
  const { page, context, seen } = await openPage(browser, link);
  await expectVisible(page.locator("#connection summary", { hasText: "nobody-allowed" }));
  assert.deepEqual(
    (await abilities(page)).map(([allowed]) => allowed),
    ["false", "false", "false", "false", "false"],
  );
  await toRequest(page, "nobody-allowed");
  const why = page.locator("#request-why");
  await expectVisible(why.locator('[data-code="missing-right"]'));
  assert.match(await why.innerText(), /Minimum permissions required.*create.*get.*list.*watch/s);
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  await expectVisible(page.locator("#answer-hand"));
  await page.locator('#nav a[href="#/roles"]').click();
  await showRole(page);
  await expectVisible(page.locator('#panel-roles .not-allowed [data-code="missing-right"]', { hasText: "patch" }));
  await openInvite(page);
  await expectVisible(page.locator('#invite-why [data-code="missing-right"]', { hasText: "namespaces" }));
  await page.locator('#nav a[href="#/robot"]').click();
  await expectVisible(page.locator('#robot-why [data-code="missing-right"]', { hasText: "serviceaccounts" }));
  assert.deepEqual(writes(seen), []);
  await context.close();
  await stop();
});

test("a reader of requests may not decide: no buttons, the missing permission; with it, by the name of the signer or of its domain, there are", async () => {
  const rule = (resources, verbs, resourceNames = []) => ({
    apiGroups: ["certificates.k8s.io"],
    resources,
    verbs,
    ...(resourceNames.length ? { resourceNames } : {}),
  });
  const read = rule(["certificatesigningrequests"], ["get", "list", "watch"]);
  const update = rule(["certificatesigningrequests/approval"], ["update"]);
  const signer = (name) => rule(["signers"], ["approve"], [name]);
  for (const [name, rules, missing] of [
    ["reader-allowed", [read], /certificatesigningrequests\/approval/],
    ["half-allowed", [read, update], /signers.*kubernetes\.io\/kube-apiserver-client/s],
    ["approver-allowed", [read, update, signer("kubernetes.io/kube-apiserver-client")]],
    ["domain-allowed", [read, update, signer("kubernetes.io/*")]],
  ]) {
    const { link, stop } = await launchFor(await account(name, rules));
    const { page, context } = await openPage(browser, link);
    await expectVisible(page.locator("#connection summary", { hasText: name }));
    await page.locator('#nav a[href="#/review"]').click();
    await page.getByRole("searchbox", { name: "Search" }).fill("seen-before");
    await page.locator('[data-row="seen-before"] .open').click();
    const card = page.locator('article[data-name="seen-before"]');
    if (missing) {
      await expectVisible(card.locator(".undecidable"));
      assert.match(await card.locator(".undecidable").innerText(), missing);
      assert.equal(await card.getByRole("button", { name: "Deny" }).count(), 0);
      await expectVisible(card.locator("summary", { hasText: "In a terminal" }));
    } else {
      await expectVisible(card.locator(".decide:not([inert])").getByRole("button", { name: "Deny" })); // they are held until it is known
      assert.equal(await card.locator(".undecidable").count(), 0, name);
      const [, , decide] = await abilities(page);
      assert.equal(decide[0], "true", name);
    }
    await context.close();
    await stop();
  }
});

test("a namespace's owner: roles and accounts there, and the refusal of another namespace before the click", async () => {
  const kubeconfig = await account("owner-allowed");
  await plane.kubectl(["create", "namespace", "owned"]);
  await plane.kubectl(["create", "rolebinding", "owner-allowed", "-n", "owned", "--clusterrole=admin", "--serviceaccount=default:owner-allowed"]);
  await inForce("owner-allowed", "create", "serviceaccounts", "-n", "owned");
  const { link, stop } = await launchFor(kubeconfig);
  const { page, context } = await openPage(browser, `${link}`);
  await expectVisible(page.locator("#connection summary", { hasText: "owner-allowed" }));
  await page.locator('#nav a[href="#/robot"]').click();
  await expectVisible(page.locator("#robot-why", { hasText: "serviceaccounts" }));
  await page.locator("#robot-account").fill("ci");
  await page.locator("#robot-namespace").fill("owned");
  await page.locator("#robot-lifetime").focus();
  await expectVisible(page.locator("#robot-live:enabled"));
  assert.equal(await page.locator("#robot-why").innerText(), "");
  await page.locator("#robot-live").click();
  await expectVisible(page.getByRole("heading", { name: "Token for ci" }));
  await context.close();
  await plane.kubectl(["delete", "namespace", "owned", "--wait=false"]);
  await stop();
});
