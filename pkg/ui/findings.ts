/*
 * Findings in one style: a sign, a sentence, what to do.
 */
import { grouped } from "./counted.js";
import { instants } from "./dates.js";
import { el } from "./dom.js";
import type { Finding } from "../types.js";

/** A finding of the core, or one of who shows them. */
export type Remark = Omit<Finding, "code"> & { code: Finding["code"] | "more" | "missing-right" | "not-accepted" | "link-differs" };

type Cause = { field?: string | undefined; message: string };

const WORDS = { error: "Error", warning: "Warning", notice: "Note" };
/** Gravest first, and no more at once. */
const MOST = 100;
const ORDER = { error: 0, warning: 1, notice: 2 };

/**
 * The list of findings as an element, or nothing where there are none. Messages come from the core, and are text.
 * @param places says the path and the line of each as well
 */
export function findingList(findings: readonly Remark[] | null | undefined, places: boolean = false) {
  if (!findings?.length) return null;
  const sorted = [...findings].sort((a, b) => (ORDER[a.level] ?? 3) - (ORDER[b.level] ?? 3));
  const more = sorted.length - MOST;
  if (more > 0) sorted.splice(MOST, more, { level: "notice", code: "more", message: `${grouped(more)} more are not shown` });
  return el("ul", { class: "findings", part: "findings" }, ...sorted.map((finding) => findingItem(finding, places)));
}

/** One line of such a list. */
export const findingItem = ({ level, code, message, path, line }: Remark, places: boolean = false) =>
  el(
    "li",
    { class: level, part: `finding ${level}`, "data-code": code },
    el(
      "span",
      {},
      el("b", { class: "unseen" }, `${WORDS[level] ?? ""}: `),
      places && path ? [el("code", {}, path, line ? `, line ${line}` : ""), " "] : null,
      ...instants(sentence(message)),
    ),
  );

/** The minimum permission that a refused caller lacks, as the core worked it out: for the administrator to give. */
export function permissionHint(error: { code?: string; details?: readonly Cause[] | undefined } | null | undefined): Remark[] {
  const said = (field: string) => error?.details?.find((detail) => detail.field === field)?.message;
  if (error?.code !== "forbidden" || !said("rule")) return [];
  const [kind, namespace] = (said("scope") ?? "ClusterRole").split(" ");
  const place = `a ${kind}${namespace ? ` in the namespace ${namespace}` : ""}`;
  return [
    {
      code: "missing-right",
      level: "notice",
      message: said("role")
        ? `Minimum permissions required, for an administrator to grant: ${place} with the rules ${said("role")}`
        : `Minimum permission required, for an administrator to grant: ${place} with the rule ${said("rule")}`,
    },
  ];
}

/** Names of programs, in lower case at the start of a sentence as well. */
const PROGRAMS = /^(?:kubeadm|kubecred|kubectl)\b/;

/** A message as a sentence of its own: some that a page composes, and what Kubernetes says, begin in lower case or lack a full stop. */
export function sentence(message: string) {
  const text = String(message ?? "")
    .slice(0, 2000)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  const capital = PROGRAMS.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
