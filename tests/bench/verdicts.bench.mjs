// The filter of the RSA search against crypto-bigint, natively, on millions of numbers: tests/rsa_filter.rs with more of them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { digits, machine, root, section, times } from "./common.mjs";

const VERDICTS = times(1_000_000, 10_000);
// As tests/rsa_filter.rs counts them: batches of four, fewer of longer numbers.
const short = [32, 64, 96, 128, 192, 256, 416, 512].reduce((sum, bits) => sum + Math.floor(Math.floor(VERDICTS / bits) / 4) * 32 * 4, 0);
const long = Math.floor(Math.floor(VERDICTS / 250) / 4) * 4;
const { RUSTUP_TOOLCHAIN, ...env } = process.env; // the compiler for wasm32, where it is another one, is not needed here
if (RUSTUP_TOOLCHAIN && RUSTUP_TOOLCHAIN !== "kubecred") env.RUSTUP_TOOLCHAIN = RUSTUP_TOOLCHAIN;
const cargo = (...args) =>
  execFileSync("cargo", ["test", "--locked", "--test", "native", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...env, VERDICTS: String(VERDICTS) },
    stdio: ["ignore", "pipe", "inherit"],
  });

cargo("--no-run");
const start = performance.now();
assert.match(cargo("rsa_filter::verdicts_"), /test result: ok\. 2 passed/);
section(
  "Verdicts of the RSA filter",
  `
${machine()}.

The kernel with portable lanes says of each number what crypto-bigint says (2^(n-1) = 1 modulo n): ${short.toLocaleString("en")} numbers of 32 to 512 bits, and ${long.toLocaleString("en")} of each length of primes (1024, 1536, 2048), random ones, hostile ones (long runs, extreme digits), known primes and strong pseudoprimes. ${digits((performance.now() - start) / 1000)} s.
`,
);
