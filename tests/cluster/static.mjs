// Serves a folder on loopback, for `make demo OFFLINE=1` and for tests that want the page without a cluster:
//   node tests/cluster/static.mjs DIR [PORT]      (port 0 or none: a free one; the address goes to standard output)
// or, from a test: const { address, close } = await serve(directory). The page is under /kubecred/, as behind kubectl proxy.
import { createServer } from "node:http";
import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";

const PREFIX = "/kubecred/";
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm", // WebAssembly.instantiateStreaming takes nothing else
};

/** What the files below a folder answer: { status, headers, body }. */
export async function answer(root, request) {
  if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, headers: { Allow: "GET, HEAD" } };
  let path;
  try {
    path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  } catch {
    return { status: 400 };
  }
  if (!path.startsWith(PREFIX)) return path === "/" ? { status: 302, headers: { Location: PREFIX } } : { status: 404 };
  const wanted = path.slice(PREFIX.length) + (path.endsWith("/") ? "index.html" : "");
  try {
    const file = await realpath(join(root, wanted));
    if (!file.startsWith(root + sep)) return { status: 404 };
    return { status: 200, headers: { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }, body: await readFile(file) };
  } catch {
    return { status: 404 };
  }
}

export async function serve(directory, port = 0) {
  const root = await realpath(directory);
  const server = createServer(async (request, response) => {
    const { status, headers = {}, body = `${status}\n` } = await answer(root, request);
    response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", ...headers });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${server.address().port}${PREFIX}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(await realpath(process.argv[1])).href) {
  const [directory, port = "0"] = process.argv.slice(2);
  try {
    console.log((await serve(directory, Number(port))).address);
  } catch (error) {
    console.error(`static: ${error.code === "EADDRINUSE" ? `port ${port} is taken: choose another` : error.message}`);
    process.exit(1);
  }
}
