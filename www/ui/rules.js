// Rules of a role as boxes: verbs, resources, API groups, object names. Words are split at blanks and commas.
import { el, find, freshId, show } from "./dom.js";

/** The boxes of a rule: how the core calls it, what is above it, an example. */
const PARTS = [
  ["verbs", "Verbs", "get list watch"],
  ["resources", "Resources", "pods pods/log"],
  ["apiGroups", "API groups", "empty: core"],
  ["resourceNames", "Object names", "empty: all"],
];

/** { node, values(), begin() }; `begin` adds the first rule. */
export function ruleBoxes() {
  const rules = el("div", { "data-field": "rules" });
  const node = el(
    "div",
    {},
    el(
      "p",
      { class: "hint" },
      "Verbs: get, list, watch, create, update, patch, delete. Resources are plural: pods, deployments. * means all, including future ones.",
    ),
    rules,
    el("button", { type: "button", onclick: () => find("input", addRule()).focus() }, "Add a rule"),
  );

  function addRule() {
    const row = el(
      "fieldset",
      { class: "rule" },
      el("legend", { class: "unseen" }, "Rule"),
      ...PARTS.map(([part = "", label, placeholder]) => {
        const id = freshId(`rule-${part}`);
        return el(
          "div",
          { class: "part", "data-part": part },
          el("label", { for: id }, label),
          el("input", { id, placeholder, autocomplete: "off", autocapitalize: "none", spellcheck: "false" }),
        );
      }),
      el(
        "button",
        {
          type: "button",
          class: "small",
          "aria-label": "Remove this rule",
          onclick: () => {
            row.remove();
            number();
          },
        },
        "Remove",
      ),
    );
    rules.append(row);
    number();
    return row;
  }

  // The boxes are called as the core calls them, so that its remarks find them. The last rule stays.
  function number() {
    for (const [index, row] of [...rules.children].entries()) {
      for (const part of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-part]")))
        part.dataset.field = `rules-${index}-${part.dataset.part}`;
      show(find("button", row), rules.children.length > 1);
    }
  }

  const words = (/** @type {Element} */ row, /** @type {string} */ part) =>
    find(`[data-part="${part}"] input`, row)
      .value.split(/[\s,]+/)
      .filter(Boolean);

  function rule(/** @type {Element} */ row) {
    const groups = words(row, "apiGroups").map((/** @type {string} */ group) => (group === "core" ? "" : group));
    const names = words(row, "resourceNames");
    const resources = words(row, "resources");
    const verbs = words(row, "verbs");
    // What begins with a slash is a path of the API server and no resource.
    if (resources.some((/** @type {string} */ resource) => resource.startsWith("/"))) return { verbs, nonResourceURLs: resources };
    return { verbs, resources, apiGroups: groups.length ? groups : [""], ...(names.length ? { resourceNames: names } : {}) };
  }

  return {
    node,
    values: () => [...rules.children].map(rule),
    begin() {
      if (!rules.children.length) addRule();
    },
  };
}

/** The core names fields as they are in its options (`role.rules[1].verbs`); on the page each box is a field of its own (`rules-1-verbs`). @param {any} error */
export function atBoxes(error) {
  if (error?.name !== "KubecredError" || !error.details) return error;
  const { name, code, message } = error;
  const here = (/** @type {string | undefined} */ field) =>
    field === "role.name" ? "role-name" : field?.replace(/^role\./, "").replace(/^(subjects|rules)\[(\d+)\]\.?/, "$1-$2-");
  const details = error.details.map((/** @type {any} */ cause) => ({ ...cause, field: here(cause.field) }));
  return { name, code, message, details };
}
