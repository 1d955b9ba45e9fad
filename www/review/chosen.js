// The selection of #/review. Only requests about which nothing was found can be selected. A bar of one line says how many there are; what is decided about,
// line by line with user, groups and lifetime, is in a dialog of its own, which keeps both buttons visible on the smallest screen.
import { counted } from "../ui/counted.js";
import { el, announce, freshId } from "../ui/dom.js";
import { clearRemarks, explain, sentence, showError } from "../ui/findings.js";
import { chips, name, plainName } from "../ui/names.js";
import { breath } from "../ui/pace.js";
import { sameRequest } from "./arm.js";
import { decide, wasStored } from "./decide.js";
import { isPlain, lifetimeOf } from "./row.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Verb } from "./decide.js" */

/** @type {[Verb, string][]} */
const VERBS = [
  ["approve", "Approve"],
  ["deny", "Deny"],
];
/** So many are decided at once; each is shown before, and nobody reads more. */
const MOST = 50;

/**
 * @typedef {object} Selecting
 * @property {HTMLElement} place
 * @property {(name: string) => CsrStatus | undefined} reportOf what is known of a request now
 * @property {(known: CsrStatus | undefined, report: CsrStatus) => void} decided takes what became of it
 * @property {(report: CsrStatus, says: string) => void} replaced takes what is there in its place, and says why
 * @property {(report: CsrStatus) => void} flag told of one that is to be decided by itself
 * @property {(report: CsrStatus) => void} read told of one that was selected
 * @property {(report: CsrStatus, again?: boolean) => Promise<{ matches: boolean, error?: unknown } | undefined>} verdict whether it is as invited, or why that is not known
 * @property {ReturnType<typeof import("./undo.js").undoBar>} undo
 */
export function selection(/** @type {Selecting} */ { place, reportOf, decided, replaced, flag, read, verdict, undo }) {
  /** The report that was on the row when it was selected: what is decided on. @type {Map<string, CsrStatus>} */
  const selected = new Map();
  /** What waits to be sent or is being sent: it cannot be selected meanwhile. @type {Set<string>} */
  const underway = new Set();
  /** How often the dialog was opened: only the last check enables its buttons. */
  let checking = 0;
  const names = el("ul", { class: "chosen" });
  const reason = el("input", { id: freshId("reason"), maxlength: "1024", autocomplete: "off" });
  const buttons = VERBS.map(([verb]) =>
    el("button", { type: "button", class: verb === "approve" ? "primary" : "danger", onclick: (event) => decideAll(verb, event) }),
  );
  const title = el("h2", { id: freshId("bulk"), tabindex: "-1" });
  /** @type {HTMLDialogElement} */
  const dialog = el(
    "dialog",
    { class: "bulk", "aria-labelledby": title.id },
    title,
    el(
      "div",
      { class: "bulk-body" },
      names,
      el("label", { for: reason.id }, "Reason ", el("span", { class: "optional" }, "optional")),
      reason,
      el("div", { class: "report", "data-report": "" }),
    ),
    el("div", { class: "row decide" }, ...buttons, el("button", { type: "button", onclick: () => dialog.close() }, "Cancel")),
  );
  const review = el("button", { type: "button", onclick: open });
  const bar = el("div", { class: "bulk-bar" }, review, el("button", { type: "button", onclick: clear }, "Clear the selection"));
  /** The boxes on the screen. @type {Map<string, HTMLInputElement>} */
  const boxes = new Map();

  /** Those that others have decided meanwhile drop out, and those whose name belongs to another request now. What was typed as the reason stays. */
  function draw() {
    for (const [one, report] of selected) {
      const now = reportOf(one);
      if (now?.state === "pending" && sameRequest(now, report)) continue;
      remove(one);
      if (now?.state === "pending") announce(`${plainName(one)} is a different request now, and is no longer selected.`, { seen: true });
    }
    const { size } = selected;
    const requests = counted(size, "request");
    if (dialog.open) list();
    title.textContent = `Decide on ${requests}`;
    review.textContent = `Review ${requests} …`;
    VERBS.forEach(([, word], index) => {
      const button = buttons[index];
      if (button) button.textContent = `${word} ${requests}`;
    });
    if (size === 0) {
      bar.remove();
      if (dialog.open) dialog.close();
      reason.value = "";
    } else if (!bar.isConnected) place.append(bar);
    if (!dialog.isConnected) place.append(dialog);
  }

  /** What is decided about. Made where it is seen: fifty lines for each box that is ticked would be a long task. */
  function list() {
    names.replaceChildren(...[...selected].map(([one, report]) => line(one, report)));
  }

  const line = (/** @type {string} */ of, /** @type {CsrStatus} */ report) =>
    el(
      "li",
      { "data-chosen": of },
      name(report.request.user),
      el("span", { class: "chosen-groups" }, ...chips(report.request.groups, "no group", 256)),
      el("span", {}, report.expirationSeconds ? `for ${lifetimeOf(report)}` : "cluster default lifetime"),
      el("span", { class: "hint" }, name(of)),
    );

  function remove(/** @type {string} */ of) {
    selected.delete(of);
    const box = boxes.get(of);
    if (!box) return;
    box.checked = false;
    box.disabled = underway.has(of);
  }

  /** Before both buttons can be pressed, those that do not match their invitation are taken out. A dialog that is opened again checks again. */
  async function open() {
    clearRemarks(dialog);
    names.replaceChildren();
    draw();
    for (const button of buttons) button.disabled = true;
    checking += 1;
    const mine = checking;
    if (!dialog.open) dialog.showModal();
    title.focus();
    await breath(); // that the page behind it cannot be used any more is work enough for one task
    if (mine !== checking) return;
    list();
    for (const [index, report] of [...selected.values()].entries()) {
      const found = await verdict(report, index === 0).catch(() => undefined); // a failure counts for all of them
      if (mine !== checking) return;
      if (found && !found.matches) {
        flag(report);
        const why = found.error ? "comes from an invitation that could not be read" : "does not match the invitation";
        announce(`${plainName(report.request.user)} ${why}, and is no longer selected. Decide on it by itself.`, { seen: true });
      }
    }
    for (const button of buttons) button.disabled = false;
    draw();
  }

  async function decideAll(/** @type {Verb} */ verb, /** @type {MouseEvent} */ { detail }) {
    if (detail > 1) return; // the second click of a double click was meant for what was here before
    clearRemarks(dialog);
    const message = reason.value.trim();
    const what = [...selected];
    for (const [one] of what) underway.add(one);
    clear();
    const words = `${verb === "approve" ? "Approving" : "Denying"} ${counted(what.length, "request")}`;
    if (await undo.wait([words], new AbortController().signal)) await submit(verb, what, message);
    else restore(what, message);
  }

  /** Selects again what was not decided, where it is still the same. */
  function restore(/** @type {[string, CsrStatus][]} */ what, /** @type {string} */ message) {
    for (const [one, report] of what) {
      underway.delete(one);
      selected.set(one, report);
    }
    draw();
    if (what.length && selected.size) reason.value = message;
    for (const [one, box] of boxes) {
      box.disabled = underway.has(one);
      box.checked = selected.has(one);
    }
  }

  /** One after the other, each compared with what the server has by then; it ends at the first that fails. */
  async function submit(/** @type {Verb} */ verb, /** @type {[string, CsrStatus][]} */ what, /** @type {string} */ message) {
    const left = [...what];
    let done = 0;
    let failed = null;
    for (const [one, report] of what) {
      const known = reportOf(one);
      left.shift();
      underway.delete(one);
      // What has become another request in these seconds, or was decided by others.
      if (known && !(known.state === "pending" && sameRequest(known, report))) continue;
      try {
        decided(known, await decide(verb, report, message));
        done += 1;
      } catch (error) {
        // The answer was lost, and the list has told what became of it.
        const now = reportOf(one);
        if (now && sameRequest(now, report) && wasStored(error, now, verb)) {
          done += 1;
          continue;
        }
        failed = { one, error };
        if (error?.code === "changed" && error.status) replaced(error.status, error.message);
        else left.unshift([one, report]);
        break;
      }
    }
    restore(left, message);
    const rest = what.length - done;
    if (!failed)
      return announce(`${done} ${verb === "approve" ? "approved" : "denied"}.${rest ? ` ${rest} changed in the meantime: nothing was sent.` : ""}`, {
        seen: true,
      });
    const { one, error } = failed;
    const changed = error?.code === "changed";
    // Where the answer was lost, it may be decided: the error in the dialog says what is known. One that others have decided is not in the dialog any more.
    const gone = changed || !selected.has(one);
    const why = `The decision on ${plainName(one)} failed.${gone ? ` ${sentence(explain(error))}` : ""}`;
    announce(`${done} decided. ${why}`, { seen: gone });
    if (selected.size === 0) return;
    await open();
    if (selected.size === 0) return;
    showError(dialog, changed ? null : error, gone ? { says: why } : {});
  }

  function clear() {
    for (const of of [...selected.keys()]) remove(of);
    draw();
  }

  return {
    draw,
    clear() {
      boxes.clear();
      clear();
    },
    remove(/** @type {string} */ of) {
      remove(of);
      draw();
    },
    /** The row of this request is not on the page any more. */
    forget(/** @type {string} */ of) {
      boxes.delete(of);
    },
    /** The box on the row that shows this report. */
    tick(/** @type {CsrStatus} */ report) {
      const of = report.name;
      const input = el("input", {
        type: "checkbox",
        onchange: () => {
          if (input.checked && selected.size >= MOST) {
            input.checked = false;
            return announce(`Select up to ${MOST}.`, { seen: true });
          }
          if (input.checked && isPlain(report)) {
            selected.set(of, report);
            read(report);
          } else selected.delete(of);
          draw();
        },
      });
      const known = selected.get(of);
      input.checked = known !== undefined && sameRequest(known, report);
      input.disabled = underway.has(of);
      boxes.set(of, input);
      return input;
    },
  };
}
