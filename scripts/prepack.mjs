/*
 * Refuses to pack the package before it was built: npm leaves out what package.json names and is not there, and says nothing.
 * npm runs it before `npm pack` and `npm publish` in pkg/. The release and the tests pack with --ignore-scripts, after `make build`.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** So many missing files are named. */
const NAMED = 3;

const pkg = join(dirname(fileURLToPath(import.meta.url)), "..", "pkg");
const { files } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
const missing = files.filter((/** @type {string} */ file) => !existsSync(join(pkg, file)));
if (missing.length > 0) {
  const named = missing.slice(0, NAMED).join(", ") + (missing.length > NAMED ? ", …" : "");
  console.error(
    `kubecred: The package is not built: ${missing.length} of ${files.length} files are missing (${named}). It would not work. Run make build in the repository's folder, then pack again.`,
  );
  process.exitCode = 1;
}
