/*
 * The server in front of kubectl proxy: reads heads, asks the guard, and carries out what it decides. It writes no log.
 */
import { createServer } from "node:http";
import { entryPage, refusal } from "./answers.mjs";
import { forward } from "./forward.mjs";
import { COOKIE, MOST_SECRET, digest, judge, matches } from "./guard.mjs";
import { BARE_POLICY, PAGE_POLICY, headers } from "./headers.mjs";
import type { AddressInfo } from "node:net";
import type { Answer } from "./answers.mjs";
import type { File } from "./page.mjs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Upstream } from "./forward.mjs";

export type { Upstream };

type Request = IncomingMessage;
type Response = ServerResponse;
type Reach = { upstream: Upstream } | { status: number; code: string; message: string; retryAfter?: number };

/** The most API requests at a time: a page keeps two or three watches open; tabs add up. */
const MOST_AT_ONCE = 64;
const BUSY = { status: 503, code: "busy", message: "Too many requests at a time. Close other tabs of this page.", api: true, retryAfter: 2 };
/** Milliseconds for a whole head, and for a whole request. The browser is on this machine. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  insecureHTTPParser: false,
  requireHostHeader: true,
};

export async function startServer({
  port,
  base,
  secret,
  cookie,
  readOnly,
  page,
  reach,
  limits = {},
}: {
  /** 0: a free one. */
  port: number;
  base: string;
  /** What the link has in its fragment. */
  secret: string;
  cookie: string;
  readOnly: boolean;
  page: Map<string, File>;
  /** Where the API is now. */
  reach: () => Reach;
  /** For tests. */
  limits?: Partial<typeof LIMITS>;
}) {
  const context = { host: "", base, cookie: digest(cookie), readOnly };
  const secretDigest = digest(secret);
  let busy = 0;

  async function serve(request: Request, response: Response) {
    response.sendDate = false;
    const decision = judge(
      { method: request.method ?? "", target: request.url ?? "", httpVersion: request.httpVersion, rawHeaders: request.rawHeaders },
      context,
    );
    switch (decision.action) {
      case "refuse":
        return send(request, response, refusal(decision), true);
      case "entry":
        return send(request, response, entryPage());
      case "redirect":
        return send(request, response, { status: 308, headers: headers("default-src 'none'", { Location: decision.location }), body: "" });
      case "page": {
        const file = page.get(decision.file);
        if (!file) return send(request, response, refusal({ status: 404, code: "path", message: "The page has no such file." }));
        return send(request, response, { status: 200, headers: headers(PAGE_POLICY, { "Content-Type": file.type }), body: file.body });
      }
      case "session":
        return send(request, response, await session(request));
      case "api": {
        const where = reach();
        if (!("upstream" in where)) return send(request, response, refusal({ ...where, api: true }), true);
        if (busy >= MOST_AT_ONCE) return send(request, response, refusal(BUSY), true);
        busy += 1;
        try {
          return await forward(request, response, decision, where.upstream);
        } finally {
          busy -= 1;
        }
      }
    }
  }

  async function session(request: Request) {
    let text = "";
    for await (const chunk of request) {
      text += chunk;
      if (text.length > MOST_SECRET) break;
    }
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      given = undefined;
    }
    if (typeof given !== "string" || !matches(given, secretDigest))
      return refusal({ status: 403, code: "secret", message: "This link is not valid. Open the one that kubecred printed last." });
    return {
      status: 200,
      headers: headers(BARE_POLICY, {
        "Content-Type": "application/json",
        "Set-Cookie": `${COOKIE}=${cookie}; Path=${base}/; HttpOnly; SameSite=Strict`,
      }),
      body: JSON.stringify({ next: `${base}/kubecred/` }),
    };
  }

  const answer = (request: Request, response: Response) => void serve(request, response).catch(() => response.destroy());
  const server = createServer({ ...LIMITS, ...limits }, answer);
  server.maxConnections = 256;
  server.maxHeadersCount = 0; // none is left out silently: the guard counts, and maxHeaderSize limits them
  // Without listeners for "upgrade" and "connect", Node passes an Upgrade to the handler above, which refuses it, and cuts off CONNECT.
  for (const event of ["checkContinue", "checkExpectation"]) server.on(event, answer);
  server.on("clientError", (_, socket) => {
    // Answers are whole only while nothing was sent on this connection; a line that is not HTTP gets a plain refusal.
    if (socket.writable && !(socket as any)._httpMessage) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else socket.destroy();
  });
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", () => done(undefined)));
  const address = server.address() as AddressInfo;
  context.host = `127.0.0.1:${address.port}`;
  return {
    origin: `http://${context.host}`,
    close: (): Promise<void> =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** @param close end the connection: a body that was not read may follow */
function send(request: Request, response: Response, { status, headers, body }: Answer, close: boolean = false) {
  response.writeHead(status, { ...headers, "Content-Length": String(Buffer.byteLength(body)), ...(close ? { Connection: "close" } : {}) });
  response.end(request.method === "HEAD" ? undefined : body);
  if (!request.complete) request.resume();
}
