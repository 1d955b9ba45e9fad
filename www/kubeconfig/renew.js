// Renewing a user of the file that is open: when it is due, and the way to #/access with who it is and, if wanted, the same key.
import { el, freshId } from "../ui/dom.js";
import { explain, findingList } from "../ui/findings.js";
import { name, nameList } from "../ui/names.js";
import { hand } from "../shared/handover.js";
import { renewalLine } from "../ui/renewal.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */
/** @import { User } from "./picture.js" */

/** What is next to a user with a certificate; `ask` opens the card below. */
export const renewRow = (/** @type {() => Kubeconfig} */ config, /** @type {User} */ entry, /** @type {(entry: User) => unknown} */ ask) =>
  entry.certificate &&
  renewalLine(
    entry.certificate,
    async () => {
      const { key, certificate } = await config().renewal(entry.name);
      key?.dispose();
      return certificate;
    },
    el("button", { type: "button", class: "small", onclick: () => ask(entry) }, "Renew …"),
  );

/** Asks which key, and goes on in #/access. The key stays in the worker: this side has a handle alone. */
export async function renewCard(/** @type {Kubeconfig} */ config, /** @type {User} */ entry) {
  const card = el("section", { class: "card", id: "kubeconfig-renew" }, el("h2", { tabindex: "-1" }, "Renew ", name(entry.name)));
  const close = el(
    "button",
    {
      type: "button",
      onclick: () => {
        renewal?.key?.dispose();
        card.remove();
      },
    },
    "Cancel",
  );
  /** @type {any} */
  let renewal = null;
  try {
    renewal = await config.renewal(entry.name);
  } catch (error) {
    card.append(findingList([{ code: error?.code ?? "unexpected", level: "error", message: explain(error) }]) ?? "", el("div", { class: "row" }, close));
    return card;
  }
  const group = freshId("renew-key");
  const same = el("input", { type: "radio", name: group, disabled: !renewal.key });
  const choice = (/** @type {HTMLInputElement} */ input, /** @type {string} */ title, /** @type {string} */ words) =>
    el("label", {}, input, el("span", {}, el("b", {}, title), ` ${words}`));
  function go() {
    const { user, subject, key } = renewal;
    if (!same.checked) key?.dispose();
    card.remove();
    hand("access", { user, subject, key: same.checked ? key : undefined });
  }
  card.append(
    el(
      "p",
      {},
      "A new certificate for ",
      name(renewal.subject.user),
      " in ",
      ...nameList(renewal.subject.groups, "no group", 5),
      ". You request it under “Get access”; then it is added to this file, and nothing else in the file changes.",
    ),
    el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, "Key"),
      choice(el("input", { type: "radio", name: group, checked: true }), "A new key", "Copies of the old key stop working when the old certificate expires."),
      choice(same, "The same key", "If other programs or files use it."),
    ),
    findingList(renewal.findings) ?? "",
    el("div", { class: "row" }, el("button", { type: "button", class: "primary", onclick: go }, "Continue"), close),
  );
  return card;
}
