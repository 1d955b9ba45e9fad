/*
 * Approve and Deny for one request: what each button will do is written on it, what is dangerous has to be typed, and what the API server would
 * refuse cannot be approved. The elements and the page decide alike.
 */
import { el, freshId } from "./dom.js";
import { name, plainName } from "./names.js";
import { approvalOf, denialOf } from "./request.js";
import type { CsrStatus, KubecredError } from "../types.js";

export type Verb = "approve" | "deny";

/**
 * What a person fills in and presses.
 * @param on `decide` with the reason; `differs` instead where the name that was typed is another one, and why
 */
export function decisionOf(report: CsrStatus, on: { decide: (verb: Verb, message: string) => void; differs: (says: string) => void }) {
  const { request, risk } = report;
  const reason = reasonField();
  const confirm = risk?.level === "dangerous" ? confirmField(request.user) : undefined;
  const press =
    (verb: Verb) =>
    ({ detail }: MouseEvent) => {
      if (detail > 1) return; // the second click of a double click was meant for what was here before
      if (verb === "approve" && confirm && !confirm.fits()) on.differs("The text differs from the user name. Type or paste the exact name.");
      else on.decide(verb, reason.text());
    };
  // Approval is the first choice only where nothing unusual was found.
  const look = risk?.level === "none-found" ? { class: "primary", part: "button primary approve" } : { part: "button approve" };
  const approve = el("button", { type: "button", ...look, onclick: press("approve") }, ...approvalOf("Approve", report));
  const deny = el("button", { type: "button", class: "danger", part: "button deny", onclick: press("deny") }, ...denialOf("Deny", report));
  const setDisabled = (off: boolean) => {
    approve.disabled = off || !request.accepted;
    deny.disabled = off;
  };
  setDisabled(false);
  return { reason: reason.fold, confirm: confirm?.node, buttons: el("div", { class: "row decide" }, approve, deny), setDisabled };
}

/** Approving what is dangerous asks for the user's name, written out: what looks like another name cannot be typed by mistake. */
function confirmField(user: string) {
  const id = freshId("confirm");
  const input = el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const label = el("label", { for: id, part: "label" }, "To approve, type the user name ", name(user));
  const node = el("div", { class: "field confirm", part: "field", "data-field": "confirm" }, label, input);
  // As it is shown: a name of nothing is no reason to type nothing.
  const shown = plainName(user) || "empty";
  return { node, fits: () => input.value === shown || (user !== "" && input.value === user) };
}

/** Folded, and made when it is opened: each time the page changes, Chromium's autofill looks at every field on it, 70 ms with fifty of them (2026-11). */
function reasonField() {
  const id = freshId("reason");
  const input = el("input", { id, maxlength: "1024", autocomplete: "off", placeholder: "saved with the request" });
  const fold = el("details", {}, el("summary", {}, "Give a reason"));
  fold.addEventListener("toggle", () => {
    if (!fold.open || input.isConnected) return;
    fold.append(el("label", { for: id, part: "label" }, "Reason"), input, el("p", { class: "hint" }, "Everyone who can read the request sees it."));
    input.focus();
  });
  return { fold, text: () => input.value.trim() };
}

/** "Approving bob (dev, ops) for 7 days", while it is not sent yet. */
export const announcementOf = (verb: Verb, report: CsrStatus) => (verb === "approve" ? approvalOf("Approving", report) : denialOf("Denying", report));

/** The states of a request that was decided like this. */
const OUTCOMES: Record<Verb, readonly CsrStatus["state"][]> = { approve: ["approved", "issued"], deny: ["denied"] };

/** Whether the request is as after this decision. */
export const hasOutcome = ({ state }: CsrStatus, verb: Verb) => OUTCOMES[verb].includes(state);

/** What a person has to be told, whatever the request is by now: somebody may change answers, or another request has the name. */
const TOLD: readonly string[] = ["wrong-object", "changed"];

/**
 * Whether a decision that failed was stored nevertheless: its answer was lost, and the request is as after it. After any other error somebody else has
 * decided alike.
 */
export const wasStored = ({ code, outcome }: Pick<KubecredError, "code" | "outcome">, now: CsrStatus, verb: Verb) =>
  outcome === "unknown" && !TOLD.includes(code) && hasOutcome(now, verb);
