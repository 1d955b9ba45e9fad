// A page that is used for long: requests made, approved and collected again and again in one session, sessions opened and closed again and again; with what
// there is of memory and workers at any moment. The API server is kubecred/testing, in the process of the test, so that what it keeps is not the page's.
// For soak.test.mjs, which asserts, and tests/bench/soak.mjs, which does it for long.
import { serveFake } from "../package/served-fake.mjs";
import { openPage } from "./browser.mjs";
import { watchMemories } from "./heap.mjs";
import { servePackage } from "./packaged.mjs";

const COLLECTION = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/** Runs in the page. */
const SCRIPT = `
import { open } from "/pkg/index.js";
let kubecred, cluster;
const ENTRY = { name: "c", server: "https://cluster.example:6443" };
/** One after the other: a key, its request, the approval, the certificate, the file; then everything is given back. */
globalThis.cycles = async (api, from, count) => {
  kubecred ??= await open();
  cluster ??= kubecred.cluster({ server: api });
  for (let number = from; number < from + count; number++) {
    const name = "soak-" + number;
    const key = await kubecred.keys.generate("ecdsa-p256");
    const csr = await key.createCsr({ user: "user-" + number, groups: ["dev"] });
    let pending;
    const seen = new Promise((done) => { pending = done; });
    const waiting = cluster.csr.request({ csr, name, expirationSeconds: 3600 }, { onStatus: (status) => status.state === "pending" && pending(status) });
    await cluster.csr.approve(await seen);
    const { certificate } = await waiting;
    const kubeconfig = await key.kubeconfig({ certificate, csr, cluster: ENTRY });
    (await kubeconfig.serialize()).fill(0);
    kubeconfig.dispose();
    key.dispose();
    await fetch(api + "${COLLECTION}/" + name, { method: "DELETE" });
  }
};
/** Each makes a key and reads a file, which starts its second worker; every other one is closed in the midst of a search. */
globalThis.sessions = async (count) => {
  for (let number = 0; number < count; number++) {
    const session = await open();
    const key = await session.keys.generate("ecdsa-p256");
    await session.csr.inspect(await key.createCsr({ user: "jane" }));
    await session.kubeconfig.parse("apiVersion: v1\\nkind: Config\\n");
    if (number % 2) session.keys.generate("rsa-4096", { workers: 2 }).catch(() => {});
    session.close();
  }
};
globalThis.leave = () => { kubecred?.close(); kubecred = cluster = undefined; };
globalThis.ready = true;
`;

/**
 * The page, and its fake: { cycles(from, count), sessions(count), leave(), measure(), close() }. `measure` gives the pages of wasm memory of all workers (64 KiB),
 * the bytes of the page's JavaScript heap after a collection, and the number of workers.
 * @param {import("playwright-core").Browser} browser
 */
export async function soak(browser) {
  const fake = await serveFake();
  const server = await servePackage({
    script: SCRIPT,
    policy: `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${fake.url}`,
  });
  const { page, context, seen } = await openPage(browser, null);
  page.setDefaultTimeout(0);
  await watchMemories(context);
  await page.goto(server.origin);
  await page.waitForFunction(() => globalThis.ready);
  const cdp = await context.newCDPSession(page);
  return {
    seen,
    page,
    cycles: (from, count) => page.evaluate(([api, first, many]) => globalThis.cycles(api, first, many), [fake.url, from, count]),
    sessions: (count) => page.evaluate((many) => globalThis.sessions(many), count),
    leave: () => page.evaluate(() => globalThis.leave()),
    async measure() {
      // What was recorded of the requests is the test's own.
      seen.requests.length = 0;
      for (let time = 0; time < 3; time++) await cdp.send("HeapProfiler.collectGarbage");
      const { usedSize } = await cdp.send("Runtime.getHeapUsage");
      const workers = page.workers();
      const pages = await Promise.all(workers.map((each) => each.evaluate(() => globalThis.memoryPages()).catch(() => 0)));
      return { pages: pages.reduce((sum, each) => sum + each, 0), heap: usedSize, workers: workers.length };
    },
    async close() {
      await context.close();
      server.close();
      fake.close();
    },
  };
}
