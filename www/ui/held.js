// A text field that a file may take the place of. Laying out a megabyte in a text field keeps the page busy for seconds, and a field cannot contain bytes
// that are not UTF-8, so such a file is kept next to the field, with its name, and read from there; what is typed takes its place.
//   const source = held(field)    source.node belongs below the field
//   source.put(text, name)        into the field where it is short, next to it otherwise; bytes of a file as well
//   source.content()              what is to be read: the package finds out which encoding bytes are in
import { grouped } from "./counted.js";
import { el, show } from "./dom.js";
import { name as shownName } from "./names.js";

/** Longer texts are kept next to the field. Laying out 16 KB takes a few milliseconds (2026-11). */
const SHORT = 16 * 1024;

/** The text that these bytes are in UTF-8, to the byte; undefined where they are anything else. @param {Uint8Array} bytes */
function exactText(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
export function held(field) {
  /** @type {string | Uint8Array | null} */
  let kept = null;
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

  function forget() {
    if (kept instanceof Uint8Array) kept.fill(0);
    kept = null;
    show(node, false);
  }
  function clear() {
    forget();
    field.value = "";
  }
  field.addEventListener("input", forget);

  return {
    node,
    clear,
    content: () => kept ?? field.value,
    isEmpty: () => kept === null && field.value.trim() === "",
    /** @param {string | Uint8Array} given bytes are copied @param {string} [name] */
    put(given, name) {
      clear();
      const text = typeof given === "string" ? given : exactText(given);
      if (text !== undefined && text.length <= SHORT) {
        field.value = text;
        return;
      }
      kept = text ?? Uint8Array.from(/** @type {Uint8Array} */ (given));
      const size = `${grouped(Math.ceil(given.length / 1024))} KB`;
      what.replaceChildren(
        "Uses the file ",
        shownName(name ?? "that you chose"),
        text === undefined ? `, ${size}, which is not plain text.` : `, ${size}, which is too long to show here.`,
      );
      show(node);
    },
  };
}
