// Does the time of an operation depend on its secret? In the manner of dudect: two classes of inputs by turns of chance, Welch's t-test over
// their times. Natively and as wasm in Node; tests/bench/timing has the operations. A |t| below 4.5 is no evidence of a difference
// at this number of measurements, which is not proof that there is none; above 10 it is one. The controls must be above.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { digits, machine, root, section, stats, table, times } from "./common.mjs";

const target = join(root, "target", "bench-timing");
const folder = join(root, "tests", "bench", "timing");
const cargo = (args, env = {}) =>
  execFileSync("cargo", ["build", "--release", "--locked", "--quiet", "--target-dir", target, ...args], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });

/** Debian's compiler stands in for wasm32 alone. */
const { RUSTUP_TOOLCHAIN, ...native } = process.env;
execFileSync("cargo", ["build", "--release", "--locked", "--quiet", "--target-dir", target], {
  cwd: folder,
  stdio: ["ignore", "inherit", "inherit"],
  env: RUSTUP_TOOLCHAIN === "kubecred" ? native : process.env,
});
const program = join(target, "release", "kubecred-bench-timing");

cargo(["--lib", "--target", "wasm32-unknown-unknown"]);
const library = join(target, "wasm32-unknown-unknown", "release", "kubecred_bench_timing.wasm");
execFileSync("wasm-bindgen", ["--target", "web", "--out-dir", join(target, "node"), "--out-name", "timing", library]);
// As pkg/build.mjs does it with the product.
const optimized = join(target, "node", "timing_bg.wasm");
const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue", "simd"];
execFileSync(join(root, "node_modules", ".bin", "wasm-opt"), [
  "-O3",
  "--one-caller-inline-max-function-size=0",
  ...features.map((feature) => `--enable-${feature}`),
  optimized,
  "-o",
  optimized,
]);
const { Trial, initSync } = await import(pathToFileURL(join(target, "node", "timing.js")));
initSync({ module: readFileSync(optimized) });

/** @returns {[number[], number[]]} nanoseconds by class */
function natively(name, seed, count) {
  const classes = [[], []];
  const out = execFileSync(program, [name, String(seed), String(count)], { encoding: "utf8", maxBuffer: 2 ** 28 });
  for (const line of out.trimEnd().split("\n")) {
    const [index, time] = line.split(" ").map(Number);
    classes[index].push(time);
  }
  return classes;
}

/** @returns {[number[], number[]]} */
function inWasm(name, seed, count) {
  const trial = new Trial(name, seed);
  const classes = [[], []];
  // The first half lets the engine compile what is hot.
  for (let turn = -Math.ceil(count / 2); turn < count; turn++) {
    const index = trial.choose();
    const start = process.hrtime.bigint();
    trial.run();
    const time = Number(process.hrtime.bigint() - start);
    if (turn >= 0) classes[index].push(time);
  }
  trial.free();
  return classes;
}

/** Welch's t. */
function welch(one, two) {
  const moments = (list) => {
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    return { mean, error: list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (list.length - 1) / list.length };
  };
  const [a, b] = [moments(one), moments(two)];
  return (a.mean - b.mean) / Math.sqrt(a.error + b.error || 1);
}

/** The largest t over all times and over those below several percentiles: what interrupts is above them. */
function verdict(classes) {
  const all = classes.flat().sort((a, b) => a - b);
  const crops = [1, 0.95, 0.8, 0.5].map((share) => all[Math.ceil(share * all.length) - 1]);
  const tests = crops
    .map((most) => classes.map((list) => list.filter((time) => time <= most)))
    .filter(([one, two]) => one.length > 20 && two.length > 20)
    .map(([one, two]) => welch(one, two));
  const [one, two] = classes.map((list) => stats(list).median);
  return { t: Math.max(...tests.map(Math.abs)), difference: Math.abs(one - two), median: all[all.length >> 1], n: all.length };
}

/** How many, by how long one takes. */
const COUNTS = {
  ecdsa: [40_000, 6_000],
  ed25519: [60_000, 8_000],
  rsa: [4_000, 1_000],
  base64: [200_000, 60_000],
  pem: [200_000, 60_000],
  control: [40_000, 20_000],
};
const wanted = process.env.OPERATIONS?.split(",");
const operations = execFileSync(program, { encoding: "utf8" }).trimEnd().split("\n");
const rows = [];
for (const line of operations) {
  const [name, operation, classes, control] = line.split("\t");
  if (wanted && !wanted.includes(name)) continue;
  const counts = COUNTS[name.split("-")[0]];
  for (const [where, measure, count] of [
    ["native", natively, counts[0]],
    ["wasm", inWasm, counts[1]],
  ]) {
    let result = verdict(measure(name, 1, times(count, count / 10)));
    // What looks like a difference is measured again with other keys and four times as many: a neighbour's noise is not there twice.
    if (control === "false" && result.t >= 4.5) result = { ...verdict(measure(name, 2, times(4 * count, count / 10))), again: true };
    const { t } = result;
    const says = t < 4.5 ? "no difference seen" : t < 10 ? "perhaps" : "differs";
    rows.push([
      operation,
      classes,
      where,
      String(result.n) + (result.again ? ", second run" : ""),
      `${digits(result.median / 1000)} µs`,
      `${digits(result.difference)} ns`,
      t.toFixed(1),
      says,
    ]);
    console.log(rows.at(-1).join(" | "));
    if (control === "true" && t < 10) throw new Error(`The control ${name} was not told apart (${where}): the measurement is blind.`);
  }
}
if (!wanted)
  section(
    "Constant time",
    `${machine()}\n\nTime by secret, in the manner of dudect: two classes of inputs drawn by chance, Welch's t over all times and those below the 95th, 80th and 50th percentile, the largest of them. Below 4.5: no evidence of a difference; above 10: one. What was above 4.5 was measured again with other inputs and four times as many.\n\n${table(["operation", "classes", "where", "measurements", "median", "between the classes' medians", "largest &#124;t&#124;", "verdict"], rows)}`,
  );
