// What a page's threads did, as Chromium traces it. Processor time, not time on the clock: on a busy machine every thread waits for its
// turn, which is no fault of the page.
import assert from "node:assert/strict";

/**
 * Traces while `work` runs: { main: the tasks of the main thread in milliseconds, longest first; workers: milliseconds of all workers
 * together }. The trace holds the whole browser, whose own pages (chrome://omnibox-popup…) have tasks of 80 ms (2026-11): ours are the
 * processes in which our mark stands.
 */
export async function traced(browser, page, work) {
  const { events, on, main } = await traceOf(browser, page, work);
  const workers = tasksOf(events, on(/^DedicatedWorker/)).reduce((sum, { tdur }) => sum + tdur / 1000, 0);
  return { main: main.map(({ tdur }) => tdur / 1000).sort((a, b) => b - a), workers };
}

/** The tasks of threads, as events of the trace. */
const tasksOf = (events, on) =>
  events.filter(({ name, ph, pid, tid, tdur }) => name === "ThreadControllerImpl::RunTask" && ph === "X" && tdur !== undefined && on.has(`${pid}/${tid}`));

/** The same as events: { events: all, on: the threads of ours whose name fits, main: the tasks of the main thread }. */
export async function traceOf(browser, page, work, categories = []) {
  await page.context().addInitScript(() => {
    performance.mark("ours");
  });
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "blink.user_timing", "__metadata", ...categories] });
  await page.evaluate(() => {
    performance.mark("ours");
  });
  await work();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const ours = new Set(traceEvents.filter(({ name, cat }) => name === "ours" && cat.includes("blink.user_timing")).map(({ pid }) => pid));
  assert.ok(ours.size >= 1, "the page's process is known");
  const on = (wanted) =>
    new Set(
      traceEvents.filter(({ name, args, pid }) => name === "thread_name" && wanted.test(args.name) && ours.has(pid)).map(({ pid, tid }) => `${pid}/${tid}`),
    );
  return { events: traceEvents, on, main: tasksOf(traceEvents, on(/^CrRendererMain$/)) };
}
