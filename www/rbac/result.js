// What was made: dangers, the table of what it allows, the manifests, the lines for a terminal, and giving it to the cluster.
import { el, announce, freshId } from "../ui/dom.js";
import { explain, findingList, sentence } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { copyText, saveText } from "../ui/save.js";
import { inTerminal } from "../ui/shell.js";
import { cluster, connection } from "../cluster/connection.js";
import { instead, refused, whyNot } from "../cluster/allowed.js";
import { rightsTable } from "./table.js";

/** @type {Record<string, string>} */
const RESULTS = { created: "created", configured: "changed", unchanged: "already exists, unchanged", failed: "failed" };

export async function resultCard(
  /** @type {any} */ kubecred,
  /** @type {any} */ manifests,
  /** @type {{ subjects: any, namespace: string }} */ { subjects, namespace },
) {
  const [first] = subjects;
  const subject = { ...first, ...(first.kind === "ServiceAccount" && !first.namespace ? { namespace } : {}) };
  const [matrix, findings, yaml] = await Promise.all([
    kubecred.rbac.matrix({ manifests, subject, namespace }),
    kubecred.rbac.lint(manifests),
    kubecred.toYaml(manifests),
  ]);
  const place = namespace ? ["in the namespace ", name(namespace)] : ["in the whole cluster"];
  const whom = subjects.flatMap((/** @type {{ name: any }} */ { name: each }, /** @type {number} */ index) =>
    index ? [index === subjects.length - 1 ? " and " : ", ", name(each)] : [name(each)],
  );
  return el(
    "div",
    { class: "card" },
    el("h2", { tabindex: "-1" }, "What ", ...whom, " will be able to do"),
    findingList(findings),
    rightsTable(matrix, "Permissions by resource and verb", { cluster: "In the whole cluster", namespace: el("span", {}, ...place) }),
    el("p", { class: "hint" }, "From these objects alone. Permissions that already exist are added to them."),
    el(
      "details",
      {},
      el("summary", {}, manifests.length > 1 ? "Show the role and its binding" : "Show the binding"),
      el("pre", { tabindex: "0", "aria-label": "Roles and bindings as Kubernetes objects" }, yaml),
    ),
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", onclick: () => saveText(yaml, "roles.yaml") }, "Save as roles.yaml"),
      el("button", { type: "button", onclick: (event) => copyText(yaml, event.currentTarget) }, "Copy"),
    ),
    inTerminal([{ says: "The same with kubectl:", step: { step: "apply", manifests, file: "roles.yaml" } }]),
    await giving(manifests),
  );
}

/** Giving it here, where a cluster is. */
async function giving(/** @type {any} */ manifests) {
  if ((await connection()).state !== "connected") return null;
  const why = await refused({ action: "apply", objects: manifests });
  if (why) return el("div", { class: "decision" }, el("p", {}, "You cannot grant them here:"), whyNot(why, { roles: true }));
  const place = el("div", { class: "given", "aria-live": "polite" });
  const force = el("input", { type: "checkbox", id: freshId("roles-force") });
  const takeOver = el("p", { class: "check", hidden: true }, force, el("label", { for: force.id }, "Overwrite fields managed by others"));
  const button = el(
    "button",
    {
      type: "button",
      class: "primary",
      onclick: async () => {
        button.disabled = true;
        place.replaceChildren();
        try {
          const results = await (await cluster()).rbac.apply(manifests, { force: force.checked });
          place.replaceChildren(list(results), ...help(results));
          takeOver.hidden = !results.some(({ error }) => error?.code === "conflict");
          const failed = results.filter(({ error }) => error).length;
          announce(failed ? `${failed} of ${results.length} failed.` : "The permissions are granted.");
        } catch (error) {
          place.replaceChildren(el("p", { role: "alert" }, sentence(explain(error))));
        } finally {
          button.disabled = false;
        }
      },
    },
    "Grant permissions",
  );
  return el(
    "div",
    { class: "decision" },
    el("p", { class: "hint" }, "Writes the objects to the cluster by server-side apply. You can grant only permissions that you have."),
    takeOver,
    el("div", { class: "row" }, button),
    place,
  );
}

const list = (/** @type {any} */ results) =>
  el(
    "ul",
    { class: "findings results" },
    ...results.map((/** @type {{ object: any, result: any, error: any }} */ { object, result, error }) =>
      el(
        "li",
        { class: error ? "error" : "good", "data-result": result },
        el(
          "span",
          {},
          el("b", {}, object.kind),
          " ",
          name(object.metadata?.name),
          `: ${RESULTS[result]}`,
          error ? el("span", {}, ". ", sentence(explain(error))) : "",
        ),
      ),
    ),
  );

/** A proxy that reads roles and writes none says so here. */
function help(/** @type {any} */ results) {
  return instead(results.find((/** @type {{ error: any }} */ { error }) => error)?.error, { roles: true });
}
