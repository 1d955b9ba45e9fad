// Puts dist/ together: the page's files beside the package's files (dist/kubecred/). No transformation: what is in git is what is served.
// Usage: node www/build.mjs        after the package was built (node pkg/build.mjs)
// Fails where a file is missing or the page has outgrown its budget, so that neither is noticed by a reader first.
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const www = dirname(fileURLToPath(import.meta.url));
const root = dirname(www);
const dist = join(root, "dist");
const pkg = join(root, "pkg");
// Brotli sizes in bytes, from the order of 2026-11: what the page may cost a reader beside the package.
const BUDGET = { ".js": 25_000, ".css": 12_000 };

const pages = (await readdir(www)).filter((file) => [".html", ".css", ".js", ".svg"].includes(extname(file)));
const { files } = JSON.parse(await readFile(join(pkg, "package.json"), "utf8"));

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "kubecred"), { recursive: true });
for (const file of pages) await cp(join(www, file), join(dist, file));
for (const file of files) {
  try {
    await cp(join(pkg, file), join(dist, "kubecred", file), { recursive: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    console.error(`www/build.mjs: pkg/${file} is missing; build the package first: node pkg/build.mjs`);
    process.exit(1);
  }
}

const sizes = {};
for (const file of pages) {
  const ending = extname(file);
  sizes[ending] = (sizes[ending] ?? 0) + brotliCompressSync(await readFile(join(www, file))).length;
}
console.log(`dist: ${pages.length} files of the page (brotli: ${Object.entries(sizes).map(([ending, size]) => `${ending.slice(1)} ${(size / 1000).toFixed(1)} kB`).join(", ")}), ${files.length} entries of the package`);
for (const [ending, most] of Object.entries(BUDGET)) {
  if (sizes[ending] <= most) continue;
  console.error(`www/build.mjs: the page's ${ending} files are ${sizes[ending]} bytes with brotli; the budget is ${most}`);
  process.exitCode = 1;
}
