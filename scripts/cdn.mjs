/*
 * pkg/cdn: the package with its elements as one module, for a page without a build step, and the hash that the page gives as `integrity`.
 *   node scripts/cdn.mjs      after a change of the package's sources, which it compiles first; node pkg/build.mjs does it, too
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { compileSources } from "./compile.mjs";

const pkg = join(dirname(fileURLToPath(import.meta.url)), "..", "pkg");

/** What the module exports: importing it also defines the elements. */
const ENTRY = 'export * from "./element/inline.js";\nexport { KubecredError, isKubecredError, open } from "./inline.js";\n';

/** Writes both files, and gives the size and the hash. */
export async function buildCdn() {
  const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const { outputFiles } = await esbuild.build({
    stdin: { contents: ENTRY, resolveDir: pkg },
    bundle: true,
    minify: true,
    write: false,
    absWorkingDir: pkg,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    banner: { js: `/* kubecred ${version}, MIT OR Apache-2.0; notices: THIRD-PARTY.txt of the package */` },
  });
  const [{ contents }] = outputFiles;
  const integrity = `sha384-${createHash("sha384").update(contents).digest("base64")}`;
  mkdirSync(join(pkg, "cdn"), { recursive: true });
  writeFileSync(join(pkg, "cdn", "kubecred.min.js"), contents);
  writeFileSync(join(pkg, "cdn", "integrity.txt"), `${integrity}\n`);
  console.log(`cdn/kubecred.min.js: ${contents.length} bytes, integrity ${integrity}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  compileSources();
  await buildCdn();
}
