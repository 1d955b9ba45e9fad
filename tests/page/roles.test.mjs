// #/roles: roles and bindings, what they allow, giving them live. What the page gave is then asked of the real server by real kubectl.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { apiRequests, foreign, openPage } from "./browser.mjs";
import { dropFiles } from "./person.mjs";
import { dist, kubectlPath, tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, narrow, wide, browser, server;
onStage(
  async (stage) => {
    ({ plane, proxy: narrow, server, browser } = stage);
    wide = await plane.proxy(0, plane.admin, "roles");
  },
  { served: true },
);

async function openRoles(address) {
  const opened = await openPage(browser, `${address}#/roles`);
  const { page } = opened;
  await expectVisible(page.getByText("Custom rules"));
  await until(async () => !/Looking for/.test(await page.locator("#connection summary").innerText()), "an answer about the connection");
  const form = page.locator("#roles-form");
  return {
    ...opened,
    form,
    result: page.locator("#roles-result"),
    role: (id) => form.locator(`input[name="roles-what"][value="${id}"]`).check(),
    part: (part, index = 0) => form.locator(`[data-part="${part}"] input`).nth(index),
    make: () => page.getByRole("button", { name: "Preview" }).click(),
    async give() {
      await page.getByRole("button", { name: "Grant permissions" }).click();
      await expectVisible(page.locator(".results li").first());
      return page.locator(".results li").evaluateAll((items) => items.map((item) => item.dataset.result));
    },
  };
}

const may = async (user, ...question) => (await plane.kubectl(["auth", "can-i", ...question, "--as", user])).stdout.trim();
const read = async (...args) => JSON.parse((await plane.kubectl(["get", ...args, "-o", "json"])).stdout);

/** Every cell of the table as "resource verb". */
const allowed = async (result) => {
  await expectVisible(result.locator(".scroll:not([aria-busy]) > table.matrix")); // all of its rows
  return result.locator("table.matrix").evaluate((table) => {
    const verbs = [...table.querySelectorAll("thead th")].slice(1).map((head) => head.textContent);
    return [...table.querySelectorAll("tbody tr")]
      .filter((row) => row.querySelector("td"))
      .flatMap((row) =>
        [...row.querySelectorAll("td")].flatMap((cell, index) =>
          cell.querySelector("[role=img]").ariaLabel === "yes" ? [`${row.querySelector("th").textContent.trim()} ${verbs[index]}`] : [],
        ),
      );
  });
};

test("a template for a user in a namespace: shown, given, there, and no more than that", async () => {
  // Another file on this control plane may have applied the same template.
  await plane.kubectl(["delete", "role", "kubecred:pod-reader", "--namespace", "default", "--ignore-not-found"]);
  const { page, context, seen, form, result, role, part, make, give } = await openRoles(wide.page);
  await part("name").fill("jane");
  await role("pod-reader");
  await form.getByLabel("Namespace", { exact: true }).fill("default");
  await make();
  await expectVisible(result.getByRole("heading", { name: "What jane will be able to do" }));
  assert.deepEqual(await allowed(result), ["pods get", "pods list", "pods watch", "pods/log get"]);
  await expectVisible(result.locator('.findings [data-code="pods-log"]'));
  // Showing writes nothing: what is asked is whether the objects are there, and whether they may be written.
  await expectVisible(page.getByRole("button", { name: "Grant permissions" }));
  const asked = apiRequests(seen).map(({ method, url }) => `${method} ${decodeURIComponent(new URL(url).pathname)}`);
  const objects = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
  assert.deepEqual([...new Set(asked)].sort(), [
    `GET ${objects}/rolebindings/kubecred:pod-reader:user:jane`,
    `GET ${objects}/roles/kubecred:pod-reader`,
    "GET /version",
    "POST /apis/authentication.k8s.io/v1/selfsubjectreviews",
    "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
  ]);
  assert.deepEqual(await give(), ["created", "created"]);
  assert.deepEqual(await give(), ["unchanged", "unchanged"]);
  const binding = await read("rolebinding", "kubecred:pod-reader:user:jane", "--namespace", "default");
  assert.deepEqual([binding.subjects.map(({ name }) => name), binding.roleRef.name], [["jane"], "kubecred:pod-reader"]);
  await until(async () => (await may("jane", "get", "pods", "--subresource=log")) === "yes", "the right");
  assert.equal(await may("jane", "list", "pods"), "yes");
  for (const no of [
    ["get", "secrets"],
    ["delete", "pods"],
    ["get", "pods", "--namespace=kube-system"],
  ])
    assert.equal(await may("jane", ...no), "no");
  const sent = apiRequests(seen);
  const ledger = await page.locator("#ledger summary").innerText();
  assert.ok(ledger.startsWith(`Sent so far: ${sent.length} requests`), `${ledger} / ${sent.length}`);
  assert.deepEqual([seen.violations, seen.console.filter((line) => !/404/.test(line)), seen.errors, foreign(seen, wide.origin)], [[], [], [], []]);
  await context.close();
});

test("a binding that has another role already is refused with what to do", async () => {
  const { page, context, result, role, part, make, give } = await openRoles(wide.page);
  await part("name").fill("mia");
  await page.getByText("Binding name").click();
  await page.locator("#roles-name").fill("mia:*");
  await role("view");
  await make();
  assert.deepEqual(await give(), ["created"]);
  await role("edit");
  await make();
  await expectVisible(result.locator('[data-code="role-edit"]'));
  assert.deepEqual(await give(), ["failed"]);
  await expectVisible(result.getByText("delete the binding first"));
  assert.equal((await read("rolebinding", "mia:*")).roleRef.name, "view");
  await context.close();
});

test("rules of one's own, service accounts, and mistakes beside their boxes", async () => {
  const { page, context, form, result, role, part, make, give } = await openRoles(wide.page);
  await make();
  await expectVisible(form.locator('[data-field="subjects-0-name"] .findings .error'));
  await form.locator('[data-part="kind"] select').selectOption("ServiceAccount");
  await part("name").fill("robot");
  await part("namespace").fill("default");
  await page.getByRole("button", { name: "Add another", exact: true }).click();
  await part("name", 1).fill('<img src=x onerror=alert(1)>"\u202e');
  await role("own");
  await page.getByLabel("Role name").fill("own role: *");
  await part("resources").fill("deployments, deployments/scale");
  await part("apiGroups").fill("apps");
  await make();
  await expectVisible(form.locator('[data-field="rules-0-verbs"] .findings .error'));
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-field]")?.dataset.field), "rules-0-verbs");
  await part("verbs").fill("get patch");
  await page.getByRole("button", { name: "Add a rule" }).click();
  for (const [box, text] of [
    ["verbs", "get"],
    ["resources", "secrets"],
    ["resourceNames", "one two"],
  ])
    await part(box, 1).fill(text);
  await make();
  await expectVisible(result.locator("table.matrix"));
  assert.deepEqual(await allowed(result), [
    "secretsonly one, two get",
    "deployments apps get",
    "deployments apps patch",
    "deployments/scale apps get",
    "deployments/scale apps patch",
  ]);
  await expectVisible(result.locator('.notice[data-code="secrets-get"]'));
  assert.deepEqual(await give(), ["created", "created"]);
  assert.equal(
    (await read("rolebindings", "--namespace", "default")).items.filter(({ subjects }) => subjects?.some(({ name }) => name.startsWith("<img"))).length,
    1,
  );
  await until(async () => (await may("system:serviceaccount:default:robot", "patch", "deployments.apps")) === "yes", "the right");
  assert.equal(await page.locator("img").count(), 0, "no name becomes markup");
  await context.close();
});

test("what is about certificate requests holds for the whole cluster", async () => {
  const { context, form, result, role, part, make, give } = await openRoles(wide.page);
  await part("name").fill("petra");
  await role("csr-approver");
  assert.equal(await form.locator('input[name="roles-where"][value="namespace"]').isDisabled(), true);
  await make();
  await expectVisible(result.locator('[data-code="signers-approve-client"]'));
  assert.deepEqual(await give(), ["created", "created"]);
  assert.equal((await read("clusterrolebinding", "kubecred:csr-approver:user:petra")).subjects[0].name, "petra");
  await role("view");
  assert.equal(await form.locator('input[name="roles-where"][value="namespace"]').isDisabled(), false);
  await context.close();
});

test("what may I do here", async () => {
  const { page, context, seen } = await openRoles(wide.page);
  await page.getByText("What I can do here").click();
  await page.locator("#mine-namespace").fill("kube-system");
  await page.getByRole("button", { name: "Show my permissions" }).click();
  await expectVisible(page.getByRole("heading", { name: "What admin can do in kube-system" }));
  await expectVisible(page.locator("#roles-mine .matrix").getByText("everything").first());
  await page.locator("#mine-namespace").fill("a/b");
  await page.getByRole("button", { name: "Show my permissions" }).click();
  await expectVisible(page.locator('[data-field="mine-namespace"] .findings .error'));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("what somebody may do by roles that exist: the cluster's own, pasted", async () => {
  const { page, context, seen } = await openRoles(server.address);
  await plane.kubectl(["create", "clusterrolebinding", "reads", "--clusterrole=view", "--group=readers"]);
  const { stdout } = await plane.kubectl(["get", "clusterroles,clusterrolebindings,roles,rolebindings", "--all-namespaces", "-o", "yaml"]);
  assert.ok(stdout.length > 50_000);
  const card = page.locator("#roles-read");
  await card.locator("summary").first().click();
  await card.getByRole("button", { name: "Show permissions" }).click();
  await expectVisible(card.locator('[data-field="read-text"] .findings .error'));
  await card.locator("textarea").fill("kind: ]");
  await card.locator('[data-part="name"] input').fill("rita");
  await card.getByRole("button", { name: "Show permissions" }).click();
  await expectVisible(card.locator('[data-field="read-text"] .findings .error', { hasText: "Line 1" }));
  await dropFiles(page, [{ name: "roles.yaml", text: stdout }]);
  await expectVisible(card.locator(".held", { hasText: "roles.yaml" }));
  assert.equal(await card.locator("textarea").inputValue(), "", "a long file is not laid out");
  await card.getByLabel("Groups of this user").fill("readers, others");
  await card.getByRole("button", { name: "Show permissions" }).click();
  await expectVisible(card.getByRole("heading", { name: "What rita can do in default" }));
  const more = card.getByRole("button", { name: /Show more rows/ });
  while (await more.isVisible()) await more.click();
  const rights = await allowed(card);
  assert.ok(rights.includes("pods get") && rights.includes("selfsubjectreviews authentication.k8s.io create"));
  assert.ok(!rights.includes("secrets get") && !rights.includes("pods delete"));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("behind the narrow proxy nothing is given, and the line that is printed for it works as printed", async () => {
  const { page, context, result, role, part, make } = await openRoles(narrow.page);
  await part("name").fill("nobody");
  await role("view");
  await make();
  await expectVisible(result.getByText("by a proxy in between"));
  assert.equal(await page.getByRole("button", { name: "Grant permissions" }).count(), 0, "said before anything can be pressed");
  const line = await result.locator(".not-allowed pre", { hasText: "kubectl proxy" }).innerText();
  await context.close();
  const child = spawn("sh", ["-c", `exec ${line.replace(/^kubectl proxy/, "kubectl proxy --port=0")}`], {
    cwd: dirname(tests),
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: `${dirname(kubectlPath())}:${process.env.PATH}`, HOME: "/nonexistent", KUBECONFIG: plane.admin },
  });
  try {
    const said = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
    const origin = `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(said)[1]}`;
    const opened = await openRoles(`${origin}/kubecred/`);
    await opened.part("name").fill("nobody");
    await opened.role("view");
    await opened.make();
    assert.deepEqual(await opened.give(), ["created"]);
    const place = `${origin}/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/view:user:nobody`;
    assert.equal((await fetch(place, { method: "DELETE" })).status, 403, "deleting stays shut");
    assert.equal((await fetch(`${origin}/api/v1/secrets`)).status, 403);
    await opened.context.close();
  } finally {
    child.kill();
  }
});

test("without a cluster: everything but giving, and the printed lines give the same", async () => {
  const { page, context, seen, result, role, part, make } = await openRoles(server.address);
  await part("name").fill("offline-jane");
  await role("deployer");
  await make();
  await expectVisible(result.locator("table.matrix"));
  assert.equal(await page.getByRole("button", { name: "Grant permissions" }).count(), 0);
  await result.getByText("In a terminal").click();
  const line = await result.locator(".terminal pre").first().innerText();
  execFileSync("sh", ["-c", line], { env: { PATH: `${dirname(kubectlPath())}:${process.env.PATH}`, HOME: "/nonexistent", KUBECONFIG: plane.admin } });
  assert.equal((await read("rolebinding", "kubecred:deployer:user:offline-jane")).roleRef.name, "kubecred:deployer");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as roles.yaml" }).click()]);
  const applied = await plane.kubectl(["apply", "-f", await download.path()]);
  assert.equal(
    applied.stdout
      .trim()
      .split("\n")
      .filter((each) => each.endsWith("unchanged")).length,
    2,
    applied.stdout + applied.stderr,
  );
  await page.getByText("What I can do here").click();
  await expectVisible(page.getByText("This page is not connected to a cluster. Ask with kubectl"));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("the panel needs nothing that is not in one file", async () => {
  const { page, context, seen } = await openPage(browser, `file://${join(dist, "offline.html")}#/roles`);
  await expectVisible(page.getByText("Custom rules"));
  await page.locator('#roles-form [data-part="name"] input').fill("jane");
  await page.getByRole("button", { name: "Preview" }).click();
  await expectVisible(page.locator("#roles-result table.matrix"));
  assert.deepEqual([seen.violations, seen.errors, apiRequests(seen)], [[], [], []]);
  await context.close();
});

test("least privilege is the default, and what is ordinary has no warning sign", async () => {
  const { page, context, result, part, make } = await openRoles(server.address);
  assert.deepEqual(await page.locator("#roles-form input:checked").evaluateAll((inputs) => inputs.map(({ value }) => value)), ["pod-reader", "namespace"]);
  await part("name").fill("jane");
  await make();
  await expectVisible(result.locator('.notice[data-code="pods-log"]'));
  assert.equal(await result.locator(".findings :is(.warning, .error)").count(), 0);
  assert.equal(await result.locator(".grave").count(), 0);
  await context.close();
});

test("what gives everyone or somebody the whole cluster is an error, and is granted only once the name was typed", async () => {
  const { page, context, form, result, role, part, make, give } = await openRoles(wide.page);
  const whole = form.locator('input[name="roles-where"][value="cluster"]');
  const grant = page.getByRole("button", { name: "Grant permissions" });
  const kind = form.locator('[data-part="kind"] select');
  const cases = [
    ["Group", "system:authenticated", "cluster-admin", "control of the whole cluster to everyone"],
    ["Group", "system:serviceaccounts", "cluster-admin", "control of the whole cluster to everyone"],
    ["Group", "system:unauthenticated", "pod-reader", "who have not signed in"],
    ["Group", "system:authenticated", "deployer", "dangerous permissions to everyone"],
    ["User", "grave-jane", "cluster-admin", "This gives control of the whole cluster."],
  ];
  await whole.check();
  for (const [what, name, id, says] of cases) {
    await kind.selectOption(what);
    await part("name").fill(name);
    await role(id);
    await make();
    await expectVisible(result.locator(".grave", { hasText: says }));
    assert.ok((await result.locator(".findings .error").count()) > 0, `${name} ${id}`);
    await expectVisible(grant);
    assert.equal(await grant.isDisabled(), true);
    assert.equal(await grant.getAttribute("class"), "danger");
  }
  const field = page.getByLabel("To grant it, type grave-jane");
  await field.fill("grave-jan");
  assert.equal(await grant.isDisabled(), true);
  await field.fill("grave-jane");
  assert.deepEqual(await give(), ["created"]);
  await field.fill("");
  assert.equal(await grant.isDisabled(), true);
  // Rules that lead to everything are the same; in one namespace they are a warning.
  await role("own");
  await page.getByLabel("Role name").fill("grave-rules");
  for (const [box, text] of [
    ["verbs", "escalate"],
    ["resources", "clusterroles"],
    ["apiGroups", "rbac.authorization.k8s.io"],
  ])
    await part(box).fill(text);
  await make();
  await expectVisible(result.locator('.error[data-code="rbac-escalate"]'));
  assert.equal(await grant.isDisabled(), true);
  await form.locator('input[name="roles-where"][value="namespace"]').check();
  await role("cluster-admin");
  await make();
  await expectVisible(result.locator('.warning[data-code="role-cluster-admin"]'));
  await expectVisible(page.locator("button.primary", { hasText: "Grant permissions" }));
  await plane.kubectl(["delete", "clusterrolebinding", "cluster-admin:user:grave-jane"]);
  await context.close();
});

test("a name is checked when its field is left: what it means is said before the preview; empty ones ask for a name", async () => {
  const { page, context, form, part, make } = await openRoles(server.address);
  await make();
  await expectVisible(form.locator('[data-field="subjects-0-name"] .findings .error', { hasText: "Enter a name." }));
  await form.locator('[data-part="kind"] select').selectOption("Group");
  await part("name").fill("system:authenticated");
  await part("name").press("Tab");
  const remark = form.locator('[data-field="subjects-0-name"] .findings [data-code="subject-everyone"]');
  await expectVisible(remark);
  await part("name").pressSequentially("x");
  assert.equal(await remark.count(), 0);
  await form.getByLabel("Namespace", { exact: true }).fill("Team_A");
  await form.getByLabel("Namespace", { exact: true }).press("Tab");
  await expectVisible(form.locator('[data-field="namespace"] .findings .error'));
  await form.getByLabel("Namespace", { exact: true }).fill("default");
  await part("name").fill("\tdev ");
  await make();
  await expectVisible(page.locator("#roles-result").getByRole("heading", { name: "What dev will be able to do" }));
  assert.equal(await part("name").inputValue(), "dev", "blanks around a name are removed, visibly");
  await context.close();
});

test("account and namespace come along from the service accounts", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/robot`);
  await page.getByLabel("Name of the service account").fill("carried");
  await page.locator("#robot-namespace").fill("somewhere");
  await page.locator("#panel-robot .lead a").click();
  const form = page.locator("#roles-form");
  await expectVisible(form.getByText("Custom rules"));
  assert.deepEqual(
    await form.evaluate((node) => ["kind", "name", "namespace"].map((part) => node.querySelector(`[data-part="${part}"] :is(select, input)`).value)),
    ["ServiceAccount", "carried", "somewhere"],
  );
  assert.equal(await page.locator("#roles-namespace").inputValue(), "somewhere");
  await page.getByRole("button", { name: "Preview" }).click();
  await expectVisible(page.locator("#roles-result").getByRole("heading", { name: "What carried will be able to do" }));
  await context.close();
});
