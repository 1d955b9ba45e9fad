// #/roles: who may do what. Whom, what and where become roles and bindings, the table of what they allow, and what is dangerous in
// them; they are given here where a cluster is, or saved. Below: what roles that exist add up to, and what the caller of this page may do.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { session } from "../shared/session.js";
import { subjectFields } from "./who.js";
import { roleFields } from "./what.js";
import { resultCard } from "./result.js";
import { mineCard } from "./mine.js";
import { readCard } from "./read.js";

export function start(/** @type {HTMLElement} */ section) {
  const who = subjectFields();
  const what = roleFields(() => where.update());
  const where = whereFields(what);
  const result = el("div", { id: "roles-result" });
  const reading = readCard();
  const name = el("input", { id: "roles-name", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "roles-name-hint" });
  const actions = el("div", { class: "row" }, el("button", { class: "primary" }, "Preview"));
  const form = el(
    "form",
    {
      class: "card",
      id: "roles-form",
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        void work();
      },
    },
    who.node,
    what.node,
    where.node,
    el(
      "details",
      {},
      el("summary", {}, "Binding name"),
      el(
        "div",
        { class: "field", "data-field": "name" },
        el("label", { for: "roles-name" }, "Name"),
        name,
        el(
          "p",
          { class: "hint", id: "roles-name-hint" },
          "Leave empty to generate it from the role and the names. Granting the same again then changes nothing.",
        ),
      ),
    ),
    el("div", { class: "report", "data-report": "" }),
    actions,
  );
  section.append(
    el("h1", { id: "roles-title", tabindex: "-1" }, "Permissions"),
    el("p", { class: "lead" }, "Choose who, what and where. The result is a role and a binding (RBAC). Permissions add up; nothing here removes any."),
    form,
    result,
    reading.node,
    mineCard(),
  );
  section.setAttribute("aria-labelledby", "roles-title");

  async function work() {
    clearRemarks(form);
    result.replaceChildren();
    const options = { subjects: who.values(), role: what.value(), namespace: where.value(), name: name.value || undefined };
    try {
      const kubecred = await session();
      const manifests = await kubecred.rbac.manifests(/** @type {any} */ (options));
      const card = await resultCard(kubecred, manifests, /** @type {any} */ (options));
      result.replaceChildren(card);
      find("h2", card).focus();
      announce("The preview is below. Nothing has been granted yet.");
    } catch (error) {
      showError(form, placed(error));
    }
  }

  return {
    open() {
      const loaded = what.load();
      holdUntil([actions], loaded); // the choices move it
      return loaded;
    },
    drop: reading.take,
    close: reading.close,
  };
}

/** The core names fields as they are in its options (`subjects[1].name`); here each box is a field of its own (`subjects-1-name`). */
function placed(/** @type {any} */ error) {
  if (error?.name !== "KubecredError" || !error.details) return error;
  const { name, code, message } = error;
  const here = (/** @type {string | undefined} */ field) =>
    field === "role.name" ? "role-name" : field?.replace(/^role\./, "").replace(/\[(\d+)\]\.?/, "-$1-");
  const details = error.details.map((/** @type {any} */ cause) => ({ ...cause, field: here(cause.field) }));
  return { name, code, message, details };
}

/** In one namespace, or everywhere. What is in no namespace leaves no choice. */
function whereFields(/** @type {{ clusterOnly: () => boolean }} */ what) {
  const namespace = el("input", {
    id: "roles-namespace",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    placeholder: "default",
    "aria-describedby": "roles-where-hint",
  });
  const choice = (/** @type {string} */ value, /** @type {string} */ title, /** @type {string} */ text) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name: "roles-where", value, checked: value === "namespace", onchange: () => update() }),
      el("span", {}, el("b", {}, title), text),
    );
  const hint = el("p", { class: "hint", id: "roles-where-hint" });
  const box = el("div", { class: "field", "data-field": "namespace" }, el("label", { for: "roles-namespace" }, "Namespace"), namespace);
  const choices = el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, "Where"),
    choice("namespace", "One namespace", "Recommended."),
    choice("cluster", "Whole cluster", "Every namespace, including kube-system and future ones."),
  );
  const node = el("div", { class: "field" }, choices, box, hint);
  const [inOne, everywhere] = /** @type {[HTMLInputElement, HTMLInputElement]} */ ([...choices.querySelectorAll("input")]);
  function update() {
    const clusterOnly = what.clusterOnly();
    inOne.disabled = clusterOnly;
    if (clusterOnly) everywhere.checked = true;
    show(box, inOne.checked);
    hint.textContent = clusterOnly ? "Certificate signing requests are not namespaced, so this applies to the whole cluster." : "";
  }
  update();
  return { node, update, value: () => (inOne.checked ? namespace.value.trim() || "default" : undefined) };
}
