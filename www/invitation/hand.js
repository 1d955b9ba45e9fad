// An invitation by copy and paste: the request is made here, submitted elsewhere, and its answer pasted. Name, user, groups, lifetime, address and CA come from the link.
import { el, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { fileName } from "../ui/names.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { copyText, saveFile, saveText } from "../ui/save.js";
import { inTerminal } from "../ui/shell.js";
import { openKeep } from "../ui/keep.js";
import { linkIn, linkTo, linkWords } from "../shared/link.js";
import { readAnswer } from "../ui/answer-text.js";
import { session } from "../shared/session.js";

const ALGORITHM = "ecdsa-p256";

/** @import { Kubecred } from "../kubecred/index.js" */
/** @import { Made, Visit } from "./visit.js" */

/** @param {Visit} visit @param {{ done: (made: Made) => Promise<void> }} then */
export async function handCard(visit, { done }) {
  const kubecred = await session();
  const { report } = visit;
  if (!visit.key) visit.haveKey(await kubecred.keys.generate(ALGORITHM));
  const key = /** @type {import("../kubecred/index.js").PrivateKey} */ (visit.key);
  const request = await key.createCsr({ user: report.user, groups: report.groups });
  const object = await kubecred.csr.manifest({ csr: request, ...report.requested });
  const yaml = await kubecred.toYaml(object);
  const file = fileName("invitation", report.name, "yaml");
  const answer = el("textarea", {
    id: "invitation-answer",
    rows: "7",
    wrap: "off",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "-----BEGIN CERTIFICATE-----",
  });
  const place = el("div", { class: "report", "data-report": "" });
  const form = el(
    "form",
    {
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        void take();
      },
    },
    el("p", {}, el("b", {}, "2. Paste the answer.")),
    el(
      "div",
      { class: "field", "data-field": "invitation-answer" },
      el("label", { for: answer.id }, "The certificate, a link that carries it, or the output of ", el("code", {}, "kubectl get csr")),
      answer,
    ),
    place,
    el(
      "div",
      { class: "row" },
      el("button", {}, "Use this certificate"),
      el("button", { type: "button", onclick: () => openKeep(visit) }, "Save a copy of the key …"),
    ),
  );

  /** A kubeconfig with the token of the link, for kubectl alone: the request then comes from the invitation, as the person who approves expects. */
  async function saveInvitation() {
    clearRemarks(form);
    let made;
    try {
      made = await kubecred.invitations.kubeconfig(visit.link);
      saveFile(await made.serialize(), file);
      announce(`Download started: ${file}.`, { seen: true });
    } catch (error) {
      showError(form, error);
    } finally {
      made?.dispose();
    }
  }

  async function take() {
    clearRemarks(form);
    try {
      const certificate = await certificateIn(kubecred, answer.value);
      if (certificate.wrong !== undefined) {
        if (certificate.secret) answer.value = "";
        return void showError(form, null, { field: "invitation-answer", says: certificate.wrong });
      }
      const kubeconfig = await key.kubeconfig({ certificate: certificate.pem, csr: request, requested: report.requested, cluster: report.cluster });
      answer.value = "";
      await done({ key, kubeconfig, certificate: certificate.pem });
    } catch (error) {
      showError(form, error, { field: "invitation-answer" });
    }
  }

  return el(
    "div",
    { class: "card", id: "invitation-hand" },
    el("h2", { tabindex: "-1" }, "By copy and paste"),
    el("dl", {}, el("dt", {}, "Key fingerprint"), el("dd", { class: "strong" }, el("code", {}, shownFingerprint(key.fingerprint)))),
    el("p", { class: "hint" }, "Tell this fingerprint to the person who invited you. They see the same one next to your request."),
    el(
      "p",
      {},
      el("b", {}, "1. Submit the request"),
      " with kubectl, where it reaches the API server. The invitation file contains the token of your link, so keep it to yourself; it is of no use after the invitation has expired.",
    ),
    el("div", { class: "row" }, el("button", { type: "button", class: "primary", id: "invitation-save", onclick: saveInvitation }, "Save the invitation file")),
    inTerminal(
      [
        { says: "Use the invitation file in this window:", step: { step: "use-kubeconfig", file, folder: "downloads" } },
        { says: "Submit the request:", step: { step: "submit-request", manifest: object } },
        { says: "After the approval, print the certificate:", step: { step: "fetch-certificate", name: report.name } },
      ],
      { open: true, label: "Lines for the terminal" },
    ),
    el(
      "details",
      {},
      el("summary", {}, "kubectl does not reach it either, or is not installed"),
      el(
        "p",
        {},
        "Send the request to the person who invited you. It contains your public key and your name, no secret. They submit it themselves, so the page cannot tell them that it matches the invitation.",
      ),
      el(
        "div",
        { class: "row" },
        el(
          "button",
          { type: "button", onclick: async ({ currentTarget }) => copyText(await linkTo("review", request, report.requested), currentTarget) },
          linkWords("the request"),
        ),
        el("button", { type: "button", onclick: () => saveText(yaml, fileName("request", report.name, "yaml")) }, "Save the request"),
      ),
    ),
    form,
  );
}

/**
 * The certificate in what was pasted, as { pem }, or { wrong }: why there is none.
 * @param {Kubecred} kubecred
 * @param {string} pasted
 * @returns {Promise<{ pem: string, wrong?: undefined, secret?: undefined } | { pem?: undefined, wrong: string, secret?: boolean }>}
 */
async function certificateIn(kubecred, pasted) {
  const carried = linkIn(pasted);
  if (carried) {
    const { kind, pem } = await kubecred.links.decode(carried);
    return kind === "certificate"
      ? { pem }
      : { wrong: "This link contains a certificate signing request. The answer is the certificate that the cluster issued for it." };
  }
  const answer = await readAnswer(kubecred, pasted);
  if (answer.wrong) return answer;
  if (answer.certificate) return { pem: answer.certificate };
  const { certificate } = await kubecred.csr.explain(/** @type {string} */ (answer.object));
  return certificate?.pem ? { pem: certificate.pem } : { wrong: "This request has no certificate yet. Wait until it is approved, then print it again." };
}
