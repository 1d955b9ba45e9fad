// A text field that a file may stand in for. Laying out a megabyte in a text field keeps the page busy for seconds, so a long
// file is kept beside the field, with its name, and read from there; whatever is typed takes its place.
//   const source = held(field)    source.node belongs below the field
//   source.put(text, name)        into the field where it is short, beside it otherwise
//   source.text()                 what is to be read
import { el, show } from "./dom.js";
import { name as shownName } from "./names.js";

/** Longer texts are kept beside the field. Laying out 16 KB takes a few milliseconds (2026-11). */
const SHORT = 16 * 1024;

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
export function held(field) {
  /** @type {string | null} */
  let text = null;
  const what = el("span", {});
  const node = el(
    "p",
    { class: "held", hidden: true },
    what,
    " ",
    el(
      "button",
      {
        type: "button",
        class: "small",
        onclick: () => {
          clear();
          field.focus();
        },
      },
      "Remove",
    ),
  );

  function clear() {
    text = null;
    field.value = "";
    show(node, false);
  }
  field.addEventListener("input", () => {
    if (text === null) return;
    text = null;
    show(node, false);
  });

  return {
    node,
    clear,
    text: () => text ?? field.value,
    /** @param {string} given @param {string} [name] */
    put(given, name) {
      clear();
      if (given.length <= SHORT) {
        field.value = given;
        return;
      }
      text = given;
      what.replaceChildren(
        "Uses the file ",
        shownName(name ?? "that you chose"),
        `, ${Math.ceil(given.length / 1024).toLocaleString("en")} KB, which is too long to show here.`,
      );
      show(node);
    },
  };
}
