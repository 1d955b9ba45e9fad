// The hooks of kubecred/react in Chromium, under StrictMode of development React, on a real API server: one worker for a component that needs one,
// none when it is gone, whatever it was doing; the kubeconfig works; a session that is given stays open.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import esbuild from "esbuild";
import { kubectl, startControlPlane } from "../support/control-plane.mjs";
import { tests } from "../support/place.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { pendingRequest } from "./pending.mjs";
import { approved } from "./person.mjs";
import { startPortal } from "./portal.mjs";
import { until } from "./wait.mjs";

const pkg = join(tests, "..", "pkg");
const PAGE = '<!doctype html><html lang="en"><title>Portal</title><script type="module" src="/app.js"></script><div id="root"></div></html>';
// Counts the workers that are started.
const COUNT = "globalThis.started = 0; globalThis.Worker = class extends Worker { constructor(...args) { super(...args); globalThis.started += 1; } };\n";

/** The page's script: the hooks and React in one file, the package's own entry as it is. */
async function bundle() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(tests, "page", "react-app.jsx")],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
    logOverride: { "unsupported-directive": "silent" },
    plugins: [
      {
        name: "kubecred",
        setup(build) {
          build.onResolve({ filter: /^kubecred\/react$/ }, () => ({ path: join(pkg, "react", "index.js") }));
          build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: "/kubecred/index.js", external: true }));
          build.onResolve({ filter: /^react/ }, ({ path, pluginData, ...how }) =>
            pluginData ? undefined : build.resolve(path, { kind: how.kind, resolveDir: tests, pluginData: true }),
          );
        },
      },
    ],
  });
  return outputFiles[0].text;
}

let plane, browser, portal;
before(async () => {
  plane = await startControlPlane();
  browser = await startBrowser();
  portal = await startPortal({
    plane,
    api: "/k8s/clusters/one",
    headers: { "X-Portal": "yes" },
    pages: { "/": PAGE, "/app.js": COUNT + (await bundle()) },
    folders: { "/kubecred/": pkg },
  });
});
after(async () => {
  await portal?.close();
  await browser?.close();
  plane?.stop();
});

async function open() {
  const opened = await openPage(browser, `${portal.origin}/`);
  await opened.page.locator("html[data-ready]").waitFor();
  return {
    ...opened,
    mount: (part, properties) => opened.page.evaluate((given) => globalThis.mount(...given), [part, properties]),
    unmount: () => opened.page.evaluate(() => globalThis.unmount()),
    started: () => opened.page.evaluate(() => globalThis.started),
    workers: (count) => until(() => opened.page.workers().length === count, `${count} workers`),
    /** What became of the kubeconfig: "usable", or the code that it rejects with. */
    handle: () =>
      opened.page.evaluate(() =>
        globalThis.handle.serialize().then(
          () => "usable",
          (error) => error.code,
        ),
      ),
    async clean() {
      assert.deepEqual([opened.seen.violations, opened.seen.errors], [[], []]);
      await opened.context.close();
    },
  };
}

const requestOf = (user) => pendingRequest(plane, user);

test("useKubecred: StrictMode starts one worker; unmounting ends it, also before it has started", async () => {
  const { page, mount, unmount, started, workers, clean } = await open();
  await mount("Session");
  await page.locator("#session", { hasText: "ready" }).waitFor();
  assert.equal(await started(), 1);
  await workers(1);
  await unmount();
  await workers(0);
  await page.evaluate(() => {
    globalThis.mount("Session");
    globalThis.unmount();
    globalThis.mount("Session");
  });
  await page.locator("#session", { hasText: "ready" }).waitFor();
  await workers(1);
  await unmount();
  await workers(0);
  // In the middle of the start, which then ends by itself.
  await page.evaluate(async () => {
    globalThis.mount("Session");
    while (globalThis.started < 3) await new Promise((done) => setTimeout(done));
    globalThis.unmount();
  });
  await workers(0);
  await clean();
});

test("useKubeconfigRequest: from start to a file that kubectl uses; unmounting wipes it", async () => {
  const { page, mount, unmount, workers, started, handle, clean } = await open();
  await mount("Request", { user: "hook" });
  const state = page.locator("#state");
  await state.getByText("idle").waitFor();
  assert.equal(await started(), 0, "no worker before the start");
  await page.getByRole("button", { name: "Start" }).click();
  await state.getByText("running waiting hook").waitFor();
  await approved(plane, await requestOf("hook"));
  await state.getByText("done").waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^Save kubeconfig/ }).click()]);
  const path = join(plane.dir, "hook.yaml");
  writeFileSync(path, readFileSync(await saved.path()), { mode: 0o600 });
  const who = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(who.stdout, "hook", who.stderr);
  assert.equal(await handle(), "usable", "the control");
  await unmount();
  await workers(0);
  assert.match(await handle(), /^(session-closed|handle-disposed)$/);
  await clean();
});

test("cancel and unmount while it runs: nothing is left; a second start replaces the first", async () => {
  const { page, mount, unmount, workers, clean } = await open();
  await mount("Request", { user: "quitter" });
  const state = page.locator("#state");
  const start = page.getByRole("button", { name: "Start" });
  await start.click();
  await state.getByText("running waiting").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await state.getByText("cancelled").waitFor();
  await start.click();
  await start.click();
  await state.getByText("running waiting quitter").waitFor();
  await unmount();
  await workers(0);
  await mount("Request", { user: "quitter" });
  await state.getByText("idle").waitFor();
  await page.evaluate(() => {
    document.querySelector("button").click(); // while the session starts
    globalThis.unmount();
  });
  await workers(0);
  await clean();
});

test("a refusal is in error, and the next start tries again", async () => {
  const { page, mount, unmount, workers, clean } = await open();
  await page.route("**/certificatesigningrequests*", (route) => route.fulfill({ status: 503, body: "down" }));
  await mount("Request", { user: "refused" });
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator("#state", { hasText: /^failed .*[a-z-]+$/ }).waitFor();
  await page.unroute("**/certificatesigningrequests*");
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator("#state", { hasText: "running waiting refused" }).waitFor();
  await unmount();
  await workers(0);
  await clean();
});

test("a session that is given stays open when the request is unmounted, and its kubeconfig is wiped", async () => {
  const { page, mount, unmount, workers, handle, clean } = await open();
  await mount("Shared", { user: "shared", request: true });
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator("#state", { hasText: "running waiting shared" }).waitFor();
  await approved(plane, await requestOf("shared"));
  await page.locator("#state", { hasText: "done" }).waitFor();
  assert.equal(await handle(), "usable", "the control");
  await mount("Shared", { user: "shared", request: false });
  await page.locator("#session", { hasText: "ready" }).waitFor();
  assert.equal(await handle(), "handle-disposed");
  assert.ok(page.workers().length > 0);
  await unmount();
  await workers(0);
  await clean();
});
