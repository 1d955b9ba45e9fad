// The longest task of the main thread in what a person does on the page, on a computer six times slower: processor time of the thread, six times. Chromium's
// own slowing (EMULATED=1) stretches time on the clock: on a machine that does something else besides, it adds what the other did (up to 3 times as much,
// 2026-11). The bound is 50 ms.
//
//   FLOWS=words   only the flows in whose name one of these words (with commas between) is, and those before them on their page
//   SHOW=3        also what the longest tasks of each flow consist of
//   SLOWER=1      another factor than six
//   EMULATED=1    the page is slowed by Chromium
//
// A flow that cannot run is named in the table, and the others run.
import { fakeStage, flowPage, flowsOf } from "../page/flows.mjs";
import { startBrowser } from "../page/browser.mjs";
import { traceOf } from "../page/tracing.mjs";
import { digits, machine, section, table, times } from "./common.mjs";

const COUNT = times(10_000, 1_000);
const MOST = 50;
const SLOWER = Number(process.env.SLOWER ?? 6);
const EMULATED = process.env.EMULATED === "1";
/** From the microseconds of a trace to the milliseconds of the slower computer. */
const FACTOR = (EMULATED ? 1 : SLOWER) / 1000;
const SHOW = Number(process.env.SHOW ?? 0);
const WANTED = (process.env.FLOWS ?? "").split(",").filter(Boolean);
const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "blink"];

/** What a task consists of: for each kind of work in it the time that is its own, the most first. */
function parts(events, task) {
  const inside = events
    .filter(({ ph, pid, tid, ts, tdur }) => ph === "X" && pid === task.pid && tid === task.tid && tdur && ts >= task.ts && ts < task.ts + task.dur)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const own = new Map(inside.map((event) => [event, event.tdur]));
  const open = [];
  for (const event of inside) {
    while (open.length && open.at(-1).ts + open.at(-1).dur <= event.ts) open.pop();
    const parent = open.at(-1);
    if (parent) own.set(parent, own.get(parent) - event.tdur);
    open.push(event);
  }
  const sums = new Map();
  for (const [{ name, args }, time] of own) {
    const { functionName = "", url = "", lineNumber = "" } = args?.data ?? {};
    const elements = args?.elementCount ?? args?.beginData?.dirtyObjects;
    const about = [functionName, url.split("/").slice(-2).join("/"), lineNumber, elements === undefined ? "" : `${elements} elements`]
      .filter(Boolean)
      .join(" ");
    const key = about ? `${name} (${about})` : name;
    sums.set(key, (sums.get(key) ?? 0) + time * FACTOR);
  }
  return [...sums].sort(([, a], [, b]) => b - a).slice(0, 8);
}

const wanted = (flows) => {
  if (!WANTED.length) return flows;
  const named = flows.map(({ name }) => WANTED.some((word) => name.includes(word)));
  return flows.filter((flow, index) => named[index] || flows.some((later, at) => at > index && named[at] && later.page === flow.page));
};

const stages = { many: await fakeStage(), few: await fakeStage(), live: await fakeStage({ autoApprove: true }), count: COUNT };
const browser = await startBrowser();
const rows = [];
try {
  await stages.few.add(0, 18);
  const flows = wanted(flowsOf(stages));
  if (flows.some(({ page }) => page === "many")) await stages.many.add(0, COUNT);
  const broken = new Set();
  let here = { name: "" };
  for (const flow of flows) {
    if (broken.has(flow.page)) continue;
    try {
      if (here.name !== flow.page) {
        await here.context?.close();
        here = { name: flow.page, ...(await flowPage(browser)) };
        await flow.ready?.(here.page);
        if (EMULATED) await (await here.context.newCDPSession(here.page)).send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      }
      const { events, main } = await traceOf(browser, here.page, () => flow.act(here.page), SHOW ? CATEGORIES : []);
      main.sort((a, b) => b.tdur - a.tdur);
      const all = main.map(({ tdur }) => tdur * FACTOR);
      rows.push([flow.name, digits(all[0]), all.filter((each) => each > MOST).length, all.length]);
      console.log(rows.at(-1).join(" | "), here.seen.errors.join(" "));
      for (const task of main.slice(0, SHOW)) {
        console.log(`  ${digits(task.tdur * FACTOR)} ms`);
        for (const [what, time] of parts(events, task)) console.log(`    ${digits(time).padStart(6)} ${what}`);
      }
    } catch (error) {
      broken.add(flow.page); // what follows on this page cannot be measured
      rows.push([flow.name, "did not run", "", ""]);
      console.error(`${flow.name}: ${error.message}`);
    }
  }
  await here.context?.close();
  if (!WANTED.length)
    section(
      "Long tasks",
      `
What a person does on the page, on a computer ${SLOWER} times slower${EMULATED ? " (as Chromium slows it)" : ""}: the longest task of the main thread, and how many are longer than ${MOST} ms. ${COUNT.toLocaleString("en")} requests from kubecred/testing over HTTP; processor time of the thread.

${machine(browser.version())}

${table(["what", "longest task, ms", `over ${MOST} ms`, "tasks"], rows)}`,
    );
} finally {
  await browser.close();
  for (const stage of [stages.many, stages.few, stages.live]) stage.close();
}
