// How the packed package starts in a page, in Chromium and Firefox: from wherever it is served, in workers, shared workers and sandboxed frames; and where it cannot, that the error
// names the cause that pkg/index.d.ts documents (StartCause).
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packed } from "../package/packed.mjs";
import { startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { LISTEN, inChromium, inFirefox, servePortal } from "./origins.mjs";

const WORKER = "works in a worker";
const PLACE = "works on the calling thread";
const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
/** What Backstage's backend sends where app-config.yaml says nothing (helmet's defaults, and script-src with 'unsafe-eval'). */
const BACKSTAGE =
  "default-src 'self'; base-uri 'self'; font-src 'self' https: data:; form-action 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'; " +
  "script-src 'self' 'unsafe-eval'; script-src-attr 'none'; style-src 'self' https: 'unsafe-inline'; connect-src 'self' http: https:";
const OWN_WORKER = '{ worker: () => new Worker("/pkg/worker/worker.js", { type: "module" }) }';

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
    name: "module worker",
    script: `${LISTEN} new Worker("/app/in-worker.js", { type: "module" }).onmessage = ({ data }) => postMessage(data);`,
    expect: WORKER,
  },
  {
    name: "shared worker",
    script: `const { port } = new SharedWorker("/app/in-worker.js", { type: "module" }); port.onmessage = ({ data }) => { document.documentElement.dataset.result = data; };`,
    expect: PLACE, // Chromium has no Worker there
    firefox: WORKER,
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
];

/** @type {import("./origins.mjs").Row[]} */
const rows = rowsWith("CDN");

let it, portal, cdn, chromium, fox;
before(async () => {
  it = packed();
  const app = join(it.folder, "app");
  mkdirSync(app);
  const folders = { "/pkg/": it.installed, "/portal/deep/kubecred/": it.installed, "/app/": app };
  writeFileSync(
    join(app, "in-worker.js"),
    'import { flow } from "/flow.js";\nimport { open } from "/pkg/index.js";\nconst result = flow(open);\nif (globalThis.onconnect !== undefined) globalThis.onconnect = ({ ports }) => result.then((found) => ports[0].postMessage(found));\nelse result.then((found) => postMessage(found));\n',
  );
  cdn = await servePortal({ "/pkg/": it.installed });
  for (const row of rows) row.entry = row.entry?.replace("CDN", cdn.origin);
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
