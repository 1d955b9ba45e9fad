// Starts Chromium, and watches each page for what must not happen: violations of the CSP, lines in the console, requests to elsewhere.
import { chromium } from "playwright-core";
import { chromiumPath } from "./place.mjs";

const FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function startBrowser() {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium's sandbox does not start for root
  return chromium.launch({ executablePath: chromiumPath(), args: [...FLAGS, ...root] });
}

/** A browser profile of its own with one page in it, and what the page did: violations, console, errors, requests. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, acceptDownloads: true, ...options });
  const seen = { violations: [], console: [], errors: [], requests: [] };
  await context.exposeBinding("reportViolation", (_, violation) => { seen.violations.push(violation); });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.reportViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("console", (message) => seen.console.push(`${message.type()}: ${message.text()}`));
  context.on("weberror", (error) => seen.errors.push(String(error.error())));
  context.on("request", (request) => seen.requests.push({ method: request.method(), url: request.url(), headers: JSON.stringify(request.headers()), body: request.postDataBuffer() ?? Buffer.alloc(0) }));
  const page = await context.newPage();
  if (url) await page.goto(url);
  return { page, context, seen };
}

/** Requests that are no part of the page itself: what the ledger has to list. */
export const apiRequests = (seen) => seen.requests.filter(({ url }) => /^\/(api|apis|version)(\/|$|\?)/.test(new URL(url).pathname));

/** Requests to any other origin than the page's. */
export const foreign = (seen, origin) => seen.requests.filter(({ url }) => /^(https?|wss?):/.test(url) && new URL(url).origin !== origin);
