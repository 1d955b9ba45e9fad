// What was made: dangers, the table of what it allows, the manifests, the lines for a terminal, and giving it to the cluster.
import { el, announce, freshId } from "../ui/dom.js";
import { appliedList } from "../ui/applied.js";
import { explain, findingList, sentence } from "../ui/findings.js";
import { name, plainName } from "../ui/names.js";
import { copyText, saveText } from "../ui/save.js";
import { inTerminal } from "../ui/shell.js";
import { cluster, connection } from "../cluster/connection.js";
import { instead, refused, whyNot } from "../cluster/allowed.js";
import { gravity } from "./grave.js";
import { NAME } from "../shared/place.js";
import { rightsTable } from "./table.js";

export async function resultCard(
  /** @type {any} */ kubecred,
  /** @type {any} */ manifests,
  /** @type {{ subjects: any, namespace: string }} */ { subjects, namespace },
) {
  const [first] = subjects;
  const subject = { ...first, ...(first.kind === "ServiceAccount" && !first.namespace ? { namespace } : {}) };
  const [matrix, findings, risk, yaml] = await Promise.all([
    kubecred.rbac.matrix({ manifests, subject, namespace }),
    kubecred.rbac.lint(manifests),
    kubecred.rbac.risk(manifests),
    kubecred.toYaml(manifests),
  ]);
  const grave = gravity(risk, findings);
  const place = namespace ? ["in the namespace ", name(namespace)] : ["in the whole cluster"];
  const whom = subjects.flatMap((/** @type {{ name: any }} */ { name: each }, /** @type {number} */ index) =>
    index ? [index === subjects.length - 1 ? " and " : ", ", name(each)] : [name(each)],
  );
  return el(
    "div",
    { class: "card" },
    el("h2", { tabindex: "-1" }, "What ", ...whom, " will be able to do"),
    grave.says ? el("p", { class: "grave" }, el("b", {}, grave.says), " Check who is meant, and whether less is enough.") : "",
    findingList(grave.findings),
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
    await giving(manifests, grave.says ? risk.subject : ""),
  );
}

/** Granting it here, where a cluster is. What is grave is granted once the name of `confirm` was typed. */
async function giving(/** @type {any} */ manifests, /** @type {string} */ confirm) {
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
      class: confirm ? "danger" : "primary",
      disabled: confirm !== "",
      onclick: async () => {
        button.disabled = true;
        place.replaceChildren();
        try {
          const results = await (await cluster()).rbac.apply(manifests, { force: force.checked });
          place.replaceChildren(appliedList(results), ...help(results));
          takeOver.hidden = !results.some(({ error }) => error?.code === "conflict");
          const failed = results.filter(({ error }) => error).length;
          announce(failed ? `${failed} of ${results.length} failed.` : "The permissions are granted.");
        } catch (error) {
          place.replaceChildren(el("p", { role: "alert" }, sentence(explain(error))));
        } finally {
          button.disabled = typed?.input.value !== confirm && confirm !== "";
        }
      },
    },
    `Grant permissions${NAME ? ` on ${plainName(NAME)}` : ""}`,
  );
  const typed = confirm ? confirmation(confirm, button) : null;
  return el(
    "div",
    { class: "decision" },
    el("p", { class: "hint" }, "Writes the objects to the cluster by server-side apply. You can grant only permissions that you have."),
    takeOver,
    typed?.node,
    el("div", { class: "row" }, button),
    place,
  );
}

/** The field in which a name is typed again before the button can be pressed. */
function confirmation(/** @type {string} */ wanted, /** @type {HTMLButtonElement} */ button) {
  const input = el("input", {
    id: freshId("roles-confirm"),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    oninput: () => {
      button.disabled = input.value !== wanted;
    },
  });
  return { input, node: el("div", { class: "field" }, el("label", { for: input.id }, "To grant it, type ", name(wanted)), input) };
}

/** A proxy that reads roles and writes none says so here. */
function help(/** @type {any} */ results) {
  return instead(results.find((/** @type {{ error: any }} */ { error }) => error)?.error, { roles: true });
}
