// j and k go to the next and the last row of #/review, as in other lists of this kind; Enter opens, since a row is a button.

/**
 * @param {object} parts
 * @param {HTMLElement} parts.section
 * @param {HTMLElement} parts.list
 * @param {() => void} parts.back brings the list back where a request is in its place
 */
export function rowKeys({ section, list, back }) {
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!["j", "k"].includes(key) || event.ctrlKey || event.metaKey || event.altKey || section.hidden || document.querySelector("dialog[open]")) return;
    if (section.classList.contains("linked")) return; // one request alone is shown
    if (target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select")) return;
    const buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (list.querySelectorAll(".open"))];
    const row = target instanceof Element ? target.closest(".request-row") : null;
    const here = buttons.findIndex((button) => (row ? row.contains(button) : button.getAttribute("aria-current") === "true"));
    const next = buttons[here + (key === "j" ? 1 : -1)] ?? (here < 0 ? buttons[0] : undefined);
    event.preventDefault();
    if (!next) return;
    if (section.classList.contains("detail-open") && !next.checkVisibility()) back();
    next.focus();
  });
}
