/*
 * What the elements have in addition to ../ui: slots and fields.
 */
import { el, freshId } from "../ui/dom.js";

/** A text that the host may replace: the fallback of a slot. */
export const slot = (name: string, words: string) => el("slot", { name }, words);

/** A label above its field, with an optional hint. */
export function field(label: Node | string, input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, hint?: string) {
  input.id ||= freshId("field");
  const below = hint ? el("span", { class: "hint", id: `${input.id}-hint` }, hint) : null;
  if (below) input.setAttribute("aria-describedby", below.id);
  return el("div", { class: "field", part: "field" }, el("label", { for: input.id, part: "label" }, label), below, input);
}
