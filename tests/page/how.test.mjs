// "How it works": the tutorial, each step with lines for a terminal; on a connected page some run here, and every one leads to a panel that exists.
import assert from "node:assert/strict";
import { test } from "node:test";
import { apiRequests, openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, proxy, server, browser;
onStage(
  (stage) => {
    ({ plane, proxy, server, browser } = stage);
  },
  { served: true },
);

const STEPS = ["anonymous", "address", "token", "static", "request", "approval", "curl", "kubeconfig", "rbac", "pods"];
const heading = (page) => expectVisible(page.locator("#panel-how h1"));

test("every step of the tutorial has lines in each shell, with the address that is entered", async () => {
  const { page, context, seen } = await openPage(browser, `${server.address}#/how`);
  await heading(page);
  const cards = page.locator("#panel-how .tutorial > li");
  assert.deepEqual(
    await cards.evaluateAll((list) => list.map(({ id }) => id)),
    STEPS.map((step) => `how-${step}`),
  );
  const lines = page.locator("#how-curl pre");
  await expectVisible(lines.first());
  await page.locator("#how-server").fill("https://api.example.com:6443");
  await page.locator("#how-server").press("Tab");
  await expectVisible(page.locator("#how-curl pre", { hasText: "https://api.example.com:6443/version" }));
  for (const [shell, mark] of [
    ["PowerShell", "curl.exe"],
    ["cmd", "curl"],
    ["sh", "openssl genpkey"],
  ]) {
    await page.locator("#panel-how .shells").first().getByLabel(shell, { exact: true }).check();
    await expectVisible(page.locator("#panel-how pre", { hasText: mark }).first());
    for (const step of STEPS) assert.ok((await page.locator(`#how-${step} pre`).count()) > 0, `${step} in ${shell}`);
    assert.equal(await page.locator("#panel-how .lines .hint", { hasText: "cannot" }).count(), 0);
  }
  const targets = await page.locator("#panel-how a.button").evaluateAll((links) => links.map((link) => link.hash));
  assert.deepEqual(targets, ["#/robot", "#/access", "#/review", "#/kubeconfig", "#/roles"]);
  assert.equal(await page.locator("#panel-how .here:visible").count(), 0, "without a cluster nothing runs here");
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.violations, []);
  await context.close();
});

test("behind a proxy the page asks who it is, the version, the address and the permissions, and says what it cannot ask", async () => {
  const wide = await plane.proxy(0, plane.admin, "roles");
  const { page, context, seen } = await openPage(browser, `${wide.page}#/how`);
  await heading(page);
  const run = async (step, label) => {
    const card = page.locator(`#how-${step}`);
    await card.getByRole("button", { name: label }).click();
    await expectVisible(card.locator(".answer span"));
    const said = await card.locator(".answer").innerText();
    await page.waitForFunction(() => !document.querySelector("#panel-how button:disabled"));
    return said;
  };
  await expectVisible(page.locator('#connection[data-state="connected"]'));
  const before = apiRequests(seen).length;
  assert.match(await run("anonymous", "Ask without credentials"), /behind a proxy that adds its credentials/);
  assert.equal(apiRequests(seen).length, before, "and nothing is sent for it");
  await page.locator("#how-anonymous").getByRole("button", { name: "Ask the version" }).click();
  await expectVisible(page.locator("#how-anonymous .answer", { hasText: /Kubernetes v1\.\d+/ }));
  assert.match(await run("curl", "Who am I?"), /admin in .*system:authenticated/);
  assert.match(await run("address", "Ask this cluster for its address"), /The cluster reports https:\/\//);
  const address = await page.locator("#how-server").inputValue();
  assert.match(address, /^https:\/\//);
  await expectVisible(page.locator("#how-kubeconfig pre", { hasText: address }).first());
  assert.match(await run("rbac", "What can I do in the namespace default?"), /\d+ kinds? of resources? /);
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("the table has every kind of credential, whom it is for, its lifetime and how to end it; a lost file has lines for each", async () => {
  const { page, context } = await openPage(browser, `${proxy.page}#/how`);
  await heading(page);
  const rows = await page.locator("#panel-how .kinds tbody tr").evaluateAll((list) => list.map((row) => [...row.cells].map((cell) => cell.textContent)));
  for (const kind of [/certificate/i, /TokenRequest/, /Secret/, /Projected/, /OpenID/, /exec/, /Static/])
    assert.ok(
      rows.some(([name]) => kind.test(name)),
      `${kind}`,
    );
  assert.ok(rows.every((row) => row.length === 4 && row.every((cell) => cell !== "")));
  await expectVisible(page.getByText("kubectl delete serviceaccount ci --namespace=default"));
  await context.close();
});
