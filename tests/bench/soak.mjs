// `make soak`: 2,000 requests made, approved and collected in one session of one page, then 50 sessions opened and closed there. What memory and workers
// there are at the start, in the middle and at the end goes into RESULTS.md; it fails where they grow from the middle to the end.
import { startBrowser } from "../page/browser.mjs";
import { soak } from "../page/soaking.mjs";
import { machine, section, table, times } from "./common.mjs";

const CYCLES = times(2_000, 100);
const SESSIONS = times(50, 10);
/** Bytes of JavaScript heap that a thousand cycles, or the second half of the sessions, may leave behind: caches of the engine. */
const SLACK = 128 * 1024;

const browser = await startBrowser();
const one = await soak(browser);
const rows = [];
const failures = [];
const kib = (bytes) => (bytes / 1024).toFixed(0);

/** Does it in two halves, after some that do not count, and compares the end with the middle. */
async function halves(what, most, few, run) {
  await run(0, few);
  const start = await one.measure();
  await run(few, most / 2 - few);
  const middle = await one.measure();
  await run(most / 2, most / 2);
  const end = await one.measure();
  for (const [at, { pages, heap, workers }] of [
    [few, start],
    [most / 2, middle],
    [most, end],
  ])
    rows.push([what, at.toLocaleString("en"), pages, kib(heap), workers]);
  if (end.pages !== middle.pages || end.workers !== middle.workers || end.heap - middle.heap > SLACK) failures.push(what);
}

try {
  const before = await one.measure();
  rows.push(["the page alone", "", before.pages, kib(before.heap), before.workers]);
  await halves("requests made, approved and collected", CYCLES, CYCLES / 20, one.cycles);
  await halves("sessions opened and closed", SESSIONS, SESSIONS / 10, (_, count) => one.sessions(count));
  await one.leave();
  const left = await one.measure();
  rows.push(["everything closed", "", left.pages, kib(left.heap), left.workers]);
  if (left.pages !== 0 || left.workers !== 0) failures.push("everything closed");
  section(
    "Soak",
    `
${CYCLES.toLocaleString("en")} times in one session: a key, its request, the approval, the certificate by watch, the kubeconfig; then ${SESSIONS} more sessions, each with a key and the worker that reads files, every other one closed during a search for RSA-4096. One page in headless Chromium against kubecred/testing behind HTTP.

${machine(browser.version())}

${table(["what", "after", "wasm memory of all workers, pages of 64 KiB", "JavaScript heap of the page after a collection, KiB", "workers"], rows)}

${failures.length ? `Grows: ${failures.join(", ")}.` : "Flat: nothing grows from the middle to the end, and no worker is left."}
`,
  );
} finally {
  await one.close();
  await browser.close();
}
if (failures.length) process.exit(1);
