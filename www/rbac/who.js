// Whom rights are given to: users, groups, service accounts, one in each row.
import { el, find, freshId, show } from "../ui/dom.js";
import { clearRemarks } from "../ui/findings.js";

const KINDS = [
  ["User", "User"],
  ["Group", "Group"],
  ["ServiceAccount", "Service account"],
];

/** `one`: a single name, for a question about it. */
export function subjectFields({ one = false } = {}) {
  const rows = el("div", {});
  const add = el("button", { type: "button", onclick: () => find("input", addRow()).focus() }, "Add another");
  const node = el(
    "fieldset",
    { class: "field", "data-field": "subjects" },
    el("legend", {}, "Who"),
    rows,
    one ? "" : el("p", { class: "hint" }, "Names are case-sensitive. Use a group where several people do the same work."),
    one ? "" : add,
  );

  function addRow() {
    const kindId = freshId("roles-kind");
    const nameId = freshId("roles-name");
    const spaceId = freshId("roles-namespace");
    const text = (/** @type {string} */ id) => el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
    /** @type {HTMLSelectElement} */
    const kind = el("select", { id: kindId, onchange: () => update() }, ...KINDS.map(([value, label]) => el("option", { value }, label)));
    const space = el("div", { class: "part", "data-part": "namespace" }, el("label", { for: spaceId }, "Account namespace"), text(spaceId));
    /** @type {HTMLElement} */
    const row = el(
      "div",
      { class: "subject" },
      el("div", { class: "part", "data-part": "kind" }, el("label", { for: kindId }, "Kind"), kind),
      el("div", { class: "part", "data-part": "name" }, el("label", { for: nameId }, "Name"), text(nameId)),
      space,
      el("button", { type: "button", class: "small", "aria-label": "Remove this subject", onclick: () => remove(row) }, "Remove"),
    );
    const update = () => show(space, kind.value === "ServiceAccount");
    update();
    rows.append(row);
    number();
    return row;
  }

  function remove(/** @type {HTMLElement} */ row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    clearRemarks(node);
    number();
    find("input", next ?? rows).focus();
  }

  // The fields are called as the core calls them, so that its remarks find them. The last one stays.
  function number() {
    for (const [index, row] of [...rows.children].entries()) {
      for (const part of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-part]")))
        part.dataset.field = `subjects-${index}-${part.dataset.part}`;
      show(find("button", row), rows.children.length > 1);
    }
  }

  const values = () =>
    [...rows.children].map((row) => {
      const kind = find("select", row).value;
      const [name = "", namespace = ""] = [...row.querySelectorAll("input")].map((input) => {
        input.value = input.value.replace(/^[ \t]+|[ \t]+$/g, ""); // copied along, and hardly ever meant
        return input.value;
      });
      return { kind, name, ...(kind === "ServiceAccount" && namespace ? { namespace } : {}) };
    });

  addRow();
  return {
    node,
    values,
    /** The field of the first name that is missing. */
    firstEmpty() {
      const index = values().findIndex(({ name }) => name === "");
      return index < 0 ? null : `subjects-${index}-name`;
    },
    /** One subject in the place of all. */
    use(/** @type {{ kind: string, name: string, namespace?: string }} */ { kind, name, namespace = "" }) {
      rows.replaceChildren();
      const row = addRow();
      const select = find("select", row);
      select.value = kind;
      select.dispatchEvent(new Event("change"));
      [...row.querySelectorAll("input")].forEach((input, index) => {
        input.value = [name, namespace][index] ?? "";
      });
    },
  };
}
