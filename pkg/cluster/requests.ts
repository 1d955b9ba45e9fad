/*
 * Many signing requests: in pages as the server gives them, and every change from there on. The core reads a page in one
 * message, so that ten thousand of them are a matter of a second.
 */
import { KubecredError, aborted, field, onAbort, own, signalOf } from "../shared/errors.js";
import { pause, versionOf } from "./waiting.js";
import type { Steps } from "./http.js";
import type { Session } from "../session/session.js";

/** Milliseconds between two watches, so that a server that ends each at once is not run over. */
const BETWEEN = 1000;
/** Pages in a row that bring nothing new: no server needs so many. */
const EMPTY = 100;

/** The continue token of a paged list, which ends with a failure where the list does not end. */
export function unrepeated() {
  const seen = new Set();
  let empty = 0;
  return {
    token: undefined as string | undefined,
    /**
     * @param token of the page that was read
     * @param brought whether there was anything new in it
     */
    take(token: unknown, brought: boolean) {
      const next = token ?? "";
      if (typeof next !== "string") throw new KubecredError("bad-answer", "The answer is not a list: its continue token is not text.");
      empty = brought ? 0 : empty + 1;
      if (seen.has(next) || empty > EMPTY)
        throw new KubecredError("bad-answer", "The server's list does not end: the same page, or empty ones, came repeatedly.");
      if (next !== "") seen.add(next);
      this.token = next === "" ? undefined : next;
    },
    /** Whether a page with this token may be asked for before the one that has told it was read. */
    isNew: (token: string | undefined): token is string => token !== undefined && !seen.has(token),
    /** From the first page again, whose tokens may be the same. */
    restart: () => seen.clear(),
  };
}

export type Ways = {
  session: Session;
  core: (method: string, ...args: any[]) => Promise<any>;
  ask: (operation: string, args: any, signal?: AbortSignal, steps?: Steps) => Promise<any>;
  lines: (request: any, signal?: AbortSignal) => AsyncIterable<{ line?: string; refused?: any }>;
  fresh: (error: any) => string | undefined;
  now: () => number;
};

export async function* requestPages(ways: Ways, options?: any) {
  const { signal: ended, pageSize = 500, signerName } = own(options, ["signal", "pageSize", "signerName"]);
  const signal = signalOf(ended);
  const life = new AbortController();
  const end = () => life.abort();
  if (signal?.aborted) end();
  const done = onAbort(signal, end);
  const pageAt = (token: string | undefined) => pageOf(ways, { pageSize, signerName, continue: token }, life.signal);
  const seen = new Set();
  const next = unrepeated();
  let coming: (Coming & { of: string }) | undefined;
  try {
    do {
      // The page ahead was asked for by the first continue token of the list before; where a key is there twice, the core takes the last.
      const now: Coming = (coming?.of === next.token && coming) || pageAt(next.token);
      const after = now.token.then((token) => (next.isNew(token) ? { of: token, ...pageAt(token) } : undefined));
      let page: any;
      try {
        page = JSON.parse(await now.page);
        coming = await after;
      } catch (error) {
        // 410 in the midst of a list: go on with the token that came with it, or begin again and pass over what was seen.
        if ((error as any).code !== "watch-expired" || next.token === undefined) throw error;
        const fresh = ways.fresh(error);
        if (fresh === undefined) next.restart();
        page = JSON.parse(await pageAt(fresh).page);
        coming = undefined;
      }
      if (signal?.aborted) throw aborted(); // the page ahead may have been there already
      const statuses = page.statuses.filter(({ name }: any) => !seen.has(name));
      for (const { name } of statuses) seen.add(name);
      next.take(field(page, "continue"), statuses.length > 0);
      yield { statuses, resourceVersion: field(page, "resourceVersion"), remaining: field(page, "remaining") ?? 0 };
    } while (next.token !== undefined);
  } finally {
    done();
    end(); // who stops early wants no page more
  }
}

/** A page on its way, as JSON, and the continue token of the page after it, which is known while this one is still being read. */
type Coming = { page: Promise<string>; token: Promise<string | undefined> };

/**
 * Asks for a page. The server makes the next one while the core reads this one, and while the caller looks at the one before: one page is asked for
 * ahead, no more.
 */
function pageOf(ways: Ways, args: object, signal: AbortSignal): Coming {
  let tell: (token?: string) => void = () => {};
  const token = new Promise<string | undefined>((resolve) => {
    tell = resolve;
  });
  // The request for the next page is asked of the core before the reading of this one is: the core does one after the other.
  const page = ways.ask("page-signing-requests", args, signal, { seen: (text) => ways.core("nextPage", text).then(tell, () => tell()) });
  const none = () => tell(); // after a success, the promise has its answer already
  page.then(none, none);
  return { page, token };
}

/**
 * Tells what is no older than what the same watch has told of a request before: a proxy between may exchange two events, and a list that follows them would
 * end with the earlier state. Versions are numbers that grow (KEP-5504, Kubernetes 1.35); where one is not a number, the order of arrival counts.
 */
function newest() {
  const versions = new Map<string, bigint>();
  return ({ name, object }: any) => {
    const written = versionOf(object);
    if (written === undefined || !/^[1-9]\d{0,19}$/.test(written)) return true;
    const version = BigInt(written);
    if (version < (versions.get(name) ?? 0n)) return false;
    versions.set(name, version);
    return true;
  };
}

export async function* requestChanges(ways: Ways, options: any) {
  const { signal: ended, signerName, resourceVersion } = own(options, ["signal", "signerName", "resourceVersion"]);
  const signal = signalOf(ended);
  let version = resourceVersion;
  const isNew = newest();
  for (;;) {
    const request = await ways.core("apiRequest", "watch-signing-requests", { resourceVersion: version, signerName }, ways.now());
    for await (const { line, refused } of ways.lines(request, signal)) {
      if (refused) await ways.core("apiAnswer", "watch-signing-requests", refused, ways.now());
      if (line === undefined) continue;
      const { type, object } = await ways.core("watchEvent", line);
      version = versionOf(object) ?? version;
      if (type === "BOOKMARK") continue;
      const [status] = JSON.parse(await ways.core("readSigningRequests", object, ways.now(), true));
      if (!status) throw new KubecredError("bad-answer", "The watch contains an event without a request. Start it again.");
      if (isNew(status)) yield { type: type === "DELETED" ? "deleted" : type === "ADDED" ? "added" : "modified", status };
    }
    await pause(BETWEEN, ways.session, signal);
  }
}
