// What a user and their groups may do already, on a card of #/review: the role bindings that name them, read when somebody wants to know.
import { el, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { cluster } from "../cluster/connection.js";
import { lines } from "../ui/save.js";

const MOST = 30;
const BY_HAND = "kubectl get clusterrolebindings,rolebindings --all-namespaces -o wide";

/** @typedef {import("../kubecred/index.js").RoleBinding} BoundTo */

const binding = (/** @type {BoundTo} */ { kind, name: of, namespace, roleKind, role, subject }) =>
  el(
    "li",
    {},
    `${roleKind} `,
    name(role),
    ...(namespace ? [" in the namespace ", name(namespace)] : [" in the whole cluster"]),
    el("span", { class: "hint" }, ` (${kind} `, name(of), ", for ", name(subject), ")"),
  );

/** Folded; asks the cluster each time it is opened. */
export function rightsFold(/** @type {{ user: string, groups: readonly string[] }} */ { user, groups }) {
  const place = el("div", {});
  const box = el(
    "details",
    { class: "rights" },
    el("summary", {}, "What this person will be able to do"),
    place,
    el("div", { class: "report", "data-report": "" }),
  );
  box.addEventListener("toggle", () => {
    if (box.open) void ask();
  });

  async function ask() {
    clearRemarks(box);
    place.replaceChildren(el("p", { class: "hint" }, "Asking the cluster …"));
    try {
      const found = await (await cluster()).rbac.bindingsOf({ user, groups: [...groups] });
      const rest = found.length - MOST;
      place.replaceChildren(
        found.length
          ? el("ul", {}, ...found.slice(0, MOST).map(binding), rest > 0 ? el("li", {}, `and ${rest.toLocaleString("en")} more`) : null)
          : el("p", {}, "No permissions yet, beyond what every signed-in user has."),
        el("p", { class: "hint" }, "The certificate stays valid until it expires. Bindings can be added and removed at any time."),
      );
      announce(`${found.length} ${found.length === 1 ? "binding" : "bindings"}.`);
    } catch (error) {
      place.replaceChildren();
      showError(box, error);
      if (error?.code === "forbidden")
        place.replaceChildren(el("p", { class: "hint" }, "Someone who can read role bindings lists them like this:"), lines(BY_HAND));
    }
  }
  return box;
}
