// A field is checked when a person leaves it, and its remark goes as soon as they type in it again. Empty fields wait for the button of their form.
import { clearField, remarksOf, showAtField } from "./findings.js";

/** @import { Remark } from "./findings.js" */

/** @type {Promise<void>} */
let released = Promise.resolve();
/** Settled once no pointer is down: a remark between press and release would move what is pressed. */
export const pointerReleased = () => released;
addEventListener(
  "pointerdown",
  () => {
    released = new Promise((resolve) => {
      const end = () => setTimeout(resolve, 0); // after the click
      for (const type of ["pointerup", "pointercancel"]) addEventListener(type, end, { once: true, capture: true });
    });
  },
  { capture: true },
);

/**
 * `check(field)` gives the findings for the field of that name (`data-field`), or throws what showError can show.
 * @param {HTMLElement} root
 * @param {(field: string) => Promise<readonly Remark[]>} check
 */
export function checkFields(root, check) {
  root.addEventListener("input", ({ target }) => {
    const field = target instanceof Element && target.closest("[data-field]");
    if (field) clearField(field);
  });
  root.addEventListener("focusout", async ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !/^(?:text|url)$/.test(target.type) || target.value.trim() === "") return;
    const { value } = target;
    /** @type {HTMLElement | null} */
    const field = target.closest("[data-field]");
    const name = field?.dataset.field;
    if (!field || !name) return;
    const findings = await check(name).catch((error) => remarksOf(error, name));
    await pointerReleased();
    // What was changed, focused or answered by the form meanwhile has the last word.
    if (target.value.trim() !== value.trim() || document.activeElement === target || field.querySelector(".findings")) return;
    showAtField(field, findings);
  });
}
