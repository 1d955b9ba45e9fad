// What an invitation says, before anything is sent: who, to which cluster, as whom, until when, and which address would get the request.
import { el, freshId } from "../ui/dom.js";
import { clearRemarks, findingList, showError } from "../ui/findings.js";
import { name, nameList } from "../ui/names.js";
import { lifetime, when } from "../ui/dates.js";
import { OFFLINE, BASE, SERVER } from "../shared/place.js";
import { refusal } from "../shared/refusal.js";
import { session } from "../shared/session.js";

const LONGEST_KEY = 65_536;
const PASSPHRASE = new Set(["passphrase-required", "wrong-passphrase"]);
/** @import { InvitationReport, PrivateKey } from "../kubecred/index.js" */

const rows = (/** @type {[string, ...any[]][]} */ pairs) => pairs.flatMap(([term, ...words]) => [el("dt", {}, term), el("dd", {}, ...words)]);

/** Why the browser would refuse to connect there, or null: this page's policy allows its own address, and one other where it was built for it. */
export function unreachable(/** @type {InvitationReport} */ { ownOrigin, apiOrigin }) {
  if (OFFLINE) return "This page was opened as a file and cannot connect to anything.";
  if (BASE && ownOrigin) return "This page was started with npx kubecred, which acts with its own credentials and not with those of an invitation.";
  if (ownOrigin || (SERVER && apiOrigin === new URL(SERVER).origin)) return null;
  return "This page is not allowed to connect to the address in the invitation.";
}

/** `accept(key?)` and `byHand(key?)` are called when the person has decided; the key is one that they saved before. */
export function reportCard(
  /** @type {InvitationReport} */ report,
  /** @type {{ accept: (key?: PrivateKey) => unknown, byHand: (key?: PrivateKey) => unknown }} */ { accept, byHand },
) {
  const id = freshId("invited");
  const why = unreachable(report);
  const file = el("input", { type: "file", id: "invitation-key" });
  const passphrase = el("input", { type: "password", id: "invitation-passphrase", autocomplete: "off" });
  const place = el("div", { class: "report", "data-report": "" });
  const buttons = [
    why || report.expired ? null : el("button", { class: "primary", id: "invitation-accept" }, "Accept the invitation"),
    report.expired
      ? null
      : el(
          "button",
          { type: "button", class: why ? "primary" : null, id: "invitation-by-hand", onclick: () => go(byHand) },
          why ? "Continue by copy and paste" : "Use copy and paste instead",
        ),
  ];
  const form = el(
    "form",
    {
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        void go(why ? byHand : accept);
      },
    },
    el(
      "details",
      {},
      el("summary", {}, "Already have a key? Continue with a saved key"),
      el("div", { class: "field", "data-field": "invitation-key" }, el("label", { for: file.id }, "Key file (PEM)"), file),
      el("input", { type: "text", autocomplete: "username", hidden: true, "aria-hidden": "true", tabindex: "-1" }),
      el(
        "div",
        { class: "field", "data-field": "invitation-passphrase" },
        el("label", { for: passphrase.id }, "Passphrase (if the file is encrypted)"),
        passphrase,
      ),
    ),
    place,
    el(
      "p",
      { class: "hint" },
      why ??
        "Accepting creates a private key in this tab and sends one certificate signing request with the names above to that address. The private key is not sent.",
    ),
    el("div", { class: "row" }, ...buttons),
  );
  const card = el(
    "article",
    { class: "card", "aria-labelledby": id },
    el("h2", { id, tabindex: "-1" }, "You are invited as ", name(report.user)),
    el(
      "dl",
      {},
      ...rows([
        ["Invited by", report.invitedBy ? name(report.invitedBy) : "not stated", " (not verified)"],
        ["Cluster", ...(report.cluster.name ? [name(report.cluster.name), " at "] : []), name(report.cluster.server)],
        OFFLINE
          ? ["Sends to", "nothing: this page was opened as a file"]
          : [
              "Sends to",
              el("b", {}, name(report.apiOrigin ?? report.api)),
              report.ownOrigin ? ", the address of this page" : ", another address than this page’s",
            ],
        ["Your user name", name(report.user)],
        ["Your groups", ...nameList(report.groups)],
        ["Certificate", `valid for ${lifetime(report.expirationSeconds)}`],
        ["Invitation", report.expired ? "expired " : "expires ", when(report.expiresAt)],
      ]),
    ),
    findingList(report.findings),
    report.expired ? el("p", {}, "Ask the person who invited you for a new link.") : form,
  );

  /** A key that cannot be read keeps the person here; what goes wrong later is said where it goes wrong. */
  async function go(/** @type {(key?: PrivateKey) => unknown} */ next) {
    clearRemarks(card);
    for (const button of buttons) if (button) button.disabled = true;
    try {
      next(await savedKey());
    } catch (error) {
      showError(card, error, { field: PASSPHRASE.has(error?.code) ? "invitation-passphrase" : "invitation-key" });
    } finally {
      for (const button of buttons) if (button) button.disabled = false;
    }
  }

  async function savedKey() {
    const [chosen] = file.files ?? [];
    if (!chosen) return undefined;
    if (chosen.size > LONGEST_KEY) {
      const message = "This file is too large for a key. Choose the file that contains your key.";
      throw refusal("invalid-key", message);
    }
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    try {
      const key = await (await session()).keys.import(bytes, passphrase.value === "" ? {} : { passphrase: passphrase.value });
      file.value = "";
      passphrase.value = "";
      return key;
    } finally {
      bytes.fill(0);
    }
  }
  return card;
}
