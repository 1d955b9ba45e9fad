// Where things are: the built page, the control plane's programs, the browser. All through scripts/env.sh, so that one file knows.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const tests = dirname(dirname(fileURLToPath(import.meta.url)));
/** KUBECRED_DIST: another built page than the one of this working copy. */
export const dist = process.env.KUBECRED_DIST || join(dirname(tests), "dist");
/** The page as one file, opened from disk. */
export const OFFLINE_FILE = pathToFileURL(join(dist, "offline.html")).href;

const fromEnv = (name) => process.env[name] || execFileSync(join(tests, "..", "scripts", "env.sh"), ["printenv", name], { encoding: "utf8" }).trim();
export const kubectlPath = () => join(fromEnv("KUBECRED_BIN"), "kubectl");
export const chromiumPath = () => fromEnv("CHROMIUM");
export const firefoxPath = () => fromEnv("FIREFOX");
export const nginxPath = () => fromEnv("KUBECRED_NGINX");
export const geckodriverPath = () => join(fromEnv("KUBECRED_CACHE"), "bin", "geckodriver");

if (!existsSync(join(dist, "index.html"))) throw new Error("dist/ is not built: run make build");
