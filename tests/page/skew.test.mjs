// The clock of the browser is a day behind or ahead, on a real control plane: the certificate is awaited as ever, what is said of times is so by that clock and
// names the clock as the reason, and once it is right the same certificate is taken.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { makeKey, save, sayWho, send } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

const DAY = 86_400_000;
const SKEWS = [
  ["behind", -DAY, "certificate-not-yet-valid", /valid only from .* \(in 24 hours\), and the time here is .* \(now\)\. One of the two clocks is wrong\./],
  ["ahead", DAY, "certificate-expired", /expired on .* \(23 hours ago\), and the time here is .* \(now\)\. Request a new one, or correct the clock\./],
];

/** A page whose clock goes on from there. */
async function pageAt(url, skew) {
  const opened = await openPage(browser, null);
  await opened.page.clock.install({ time: Date.now() + skew });
  await opened.page.goto(url);
  return opened;
}

for (const [what, skew, code, says] of SKEWS) {
  test(`a day ${what}: waiting ends when the certificate is there, the clock is named, and with the right time it is taken`, async () => {
    const { page, context, seen } = await pageAt(proxy.page, skew);
    await sayWho(page, `clock-${what}`, ["dev"]);
    await makeKey(page);
    const print = await page.locator('li[data-step="key"] .summary').innerText();
    const name = await send(page);
    assert.match(await page.locator("#answer-state").innerText(), /^Waiting for approval \(\d+ seconds?\)/, "how long it waits is no day");

    const admin = await pageAt(`${proxy.page}#/review/${name}`, skew);
    const card = admin.page.locator(`article[data-name="${name}"]`);
    await expectVisible(card.getByRole("button", { name: /^Approve/ }));
    await plane.kubectl(["certificate", "approve", name]);
    await expectVisible(card.getByText("issued", { exact: true }));
    const shown = await card.innerText();
    if (skew < 0) assert.match(shown, /Valid from .* \(in 24 hours\)\s+Expires .* \(in 25 hours\)/);
    else assert.match(shown, /Valid since [^(]*\s+Expired 23 hours ago/);
    assert.doesNotMatch(await admin.page.locator("#panel-review").innerText(), /-\d+ (s|min|h|d|second|minute|hour|day)|NaN|unknown time|Invalid/);
    await admin.context.close();

    await expectVisible(page.locator(`#answer [data-code="${code}"]`));
    assert.match(await page.locator(`#answer [data-code="${code}"]`).innerText(), says);
    assert.match(await page.locator("#answer-state").innerText(), /^This certificate is not valid at the time of this computer\. Your key is still here\./);
    assert.equal(await page.locator('li[data-step="key"] .summary').innerText(), print);
    await page.clock.setSystemTime(Date.now());
    await page.getByRole("button", { name: "Keep waiting" }).click();
    const saved = await save(page);
    assert.ok(saved.bytes.includes("client-certificate-data"));
    assert.match(await page.locator("#file-access").innerText(), /The certificate expires .* \((in 60 minutes|in 59 minutes)\)/);
    await until(() => seen.requests.filter(({ method }) => method === "POST").length > 0, "the control");
    const posts = seen.requests.filter(({ method, url }) => method === "POST" && url.includes("certificatesigningrequests?fieldValidation"));
    assert.equal(posts.length, 1, "the request was sent once");
    assert.deepEqual([seen.violations, seen.errors], [[], []]);
    await context.close();
  });
}
