// A portal's server for the rows of the packaging matrix: the installed package, bundles, and a page for each row with its headers.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { tests } from "../support/place.mjs";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".html": "text/html", ".css": "text/css" };
const FLOW = join(tests, "matrix", "app", "flow.js");

/** Shows what a frame, a worker or a service worker sends. */
export const LISTEN = 'addEventListener("message", ({ data }) => { if (typeof data === "string") document.documentElement.dataset.result = data; });';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} expect what flow.js says
 * @property {string} [firefox] where Firefox differs
 * @property {string} [entry] what is imported; default: the package's index.js
 * @property {string} [options] of `open`, as JavaScript
 * @property {string} [csp] of the page
 * @property {string} [before] JavaScript that runs before the import
 * @property {string} [head] markup before the script
 * @property {string} [script] in place of the import of `entry`
 * @property {boolean} [sandboxed] the page is in a frame with an opaque origin
 * @property {string} [url] a page of `folders` in place of one of the row's own
 */

/** @param {Record<string, string>} folders by the path that they are served under @param {() => Row[]} rows */
export async function servePortal(folders, rows = () => []) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const answer = (/** @type {number} */ status, type = "text/plain", body = /** @type {string | Buffer} */ (""), headers = {}) =>
      response
        .writeHead(status, { "content-type": type, "cache-control": "no-store", "access-control-allow-origin": "*", "service-worker-allowed": "/", ...headers })
        .end(request.method === "HEAD" ? undefined : body);
    const [, kind, index] = /^\/row\/(page|script|frame|host)\/(\d+)$/.exec(pathname) ?? [];
    const row = rows()[Number(index)];
    const policy = row?.csp ? { "content-security-policy": row.csp } : {};
    if (pathname === "/flow.js") return answer(200, "text/javascript", readFileSync(FLOW));
    if (kind && !row) return answer(404);
    if (kind === "script") return answer(200, "text/javascript", scriptOf(row));
    if (kind === "host") return answer(200, "text/javascript", hostOf(index));
    if (kind) return answer(200, "text/html", pageOf(row, `/row/${row.sandboxed && kind === "page" ? "host" : "script"}/${index}`), policy);
    for (const [prefix, folder] of Object.entries(folders)) {
      const file = join(folder, pathname.slice(prefix.length));
      if (pathname.startsWith(prefix) && file.startsWith(folder) && existsSync(file) && statSync(file).isFile()) {
        const own = rows().find(({ url }) => url === pathname);
        return answer(200, TYPES[extname(file)] ?? "text/plain", readFileSync(file), own?.csp ? { "content-security-policy": own.csp } : {});
      }
    }
    return answer(404);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** @param {Row} row @param {string} script */
const pageOf = (row, script) => `<!doctype html><title>row</title>${row.head ?? ""}<body><script type="module" nonce="n0nce" src="${script}"></script>`;

/** @param {string} index */
const hostOf = (index) => `${LISTEN}
document.body.append(Object.assign(document.createElement("iframe"), { sandbox: "allow-scripts", src: "/row/frame/${index}" }));`;

/** @param {Row} row */
const scriptOf = (row) =>
  row.script ??
  `import { flow } from "/flow.js";
${row.before ?? ""}
const { open } = await import(${JSON.stringify(row.entry ?? "/pkg/index.js")});
const result = await flow(open, ${row.options ?? "undefined"});
document.documentElement.dataset.result = result;
globalThis.parent.postMessage(result, "*");
`;

/** The result of a row in Chromium. @param {import("playwright-core").Browser} browser @param {string} address */
export async function inChromium(browser, address) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address);
    return await page.waitForFunction(() => document.documentElement.dataset.result, undefined, { timeout: 120_000 }).then((found) => found.jsonValue());
  } finally {
    await context.close();
  }
}

/** The result of a row in Firefox. @param {any} driver @param {string} address */
export async function inFirefox(driver, address) {
  await driver.get(address);
  return driver.wait(() => driver.executeScript("return document.documentElement.dataset.result"), 120_000);
}
