/*
 * The package's JavaScript from its TypeScript, each file next to its source, with a source map that has the source in it. What tsc
 * writes is the source without its types: it is meant to be read, and bundlers make it small.
 *   node scripts/compile.mjs      after a change of a .ts file in pkg; scripts/cdn.mjs and pkg/build.mjs do it, too
 */
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs tsc, which writes nothing where it finds an error. Needs the types of the generated glue (pkg/wasm). */
export function compileSources() {
  try {
    execFileSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(root, "pkg", "tsconfig.emit.json")], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
  } catch {
    console.error("scripts/compile.mjs: tsc failed, see above. If pkg/wasm is missing, build the package first: node pkg/build.mjs");
    process.exit(1);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) compileSources();
