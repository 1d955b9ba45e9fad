// What somebody may do, as a table: resources down, verbs across. Every cell says yes or no to those who do not see it.
import { el } from "./dom.js";
import { name, plainName } from "./names.js";

const cell = (yes) => el("td", {}, el("span", { class: yes ? "yes" : "no", "aria-hidden": "true" }, yes ? "✓" : "·"), el("span", { class: "unseen" }, yes ? "yes" : "no"));

function row({ apiGroup, resource, resourceNames, verbs }, columns) {
  const what = el("th", { scope: "row" }, resource === "*" ? "everything" : name(resource));
  if (apiGroup) what.append(" ", el("span", { class: "optional" }, apiGroup === "*" ? "of any group" : name(apiGroup)));
  if (resourceNames.length) what.append(el("span", { class: "only" }, "only ", ...resourceNames.flatMap((one, index) => (index ? [", ", name(one)] : [name(one)]))));
  return el("tr", {}, what, ...columns.map((verb) => cell(verbs.includes(verb) || verbs.includes("*"))));
}

/** { verbs, rows, paths } of the package; `headings` are the words above each scope. */
export function rightsTable({ verbs: columns, rows, paths }, caption, headings = {}) {
  if (!rows.length && !paths.length) return el("p", {}, "Nothing at all.");
  const parts = [];
  if (rows.length) {
    const head = el("tr", {}, el("th", { scope: "col" }, "Resource"), ...columns.map((verb) => el("th", { scope: "col" }, verb === "*" ? "any verb" : plainName(verb))));
    const bodies = ["cluster", "namespace"].map((scope) => rows.filter((each) => each.scope === scope)).map((list, index) => {
      const heading = headings[index ? "namespace" : "cluster"];
      return list.length && el("tbody", {}, heading && el("tr", {}, el("th", { scope: "rowgroup", colspan: String(columns.length + 1), class: "scope" }, heading)), ...list.map((each) => row(each, columns)));
    });
    parts.push(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, el("table", { class: "matrix" }, el("caption", {}, caption), el("thead", {}, head), ...bodies.filter(Boolean))));
  }
  if (paths.length) parts.push(el("p", {}, "Paths of the API server: ", ...paths.flatMap(({ path, verbs: may }, index) => [index ? "; " : "", name(path), ` (${may.map(plainName).join(", ")})`])));
  return el("div", {}, ...parts);
}
