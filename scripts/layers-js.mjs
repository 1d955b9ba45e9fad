/*
 * Checks that the imports of pkg, www and tests go one way: node scripts/layers-js.mjs [FOLDER]
 * Every file is in a room of the table below, and imports only from its own room and from those that its room names, all of
 * which stand above it. Files may not import each other in a circle, not even within a room. Counted are static imports,
 * dynamic ones, files named by `new URL("…", import.meta.url)` (workers) and types, those in comments as well. A module that is written
 * in TypeScript is the .ts file; the JavaScript that is compiled next to it is not looked at, and may be missing.
 */
import { existsSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

/**
 * @typedef {object} Room
 * @property {string} name
 * @property {string[]} [files] the files or folders that are it; its name where this is missing
 * @property {string[]} [may] the rooms that it imports from
 * @property {"none" | "node" | "any" | string[]} [modules] what it imports besides files: nothing, Node's own modules, any package, or these
 */

const PANELS = ["start", "access", "review", "invite", "invitation", "service-accounts", "rbac", "kubeconfig", "how"].map((panel) => `www/${panel}`);
const TESTING = ["pkg/testing types", "pkg/testing module", "pkg/testing"];
const CORE = ["pkg types", "pkg/shared", "pkg/wasm"];
const PAGE = ["pkg types", "pkg/ui", "www/shared", "www/ui", "www/cluster"];
const PACKAGE = [
  ...CORE,
  "pkg/worker",
  "pkg/session",
  "pkg/cluster",
  "pkg/client",
  "pkg entry",
  "pkg/ui",
  "pkg/element",
  "pkg/react",
  "pkg entries of Node",
  "pkg/bin basics",
  "pkg/bin/commands",
  "pkg/bin",
];
const WWW = [...PAGE, ...PANELS, "www/app"];

/** From the bottom to the top; of two that match a file, the more exact one counts. @type {Room[]} */
const ROOMS = [
  { name: "pkg types", files: ["pkg/types.ts", "pkg/platform.ts"] },
  { name: "pkg/wasm" },
  // Apart from the rest of the package, in both directions: no page loads it.
  { name: "pkg/testing types", files: ["pkg/testing/types.ts"], may: ["pkg types"] },
  { name: "pkg/testing module", files: ["pkg/wasm/testing.js", "pkg/wasm/testing.d.ts"] },
  { name: "pkg/testing", may: ["pkg/testing types", "pkg/testing module"] },
  { name: "pkg/shared", may: ["pkg types"] },
  { name: "pkg/worker", may: CORE },
  { name: "pkg worker of Node", files: ["pkg/worker/worker-node.ts"], may: ["pkg/worker"], modules: "node" },
  { name: "pkg/session", may: [...CORE, "pkg/worker"] },
  { name: "pkg/cluster", may: [...CORE, "pkg/session"] },
  { name: "pkg/client", may: [...CORE, "pkg/session", "pkg/cluster"] },
  { name: "pkg entry", files: ["pkg/index.ts", "pkg/inline.js"], may: [...CORE, "pkg/worker", "pkg/session", "pkg/client"] },
  { name: "pkg/ui", may: ["pkg types"] },
  // What a page mounts uses the package as the page does: through its entry alone.
  { name: "pkg/element", may: ["pkg types", "pkg entry", "pkg/ui"] },
  { name: "pkg/react", may: ["pkg types", "pkg entry", "pkg/ui"], modules: ["react"] },
  { name: "pkg entries of Node", files: ["pkg/node.ts"], may: [...CORE, "pkg worker of Node", "pkg/session", "pkg/client"], modules: "node" },
  { name: "pkg entries with their types", files: ["pkg/entries.ts"], may: ["pkg types", "pkg entry", "pkg/element", "pkg/react", "pkg entries of Node"] },
  { name: "pkg/bin basics", files: ["pkg/bin/plain.mts", "pkg/bin/signals.mts"], modules: "node" },
  { name: "pkg/bin/commands", may: ["pkg types", "pkg entries of Node", "pkg/bin basics"], modules: "node" },
  { name: "pkg/bin", may: ["pkg/shared", "pkg/bin basics", "pkg/bin/commands"], modules: "node" },
  { name: "www types", files: ["www/kubecred"], may: ["pkg types"] },
  { name: "www/shared", may: ["pkg types", "pkg entry"] },
  { name: "www/ui", may: ["pkg types", "pkg/ui", "www/shared"] },
  { name: "www/cluster", may: ["pkg types", "www/shared", "www/ui"] },
  ...PANELS.map((name) => ({ name, may: PAGE })),
  { name: "www/app", may: [...PAGE, ...PANELS] },
  { name: "build", files: ["pkg/build.mjs", "www/build.mjs", "www/deploy", "scripts"], may: ["pkg/bin"], modules: "any" },
  { name: "tests/cluster", modules: "any" },
  { name: "tests/support", may: ["tests/cluster", ...PACKAGE], modules: "any" },
  { name: "tests/package", may: ["tests/cluster", "tests/support", ...PACKAGE, ...TESTING, "pkg worker of Node", "www/ui", "build"], modules: "any" },
  { name: "tests/interop", may: ["tests/support", "tests/package", ...PACKAGE], modules: "any" },
  { name: "tests/matrix pages", files: ["tests/matrix/app", "tests/matrix/fixtures", "tests/matrix/bundles.mjs"], modules: "any" },
  {
    name: "tests/page",
    may: ["tests/cluster", "tests/support", "tests/package", "tests/matrix pages", ...PACKAGE, ...TESTING, ...WWW, "build"],
    modules: "any",
  },
  { name: "tests/matrix", may: ["tests/matrix pages", "tests/page", "tests/support", "build"], modules: "any" },
  { name: "tests/examples", may: ["tests/cluster", "tests/support", "tests/package", "tests/page", ...PACKAGE], modules: "any" },
  { name: "tests/bench", may: ["tests/support", "tests/package", "tests/interop", "tests/page", ...PACKAGE], modules: "any" },
];

/** The imports of types: in comments and declaration files, where there are no others, and in TypeScript. */
const TYPES_ALONE = /(?:\bimport\(|\bfrom )"(\.[^"]+)"/g;
const AMONG_CODE = /(?:\b(?:import|export) type [^;"]*?\bfrom |\btypeof import\(|\bimport\((?="[^"]+"\)\.[A-Z]))"(\.[^"]+)"/g;

/** What is built, and therefore may be missing. */
const BUILT = /^pkg\/(wasm\/|inline\.(js|d\.ts)$|cdn\/|bin\/page\.json$)/;
const SKIPPED = new Set(["node_modules", "dist", "target", "vectors", "wasm", "fuzz", "fixtures", "cdn", "inline.js", "inline.d.ts"]);

/** The TypeScript that a script or a declaration file is compiled from; the file itself where there is none. @param {string} root @param {string} path */
function sourceOf(root, path) {
  const source = path.replace(/\.(js|d\.ts)$/, ".ts").replace(/\.mjs$/, ".mts");
  return existsSync(join(root, source)) ? source : path;
}

/** @param {string} root @param {string} folder @returns {string[]} */
function scripts(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return scripts(root, path);
    if (sourceOf(root, path) !== path) return [];
    return /\.m?[jt]s$/.test(entry.name) ? [path] : [];
  });
}

/** @param {string} file */
function roomOf(file) {
  const fits = ROOMS.flatMap((room, level) =>
    (room.files ?? [room.name]).filter((each) => file === each || file.startsWith(`${each}/`)).map((each) => ({ room, level, length: each.length })),
  );
  return fits.sort((a, b) => b.length - a.length)[0];
}

/**
 * The imports of files: `type` is one of a type, in a comment or in TypeScript.
 * @param {string} root
 * @param {string[]} files
 */
async function importsOf(root, files) {
  /** @type {{ file: string, to: string, type: boolean }[]} */
  const found = [];
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: files.filter((file) => !file.endsWith(".d.ts")),
    bundle: true,
    write: false,
    outdir: "unused",
    format: "esm",
    logLevel: "error",
    plugins: [
      {
        name: "imports",
        setup: (build) => {
          build.onResolve({ filter: /.*/ }, ({ kind, importer, path }) => {
            if (kind === "entry-point") return undefined;
            found.push({ file: relative(root, importer).split(sep).join("/"), to: path, type: false });
            return { path, external: true };
          });
        },
      },
    ],
  });
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, to] of text.matchAll(/new URL\("(\.[^"]+\.m?js)", import\.meta\.url\)/g)) found.push({ file, to: /** @type {string} */ (to), type: false });
    const comments = /\.m?ts$/.test(file) ? [text] : (text.match(/\/\*\*[\s\S]*?\*\//g) ?? []);
    const code = /(?<!\.d)\.m?ts$/.test(file);
    // Those of values that only types use are left out by esbuild.
    if (code)
      for (const [, to] of text.matchAll(/^(?:import|export) (?!type )[^;"]*?\bfrom "(\.[^"]+)"/gm))
        found.push({ file, to: /** @type {string} */ (to), type: false });
    for (const comment of comments) {
      for (const [, to] of comment.matchAll(code ? AMONG_CODE : TYPES_ALONE)) found.push({ file, to: /** @type {string} */ (to), type: true });
    }
  }
  // esbuild reads files side by side, in no order; a circle is told from where the first file meets it.
  const key = (/** @type {(typeof found)[number]} */ { file, to }) => `${file}\0${to}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * The file that an import names. The built page has the package as kubecred/; what a test evaluates in the page is relative to it.
 * @param {string} root @param {string} file @param {string} to @param {boolean} type
 */
function targetOf(root, file, to, type) {
  const named = posix.join(posix.dirname(file), to);
  if (named === "www/kubecred/index.js") return type ? "pkg/types.ts" : "pkg/index.ts";
  const path = named.replace(/^www\/kubecred\//, "pkg/");
  const source = sourceOf(root, path);
  if (source !== path) return source;
  const declared = path.replace(/\.js$/, ".d.ts");
  if (type && existsSync(join(root, declared))) return declared;
  const places = file.startsWith("tests/page/") ? [path, posix.join("www", to)] : [path];
  return places.find((place) => BUILT.test(place) || existsSync(join(root, place)));
}

/**
 * What is wrong with the imports under a folder, one sentence each.
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function check(root) {
  const files = ["pkg", "www", "tests", "scripts"].flatMap((folder) => scripts(root, folder));
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  for (const file of files) if (!roomOf(file)) problems.push(`${file} is in no room: add its folder to ROOMS in scripts/layers-js.mjs`);
  for (const room of ROOMS) {
    for (const name of room.may ?? []) {
      if (ROOMS.findIndex((each) => each.name === name) >= ROOMS.indexOf(room))
        problems.push(`the room ${room.name} may not import from ${name}, which is not above it`);
    }
  }
  for (const { file, to, type } of await importsOf(root, files)) {
    const own = roomOf(file);
    if (!own) continue;
    if (!to.startsWith(".")) {
      const modules = own.room.modules ?? "none";
      const allowed = Array.isArray(modules) ? modules.includes(to) : modules === "any" || (modules === "node" && to.startsWith("node:"));
      if (!allowed) problems.push(`${file} imports ${to}: its room ${own.room.name} imports files only`);
      continue;
    }
    const target = targetOf(root, file, to, type);
    if (!target) {
      problems.push(`${file} imports ${to}, which does not exist`);
      continue;
    }
    const theirs = roomOf(target);
    if (target !== file) graph.set(file, (graph.get(file) ?? new Set()).add(target));
    if (theirs && theirs.room !== own.room && !own.room.may?.includes(theirs.room.name)) {
      problems.push(`${file} (${own.room.name}) imports ${target} (${theirs.room.name}), which its room may not`);
    }
  }
  return [...new Set([...problems, ...circles(graph)])];
}

/** Each circle once, as the files on the way round. @param {Map<string, Set<string>>} graph */
function circles(graph) {
  /** @type {string[]} */
  const found = [];
  /** @type {Map<string, "open" | "done">} */
  const state = new Map();
  /** @param {string} file @param {string[]} way */
  const visit = (file, way) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push(`a circle of imports: ${[...way.slice(way.indexOf(file)), file].join(" → ")}`);
      return;
    }
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
  const problems = await check(root);
  for (const problem of problems) console.error(`layers-js: ${problem}`);
  if (problems.length > 0) process.exit(1);
}
