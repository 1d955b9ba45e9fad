// "Test": may this token do a few things that say much. The API server answers for the token itself where it sees it; behind a proxy that signs in by
// itself, the answers follow from the objects that were written, and that is said.
import { el } from "../ui/dom.js";
import { explain, sentence } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { cluster } from "../cluster/connection.js";
import { session } from "../shared/session.js";

/** @import { KubernetesObject, RbacQuestion } from "../kubecred/index.js" */

/** @type {[string, RbacQuestion][]} */
const QUESTIONS = [
  ["See pods", { verb: "get", resource: "pods" }],
  ["Read logs", { verb: "get", resource: "pods", subresource: "log" }],
  ["Create deployments", { verb: "create", group: "apps", resource: "deployments" }],
  ["Read secrets", { verb: "get", resource: "secrets" }],
  ["Grant permissions", { verb: "create", group: "rbac.authorization.k8s.io", resource: "rolebindings" }],
];
/** The API server learns of a new binding a moment after it has stored it. */
const TRIES = 10;
const PAUSE = 300;

/**
 * { node, ask() }: `ask` fills the table, whose rows are there before, so that nothing moves.
 * @param {{ token: () => string, namespace?: string | undefined, account?: string | undefined, objects?: readonly KubernetesObject[] | undefined }} about
 */
export function probe({ token, namespace = "default", account, objects }) {
  const cells = QUESTIONS.map(() => el("td", {}, "…"));
  const says = el("p", { class: "hint probe-says", role: "status" });
  const questions = QUESTIONS.map(([, question]) => ({ ...question, namespace }));
  const table = el(
    "table",
    { class: "probes", hidden: !objects },
    el("caption", {}, "What it can do in the namespace ", name(namespace)),
    ...QUESTIONS.map(([label], index) => el("tr", {}, el("th", { scope: "row" }, label), cells[index])),
  );
  const fill = (/** @type {readonly { allowed: boolean }[]} */ answers) => {
    table.hidden = false;
    cells.forEach((cell, index) => {
      cell.textContent = answers[index]?.allowed ? "yes" : "no";
      cell.dataset.allowed = String(answers[index]?.allowed === true);
    });
  };

  /** What the objects alone allow; null where there are none. */
  async function expected() {
    if (!objects || !account) return null;
    const { rbac } = await session();
    return rbac.review({ manifests: objects, subject: { kind: "ServiceAccount", name: account, namespace }, questions });
  }

  async function ask() {
    try {
      const api = await cluster({ token: token() });
      const { user, tokenSeen } = await api.whoAmI();
      const wanted = await expected();
      if (tokenSeen === true) {
        for (let tried = 0; tried < TRIES; tried++) {
          const answers = await Promise.all(questions.map((question) => api.rbac.can(question)));
          fill(answers);
          if (!wanted || answers.every(({ allowed }, index) => allowed || !wanted[index]?.allowed)) break;
          await new Promise((resolve) => setTimeout(resolve, PAUSE));
        }
        return says.replaceChildren("Verified: the cluster accepts this token as ", name(user), ", and answered for it.");
      }
      if (wanted) fill(wanted);
      says.replaceChildren(
        ...(tokenSeen === false
          ? ["Not tested: the proxy in front of the cluster signs in by itself, as ", name(user), "."]
          : ["The cluster answers as ", name(user), ", but does not show which credential it received."]),
        wanted ? " The answers follow from the objects above." : "",
        " Use the lines below to test the token.",
      );
    } catch (error) {
      for (const cell of cells) cell.textContent = "not known";
      says.textContent = sentence(explain(error));
    }
  }
  return { node: el("div", {}, table, says), ask };
}
