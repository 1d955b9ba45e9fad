// Keys in numbers: 1,000 RSA-2048, 200 of 3072 and 50 of 4096 bits from the package in Node. Each meets FIPS 186-5 A.1.1, OpenSSL
// takes it, no two share a factor, and first bits and residues of the primes are spread as they should be, beside OpenSSL's own.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { open } from "../../pkg/node.js";
import { brokenConditions, primesOf } from "../interop/fips.mjs";
import { digits, section, table, times } from "./common.mjs";
import { execFileSync } from "node:child_process";

const PLAN = { 2048: times(1000, 20), 3072: times(200, 4), 4096: times(50, 1) };
const check = (pem) => execFileSync("openssl", ["pkey", "-check", "-noout"], { input: pem, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });

/** Greatest common divisor of each number with the product of all others, by Bernstein's trees of products and remainders. */
function sharedFactors(numbers) {
  const levels = [numbers];
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1);
    levels.push(Array.from({ length: Math.ceil(below.length / 2) }, (_, at) => below[2 * at] * (below[2 * at + 1] ?? 1n)));
  }
  let rests = levels.pop();
  for (const level of levels.reverse()) rests = level.map((number, at) => rests[at >> 1] % (number * number));
  const gcd = (a, b) => {
    while (b) [a, b] = [b, a % b];
    return a;
  };
  return numbers.filter((number, at) => gcd(rests[at] / number, number) !== 1n).length;
}
assert.equal(sharedFactors([15n, 77n, 26n]), 0);
assert.equal(sharedFactors([15n, 77n, 21n]), 3, "the control");

/** Chi-square of counts against expected shares, as a number of standard deviations from its mean (Wilson and Hilferty). */
function deviation(counts, shares) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const chi = counts.reduce((sum, count, at) => sum + (count - total * shares[at]) ** 2 / (total * shares[at]), 0);
  const free = counts.length - 1;
  return ((chi / free) ** (1 / 3) - (1 - 2 / (9 * free))) / Math.sqrt(2 / (9 * free));
}
const even = (count) => Array.from({ length: count }, () => 1 / count);
/** Standard deviations: beyond this, by chance, once in 30,000 tests. */
const MOST = 4;

/** Numbers x of k bits by their place in [√2/2, 1), in ten parts: even, but for the density of primes, which hardly changes. */
function tests(primes) {
  const from = Math.SQRT1_2;
  const place = (prime) => Number(prime >> BigInt(prime.toString(2).length - 53)) / 2 ** 53;
  const counts = (classes, of) =>
    primes.reduce(
      (list, prime) => (list[of(prime)]++, list),
      Array.from({ length: classes }, () => 0),
    );
  const found = {
    "first bits": deviation(
      counts(10, (prime) => Math.min(9, Math.floor(((place(prime) - from) / (1 - from)) * 10))),
      even(10),
    ),
  };
  for (const modulus of [3, 5, 7, 11, 13])
    found[`modulo ${modulus}`] = deviation(
      counts(modulus - 1, (prime) => Number(prime % BigInt(modulus)) - 1),
      even(modulus - 1),
    );
  found["modulo 16"] = deviation(
    counts(8, (prime) => Number(prime % 16n) >> 1),
    even(8),
  );
  return found;
}

const kubecred = await open();
const rows = [];
for (const [bits, count] of Object.entries(PLAN)) {
  const began = performance.now();
  const moduli = [];
  const primes = [];
  let checked = 0;
  for (let made = 0; made < count; made++) {
    const key = await kubecred.keys.generate(`rsa-${bits}`);
    const pem = Buffer.from(await key.exportPem());
    key.dispose();
    const jwk = createPrivateKey(pem).export({ format: "jwk" });
    assert.deepEqual(brokenConditions(jwk, Number(bits)), []);
    const pair = primesOf(jwk);
    primes.push(...pair);
    moduli.push(pair[0] * pair[1]);
    checked += /Key is valid/.test(check(pem)) ? 1 : 0;
    if (made % 100 === 99) console.log(`RSA-${bits}: ${made + 1} keys`);
  }
  assert.equal(checked, count, "openssl pkey -check");
  assert.equal(sharedFactors(moduli), 0);
  assert.equal(new Set(primes).size, 2 * count);
  const spread = count >= 50 ? tests(primes) : {};
  for (const [name, value] of Object.entries(spread)) assert.ok(value < MOST, `RSA-${bits}, ${name}: ${value}`);
  rows.push([
    `RSA-${bits}`,
    count,
    "all",
    "all",
    0,
    Object.entries(spread)
      .map(([name, value]) => `${name} ${digits(value)}`)
      .join(", "),
    digits((performance.now() - began) / 1000),
  ]);
}
kubecred.close();

// The same tests on OpenSSL's primes, and on those with a fault of each kind: a test that cannot pass, or cannot fail, would be seen.
const theirs = [];
for (let made = 0; made < times(200, 4); made++)
  theirs.push(...primesOf(createPrivateKey(execFileSync("openssl", ["genrsa", "2048"], { stdio: ["ignore", "pipe", "ignore"] })).export({ format: "jwk" })));
const sound = tests(theirs);
const narrowed = tests(theirs.map((prime) => prime | (1n << 1022n)))["first bits"];
const thinned = tests(theirs.filter((prime, at) => prime % 3n === 1n || at % 4 === 0))["modulo 3"];
if (theirs.length >= 100) {
  for (const [name, value] of Object.entries(sound)) assert.ok(value < MOST, `OpenSSL's primes, ${name}: ${value}`);
  assert.ok(narrowed > MOST && thinned > MOST, `the control: ${narrowed}, ${thinned}`);
}
section(
  "RSA keys",
  `
${table(["keys", "n", "FIPS 186-5 A.1.1", "openssl pkey -check", "shared factors (batch gcd)", "chi-square, in standard deviations", "seconds"], rows)}

Chi-square of first bits (ten parts of the range) and residues of the primes against an even spread, as a number of standard deviations from its mean (Wilson and Hilferty). The bound is ${MOST}, which a sound generator exceeds once in 30,000 tests: beyond it the run fails.

The same tests on ${theirs.length} primes of \`openssl genrsa 2048\`: ${Object.entries(sound)
    .map(([name, value]) => `${name} ${digits(value)}`)
    .join(
      ", ",
    )}. Controls, which must lie beyond the bound: the same primes with their second bit set, as a narrower range would have it, first bits ${digits(narrowed)}; without three in four of those that are 2 modulo 3, modulo 3 ${digits(thinned)}.
`,
);
