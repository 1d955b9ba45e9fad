// kubecred/testing in Chromium and Firefox, as a portal's tests in a browser load it: the whole certificate path, under a policy that allows no
// connection but for the package's own files.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { servePackage } from "./packaged.mjs";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types kubecred";
/** Runs in the page: the user of the certificate, how a denial ends, and what came in. */
const SCRIPT = `
globalThis.run = async () => {
  const [{ open }, { fakeCluster }] = await Promise.all([import("/pkg/index.js"), import("/pkg/testing/index.js")]);
  const fake = fakeCluster();
  const kubecred = await open();
  const cluster = kubecred.cluster({ fetch: fake.fetch });
  const key = await kubecred.keys.generate("ecdsa-p256");
  const csr = await key.createCsr({ user: "jane", groups: ["dev"] });
  const [{ certificate }] = await Promise.all([cluster.csr.request({ csr, name: "one" }), fake.approve()]);
  const denied = cluster.csr.request({ csr, name: "two" }).catch(({ code }) => code);
  await fake.deny("two");
  const { user } = await kubecred.certificates.parse(certificate);
  const result = { user, denied: await denied, posts: fake.requests.filter(({ method }) => method === "POST").length };
  fake.close();
  kubecred.close();
  return result;
};
`;

let server, origin, chromium, fox;
before(async () => {
  server = await servePackage({ script: SCRIPT, policy: POLICY });
  ({ origin } = server);
  [chromium, fox] = await Promise.all([startBrowser(), startFirefox()]);
});
after(async () => {
  await chromium?.close();
  await fox?.close();
  server?.close();
});

function judge(result) {
  assert.deepEqual(result, { user: "jane", denied: "request-denied", posts: 2 });
  assert.ok(server.asked.includes("/pkg/testing/index.js"), "the control: the server sees what is asked");
  assert.deepEqual(
    server.asked.filter((path) => path.includes("/apis")),
    [],
    "nothing of it reaches the network",
  );
}

test("Chromium", async () => {
  const { page, context, seen } = await openPage(chromium, origin);
  await page.waitForFunction("globalThis.run");
  judge(await page.evaluate("globalThis.run()"));
  assert.deepEqual(seen.violations, []);
  await context.close();
});

test("Firefox", async () => {
  const { driver } = fox;
  await driver.manage().setTimeouts({ script: 120_000 });
  await driver.get(origin);
  await driver.wait(() => driver.executeScript("return Boolean(globalThis.run)"), 30_000);
  judge(await driver.executeAsyncScript("const done = arguments[0]; globalThis.run().then(done, (error) => done(String(error)));"));
});
