/*
 * Many signing requests: in pages as the server gives them, and every change from there on. The core reads a page in one
 * message, so that ten thousand of them are a matter of a second.
 */
import { own } from "./errors.js";
import { pause } from "./waiting.js";

/** Milliseconds between two watches, so that a server that ends each at once is not run over. */
const BETWEEN = 1000;

/**
 * @typedef {{
 *   session: import("./session.js").Session,
 *   core: (method: string, ...args: any[]) => Promise<any>,
 *   ask: (operation: string, args: any, signal?: AbortSignal) => Promise<any>,
 *   lines: (request: any, signal?: AbortSignal) => AsyncIterable<{ line?: string, refused?: any }>,
 *   fresh: (error: any) => string | undefined,
 *   now: () => number,
 * }} Ways
 */

/**
 * @param {Ways} ways
 * @param {any} [options]
 */
export async function* requestPages(ways, options) {
  const { signal, limit = 500, signerName } = own(options);
  const seen = new Set();
  /** @type {string | undefined} */
  let next;
  do {
    let page;
    try {
      page = await ways.ask("page-signing-requests", { limit, continue: next, signerName }, signal);
    } catch (error) {
      // 410 in the midst of a list: go on with the token that came with it, or begin anew and pass over what was seen.
      if ((/** @type {any} */ (error)).code !== "watch-expired" || next === undefined) throw error;
      next = ways.fresh(error);
      page = await ways.ask("page-signing-requests", { limit, continue: next, signerName }, signal);
    }
    const reports = page.reports.filter((/** @type {any} */ { name }) => !seen.has(name));
    for (const { name } of reports) seen.add(name);
    next = page.continue || undefined;
    yield { reports, resourceVersion: page.resourceVersion, remaining: page.remaining ?? 0 };
  } while (next !== undefined);
}

/**
 * @param {Ways} ways
 * @param {any} options
 */
export async function* requestChanges(ways, options) {
  const { signal, signerName, resourceVersion } = own(options);
  let version = resourceVersion;
  for (;;) {
    const request = await ways.core("apiRequest", "watch-signing-requests", { resourceVersion: version, signerName }, ways.now());
    for await (const { line, refused } of ways.lines(request, signal)) {
      if (refused) await ways.core("apiAnswer", "watch-signing-requests", refused, ways.now());
      if (line === undefined) continue;
      const { type, object } = await ways.core("watchEvent", line);
      version = object?.metadata?.resourceVersion ?? version;
      if (type === "BOOKMARK") continue;
      const [report] = await ways.core("readSigningRequests", object, ways.now());
      yield { change: type === "DELETED" ? "deleted" : type === "ADDED" ? "added" : "modified", report };
    }
    await pause(BETWEEN, ways.session, signal);
  }
}
