// Puts dist/ together: the page's files next to the package's files (dist/kubecred/), and offline.html, which is all of them in one file.
// Usage: node www/build.mjs [--server=https://api.example.com:6443] [--out=FOLDER]       after the package was built (node pkg/build.mjs)
//   --server   the page speaks to this API server instead of its own address, by CORS; the policy allows this one origin more.
//              "self": the API is at the page's own address and wants a token (www/deploy)
//   KUBECRED_NAME, KUBECRED_COLOR (environment): what the page calls the cluster, in its header and title, and the color of it
// dist/docs is the API reference (scripts/docs.mjs). A new module in www/ is picked up by itself. The page's modules stay what they are in git, without comments and blanks: served as they are
// in www/, next to the package, they work the same. Fails where a file is missing or the page has outgrown its budget (www/budget.json).
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import esbuild from "esbuild";
import { reference } from "../scripts/docs.mjs";
import { setModes } from "../scripts/modes.mjs";
import { NOTICES, copyNotices } from "../scripts/notices.mjs";

/** The colors of style.css, each readable in light and dark. */
const COLORS = ["red", "orange", "green", "blue", "purple", "gray"];
const www = dirname(fileURLToPath(import.meta.url));
const root = dirname(www);
const { server, out } = parseArgs({ options: { server: { type: "string" }, out: { type: "string" } } }).values;
const dist = out ? resolve(out) : join(root, "dist");
const pkg = join(root, "pkg");

function fail(sentence) {
  console.error(`www/build.mjs: ${sentence}`);
  process.exit(1);
}

const pages = (await readdir(www, { recursive: true }))
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => [".html", ".css", ".js", ".svg"].includes(extname(file)) && !file.startsWith("deploy/"))
  .sort(); // not the order of the file system, nor of a language
const { files } = JSON.parse(await readFile(join(pkg, "package.json"), "utf8"));
const text = async (file) => readFile(join(www, file), "utf8");

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "kubecred"), { recursive: true });
copyNotices();
const sizes = new Map();
const served = {};
/** The page's module that each module of pkg/ui is part of. */
const parts = new Map();
for (const file of pages) {
  const loader = { ".js": "js", ".css": "css" }[extname(file)];
  const source = await text(file);
  let content = file === "index.html" ? withPlace(source) : source;
  if (source.includes('"../kubecred/ui/')) content = await withParts(file, source);
  else if (loader) content = esbuild.transformSync(source, { loader, minify: true, format: loader === "js" ? "esm" : undefined, target: "es2022" }).code;
  await mkdir(dirname(join(dist, file)), { recursive: true });
  await writeFile(join(dist, file), file === "index.html" && server ? withServer(content) : content);
  served[file] = content;
  sizes.set(file, brotliCompressSync(content).length);
}
for (const file of files) {
  if (/^(bin|cdn|testing)\/|^wasm\/testing\.js$/.test(file)) continue; // npx kubecred, other pages' one file and kubecred/testing: no part of the page
  try {
    await mkdir(dirname(join(dist, "kubecred", file)), { recursive: true });
    await cp(join(pkg, file), join(dist, "kubecred", file), { recursive: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    fail(`pkg/${file} is missing; build the package first: node pkg/build.mjs`);
  }
}
await cp(await reference(), join(dist, "docs"), { recursive: true });
// The page that npx kubecred serves, which has no API reference next to it.
const launched = { ...served, "index.html": served["index.html"].replace(/<a href="docs\/index\.html"[^>]*>[^<]*<\/a>, /, "") };
if (!server && !out) await writeFile(join(pkg, "bin", "page.json"), JSON.stringify(launched));
setModes(pkg);
const offline = await offlinePage();
await writeFile(join(dist, "offline.html"), offline);
await checkBudget();
console.log(`dist/offline.html: ${offline.length} bytes, sha256 ${createHash("sha256").update(offline).digest("hex")}`);

/**
 * A module with the module of pkg/ui that it imports inside of it: neither a request more nor anything that the elements alone need. What that one imports
 * from its own folder has the same name in www/ui, or is inside, too. In two of the page's modules it would be loaded twice.
 */
async function withParts(file, source) {
  const page = join(www, file);
  const plugin = {
    name: "parts",
    setup: (build) =>
      build.onResolve({ filter: /^\./ }, ({ importer, path }) => {
        const [, part] = (importer === page ? /^\.\.\/kubecred\/ui\/(\w+)\.js$/ : /^\.\/(\w+)\.js$/).exec(path) ?? [];
        if (!part) return { path, external: true };
        const door = `ui/${part}.js`;
        if (importer !== page && pages.includes(door)) return { path: file.startsWith("ui/") ? path : `../${door}`, external: true };
        if (file !== (parts.get(part) ?? file)) fail(`${file} and ${parts.get(part)} both import pkg/ui/${part}: import it from one of them`);
        parts.set(part, file);
        return { path: join(pkg, "ui", `${part}.ts`) };
      }),
  };
  const { outputFiles } = await esbuild.build({
    stdin: { contents: source, sourcefile: basename(file), resolveDir: dirname(page) },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    plugins: [plugin],
  });
  return outputFiles[0].text;
}

/** The page as one file: script and style inside, each pinned by its hash in the policy, and no connection allowed at all. */
async function offlinePage() {
  const inline = {
    name: "inline",
    setup: (build) => {
      build.onResolve({ filter: /\/kubecred\/index\.js$/ }, () => ({ path: join(pkg, "inline.js") }));
      // The sources, whatever was compiled before: a module must not be inside twice.
      const source = (/** @type {string} */ path) => ({ path: join(pkg, "ui", `${basename(path, ".js")}.ts`) });
      build.onResolve({ filter: /\/kubecred\/ui\// }, ({ path }) => source(path));
      build.onResolve({ filter: /^\.\/\w+\.js$/ }, ({ importer, path }) => (dirname(importer) === join(pkg, "ui") ? source(path) : undefined));
    },
  };
  const bundle = await esbuild.build({
    entryPoints: [join(www, "app", "main.js")],
    absWorkingDir: root,
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    write: false,
    charset: "utf8",
    plugins: [inline],
  });
  const script = bundle.outputFiles[0].text;
  const style = (
    await Promise.all(
      pages
        .filter((file) => file.endsWith(".css"))
        .sort(byLink)
        .map((file) => readFile(join(dist, file), "utf8")),
    )
  ).join("");
  const hash = (content) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types kubecred`;
  let html = withPlace(await text("index.html"));
  const put = (pattern, replacement) => {
    if (!pattern.test(html)) fail(`index.html has no ${pattern}, which offline.html needs`);
    html = html.replace(pattern, () => replacement);
  };
  put(/<html /, "<html data-offline ");
  put(/(?<=http-equiv="Content-Security-Policy" content=")[^"]*/, policy);
  put(/<link rel="icon".*\n/, "");
  put(/(?:<link rel="stylesheet".*\n)+/, `<style>${style}</style>\n`);
  put(/<script type="module".*\n/, "");
  put(/(?<=<aside id="offline"[^>]*) hidden/, "");
  put(/<p id="about-links">.*<\/p>/, await notices());
  put(/<\/body>/, `<script>${script}</script>\n</body>`);
  return html;
}

/** Style sheets in the order in which index.html links them. */
function byLink(one, other) {
  const at = (file) => served["index.html"].indexOf(`href="${file}"`);
  return at(one) - at(other);
}

/** Licences and notices as text, for the page that has no other files next to it. */
async function notices() {
  const texts = await Promise.all(NOTICES.map((file) => readFile(join(root, file), "utf8")));
  const escaped = texts.join("\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<pre tabindex="0" aria-label="Licences and notices">${escaped}</pre>`;
}

/** What whoever serves this page calls the cluster, and its color: KUBECRED_NAME and KUBECRED_COLOR. */
function withPlace(html) {
  const { KUBECRED_NAME: name = "", KUBECRED_COLOR: color = "" } = process.env;
  if (name.length > 60 || /[\p{C}]/u.test(name)) fail("KUBECRED_NAME must have at most 60 characters, each of which can be seen");
  if (color && !COLORS.includes(color)) fail(`KUBECRED_COLOR must be one of ${COLORS.join(", ")}`);
  const quoted = name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  return html.replace(/(?<=name="kubecred-name" content=")/, () => quoted).replace(/(?<=name="kubecred-color" content=")/, () => color);
}

/** The page for an API server at another address: its meta element and its policy name it. */
function withServer(html) {
  if (server === "self") return html.replace(/(?<=name="kubecred-server" content=")/, server);
  if (!URL.canParse(server) || new URL(server).protocol !== "https:" || new URL(server).origin !== server)
    fail("--server must be an origin such as https://api.example.com:6443");
  return html.replace(/(?<=name="kubecred-server" content=")/, server).replace("connect-src 'self'", `connect-src 'self' ${server}`);
}

/** What a reader downloads for the first panel, and for each other one on top of it; brotli, file by file, as a server would send them. */
async function checkBudget() {
  const budget = JSON.parse(await readFile(join(www, "budget.json"), "utf8"));
  const first = reachable("app/main.js", new Set());
  const others = [...(await text("app/panels.js")).matchAll(/import\("\.\.\/([\w/-]+\.js)"\)/g)].map(([, file]) => file);
  const sum = (list) => [...list].reduce((total, file) => total + sizes.get(file), 0);
  const found = { first: sum(first), css: sum(pages.filter((file) => file.endsWith(".css"))), html: sizes.get("index.html") };
  for (const panel of others) {
    const all = reachable(panel, new Set(first));
    found[dirname(panel)] = sum(all) - found.first;
  }
  found.visit = found.first + found.css + found.html; // before the package and its module are asked for
  console.log(
    `dist: brotli ${Object.entries(found)
      .map(([part, size]) => `${part} ${(size / 1000).toFixed(1)} kB`)
      .join(", ")}`,
  );
  for (const [part, size] of Object.entries(found)) {
    const most = budget[part] ?? budget.panel;
    if (!(size <= most)) fail(`the page's ${part} is ${size} bytes with brotli; its budget in www/budget.json is ${most}`);
  }
}

/** The modules that one brings along by static imports, itself included. */
function reachable(file, known) {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, next] of served[file].matchAll(/(?:^|[;}])(?:import|export)(?:[\w$*{}, ]*from)?"(\.[^"]+)"/gm))
    reachable(posix.join(posix.dirname(file), next), known);
  return known;
}
