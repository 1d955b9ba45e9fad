// Firefox by geckodriver and selenium-webdriver, watched as browser.mjs watches Chromium: violations, console, errors, requests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder } from "selenium-webdriver";
import firefox from "selenium-webdriver/firefox.js";
import { firefoxPath, geckodriverPath } from "../support/place.mjs";

/** `more`: preferences that a test needs. { driver, downloads (folder), seen, listen(), close() } */
export async function startFirefox(more = {}) {
  const downloads = mkdtempSync(join(tmpdir(), "kubecred-firefox-"));
  const options = new firefox.Options().setBinary(firefoxPath()).addArguments("-headless", "--width=1000", "--height=900");
  options.set("webSocketUrl", true);
  options.set("unhandledPromptBehavior", "ignore");
  const preferences = {
    "browser.download.folderList": 2,
    "browser.download.dir": downloads,
    "browser.download.useDownloadDir": true,
    "browser.download.alwaysOpenPanel": false,
    "browser.helperApps.neverAsk.saveToDisk": "application/octet-stream",
    "app.update.enabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "accessibility.tabfocus": 7,
  };
  for (const [name, value] of Object.entries({ ...preferences, ...more })) options.setPreference(name, value);
  const service = new firefox.ServiceBuilder(geckodriverPath());
  const driver = await new Builder().forBrowser("firefox").setFirefoxOptions(options).setFirefoxService(service).build();
  const seen = { console: [], requests: [] };
  const bidi = await driver.getBidi();
  await bidi.subscribe("log.entryAdded");
  await bidi.subscribe("network.beforeRequestSent");
  bidi.socket.on("message", (data) => {
    const { method, params } = JSON.parse(data);
    if (method === "log.entryAdded") seen.console.push(`${params.level}: ${params.text}`);
    if (method === "network.beforeRequestSent") seen.requests.push({ method: params.request.method, url: params.request.url });
  });
  // Before any script of a page runs: what its policy blocks is written down.
  await bidi.send({
    method: "script.addPreloadScript",
    params: {
      functionDeclaration:
        "() => { globalThis.violations = []; document.addEventListener('securitypolicyviolation', (event) => { globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`); }); }",
    },
  });
  return {
    driver,
    downloads,
    seen,
    async close() {
      await driver.quit();
      rmSync(downloads, { recursive: true, force: true });
    },
  };
}
