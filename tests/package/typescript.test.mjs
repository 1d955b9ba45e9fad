// The declarations of the tarball in the TypeScript that portals use, from 5.2 on: strict, exactOptionalPropertyTypes, and the libraries checked,
// too (no skipLibCheck). With and without lib "dom" and @types/node, in each module resolution that reads `exports`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { packed, root } from "./packed.mjs";

const VERSIONS = { 5.2: "typescript-5.2", 5.4: "typescript-5.4", 5.9: "typescript-5.9", 7: "typescript" };
const RESOLUTIONS = { node16: "node16", nodenext: "nodenext", bundler: "esnext" };
const NODE_TYPES = { types: ["node"], typeRoots: [join(root, "node_modules", "@types")] };
/** Which files are compiled with which libraries. */
const HOSTS = {
  "without lib dom": { lib: ["ES2022"], types: [], files: ["nouns.ts", "sample.ts"] },
  "a browser": { lib: ["ES2022", "DOM"], types: [], files: ["browser.ts", "nouns.ts", "sample.ts"] },
  "a browser, newest library": { lib: ["ESNext", "DOM", "DOM.Iterable"], types: [], files: ["browser.ts", "nouns.ts", "sample.ts"] },
  "Node without lib dom": { lib: ["ES2022"], ...NODE_TYPES, files: ["node.ts", "nouns.ts", "sample.ts"] },
  "Node with lib dom": { lib: ["ES2022", "DOM"], ...NODE_TYPES, files: ["browser.ts", "nouns.ts", "sample.ts"] },
};

let it;
before(() => {
  it = packed();
  cpSync(join(root, "tests", "package", "types"), it.folder, { recursive: true });
});
after(() => it?.remove());

/** What the compiler says; "" where nothing is wrong. */
function compile(version, name, options, files) {
  const config = join(it.folder, `tsconfig.${name}.json`);
  const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, target: "ES2022", ...options };
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  try {
    return execFileSync(process.execPath, [join(root, "node_modules", VERSIONS[version], "bin", "tsc"), "-p", config], { encoding: "utf8" });
  } catch (error) {
    return error.stdout;
  }
}

for (const [version, folder] of Object.entries(VERSIONS)) {
  test(`TypeScript ${version} is what its name says`, () => {
    const { version: installed } = JSON.parse(readFileSync(join(root, "node_modules", folder, "package.json"), "utf8"));
    assert.ok(installed.startsWith(`${version}.`), installed);
  });

  for (const [host, { files, ...libraries }] of Object.entries(HOSTS)) {
    // The resolutions differ in how the file is found alone, so one host is enough to try them all.
    for (const resolution of host === "a browser" ? Object.keys(RESOLUTIONS) : ["nodenext"]) {
      test(`TypeScript ${version}, ${host}, moduleResolution ${resolution}`, () => {
        const options = { ...libraries, module: resolution === "bundler" ? "esnext" : resolution, moduleResolution: resolution };
        assert.equal(compile(version, `${version}-${host.replace(/\W/g, "")}-${resolution}`, options, files), "");
      });
    }
  }

  test(`TypeScript ${version}: exported bytes are ${version < 5.7 ? "Uint8Array" : "Uint8Array<ArrayBuffer>"}`, () => {
    const generic = version >= 5.7;
    const same = "type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;";
    writeFileSync(
      join(it.folder, "bytes.ts"),
      `import type { Bytes } from "kubecred";\n${same}\nexport const bytes: Same<Bytes, ${generic ? "Uint8Array<ArrayBuffer>" : "Uint8Array"}> = true;\n`,
    );
    const options = { lib: ["ES2022"], types: [], module: "nodenext", moduleResolution: "nodenext" };
    assert.equal(compile(version, `${version}-bytes`, options, ["bytes.ts"]), "");
  });
}

for (const version of [5.9, 7]) {
  test(`TypeScript ${version}: the published types have every call of the sketch`, () => {
    const options = { lib: ["ES2022", "DOM"], types: [], module: "nodenext", moduleResolution: "nodenext", exactOptionalPropertyTypes: false };
    assert.equal(compile(version, `${version}-sketch`, options, ["sketch.ts"]), "");
  });
}

test("the control: a declaration that is wrong is found by each compiler", () => {
  writeFileSync(join(it.folder, "wrong.ts"), 'import { open } from "kubecred";\nexport const session: number = open();\n');
  for (const version of Object.keys(VERSIONS)) {
    const options = { lib: ["ES2022"], types: [], module: "nodenext", moduleResolution: "nodenext" };
    assert.match(compile(version, `${version}-wrong`, options, ["wrong.ts"]), /wrong\.ts.*error TS2322/);
  }
});

test("Are the types wrong? No, for every entry", async () => {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(it.tarball)), { excludeEntrypoints: ["./wasm"] });
  assert.ok(analysis.types, "types are found");
  assert.deepEqual(
    Object.keys(analysis.entrypoints).sort(),
    Object.keys(JSON.parse(readFileSync(join(it.installed, "package.json"), "utf8")).exports)
      .filter((entry) => entry !== "./wasm")
      .sort(),
  );
  // The profile "esm-only" of the command line: node10 does not read `exports`, and require() from TypeScript is for import().
  const problems = analysis.problems.filter(({ resolutionKind }) => resolutionKind !== "node10" && resolutionKind !== "node16-cjs");
  assert.deepEqual(problems, []);
});
