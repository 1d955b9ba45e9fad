// What must not be granted by one click, in a sentence. What is dangerous is judged by the core (rbac.risk).

/** @import { Finding, GrantRisk } from "../kubecred/index.js" */

/** @type {Record<NonNullable<GrantRisk["danger"]>, string>} */
const SAYS = {
  "control-for-everyone": "This gives control of the whole cluster to everyone in this group.",
  control: "This gives control of the whole cluster.",
  anonymous: "This gives permissions to people who have not signed in.",
  "dangerous-for-everyone": "This gives dangerous permissions to everyone in this group.",
};

/**
 * Why a grant is grave, and its findings, those that make it so as errors; `says` is "" where it is not.
 * @param {GrantRisk} risk
 * @param {readonly Finding[]} findings
 * @returns {{ says: string, findings: readonly Finding[] }}
 */
export function gravity({ danger, reasons }, findings) {
  const grave = new Set(reasons);
  return {
    says: danger ? SAYS[danger] : "",
    findings: findings.map((finding) => (grave.has(finding.code) ? { ...finding, level: "error" } : finding)),
  };
}
