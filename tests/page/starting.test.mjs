// How the packed package starts in a page, in Chromium and Firefox: from wherever it is served, bundled by esbuild and Vite, in workers, service workers and
// sandboxed frames, under policies and Trusted Types; and where it cannot, that the error names the cause that pkg/types.ts documents (StartCause).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bundles } from "../matrix/bundles.mjs";
import { packed } from "../package/packed.mjs";
import { startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { LISTEN, inChromium, inFirefox, servePortal } from "./origins.mjs";

const WORKER = "works in a worker";
const PLACE = "works on the calling thread";
const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const STRICT_BLOB = STRICT.replace("worker-src 'self'", "worker-src blob:");
const TYPES = "require-trusted-types-for 'script'; trusted-types";
/** What Backstage's backend sends where app-config.yaml says nothing (helmet's defaults, and script-src with 'unsafe-eval'). */
const BACKSTAGE =
  "default-src 'self'; base-uri 'self'; font-src 'self' https: data:; form-action 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'; " +
  "script-src 'self' 'unsafe-eval'; script-src-attr 'none'; style-src 'self' https: 'unsafe-inline'; connect-src 'self' http: https:";
const OWN_WORKER = '{ worker: () => new Worker("/pkg/worker/worker.js", { type: "module" }) }';

const CDN_POLICY = `default-src 'none'; script-src 'self' CDN 'wasm-unsafe-eval'; worker-src blob:; ${TYPES} kubecred`;
const cdnScript = (/** @type {string} */ hash) =>
  `<script type="module" src="CDN/pkg/cdn/kubecred.min.js" integrity="${hash}" crossorigin="anonymous"></script>`;

/** @param {string} cdn @returns {import("./origins.mjs").Row[]} */
const rowsWith = (cdn) => [
  { name: "plain files", expect: WORKER },
  { name: "kubecred/inline", entry: "/pkg/inline.js", expect: WORKER },
  { name: "worker: false", options: "{ worker: false }", expect: PLACE },
  { name: "worker: a function", options: OWN_WORKER, expect: WORKER },
  {
    name: "import map",
    head: '<script type="importmap">{ "imports": { "kubecred": "/pkg/index.js" } }</script>',
    entry: "kubecred",
    expect: WORKER,
  },
  { name: "sub-path", entry: "/portal/deep/kubecred/index.js", expect: WORKER },
  { name: "other origin", entry: `${cdn}/pkg/index.js`, expect: "other-origin" },
  { name: "other origin, kubecred/inline", entry: `${cdn}/pkg/inline.js`, expect: WORKER },
  { name: "other origin, worker: a function", entry: `${cdn}/pkg/index.js`, options: OWN_WORKER, expect: WORKER },
  { name: "other origin, worker: false", entry: `${cdn}/pkg/index.js`, options: "{ worker: false }", expect: PLACE },
  {
    name: "other origin, cdn/kubecred.min.js with its hash",
    head: cdnScript("SRI"),
    csp: CDN_POLICY,
    script: `import { flow } from "/flow.js";
await customElements.whenDefined("kubecred-kubeconfig");
const element = document.body.appendChild(document.createElement("kubecred-kubeconfig"));
await element.read('{ "apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": [] }');
const { open } = await import("CDN/pkg/cdn/kubecred.min.js");
document.documentElement.dataset.result = element.kubeconfig.contexts.length === 0 ? await flow(open) : "a wrong result";`,
    expect: WORKER,
  },
  {
    name: "other origin, cdn/kubecred.min.js with another hash",
    head: cdnScript("OTHER"),
    csp: CDN_POLICY,
    script: `addEventListener("load", () => { document.documentElement.dataset.result = customElements.get("kubecred-access") ? "runs" : "refused"; });`,
    expect: "refused",
  },
  {
    // A global has it: Firefox ends a worker that nothing refers to while it waits, and collects it (5 of 47 while memory was short, 2026-11).
    name: "module worker",
    script: `${LISTEN} globalThis.held = new Worker("/app/in-worker.js", { type: "module" }); held.onmessage = ({ data }) => postMessage(data);`,
    expect: WORKER,
  },
  {
    name: "shared worker",
    script: `globalThis.held = new SharedWorker("/app/in-worker.js", { type: "module" }); held.port.onmessage = ({ data }) => { document.documentElement.dataset.result = data; };`,
    expect: PLACE, // Chromium has no Worker there
    firefox: WORKER,
  },
  {
    name: "service worker",
    script: `await navigator.serviceWorker.register("/bundle/esbuild/service.js", { scope: "/bundle/esbuild/" });
const { active, waiting, installing } = await navigator.serviceWorker.getRegistration("/bundle/esbuild/");
const { port1, port2 } = new MessageChannel();
port1.onmessage = ({ data }) => { document.documentElement.dataset.result = data; };
(active ?? waiting ?? installing).postMessage("start", [port2]);`,
    expect: PLACE,
  },
  { name: "sandboxed frame", sandboxed: true, expect: PLACE },
  { name: "sandboxed frame, kubecred/inline", sandboxed: true, entry: "/pkg/inline.js", expect: WORKER },
  { name: "sandboxed frame, worker: true", sandboxed: true, options: "{ worker: true }", expect: "other-origin" },
  { name: "CSP: strict", csp: STRICT, expect: WORKER },
  {
    name: "CSP: nonce and strict-dynamic",
    csp: "script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'; worker-src 'self'; object-src 'none'; base-uri 'none'",
    expect: WORKER,
  },
  { name: "CSP: Backstage's default", csp: BACKSTAGE, expect: WORKER },
  { name: "CSP: Backstage's default, kubecred/inline", csp: BACKSTAGE, entry: "/pkg/inline.js", expect: "worker-src" },
  { name: "CSP: strict with worker-src blob:, kubecred/inline", csp: STRICT_BLOB, entry: "/pkg/inline.js", expect: WORKER },
  { name: "CSP: worker-src 'none'", csp: STRICT.replace("worker-src 'self'", "worker-src 'none'"), expect: "worker-src" },
  { name: "CSP: connect-src 'none'", csp: STRICT.replace("connect-src 'self'", "connect-src 'none'"), expect: "connect-src" },
  { name: "CSP: no 'wasm-unsafe-eval'", csp: STRICT.replace(" 'wasm-unsafe-eval'", ""), expect: "script-src" },
  { name: "Trusted Types", csp: `${STRICT}; ${TYPES} kubecred`, expect: WORKER },
  { name: "Trusted Types, kubecred/inline", csp: `${STRICT_BLOB}; ${TYPES} kubecred`, entry: "/pkg/inline.js", expect: WORKER },
  { name: "Trusted Types without the policy kubecred", csp: `${STRICT}; ${TYPES} other`, expect: "trusted-types" },
  { name: "esbuild, kubecred/inline", url: "/bundle/esbuild/inline.html", expect: WORKER },
  { name: "esbuild, `open({ wasm, worker })`", url: "/bundle/esbuild/own.html", expect: WORKER },
  { name: "Vite", url: "/bundle/vite/main.html", expect: WORKER },
  { name: "esbuild, kubecred/inline, Trusted Types", url: "/types/esbuild/inline.html", csp: `${STRICT_BLOB}; ${TYPES} kubecred`, expect: WORKER },
  { name: "Vite, Trusted Types", url: "/types/vite/main.html", csp: `${STRICT}; ${TYPES} kubecred`, expect: WORKER },
  { name: "the module is missing (404)", options: '{ wasm: "/nowhere.wasm" }', expect: "module-not-found" },
  { name: "the module's address cannot be read", options: '{ wasm: "http://127.0.0.1:9/core.wasm" }', expect: "module-unread" },
  { name: "the module is another file", options: '{ wasm: "/pkg/index.js" }', expect: "module" },
  { name: "the worker's file is missing (404)", entry: "/broken/index.js", expect: "worker-not-found" },
  { name: "no Worker", before: "delete globalThis.Worker;", expect: PLACE },
  { name: "no Worker, worker: true", before: "delete globalThis.Worker;", options: "{ worker: true }", expect: "no-worker" },
  { name: "no WebAssembly", before: "delete globalThis.WebAssembly;", expect: "engine" },
];

/** @type {import("./origins.mjs").Row[]} */
const rows = rowsWith("CDN");

let it, portal, cdn, chromium, fox;
before(async () => {
  it = packed();
  const app = join(it.folder, "app");
  mkdirSync(app);
  const broken = join(it.folder, "broken");
  cpSync(it.installed, broken, { recursive: true });
  rmSync(join(broken, "worker", "worker.js"));
  const bundled = join(it.folder, "bundle");
  await bundles(it.folder, bundled);
  // The bundles twice, since a policy belongs to an address.
  const served = { "/bundle/": `${bundled}/`, "/types/": `${bundled}/` };
  const folders = { "/pkg/": it.installed, "/portal/deep/kubecred/": it.installed, "/broken/": broken, "/app/": app, ...served };
  writeFileSync(
    join(app, "in-worker.js"),
    'import { flow } from "/flow.js";\nimport { open } from "/pkg/index.js";\nconst result = flow(open);\nif (globalThis.onconnect !== undefined) globalThis.onconnect = ({ ports }) => result.then((found) => ports[0].postMessage(found));\nelse result.then((found) => postMessage(found));\n',
  );
  cdn = await servePortal({ "/pkg/": it.installed });
  const hash = readFileSync(join(it.installed, "cdn", "integrity.txt"), "utf8").trim();
  const other = `sha384-${createHash("sha384").update("another file").digest("base64")}`;
  for (const row of rows)
    for (const part of /** @type {const} */ (["entry", "head", "csp", "script"]))
      row[part] = row[part]?.replaceAll("CDN", cdn.origin).replace("SRI", hash).replace("OTHER", other);
  portal = await servePortal(folders, () => rows);
  chromium = await startBrowser();
  fox = await startFirefox();
});
after(async () => {
  await chromium?.close();
  await fox?.close();
  portal?.close();
  cdn?.close();
  it?.remove();
});

for (const [index, row] of rows.entries()) {
  const address = () => `${portal.origin}${row.url ?? `/row/page/${index}`}`;
  test(`Chromium: ${row.name}: ${row.expect}`, async () => {
    assert.equal(await inChromium(chromium, address()), row.expect);
  });
  test(`Firefox: ${row.name}: ${row.firefox ?? row.expect}`, async () => {
    assert.equal(await inFirefox(fox.driver, address()), row.firefox ?? row.expect);
  });
}
