// What `npm pack` would publish: exactly the files that package.json names, and none that holds a machine's path.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { pack as packRelease } from "../../scripts/pack.mjs";

const pkg = fileURLToPath(new URL("../../pkg/", import.meta.url));
const { files, dependencies } = JSON.parse(readFileSync(`${pkg}package.json`, "utf8"));

test("the tarball holds exactly the named files", () => {
  const [{ files: packed }] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: pkg, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  const names = packed.map(({ path }) => path).sort();
  assert.deepEqual(names, [...new Set([...files, "package.json", "README.md"])].sort());
});

test("nothing is needed at run time, and no path of a machine is inside", () => {
  assert.equal(dependencies, undefined);
  const wasm = readFileSync(`${pkg}wasm/core_bg.wasm`, "latin1");
  assert.ok(wasm.includes("certificates.k8s.io"), "the control: texts of the module are found");
  for (const part of [fileURLToPath(new URL("../..", import.meta.url)), process.env.HOME, "/.cargo/", "/rustlib/"]) {
    assert.ok(!part || part === "/" || !wasm.includes(part), part);
  }
});

/** npm pack as anyone runs it, with the package's own script. */
function pack(folder, ...options) {
  const args = ["pack", "--offline", "--loglevel=error", ...options];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8", env: { ...process.env, npm_config_ignore_scripts: "false" } });
  return { status, stdout, stderr };
}

test("npm pack works where the package is built", () => {
  const { status, stdout, stderr } = pack(pkg, "--dry-run", "--json");
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout.slice(stdout.indexOf("["))).at(0).files.length, new Set([...files, "package.json", "README.md"]).size);
});

test("a release that was unpacked can be packed again: it names no script that it does not have", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-unpacked-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { filename, files: published } = packRelease(pkg, folder);
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
  const { status, stdout, stderr } = pack(join(folder, "package"), "--dry-run", "--json");
  assert.equal(status, 0, stderr);
  const [{ files: again }] = JSON.parse(stdout.slice(stdout.indexOf("[")));
  assert.deepEqual(again.map(({ path }) => path).sort(), [...published].sort());
  assert.deepEqual([...published].sort(), [...new Set([...files, "package.json", "README.md"])].sort());
});

test("npm pack refuses a clone that was not built, and one with a file missing", (t) => {
  const clone = mkdtempSync(join(tmpdir(), "kubecred-clone-"));
  t.after(() => rmSync(clone, { recursive: true, force: true }));
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const tarballs = () => readdirSync(join(clone, "pkg")).filter((name) => name.endsWith(".tgz"));
  for (const path of ["scripts/prepack.mjs", "scripts/pack.mjs", "pkg/package.json", "pkg/README.md", "pkg/index.ts", "pkg/require.cjs"])
    cpSync(join(root, path), join(clone, path));
  const unbuilt = pack(join(clone, "pkg"));
  assert.notEqual(unbuilt.status, 0);
  assert.match(unbuilt.stderr, /kubecred: The package is not built: (\d+) of \d+ files are missing \(CHANGELOG\.md, [^()]+, …\)\..*Run make build/);
  assert.deepEqual(tarballs(), []);

  for (const path of files) cpSync(join(pkg, path), join(clone, "pkg", path));
  rmSync(join(clone, "pkg", "bin", "page.json"));
  const incomplete = pack(join(clone, "pkg"));
  assert.notEqual(incomplete.status, 0);
  assert.match(incomplete.stderr, /1 of \d+ files are missing \(bin\/page\.json\)\./);
  assert.deepEqual(tarballs(), []);

  cpSync(join(pkg, "bin", "page.json"), join(clone, "pkg", "bin", "page.json"));
  const whole = pack(join(clone, "pkg"));
  assert.equal(whole.status, 0, whole.stderr);
  assert.equal(tarballs().length, 1);
});
