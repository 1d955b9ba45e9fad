// What the tests of the list of requests need: 18 requests of all kinds on a control plane of their own. SHOTS=FOLDER keeps pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { open } from "../package/common.mjs";
import { openPage } from "./browser.mjs";
import { onStage } from "./stage.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const DAY = 86_400;
export let plane;
let proxy, browser, kubecred;
onStage(
  async (stage) => {
    ({ plane, proxy, browser } = stage);
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
    await create([
      ...Array.from({ length: 14 }, (_, index) => [`plain-${String(index).padStart(2, "0")}`, `person-${index}`, ["dev", "ops"], 7 * DAY]),
      ["component", "system:kube-controller-manager", [], 365 * DAY],
      ["alike", "\u0430lice", ["dev"], DAY],
      ["admins", "carol", ["kubeadm:cluster-admins"], 365 * DAY],
      ["comma", "bob", ["dev, ops"], 7 * DAY],
    ]);
  },
  { flags: {} },
);

export async function create(list) {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const items = await Promise.all(
    list.map(async ([name, user, groups, expirationSeconds]) => kubecred.csr.manifest({ csr: await key.createCsr({ user, groups }), name, expirationSeconds })),
  );
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
}

export const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
export const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);
export const conditionsOf = async (name) => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
export const inWindow = (locator) =>
  locator.evaluate((node) => {
    const { top, bottom, left, right } = node.getBoundingClientRect();
    return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  });

export async function openList(options = {}) {
  const opened = await openPage(browser, `${proxy.page}#/review`, { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  await opened.page.locator("#review-count", { hasText: /\d+ pending/ }).waitFor();
  await opened.page.locator("#review-list .request-row").nth(9).waitFor();
  return opened;
}

/** No violation of axe, nothing wider than the window; a picture where one is wanted. */
export async function sound(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    [],
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) });
}

/** The page at the address of a request that is not there. */
export const openMissing = () => openPage(browser, `${proxy.page}#/review/no-such`);
