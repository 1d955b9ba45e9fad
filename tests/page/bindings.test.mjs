// "What this person will be able to do": the bindings that a user and their groups have already, read with rights of one's own, refused by the
// server and by a narrow proxy; and why kubectl proxy lets that path through only for callers who may not write bindings.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { launch } from "./launched.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const CSR = { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["get", "list", "watch"] };
const RBAC = "rbac.authorization.k8s.io";
let plane, browser, kubecred;
onStage(async (stage) => {
  ({ plane, browser } = stage);
  kubecred = await open();
  stage.onEnd(() => kubecred.close());
  const key = await kubecred.keys.generate("ecdsa-p256");
  const requests = [
    ["bound", { user: "bound-bea", groups: ["bound-team"] }],
    ["unbound", { user: "unbound-uli" }],
  ];
  const items = await Promise.all(
    requests.map(async ([name, subject]) => kubecred.csr.manifest({ csr: await key.createCsr(subject), name: `rights-${name}` })),
  );
  await made("-f", "-", { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  await made("clusterrolebinding", "bound-view", "--clusterrole=view", "--group=bound-team");
  await made("rolebinding", "bound-edit", "--clusterrole=edit", "--user=bound-bea", "--namespace=default");
});

async function made(...args) {
  const options = typeof args.at(-1) === "object" ? args.pop() : {};
  const { code, stderr } = await plane.kubectl(["create", ...args], options);
  assert.equal(code, 0, stderr);
}

/** A kubeconfig of a service account that may read requests, and what else these rules allow. */
async function account(name, rules) {
  await made("serviceaccount", name);
  await made("-f", "-", { input: JSON.stringify({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules: [CSR, ...rules] }) });
  await made("clusterrolebinding", name, `--clusterrole=${name}`, `--serviceaccount=default:${name}`);
  return plane.as(name, { token: (await plane.kubectl(["create", "token", name])).stdout.trim() });
}

async function ask(proxy, request) {
  const { page, context, seen } = await openPage(browser, `${proxy.page}#/review/${request}`);
  const card = page.locator(`article[data-name="${request}"]`);
  await card.getByText("What this person will be able to do").click();
  return {
    card: card.locator("details.rights"),
    async close() {
      assert.deepEqual([seen.violations, seen.errors], [[], []]);
      await context.close();
    },
  };
}

test("each binding with its role, its place and whom it names; none is said, too", async () => {
  const reader = await account("rights-reader", [{ apiGroups: [RBAC], resources: ["clusterrolebindings", "rolebindings"], verbs: ["list"] }]);
  const proxy = await plane.proxy(0, reader, "bindings");
  const bound = await ask(proxy, "rights-bound");
  await expectVisible(bound.card.locator("li", { hasText: "ClusterRole view in the whole cluster (ClusterRoleBinding bound-view, for bound-team)" }));
  await expectVisible(bound.card.locator("li", { hasText: "ClusterRole edit in the namespace default (RoleBinding bound-edit, for bound-bea)" }));
  assert.equal(await bound.card.locator("li").count(), 2);
  await bound.close();
  const unbound = await ask(proxy, "rights-unbound");
  await expectVisible(unbound.card.getByText("No permissions yet"));
  await unbound.close();
});

test("a caller who may not read bindings (403): the server's sentence, the right that would mend it, and the line for a terminal", async () => {
  const proxy = await plane.proxy(0, await account("rights-none", []), "bindings");
  const { card, close } = await ask(proxy, "rights-bound");
  await expectVisible(card.locator(".error", { hasText: 'cannot list resource "clusterrolebindings"' }));
  await expectVisible(
    card.locator(".notice", { hasText: /Minimum permission required, for an administrator to grant: a ClusterRole with the rule .*clusterrolebindings/ }),
  );
  await expectVisible(card.locator("pre", { hasText: "kubectl get clusterrolebindings,rolebindings" }));
  await close();
});

test("where this connection may read bindings, they are read at once; where it may not, nothing is reported that nobody asked for", async (t) => {
  for (const [name, rules] of [
    ["rights-at-once", [{ apiGroups: [RBAC], resources: ["clusterrolebindings", "rolebindings"], verbs: ["list"] }]],
    ["rights-not-at-once", []],
  ]) {
    const { started, link } = await launch(["--kubeconfig", await account(name, rules)]);
    t.after(() => started.child.kill());
    const { page, context } = await openPage(browser, link);
    await expectVisible(page.locator("#connection summary", { hasText: name }));
    await page.evaluate(() => {
      location.hash = "#/review/rights-bound";
    });
    const card = page.locator('article[data-name="rights-bound"]');
    await expectVisible(card);
    const rights = card.locator("details.rights");
    if (rules.length) await expectVisible(rights.locator("li", { hasText: "ClusterRole view in the whole cluster" }));
    else {
      await rights.locator("summary").waitFor();
      await page.waitForFunction(() => !document.querySelector("details.rights").open);
      assert.equal(await card.locator(".rights .error").count(), 0);
    }
    await context.close();
  }
});

test("the narrow proxy does not let the question through, and says so; the wider one would let any page make bindings with an administrator's rights", async () => {
  const { card, close } = await ask(await plane.proxy(), "rights-bound");
  await expectVisible(card.locator(".error", { hasText: "by a proxy in between" }));
  await close();
  // As a page of anybody's could send it: without preflight, without a content type.
  const body = JSON.stringify({
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "rights-stolen" },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" },
    subjects: [{ apiGroup: RBAC, kind: "User", name: "anybody" }],
  });
  const post = async (proxy) => (await fetch(`${proxy.origin}/apis/${RBAC}/v1/clusterrolebindings`, { method: "POST", body: new Blob([body]) })).status;
  const reader = await account("rights-reads-only", [{ apiGroups: [RBAC], resources: ["clusterrolebindings", "rolebindings"], verbs: ["list"] }]);
  assert.deepEqual(
    [await post(await plane.proxy()), await post(await plane.proxy(0, reader, "bindings")), await post(await plane.proxy(0, plane.admin, "bindings"))],
    [403, 403, 201],
  );
  await plane.kubectl(["delete", "clusterrolebinding", "rights-stolen"]);
});
