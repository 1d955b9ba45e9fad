/*
 * Who gets what: a pure function of a request's head. No socket, no clock, no secret in the clear: it compares digests.
 *
 * The layout of the origin http://127.0.0.1:PORT, where BASE is a random path that only the person's browser learns:
 *   /                 the entry page, which is empty: it exchanges the secret in its fragment for the cookie, and opens BASE/kubecred/
 *   /session          the exchange
 *   BASE/kubecred/…   the page
 *   BASE/api…, /version   the API, for the page alone
 * Cookies are not bound to a port: any other server on 127.0.0.1 receives those of the whole host (RFC 6265, section 8.5). The cookie
 * is therefore limited to BASE, which other servers cannot name.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { matchOf } from "../shared/match.js";
import { methodsOf, ruleFor } from "./policy.mjs";

type Head = { method: string; target: string; httpVersion: string; rawHeaders: string[] };
/** `cookie`: SHA-256 of the cookie's value. */
type Context = { host: string; base: string; cookie: Buffer; readOnly: boolean };
type Refusal = { action: "refuse"; status: number; code: string; message: string; allow?: string[]; api?: boolean };
type Decision =
  | Refusal
  | { action: "entry" }
  | { action: "session"; length: number }
  | { action: "redirect"; location: string }
  | { action: "page"; file: string }
  | { action: "api"; path: string; length: number; watch: boolean };

export const COOKIE = "kubecred";
export const MOST_TARGET = 8192;
export const MOST_HEADERS = 64;
export const MOST_BODY = 1 << 20;
export const MOST_SECRET = 256;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** A header that occurs twice is read differently by different readers: the first, the last, or both joined. */
const ONCE = [
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "host",
  "origin",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "te",
  "transfer-encoding",
  "upgrade",
];
/** What a browser sends without asking the server first (Fetch standard, CORS-safelisted) is not among them. */
const BODY_TYPES = {
  POST: ["application/json"],
  PUT: ["application/json"],
  DELETE: ["application/json"],
  PATCH: ["application/apply-patch+yaml", "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json"],
};

export const digest = (text: string) => createHash("sha256").update(text).digest();

/** @param expected its SHA-256 */
export const matches = (text: string, expected: Buffer) => timingSafeEqual(digest(text), expected);

const refuse = (status: number, code: string, message: string, more: { allow?: string[]; api?: boolean } = {}): Refusal => ({
  action: "refuse",
  status,
  code,
  message,
  ...more,
});

export function judge(head: Head, context: Context): Decision {
  const read = readHead(head);
  if ("action" in read) return read;
  const { method, target } = head;
  if (read.one("host") !== context.host) return refuse(421, "host", "The Host header does not name this server. Open the address that kubecred printed.");
  const [path = "", query] = split(target);
  if (path === "/") return onlyReads(method) ?? navigated(read) ?? { action: "entry" };
  if (path === "/session") return session(method, read, context);
  if (!path.startsWith(`${context.base}/`)) return refuse(404, "path", "Nothing is served at this address. Open the link that kubecred printed.");
  const inner = path.slice(context.base.length);
  if (inner === "/kubecred") return onlyReads(method) ?? { action: "redirect", location: `${context.base}/kubecred/` };
  if (inner.startsWith("/kubecred/")) return onlyReads(method) ?? ofThePage(read) ?? { action: "page", file: inner.slice("/kubecred/".length) || "index.html" };
  return api(method, inner, query, read, context);
}

type Read = { one: (name: string) => string | undefined; length: number };

function readHead({ method, target, httpVersion, rawHeaders }: Head): Read | Refusal {
  if (httpVersion !== "1.1") return refuse(505, "version", "Only HTTP/1.1 is served.");
  if (!METHODS.includes(method)) return refuse(405, "method", "This method is not allowed.", { allow: METHODS });
  if (rawHeaders.length > 2 * MOST_HEADERS) return refuse(431, "headers", "The request has too many headers.");
  if (target.length > MOST_TARGET) return refuse(414, "target", "The address is too long.");
  // Origin form alone (RFC 9112, 3.2.1). A backslash, which some readers take for a slash, and all that is not ASCII do not occur in it.
  if (!/^\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/.test(target)) return refuse(400, "target", "The address is not one that this server answers.");
  const found = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (found.has(name) && ONCE.includes(name)) return refuse(400, "twice", `The header ${name} occurs twice.`);
    found.set(name, rawHeaders[index + 1] ?? "");
  }
  if (found.has("upgrade") || /upgrade/i.test(found.get("connection") ?? "")) return refuse(400, "upgrade", "Upgrades such as WebSocket are not served.");
  if (found.has("transfer-encoding") || found.has("content-encoding") || found.has("expect") || found.has("te"))
    return refuse(400, "framing", "A body must be sent whole, with its length and without an encoding.");
  const text = found.get("content-length") ?? "0";
  if (!/^(0|[1-9]\d{0,9})$/.test(text)) return refuse(400, "framing", "The length of the body is not a number.");
  return { one: (name) => found.get(name), length: Number(text) };
}

function split(target: string): [string, string | undefined] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, undefined] : [target.slice(0, mark), target.slice(mark + 1)];
}

const onlyReads = (method: string) =>
  method === "GET" || method === "HEAD" ? undefined : refuse(405, "method", "This method is not allowed here.", { allow: ["GET", "HEAD"] });

/** The entry page may be opened from anywhere, a file and a chat included, but as a page only. */
function navigated(read: Read) {
  const mode = read.one("sec-fetch-mode");
  const dest = read.one("sec-fetch-dest");
  if ((mode !== undefined && mode !== "navigate") || (dest !== undefined && dest !== "document"))
    return refuse(403, "embedded", "This address may be opened as a page only.");
  return undefined;
}

/** The page and its files: opened by hand, or by itself. */
function ofThePage(read: Read) {
  const site = read.one("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return refuse(403, "cross-site", "Another site led here. Open the link that kubecred printed.");
  return undefined;
}

/**
 * A script of this very origin: not a page at another port of this host (same-site), not a form, an image or a navigation.
 * Every browser that can run the page sends these headers (Safari since 16.4).
 */
function sameOrigin(read: Read, context: Context) {
  const origin = read.one("origin");
  if (read.one("sec-fetch-site") !== "same-origin") return refuse(403, "cross-site", "Only the page that kubecred serves may use this address.", { api: true });
  if (!["cors", "same-origin"].includes(read.one("sec-fetch-mode") ?? "") || read.one("sec-fetch-dest") !== "empty")
    return refuse(403, "cross-site", "Only a script of the page that kubecred serves may use this address.", { api: true });
  if (origin !== undefined && origin !== `http://${context.host}`) return refuse(403, "origin", "The Origin header does not name this server.", { api: true });
  return undefined;
}

function session(method: string, read: Read, context: Context): Decision {
  if (method !== "POST") return refuse(405, "method", "This method is not allowed here.", { allow: ["POST"] });
  const foreign = sameOrigin(read, context);
  if (foreign) return foreign;
  if (read.one("origin") === undefined) return refuse(403, "origin", "The Origin header is missing.");
  if (read.one("content-type") !== "application/json") return refuse(415, "content-type", "The content type must be application/json.");
  if (read.length > MOST_SECRET) return refuse(413, "body", "The body is too long.");
  return { action: "session", length: read.length };
}

function api(method: string, path: string, query: string | undefined, read: Read, context: Context): Decision {
  const foreign = sameOrigin(read, context);
  if (foreign) return foreign;
  if (method !== "GET" && read.one("origin") === undefined) return refuse(403, "origin", "The Origin header is missing.", { api: true });
  if (!hasCookie(read.one("cookie") ?? "", context.cookie))
    return refuse(401, "session", "This tab has no session with kubecred. Open the link that kubecred printed.", { api: true });
  const rule = ruleFor(path);
  if (!rule) return refuse(403, "path", "kubecred does not forward this API path. Use kubectl instead.", { api: true });
  const allowed = methodsOf(rule, context.readOnly);
  if (!allowed.includes(method)) {
    const why = rule.methods.includes(method)
      ? "kubecred was started with --read-only, so nothing is changed. Start it without that option."
      : "kubecred does not forward this method for this API path. Use kubectl instead.";
    return refuse(rule.methods.includes(method) ? 403 : 405, rule.methods.includes(method) ? "read-only" : "method", why, { allow: allowed, api: true });
  }
  if (query === "") return refuse(400, "target", "The query is empty.", { api: true });
  if (query !== undefined && /%(?:[01][0-9a-f]|7f)/i.test(query)) return refuse(400, "target", "The query contains a control character.", { api: true });
  const authorization = read.one("authorization");
  if (authorization !== undefined && !matchOf(/^Bearer [\x21-\x7e]{1,16384}$/, authorization))
    return refuse(400, "authorization", "The Authorization header must be a bearer token.", { api: true });
  if (method === "GET") {
    if (read.length > 0) return refuse(400, "framing", "A GET request has no body.", { api: true });
  } else {
    const type = (read.one("content-type") ?? "").toLowerCase();
    const types = BODY_TYPES[method as "POST" | "PUT" | "PATCH" | "DELETE"];
    if (!types.includes(type)) return refuse(415, "content-type", `The content type must be ${types.join(" or ")}.`, { api: true });
    if (read.length > MOST_BODY) return refuse(413, "body", "The body is larger than 1 MiB.", { api: true });
  }
  return { action: "api", path: query === undefined ? path : `${path}?${query}`, length: read.length, watch: new URLSearchParams(query).has("watch") };
}

function hasCookie(header: string, expected: Buffer) {
  const values = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1));
  // There may be several of the name: a page at another port can set one (RFC 6265, 8.6), which must not lock the person out.
  return values.some((value) => matches(value, expected));
}
