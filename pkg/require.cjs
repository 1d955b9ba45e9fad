/*
 * require("kubecred") in a Node that cannot load ES modules by require (before 20.19 and 22.12), and in Jest's CommonJS: the package itself is loaded
 * by the first `open`.
 */
"use strict";

exports.open = async (options) => (await import("./node.js")).open(options);

exports.isKubecredError = (value) => value instanceof Error && value.name === "KubecredError" && typeof value.code === "string";

// Not enumerable, so that tools which copy all exports do not read it.
Object.defineProperty(exports, "KubecredError", {
  get() {
    throw new Error("require() cannot give the class KubecredError here. Use isKubecredError, or import() the package.");
  },
});
