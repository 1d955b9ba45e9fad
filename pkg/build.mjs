/*
 * Builds what the package publishes but git does not hold: wasm/ (glue, module, build info) and inline.js.
 * Prints the sizes and fails over the committed budget (tests/packaging/budget.json).
 *
 *   node pkg/build.mjs      with the tools of tests/setup.sh on the path (tests/env.sh)
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bare, factory, factoryTypes, inlineEntry, workerScript } from "./glue.mjs";
import { named } from "./order.mjs";
import { bareTraps } from "./panics.mjs";

const pkg = dirname(fileURLToPath(import.meta.url));
const root = dirname(pkg);
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const scratch = join(target, "package");
const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");

const run = (program, args, env) => execFileSync(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
const ask = (program, args) => execFileSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
const read = (...path) => readFileSync(join(...path));

const STEPS = { cargo: "rustup.rs", "wasm-bindgen": "make setup-build", "wasm-opt": "make setup-build" };
function tool(name, program, args, env) {
  try {
    run(program, args, env);
  } catch (error) {
    if (error.code === "ENOENT") fail(`${name} is missing: ${STEPS[name]} installs it`);
    fail(`${name} failed, see above`);
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
 * Panic texts name source files: map the folders of this machine away, so that the same sources give the same bytes
 * anywhere. The registry's folder carries the registry's name, so each is mapped on its own.
 */
function rustFlags() {
  const remap = [[root, "/kubecred"], [join(cargoHome, "registry", "src"), "/crates"], [cargoHome, "/cargo"], [ask("rustc", ["--print", "sysroot"]), "/rust"]];
  // 32-bit limbs: wasm has no wide multiplication, so they are faster than 64-bit ones and 20 KB smaller (measured 2026-11).
  // SHA-2 and AES rolled up instead of unrolled: 4 KB; their time is not what anyone waits for.
  // SIMD: the filter of the RSA search (src/key/prime). Every engine has it since Safari 16.4 (2023); load.js asks before.
  const flags = ["--cfg", 'cpubits="32"', "--cfg", 'sha2_backend_soft="compact"', "--cfg", 'aes_backend_soft="compact"', "-Ctarget-feature=+simd128"];
  return [...flags, ...remap.map(([from, to]) => `--remap-path-prefix=${from}=${to}`)];
}

// Everything is made in a scratch folder and put in place at the end: a failed build leaves the last good one.
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
// What moves is copied by `memory.copy`, not word by word: 5 KB of brotli less (measured 2026-11). Code is made where everything is
// linked (lto), so these are for the last crate alone.
const moves = ["memcpy", "memmove", "memset"].map((kind) => `-Cllvm-args=-max-store-${kind}=1`);
// The linker says which places hold addresses: pkg/sweep.mjs.
tool("cargo", "cargo", ["rustc", "--release", "--locked", "--lib", "--target", "wasm32-unknown-unknown", "--", ...moves, "-Clink-arg=--emit-relocs"], {
  CARGO_ENCODED_RUSTFLAGS: rustFlags().join("\x1f"),
});
const linked = join(target, "wasm32-unknown-unknown", "release", "kubecred.wasm");
const bindgen = (folder, ...more) => tool("wasm-bindgen", "wasm-bindgen", ["--target", "web", "--out-dir", folder, "--out-name", "core", ...more, linked]);
bindgen(scratch);
// Once more with the linker's names, which tell the same functions in the same order.
bindgen(join(scratch, "mangled"), "--no-demangle");
writeFileSync(join(scratch, "traps.wasm"), await bareTraps(read(scratch, "core_bg.wasm"), read(scratch, "mangled", "core_bg.wasm"), read(linked), root));
// Nothing is inlined once more: what repeats compresses. With the order below 13 KB less than -Oz, which counts raw bytes (measured 2026-11).
const inlining = ["--always-inline-max-function-size", "--flexible-inline-max-function-size", "--one-caller-inline-max-function-size"].flatMap((limit) => [limit, "0"]);
// What rustc's wasm32 baseline uses (1.96, 2026-11); a feature that is not named here makes wasm-opt stop.
const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue", "simd"];
const optimise = (from, to, args) =>
  tool("wasm-opt", join(root, "tests", "node_modules", ".bin", "wasm-opt"), [
    ...args, "--reorder-functions-by-name", ...features.map((feature) => `--enable-${feature}`), join(scratch, from), "-o", join(scratch, to),
  ]);
optimise("traps.wasm", "optimised.wasm", ["-O2", ...inlining, "-g"]);
writeFileSync(join(scratch, "named.wasm"), named(read(scratch, "optimised.wasm")));
// Engines on x64 and ARM64 load the same way whatever a load says of its alignment; saying nothing takes 1 KB less.
optimise("named.wasm", "module.wasm", ["--optimize-level=2", "--dealign", "--strip-debug", "--strip-producers"]);

const wasm = read(scratch, "module.wasm");
for (const folder of [root, cargoHome, homedir()]) {
  if (folder.length > 1 && wasm.includes(folder)) fail(`the module names a folder of this machine (${folder}): a path is not mapped`);
}

const glue = factory(read(scratch, "core.js").toString());
const info = `// Generated by build.mjs.\nexport const commit = ${JSON.stringify(commit())};\nexport const wasmSha256 = "${createHash("sha256").update(wasm).digest("hex")}";\n`;
const inline = inlineEntry(workerScript(glue, (name) => read(pkg, name).toString()), wasm);

mkdirSync(join(pkg, "wasm"), { recursive: true });
const put = (path, content) => {
  writeFileSync(join(scratch, "put"), content);
  renameSync(join(scratch, "put"), join(pkg, path));
};
put("wasm/bindgen.d.ts", read(scratch, "core.d.ts"));
put("wasm/core.d.ts", factoryTypes);
// Nobody reads the glue: it is generated. Everything else is published as it was written.
put("wasm/core.js", createRequire(join(root, "tests", "package.json"))("esbuild").transformSync(glue, { minify: true, format: "esm", target: "es2022" }).code);
put("wasm/core_bg.wasm", wasm);
put("wasm/build.js", info);
put("inline.js", inline);

// The budget counts every published script, the generated glue included, but not the inline entry, which holds the
// module; together and without comments and indentation, which a server or bundler that cares for bytes takes away.
const { files } = JSON.parse(read(pkg, "package.json").toString());
const scripts = files.filter((file) => file.endsWith(".js") && file !== "inline.js").map((file) => bare(read(pkg, file).toString()));
const size = (content) => [content.length, gzipSync(content, { level: 9 }).length, brotliCompressSync(content).length];
const sizes = { wasm: size(wasm), javascript: size(Buffer.from(scripts.join(""))) };
const budget = JSON.parse(read(root, "tests", "packaging", "budget.json").toString());
for (const [part, [raw, gzip, brotli]] of Object.entries(sizes)) {
  console.log(`${part}: ${raw} bytes, gzip ${gzip}, brotli ${brotli} (budget ${budget[part]})`);
}
console.log(`inline.js: ${inline.length} bytes, without a budget of its own`);
for (const [part, [, , brotli]] of Object.entries(sizes)) {
  if (!(brotli <= budget[part])) fail(`${part} is over the budget of tests/packaging/budget.json`);
}
