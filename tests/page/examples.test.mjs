// examples/: each is built from the packed tarball and used as a person uses it, on a real API server behind a portal's path, to a file that kubectl uses.
// (Next and Backstage, which install hundreds of packages: make matrix.)
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import esbuild from "esbuild";
import { root } from "../package/packed.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { examples, use, whoIs } from "./examples.mjs";
import { startPortal } from "./portal.mjs";

const API = "/k8s/clusters/one";
/** A strict policy; a page's inline scripts by their hashes. */
const policy = (html = "", worker = "'self'") => {
  const hashes = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  return `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${hashes.join(" ")}; worker-src ${worker}; connect-src 'self'; base-uri 'none'; form-action 'none'`;
};

let plane, browser, them;
before(async () => {
  plane = await startControlPlane();
  browser = await startBrowser();
  them = examples();
});
after(async () => {
  them?.remove();
  await browser?.close();
  plane?.stop();
});

/** Serves what a build wrote, and uses it. */
async function useBuild(name, button, more) {
  const dist = await them.build(name);
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const portal = await startPortal({ plane, api: API, pages: { "/": html }, folders: { "/": dist }, policy: policy(html), ...more });
  try {
    return await use({ plane, browser }, portal, button);
  } finally {
    await portal.close();
  }
}

test("plain HTML with an import map: at most 25 lines", async () => {
  const folder = them.folder("html");
  const html = readFileSync(join(folder, "index.html"), "utf8");
  assert.ok(html.trimEnd().split("\n").length <= 25);
  const portal = await startPortal({ plane, api: API, pages: { "/": html }, folders: { "/": folder }, policy: policy(html) });
  try {
    const { context } = await use({ plane, browser }, portal, "Create kubeconfig");
    await context.close();
  } finally {
    await portal.close();
  }
});

test("Vite and React, by the hook: at most 40 lines", async () => {
  assert.ok(
    readFileSync(join(root, "examples", "vite-react", "src", "main.jsx"), "utf8")
      .trimEnd()
      .split("\n").length <= 40,
  );
  const { context } = await useBuild("vite-react", "Request kubeconfig for jane");
  await context.close();
});

test("Vue, by the element: properties and events arrive", async () => {
  const { page, context } = await useBuild("vue", "Create kubeconfig", { headers: { "X-Portal": "yes" } });
  await page.getByText(/^Run kubectl --kubeconfig kubeconfig-/).waitFor();
  await context.close();
});

test("Headlamp plugin: one UMD file, mounted as Headlamp does", async () => {
  const dist = await them.build("headlamp");
  assert.deepEqual(readdirSync(dist), ["main.js"]);
  assert.ok(statSync(join(dist, "main.js")).size < 2_500_000, "the module is inside once");
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import * as React from "react"; import * as ReactJSX from "react/jsx-runtime"; import { createRoot } from "react-dom/client";
        const routes = [], entries = [];
        globalThis.pluginLib = { React, ReactJSX, K8s: { useCluster: () => "one" }, registerRoute: (route) => routes.push(route), registerSidebarEntry: (entry) => entries.push(entry) };
        addEventListener("load", () => createRoot(document.querySelector("main")).render(React.createElement(routes.find(({ path }) => path === entries[0].url).component)));`,
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const html =
    '<!doctype html><html lang="en"><title>Headlamp</title><script src="/harness.js"></script><script src="/plugin/main.js"></script><main></main></html>';
  const portal = await startPortal({
    plane,
    api: "/clusters/one",
    pages: { "/": html, "/harness.js": outputFiles[0].text },
    folders: { "/plugin/": dist },
    policy: policy("", "blob:"),
  });
  const { page, context } = await openPage(browser, `${portal.origin}/`);
  try {
    await page.getByLabel("User name").fill("captain");
    await page.getByRole("button", { name: "Create kubeconfig" }).click();
    const card = page.locator("article", { hasText: "captain" });
    await card.getByRole("button", { name: "Approve" }).click();
    const download = page.getByRole("button", { name: "Download kubeconfig" });
    await download.waitFor();
    const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
    const path = join(plane.dir, "captain.yaml");
    writeFileSync(path, readFileSync(await saved.path()), { mode: 0o600 });
    assert.equal(await whoIs(path), "captain");
  } finally {
    await context.close();
    await portal.close();
  }
});

test("Node: ten users", async () => {
  const folder = them.folder("node");
  const portal = await startPortal({ plane });
  try {
    const out = join(plane.dir, "onboarded");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--no-warnings", "onboard.mjs", out, portal.origin], { cwd: folder });
    assert.equal(stderr, "");
    assert.equal(stdout.trim().split("\n").length, 10);
    assert.equal(readdirSync(out).length, 10);
    for (const user of ["user-1", "user-10"]) {
      const file = join(out, `${user}.yaml`);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal(await whoIs(file), user);
    }
  } finally {
    await portal.close();
  }
});
