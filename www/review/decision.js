// Approve and Deny for the request that is open: what each button will do is written on it, what is dangerous has to be typed, and all of it can be undone
// for five seconds.
import { el, announce } from "../ui/dom.js";
import { clearRemarks, explain, sentence, showError } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal } from "../ui/shell.js";
import { refused as refusal, whyNot } from "../cluster/allowed.js";
import { UNREAD, sameRequest } from "./arm.js";
import { announcementOf, decide, decisionOf, wasStored } from "./decide.js";
import { invitedPart } from "./invited.js";
import { rightsFold } from "./rights.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Verb } from "./decide.js" */
/** @import { Shown } from "./list.js" */

const CHANGED = "The request has changed.";

/**
 * @typedef {object} Around
 * @property {ReturnType<typeof import("./list.js").requestList>} list
 * @property {ReturnType<typeof import("./invited.js").invitationBook>} book
 * @property {ReturnType<typeof import("./undo.js").undoBar>} undo
 */
export function decisions(/** @type {Around} */ { list, book, undo }) {
  /**
   * What waits to be sent, by the name of its request. `free` gives back the buttons of the card that shows it now.
   * @type {Map<string, { report: CsrStatus, stop: AbortController, free: () => void }>}
   */
  const waiting = new Map();

  /** What may be done with a pending request. */
  function part(/** @type {CsrStatus} */ report, /** @type {Shown} */ shown) {
    const invited = invitedPart(report, book, (matches) => list.flag(report, matches));
    const place = el("div", { class: "report", "data-report": "" });
    const { reason, confirm, buttons, setDisabled } = decisionOf(report, {
      decide: (verb, message) => void act(verb, message),
      differs(says) {
        clearRemarks(foot);
        showError(foot, null, { field: "confirm", says });
      },
    });
    const foot = el(
      "div",
      { class: "decision" },
      reason,
      confirm,
      place,
      shown.armed ? null : el("p", { class: "hint unread" }, UNREAD),
      buttons,
      commands(report),
    );

    const free = () => setDisabled(false);
    const outcome = (/** @type {Verb} */ verb) => `${plainName(report.name)} is ${verb === "approve" ? "approved" : "denied"}.`;

    async function act(/** @type {Verb} */ verb, /** @type {string} */ message) {
      clearRemarks(foot);
      const one = { report, stop: new AbortController(), free };
      waiting.set(report.name, one);
      setDisabled(true);
      const send = await undo.wait(announcementOf(verb, report), one.stop.signal);
      if (send) await submit(verb, message);
      if (waiting.get(report.name) === one) waiting.delete(report.name);
      one.free();
    }

    /** What is sent is compared with what the server has by then: another request is not decided on. */
    async function submit(/** @type {Verb} */ verb, /** @type {string} */ message) {
      const known = list.reportOf(report.name);
      try {
        const after = await decide(verb, report, message);
        waiting.delete(report.name);
        list.decided(known, after);
        if (foot.contains(document.activeElement) || document.activeElement === document.body) list.focus(report.name);
        announce(outcome(verb));
        if (verb === "approve") await invited.close();
      } catch (error) {
        if (error?.code === "changed" && error.status) {
          waiting.delete(report.name);
          list.replaced(error.status, error.message);
          return list.focus(report.name);
        }
        // The answer was lost, and the list has told what became of it.
        const now = list.reportOf(report.name);
        if (now && sameRequest(now, report) && wasStored(error, now, verb)) {
          announce(outcome(verb));
          if (verb === "approve") await invited.close();
          return;
        }
        // Somebody else decided in the same moment, and the list has told of it already: the card is another one. Or another request is open by now.
        if (!foot.isConnected) return announce(`${plainName(report.name)}: ${sentence(explain(error))}`, { seen: true });
        if (error?.code === "changed") showError(foot, null, { says: error.message });
        else showError(foot, error);
      }
    }

    const now = waiting.get(report.name);
    if (now && sameRequest(now.report, report)) {
      setDisabled(true);
      const says = el("p", { class: "hint" }, "The decision is about to be sent. It can be undone at the lower edge of the window.");
      place.append(says);
      now.free = () => {
        says.remove();
        free();
      };
    } else now?.stop.abort(CHANGED);
    const allowed = refusal({ action: "decide", signerName: report.signerName }).then((error) => {
      if (error)
        buttons.replaceWith(
          el("div", { class: "undecidable" }, el("p", {}, "You cannot decide here. The lines below are for someone who can:"), whyNot(error)),
        );
    });
    // What is found out makes the card taller: a click that was meant for one button must not land on another.
    const rights = rightsFold(report.request);
    const settled = Promise.allSettled([invited.asked, allowed, rights.asked]).then(() => {});
    shown.settled = settled;
    holdUntil([buttons], settled);
    return el("div", {}, invited.node, rights.node, foot);
  }

  return {
    part,
    /** The request has changed, was decided or is gone: what waited to be sent for it is not. */
    changed(/** @type {string} */ of, /** @type {CsrStatus | undefined} */ report) {
      const one = waiting.get(of);
      if (!one) return;
      if (!report || !sameRequest(one.report, report)) one.stop.abort(CHANGED);
      else if (report.state !== "pending") one.stop.abort("The request was decided in the meantime.");
    },
  };
}

/** Lines that decide on the request that is shown: under its uid, where the server has given it one. */
export function commands(/** @type {CsrStatus} */ { name: of, object }) {
  const { uid } = object.metadata;
  const decision = (/** @type {Verb} */ step) => ({ step: { step, name: of, ...(uid === undefined ? {} : { uid }) } });
  return inTerminal([{ step: { step: "show-request", name: of } }, decision("approve"), decision("deny")]);
}
