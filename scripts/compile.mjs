/*
 * The package's JavaScript from its TypeScript, each file next to its source, with a source map that has the source in it. What tsc
 * writes is the source without its types: it is meant to be read, and bundlers make it small. The declarations that package.json lists
 * are written there, too; those of inner modules are in no package, since TypeScript takes the types of a package from its entries alone.
 *   node scripts/compile.mjs      after a change of a .ts or .mts file in pkg; scripts/cdn.mjs and pkg/build.mjs do it, too
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const pkg = join(root, "pkg");
/** Made by pkg/build.mjs. */
const BUILT_FOLDERS = ["wasm", "cdn", "node_modules"];
/** JavaScript that is a source, and what pkg/build.mjs makes. */
const NOT_COMPILED = ["build.mjs", "inline.js", "inline.d.ts"];
/** Where pkg/tsconfig.emit.json puts declarations. */
const declarations = join(root, "target", "declarations");

/** What an earlier source left behind, which was deleted or renamed since: it would be imported and packed as if it were there. */
function removeOrphans(folder = pkg) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!BUILT_FOLDERS.includes(entry.name)) removeOrphans(path);
      continue;
    }
    const [, stem] = /^(.+?)\.(?:d\.ts|m?js|m?js\.map)$/.exec(entry.name) ?? [];
    if (stem === undefined || NOT_COMPILED.includes(entry.name)) continue;
    const sources = [".ts", ".mts"].map((extension) => join(folder, stem + extension));
    if (!sources.some(existsSync)) rmSync(path);
  }
}

/** Runs tsc, which writes nothing where it finds an error. Needs the types of the generated glue (pkg/wasm). */
export function compileSources() {
  rmSync(declarations, { recursive: true, force: true });
  removeOrphans();
  try {
    execFileSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(pkg, "tsconfig.emit.json")], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
  } catch {
    console.error("scripts/compile.mjs: tsc failed, see above. If pkg/wasm is missing, build the package first: node pkg/build.mjs");
    process.exit(1);
  }
  const { files } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  for (const file of files) {
    if (file.endsWith(".d.ts") && existsSync(join(declarations, file))) copyFileSync(join(declarations, file), join(pkg, file));
    const source = join(pkg, file.replace(/\.mjs$/, ".mts"));
    if (file.endsWith(".mjs") && statSync(source).mode & 0o100) chmodSync(join(pkg, file), 0o755); // a program, as its source is
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) compileSources();
