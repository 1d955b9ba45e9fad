/* The modes of the package's files: npm packs them along, and a strict umask must not change the tarball. */
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Gives the files that are packed the modes that git has for them: 0755 for programs, 0644 for everything else. @param {string} pkg the package's folder */
export function setModes(pkg) {
  const { files } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  for (const path of ["package.json", "README.md", ...files].map((file) => join(pkg, file))) {
    if (existsSync(path)) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
