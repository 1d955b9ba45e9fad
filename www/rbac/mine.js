// "What may I do here": what the server says that the caller of this page may do in a namespace.
import { el, announce, find, show } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { inTerminal } from "../ui/shell.js";
import { cluster, connection } from "../cluster/connection.js";
import { rightsTable } from "./table.js";

export function mineCard() {
  const namespace = el("input", { id: "mine-namespace", autocomplete: "off", autocapitalize: "none", spellcheck: "false", placeholder: "default" });
  const place = el("div", {});
  const terminal = el("div", {});
  const form = el(
    "form",
    {
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        void ask();
      },
    },
    el("div", { class: "field", "data-field": "mine-namespace" }, el("label", { for: "mine-namespace" }, "In the namespace"), namespace),
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", {}, "Ask the cluster")),
  );
  const fold = el("details", { class: "card", id: "roles-mine" }, el("summary", {}, "What may I do here?"), form, place, terminal);
  fold.addEventListener("toggle", async () => {
    if (!fold.open) return;
    const connected = (await connection()).state === "connected";
    show(form, connected);
    if (!connected) place.replaceChildren(el("p", { class: "hint" }, "There is no cluster at this address to ask. In a terminal:"));
    lines();
  });
  const wanted = () => namespace.value.trim() || "default";
  const lines = () => terminal.replaceChildren(inTerminal([{ step: { step: "list-rights", namespace: wanted() } }]));

  async function ask() {
    clearRemarks(form);
    place.replaceChildren();
    const button = find("button", form);
    button.disabled = true;
    try {
      const connected = await connection();
      const user = connected.state === "connected" ? connected.user : "";
      const found = await (await cluster()).rbac.permissions(wanted());
      place.append(
        el("h2", { tabindex: "-1" }, "What ", name(user), " may do in ", name(wanted())),
        el("p", { class: "hint" }, "This is the caller that the cluster sees behind this page, not a credential that you made on it."),
        found.incomplete || found.reason
          ? el(
              "p",
              { class: "hint incomplete" },
              `The cluster does not list everything, so more may be possible${found.reason ? ": " : "."}`,
              found.reason ? name(found.reason) : "",
            )
          : "",
        rightsTable(found, "Your rights by resource and verb"),
      );
      find("h2", place).focus();
      announce("The cluster has answered.");
      lines();
    } catch (error) {
      showError(form, error, { field: error?.code === "invalid-options" ? "mine-namespace" : undefined });
    } finally {
      button.disabled = false;
    }
  }
  return fold;
}
