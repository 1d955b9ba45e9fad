// The README of the package: its examples run as they are written, from the packed tarball; its tables and links name what exists.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { kubectl, startControlPlane } from "../support/control-plane.mjs";
import { packed, pkg } from "./packed.mjs";

const readme = readFileSync(join(pkg, "README.md"), "utf8");
const [, section] = /^## Examples\n([\s\S]*?)^## /m.exec(readme);
const examples = [...section.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, source]) => source);
const run = promisify(execFile);
let it;
before(() => (it = packed()));
after(() => it?.remove());

function script(index, change = (source) => source) {
  const file = join(it.folder, `example-${index}.mjs`);
  writeFileSync(file, change(examples[index]));
  return file;
}

test("there are three examples", () => assert.equal(examples.length, 3));

test("a key and a CSR", async () => {
  const { stdout } = await run(process.execPath, ["--no-warnings", script(0)], { cwd: it.folder });
  assert.equal(stdout, "true jane [ 'developers' ]\n");
});

test("a kubeconfig: findings, and no secret in what is printed", async () => {
  const { stdout } = await run(process.execPath, ["--no-warnings", script(1)], { cwd: it.folder });
  assert.match(stdout, /^(error|warning) .*clusters\[0\]/m);
  assert.match(stdout, /^current-context: "?staging/m);
  assert.ok(!stdout.includes("secret-of-jane"));
});

test("from a user name to a kubeconfig that kubectl uses", async () => {
  const plane = await startControlPlane();
  try {
    const proxy = await plane.proxy();
    const file = script(2, (source) => source.replace("http://127.0.0.1:8001", proxy.origin));
    const child = spawn(process.execPath, ["--no-warnings", file], { cwd: it.folder, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    let approving;
    child.stdout.on("data", (data) => {
      said += data;
      const [, name] = /^waiting (\S+)$/m.exec(said) ?? [];
      if (name) approving ??= plane.kubectl(["certificate", "approve", name]);
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    assert.equal(code, 0, said);
    assert.equal((await approving).code, 0);
    assert.match(said, /^kubeconfig /m);
    const path = join(
      it.folder,
      readdirSync(it.folder).find((name) => /^kubeconfig-.+\.yaml$/.test(name)),
    );
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal((await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout, "jane");
  } finally {
    plane.stop();
  }
});

test("the entries that it lists are those of package.json", () => {
  const { exports, name } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const entries = Object.keys(exports)
    .map((key) => key.replace(".", name))
    .filter((key) => !key.endsWith("package.json"));
  const [, table] = /^## Entries\n([\s\S]*?)^## /m.exec(readme);
  const listed = new Set([...table.matchAll(/`(kubecred(?:\/[a-z/]+)?)`/g)].map(([, entry]) => entry));
  assert.deepEqual([...listed].sort(), entries.sort());
});

test("every link within it leads to a heading", () => {
  const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, text]) => `#${text.toLowerCase().replace(/ /g, "-")}`);
  for (const [, to] of readme.matchAll(/\]\((#[^)]+)\)/g)) assert.ok(headings.includes(to), to);
});
