// A portal: a server of its own with pages, folders and, below a path, the API server as the administrator, as Rancher, Headlamp and Backstage have it.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { extname, join, normalize } from "node:path";

/** A strict policy: nothing inline, no style at all, Trusted Types. */
export const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types kubecred";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * @param {object} given
 * @param {any} [given.plane] the control plane
 * @param {string} [given.api] the path that the API server is below
 * @param {Record<string, string>} [given.headers] what a request to the API server must have, or it is refused
 * @param {Record<string, string>} [given.pages] texts by path
 * @param {Record<string, string>} [given.folders] folders by path
 * @param {string} [given.policy]
 * @param {string} [given.upstream] the origin of a server that has the pages instead
 * @returns {Promise<{ origin: string, requests: string[], close(): Promise<void> }>}
 */
export async function startPortal({ plane, api = "", headers = {}, pages = {}, folders = {}, policy = STRICT, upstream }) {
  const admin = plane && readFileSync(plane.admin, "utf8");
  const [, address] = /server: "?([^\s"]+)/.exec(admin ?? "") ?? [];
  const [, token] = /token: "?([^\s"]+)/.exec(admin ?? "") ?? [];
  const agent = new Agent({ ca: plane && readFileSync(join(plane.dir, "ca.crt")), keepAlive: true });
  const requests = [];

  function forward(request, response, path) {
    requests.push(`${request.method} ${path}`);
    const missing = Object.keys(headers).filter((name) => request.headers[name.toLowerCase()] !== headers[name]);
    if (missing.length > 0) return response.writeHead(418).end(`without ${missing}`);
    const { host: _, connection: __, origin: ___, ...kept } = request.headers;
    const sent = httpsRequest(address + path, { method: request.method, agent, headers: { ...kept, authorization: `Bearer ${token}` } }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    sent.on("error", () => response.destroy());
    response.on("close", () => sent.destroy());
    request.pipe(sent);
  }

  function pass(request, response) {
    const sent = httpRequest(upstream + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  }

  async function serveFile(response, path) {
    if (path === "/favicon.ico") return response.writeHead(204).end();
    const page = pages[path];
    const type = { "Content-Type": TYPES[extname(path)] ?? "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": policy };
    if (page !== undefined) return response.writeHead(200, type).end(page);
    const prefix = Object.keys(folders).find((each) => path.startsWith(each));
    try {
      const content = await readFile(join(folders[prefix], normalize(`/${path.slice(prefix.length)}`)));
      response.writeHead(200, type).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://localhost");
    const below = pathname.startsWith(`${api}/`) ? pathname.slice(api.length) : "";
    if (plane && /^\/(apis?|version)(\/|$)/.test(below)) forward(request, response, below + search);
    else if (upstream) pass(request, response);
    else void serveFile(response, pathname);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () =>
      new Promise((done) => {
        agent.destroy();
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
