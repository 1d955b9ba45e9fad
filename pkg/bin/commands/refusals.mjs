// @ts-check
/* What the package refuses to read: a finding about the input, or the end of the session. */
import { isKubecredError } from "../../node.js";

/** @typedef {import("../../types.js").KubecredError} KubecredError */
/** @typedef {import("../../types.js").Finding} Finding */
/** @typedef {Omit<Finding, "code"> & { code: Finding["code"] | import("../../types.js").KubecredErrorCode }} AnyFinding */

/** Not about what was read. @type {Set<string>} */
const OWN = new Set(["wasm-unavailable", "wasm-integrity", "wasm-panicked", "session-closed", "no-random", "aborted"]);

/** The error where it is about the input; every other one is thrown. @param {unknown} error @returns {KubecredError} */
export function refusal(error) {
  if (!isKubecredError(error) || OWN.has(/** @type {any} */ (error).code)) throw error;
  return /** @type {KubecredError} */ (error);
}

/** As a finding, with the position that readers of YAML put into the field of the details. @param {KubecredError} error @returns {AnyFinding} */
export function findingOf({ code, message, details: [detail] = [] }) {
  const position = /^line (\d+), column (\d+)$/.exec(detail?.field ?? "");
  if (!detail || !position) return { code, level: "error", message };
  return { code, level: "error", message: detail.message, line: Number(position[1]), column: Number(position[2]) };
}
