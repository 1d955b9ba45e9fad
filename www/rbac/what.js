// What may be done: the package's templates as choices in plain words, or rules of one's own.
import { el, find, show } from "../ui/dom.js";
import { clearRemarks, explain, sentence } from "../ui/findings.js";
import { ruleBoxes } from "../ui/rules.js";
import { session } from "../shared/session.js";

/** @import { RbacTemplate } from "../kubecred/index.js" */

const OWN = "own";
/** What is chosen until somebody chooses: the least that is of use. */
const LEAST = "pod-reader";

/** `changed` is called when another role is chosen. */
export function roleFields(/** @type {() => void} */ changed) {
  const choices = el("fieldset", { class: "choices" }, el("legend", {}, "What"), el("p", { class: "hint" }, "Loading …"));
  const roleName = el("input", { id: "roles-role", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const rules = ruleBoxes();
  const own = el(
    "div",
    { class: "own", hidden: true },
    el("div", { class: "field", "data-field": "role-name" }, el("label", { for: "roles-role" }, "Role name"), roleName),
    rules.node,
  );
  const node = el("div", { class: "field" }, choices, own);
  /** @type {RbacTemplate[]} */
  let templates = [];

  const chosen = () => /** @type {HTMLInputElement | null} */ (choices.querySelector("input:checked"))?.value;
  const choice = (/** @type {string} */ value, /** @type {string} */ title, /** @type {string} */ text, /** @type {boolean} */ checked) =>
    el("label", {}, el("input", { type: "radio", name: "roles-what", value, checked, onchange: update }), el("span", {}, el("b", {}, title), text));

  function update() {
    show(own, chosen() === OWN);
    if (chosen() === OWN) rules.begin();
    clearRemarks(own);
    changed();
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
        ...templates.map(({ id, description, builtIn }) =>
          choice(id, sentence(description).replace(/\.$/, ""), `${id}${builtIn ? " (built-in role)" : ""}`, id === LEAST),
        ),
        choice(OWN, "Custom rules", "Your own list of verbs and resources.", false),
      );
      update();
    },
    clusterOnly: () => templates.find(({ id }) => id === chosen())?.clusterOnly === true,
    /** The field of the first name that is missing. */
    firstEmpty: () => (chosen() === OWN && roleName.value.trim() === "" ? "role-name" : null),
    value: () => (chosen() === OWN ? { name: roleName.value, rules: rules.values() } : (chosen() ?? LEAST)),
  };
}
