// "By roles that exist": what roles and bindings that somebody pastes let one name do. Nothing is asked of a cluster.
import { el, announce, find } from "../ui/dom.js";
import { clearRemarks, findingList, showError } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { lines } from "../ui/save.js";
import { session } from "../shared/session.js";
import { chooseFile } from "../ui/drop.js";
import { held } from "../ui/held.js";
import { subjectFields } from "./who.js";
import { rightsTable } from "./table.js";

const GET = "kubectl get clusterroles,clusterrolebindings,roles,rolebindings --all-namespaces -o yaml";

export function readCard() {
  const box = (/** @type {string} */ id, properties = {}) =>
    el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", ...properties });
  const text = el("textarea", {
    id: "read-text",
    rows: "6",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "apiVersion: rbac.authorization.k8s.io/v1",
  });
  const source = held(text);
  const who = subjectFields({ one: true });
  const groups = box("read-groups", { "aria-describedby": "read-groups-hint" });
  const namespace = box("read-namespace", { placeholder: "default" });
  const place = el("div", {});
  const form = el(
    "form",
    {
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        void work();
      },
    },
    el("p", { class: "hint" }, "Paste roles and bindings, as files or as kubectl prints them:"),
    lines(GET, "Print all roles and bindings"),
    el(
      "div",
      { class: "field", "data-field": "read-text" },
      el("label", { for: "read-text" }, "Roles and bindings (YAML or JSON)"),
      text,
      source.node,
      el("div", { class: "row" }, chooseFile({ label: "Choose a file …", accept: ".yaml,.yml,.json", take })),
    ),
    who.node,
    el(
      "div",
      { class: "field" },
      el("label", { for: "read-groups" }, "Groups of this user ", el("span", { class: "optional" }, "optional")),
      groups,
      el("p", { class: "hint", id: "read-groups-hint" }, "Separate with commas. Groups that every user is in are included."),
    ),
    el("div", { class: "field", "data-field": "read-namespace" }, el("label", { for: "read-namespace" }, "Namespace"), namespace),
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", {}, "Show permissions")),
  );
  const fold = el("details", { class: "card", id: "roles-read" }, el("summary", {}, "Check someone’s permissions"), form, place);

  let working = new AbortController();

  async function work() {
    clearRemarks(form);
    place.replaceChildren();
    working.abort(); // what was asked for before, and is no longer wanted
    working = new AbortController();
    const { signal } = working;
    const manifests = source.content();
    if (source.isEmpty()) return void showError(form, null, { field: "read-text", says: "Paste roles and bindings first." });
    const [{ kind, name: whom, namespace: home }] = /** @type {[any]} */ (who.values());
    if (whom === "") return void showError(form, null, { field: "subjects-0-name", says: "Enter a name." });
    const where = namespace.value.trim() || "default";
    const subject = {
      kind,
      name: whom,
      groups: groups.value
        .split(",")
        .map((group) => group.trim())
        .filter(Boolean),
      ...(kind === "ServiceAccount" ? { namespace: home ?? where } : {}),
    };
    try {
      const matrix = await (await session()).rbac.matrix({ manifests, subject, namespace: where }, { signal });
      if (signal.aborted) return;
      place.append(
        el("h2", { tabindex: "-1" }, "What ", name(whom), " can do in ", name(where)),
        findingList(matrix.findings) ?? "",
        rightsTable(matrix, "Permissions by resource and verb", {
          cluster: "In the whole cluster",
          namespace: el("span", {}, "In the namespace ", name(where)),
        }),
      );
      find("h2", place).focus();
      announce("The permissions are shown.");
    } catch (error) {
      if (error?.code !== "aborted") showError(form, error, { field: "read-text" });
    }
  }

  /** A file that was chosen or dropped. */
  function take(/** @type {{ name: any, bytes: Uint8Array }} */ { name: fileName, bytes }) {
    fold.open = true;
    working.abort();
    source.put(bytes, fileName);
    bytes.fill(0);
    find("input", who.node).focus();
    announce("The file was read. Enter the name to check.");
  }

  return { node: fold, take, close: () => working.abort() };
}
