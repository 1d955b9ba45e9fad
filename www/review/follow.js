// The requests of the cluster as they are now: listed, then followed by a watch. Where the watch breaks or the server has forgotten where it
// began (410), they are listed again and compared with what is on the screen.
import { cluster } from "../cluster/connection.js";
import { breath } from "../ui/pace.js";

/** @import { Cluster, CsrStatus } from "../kubecred/index.js" */

/** @typedef {"added" | "modified" | "deleted"} Change */
/**
 * @typedef {object} List what is told of each request
 * @property {(reports: readonly CsrStatus[]) => Promise<void>} add
 * @property {(change: Change, report: CsrStatus) => void} change
 * @property {(name: string) => void} remove
 * @property {() => string[]} names
 *
 * @typedef {object} Following
 * @property {List} list
 * @property {AbortSignal} signal
 * @property {() => void} listed
 * @property {(error: any, how?: { again?: boolean }) => void} trouble
 */

/** Trouble that passes, as a server that starts again or a line that is down. */
const PASSING = new Set(["network", "timeout", "server-error", "too-many-requests"]);
/**
 * So many requests come in one answer. The whole list of 10,000 takes two thirds of the time that it takes by 100: the server needs about as long for each
 * page. To take 500 from the worker is a task of 80 ms on a slow computer (2026-11).
 */
const PAGE = 200;
/** So many requests are compared in one task. */
const SLICE = 25;
const FIRST_PAUSE = 500;
const LAST_PAUSE = 8_000;
/** What was followed for so long was no failure: the next pause is the first again. */
const GOOD = 5_000;

const pause = (/** @type {number} */ milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Goes on until `signal`, or until the cluster refuses to be followed. Fails where the first list does.
 * `listed()` when all are there; `trouble(error, { again })` when it cannot follow, `trouble(null)` when it does again.
 */
export async function follow(/** @type {Following} */ { list, signal, listed, trouble }) {
  const api = await cluster();
  let first = true;
  let wait = FIRST_PAUSE;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      const version = await (first ? pages(api, signal, list.add) : again(api, signal, list));
      if (signal.aborted) return;
      if (first) listed();
      first = false;
      trouble(null);
      for await (const { type, status } of api.csr.watch({ resourceVersion: /** @type {string} */ (version), signal })) list.change(type, status);
    } catch (error) {
      if (first || error.code === "aborted") throw error;
      const passing = PASSING.has(error.code);
      if (error.code !== "watch-expired") trouble(error, { again: passing });
      if (!passing && error.code !== "watch-expired") return;
    }
    if (Date.now() - began > GOOD) wait = FIRST_PAUSE;
    await pause(wait);
    wait = Math.min(wait * 2, LAST_PAUSE);
  }
}

/** All pages; gives the version of the first, since a list that expired in the midst goes on with a later one. */
async function pages(/** @type {Cluster} */ api, /** @type {AbortSignal} */ signal, /** @type {(reports: readonly CsrStatus[]) => Promise<void>} */ take) {
  let version;
  for await (const { statuses, resourceVersion } of api.csr.pages({ signal, pageSize: PAGE })) {
    if (signal.aborted) return version;
    version ??= resourceVersion;
    await take(statuses);
    if (signal.aborted) return version;
  }
  return version;
}

async function again(/** @type {Cluster} */ api, /** @type {AbortSignal} */ signal, /** @type {List} */ list) {
  const left = new Set(list.names());
  const version = await pages(api, signal, async (reports) => {
    for (const [index, report] of reports.entries()) {
      if (index % SLICE === 0) await breath();
      if (signal.aborted) return;
      left.delete(report.name);
      list.change("modified", report);
    }
  });
  if (signal.aborted) return version;
  for (const name of left) list.remove(name);
  return version;
}
