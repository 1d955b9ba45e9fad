// Starts Chromium, and watches each page for what must not happen: violations of the CSP, lines in the console, requests to elsewhere.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath } from "../support/place.mjs";

const FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const launching = () => ({ executablePath: chromiumPath(), args: [...FLAGS, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])] }); // its sandbox does not start for root

/** @param {string[]} [flags] what a test wants besides */
export const startBrowser = (flags = []) => chromium.launch({ ...launching(), args: [...launching().args, ...flags] });

/** Chromium as a person with this home has it: client certificates come from HOME/.pki/nssdb, and the first that fits goes to `server`. */
export async function startProfile(home, server) {
  const profile = join(home, "profile");
  mkdirSync(join(profile, "Default"), { recursive: true });
  const exceptions = { auto_select_certificate: { [`${server},*`]: { last_modified: "13300000000000000", setting: { filters: [{}] } } } };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify({ profile: { content_settings: { exceptions } } }));
  return chromium.launchPersistentContext(profile, { ...launching(), env: { ...process.env, HOME: home }, ignoreHTTPSErrors: true });
}

/** A browser profile of its own with one page in it, and what the page did: violations, console, errors, requests. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, acceptDownloads: true, ...options });
  const seen = { violations: [], console: [], errors: [], requests: [] };
  await context.exposeBinding("reportViolation", (_, violation) => {
    seen.violations.push(violation);
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.reportViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("console", (message) => seen.console.push(`${message.type()}: ${message.text()}`));
  context.on("weberror", (error) => seen.errors.push(String(error.error())));
  context.on("request", (request) =>
    seen.requests.push({
      method: request.method(),
      url: request.url(),
      headers: JSON.stringify(request.headers()),
      body: request.postDataBuffer() ?? Buffer.alloc(0),
    }),
  );
  const page = await context.newPage();
  if (url) await page.goto(url);
  return { page, context, seen };
}

/** Requests that are no part of the page itself: what the ledger has to list. */
export const apiRequests = (seen) => seen.requests.filter(({ url }) => /^\/(api|apis|version)(\/|$|\?)/.test(new URL(url).pathname));

/** Requests to any other origin than the page's. */
export const foreign = (seen, origin) => seen.requests.filter(({ url }) => /^(https?|wss?):/.test(url) && new URL(url).origin !== origin);
