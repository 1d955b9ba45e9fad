// A search for an RSA-4096 key that finds nothing for many seconds: the workers' generator gives products of two large factors, which
// pass trial division as often as chance does and are never prime. Keys of other kinds are made as ever.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dist } from "./place.mjs";

/** Runs in the worker. A prime is drawn in 256 bytes, the lowest first, several at a time: (2^1024 - 105), which is prime, times a random odd number above 3/4 of 2^1024. */
export function barren() {
  const factor = (1n << 1024n) - 105n;
  const real = crypto.getRandomValues.bind(crypto);
  crypto.getRandomValues = (array) => {
    real(array);
    for (let from = 0; from + 256 <= array.length; from += 256) {
      const number = array.subarray(from, from + 256);
      const hex = Array.from(number.subarray(0, 128), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const product = (factor * (BigInt(`0x${hex}`) | (3n << 1022n) | 1n)).toString(16).padStart(512, "0");
      number.forEach((_, at) => {
        number[at] = Number.parseInt(product.slice(510 - 2 * at, 512 - 2 * at), 16);
      });
    }
    return array;
  };
}

/** For every worker of the pages in this context. */
export async function searchInVain(context) {
  const worker = readFileSync(join(dist, "kubecred", "worker", "worker.js"), "utf8");
  await context.route("**/worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: `${worker}\n(${barren})();` }));
}
