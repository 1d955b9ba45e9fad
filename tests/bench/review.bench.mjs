// #/review over 10,000 requests that wait, on a real API server, in headless Chromium behind kubectl proxy; kubectl get csr beside it.
import { open } from "../../pkg/node.js";
import { startBrowser } from "../page/browser.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { crowd, filterList, openList, seeAll, walkList } from "../page/many.mjs";
import { digits, machine, section, stats, table, times } from "./common.mjs";

const COUNT = times(10_000, 1_500);
const RUNS = times(3, 1);
/** So many rows are scrolled through. */
const ROWS = times(2_000, 500);
/** How weak the other machine is. */
const SLOWER = 6;
const plane = await startControlPlane({});
const kubecred = await open();
let browser;

const clock = async (work) => {
  const began = performance.now();
  const result = await work();
  return { result, took: performance.now() - began };
};
const longest = ({ main }) => main[0];
const median = (list) => digits(stats(list).median);

try {
  const made = (await clock(() => crowd(plane, kubecred, COUNT))).took;
  browser = await startBrowser();
  const proxy = await plane.proxy();
  const opened = [];
  const kubectl = [];
  for (let run = 0; run < RUNS; run++) {
    const list = await openList(browser, proxy, COUNT);
    opened.push(list);
    if (run < RUNS - 1) await list.context.close();
    const { result, took } = await clock(() => plane.kubectl(["get", "csr"]));
    if (result.stdout.trim().split("\n").length !== COUNT + 1) throw new Error(`kubectl printed another number of lines: ${result.stderr}`);
    kubectl.push(took);
  }
  const { page } = opened.at(-1);
  const walked = await walkList(browser, page);
  const filtered = await filterList(browser, page, COUNT);
  const { result: seen, took: seeing } = await clock(() => seeAll(browser, page, ROWS));
  if (new Set(seen.names).size !== ROWS) throw new Error(`${new Set(seen.names).size} of ${ROWS} were seen`);
  const slow = await openList(browser, proxy, COUNT, { slow: SLOWER });
  const slowed = [slow, await filterList(browser, slow.page, COUNT), await walkList(browser, slow.page), await seeAll(browser, slow.page, ROWS)].map(longest);
  const of = (field) => opened.map((one) => one[field]);
  section(
    "Many requests",
    `
${COUNT.toLocaleString("en")} pending requests in a real API server (made in ${digits(made / 1000)} s), ${opened[0].pages} pages; medians of ${RUNS} fresh page${RUNS === 1 ? "" : "s"}. Tasks and work are processor time.

${machine(browser.version())}

${table(
  ["what", "ms"],
  [
    ["first screen after the first page's arrival", median(of("firstScreen"))],
    ["the whole list, from asking to the last page's arrival", median(of("whole"))],
    ["`kubectl get csr`, whole", median(kubectl)],
    ["work of the worker: start, decoding all", median(of("workers"))],
    ["longest task of the main thread: opening, list complete", digits(Math.max(...opened.map(longest)))],
    ["… going through it by keyboard, opening and selecting", digits(longest(walked))],
    ["… filtering", digits(longest(filtered))],
    [`… scrolling through ${ROWS.toLocaleString("en")} rows (${digits(seeing / 1000)} s)`, digits(longest(seen))],
    [`the same on a page ${SLOWER} times slower: opening, filtering, going through it, scrolling`, slowed.map(digits).join(", ")],
  ],
)}`,
  );
} finally {
  kubecred.close();
  await browser?.close();
  plane.stop();
}
