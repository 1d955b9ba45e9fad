// The link of a new invitation, and what someone who has stolen it can do. The link stays in a closure: the document contains it only while it is shown.
import { el } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { when } from "../ui/dates.js";
import { secretDisplay } from "../ui/secret.js";

/** `again` opens the form for another one. */
export function madeCard(
  /** @type {{ link: string, invitation: import("../kubecred/index.js").Invitation, findings: import("../kubecred/index.js").Finding[] }} */ {
    link,
    invitation,
    findings,
  },
  /** @type {() => void} */ again,
) {
  let kept = link;
  const over = new AbortController();
  const forget = () => {
    kept = "";
    over.abort();
  };
  addEventListener("pagehide", forget, { signal: over.signal });
  return el(
    "div",
    { class: "card" },
    el("h2", { tabindex: "-1" }, "The invitation for ", name(invitation.user)),
    el("p", {}, "Send this link to ", name(invitation.user), " and to nobody else. It expires ", when(invitation.expiresAt), "."),
    secretDisplay(async () => kept, { label: "Invitation link", copyLabel: "Copy link" }),
    findingList(findings.filter(({ level }) => level !== "notice")),
    el("p", {}, el("b", {}, "If someone else gets the link"), ", until it expires they can:"),
    el(
      "ul",
      {},
      el("li", {}, "submit certificate signing requests, for any user and with a key of their own; none of them has any effect unless someone approves it;"),
      el("li", {}, "read the request named ", name(invitation.name), " and, if you approve it, its certificate."),
    ),
    el(
      "p",
      {},
      "Beyond that they can do what every authenticated user can, nothing else. Approve only the request that matches this invitation, and compare the fingerprint of its key with the person first: the page shows it to both of you.",
    ),
    el(
      "p",
      {},
      "The link is not shown again after you leave this page. When the request arrives, it is on ",
      el("a", { href: `#/review/${encodeURIComponent(invitation.name)}` }, "Review requests"),
      ".",
    ),
    el(
      "div",
      { class: "row" },
      el(
        "button",
        {
          type: "button",
          onclick: () => {
            forget();
            again();
          },
        },
        "Invite someone else",
      ),
    ),
  );
}
