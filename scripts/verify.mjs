/*
 * Builds a commit again, in a fresh clone, and compares the result with what was built in this tree: make verify [COMMIT=…]
 *   node scripts/verify.mjs [COMMIT]        default: HEAD
 * The clone is in a temporary folder and built in an environment of its own: another HOME, time zone, language and umask, and no variable
 * but those that say where tools and registries are. Prints the SHA-256 of each file; fails where one differs from this tree's.
 * Equal tools give equal bytes: the versions that were used are printed too.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "./pack.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What is compared besides the package's tarball, and whose SHA-256 a release publishes. */
export const FILES = ["pkg/wasm/core_bg.wasm", "pkg/sbom.cdx.json", "pkg/cdn/kubecred.min.js", "dist/offline.html"];

/** Where tools, registries and their certificates are; nothing else of the caller's environment reaches the build. */
const KEPT = [/^PATH$/, /^(CARGO|RUSTUP)_HOME$/, /^CARGO_(HTTP|NET|REGISTR(Y|IES)|SOURCE)_/, /^RUSTUP_(DIST_SERVER|UPDATE_ROOT|TOOLCHAIN|AUTO_INSTALL)$/];
const KEPT_ANY_CASE = [/^npm_config_(registry|userconfig|cache|cafile|.*proxy)$/, /^(https?|no|all)_proxy$/, /^(ssl_cert_(file|dir)|node_extra_ca_certs)$/];

/** @param {Record<string, string | undefined>} given @param {string} home an empty folder @param {string} real the caller's home folder */
export function environment(given, home, real) {
  const kept = Object.entries(given).filter(
    ([name]) => KEPT.some((pattern) => pattern.test(name)) || KEPT_ANY_CASE.some((pattern) => pattern.test(name.toLowerCase())),
  );
  return {
    CARGO_HOME: join(real, ".cargo"),
    RUSTUP_HOME: join(real, ".rustup"),
    npm_config_userconfig: join(real, ".npmrc"),
    npm_config_cache: join(real, ".npm"),
    ...Object.fromEntries(kept),
    XDG_CACHE_HOME: given.XDG_CACHE_HOME || join(real, ".cache"),
    HOME: home,
    TZ: "Pacific/Kiritimati",
    LC_ALL: "C",
  };
}

/** SHA-256 of everything that was built in a tree, by name; undefined where it is missing. @param {string} tree @param {string} packTo a folder for the tarball */
export function sums(tree, packTo) {
  const sum = (/** @type {string} */ path) => (existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : undefined);
  /** @type {Map<string, string | undefined>} */
  const found = new Map(FILES.map((file) => [file, sum(join(tree, file))]));
  const { filename } = pack(join(tree, "pkg"), packTo);
  return found.set(filename, sum(join(packTo, filename)));
}

/**
 * A line for each file, and whether all are equal. @param {Map<string, string | undefined>} rebuilt @param {Map<string, string | undefined>} here
 * @returns {{ lines: string[], equal: boolean }}
 */
export function compare(rebuilt, here) {
  let equal = true;
  const lines = [...rebuilt].map(([name, sum]) => {
    const other = here.get(name);
    const same = sum !== undefined && sum === other;
    equal &&= same;
    return `${sum ?? "not built".padEnd(64)}  ${name}  ${same ? "equal" : other === undefined ? "not built in this tree" : `differs from this tree's ${other}`}`;
  });
  return { lines, equal };
}

/** The commit that this tree's build names; undefined where nothing was built. */
function builtCommit() {
  const path = join(root, "pkg", "wasm", "build.js");
  return existsSync(path) ? /commit = "(\w+)"/.exec(readFileSync(path, "utf8"))?.[1] : undefined;
}

/** @param {string} wanted */
function verify(wanted) {
  const git = (/** @type {string[]} */ ...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  let commit;
  try {
    commit = git("rev-parse", "--quiet", "--verify", "--end-of-options", `${wanted}^{commit}`);
  } catch {
    console.error(`verify: this clone has no commit ${wanted}. Run git fetch --tags, or name another: make verify COMMIT=…`);
    return 1;
  }
  const built = builtCommit();
  if (built !== undefined && built !== commit) {
    console.error(
      `verify: this tree's build is of commit ${built}, not of ${commit}. Run make build on that commit first, or name the other: make verify COMMIT=${built}`,
    );
    return 1;
  }
  const work = realpathSync(mkdtempSync(join(tmpdir(), "kubecred-verify-")));
  try {
    process.umask(0o077);
    mkdirSync(join(work, "home"));
    const clone = join(work, "another", "place");
    git("clone", "--quiet", "--no-checkout", root, clone);
    const env = environment(process.env, join(work, "home"), homedir());
    const run = (/** @type {string} */ program, /** @type {string[]} */ ...args) => execFileSync(program, args, { cwd: clone, env, stdio: ["ignore", 2, 2] });
    run("git", "checkout", "--quiet", "--detach", commit);
    try {
      run("make", "build");
    } catch {
      console.error(`verify: building ${commit} failed, see above.`);
      return 1;
    }
    const { lines, equal } = compare(sums(clone, join(work, "rebuilt")), sums(root, join(work, "here")));
    console.log(`commit ${commit}`);
    for (const tool of ["rustc", "wasm-bindgen"]) {
      console.log(execFileSync("bash", ["scripts/env.sh", tool, "--version"], { cwd: clone, env, encoding: "utf8" }).trim());
    }
    console.log(`node ${process.version}\n${lines.join("\n")}`);
    if (built === undefined) console.log("verify: nothing was built in this tree. Compare these sums with your copy.");
    else console.log(equal ? "verify: everything is equal." : "verify: this tree's build is not what the commit gives.");
    return equal || built === undefined ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = verify(process.argv[2] ?? "HEAD");
