// The conditions of FIPS 186-5 A.1.1 (and A.1.3 on probable primes) on an RSA key, from its JWK, with BigInt alone:
// what the core promises is recomputed here without the core.
import { checkPrimeSync } from "node:crypto";

const number = (text) => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);
const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));
const abs = (value) => (value < 0n ? -value : value);

export const primesOf = (jwk) => [number(jwk.p), number(jwk.q)];

/** The conditions that the key breaks, by name; none for a good key. */
export function brokenConditions(jwk, bits) {
  const [p, q] = primesOf(jwk);
  const [n, e, d] = [jwk.n, jwk.e, jwk.d].map(number);
  const half = BigInt(bits / 2);
  const lcm = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
  const smallest = 1n << BigInt(bits - 1); // (√2·2^(k/2-1))², exactly
  const conditions = {
    "n = p·q": p * q === n,
    "n has k bits": n >= smallest && n < 1n << BigInt(bits),
    "e = 65537": e === 65537n,
    "p and q have k/2 bits": p < 1n << half && q < 1n << half,
    "p, q ≥ √2·2^(k/2-1)": p * p >= smallest && q * q >= smallest,
    "|p-q| > 2^(k/2-100)": abs(p - q) > 1n << (half - 100n),
    "e is coprime to p-1 and q-1": gcd(e, p - 1n) === 1n && gcd(e, q - 1n) === 1n,
    "d > 2^(k/2)": d > 1n << half,
    "d < lcm(p-1, q-1)": d < lcm,
    "d·e = 1 mod lcm(p-1, q-1)": (d * e) % lcm === 1n,
    "dp, dq and qi belong to d, p and q": number(jwk.dp) === d % (p - 1n) && number(jwk.dq) === d % (q - 1n) && (number(jwk.qi) * q) % p === 1n,
    "p and q are prime": checkPrimeSync(p) && checkPrimeSync(q),
  };
  return Object.keys(conditions).filter((name) => !conditions[name]);
}
