/*
 * Packs the package as it is published: node scripts/pack.mjs FOLDER      after make build; FOLDER gets the tarball
 * From a copy whose package.json has no scripts: npm would run `prepack` in an unpacked release, too, where its script is not.
 * Refuses a package that was not built: npm leaves out what package.json names and is not there, and says nothing.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** So many missing files are named. */
const NAMED = 3;

export const source = join(dirname(fileURLToPath(import.meta.url)), "..", "pkg");

/** @param {string} pkg */
const manifestOf = (pkg) => JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));

/** Why the package cannot be packed, or "". @param {string} pkg its folder */
export function notBuilt(pkg) {
  const { files } = manifestOf(pkg);
  const missing = files.filter((/** @type {string} */ file) => !existsSync(join(pkg, file)));
  if (missing.length === 0) return "";
  const named = missing.slice(0, NAMED).join(", ") + (missing.length > NAMED ? ", …" : "");
  return `kubecred: The package is not built: ${missing.length} of ${files.length} files are missing (${named}). It would not work. Run make build in the repository's folder, then pack again.`;
}

/**
 * Writes the tarball of a built package into a folder; gives its name and the files in it.
 * @param {string} pkg its folder
 * @param {string} to
 * @returns {{ filename: string, files: string[] }}
 */
export function pack(pkg, to) {
  const why = notBuilt(pkg);
  if (why) throw new Error(why);
  const { scripts: _, ...manifest } = manifestOf(pkg);
  const copy = mkdtempSync(join(tmpdir(), "kubecred-pack-"));
  try {
    for (const file of ["README.md", ...manifest.files]) cpSync(join(pkg, file), join(copy, file));
    const path = join(copy, "package.json");
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
    chmodSync(path, statSync(join(pkg, "package.json")).mode);
    mkdirSync(to, { recursive: true });
    const options = ["--json", "--offline", "--ignore-scripts", "--loglevel=error", "--pack-destination", resolve(to)];
    const [{ filename, files }] = JSON.parse(execFileSync("npm", ["pack", ...options], { cwd: copy, encoding: "utf8" }));
    return { filename, files: files.map((/** @type {{ path: string }} */ file) => file.path) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [, , to, pkg = source] = process.argv;
  try {
    if (!to) throw new Error("Usage: node scripts/pack.mjs FOLDER");
    console.log(pack(pkg, to).filename);
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exitCode = 1;
  }
}
