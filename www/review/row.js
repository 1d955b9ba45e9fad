// A request as one line of the list: risk, user, groups, lifetime, sender, age. The line opens the request; the box in front selects it for a joint decision.
import { el, freshId } from "../ui/dom.js";
import { chips, name, plainName } from "../ui/names.js";
import { age, lifetime, timed } from "../ui/dates.js";

/** @import { CsrStatus } from "../kubecred/index.js" */

/** @type {Record<string, string>} */
const RISKS = { "none-found": "None found", unusual: "Unusual", dangerous: "Dangerous" };
/** @type {Record<string, string>} */
const STATES = { approved: "Approved", issued: "Issued", denied: "Denied", failed: "Failed" };
const MOST_GROUPS = 4;

/** The head of the list, in the order of the cells. */
export const HEADINGS = {
  pending: ["Risk", "User", "Groups", "Valid for", "Sent by", "Waiting"],
  decided: ["Decision", "User", "Groups", "Valid for", "Sent by", "Age"],
};

/** Whether a request may be decided together with others: it waits, and nothing was found about it. */
export const isPlain = (/** @type {CsrStatus} */ report) => report.state === "pending" && report.risk?.level === "none-found";

/** "7 days", or what the cluster makes of a request that does not say. */
export const lifetimeOf = (/** @type {CsrStatus} */ { expirationSeconds }) => (expirationSeconds ? lifetime(expirationSeconds) : "cluster default");

/** The word and the class of what matters first about a request: its risk while it waits, then what became of it. */
export function badge(/** @type {CsrStatus} */ report) {
  const level = report.risk?.level ?? "unusual";
  return report.state === "pending"
    ? el("span", { class: `badge ${level}` }, RISKS[level] ?? "")
    : el("span", { class: `badge ${report.state}` }, STATES[report.state] ?? "");
}

const notAsInvited = (/** @type {boolean} */ unread) =>
  el("span", { class: "badge dangerous differs" }, unread ? "Invitation could not be read" : "Does not match the invitation");

/** @param {string} kind @param {...import("../ui/dom.js").Child} children */
const cell = (kind, ...children) => el("span", { class: `cell ${kind}` }, ...children);

/** What the head of the list says, where no eye can see that. */
const unseen = (/** @type {string} */ words) => el("span", { class: "unseen" }, words);

/**
 * `tick`: the box, where the request may be selected; `open` is called with its name. A request that is gone leaves its line as it was, so that none slides
 * under a finger that is about to press another.
 */
export function requestRow(
  /** @type {CsrStatus} */ report,
  /** @type {{ tick: HTMLInputElement | null, gone: boolean, current: boolean, differs: boolean, unread: boolean, open: (name: string) => void }} */ {
    tick,
    gone,
    current,
    differs,
    unread,
    open,
  },
) {
  const { request, requestor } = report;
  const pending = report.state === "pending";
  const since = report.createdAt ?? "";
  if (tick) tick.setAttribute("aria-label", `Select ${plainName(request.user)}, ${plainName(report.name)}`);
  const id = freshId("row");
  return el(
    "div",
    { class: gone ? "request-row gone" : "request-row", role: "listitem", "data-row": report.name },
    el("span", { class: "tick" }, tick),
    el(
      "button",
      { type: "button", class: "open", id, "aria-current": current ? "true" : null, onclick: () => open(report.name) },
      cell("risk", gone ? el("span", { class: "badge" }, "Deleted") : differs && pending ? notAsInvited(unread) : badge(report)),
      cell("user", name(request.user)),
      cell("groups", unseen("Groups: "), ...chips(request.groups, "none", MOST_GROUPS)),
      cell("valid", unseen("Valid for: "), lifetimeOf(report)),
      cell("sent", unseen("Sent by: "), name(requestor.user)),
      cell("since", unseen(pending ? "Waiting " : "Sent "), ...(since ? [timed(since, age(since)), pending ? "" : unseen(" ago")] : ["unknown"])),
    ),
  );
}
