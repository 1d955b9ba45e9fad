// What the tests of the package in Node share: the built package, both ways to run it, and how failures are compared.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KubecredError, open } from "../../pkg/node.js";

export { KubecredError, open };
export const root = fileURLToPath(new URL("../../", import.meta.url));
export const pkg = join(root, "pkg");
export const vector = (...path) => readFileSync(join(root, "tests", "vectors", ...path), "utf8");

/** A session with a worker and one without must not be told apart. */
export const MODES = [
  ["in a worker", {}],
  ["in place", { worker: false }],
];
export const ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"];

/** Waits for the failure, and gives it. */
export async function failure(promise) {
  const value = await promise.then(
    (found) => ({ found }),
    (error) => ({ error }),
  );
  assert.ok("error" in value, "it should have failed");
  assert.ok(value.error instanceof KubecredError, `a KubecredError, not ${value.error}`);
  assert.equal(value.error.name, "KubecredError");
  return value.error;
}

export async function fails(promise, code) {
  const error = await failure(promise);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, /^[A-Za-z0-9`]/, "a sentence");
  return error;
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
