// The end of an invitation: the kubeconfig, saved once, and the lines that try it.
import { el } from "../ui/dom.js";
import { clearRemarks, findingList, findingsOnMade, showError } from "../ui/findings.js";
import { name, nameList } from "../ui/names.js";
import { lifeBar } from "../ui/dates.js";
import { saveKubeconfig } from "../ui/save-kubeconfig.js";
import { openPkcs12 } from "../ui/keep.js";
import { keyIs } from "../ui/secrets-here.js";
import { session } from "../shared/session.js";

/** @import { Made, Visit } from "./visit.js" */

/** @param {Visit} visit @param {Made} made */
export async function fileCard(visit, { key, kubeconfig, certificate }) {
  const about = await (await session()).certificates.parse(certificate);
  const after = el("div", { id: "invitation-saved" });
  const place = el("div", { class: "report", "data-report": "" });
  visit.certificate = certificate;
  const remarks = el("div", {}, findingList(findingsOnMade(kubeconfig)));
  const done = el("button", { type: "button", id: "invitation-done", hidden: true, onclick: forget }, "Finish and erase the key from this tab");

  async function save() {
    clearRemarks(card);
    try {
      await saveKubeconfig(kubeconfig, about.user, after, "Try it: the last line should print your user name and groups.");
      remarks.remove(); // they are listed with what was saved
      keyIs("invitation", "Private key: in this tab, and in the file if it was saved.");
      visit.saved = true;
      done.hidden = false;
    } catch (error) {
      showError(card, error);
    }
  }

  // A fresh document is the surest way to forget: the key, the token, and what the browser knows of the address that was opened.
  function forget() {
    key.dispose();
    kubeconfig.dispose();
    visit.key = null;
    location.reload();
  }

  const card = el(
    "div",
    { class: "card", id: "invitation-file" },
    el("h2", { tabindex: "-1" }, "Your kubeconfig is ready"),
    el(
      "p",
      {},
      "The cluster ",
      name(kubeconfig.clusters[0]?.name),
      " knows you as ",
      name(about.user),
      ...(about.groups.length ? [" in ", ...nameList(about.groups)] : []),
      ".",
    ),
    lifeBar(about.notBefore, about.notAfter),
    findingList(about.findings),
    remarks,
    place,
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", class: "primary", id: "invitation-download", onclick: save }, "Save the kubeconfig"),
      el("button", { type: "button", onclick: () => openPkcs12(visit) }, "Save as PKCS#12 (.p12), for browsers and Java …"),
    ),
    after,
    el("p", { class: "hint" }, "Anyone with this file can act as you until the certificate expires. Keep it to yourself."),
    el("div", { class: "row" }, done),
  );
  return card;
}
