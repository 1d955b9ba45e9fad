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
  const actions = el("div", { class: "row" }, el("button", { class: "primary" }, "Show what this gives"));
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
      el("summary", {}, "Name of the binding"),
      el(
        "div",
        { class: "field", "data-field": "name" },
        el("label", { for: "roles-name" }, "What the binding is called"),
        name,
        el(
          "p",
          { class: "hint", id: "roles-name-hint" },
          "Leave it empty and it is made from the role and the names, so that giving the same again changes nothing.",
        ),
      ),
    ),
    el("div", { class: "report", "data-report": "" }),
    actions,
  );
  section.append(
    el("h1", { id: "roles-title", tabindex: "-1" }, "Who may do what"),
    el(
      "p",
      { class: "lead" },
      "Rights are given to a name: a user, a group, or the account of a program. A role says what may be done, a binding who may do it. Rights only add up; none takes another away.",
    ),
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
      announce("Roles and bindings are made below. Nothing has been given yet.");
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
    el("legend", {}, "Where?"),
    choice("namespace", "In one namespace", "The safer choice, and right for nearly everyone."),
    choice("cluster", "In the whole cluster", "In every namespace, those of the system and those to come as well."),
  );
  const node = el("div", { class: "field" }, choices, box, hint);
  const [inOne, everywhere] = /** @type {[HTMLInputElement, HTMLInputElement]} */ ([...choices.querySelectorAll("input")]);
  function update() {
    const clusterOnly = what.clusterOnly();
    inOne.disabled = clusterOnly;
    if (clusterOnly) everywhere.checked = true;
    show(box, inOne.checked);
    hint.textContent = clusterOnly ? "Certificate requests are in no namespace, so this holds for the whole cluster." : "";
  }
  update();
  return { node, update, value: () => (inOne.checked ? namespace.value.trim() || "default" : undefined) };
}
