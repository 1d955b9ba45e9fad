// "Rename" next to an entry: the button becomes a field with the name, and comes back when the name was taken or the field is left by Escape.
import { el, freshId } from "../ui/dom.js";
import { showError } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { ONE } from "./entries.js";

/** @import { Entry } from "./entries.js" */

/** @param {Entry} entry @param {{ rename: (entry: Entry, to: string) => Promise<unknown> }} act @returns {HTMLElement} */
export function renameButton(entry, act) {
  const about = `${ONE[entry.section]} ${plainName(entry.name)}`;
  const button = el("button", { type: "button", class: "small", "aria-label": `Rename: ${about}`, onclick: ask }, "Rename");
  const box = el("span", { class: "rename" }, button);

  function close() {
    box.replaceChildren(button);
    button.focus();
  }

  function ask() {
    const input = el("input", { id: freshId("rename"), value: entry.name, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
    const form = el(
      "form",
      {
        novalidate: true,
        onsubmit: async (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          try {
            if ((await act.rename(entry, input.value.trim())) === false) close();
          } catch (error) {
            showError(form, error, { field: "name" });
          }
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Escape") close();
        },
      },
      el("div", { "data-field": "name" }, el("label", { for: input.id }, `New name of ${about}`), input),
      el("div", { "data-report": "" }),
      el(
        "div",
        { class: "tools" },
        el("button", { class: "small" }, "Save the name"),
        el("button", { type: "button", class: "small", onclick: close }, "Cancel"),
      ),
    );
    box.replaceChildren(form);
    input.focus();
    input.select();
  }
  return box;
}
