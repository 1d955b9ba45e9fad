// The tarball, installed: complete in itself, and usable by import and by require. (Its list of files:
// contents.test.mjs; its types: typescript.test.mjs.)
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { publint } from "publint";
import { enter, linkOf, run } from "./launch-fake.mjs";
import { declared, members, packed, pkg, root } from "./packed.mjs";

const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
let it;

before(() => (it = packed()));
after(() => it?.remove());

const text = (file) => readFileSync(join(it.installed, file), "utf8");
const scripts = () => it.files.filter((file) => file.endsWith(".js"));

test("it brings the declarations of its entries alone, not those of the glue: they break readers without skipLibCheck", () => {
  assert.deepEqual(
    it.files.filter((file) => /\.d\.[mc]?ts$/.test(file)),
    [
      "element/types.d.ts",
      "platform.d.ts",
      "react/types.d.ts",
      "require.d.cts",
      "testing/index.d.ts",
      "testing/types.d.ts",
      "types.d.ts",
      "worker/worker.d.ts",
    ],
  );
});

test("it depends on nothing, runs nothing at install, and says its licence and engines", () => {
  for (const field of ["dependencies", "optionalDependencies", "devDependencies", "bundleDependencies", "main", "module"]) {
    assert.ok(!(field in manifest), field);
  }
  assert.deepEqual(Object.keys(manifest.scripts), ["prepack"], "npm runs it where the package is packed, in the repository");
  const { scripts, ...published } = JSON.parse(text("package.json"));
  assert.equal(scripts, undefined, "not in the tarball, where its script is not");
  assert.deepEqual({ ...published, scripts: manifest.scripts }, manifest, "the rest is the same");
  assert.deepEqual(Object.keys(manifest.peerDependencies), ["react"]);
  assert.deepEqual(manifest.peerDependenciesMeta, { react: { optional: true } }, "for kubecred/react alone");
  assert.equal(manifest.license, "MIT OR Apache-2.0");
  assert.equal(manifest.engines.node, ">=20");
  const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  assert.equal(manifest.version, version, "the crate and the package are one release");
});

test("every import of a published script is published, and every published script is reached", () => {
  const reached = new Set();
  const walk = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    assert.ok(it.files.includes(file), `${file} is not in the tarball`);
    if (file.endsWith(".js")) {
      const source = text(file);
      const named = [...source.matchAll(/^\s*(?:import|export)\b[^;'"`]*?from\s*"([^"]+)"/gm), ...source.matchAll(/^import\s*"([^"]+)"/gm)].map(
        ([, name]) => name,
      );
      const beside = [...source.matchAll(/new URL\("(\.[^"]+)", import\.meta\.url\)/g)].map(([, name]) => name);
      for (const name of [...named, ...beside]) {
        if (name === "react") assert.match(file, /^react\//);
        else if (name.startsWith("node:")) assert.match(file, /node\.js$/, `${file} is read by browsers and imports ${name}`);
        else walk(join(dirname(file), name));
      }
    }
  };
  const entries = ["index.js", "node.js", "inline.js", "element/index.js", "element/inline.js", "react/index.js", "react/inline.js", "cdn/kubecred.min.js"];
  for (const file of entries) walk(file);
  for (const file of reached) assert.doesNotMatch(file, /testing/, "no page loads what is for tests");
  walk("testing/index.js");
  assert.deepEqual(
    scripts().filter((file) => !reached.has(file)),
    [],
  );
});

test("no script uses what the house forbids, or is too long to read", () => {
  const forbidden = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|indexedDB|Math\.random|eval\(|new Function\()/;
  for (const file of scripts()) assert.doesNotMatch(text(file), forbidden, file);
  const sources = readdirSync(pkg, { recursive: true, encoding: "utf8" }).filter((name) => /\.m?ts$/.test(name) && !/\.d\.ts$/.test(name));
  assert.ok(sources.length > 90, `the control: they are found: ${sources.length}`);
  for (const file of sources.filter((name) => name !== "types.ts")) {
    assert.ok(readFileSync(join(pkg, file), "utf8").split("\n").length <= 301, `${file} is longer than 300 lines`);
  }
  // The whole API in one file: editors and people look there, and half of its lines are sentences. Code has no such excuse.
  const api = readFileSync(join(pkg, "types.ts"), "utf8")
    .split("\n")
    .filter((line) => !/^ {2}\| "[a-z0-9-]+";?$/.test(line)); // the lists of codes have a line for each
  assert.ok(api.length <= 1401, `types.ts is longer than 1,400 lines: ${api.length}`);
});

test("what is compiled from TypeScript can be read, and has a source map with its source in it", () => {
  const sources = readdirSync(pkg, { recursive: true, encoding: "utf8" }).filter(
    (name) => /(?<!\.d)\.m?ts$/.test(name) && !/(^|\/)(types|platform|entries|kept)\.ts$/.test(name),
  ); // types alone have no JavaScript
  assert.ok(sources.length > 0, "the control: there are some");
  for (const source of sources) {
    const script = source.replace(/ts$/, "js");
    const [, map] = /\n\/\/# sourceMappingURL=(.+)$/.exec(text(script)) ?? assert.fail(`${script} names no map`);
    assert.ok(it.files.includes(`${script}.map`), `${script}.map is in the tarball`);
    assert.equal(map, `${script}.map`.split("/").at(-1));
    const { sources: names, sourcesContent, sourceRoot } = JSON.parse(text(`${script}.map`));
    assert.deepEqual(names, [source.split("/").at(-1)]);
    assert.equal(sourceRoot, "");
    assert.deepEqual(sourcesContent, [readFileSync(join(pkg, source), "utf8")], `${script} is compiled from the ${source} that is here`);
    // Not minified: names and comments are those of the source.
    const comments = (code) => code.match(/^ *(?:\/\*|\*|\/\/) .*/gm)?.length ?? 0;
    assert.ok(comments(text(script)) >= comments(sourcesContent[0]) / 2, `${script} has its comments`);
  }
  const mapped = new Set(sources.map((source) => source.replace(/ts$/, "js")));
  for (const file of scripts()) if (!mapped.has(file)) assert.ok(!/sourceMappingURL/.test(text(file)), file);
});

test("publint has nothing to say", async () => {
  const { messages } = await publint({ pkgDir: it.installed, pack: false, strict: true });
  assert.deepEqual(
    messages.map(({ code, path, args }) => ({ code, path, args })),
    [],
  );
});

for (const [how, source] of [
  ["import", 'import { open } from "kubecred";'],
  ["import of the inline entry", 'import { open } from "kubecred/inline";'],
  ["require", 'const { open } = require("kubecred");'],
]) {
  test(`${how} works in Node, with a worker and without`, () => {
    const script = join(it.folder, `${how.replaceAll(" ", "-")}.${how === "require" ? "cjs" : "mjs"}`);
    writeFileSync(
      script,
      `${source}
      (async () => {
        for (const worker of [true, false]) {
          const kubecred = await open({ worker });
          const key = await kubecred.keys.generate("ecdsa-p256");
          const { user, accepted } = await kubecred.csr.inspect(await key.createCsr({ user: "jane" }));
          console.log(user, accepted);
          kubecred.close();
        }
      })();`,
    );
    const said = execFileSync(process.execPath, ["--no-warnings", script], { cwd: it.folder, encoding: "utf8", timeout: 60_000 });
    assert.equal(said, "jane true\njane true\n");
  });
}

test("npx kubecred serves the page that is in the package, whole", async () => {
  const version = execFileSync(join(it.folder, "node_modules", ".bin", "kubecred"), ["--version"], { encoding: "utf8" });
  assert.equal(version.trim(), manifest.version);
  const started = run(["--offline", "--no-open"], { program: join(it.installed, "bin", "kubecred.mjs") });
  try {
    const me = await enter((await linkOf(started)).link);
    const get = async (name) => (await fetch(`http://${me.host}${me.base}/kubecred/${name}`)).status;
    const page = readdirSync(join(root, "dist"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(root, "dist"), join(entry.parentPath ?? entry.path, entry.name)))
      .filter((name) => name !== "offline.html" && !name.startsWith("docs/"));
    assert.ok(page.length > 50);
    for (const name of page) assert.equal(await get(name), 200, name);
    const index = await (await fetch(`http://${me.host}${me.base}/kubecred/index.html`)).text();
    assert.ok(index.includes('href="kubecred/LICENSE-MIT"') && !index.includes("docs/"), "no link to what is not there");
    assert.equal(await get("bin/guard.mjs"), 404);
    assert.equal(await get("package.json"), 404);
  } finally {
    started.child.kill();
  }
});

test("the exports are those that are documented, and no other path can be reached", async () => {
  for (const name of ["kubecred", "kubecred/inline"]) {
    assert.deepEqual(Object.keys(await it.entry(name)).sort(), ["KubecredError", "isKubecredError", "open"], name);
  }
  assert.deepEqual(Object.keys(await it.entry("kubecred/testing")), ["fakeCluster"]);
  const ask = (name) =>
    execFileSync(process.execPath, ["--input-type=module", "-e", `console.log(import.meta.resolve(${JSON.stringify(name)}))`], {
      cwd: it.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  assert.ok(ask("kubecred/wasm").endsWith("/wasm/core_bg.wasm"));
  for (const name of ["kubecred/worker/engine.js", "kubecred/wasm/core.js", "kubecred/session/session.js", "kubecred/testing/server.js"])
    assert.throws(() => ask(name), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

test("the declared members are those that exist", async () => {
  const { open } = await it.entry("kubecred");
  const kubecred = await open({ worker: false });
  const key = await kubecred.keys.import(readFileSync(join(root, "tests", "vectors", "signing-requests", "issued.key.pem")));
  assert.deepEqual(members(kubecred), declared("Kubecred"));
  assert.deepEqual(members(key), declared("PrivateKey"));
  assert.deepEqual(members(kubecred.cluster({ server: "https://127.0.0.1" })), declared("Cluster"));
  kubecred.close();
});
