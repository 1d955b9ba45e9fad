// j and k go to the next and the last row of #/review, as in other lists of this kind, and on a row Home and End to the first and the last of all; Enter opens,
// since a row is a button.

/**
 * @param {object} parts
 * @param {HTMLElement} parts.section
 * @param {HTMLElement} parts.list
 * @param {{ names: () => readonly string[], focus: (name: string | undefined) => void }} parts.rows
 * @param {() => string} parts.current the request that is open
 * @param {() => void} parts.back brings the list back where a request is in its place
 */
export function rowKeys({ section, list, rows, current, back }) {
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!["j", "k", "Home", "End"].includes(key) || event.ctrlKey || event.metaKey || event.altKey || section.hidden) return;
    if (section.classList.contains("linked") || document.querySelector("dialog[open]")) return; // one request alone is shown, or something else
    if (!(target instanceof HTMLElement) || target.matches("input:not([type=checkbox]), textarea, select")) return;
    /** @type {HTMLElement | null} */
    const row = target.closest(".request-row");
    if (!row && key.length > 1) return;
    const names = rows.names();
    const here = names.indexOf(row?.dataset.row ?? current());
    const next = { j: here + 1, k: Math.max(here - 1, here < 0 ? 0 : -1), Home: 0, End: names.length - 1 }[key];
    event.preventDefault();
    const name = names[next ?? -1];
    if (name === undefined) return;
    if (section.classList.contains("detail-open") && !list.checkVisibility()) back();
    rows.focus(name);
  });
}
