// The package's own files under a policy, and one page that runs a script: for tests of the package in browsers, without kubecred's page.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { tests } from "../support/place.mjs";

const pkg = join(tests, "..", "pkg");
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * The page is at `origin`, its script at /page.js, the package at /pkg/. `asked` gets every path that was requested.
 * @param {{ script: string, policy: string }} page
 * @returns {Promise<{ origin: string, asked: string[], close(): void }>}
 */
export async function servePackage({ script, policy }) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const file = join(pkg, path.replace(/^\/pkg\//, ""));
    asked.push(path);
    if (path === "/")
      response
        .writeHead(200, { "content-type": "text/html", "content-security-policy": policy })
        .end('<!doctype html><title>x</title><script type="module" src="/page.js"></script>');
    else if (path === "/page.js") response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else if (path.startsWith("/pkg/") && !path.includes("..") && existsSync(file))
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }).end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}/`, asked, close: () => server.close() };
}
