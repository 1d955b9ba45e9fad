// The selection of #/review: shown name by name with the user of each, then decided together.
import { el, announce, freshId } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { name, plainName } from "../ui/names.js";
import { sameRequest } from "./arm.js";
import { decide } from "./decide.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Verb } from "./decide.js" */

/** @type {[Verb, string][]} */
const VERBS = [
  ["approve", "Approve"],
  ["deny", "Deny"],
];
/** So many are decided at once; each name is shown before, and nobody reads more. */
const MOST = 50;

/** `reportOf(name)` is what is known of a request now; `decided(known, report)` takes what became of it, `replaced(report)` what is there in its place. */
/**
 * @typedef {object} Selecting
 * @property {HTMLElement} place
 * @property {(name: string) => CsrStatus | undefined} reportOf
 * @property {(known: CsrStatus | undefined, report: CsrStatus) => void} decided
 * @property {(report: CsrStatus) => void} replaced
 */
export function selection(/** @type {Selecting} */ { place, reportOf, decided, replaced }) {
  /** The report that was on the card when it was selected: what is decided on. @type {Map<string, CsrStatus>} */
  const selected = new Map();
  const names = el("ul", {});
  const reason = el("input", { id: freshId("reason"), maxlength: "1024", autocomplete: "off" });
  const buttons = VERBS.map(([verb]) => el("button", { type: "button", class: verb === "approve" ? "primary" : "danger", onclick: () => decideAll(verb) }));
  const box = el(
    "div",
    { class: "card" },
    el("h2", {}, "Selected"),
    names,
    el("label", { for: reason.id }, "Reason ", el("span", { class: "optional" }, "optional")),
    reason,
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, ...buttons),
  );

  /** Those that others have decided meanwhile drop out, and those whose name belongs to another request now. What was typed as the reason stays. */
  function draw() {
    for (const [one, report] of selected) {
      const now = reportOf(one);
      if (now?.state === "pending" && sameRequest(now, report)) continue;
      selected.delete(one);
      if (now?.state === "pending") announce(`${plainName(one)} is another request by now, and is not selected any more.`, { seen: true });
    }
    names.replaceChildren(...[...selected].map(([one, report]) => el("li", {}, name(one), " for ", name(report.request.user))));
    VERBS.forEach(([, word], index) => {
      const button = buttons[index];
      if (button) button.textContent = `${word} these ${selected.size}`;
    });
    if (selected.size === 0) {
      box.remove();
      reason.value = "";
    } else if (!box.isConnected) place.append(box);
  }

  async function decideAll(/** @type {Verb} */ verb) {
    clearRemarks(box);
    for (const button of buttons) button.disabled = true;
    const message = reason.value.trim();
    let done = 0;
    let failed = null;
    for (const [one, report] of [...selected]) {
      const known = reportOf(one);
      try {
        decided(known, await decide(verb, report, message));
        selected.delete(one);
        done += 1;
      } catch (error) {
        failed = { one, error };
        if (error?.code === "changed" && error.status) {
          selected.delete(one);
          replaced(error.status);
        }
        break;
      }
    }
    for (const button of buttons) button.disabled = false;
    draw();
    if (!failed) return announce(`${done} ${verb === "approve" ? "approved" : "denied"}.`, { seen: true });
    const changed = failed.error?.code === "changed";
    if (changed) showError(box, null, { says: failed.error.message });
    else showError(box, failed.error);
    announce(`${done} decided; ${plainName(failed.one)} was not${changed ? ": it is another request by now. Read it again" : ""}.`, { seen: changed });
  }

  return {
    draw,
    clear() {
      selected.clear();
      draw();
    },
    /** The box to tick on the card that shows this report. */
    tick(/** @type {CsrStatus} */ report) {
      const of = report.name;
      const id = freshId("select");
      const input = el("input", {
        type: "checkbox",
        id,
        onchange: () => {
          if (input.checked && selected.size >= MOST) {
            input.checked = false;
            return announce(`${MOST} at most are decided together.`, { seen: true });
          }
          if (input.checked) selected.set(of, report);
          else selected.delete(of);
          draw();
        },
      });
      const chosen = selected.get(of);
      input.checked = chosen !== undefined && sameRequest(chosen, report);
      return el("div", { class: "check" }, input, el("label", { for: id }, "Select"));
    },
  };
}
