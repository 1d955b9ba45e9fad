/*
 * Builds what the package publishes but git does not track: wasm/ (glue, module, build info; the module of kubecred/testing), inline.js, cdn/,
 * the JavaScript of what is TypeScript, licences and notices, the software bill of materials (sbom.cdx.json).
 * cargo, wasm-bindgen and wasm-opt do the work with stock options; no step edits the binary or the glue's text.
 * Prints the sizes and fails above the committed budget (tests/package/budget.json).
 *
 *   node pkg/build.mjs      with the tools of scripts/setup.sh on the path (scripts/env.sh)
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { buildCdn } from "../scripts/cdn.mjs";
import { compileSources } from "../scripts/compile.mjs";
import { linked } from "../scripts/crates.mjs";
import { setModes } from "../scripts/modes.mjs";
import { copyNotices } from "../scripts/notices.mjs";
import { sbom } from "../scripts/sbom.mjs";

const pkg = dirname(fileURLToPath(import.meta.url));
const root = dirname(pkg);
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const scratch = join(target, "package");
const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");

const ask = (program, args) => execFileSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
const read = (...path) => readFileSync(join(...path));

const INSTALLED_BY = { cargo: "rustup.rs", "wasm-bindgen": "make setup-build", "wasm-opt": "make setup-build" };

/** Runs one of the build's programs, and gives what it prints to standard output; its messages say what failed. */
function run(name, program, args, env) {
  try {
    return execFileSync(program, args, {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
  } catch (error) {
    fail(error.code === "ENOENT" ? `${name} is missing: ${INSTALLED_BY[name]} installs it` : `${name} failed, see above`);
  }
}

function fail(sentence) {
  console.error(`pkg/build.mjs: ${sentence}`);
  process.exit(1);
}

/** The commit that the sources come from; "unknown" outside git (an unpacked tarball). */
function commit() {
  try {
    return ask("git", ["rev-parse", "HEAD"]);
  } catch {
    return "unknown";
  }
}

/**
 * The folders of this machine, and what panic messages call them: the same sources must give the same bytes anywhere. Of two that
 * match, rustc takes the last, so the longest comes last. Each crate has a name of its own: cargo's folders are named after the
 * registry, which a mirror changes, and `cargo vendor` leaves versions out. rustc calls the standard library's sources by its own
 * commit, unless the component rust-src is installed.
 */
function renamedFolders() {
  const sysroot = ask("rustc", ["--print", "sysroot"]);
  const [, rustCommit] = /^commit-hash: (\S+)$/m.exec(ask("rustc", ["-vV"])) ?? fail("rustc -vV names no commit");
  const renamed = [
    [root, "/kubecred"],
    [target, "/kubecred/target"],
    [cargoHome, "/cargo"],
    [sysroot, "/rust"],
    [join(sysroot, "lib", "rustlib", "src", "rust"), `/rustc/${rustCommit}`],
    ...linked().crates.map(({ folder, name, version }) => [folder, `/crates/${name}-${version}`]),
  ];
  return renamed.sort(([a], [b]) => a.length - b.length);
}

/** The flags of .cargo/config.toml, and the folders. */
function rustFlags() {
  // 32-bit limbs: wasm has no wide multiplication, so they are faster than 64-bit ones (measured 2026-11).
  // SIMD: the filter of the RSA search (src/crypto/prime). Every engine has it since Safari 16.4 (2023); session/load.ts asks before.
  return ["--cfg", 'cpubits="32"', "-Ctarget-feature=+simd128", ...renamedFolders().map(([from, to]) => `--remap-path-prefix=${from}=${to}`)];
}

/**
 * cargo, wasm-bindgen, wasm-opt: the module and wasm-bindgen's glue NAME.js, in target/package.
 * @param {string} library the file that cargo writes
 * @param {string} name
 * @param {string[]} selection cargo's options
 * @returns {{ wasm: Buffer, compiled: Set<string> }} `compiled`: the packages that cargo compiled for the module, by cargo's ids
 */
function compile(library, name, selection) {
  const platform = "wasm32-unknown-unknown";
  const options = ["--release", "--locked", "--lib", ...selection, "--target", platform, "--message-format", "json-render-diagnostics"];
  const messages = run("cargo", "cargo", ["build", ...options], { CARGO_ENCODED_RUSTFLAGS: rustFlags().join("\x1f") });
  const compiled = messages
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ reason, filenames }) => reason === "compiler-artifact" && filenames.some((file) => file.startsWith(join(target, platform, "release"))));
  run("wasm-bindgen", "wasm-bindgen", ["--target", "web", "--out-dir", scratch, "--out-name", name, join(target, platform, "release", library)]);
  // What rustc's wasm32 baseline uses (1.96, 2026-11); a feature that is not named here makes wasm-opt stop.
  const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue", "simd"];
  const optimized = join(scratch, `${name}.wasm`);
  run("wasm-opt", join(root, "node_modules", ".bin", "wasm-opt"), [
    "-O3",
    // A function with one caller stays a function. Inlined, the module is 21 KB larger compressed, for 1 to 2 % of a signature's time (2026-11).
    "--one-caller-inline-max-function-size=0",
    // Functions of one name next to each other, such as the copies that Rust makes for each type: they compress into 5 KB less (2026-11).
    "--reorder-functions-by-name",
    ...features.map((feature) => `--enable-${feature}`),
    join(scratch, `${name}_bg.wasm`),
    "-o",
    optimized,
  ]);
  const wasm = read(optimized);
  for (const folder of [root, cargoHome, homedir()]) {
    if (folder.length > 1 && wasm.includes(folder)) fail(`the module ${name} names a folder of this machine (${folder}): a path is not mapped`);
  }
  return { wasm, compiled: new Set(compiled.map(({ package_id: id }) => id)) };
}

/**
 * wasm-bindgen's glue keeps one instance in module variables. A session has an instance of its own, also without a worker,
 * and a new one after a panic: esbuild puts the glue into a function. `export *` leaves out the default export, which would
 * fetch the module by itself; session/load.ts does that.
 * @param {string} name
 * @param {string} [parameters] globals that are given to it
 */
async function factory(name, parameters = "") {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `export * from "./${name}.js";`, resolveDir: scratch },
    bundle: true,
    write: false,
    absWorkingDir: scratch, // esbuild writes the paths of files as comments, relative to it
    format: "iife",
    globalName: "glue",
    target: "es2022",
    logOverride: { "empty-import-meta": "silent" }, // in the default export alone, which is left out
    banner: { js: `// Generated by build.mjs: wasm-bindgen's glue, one instance for each call.\nexport default function instantiate(${parameters}) {` },
    footer: { js: "return glue;\n}" },
  });
  return outputFiles[0].text;
}

/** The types of what factory() makes, from wasm-bindgen's own. @param {string} bindgen @param {string} [parameters] */
const factoryTypes = (bindgen, parameters = "") =>
  `import * as bindgen from "./${bindgen}.js";\nexport default function instantiate(${parameters}): Omit<typeof bindgen, "default">;\n`;

/** Jest with jsdom has neither of them, where Node has both (pkg/testing/answers.ts). */
const TEXTS = ["{ TextDecoder, TextEncoder }", 'texts: Pick<typeof globalThis, "TextDecoder" | "TextEncoder">'];

/** A module as a text: deflated, with a checksum, in base64. @param {Buffer} wasm */
const textOf = (wasm) => deflateSync(wasm, { level: 9 }).toString("base64");

/** The inline entry: worker and module are texts in it. */
async function inlineEntry(wasm) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(pkg, "worker", "worker.js")],
    bundle: true,
    write: false,
    absWorkingDir: root,
    format: "iife",
    target: "es2022",
  });
  return `// Generated by build.mjs: the package with worker and module inside; nothing is fetched.
import { openInline } from "./client/blob.js";
export { KubecredError, isKubecredError } from "./shared/errors.js";
export const open = openInline(${JSON.stringify(outputFiles[0].text)}, ${JSON.stringify(textOf(wasm))});
`;
}

/** Puts a file in place at once: a build that fails leaves the last good one. */
function put(path, content) {
  writeFileSync(join(scratch, "put"), content);
  renameSync(join(scratch, "put"), join(pkg, path));
}

/** Entries as a bundler ships them: minified, what they share once. */
async function bundled(...entries) {
  const { outputFiles } = await esbuild.build({
    entryPoints: entries.map((file) => join(pkg, file)),
    external: ["react"],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    outdir: scratch,
    format: "esm",
    target: "es2022",
  });
  return outputFiles.map(({ contents }) => Buffer.from(contents));
}

/** Sizes beside tests/package/budget.json. A page with elements or hooks loads theirs in addition to the package's. */
async function checkBudget(wasm, inline) {
  const size = (content) => [content.length, gzipSync(content, { level: 9 }).length, brotliCompressSync(content).length];
  const sum = (sizes) => sizes.reduce((all, one) => all.map((bytes, index) => bytes + one[index]));
  const script = async (...entries) => sum((await bundled(...entries)).map(size));
  const sizes = {
    wasm: size(wasm),
    javascript: await script("index.js", "worker/worker.js"),
    element: await script("element/elements.js"),
    react: await script("react/hooks.js"),
  };
  const budget = JSON.parse(read(root, "tests", "package", "budget.json").toString());
  for (const [part, [raw, gzip, brotli]] of Object.entries(sizes)) {
    console.log(`${part}: ${raw} bytes, gzip ${gzip}, brotli ${brotli} (budget ${budget[part]})`);
  }
  console.log(`inline.js: ${inline.length} bytes, wasm/testing.js: ${authority.length} bytes, without budgets of their own`);
  for (const [part, [, , brotli]] of Object.entries(sizes)) {
    if (!(brotli <= budget[part])) fail(`${part} is over the budget of tests/package/budget.json`);
  }
}

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
// First, since cargo puts the library of each package that it compiles into the same folder, and the core's is the last one that counts.
const testing = compile("kubecred_testing.wasm", "testing", ["--package", "kubecred-testing"]);
const { wasm, compiled } = compile("kubecred.wasm", "core", ["--features", "wasm"]);
mkdirSync(join(pkg, "wasm"), { recursive: true });
put("wasm/bindgen.d.ts", read(scratch, "core.d.ts"));
put("wasm/core.d.ts", factoryTypes("bindgen"));
put("wasm/core.js", await factory("core"));
put("wasm/core_bg.wasm", wasm);
put(
  "wasm/build.js",
  `// Generated by build.mjs.\nexport const commit = ${JSON.stringify(commit())};\nexport const wasmSha256 = "${createHash("sha256").update(wasm).digest("hex")}";\n`,
);
put("wasm/build.d.ts", "export declare const commit: string;\nexport declare const wasmSha256: string;\n");
put("inline.d.ts", 'export { KubecredError, isKubecredError, open } from "./index.js";\n');
put("wasm/testing-bindgen.d.ts", read(scratch, "testing.d.ts"));
put("wasm/testing.d.ts", `${factoryTypes("testing-bindgen", TEXTS[1])}/** The module, deflated, in base64. */\nexport const packed: string;\n`);
const authority = `${await factory("testing", TEXTS[0])}export const packed = ${JSON.stringify(textOf(testing.wasm))};\n`;
put("wasm/testing.js", authority);
compileSources(); // needs the declarations above, and comes before what is bundled
copyNotices();
const [, wasmBindgen] = ask("wasm-bindgen", ["--version"]).split(" ");
put("sbom.cdx.json", sbom({ modules: { "wasm/core_bg.wasm": wasm, "wasm/testing.js": authority }, compiled, rustc: ask("rustc", ["--version"]), wasmBindgen }));
const inline = await inlineEntry(wasm);
put("inline.js", inline);
await buildCdn();
setModes(pkg);
await checkBudget(wasm, inline);
