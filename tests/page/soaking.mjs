// A page that is used for long: requests made, approved and collected again and again in one session, sessions opened and closed again and again; with what
// there is of memory and workers at any moment. The API server is kubecred/testing, in this process and behind HTTP, so that what it keeps is not the page's.
// For soak.test.mjs, which asserts, and tests/bench/soak.mjs, which does it for long.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fakeCluster } from "../../pkg/testing/index.js";
import { tests } from "../support/place.mjs";
import { openPage } from "./browser.mjs";
import { servePackage } from "./packaged.mjs";

const COLLECTION = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
/** Added to the worker's file: a worker says how large the memory of its module is. */
const MEASURED = `
const memories = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    memories.push(instance.exports.memory);
    return instance;
  },
});
globalThis.memoryPages = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength / 65536, 0);
`;

/** Runs in the page. */
const SCRIPT = `
import { open } from "/pkg/index.js";
const server = (api) => api || location.origin;
let kubecred, cluster;
const cluster_ = { name: "c", server: "https://cluster.example:6443" };
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
    const kubeconfig = await key.kubeconfig({ certificate, csr, cluster: cluster_ });
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

/** kubecred/testing behind HTTP on a port of its own: { url, close }. */
async function serveFake() {
  const fake = fakeCluster();
  const open = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-methods": "*" };
  const server = createServer(async (request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, open).end();
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const answer = await fake.fetch(`https://fake${request.url}`, {
        method: request.method,
        headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => ["accept", "content-type"].includes(name))),
        signal: gone.signal,
        ...(chunks.length ? { body: Buffer.concat(chunks).toString() } : {}),
      });
      response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...open });
      response.flushHeaders();
      Readable.fromWeb(answer.body)
        .on("error", () => response.destroy())
        .pipe(response);
    } catch {
      response.destroy();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      fake.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

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
  const worker = readFileSync(join(tests, "..", "pkg", "worker", "worker.js"), "utf8");
  await context.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: `${worker}${MEASURED}` }));
  await page.goto(server.origin);
  await page.waitForFunction("globalThis.ready");
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
