// RSA keys by several workers in Chromium and Firefox: from files and from the inline entry, under the page's policy and its Trusted
// Types; on the calling thread alone; stopped, and begun ahead. How many workers there are is counted where they start.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { servePackage } from "./packaged.mjs";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; require-trusted-types-for 'script'; trusted-types kubecred";
/** Runs in the page: gives what happened, or the error's text. */
const SCRIPT = `
let workers = 0;
const Real = Worker;
globalThis.Worker = class extends Real { constructor(...args) { super(...args); workers++; } };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
globalThis.run = async (entry, options) => {
  const { open } = await import(entry);
  workers = 0;
  const kubecred = await open(options);
  const told = [];
  const make = (more, algorithm = "rsa-2048") => kubecred.keys.generate(algorithm, { workers: 3, onProgress: ({ candidatesTried, primesFound, expectedSeconds }) => told.push([candidatesTried, primesFound, expectedSeconds]), ...more });
  const first = await make();
  const controller = new AbortController();
  // The longest kind: one of 2048 bits may be found before it is stopped.
  const stopped = make({ signal: controller.signal }, "rsa-4096").then(() => "made", (error) => error.code);
  await sleep(5);
  controller.abort();
  const code = await stopped;
  kubecred.keys.prepare("rsa-2048");
  await sleep(100);
  const second = await make();
  const result = { algorithm: first.algorithm, different: first.fingerprint !== second.fingerprint, code, last: told.at(-1), workers, filter: kubecred.version.rsaFilter };
  kubecred.close();
  return result;
};
`;
const ENTRIES = [
  ["/pkg/index.js", {}, 3],
  ["/pkg/inline.js", {}, 3],
  ["/pkg/index.js", { worker: false }, 0],
];

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

function judge({ algorithm, different, code, last, workers, filter }, expected) {
  assert.deepEqual({ algorithm, different, code, filter }, { algorithm: "rsa-2048", different: true, code: "aborted", filter: "simd" });
  assert.ok(last[0] > 0 && last[1] === 2 && last[2] === 0, `progress: ${last}`);
  assert.equal(workers, expected);
}

for (const [entry, options, workers] of ENTRIES) {
  const what = `${entry}${options.worker === false ? ", without a worker" : ""}`;
  test(`Chromium, ${what}`, async () => {
    const { page, context, seen } = await openPage(chromium, origin);
    await page.waitForFunction("globalThis.run");
    judge(await page.evaluate(([entry, options]) => globalThis.run(entry, options), [entry, options]), workers);
    assert.deepEqual(seen.violations, []);
    await context.close();
  });

  test(`Firefox, ${what}`, async () => {
    const { driver } = fox;
    await driver.manage().setTimeouts({ script: 120_000 });
    await driver.get(origin);
    await driver.wait(() => driver.executeScript("return Boolean(globalThis.run)"), 30_000);
    const result = await driver.executeAsyncScript(
      "const [entry, options, done] = arguments; globalThis.run(entry, options).then(done, (error) => done(String(error)));",
      entry,
      options,
    );
    assert.equal(typeof result, "object", result);
    judge(result, workers);
  });
}
