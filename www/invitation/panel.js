// #/invitation: what the link of an invitation opens. The page first says who invites whom to what, and where requests would go; nothing is sent
// before the person accepts. Then: key, request, certificate, kubeconfig. Where the API server is out of reach, the same by copy and paste.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { startKeep } from "../ui/keep.js";
import { holds, keyIs } from "../ui/secrets-here.js";
import { session } from "../shared/session.js";
import { isInvitation, takeInvitation } from "../shared/invitation-link.js";
import { reportCard } from "./report.js";
import { liveCard } from "./live.js";
import { handCard } from "./hand.js";
import { fileCard } from "./file.js";

/** @import { PrivateKey } from "../kubecred/index.js" */
/** @import { Made, Visit } from "./visit.js" */

export function start(/** @type {HTMLElement} */ section) {
  startKeep();
  const pasted = el("input", { type: "password", id: "invitation-link", autocomplete: "off", spellcheck: "false" });
  const paste = el(
    "form",
    {
      class: "card",
      id: "invitation-paste",
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        usePasted();
      },
    },
    el(
      "div",
      { class: "field", "data-field": "invitation-link" },
      el("label", { for: pasted.id }, "Invitation link"),
      pasted,
      el("p", { class: "hint" }, "The whole link that you were sent. It is read in this tab; nothing is sent yet."),
    ),
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", { class: "primary" }, "Read the invitation")),
  );
  const about = el("div", { id: "invitation-about" });
  const work = el("div", { id: "invitation-work" });
  const result = el("div", { id: "invitation-result" });
  section.append(
    el("h1", { id: "invitation-title", tabindex: "-1" }, "Your invitation"),
    el(
      "p",
      { class: "lead" },
      "Someone invited you to a Kubernetes cluster. This page creates a private key in your browser, requests a certificate, and builds the kubeconfig that ",
      el("code", {}, "kubectl"),
      " needs.",
    ),
    paste,
    about,
    work,
    result,
  );
  section.setAttribute("aria-labelledby", "invitation-title");

  /** @type {Visit | null} */
  let visit = null;
  const current = () => /** @type {Visit} */ (visit);

  const unsaved = () => visit?.key && !visit.saved && !visit.kept;
  addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    if (visit) visit.link = "";
  });
  document.addEventListener("session-lost", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (!visit?.key) return;
    visit.key = null;
    keyIs("invitation", "");
    visit.stop();
    const form = about.querySelector("form");
    if (form) show(form);
    work.replaceChildren();
    result.replaceChildren();
    showError(about.querySelector("form") ? about : paste, detail, {
      says: "The part of this page that contained the key has stopped, and the key is lost. Accept the invitation again to create another key.",
    });
  });

  function usePasted() {
    const text = pasted.value.trim();
    pasted.value = "";
    clearRemarks(paste);
    if (text === "") return void showError(paste, null, { field: "invitation-link", says: "Paste the invitation link." });
    void read(text);
  }

  async function read(/** @type {string} */ link) {
    if (unsaved() && !confirm("Open another invitation? The key you have is lost unless you saved a copy.")) return;
    clearRemarks(paste);
    try {
      const report = await (await session()).invitations.read(link);
      visit?.stop();
      visit?.key?.dispose();
      holds("invitation", "the token of an invitation");
      visit = { link, report, user: report.user, key: null, saved: false, kept: false, stop() {}, haveKey, placed };
      for (const place of [work, result]) place.replaceChildren();
      show(paste, false);
      const card = reportCard(report, { accept, byHand });
      about.replaceChildren(card);
      find("h2", card).focus();
      announce(`An invitation for ${plainName(report.user)}. Nothing has been sent yet.`);
    } catch (error) {
      show(paste);
      showError(paste, error, { field: "invitation-link" });
    }
  }

  /** Sends the request; `saved` is a key that the person had already. */
  function accept(/** @type {PrivateKey | undefined} */ savedKey) {
    current().stop();
    if (savedKey) useKey(savedKey);
    show(find("form", about), false); // what can be done next is on the card below
    work.replaceChildren(liveCard(current(), { done, byHand }));
    find("h2", work).focus();
  }

  async function byHand(/** @type {PrivateKey | undefined} */ savedKey = undefined) {
    if (savedKey) useKey(savedKey);
    current().stop();
    show(find("form", about));
    try {
      const card = await handCard(current(), { done });
      work.replaceChildren(card);
      find("h2", card).focus();
    } catch (error) {
      showError(find("article", about), error);
    }
  }

  function useKey(/** @type {PrivateKey} */ key) {
    current().key?.dispose();
    current().kept = true;
    haveKey(key);
  }

  /** There is a key in this tab: the line at the foot says so. */
  function haveKey(/** @type {PrivateKey} */ key) {
    current().key = key;
    placed();
  }

  function placed() {
    keyIs("invitation", `Private key: ${current().kept ? "in this tab and in your key file" : "only in this tab"}.`);
  }

  /** The certificate is here: the token has done its work. */
  async function done(/** @type {Made} */ made) {
    const card = await fileCard(current(), made);
    current().link = "";
    holds("invitation", "");
    work.replaceChildren();
    find("form", about).remove(); // accepting again would make another request
    result.replaceChildren(card);
    find("h2", card).focus();
    announce(`The certificate for ${plainName(current().user)} was issued.`);
  }

  return {
    open() {
      const link = takeInvitation();
      if (link) void read(link);
    },
    async drop(/** @type {{ bytes: Uint8Array }} */ { bytes }) {
      const text = new TextDecoder().decode(bytes);
      if (isInvitation(text)) void read(text.trim());
      else announce("Drop a file with the invitation link here.", { seen: true });
    },
  };
}
