// Groups, one in each box: a group may contain a comma, a blank, anything that can be seen.
import { el, find, freshId } from "./dom.js";
import { clearRemarks } from "./findings.js";

/** At most so many lines of a paste become boxes. */
const MOST = 200;

/**
 * Boxes inside `list`; `describedBy` is the id of their hint, `form` is where remarks about them are removed.
 * @param {HTMLElement} list
 * @param {{ describedBy: string, form: ParentNode }} about
 */
export function groupBoxes(list, { describedBy, form }) {
  const values = () => [...list.querySelectorAll("input")].map((input) => input.value);

  function add(value = "", focus = false) {
    const id = freshId("group");
    const input = el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": describedBy, onpaste: pasted });
    input.value = value;
    /** @type {HTMLElement} */
    const row = el(
      "div",
      { class: "group" },
      el("label", { for: id, class: "unseen" }, "Group"),
      input,
      el("button", { type: "button", class: "small", "aria-label": "Remove this group", onclick: () => remove(row) }, "Remove"),
    );
    list.append(row);
    if (focus) input.focus();
    return input;
  }

  /** @param {Element} row */
  function remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (!list.children.length) add();
    find("input", next ?? list).focus();
    clearRemarks(form);
  }

  // An input would join pasted lines into one group without a word; several lines are several groups.
  /** @param {ClipboardEvent & { currentTarget: HTMLInputElement }} event */
  function pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    const rows = text.split(/\r\n|\r|\n/).filter((row) => row !== "");
    if (rows.length < 2) return;
    event.preventDefault();
    event.currentTarget.value = rows[0] ?? "";
    for (const more of rows.slice(1, MOST)) add(more);
  }

  return {
    add,
    /** What is in the boxes, empty ones left out. Empty boxes and repeated groups are removed first, so that a remark about group 2 is next to the second box. */
    read() {
      const seen = new Set();
      for (const row of [...list.children]) {
        const { value } = find("input", row);
        if ((value === "" || seen.has(value)) && list.children.length > 1) row.remove();
        seen.add(value);
      }
      return values().filter((value) => value !== "");
    },
    /** @param {readonly string[]} groups */
    set(groups) {
      list.replaceChildren();
      for (const group of groups.length ? groups : [""]) add(group);
    },
  };
}
