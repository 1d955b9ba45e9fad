// What leaves the document when a panel is closed: fresh canaries in every field of every panel, a token that is shown, a refused kubeconfig.
// And what never gets into it: a long file that is dropped.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { dropFiles } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let browser, server;
onStage(
  (stage) => {
    ({ browser, server } = stage);
  },
  { cluster: false, served: true },
);

const PANELS = ["access", "review", "invite", "invitation", "robot", "roles", "kubeconfig"];
const LONGEST_FIELD = 16 * 1024;

/** Everything that the document holds: text, attributes, values, shadow roots, history, address, title, storage. */
const documentOf = (page) =>
  page.evaluate(() => {
    const all = [];
    const walk = (root) => {
      for (const node of root.querySelectorAll("*")) {
        all.push(...[...node.attributes].map(({ value }) => value));
        if ("value" in node) all.push(String(node.value), String(node.defaultValue ?? ""));
        if (node.shadowRoot) walk(node.shadowRoot);
      }
      all.push(root.textContent ?? root.documentElement?.textContent ?? "");
    };
    walk(document);
    all.push(
      document.documentElement.outerHTML,
      document.title,
      location.href,
      JSON.stringify(history.state),
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      window.name,
    );
    return all.join("\n");
  });

/** To another panel, as by the navigation; done in the page's own turn, so that what is asked for next sees the change. */
const go = (page, id) =>
  page.evaluate(
    (hash) =>
      new Promise((resolve) => {
        addEventListener("hashchange", () => resolve(), { once: true });
        location.hash = hash;
      }),
    `#/${id}`,
  );

const opened = async (page, id) => {
  await go(page, id);
  await expectVisible(page.locator(`#panel-${id} h1`));
};

const token = () =>
  `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify({ sub: "jane" })).toString("base64url")}.${randomBytes(24).toString("base64url")}`;

test("every field that may contain a secret is empty once its panel is closed", async () => {
  const { page, context } = await openPage(browser, server.address);
  let fields = 0;
  for (const id of PANELS) {
    const other = PANELS[(PANELS.indexOf(id) + 1) % PANELS.length];
    await opened(page, other);
    await opened(page, id);
    await page.locator(`#panel-${id}`).locator("textarea, input[type=password]").first().waitFor({ state: "attached" });
    const canaries = await page.evaluate(
      ({ selector, secrets }) => [...document.querySelectorAll(selector)].map((field, index) => (field.value = secrets[index])),
      {
        selector: `#panel-${id} textarea, #panel-${id} input[type=password]`,
        secrets: Array.from({ length: 30 }, () => `canary-${randomBytes(18).toString("base64url")}`),
      },
    );
    fields += canaries.length;
    const before = await documentOf(page);
    for (const canary of canaries) assert.ok(before.includes(canary), "the control: it is found while it is there");
    await go(page, other);
    for (let look = 0; look < 3; look++) {
      const after = await documentOf(page);
      for (const canary of canaries) assert.ok(!after.includes(canary), `${id}: still in the document`);
      await page.waitForTimeout(50); // nothing brings it back
    }
  }
  assert.ok(fields >= 8, String(fields));
  await context.close();
});

test("a public text comes back, a refused kubeconfig and a key do not", async () => {
  const { page, context } = await openPage(browser, server.address);
  await opened(page, "kubeconfig");
  const canary = randomBytes(18).toString("base64url");
  await page.locator("#kubeconfig-text").fill(`apiVersion: v1\nkind: Config\nusers:\n- name: u\n  user: {token: ${canary}\n`);
  await page.locator("#kubeconfig-form").getByRole("button", { name: "Check kubeconfig" }).click();
  await expectVisible(page.locator("#kubeconfig-form .findings .error").first());
  assert.ok((await documentOf(page)).includes(canary), "the control: a person can still correct it");
  await go(page, "roles");
  assert.ok(!(await documentOf(page)).includes(canary));
  await expectVisible(page.locator("#panel-roles h1"));
  const manifest = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: n}\nrules: []\n";
  await page.evaluate((text) => {
    document.querySelector("#read-text").value = text;
  }, manifest);
  await go(page, "kubeconfig");
  await page.waitForFunction((text) => document.querySelector("#read-text").value === text, manifest);
  await context.close();
});

test("a token that is shown is masked when its panel is closed, and when the page goes to the back", async () => {
  const { page, context } = await openPage(browser, server.address);
  for (const leave of [
    () => go(page, "roles"),
    async () => {
      await page.goto("about:blank");
      await page.goBack();
    },
  ]) {
    const secret = token();
    await page.goto(`${server.address}#/robot`);
    await page.locator("#robot-token").fill(secret);
    await page.locator("#robot-paste").getByRole("button").first().click();
    await page.locator("#robot-report").getByRole("button", { name: "Show" }).click();
    await expectVisible(page.locator("#robot-report pre.secret", { hasText: secret }));
    assert.ok((await documentOf(page)).includes(secret), "the control");
    await leave();
    assert.ok(!(await documentOf(page)).includes(secret));
  }
  await context.close();
});

test("a megabyte that is dropped on the roles stays beside the field, and its table is shown in parts", async () => {
  const { page, context } = await openPage(browser, `${server.address}#/roles`);
  await expectVisible(page.locator("#panel-roles h1"));
  const rules = Array.from({ length: 12_000 }, (_, index) => `- {apiGroups: [""], resources: [r${index}], verbs: [get, list, v${index % 40}]}\n`).join("");
  const text = `kind: ClusterRole\nmetadata: {name: r}\nrules:\n${rules}---\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: r}\nsubjects: [{kind: User, name: jane}]\n${`# ${"x".repeat(78)}\n`.repeat(6_000)}`;
  assert.ok(text.length > 1024 * 1024);
  await dropFiles(page, [{ name: "roles of a cluster.yaml", text }]);
  await expectVisible(page.locator("#roles-read .held", { hasText: "roles of a cluster.yaml" }));
  assert.equal(await page.locator("#read-text").inputValue(), "");
  await page.locator("#roles-read .subject input").first().fill("jane");
  await page.getByRole("button", { name: "Show permissions" }).click();
  await expectVisible(page.locator("#roles-read table"));
  const cells = () => page.locator("#roles-read td").count();
  const first = await cells();
  assert.ok(first > 0 && first <= 700, String(first));
  assert.ok((await page.locator("#roles-read .findings li").count()) <= 101);
  await page
    .locator("#roles-read")
    .getByRole("button", { name: /Show more rows/ })
    .click();
  const more = await cells();
  assert.ok(more > first && more <= 2 * 700, String(more));
  // Typing takes the file's place.
  await page.locator("#read-text").fill("kind: Role\n");
  await page.locator("#roles-read .held").waitFor({ state: "hidden" });
  await context.close();
});

test("no field of any panel shows a long file", async () => {
  const { page, context } = await openPage(browser, server.address);
  const pem = (label) => `-----BEGIN ${label}-----\n${`${"A".repeat(64)}\n`.repeat(16_000)}-----END ${label}-----\n`;
  for (const id of PANELS) {
    await opened(page, id);
    for (const content of [
      pem("CERTIFICATE"),
      pem("CERTIFICATE REQUEST"),
      `{"kind": "List", "items": [${"{},".repeat(350_000)}{}]}`,
      "x".repeat(1024 * 1024),
    ]) {
      await dropFiles(page, [{ name: "long", text: content }]);
      await page.waitForTimeout(300);
      const longest = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll("textarea, input")].map(({ value }) => value.length)));
      assert.ok(longest <= LONGEST_FIELD, `${id}: ${longest}`);
    }
  }
  await context.close();
});
