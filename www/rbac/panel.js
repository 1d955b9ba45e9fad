// #/roles: who may do what. Whom, what and where become roles and bindings, the table of what they allow, and what is dangerous in
// them; they are given here where a cluster is, or saved. Below: what roles that exist add up to, and what the caller of this page may do.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { atBoxes } from "../ui/rules.js";
import { checkFields } from "../ui/check.js";
import { session } from "../shared/session.js";
import { handed } from "../shared/handover.js";
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
    const nameless = who.firstEmpty() ?? what.firstEmpty();
    if (nameless) return void showError(form, null, { field: nameless, says: "Enter a name." });
    const options = { subjects: who.values(), role: what.value(), namespace: where.value(), name: name.value || undefined };
    try {
      const kubecred = await session();
      const manifests = await kubecred.rbac.manifests(/** @type {any} */ (options));
      const card = await resultCard(kubecred, manifests, /** @type {any} */ (options));
      result.replaceChildren(card);
      find("h2", card).focus();
      announce("The preview is below. Nothing has been granted yet.");
    } catch (error) {
      showError(form, atBoxes(error));
    }
  }

  /** What the core says of a name when its field is left. */
  checkFields(form, async (field) => {
    const [, index] = /^subjects-(\d+)-/.exec(field) ?? [];
    const subject = index === undefined ? undefined : who.values()[Number(index)];
    if (!subject && field !== "namespace") return [];
    const { rbac } = await session();
    const probe = /** @type {any} */ ({ subjects: [{ kind: "User", name: "a" }], namespace: "default", role: "view" });
    if (subject) probe.subjects = [{ ...subject, name: subject.name || "a" }];
    if (field === "namespace") probe.namespace = where.value();
    const objects = await rbac.manifests(probe).catch((error) => {
      const here = atBoxes(error);
      for (const detail of here.details ?? []) detail.field = detail.field?.replace("subjects-0-", `subjects-${index}-`);
      throw here;
    });
    if (field !== `subjects-${index}-name`) return [];
    const found = await rbac.lint(objects);
    return found.filter(({ path }) => path?.includes("subjects")).map((finding) => ({ ...finding, path: field }));
  });

  /** A service account of #/robot, and its namespace. */
  function takeSubject() {
    const { subject } = handed("roles");
    if (!subject) return;
    who.use({ kind: "ServiceAccount", ...subject });
    where.use(subject.namespace);
  }

  return {
    open() {
      takeSubject();
      const loaded = what.load();
      holdUntil([actions], loaded); // the choices move it
      return loaded;
    },
    drop: reading.take,
    close: reading.close,
  };
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
  return {
    node,
    update,
    value: () => (inOne.checked ? namespace.value.trim() || "default" : undefined),
    use(/** @type {string} */ wanted) {
      namespace.value = wanted;
      inOne.checked = true;
      update();
    },
  };
}
