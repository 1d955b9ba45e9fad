// make demo, as a newcomer sees it: "You are: administrator / jane". Both are played in one browser, each on a page with a guard of its own.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enter, head, raw } from "../package/launch-fake.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { startDemo } from "../support/demo.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { makeKey, save, sayWho, send, toReview } from "./person.mjs";
import { expectVisible } from "./wait.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
let folder, demo, browser, file;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kubecred-demo-"));
  demo = startDemo(folder);
  browser = await startBrowser();
  file = await demo.said(/: (\/.*\/demo\.html)$/m);
});
after(async () => {
  await demo?.end();
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("one switches between jane and the administrator: request, refusal before the click, approval, kubeconfig", async () => {
  const { page, context, seen } = await openPage(browser, `file://${file}`);
  const open = async (who) => (await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: who }).click()]))[0];
  const jane = await open("jane");
  await expectVisible(jane.getByText(/Kubernetes v1\.\d+\.\d+ as system:serviceaccount:kubecred-demo:jane/), 120_000);
  await sayWho(jane, "jane", ["developers"]);
  await makeKey(jane);
  const name = await send(jane);
  // jane cannot approve her own request, and is told so before any click.
  await toReview(jane, name);
  const hers = jane.locator(`article[data-name="${name}"]`);
  await expectVisible(hers.locator(".undecidable", { hasText: "approval" }));
  assert.equal(await hers.getByRole("button", { name: "Approve" }).count(), 0);

  const administrator = await open("administrator");
  await expectVisible(administrator.getByText(/Kubernetes v1\.\d+\.\d+ as admin/), 120_000);
  await toReview(administrator, name);
  const card = administrator.locator(`article[data-name="${name}"]`);
  await card.getByRole("button", { name: "Approve" }).click();
  await card.getByText(/^(approved, not signed yet|issued)$/).waitFor();

  await jane.locator('#nav a[href="#/access"]').click();
  const saved = await save(jane);
  const path = join(folder, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  const who = await kubectl(path, ["auth", "whoami", "-o", "json"]);
  assert.equal(who.code, 0, who.stderr);
  assert.deepEqual(JSON.parse(who.stdout).status.userInfo.username, "jane");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("the switch weakens no guard: it is a private file, and each page has a cookie and a path of its own, of no use for the other", async () => {
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const links = [...readFileSync(file, "utf8").matchAll(/href="(http[^"]+)" target="kubecred-demo-(\w+)"/g)].map(([, link, who]) => [who, link]);
  assert.deepEqual(
    links.map(([who]) => who),
    ["administrator", "jane"],
  );
  for (const [, link] of links) assert.ok(!demo.output.includes(new URL(link).hash.slice(1)), "no secret in what the demo printed");
  const [administrator, jane] = await Promise.all(links.map(([, link]) => enter(link)));
  const get = async (me, more = {}) => (await raw(me.host, head("GET", `${more.base ?? me.base}${CSRS}`, { ...me.headers, ...more.headers }))).status;
  assert.equal(await get(administrator), 200, "the control");
  assert.equal(await get(jane), 200, "the control");
  assert.equal(await get(jane, { base: administrator.base }), 404);
  assert.equal(await get(administrator, { headers: { Cookie: jane.headers.Cookie } }), 401);
  assert.equal(await get(administrator, { headers: { Origin: jane.headers.Origin } }), 403);
  // What jane's page forwards is jane's: the API server refuses, not a proxy.
  const body = JSON.stringify({ apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "none" } });
  const approval = await raw(
    jane.host,
    head("PUT", `${jane.base}${CSRS}/none/approval`, { ...jane.headers, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }) + body,
  );
  assert.equal(approval.status, 403);
  assert.match(approval.body, /User \\"system:serviceaccount:kubecred-demo:jane\\" cannot update/);
});
