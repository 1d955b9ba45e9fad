// "What I can do here": what the server says that the caller of this page may do in a namespace.
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
    el("div", { class: "field", "data-field": "mine-namespace" }, el("label", { for: "mine-namespace" }, "Namespace"), namespace),
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", {}, "Show my permissions")),
  );
  const fold = el("details", { class: "card", id: "roles-mine" }, el("summary", {}, "What I can do here"), form, place, terminal);
  fold.addEventListener("toggle", async () => {
    if (!fold.open) return;
    const connected = (await connection()).state === "connected";
    show(form, connected);
    if (!connected) place.replaceChildren(el("p", { class: "hint" }, "This page is not connected to a cluster. Ask with kubectl:"));
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
        el("h2", { tabindex: "-1" }, "What ", name(user), " can do in ", name(wanted())),
        el("p", { class: "hint" }, "This is the identity that this page is connected with, not a credential that you created here."),
        found.incomplete || found.reason
          ? el(
              "p",
              { class: "hint incomplete" },
              `The cluster’s answer is incomplete: more may be allowed${found.reason ? ". Reason: " : "."}`,
              found.reason ? name(found.reason) : "",
            )
          : "",
        rightsTable(found, "Your permissions by resource and verb"),
      );
      find("h2", place).focus();
      announce("Your permissions are shown.");
      lines();
    } catch (error) {
      showError(form, error, { field: error?.code === "invalid-options" ? "mine-namespace" : undefined });
    } finally {
      button.disabled = false;
    }
  }
  return fold;
}
