/*
 * The API reference: a page for each name that the package exports, made by TypeDoc from the comments of what the published declarations are compiled from.
 * Warnings of TypeDoc are errors: an export without a comment, a link to nothing. The scripts of its pages (search, themes, a tree of all names) are left
 * out: they keep state in the browser's storage and write HTML, which the page's Content-Security-Policy refuses. A list of all names takes their place.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const ENTRIES = ["types.ts", "element/types.ts", "react/types.ts", "testing/index.ts"].map((file) => join("pkg", file));
const INPUTS = [
  ...ENTRIES,
  "pkg/testing/types.ts",
  "pkg/platform.ts",
  "pkg/package.json",
  "pkg/README.md",
  "pkg/tsconfig.json",
  "package-lock.json",
  "scripts/docs.mjs",
];

const OPTIONS = {
  entryPoints: ENTRIES.map((file) => join(root, file)),
  tsconfig: join(root, "pkg", "tsconfig.json"),
  readme: join(root, "pkg", "README.md"),
  plugin: [],
  includeVersion: true,
  excludeExternals: true,
  disableSources: true,
  disableGit: true,
  hideGenerator: true,
  githubPages: false,
  cleanOutputDir: false,
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true },
  requiredToBeDocumented: ["Module", "Function", "Class", "Interface", "TypeAlias", "Variable", "Enum"],
  // A platform type where there is one, like AbortSignal and URL.
  intentionallyNotExported: ["platform.ts:BufferSource"],
};

/** @param {string} out */
async function typedoc(out) {
  // TypeDoc uses TypeScript's JavaScript API, which version 7 does not have.
  const hook = 'export const resolve = (name, context, next) => next(name === "typescript" ? "typescript-5.9" : name, context);';
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
  const { Application, LogLevel } = await import("typedoc");
  const app = await Application.bootstrap({ ...OPTIONS, logLevel: LogLevel.Warn });
  const project = await app.convert();
  if (project) {
    app.validate(project);
    await app.generateDocs(project, out);
  }
  if (!project || app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("docs: TypeDoc has errors or warnings, see above");
}

/** What of each page needs a script, and what takes its place. @type {[RegExp, (base: string) => string][]} */
const REPLACED = [
  [/<script\b[^>]*>[\s\S]*?<\/script>/g, () => ""],
  [/<div id="tsd-toolbar-links"><\/div>/, (base) => `<a href="${base}modules.html">All names</a>`],
  [/<button id="tsd-search-trigger"[\s\S]*?<\/dialog>/, () => ""],
  [/<a href="#" class="tsd-widget menu"[\s\S]*?<\/a>/, () => ""],
  [/<div class="tsd-navigation settings">[\s\S]*?<\/div><\/details><\/div>/, () => ""],
  [/<ul class="tsd-small-nested-navigation"[\s\S]*?<\/ul>/, modules],
  [/<div class="overlay"><\/div>/, () => ""],
  [/<button type="button">Copy<\/button>/g, () => ""],
];

/** The entries of the package. @param {string} base */
function modules(base) {
  const names = ENTRIES.map((file) => dirname(file).replace("pkg", "kubecred"));
  return `<ul class="tsd-small-nested-navigation">${names.map((name) => `<li><a href="${base}modules/${name.replace("/", "_")}.html">${name}</a></li>`).join("")}</ul>`;
}

/** @param {string} file @param {string} html */
function withoutScripts(file, html) {
  const [, base] = /<html [^>]*data-base="([./]*)"/.exec(html) ?? [];
  if (base === undefined) throw new Error(`docs: ${file} does not name its base`);
  for (const [pattern, replacement] of REPLACED) {
    if (!pattern.global && !pattern.test(html)) throw new Error(`docs: ${file} has no ${pattern}: did TypeDoc change?`);
    html = html.replace(pattern, () => replacement(base));
  }
  if (/<script|<button|\son\w+="|\sstyle="/.test(html)) throw new Error(`docs: ${file} has something that needs a script or an inline style`);
  return html;
}

/** The folder with the reference. It is made again only after a change of what it is made from: that takes seconds. */
export async function reference() {
  const hash = createHash("sha256");
  for (const file of INPUTS) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  const key = hash.digest("hex").slice(0, 16);
  const all = join(root, "target", "docs");
  const out = join(all, key);
  if (existsSync(out)) return out;
  const scratch = join(all, `${key}.${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  // A process of its own: TypeDoc lowers letters as the language of its process does, and Turkish has another small I.
  const env = { ...process.env, LANG: "C", LC_ALL: "C" };
  await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), scratch], { env }).catch((error) => {
    rmSync(scratch, { recursive: true });
    throw new Error(`docs: ${error.stdout}${error.stderr}`);
  });
  for (const entry of readdirSync(scratch, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (file.endsWith(".html")) writeFileSync(file, withoutScripts(file, readFileSync(file, "utf8")));
    else if (file.endsWith(".js")) rmSync(file);
  }
  if (existsSync(out)) rmSync(scratch, { recursive: true });
  else renameSync(scratch, out);
  return out;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await typedoc(process.argv[2]);
