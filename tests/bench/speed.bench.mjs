// Speed beside others: RSA keys by one, two and four workers, WebCrypto, node-forge and openssl; key and request; the first
// key of a fresh page; start-up; sizes. In headless Chromium and in Node, interleaved, medians and means.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { open } from "../../pkg/node.js";
import { digits, machine, quick, root, section, startPages, stats, table, times } from "./common.mjs";

const require = createRequire(join(root, "tests", "package.json"));
const others = require("esbuild").buildSync({
  stdin: { contents: 'import "reflect-metadata"; export { default as forge } from "node-forge"; export * as x509 from "@peculiar/x509";', resolveDir: join(root, "tests") },
  bundle: true, format: "esm", write: false, minify: true, platform: "browser",
}).outputFiles[0].text;
const pages = await startPages({
  "/bench/speed.html": '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/tests/bench/speed.page.js"></script>',
  "/bench/others.js": others,
});

const ratio = (ours, other) => `${digits(ours.mean / other.mean)} / ${digits(ours.median / other.median)}`;
const both = ({ mean, median }) => `${digits(mean)} / ${digits(median)}`;

/** One line for each contender. */
function lines(bits, found, openssl) {
  const base = stats(found.webcrypto);
  const rows = Object.entries(found.times).map(([workers, list]) => [`RSA-${bits}`, `kubecred, ${workers} worker${workers === "1" ? "" : "s"}`, list.length, both(stats(list)), ratio(stats(list), base), digits(stats(found.candidates[workers]).mean)]);
  const other = (name, list) => list.length && rows.push([`RSA-${bits}`, name, list.length, both(stats(list)), ratio(stats(list), base), ""]);
  other("WebCrypto", found.webcrypto);
  other("node-forge", found.forge);
  other("openssl genrsa, native", openssl ?? []);
  return rows;
}

function openssl(bits, count) {
  return Array.from({ length: count }, () => {
    const start = performance.now();
    execFileSync("openssl", ["genrsa", String(bits)], { stdio: ["ignore", "ignore", "ignore"] });
    return performance.now() - start;
  });
}

/** The longest task of the main thread while keys of every kind are made, in processor time (ms): a fresh page, start included. */
async function mainThread() {
  const { page, close } = await pages.open("/bench/speed.html");
  await pages.browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  await page.evaluate(() => globalThis.everyKind());
  const { traceEvents } = JSON.parse(await pages.browser.stopTracing());
  await close();
  const mains = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = traceEvents.filter(({ name, ph, pid, tid, tdur }) => name === "ThreadControllerImpl::RunTask" && ph === "X" && tdur !== undefined && mains.has(`${pid}/${tid}`));
  return Math.max(...tasks.map(({ tdur }) => tdur / 1000));
}

const HEAD = ["key", "by", "n", "mean / median ms", "to WebCrypto", "candidates per key"];
const ROUNDS = { 2048: times(40, 3), 3072: times(40, 2), 4096: times(40, 1) };
const FORGE = { 2048: times(6, 1), 3072: times(2, 0), 4096: 0 };

const rows = [];
const { page, close } = await pages.open("/bench/speed.html");
for (const bits of [2048, 3072, 4096]) {
  const found = await page.evaluate(([bits, rounds, forge]) => globalThis.rsa(bits, rounds, [1, 2, 4], forge), [bits, ROUNDS[bits], FORGE[bits]]);
  rows.push(...lines(bits, found, openssl(bits, ROUNDS[bits])));
  console.log(rows.slice(-5).map((cells) => cells.join("  ")).join("\n"));
}
const { ours, theirs } = await page.evaluate((rounds) => globalThis.requests(rounds), times(200, 20));
await close();
const busy = await mainThread();
const small = Object.entries(ours).map(([algorithm, list]) => {
  const [key, whole] = [0, 1].map((at) => stats(list.map((pair) => pair[at])));
  const other = theirs[algorithm] && stats(theirs[algorithm]);
  return [algorithm, list.length, both(key), both(whole), other ? both(other) : "", other ? ratio(whole, other) : ""];
});

// Each of these needs a page that has done nothing yet.
const first = { start: [], cold: [], ahead: [], webcrypto: [] };
for (let round = 0; round < times(20, 2); round++) {
  for (const [name, code] of Object.entries({ start: "startUp()", cold: "firstKey(2048, 0)", ahead: "firstKey(2048, 200)", webcrypto: "firstWebCrypto(2048)" })) {
    const fresh = await pages.open("/bench/speed.html");
    first[name].push(await fresh.page.evaluate(`globalThis.${code}`));
    await fresh.close();
  }
}
const version = pages.version;
await pages.close();

// Node: the same search in worker_threads, beside Node's own WebCrypto.
const kubecred = await open();
const nodeRows = [];
for (const bits of [2048, 3072, 4096]) {
  const found = { webcrypto: [], forge: [], times: {}, candidates: {} };
  for (let round = -1; round < times(20, 1); round++) {
    for (const workers of [1, 2]) {
      let tried = 0;
      const start = performance.now();
      const key = await kubecred.generateKey(`rsa-${bits}`, { workers, onProgress: (count) => { tried = count; } });
      if (round >= 0) (found.times[workers] ??= []).push(performance.now() - start);
      if (round >= 0) (found.candidates[workers] ??= []).push(tried);
      key.dispose();
    }
    const start = performance.now();
    const pair = await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, true, ["sign", "verify"]);
    await crypto.subtle.exportKey("pkcs8", pair.privateKey);
    if (round >= 0) found.webcrypto.push(performance.now() - start);
  }
  nodeRows.push(...lines(bits, found));
}
const { rsaFilter } = kubecred.version;
kubecred.close();

const wasm = readFileSync(join(root, "pkg", "wasm", "core_bg.wasm"));
const budget = JSON.parse(readFileSync(join(root, "tests", "packaging", "budget.json"), "utf8"));
const base = stats(first.webcrypto);
section("Speed", `
${machine(version)}. RSA filter: ${rsaFilter}.

In Chromium, one page, the contenders in turn; workers warm; PKCS#8 made in each case:

${table(HEAD, rows)}

The first RSA-2048 key of a fresh page (a new profile each time, ${first.cold.length} of each; mean / median ms, to WebCrypto's first):

${table(["", "mean / median ms", "ratio"], [
  ["RSA looked at 200 ms before (\`warm\`)", both(stats(first.ahead)), ratio(stats(first.ahead), base)],
  ["not looked at before", both(stats(first.cold)), ratio(stats(first.cold), base)],
  ["WebCrypto's first", both(base), "1"],
])}

Start of a session in a fresh page: ${both(stats(first.start))} ms. Longest task of the main thread while a session starts and makes a key of every kind: ${digits(busy)} ms of processor time.

Key, and key with request, round trips to the worker included, beside WebCrypto with @peculiar/x509 (mean / median ms):

${table(["algorithm", "n", "key", "key and request", "@peculiar/x509", "ratio"], small)}

In Node, beside its own WebCrypto:

${table(HEAD, nodeRows)}

Sizes (brotli): module ${brotliCompressSync(wasm).length} bytes of ${budget.wasm}; the package's JavaScript may have ${budget.javascript}.
`);
if (quick) console.log("BENCH=quick: these figures are too few to quote");
