// A worker that ends without an error, in Chromium and Firefox: the platform tells nobody, and yet every call that waits for it fails, and every later one.
// The worker is the package's, and closes itself; or the page terminates it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { inChromium, inFirefox } from "./hands.mjs";
import { servePackage } from "./packaged.mjs";
import { until } from "./wait.mjs";

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'";
/** The worker closes itself when it is to make an Ed25519 key, in the place of an answer. */
const CLOSING = `const { onmessage: receive } = globalThis;
onmessage = (event) => (event.data.method === "generateKey" && event.data.args[0] === "ed25519" ? close() : receive(event));`;
/** Runs in the page: what became of each call is in `told`, by its name. */
const SCRIPT = `
import { open } from "/pkg/index.js";
const script = 'import "' + location.origin + '/pkg/worker/worker.js";' + ${JSON.stringify(CLOSING)};
const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
globalThis.told = {};
let newest;
const worker = () => {
  newest = new Worker(address, { type: "module" });
  return newest;
};
const say = (name, promise) => promise.then(() => { told[name] = "done"; }, (error) => { told[name] = error.code + ": " + error.message; });
globalThis.begin = () => say("begun", open({ worker }).then((session) => { globalThis.kubecred = session; }));
globalThis.end = (how) => {
  say("waiting", kubecred.keys.generate(how === "closed" ? "ed25519" : "ecdsa-p384"));
  if (how === "terminated") newest.terminate();
};
globalThis.later = () => say("later", kubecred.keys.generate("ecdsa-p256"));
globalThis.others = async (entry) => {
  const { open } = await import(entry);
  globalThis.kubecred = await open();
  const other = await open();
  const kubeconfig = await kubecred.kubeconfig.create({ cluster: { server: "https://10.0.0.1:6443" }, token: "t" });
  other.close();
  kubeconfig.dispose();
  say("others", kubecred.keys.generate("ecdsa-p256"));
};
globalThis.locks = () => navigator.locks.query().then(({ held, pending }) => { told.locks = [held.length, pending.length].join(); });
document.documentElement.dataset.ready = "";
`;
const OVER = "wasm-panicked: The worker ended unexpectedly, and the session is over. Open a new one.";

let server, chromium, fox;
before(async () => {
  server = await servePackage({ script: SCRIPT, policy: POLICY });
  [chromium, fox] = await Promise.all([startBrowser(), startFirefox()]);
});
after(async () => {
  await chromium?.close();
  await fox?.close();
  server?.close();
});

for (const where of ["Chromium", "Firefox"]) {
  /** A page with the package. */
  const opened = async (work) => {
    const { page, context } = where === "Chromium" ? await openPage(chromium) : {};
    const hands = where === "Chromium" ? inChromium(page) : inFirefox(fox);
    await hands.goto(server.origin);
    await until(() => hands.run("return 'ready' in document.documentElement.dataset"), "the page");
    const told = (name) => until(() => hands.run(`return told.${name}`), name, 60_000);
    const locks = (count) =>
      until(async () => {
        await hands.run("locks();");
        return (await told("locks")) === count;
      }, `locks: ${count}`);
    await work({ hands, told, locks });
    await context?.close();
  };

  for (const how of ["closed", "terminated"])
    test(`${where}: a worker is ${how} before it answers: the call fails, and the next`, () =>
      opened(async ({ hands, told, locks }) => {
        await hands.run("begin();");
        assert.equal(await told("begun"), "done");
        await locks("2,1"); // the page's own, and the worker's, for which the page waits
        await hands.run(`end("${how}");`);
        assert.equal(await told("waiting"), OVER);
        await hands.run("later();");
        assert.equal(await told("later"), OVER);
        await locks("0,0");
      }));

  for (const entry of ["/pkg/index.js", "/pkg/inline.js"])
    test(`${where}: sessions of ${entry} that are closed leave no lock, and the others go on`, () =>
      opened(async ({ hands, told, locks }) => {
        await hands.run(`others("${entry}");`);
        assert.equal(await told("others"), "done");
        await locks("4,2"); // of a worker for keys, and one that read the kubeconfig
        await hands.run("kubecred.close();");
        await locks("0,0");
      }));

  test(`${where}: without locks, as where the context is not secure, it works as well`, () =>
    opened(async ({ hands, told }) => {
      await hands.run("Object.defineProperty(navigator, 'locks', { value: undefined }); delete Crypto.prototype.randomUUID; others('/pkg/index.js');");
      assert.equal(await told("others"), "done");
      await hands.run("kubecred.close();");
    }));
}
