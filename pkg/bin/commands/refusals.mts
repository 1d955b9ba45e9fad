/* What the package refuses to read: a finding about the input, or the end of the session. */
import { isKubecredError } from "../../node.js";
import type { Finding, KubecredError, KubecredErrorCode } from "../../types.js";

export type AnyFinding = Omit<Finding, "code"> & { code: Finding["code"] | KubecredErrorCode };

/** Not about what was read. */
const OWN: Set<string> = new Set(["wasm-unavailable", "wasm-integrity", "wasm-panicked", "session-closed", "no-random", "aborted"]);

/** The error where it is about the input; every other one is thrown. */
export function refusal(error: unknown): KubecredError {
  if (!isKubecredError(error) || OWN.has((error as any).code)) throw error;
  return error as KubecredError;
}

/** As a finding, with the position that readers of YAML put into the field of the details. */
export function findingOf({ code, message, details: [detail] = [] }: KubecredError): AnyFinding {
  const position = /^line (\d+), column (\d+)$/.exec(detail?.field ?? "");
  if (!detail || !position) return { code, level: "error", message };
  return { code, level: "error", message: detail.message, line: Number(position[1]), column: Number(position[2]) };
}
