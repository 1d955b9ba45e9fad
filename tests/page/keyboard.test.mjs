// By keyboard alone, in Chromium and in Firefox: from a name to a file that real kubectl uses, live behind kubectl proxy and with
// offline.html opened from disk, with a P-256 and an RSA 2048 key. Nothing violates the policy, nothing is sent elsewhere, the console is empty.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { openPage, startBrowser } from "./browser.mjs";
import { kubectl, startControlPlane } from "../support/control-plane.mjs";
import { startFirefox } from "./firefox.mjs";
import { inChromium, inFirefox, person } from "./hands.mjs";
import { dist } from "../support/place.mjs";
import { approved, certify } from "./person.mjs";
import { until } from "./wait.mjs";

const OFFLINE = pathToFileURL(join(dist, "offline.html")).href;
let plane, proxy, chromium, fox;
before(async () => {
  plane = await startControlPlane();
  [proxy, chromium, fox] = await Promise.all([plane.proxy(), startBrowser(), startFirefox()]);
});
after(async () => {
  await chromium?.close();
  await fox?.close();
  plane?.stop();
});

async function walk(hands, { user, url, rsa }) {
  const me = person(hands);
  const live = url !== OFFLINE;
  await hands.goto(url);
  await me.sees("#connection summary", live ? /Kubernetes v1\.\d+/ : /sends nothing/);
  await me.getAccess();
  await me.fill("user", user);
  if (rsa) {
    await me.enter("Continue step by step");
    await me.headed("Your key");
    await me.tabTo("ECDSA P-256");
    while (!(await me.focused()).trim().startsWith("RSA 2048")) await hands.press("ArrowDown");
    await me.enter("Create key");
    await me.headed("Your request", 120_000);
    await me.enter(live ? "Send the request" : "Create the request file");
  } else await hands.press("Enter"); // the one button for all of it
  await me.headed("Approval");
  assert.match(await me.text('li[data-step="key"] .summary'), rsa ? /RSA 2048/ : /ECDSA P-256/);
  if (live) {
    await me.sees("#answer-state", /Waiting for approval/);
    await approved(plane, await me.text("#answer-state bdi"));
  } else {
    await me.tabTo("Save the request");
    const { bytes } = await hands.download(() => hands.press("Enter"));
    await me.fill("answer-text", (await certify(plane, bytes.toString())).encoded);
    await me.enter("Use this certificate");
  }
  await me.headed("Your kubeconfig");
  if (!live) {
    const { cluster } = JSON.parse((await plane.kubectl(["config", "view", "--minify", "--raw", "-o", "json"])).stdout).clusters[0];
    await me.fill("server", cluster.server);
    await me.fill("ca", Buffer.from(cluster["certificate-authority-data"], "base64").toString());
  } else {
    await until(async () => hands.run("return document.querySelector('#ca').value"), "the certificate authority to be filled in");
  }
  await me.tabTo("Save the kubeconfig");
  const file = await hands.download(() => hands.press("Enter"));
  assert.match(file.name, new RegExp(`^kubeconfig-${user}-127-0-0-1-\\d+\\.yaml$`));
  const path = join(plane.dir, file.name);
  writeFileSync(path, file.bytes, { mode: 0o600 });
  const { code, stdout, stderr } = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, user);
  await until(async () => /^Download started:/.test(await me.focused()), "the focus at what was saved");
}

const kinds = [
  { kind: "p256", rsa: false },
  { kind: "rsa2048", rsa: true },
];
const places = [
  { place: "live", url: () => proxy.page },
  { place: "offline", url: () => OFFLINE },
];
// The page itself and the data: address of a font that Firefox's own viewers bring are no requests of the page's.
const outside = (requests, url) =>
  requests.filter((each) => /^(https?|wss?):/.test(each.url) && !(url !== OFFLINE && each.url.startsWith(new URL(url).origin)));

for (const { kind, rsa } of kinds) {
  for (const { place, url } of places) {
    test(`Chromium, ${place}, ${kind}`, async () => {
      const { page, context, seen } = await openPage(chromium, null);
      await walk(inChromium(page), { user: `chromium-${place}-${kind}`, url: url(), rsa });
      assert.deepEqual(
        { violations: seen.violations, console: seen.console, errors: seen.errors, outside: outside(seen.requests, url()) },
        { violations: [], console: [], errors: [], outside: [] },
      );
      await context.close();
    });

    test(`Firefox, ${place}, ${kind}`, async () => {
      fox.seen.console.length = fox.seen.requests.length = 0;
      const hands = inFirefox(fox);
      await walk(hands, { user: `firefox-${place}-${kind}`, url: url(), rsa });
      assert.deepEqual(
        { violations: await hands.run("return globalThis.violations"), console: fox.seen.console, outside: outside(fox.seen.requests, url()) },
        { violations: [], console: [], outside: [] },
      );
      await hands.run("window.onbeforeunload = null; document.querySelector('#file-done').click()");
      // The page is loaded again, and its requests are over before the next test counts its own.
      await person(hands).sees("#key-place", /No private key/);
      await person(hands).sees("#build", /wasm sha256/);
    });
  }
}

test("“Skip to the content” leads to the heading of the panel that is open, and what was typed stays", async () => {
  const { page, context } = await openPage(chromium, `${proxy.page}#/access`);
  await page.getByLabel("User name").fill("jane");
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.closest("section")?.id), "panel-access");
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1");
  assert.equal(new URL(page.url()).hash, "#/access");
  assert.equal(await page.getByLabel("User name").inputValue(), "jane");
  await context.close();
});
