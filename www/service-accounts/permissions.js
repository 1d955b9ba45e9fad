// Step 2 of the flow: what the account may do in its namespace. Presets are templates of the package; the mildest is chosen until somebody chooses.
import { el, find, show } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { ruleBoxes } from "../ui/rules.js";

/** @import { Finding } from "../kubecred/index.js" */

const OWN = "own";
const NONE = "none";
const CHOICES = [
  ["pod-reader", "Read", "See pods and read their logs."],
  ["deployer", "Deploy", "Roll out applications: deployments, jobs, services, configuration, ingresses. No secrets, no shell."],
  [OWN, "Custom", "Your own rules."],
  [NONE, "None yet", "Only the account and its token. Grant permissions later."],
];

/** `changed` is called when another choice is made. */
export function permissionFields(/** @type {() => void} */ changed) {
  const rules = ruleBoxes();
  const own = el("div", { class: "own", hidden: true }, rules.node);
  const risks = el("div", { id: "robot-risks" });
  const choices = el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, "Permissions in this namespace"),
    ...CHOICES.map(([value, title, text], index) =>
      el(
        "label",
        {},
        el("input", { type: "radio", name: "robot-role", value, checked: index === 0, onchange: update }),
        el("span", {}, el("b", {}, title), ` ${text}`),
      ),
    ),
  );
  const chosen = () => find("input:checked", choices).value;
  function update() {
    show(own, chosen() === OWN);
    if (chosen() === OWN) rules.begin();
    changed();
  }
  return {
    node: el("div", { class: "field" }, choices, own, risks),
    none: () => chosen() === NONE,
    /** For the package's `rbac.manifests`; null where nothing is granted. @param {string} account */
    role: (account) => (chosen() === NONE ? null : chosen() === OWN ? { name: `kubecred:custom:${account}`, rules: rules.values() } : chosen()),
    /** What is worth knowing before it is granted. @param {readonly Finding[]} findings */
    warn: (findings) => risks.replaceChildren(findingList(findings.filter(({ level }) => level !== "notice")) ?? ""),
  };
}
