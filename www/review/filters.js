// What narrows the list of #/review: two tabs and a search.
import { grouped } from "../ui/counted.js";
import { el, find, freshId, show } from "../ui/dom.js";

/** @import { Tab } from "./store.js" */

/** Milliseconds of quiet after which a search that is being typed begins. */
const TYPING = 120;

/** `changed()` after each choice of a person. */
export function listFilters(/** @type {HTMLElement} */ bar, /** @type {() => void} */ changed) {
  /** @type {Tab} */
  let tab = "pending";
  let typing = 0;
  const words = el("input", {
    id: freshId("search"),
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "200",
    placeholder: "user, group, signer …",
  });
  words.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, TYPING);
  });
  const clear = el(
    "button",
    {
      type: "button",
      class: "small",
      hidden: true,
      onclick: () => {
        words.value = "";
        changed();
        words.focus();
      },
    },
    "Clear the search",
  );
  const button = (/** @type {Tab} */ value, /** @type {string} */ label) =>
    el(
      "button",
      {
        type: "button",
        class: "tab",
        onclick: () => {
          choose(value);
          changed();
        },
      },
      label,
      " ",
      el("span", { class: "count" }, "0"),
    );
  const tabs = { pending: button("pending", "Pending"), decided: button("decided", "Decided") };
  bar.append(
    el("div", { class: "tabs", role: "group", "aria-label": "Requests to show" }, tabs.pending, tabs.decided),
    el("label", { for: words.id }, "Search"),
    words,
    clear,
  );

  function choose(/** @type {Tab} */ value) {
    tab = value;
    for (const [each, one] of Object.entries(tabs)) one.setAttribute("aria-pressed", String(each === tab));
  }

  choose("pending");
  return {
    tab: () => tab,
    choose,
    terms: () => words.value.trim().toLowerCase().split(/\s+/).filter(Boolean),
    say(/** @type {{ pending: number, decided: number, narrowed: boolean }} */ { pending, decided, narrowed }) {
      find(".count", tabs.pending).textContent = grouped(pending);
      find(".count", tabs.decided).textContent = grouped(decided);
      show(clear, narrowed);
    },
  };
}
