// What a user and their groups may do already, on a card of #/review: the role bindings that name them. They are read at once where this connection may read
// them, else when somebody asks.
import { grouped } from "../ui/counted.js";
import { el, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { cluster, connection } from "../cluster/connection.js";
import { lines } from "../ui/save.js";
import { BASE, SERVER } from "../shared/place.js";

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

/** Whether this connection may read bindings. kubectl proxy in its narrow form does not forward the question, so there the first one is asked by hand. */
let readable = { by: /** @type {unknown} */ (null), yes: false };
const isReadable = () => {
  const by = connection();
  if (readable.by !== by) readable = { by, yes: BASE !== "" || SERVER !== "" };
  return readable.yes;
};

/** `asked` is settled when what is read at once is there: by then the card does not grow any more. */
export function rightsFold(/** @type {{ user: string, groups: readonly string[] }} */ { user, groups }) {
  const place = el("div", {});
  const box = el(
    "details",
    { class: "rights", open: isReadable() },
    el("summary", {}, "What this person will be able to do"),
    el("div", { class: "report", "data-report": "" }),
    place,
  );
  let reading = false;
  const asked = box.open ? ask({ unasked: true }) : Promise.resolve();
  box.addEventListener("toggle", () => {
    if (box.open && !reading) void ask();
  });

  async function ask({ unasked = false } = {}) {
    reading = true;
    clearRemarks(box);
    place.replaceChildren(el("p", { class: "hint" }, "Asking the cluster …"));
    try {
      const found = await (await cluster()).rbac.bindingsOf({ user, groups: [...groups] });
      readable.yes = true;
      const rest = found.length - MOST;
      place.replaceChildren(
        found.length
          ? el("ul", {}, ...found.slice(0, MOST).map(binding), rest > 0 ? el("li", {}, `and ${grouped(rest)} more`) : null)
          : el("p", {}, "No permissions yet, beyond what every signed-in user has."),
        el("p", { class: "hint" }, "The certificate stays valid until it expires. Bindings can be added and removed at any time."),
      );
      if (!unasked) announce(`${found.length} ${found.length === 1 ? "binding" : "bindings"}.`);
    } catch (error) {
      place.replaceChildren();
      if (error?.code === "forbidden") readable.yes = false;
      // What nobody has asked for is no failure.
      if (unasked) {
        box.open = false;
        return;
      }
      showError(box, error);
      if (error?.code === "forbidden")
        place.replaceChildren(el("p", { class: "hint" }, "In a terminal, someone who can read role bindings lists them with:"), lines(BY_HAND));
    } finally {
      reading = false;
    }
  }
  return { node: box, asked };
}
