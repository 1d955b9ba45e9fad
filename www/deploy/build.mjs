// Puts the page together for www/deploy: files under an address that contains the hash of them all, so that they can be cached for ever, and
// compressed beforehand for nginx's gzip_static.
//   node www/build.mjs --server=self --out=FOLDER && node www/deploy/build.mjs FOLDER HTML
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const [from, html] = process.argv.slice(2);
if (!from || !html) {
  console.error("deploy: say which built page, and where to: node www/deploy/build.mjs FOLDER HTML");
  process.exit(2);
}
const files = readdirSync(from, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(from.replace(/\/+$/, "").length + 1))
  .sort();
const AT_THE_TOP = ["index.html", "offline.html"];
const hash = createHash("sha256");
for (const file of files)
  if (!AT_THE_TOP.includes(file))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(from, file)))
      .update("\0");
const version = hash.digest("hex").slice(0, 16);

rmSync(html, { recursive: true, force: true });
mkdirSync(html, { recursive: true });
for (const file of files) {
  const target = AT_THE_TOP.includes(file) ? file : join("v", version, file);
  if (file === "index.html") {
    let text = readFileSync(join(from, file), "utf8");
    for (const [link, name] of [
      ["href", "favicon.svg"],
      ["href", "style.css"],
      ["href", "panels.css"],
      ["src", "app/main.js"],
      ["href", "docs/index.html"],
      ["href", "kubecred/LICENSE-MIT"],
      ["href", "kubecred/LICENSE-APACHE"],
      ["href", "kubecred/THIRD-PARTY.txt"],
      ["href", "kubecred/sbom.cdx.json"],
    ]) {
      if (!text.includes(`${link}="${name}"`)) throw new Error(`index.html has no link to ${name}`);
      text = text.replace(`${link}="${name}"`, `${link}="/v/${version}/${name}"`);
    }
    writeFileSync(join(html, target), text);
  } else cpSync(join(from, file), join(html, target), { recursive: true });
  const content = readFileSync(join(html, target));
  if ([".html", ".js", ".css", ".svg", ".wasm", ".json", ".map", ".ts"].includes(extname(file)))
    writeFileSync(`${join(html, target)}.gz`, gzipSync(content, { level: 9 }));
}
console.log(`${html}: ${files.length} files under /v/${version}/`);
