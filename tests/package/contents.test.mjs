// What `npm pack` would publish: exactly the files that package.json names, and none that holds a machine's path.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

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
