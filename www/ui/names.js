// Names that come from outside (users, groups, request names, reasons), as the package shows them everywhere; and what files are called.
export { chips, name, nameList, plainName } from "../kubecred/ui/names.js";

/**
 * A file name that every system takes: lower-case letters, digits, dots and dashes, behind a fixed stem.
 * @param {string} stem
 * @param {unknown} label
 * @param {string} ending
 */
export function fileName(stem, label, ending) {
  const safe = String(label ?? "")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return `${stem}${safe ? `-${safe}` : ""}.${ending}`;
}
