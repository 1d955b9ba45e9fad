// examples/next: built by Next, rendered on the server with the package in it, used in Chromium behind a portal's path to a file that kubectl uses.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "../page/browser.mjs";
import { use } from "../page/examples.mjs";
import { startPortal } from "../page/portal.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { installed } from "./installed.mjs";

const ends = [];
let plane, browser, it;
before(async () => {
  plane = await startControlPlane();
  ends.unshift(() => plane.stop());
  browser = await startBrowser();
  ends.unshift(() => browser.close());
  it = await installed("next");
  ends.unshift(() => it.remove());
});
after(async () => {
  for (const end of ends) await end();
});

test("Next: server component and client component", async () => {
  await it.run("next/dist/bin/next", ["build"]);
  const child = spawn(process.execPath, [join(it.folder, "node_modules/next/dist/bin/next"), "start", "-p", "0", "-H", "127.0.0.1"], {
    cwd: it.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  ends.unshift(() => child.kill());
  const upstream = await new Promise((resolve, reject) => {
    let said = "";
    child.once("exit", () => reject(new Error(`next start ended: ${said}`)));
    child.stdout.on("data", (data) => {
      said += data;
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (found && said.includes("Ready")) resolve(found);
    });
  });
  const portal = await startPortal({ plane, api: "/k8s/clusters/one", upstream });
  ends.unshift(() => portal.close());
  const sent = await (await fetch(`${portal.origin}/`)).text();
  assert.match(sent, /id="findings">0/, "the package ran on the server");
  assert.match(sent, /role="status">idle/);
  const { context } = await use({ plane, browser }, portal, "Request kubeconfig for jane");
  await context.close();
  const { page, context: other } = await openPage(browser, `${portal.origin}/`);
  assert.equal(page.workers().length, 0, "no worker before there is work");
  await other.close();
});
