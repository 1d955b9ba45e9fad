/*
 * One API request to kubectl proxy and its answer back. Only listed headers pass, in both directions; watches are streamed and end
 * when the browser goes away.
 */
import { request as send } from "node:http";
import { refusal } from "./answers.mjs";
import { MOST_BODY } from "./guard.mjs";
import { BARE_POLICY, headers } from "./headers.mjs";
import type { Answer } from "./answers.mjs";
import type { IncomingMessage, ServerResponse } from "node:http";

type Request = IncomingMessage;
type Response = ServerResponse;
/** `host`: the only Host that it answers to. */
export type Upstream = { socketPath: string; host: string } | { port: number; host: string };

/** An answer that is not a watch: the page itself takes 4 MiB. */
const MOST_ANSWER = 16 << 20;
/** Milliseconds until the API server has begun to answer. */
const PATIENCE = 60_000;
/** Impersonation and cookies are not among them. */
const SENT = ["accept", "authorization", "content-type"];
const RECEIVED = ["audit-id", "content-type", "date", "retry-after", "warning"];

/** @returns when the answer has ended */
export async function forward(
  request: Request,
  response: Response,
  { path, length, watch }: { path: string; length: number; watch: boolean },
  upstream: Upstream,
): Promise<void> {
  const body = await read(request, length);
  if (response.destroyed) return;
  const sent: Record<string, string> = { host: upstream.host, "user-agent": "kubecred" };
  for (const name of SENT) if (typeof request.headers[name] === "string") sent[name] = request.headers[name];
  if (request.method !== "GET") sent["content-length"] = String(body.length);
  const where = "port" in upstream ? { host: "127.0.0.1", port: upstream.port } : { socketPath: upstream.socketPath };
  await new Promise((done) => {
    const call = send({ ...where, method: request.method, path, headers: sent, agent: false, setHost: false });
    const end = () => {
      call.destroy();
      done(undefined);
    };
    const failed = (status: number, message: string) => {
      if (response.headersSent)
        response.destroy(); // a cut-off answer must not look complete
      else answer(response, refusal({ status, code: "cluster", message, api: true }));
      end();
    };
    const late = setTimeout(() => failed(504, "The API server did not answer within 60 seconds."), PATIENCE);
    response.on("close", () => {
      clearTimeout(late);
      end();
    });
    call.on("error", () => {
      clearTimeout(late);
      failed(502, "kubectl proxy does not answer. kubecred starts it again; try again in a moment.");
    });
    call.on("upgrade", (_, socket) => {
      socket.destroy();
      failed(502, "The API server answered with an upgrade.");
    });
    call.on("response", (received) => {
      clearTimeout(late);
      const status = received.statusCode ?? 502;
      if (status < 200 || (status >= 300 && status < 400)) return failed(502, "The API server answered with a redirect, which is not followed.");
      const passed: Record<string, string> = {};
      for (const name of RECEIVED) if (typeof received.headers[name] === "string") passed[name] = received.headers[name];
      response.writeHead(status, headers(BARE_POLICY, passed));
      response.flushHeaders();
      let total = 0;
      received.on("data", (chunk) => {
        total += chunk.length;
        if (!watch && total > MOST_ANSWER) return failed(502, "");
        if (!response.write(chunk)) received.pause();
      });
      response.on("drain", () => received.resume());
      received.on("end", () => {
        if (received.complete) response.end();
        else failed(502, "");
      });
      received.on("error", () => failed(502, ""));
      received.on("aborted", () => failed(502, ""));
    });
    call.end(body);
  });
}

function answer(response: Response, { status, headers: fields, body }: Answer) {
  response.writeHead(status, { ...fields, "Content-Length": String(Buffer.byteLength(body)) });
  response.end(body);
}

async function read(request: Request, length: number) {
  const chunks = [];
  let total = 0;
  for await (const chunk of request) {
    total += chunk.length;
    if (total > MOST_BODY) throw new Error("too long");
    chunks.push(chunk);
  }
  if (total !== length) throw new Error("not whole");
  return Buffer.concat(chunks);
}
