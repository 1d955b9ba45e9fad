// What must not be granted by one click: control of the whole cluster, or anything dangerous for everyone. Decided by the codes of the core's findings.

/** @import { Finding } from "../kubecred/index.js" */

/** The binding names everyone, or all of a kind. */
const EVERYONE = new Set(["subject-anonymous", "subject-everyone", "subject-all-accounts", "subject-namespace-accounts"]);
/** In the whole cluster, each of these permits everything or leads to it. */
const CONTROL = new Set(["role-cluster-admin", "everything", "wildcard-verbs", "rbac-escalate", "rbac-bind", "impersonate", "nodes-proxy", "signers-sign"]);

/**
 * Why a grant is grave, in a sentence, and its findings, those that make it so as errors; `says` is "" where it is not.
 * @param {readonly Finding[]} findings
 * @param {{ everywhere: boolean }} where
 * @returns {{ says: string, findings: readonly Finding[] }}
 */
export function gravity(findings, { everywhere }) {
  const everyone = findings.some(({ code }) => EVERYONE.has(code));
  const anonymous = findings.some(({ level }) => level === "error");
  const control = everywhere && findings.some(({ code }) => CONTROL.has(code));
  const dangerous = findings.some(({ code, level }) => level === "warning" && !EVERYONE.has(code));
  const says =
    everyone && control
      ? "This gives control of the whole cluster to everyone in this group."
      : control
        ? "This gives control of the whole cluster."
        : anonymous
          ? "This gives permissions to people who have not signed in."
          : everyone && dangerous
            ? "This gives dangerous permissions to everyone in this group."
            : "";
  if (!says) return { says, findings };
  const grave = (/** @type {Finding} */ { code, level }) => level === "warning" && (everyone || CONTROL.has(code));
  return { says, findings: findings.map((finding) => (grave(finding) ? { ...finding, level: "error" } : finding)) };
}

/** Of several subjects the one that makes it grave, else the first. @param {readonly { name: string }[]} subjects @param {readonly Finding[]} findings */
export function graveName(subjects, findings) {
  const path = findings.find(({ code }) => EVERYONE.has(code))?.path ?? "";
  return subjects[Number(/subjects\[(\d+)\]/.exec(path)?.[1] ?? 0)]?.name ?? "";
}
