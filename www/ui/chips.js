// Several names in one field: Enter or a comma turns what was typed into a chip, and so does a paste of several. A name that contains a comma is put
// in double quotes. What is still in the field counts as well, so nothing is lost that was not confirmed.
import { namesIn, splitNames } from "../kubecred/ui/listed.js";
import { el, freshId } from "./dom.js";
import { clearRemarks } from "./findings.js";
import { name, plainName } from "./names.js";

/** At most so many chips come of one paste; what is left stays in the field. */
const MOST = 200;
/** A name as it is typed. @param {string} name */
const quoted = (name) => (name.includes(",") ? `"${name}"` : name);

/**
 * Chips and their field inside `list`; `describedBy` is the id of the hint, `form` is where remarks are removed.
 * @param {HTMLElement} list
 * @param {{ describedBy: string, form: ParentNode, what?: string }} about
 */
export function nameChips(list, { describedBy, form, what = "group" }) {
  /** @type {HTMLInputElement} */
  const input = el("input", {
    id: freshId("chips"),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    "aria-describedby": describedBy,
    onkeydown: pressed,
    oninput: () => take(input.value),
    onpaste: pasted,
  });
  const chips = el("ul", { class: "chips", "aria-label": `Chosen ${what}s`, hidden: true });
  list.replaceChildren(el("label", { for: input.id, class: "unseen" }, what.charAt(0).toUpperCase() + what.slice(1)), chips, input);
  /** @type {string[]} */
  let names = [];

  function draw() {
    chips.hidden = names.length === 0;
    chips.replaceChildren(
      ...names.map((each, index) =>
        el(
          "li",
          { class: "chip" },
          name(each),
          el("button", { type: "button", "aria-label": `Remove the ${what} ${plainName(each)}`, onclick: () => remove(index) }, "×"),
        ),
      ),
    );
  }

  /** @param {number} index */
  function remove(index) {
    names.splice(index, 1);
    draw();
    clearRemarks(form);
    const buttons = chips.querySelectorAll("button");
    (buttons[Math.min(index, buttons.length - 1)] ?? input).focus();
  }

  /** @param {readonly string[]} more */
  function add(more) {
    const before = names.length;
    names = [...new Set([...names, ...more])];
    if (names.length === before) return;
    clearRemarks(form);
    draw();
  }

  /** What a separator follows becomes chips; the rest stays in the field. @param {string} text */
  function take(text) {
    const { done, rest } = splitNames(text);
    if (done.length === 0 && !text.startsWith(",")) return;
    input.value = [...done.slice(MOST).map(quoted), rest].join(", ");
    add(done.slice(0, MOST));
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key === "Enter" && input.value.trim() !== "") {
      event.preventDefault();
      take(`${input.value}\n`);
    }
    if (event.key === "Backspace" && input.value === "" && names.length > 0) {
      event.preventDefault();
      input.value = quoted(names.pop() ?? "");
      draw();
    }
  }

  // A field would join pasted lines without a word.
  /** @param {ClipboardEvent} event */
  function pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!/[\r\n]/.test(text.trim())) return;
    event.preventDefault();
    take(`${input.value}${text.trim()}\n`);
  }

  return {
    focus: () => input.focus(),
    /** All of them, with what is still in the field. */
    read() {
      return [...new Set([...names, ...namesIn(input.value)])];
    },
    /** @param {readonly string[]} given */
    set(given) {
      names = [...new Set(given)];
      input.value = "";
      draw();
    },
  };
}
