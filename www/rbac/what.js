// What may be done: the package's templates as choices in plain words, or rules of one's own.
import { el, find, freshId, show } from "../ui/dom.js";
import { clearRemarks, explain, sentence } from "../ui/findings.js";
import { session } from "../shared/session.js";

/** @import { RbacTemplate } from "../kubecred/index.js" */

const OWN = "own";
/** The boxes of a rule: how the core calls it, what is above it, an example. Words are split at blanks and commas. */
const PARTS = [
  ["verbs", "Verbs", "get list watch"],
  ["resources", "Resources", "pods pods/log"],
  ["apiGroups", "API groups", "empty: core"],
  ["resourceNames", "Object names", "empty: all"],
];

/** `changed` is called when another role is chosen. */
export function roleFields(/** @type {() => void} */ changed) {
  const choices = el("fieldset", { class: "choices" }, el("legend", {}, "What"), el("p", { class: "hint" }, "Loading …"));
  const roleName = el("input", { id: "roles-role", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const rules = el("div", {});
  const own = el(
    "div",
    { class: "own", hidden: true },
    el("div", { class: "field", "data-field": "role-name" }, el("label", { for: "roles-role" }, "Role name"), roleName),
    el(
      "p",
      { class: "hint" },
      "Verbs: get, list, watch, create, update, patch, delete. Resources are plural: pods, deployments. * means all, including future ones.",
    ),
    el("div", { "data-field": "rules" }, rules),
    el("button", { type: "button", onclick: () => find("input", addRule()).focus() }, "Add a rule"),
  );
  const node = el("div", { class: "field" }, choices, own);
  /** @type {RbacTemplate[]} */
  let templates = [];

  const chosen = () => /** @type {HTMLInputElement | null} */ (choices.querySelector("input:checked"))?.value;
  const choice = (/** @type {string} */ value, /** @type {string} */ title, /** @type {string} */ text, /** @type {boolean} */ checked) =>
    el("label", {}, el("input", { type: "radio", name: "roles-what", value, checked, onchange: update }), el("span", {}, el("b", {}, title), text));

  function update() {
    show(own, chosen() === OWN);
    if (chosen() === OWN && !rules.children.length) addRule();
    clearRemarks(own);
    changed();
  }

  function addRule() {
    const row = el(
      "fieldset",
      { class: "rule" },
      el("legend", { class: "unseen" }, "Rule"),
      ...PARTS.map(([part, label, placeholder]) => {
        const id = freshId(`roles-${part}`);
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
    async load() {
      if (templates.length) return;
      try {
        templates = await (await session()).rbac.templates();
      } catch (error) {
        return void find(".hint", choices).replaceChildren(sentence(explain(error)));
      }
      choices.replaceChildren(
        find("legend", choices),
        ...templates.map(({ id, description, builtIn }, index) =>
          choice(id, sentence(description).replace(/\.$/, ""), `${id}${builtIn ? " (built-in role)" : ""}`, index === 0),
        ),
        choice(OWN, "Custom rules", "Your own list of verbs and resources.", false),
      );
      update();
    },
    clusterOnly: () => templates.find(({ id }) => id === chosen())?.clusterOnly === true,
    value: () => (chosen() === OWN ? { name: roleName.value, rules: [...rules.children].map(rule) } : (chosen() ?? "view")),
  };
}
