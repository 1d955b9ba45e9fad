// Builds tests/bench/crate: the rsa crate as it is, for the page of the speed bench. Gives the path under which startPages serves it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./common.mjs";

export function buildCrate() {
  const target = join(root, "target", "bench-crate");
  const run = (program, args, env = {}) =>
    execFileSync(program, args, { cwd: join(root, "tests", "bench", "crate"), stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
  // No flags: neither SIMD nor the 32-bit limbs that .cargo/config.toml asks for.
  run("cargo", ["build", "--release", "--locked", "--quiet", "--target", "wasm32-unknown-unknown", "--target-dir", target], { CARGO_ENCODED_RUSTFLAGS: "" });
  run("wasm-bindgen", [
    "--target",
    "web",
    "--out-dir",
    join(target, "web"),
    "--out-name",
    "crate",
    join(target, "wasm32-unknown-unknown", "release", "kubecred_bench_crate.wasm"),
  ]);
  return "/target/bench-crate/web/crate.js";
}
