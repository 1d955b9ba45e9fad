// examples/backstage: mounted in an app of Backstage's own libraries, through a path like its Kubernetes proxy's, to a file that kubectl uses.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startBrowser } from "../page/browser.mjs";
import { use } from "../page/examples.mjs";
import { startPortal } from "../page/portal.mjs";
import { root } from "../package/packed.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { installed } from "./installed.mjs";

const HARNESS = {
  "@backstage/core-app-api": "^1.20.7",
  "@types/react": "^18.3.0",
  "@vitejs/plugin-react": "^6.3.0",
  "react-router": "^6.30.1",
  vite: "^8.3.0",
};
/** What Backstage's backend sends by default, without the addresses of images. */
const POLICY =
  "default-src 'self'; base-uri 'self'; font-src 'self' https: data:; object-src 'none'; script-src 'self' 'unsafe-eval'; script-src-attr 'none'; style-src 'self' https: 'unsafe-inline'; connect-src 'self'";

const ends = [];
let plane, browser, it;
before(async () => {
  plane = await startControlPlane();
  ends.unshift(() => plane.stop());
  browser = await startBrowser();
  ends.unshift(() => browser.close());
  it = await installed("backstage", HARNESS);
  ends.unshift(() => it.remove());
});
after(async () => {
  for (const end of ends) await end();
});

test("Backstage: the page finds the proxy, sends the cluster's header and the token of fetchApi", async () => {
  cpSync(join(root, "tests", "examples", "backstage-app.jsx"), join(it.folder, "src", "app.jsx"));
  const html = '<!doctype html><html lang="en"><title>Backstage</title><main></main><script type="module" src="/src/app.jsx"></script></html>';
  writeFileSync(join(it.folder, "index.html"), html);
  const config = 'import react from "@vitejs/plugin-react"; export default { plugins: [react()], define: { "process.env": {} } };';
  writeFileSync(join(it.folder, "vite.config.js"), config);
  await it.run("vite/bin/vite.js", ["build", "--logLevel", "error"]);
  const dist = join(it.folder, "dist");
  const headers = { "X-Token": "of jane", "Backstage-Kubernetes-Cluster": "one" };
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const portal = await startPortal({ plane, api: "/api/kubernetes/proxy", headers, pages: { "/kubeconfig": page }, folders: { "/": dist }, policy: POLICY });
  ends.unshift(() => portal.close());
  const { context } = await use({ plane, browser }, portal, "Create kubeconfig", { path: "/kubeconfig", name: "user", user: "user:default/guest" });
  await context.close();
});
