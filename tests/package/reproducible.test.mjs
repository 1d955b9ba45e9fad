// The quick part of "the same sources give the same bytes": no path and no time of this machine in what was built, the page and the
// tarball the same from another folder, umask, language and time zone. `make verify` does the rest: it builds everything again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setModes } from "../../scripts/modes.mjs";
import { FILES, compare, environment } from "../../scripts/verify.mjs";
import { pkg, root } from "./common.mjs";

const { files } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
const under = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
const dist = join(root, "dist");
const built = [...files.map((file) => join(pkg, file)), ...under(dist)];

/** A folder that ends with the test. */
function scratch(t) {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-reproducible-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Points in time in a text within two days of `near`: RFC 3339, RFC 1123, seconds and milliseconds since 1970. */
function times(text, near) {
  const found = text.matchAll(
    /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?|\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\b\d{13}\b|\b\d{10}\b/g,
  );
  const value = (point) => (/^\d+$/.test(point) ? Number(point.padEnd(13, "0")) : Date.parse(point));
  return [...found].map(([point]) => point).filter((point) => Math.abs(value(point) - near) < 2 * 86_400_000);
}

test("no built file has a path of this machine or the time of its build", () => {
  const places = [root.replace(/\/$/, ""), homedir(), process.env.CARGO_HOME, process.env.CARGO_TARGET_DIR, process.env.KUBECRED_CACHE].filter(
    (place) => place && place.length > 1,
  );
  assert.ok(built.length > 100, "the control: files are looked at");
  for (const file of built) {
    const text = readFileSync(file, "latin1");
    for (const place of places) assert.ok(!text.includes(`${place}/`), `${file} has ${place}`);
    assert.deepEqual(times(text, statSync(file).mtimeMs), [], file);
  }
});

test("the control: times are found in each of their forms", () => {
  const now = Date.UTC(2026, 10, 28, 12);
  for (const point of [
    "2026-11-28T12:00:00Z",
    "2026-11-28T14:00:00+02:00",
    "2026-11-27T12:00",
    "Sat, 28 Nov 2026 12:00:00 GMT",
    "1795867200",
    "1795867200123",
  ]) {
    assert.deepEqual(times(`built: "${point}"`, now), [point]);
  }
  assert.deepEqual(times("2020-01-01T00:00:00Z 4102444800 2026-11-28 12345", now), []);
});

test("the module names sources by folders that are the same everywhere, not by those of a registry or toolchain", () => {
  const wasm = readFileSync(join(pkg, "wasm", "core_bg.wasm"), "latin1");
  const paths = [...wasm.matchAll(/(?<=^|[^\w.@+-]|\.rs)(?:\/[\w.@+-]+)+?\.rs/g)].map(([path]) => path);
  assert.ok(paths.length > 50, "the control: panic messages name their sources");
  for (const path of paths) assert.match(path, /^\/(kubecred|crates|rust|rustc|cargo)\//, path);
  // A registry's folder is named after its host, which a mirror changes. Debian's standard library names its own crates so; none of ours may be.
  const { components } = JSON.parse(readFileSync(join(pkg, "sbom.cdx.json"), "utf8"));
  const named = (path) => /\/registry\/src\/[^/]+\/([\w-]+)-(\d+\.\d+\.\d+[^/]*)\//.exec(path)?.slice(1);
  const ours = (crate) => components.some(({ purl }) => purl === `pkg:cargo/${crate.join("@")}`);
  const { name, version } = components.find(({ purl }) => purl?.startsWith("pkg:cargo/base64ct@"));
  assert.ok(ours(named(`/cargo/registry/src/mirror-0123456789abcdef/${name}-${version}/src/lib.rs`)), "the control: such a path is recognized");
  for (const path of paths.filter(named)) assert.ok(!ours(named(path)), path);
});

test("the same bytes are packed from another folder, with other times, umask and time zone", (t) => {
  const folder = scratch(t);
  const pack = (from, to, env) => {
    const args = ["-c", 'umask "$1" && node "$2" "$3" "$4"', "bash", env.UMASK, join(root, "scripts", "pack.mjs"), to, from];
    const filename = execFileSync("bash", args, { encoding: "utf8", env: { ...process.env, ...env } });
    return readFileSync(join(to, filename.trim()));
  };
  const copy = mkdtempSync(join(folder, "copy-"));
  const [one, two] = [mkdtempSync(join(folder, "one-")), mkdtempSync(join(folder, "two-"))];
  for (const file of ["package.json", "README.md", ...files]) {
    cpSync(join(pkg, file), join(copy, file)); // its time is now
    chmodSync(join(copy, file), statSync(join(copy, file)).mode & 0o700); // as git checks out under umask 077
  }
  const here = pack(pkg, one, { UMASK: "022", TZ: "UTC" });
  const strict = pack(copy, two, { UMASK: "077", TZ: "Pacific/Kiritimati" });
  assert.ok(!here.equals(strict), "the control: modes are part of the tarball");
  setModes(copy);
  assert.ok(here.equals(pack(copy, two, { UMASK: "077", TZ: "Pacific/Kiritimati" })), "the tarballs are equal");
});

test("the page is the same from another folder, umask, language and time zone; its files are in order", (t) => {
  const out = join(scratch(t), "dist");
  const env = { ...process.env, TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
  execFileSync("bash", ["-c", 'umask 077 && cd / && exec node "$0" "--out=$1"', join(root, "www", "build.mjs"), out], { env, stdio: "ignore" });
  const names = under(out).map((file) => file.slice(out.length + 1));
  assert.deepEqual(
    under(dist).map((file) => file.slice(dist.length + 1)),
    names,
  );
  for (const name of names) assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(dist, name))), name);
  const order = Object.keys(JSON.parse(readFileSync(join(pkg, "bin", "page.json"), "utf8")));
  assert.deepEqual(order, [...order].sort());
});

test("make verify compares every file that a release publishes, and builds without the caller's environment", () => {
  const sums = (last) => new Map([...FILES, "kubecred-0.1.0.tgz"].map((name, index) => [name, index === FILES.length ? last : `${index}`.repeat(64)]));
  assert.equal(compare(sums("f"), sums("f")).equal, true);
  const differs = compare(sums("f"), sums("e"));
  assert.equal(differs.equal, false);
  assert.deepEqual(
    differs.lines.map((line) => line.includes("differs")),
    [...FILES.map(() => false), true],
  );
  assert.equal(compare(sums("f"), new Map()).equal, false, "nothing built here is not equal");
  assert.equal(compare(sums(undefined), sums(undefined)).equal, false, "a file that neither build has is not equal");
  const given = {
    PATH: "/bin",
    CARGO_PROFILE_RELEASE_LTO: "off",
    RUSTFLAGS: "-g",
    CARGO_TARGET_DIR: "/elsewhere",
    CARGO_HOME: "/cargo",
    https_proxy: "http://127.0.0.1:1",
    TZ: "UTC",
    MAKEFLAGS: "-n",
  };
  const env = environment(given, "/empty", "/real");
  assert.deepEqual(
    Object.keys(env).sort(),
    ["CARGO_HOME", "HOME", "LC_ALL", "PATH", "RUSTUP_HOME", "TZ", "XDG_CACHE_HOME", "https_proxy", "npm_config_cache", "npm_config_userconfig"].sort(),
  );
  assert.deepEqual([env.CARGO_HOME, env.HOME, env.XDG_CACHE_HOME], ["/cargo", "/empty", join("/real", ".cache")]);
  assert.notEqual(env.TZ, given.TZ);
  assert.equal(dirname(env.RUSTUP_HOME), "/real");
});
