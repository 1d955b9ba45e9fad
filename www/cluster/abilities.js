// In the line at the top right: what may be done behind this page, asked when somebody opens it.
import { el } from "../ui/dom.js";
import { explain, sentence } from "../ui/findings.js";
import { refused } from "./allowed.js";

/** @import { CheckedAction } from "../kubecred/index.js" */

/** @type {[string, CheckedAction][]} */
const ABILITIES = [
  ["Send certificate requests", { action: "request-certificate" }],
  ["Read all requests", { action: "list-requests" }],
  ["Approve requests for client certificates", { action: "decide" }],
  [
    "Create and change cluster roles",
    { action: "apply", objects: [{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "kubecred" } }] },
  ],
  [
    "Create service accounts in the namespace default",
    { action: "apply", objects: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } }] },
  ],
];

/** A list that fills itself. */
export function abilities() {
  const list = el("ul", { class: "abilities", "aria-live": "polite" }, el("li", {}, "Checking your permissions …"));
  void Promise.all(ABILITIES.map(async ([label, action]) => [label, await refused(action)])).then((answers) => {
    list.replaceChildren(
      ...answers.map(([label, error]) =>
        el("li", { "data-allowed": String(!error) }, el("b", {}, error ? "No: " : "Yes: "), label, error ? `. ${sentence(explain(error))}` : ""),
      ),
    );
  });
  return list;
}
