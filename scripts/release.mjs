/*
 * What must be true before a tag is released: node scripts/release.mjs TAG OWNER/REPOSITORY
 * The release workflow asks first, so that nothing is published that names another version or nobody to report to.
 */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The placeholder in SECURITY.md until the maintainers name an address. */
export const CONTACT = "SECURITY-CONTACT";

/** The placeholder in pkg/package.json for the owner of the repository. */
export const OWNER = "OWNER";

/**
 * The reasons not to release, one sentence each.
 * @param {{ tag: string, repository: string, package: { version: string, repository?: { url?: string }, [field: string]: unknown }, security: string, changelog: string }} given
 */
export function problems({ tag, repository, package: manifest, security, changelog }) {
  const { version, repository: named } = manifest;
  const url = `git+https://github.com/${repository}.git`;
  const checks = /** @type {[boolean, string][]} */ ([
    [tag === `v${version}`, `The tag is ${tag}, and pkg/package.json has version ${version}. Tag v${version}.`],
    [named?.url === url, `pkg/package.json does not name this repository; npm refuses provenance without it. Set repository.url to ${url}.`],
    [!JSON.stringify(manifest).includes(OWNER), `pkg/package.json has the placeholder ${OWNER}. Write the addresses of this repository there.`],
    [!security.includes(CONTACT), `SECURITY.md has the placeholder ${CONTACT}. Write the address for reports there.`],
    [changelog.split("\n").includes(`## ${version}`), `CHANGELOG.md has no section "## ${version}". Rename "## Unreleased".`],
  ]);
  return checks.filter(([passed]) => !passed).map(([, sentence]) => sentence);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const text = (/** @type {string} */ file) => readFileSync(join(root, file), "utf8");
  const [tag = "", repository = ""] = process.argv.slice(2);
  const found = problems({ tag, repository, package: JSON.parse(text("pkg/package.json")), security: text("SECURITY.md"), changelog: text("CHANGELOG.md") });
  for (const sentence of found) console.error(`release: ${sentence}`);
  if (found.length > 0) process.exitCode = 1;
}
