/*
 * The one place of the package that calls a cluster. Every request passes here, so the page's ledger cannot miss one.
 *
 * A token goes to the server that was named, in a header, and nowhere else: the address is resolved once, by the
 * platform's URL, and its origin decides (place); no cookies for other origins, no referrer, no cache, and no redirect is followed. Answers are cut off by size and by time. No error repeats the platform's words,
 * which may quote a header.
 */
import { KubecredError, aborted, callbackOf, onAbort, own, wrong } from "../shared/errors.js";
import { matchOf } from "../shared/match.js";
import { encode, newDecoder } from "../shared/texts.js";
import { NO_PAGE, addressOf, placeOf } from "./address.js";

type Request = { method: string; path: string; body?: string; contentType?: string; what: string };
/** What is called on the way: `sent` right before the request is given to fetch, `seen` with the text of a success, which is read when that is done. */
export type Steps = { sent?: () => void; seen?: (text: string) => Promise<void> };
type Entry = { method: string; path: string; bytes: number; what: string };
export type Options = { server?: string; token?: string; headers?: Record<string, string>; fetch?: typeof fetch; onRequest?: (entry: Entry) => void };

/** A page of 500 requests has half a megabyte; the server itself takes 3 MiB at most for one object. */
const MOST_BYTES = 4 << 20;
/** Milliseconds for a whole answer; and for a watch without a sign of life, which is then begun again. */
const TIME_LIMIT = 30_000;
const IDLE_LIMIT = 60_000;

export class Http {
  #place;
  #token;
  #headers;
  #fetch;
  #onRequest;
  #session;

  /** @param options its own fields only */
  constructor(session: { ended: AbortSignal; over: KubecredError | undefined }, { server = "", token, headers, fetch, onRequest }: Options) {
    this.#session = session;
    this.#headers = headersOf(headers);
    this.#place = placeOf(server, token !== undefined || this.#headers.length > 0, fetch !== undefined);
    // The word of the header is often copied along, and would be sent twice.
    const alone = typeof token === "string" ? token.slice(matchOf(/^bearer[ \t]+/i, token)?.[0].length ?? 0) : token;
    // Checked here: the platform's error about a bad header would quote it.
    if (alone !== undefined && !(typeof alone === "string" && matchOf(/^[\x21-\x7e]+$/, alone)))
      throw wrong("token", "`token` must be one line of printable characters without spaces.");
    if (fetch !== undefined && typeof fetch !== "function") throw wrong("fetch", "`fetch` must be a function.");
    this.#token = alone;
    this.#fetch = fetch;
    this.#onRequest = callbackOf("onRequest", onRequest);
  }

  /** The address that was given, where it is one that kubectl could use, too. */
  get address() {
    const { base, own } = this.#place;
    return !own && base.startsWith("https://") ? base : undefined;
  }

  /** The token that is sent along, for the one who explains an answer. */
  get token() {
    return this.#token;
  }

  /** Sends, and reads the whole answer. */
  async send(request: Request, signal?: AbortSignal, sent?: () => void) {
    const limit = this.#limit(TIME_LIMIT, signal);
    try {
      const answer = await this.#fetched(request, limit, sent);
      let text = "";
      for await (const chunk of chunks(answer)) {
        text += chunk;
        if (text.length > MOST_BYTES) throw tooLarge();
      }
      const seconds = Number.parseInt(answer.headers.get("retry-after") ?? "", 10);
      // Across origins only a few headers can be read, and Warning is not among them: then it is missing.
      return { status: answer.status, text, retryAfter: seconds >= 0 ? seconds : undefined, warning: answer.headers.get("warning") ?? undefined };
    } catch (error) {
      throw limit.explain(error);
    } finally {
      limit.done();
    }
  }

  /**
   * Sends, and gives the lines of the answer as they come. An answer that is not a success, or no JSON, comes as { refused }. Ends when
   * the server ends it, or after a minute without a line.
   */
  async *lines(
    request: Request,
    signal?: AbortSignal,
  ): AsyncGenerator<{ line: string; refused?: undefined } | { line?: undefined; refused: { status: number; text: string } }> {
    const limit = this.#limit(TIME_LIMIT, signal);
    let open = false;
    try {
      const answer = await this.#fetched(request, limit);
      open = answer.ok && /json/.test(answer.headers.get("content-type") ?? "");
      /** a line arrives in any number of pieces, which are joined once */
      let pieces: string[] = [];
      let size = 0;
      for await (const chunk of chunks(answer)) {
        if (open) limit.extend(IDLE_LIMIT);
        let from = 0;
        for (let end = open ? chunk.indexOf("\n") : -1; end >= 0; end = chunk.indexOf("\n", from)) {
          pieces.push(chunk.slice(from, end));
          const line = pieces.join("");
          pieces = [];
          size = 0;
          from = end + 1;
          if (line.trim()) yield { line };
        }
        pieces.push(chunk.slice(from));
        size += chunk.length - from;
        if (size > MOST_BYTES) throw tooLarge();
      }
      if (!open) yield { refused: { status: answer.status, text: pieces.join("") } };
    } catch (error) {
      const told = limit.explain(error);
      if (!(open && told.code === "timeout")) throw told;
    } finally {
      limit.done(); // also ends the connection, when the reader stops early
    }
  }

  async #fetched(request: Request, { signal }: { signal: AbortSignal }, sent?: () => void): Promise<Response> {
    const { method, path, body, contentType, what } = own(request) as Request;
    const bytes = body === undefined ? 0 : encode(body).length;
    const address = addressOf(this.#place, path);
    this.#onRequest?.({ method, path, bytes, what });
    const headers: Record<string, string> = { Accept: "application/json" };
    if (contentType) headers["Content-Type"] = contentType;
    if (this.#token !== undefined) headers.Authorization = `Bearer ${this.#token}`;
    /** no prototype: fetch would read fields that somebody put on Object.prototype */
    const init: any = Object.assign(Object.create(null), {
      method,
      headers: new Headers([...this.#headers, ...Object.entries(headers)]),
      signal,
      // The page's own origin may sit behind a sign-in that wants its cookie; any other gets none.
      credentials: this.#place.own ? "same-origin" : "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      // Not "error", which looks like a broken line: an opaque answer can be told apart. Nothing follows it, no token either.
      redirect: "manual",
    });
    if (body !== undefined) init.body = body;
    if (signal.aborted) throw aborted(); // the caller's own fetch may not look at the signal
    sent?.();
    const answer = await (this.#fetch ?? globalThis.fetch)(address, init);
    if (answer.type === "opaqueredirect" || answer.redirected || (answer.status >= 300 && answer.status < 400)) {
      answer.body?.cancel().catch(() => {});
      throw new KubecredError("redirected", "The server redirects to another address, which is not followed. Check the address, or sign in first.");
    }
    return answer;
  }

  /** One signal out of a time limit, the caller's signal and the session's end, and which of them it was. */
  #limit(milliseconds: number, signal?: AbortSignal) {
    const controller = new AbortController();
    let late = false;
    const stop = () => controller.abort();
    const tooLate = () => {
      late = true;
      stop();
    };
    let timer = setTimeout(tooLate, milliseconds);
    const signals = [signal, this.#session.ended];
    const listening = signals.map((one) => onAbort(one, stop));
    if (signals.some((one) => one?.aborted)) stop();
    return {
      signal: controller.signal,
      extend(more: number) {
        clearTimeout(timer);
        timer = setTimeout(tooLate, more);
      },
      done() {
        clearTimeout(timer);
        for (const done of listening) done();
        stop();
      },
      /** What went wrong, in our own words. */
      explain: (error: unknown) => {
        if (this.#session.over) return this.#session.over;
        if (signal?.aborted) return aborted();
        if (late) return new KubecredError("timeout", "The server did not answer within 30 seconds.");
        if (error instanceof KubecredError) return error;
        return new KubecredError("network", `The cluster cannot be reached. ${checksOf(this.#place)}`);
      },
    };
  }
}

/** The variable that names a file with more CAs, by the name that a runtime has in `navigator.userAgent` (measured 2026-11). workerd has none. */
const CA_VARIABLES = new Map([
  ["Node.js", "NODE_EXTRA_CA_CERTS"],
  ["Bun", "NODE_EXTRA_CA_CERTS"],
  ["Deno", "DENO_CERT"],
]);

/** What may keep a request from its server: the platform does not say. Only a page's requests to another origin need the server's consent. */
function checksOf({ own, page }: ReturnType<typeof placeOf>) {
  const { process, navigator, location } = globalThis as any;
  if (!page && (process?.versions?.node || !location)) {
    const runtime = navigator?.userAgent ?? "Node.js/20"; // the last one without it
    const variable = CA_VARIABLES.get(runtime.split("/")[0]);
    return `Check the address, that the cluster is running, and that its certificate is trusted here${variable ? `: ${variable} names a file with more CAs` : ""}.`;
  }
  if (own) return "Check your network connection, and that the server of this page is running.";
  return "Check that it is running, that its certificate is trusted here, and that it allows this page's origin (CORS).";
}

/** Set by this file, and no caller's to change. */
const OURS = ["accept", "authorization", "content-type"];

/** A caller's own headers, which a portal's proxy wants. They may be secrets, so an error names the header and never its value. */
function headersOf(headers: unknown): [string, string][] {
  if (headers === undefined) return [];
  const given = plainEntries(headers);
  if (!given) throw wrong("headers", "`headers` must be a plain object of names and values.");
  return given.map(([name, value], index) => {
    const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/.test(name); // RFC 9110, 5.6.2
    const step = token ? `headers.${name}` : `headers[${index}]`;
    if (!token) throw wrong(step, "A name in `headers` is not the name of an HTTP header.");
    if (OURS.includes(name.toLowerCase())) throw wrong(step, `\`${step}\` is set by kubecred. Give a bearer token as \`token\`.`);
    if (typeof value !== "string" || !matchOf(/^[\x20-\x7e]*$/, value)) throw wrong(step, `\`${step}\` must be one line of printable ASCII characters.`);
    return [name, value];
  });
}

/** The fields of a plain object; undefined where it is none, or cannot be read. */
function plainEntries(value: unknown): [string, unknown][] | undefined {
  try {
    return Object.prototype.toString.call(value) === "[object Object]" ? Object.entries(value as object) : undefined;
  } catch {
    return undefined; // a proxy that throws
  }
}

const tooLarge = () => new KubecredError("bad-answer", "The answer is larger than any that is expected here, and was cut off.");

async function* chunks(answer: Response) {
  if (!answer.body) return;
  const reader = answer.body.getReader();
  const decoder = newDecoder();
  const more = Object.assign(Object.create(null), { stream: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, more);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The origin that requests to this server would go to, without one being sent: undefined where only the caller's fetch knows. */
export function originOf(server: string) {
  const { base, own } = placeOf(server, true, true);
  const { origin } = new URL(base);
  return { origin: origin === NO_PAGE ? undefined : origin, own };
}
