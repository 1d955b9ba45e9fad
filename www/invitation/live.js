// Accepting an invitation where the browser reaches the API: the request is sent with the token of the link, and its certificate is waited for.
import { el, announce, show } from "../ui/dom.js";
import { clearRemarks, explain, findingList, sentence, showError } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { duration } from "../ui/dates.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { openKeep } from "../ui/keep.js";
import { deniedWords, tellEnded, tellIssued } from "../ui/tell.js";
import { acceptInvitation } from "../cluster/connection.js";

/** @import { PrivateKey } from "../kubecred/index.js" */
/** @import { Made, Visit } from "./visit.js" */

/** @type {Record<string, string>} */
const STATES = {
  pending: "Waiting for approval",
  approved: "Approved. Waiting for the certificate",
  issued: "The certificate was issued",
  denied: "The request was denied",
  failed: "The cluster could not sign the request",
};
/** Why the waiting is over. @type {Record<string, string>} */
const STOPPED = {
  "invitation-used": "This invitation was already used.",
  "request-denied": "Denied by an administrator.",
  "request-failed": "The cluster could not sign the request.",
  "request-collected": "The request no longer exists.",
};
/** That somebody has to approve is said above; that the invitation's account asks for another user is how invitations work. */
const EXPECTED = new Set(["waiting-for-approval", "requestor-differs"]);
/** How long a passing trouble is shown, in milliseconds: the package tries again every 8 seconds at the latest. */
const TROUBLE = 10_000;

/** `visit` keeps the key, so that a second attempt continues with it. */
export function liveCard(/** @type {Visit} */ visit, /** @type {{ done: (made: Made) => Promise<void>, byHand: () => Promise<void> }} */ { done, byHand }) {
  const state = el("p", { id: "invitation-state" });
  const progress = el("progress", { "aria-label": "Waiting for approval" });
  const print = el("div", { id: "invitation-fingerprint", hidden: true });
  const place = el("div", { class: "report", "data-report": "" });
  // What the cluster says while the page waits is shown below the buttons, where it moves none.
  const remarks = el("div", {});
  const passing = el("p", { class: "hint", id: "invitation-trouble" });
  const stop = el("button", { type: "button", onclick: () => abort?.abort() }, "Stop waiting");
  const again = el("button", { type: "button", class: "primary", hidden: true, onclick: () => work() }, "Try again");
  const hand = el("button", { type: "button", hidden: true, onclick: () => byHand() }, "Use copy and paste instead");
  const keep = el("button", { type: "button", hidden: true, onclick: () => openKeep(visit) }, "Save a copy of the key …");
  const card = el(
    "div",
    { class: "card", id: "invitation-live" },
    el("h2", { tabindex: "-1" }, "Your request"),
    state,
    progress,
    print,
    place,
    el("div", { class: "row" }, again, stop, keep, hand),
    remarks,
    passing,
  );
  /** @type {AbortController | null} */
  let abort = null;
  visit.stop = () => abort?.abort();

  function busy(/** @type {boolean} */ on) {
    for (const each of [progress, stop]) show(each, on);
    for (const each of [again, hand]) show(each, !on);
    passing.textContent = "";
    remarks.replaceChildren();
  }

  /** @returns {Promise<void>} */
  async function work() {
    const mine = new AbortController();
    abort = mine;
    const started = Date.now();
    let word = "Creating the key";
    let trouble = { says: "", at: 0 };
    const tick = () => {
      state.replaceChildren(el("b", {}, word), `, ${duration((Date.now() - started) / 1000)} so far. The request is named `, name(visit.report.name), ".");
      passing.textContent = Date.now() - trouble.at < TROUBLE ? `${trouble.says} The page keeps trying.` : "";
    };
    clearRemarks(card);
    busy(true);
    tick();
    const clock = setInterval(tick, 1000);
    try {
      const made = await acceptInvitation(visit.link, {
        ...(visit.key ? { key: visit.key } : {}),
        signal: mine.signal,
        onKey(key) {
          visit.haveKey(key);
          word = "Sending the request";
          showFingerprint(key);
          tick();
        },
        onStatus(report) {
          word = STATES[report.state] ?? report.state;
          tick();
          announce(`${word}.`);
          remarks.replaceChildren(findingList(report.findings.filter(({ code: kind }) => !EXPECTED.has(kind))) ?? "");
        },
        onTrouble(error) {
          trouble = { says: sentence(explain(error)), at: Date.now() };
          tick();
        },
      });
      clearInterval(clock);
      tellIssued();
      await done(made);
    } catch (error) {
      clearInterval(clock);
      busy(false);
      if (error?.code === "aborted") {
        state.replaceChildren(
          el("b", {}, "Stopped waiting."),
          " Your key is still here. If the request was sent, it stays in the cluster until someone decides or it expires.",
        );
        return again.focus();
      }
      tellEnded(error?.code);
      const denied = error?.code === "request-denied";
      state.replaceChildren(
        el("b", {}, STOPPED[error?.code] ?? "The request was not completed."),
        ...(denied ? deniedWords(error, "the person who invited you") : []),
        visit.key ? " Your key is still here." : "",
      );
      again.classList.toggle("primary", !denied); // nobody should ask again without a word to who denied it
      if (denied) announce(state.textContent);
      else showError(card, error);
      if (error?.code === "invitation-used" && error.status) place.append(usedBy(error.status));
      again.focus();
    }
  }

  /** The key exists: what the person compares with the one who approves. */
  function showFingerprint(/** @type {PrivateKey} */ key) {
    print.replaceChildren(
      el("dl", {}, el("dt", {}, "Key fingerprint"), el("dd", { class: "strong" }, el("code", {}, shownFingerprint(key.fingerprint)))),
      el(
        "p",
        { class: "hint" },
        "Tell this fingerprint to the person who invited you, in another way than the one by which you got the link. They see the same one next to your request.",
      ),
    );
    show(print);
    show(keep);
  }

  const usedBy = (/** @type {import("../kubecred/index.js").CsrStatus} */ { request }) =>
    el(
      "p",
      {},
      "The request in the cluster has a key with the fingerprint ",
      el("code", {}, shownFingerprint(request.fingerprint)),
      ", which is not yours. If you did not create it, for example on another computer, tell the person who invited you at once: they should deny it and revoke the invitation.",
    );

  void work();
  return card;
}
