// Remarks and failures, in one style: a sign, a sentence, what to do. What belongs to a field is next to that field.
import { findingList, permissionHint, sentence } from "../kubecred/ui/findings.js";
import { instants } from "./dates.js";
import { el, find, freshId, announce } from "./dom.js";
import { sessionLost } from "../shared/session.js";

export { findingItem, findingList, permissionHint, sentence } from "../kubecred/ui/findings.js";

/** @import { Finding } from "../kubecred/index.js" */
/** @typedef {import("../kubecred/ui/findings.js").Remark} Remark */

/**
 * Takes away every remark below a root: from the fields and from the places for the rest.
 * @param {ParentNode} root
 */
export function clearRemarks(root) {
  for (const place of root.querySelectorAll("[data-report], .remarks")) place.replaceChildren();
  for (const field of root.querySelectorAll(".wrong")) field.classList.remove("wrong");
  for (const input of root.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/**
 * Shows findings below a root: those whose path names a field next to that field, the others in the root's place for reports.
 * Returns the first input that is wrong, for the focus.
 * @param {ParentNode} root
 * @param {readonly Remark[]} findings
 */
export function showFindings(root, findings) {
  clearRemarks(root);
  /** @type {Remark[]} */
  const rest = [];
  /** @type {HTMLElement | null} */
  let first = null;
  for (const finding of findings) {
    const field = finding.path ? fieldOf(root, finding.path) : null;
    if (!field) {
      rest.push(finding);
      continue;
    }
    place(field).append(findingList([finding]) ?? "");
    if (finding.level !== "error") continue;
    field.classList.add("wrong");
    const input = inputOf(field, finding.path ?? "");
    input?.setAttribute("aria-invalid", "true");
    first ??= input;
  }
  const list = findingList(rest);
  if (list) find("[data-report]", root).append(list);
  return first;
}

/** Removes the remarks of one field. @param {Element} field */
export function clearField(field) {
  clearRemarks(field);
  field.classList.remove("wrong");
}

/** Shows the findings of one field next to it; all others stay as they are, and so does the focus. @param {Element} field @param {readonly Remark[]} findings */
export function showAtField(field, findings) {
  const list = findingList(findings);
  if (!list) return;
  place(field).replaceChildren(list);
  if (!findings.some(({ level }) => level === "error")) return;
  field.classList.add("wrong");
  inputOf(field, findings[0]?.path ?? "")?.setAttribute("aria-invalid", "true");
}

/** What an error says of one field; a failure that is not about it says nothing here. @param {any} error @param {string} field @returns {Remark[]} */
export function remarksOf(error, field) {
  if (error?.name !== "KubecredError") return [];
  return (error.details ?? [])
    .filter((/** @type {Cause} */ cause) => cause.field === field || cause.field?.replace(/\[.*$/, "") === field)
    .map((/** @type {Cause} */ { message }) => ({ code: error.code, level: "error", message, path: field }));
}

/** @typedef {{ field?: string, message: string }} Cause */

/** The codes whose sentence ends with its cause where there is one only: "spec.request: …". */
const SAYS_ITS_CAUSE = /^(?:invalid-|server-error$)/;

/**
 * Shows a failure below a root, at the field it is about where that is known, and moves the focus there.
 * @param {ParentNode} root
 * @param {any} error
 * @param {{ field?: string, says?: string }} [about]
 */
export function showError(root, error, { field, says } = {}) {
  // A decision's own sentence says all that its reason and message say, that of a failed start its cause; what a 403 has in addition is the permission
  // that is missing.
  const causes = /^request-|^forbidden$|^wasm-/.test(error?.code) ? [] : (error?.details ?? []).filter((/** @type {Cause} */ cause) => cause.message);
  /** @type {Remark[]} */
  const findings =
    says === undefined && causes.length && causes.some((/** @type {Cause} */ cause) => cause.field && fieldOf(root, cause.field))
      ? causes.map((/** @type {Cause} */ cause) => ({ code: error.code, level: "error", message: cause.message, path: cause.field }))
      : [
          {
            code: error?.code ?? "unexpected",
            level: "error",
            message: says ?? (causes.length > 1 ? "The server rejected the request, for these reasons" : explain(error)),
            path: field,
          },
          ...causes
            .filter(() => causes.length > 1 || !SAYS_ITS_CAUSE.test(error.code))
            .map((/** @type {Cause} */ cause) => ({
              code: error.code,
              level: "error",
              message: cause.field ? `${cause.message.replace(/\.$/, "")} (${cause.field})` : cause.message,
            })),
        ];
  findings.push(...permissionHint(error));
  const input = showFindings(root, findings);
  announce(findings.map((finding) => spoken(finding.message)).join(" "));
  if (input) input.focus();
  sessionLost(error);
  return input;
}

/** A message of the package where text alone goes, such as a live region: its times as everywhere else, in the reader's time zone. */
export const spoken = (/** @type {string} */ message) =>
  instants(sentence(message))
    .map((part) => (part instanceof Node ? part.textContent : part))
    .join("");

/**
 * The sentence for a failure. What is no KubecredError is a mistake of ours, and its text stays out of the page.
 * @param {any} error
 * @returns {string}
 */
export function explain(error) {
  if (error?.name === "KubecredError") return error.message;
  return "Something in this page went wrong. Your key is still here; try again.";
}

/** @param {ParentNode} root @param {string} path @returns {Element | null} */
function fieldOf(root, path) {
  const stem = path.replace(/\[.*$/, "");
  return root.querySelector(`[data-field="${CSS.escape(stem)}"]`);
}

/** @param {Element} field @param {string} path @returns {HTMLElement | null} */
function inputOf(field, path) {
  /** @type {HTMLElement[]} */
  const inputs = [...field.querySelectorAll("input, textarea, select")].filter((each) => each instanceof HTMLElement);
  return inputs[Number(/\[(\d+)\]/.exec(path)?.[1] ?? 0)] ?? inputs[0] ?? null;
}

/** Where the remarks of a field stand; its inputs are told, those that were added since as well. @param {Element} field */
function place(field) {
  let remarks = field.querySelector(".remarks");
  if (!remarks) {
    remarks = el("div", { class: "remarks" });
    field.append(remarks);
  }
  remarks.id ||= freshId("remarks");
  for (const input of field.querySelectorAll("input, textarea, select")) {
    const known = (input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    if (!known.includes(remarks.id)) input.setAttribute("aria-describedby", [...known, remarks.id].join(" "));
  }
  return remarks;
}

/** What is said of a kubeconfig that was just made. Many clusters have one CA for clients and one for servers: that is nothing to act on. */
export const findingsOnMade = (/** @type {{ findings: readonly Finding[] }} */ { findings }) => findings.filter(({ code }) => code !== "other-issuer");
