// What the benches share: statistics, the machine in words, a page on loopback in headless Chromium, and RESULTS.md.
//
//   BENCH=quick   a small run, to see that it works; the default is the full one
//
// A bench calls `section` with its own name and a text in Markdown; the other sections of RESULTS.md stay as they are.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, release, totalmem } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { startBrowser } from "../page/browser.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const quick = process.env.BENCH === "quick";
/** The first for a full run, the second for a quick one. */
export const times = (full, few) => (quick ? few : full);

/** @param {number[]} list */
export function stats(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { n: sorted.length, mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length, median, least: sorted[0], most: sorted.at(-1) };
}

/** Three digits that count. */
export const digits = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
export const row = (...cells) => `| ${cells.join(" | ")} |`;
export const table = (head, rows) => [row(...head), row(...head.map(() => "---")), ...rows.map((cells) => row(...cells))].join("\n");

const ask = (program, ...args) => {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .split("\n")[0];
  } catch {
    return `no ${program}`;
  }
};

/** The machine's own words. @param {string} [chromium] its version, where it takes part */
export function machine(chromium) {
  const [{ model }] = cpus();
  return `${cpus().length} × ${model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}; ${chromium ? `Chromium ${chromium}, ` : ""}Node ${process.version}, ${ask("openssl", "version")}, ${ask("rustc", "--version")}`;
}

/** Puts a section into RESULTS.md, in the place of the one of the same name. */
export function section(name, text) {
  const path = join(root, "tests", "bench", "RESULTS.md");
  const old = existsSync(path)
    ? readFileSync(path, "utf8")
    : "# Measured by `make bench`\n\nWritten by tests/bench/*.bench.mjs; each section names its run. Ratios are to the same run on the same machine, interleaved.\n";
  const parts = old.split(/\n(?=## )/).filter((part) => !part.startsWith(`## ${name}\n`));
  const kind = quick ? "a quick run: too small to quote" : "a full run";
  writeFileSync(
    path,
    `${parts.map((part) => part.trimEnd()).join("\n\n")}\n\n## ${name}\n\n${kind}, ${new Date().toISOString().slice(0, 10)}, commit ${ask("git", "-C", root, "rev-parse", "--short", "HEAD")}\n\n${text.trim()}\n`,
  );
  console.log(`\n## ${name}\n\n${text.trim()}\n`);
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/**
 * Chromium with pages from the checkout; `extra` are files by path that are made for the run.
 * @param {Record<string, string>} extra
 */
export async function startPages(extra = {}) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const file = join(root, path);
    const content = extra[path] ?? (existsSync(file) ? readFileSync(file) : undefined);
    if (content === undefined || path.includes("..")) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain", "cache-control": "no-store" }).end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await startBrowser();
  return {
    browser,
    origin,
    version: browser.version(),
    /** A fresh page in a profile of its own. */
    async open(path) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(0);
      page.on("pageerror", (error) => console.error(error));
      await page.goto(origin + path);
      await page.waitForFunction("globalThis.ready");
      return { page, close: () => context.close() };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
