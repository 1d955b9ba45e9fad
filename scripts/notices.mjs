/* What the package contains of the root folder: licences and notices, which go from there into the page, and the changelog. */
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export const NOTICES = ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.txt"];

/** Copies them from the root to pkg/, since npm packs no file from outside of the package's folder. */
export function copyNotices() {
  for (const file of [...NOTICES, "CHANGELOG.md"]) copyFileSync(join(root, file), join(root, "pkg", file));
}
