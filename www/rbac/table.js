// What somebody may do, as a table: resources down, verbs across. Every cell says yes or no to those who do not see it.
// Rules can make thousands of rows, so a part is shown, and more on request: the page must not stand still for them.
import { grouped } from "../ui/counted.js";
import { el, announce } from "../ui/dom.js";
import { holdUntil } from "../ui/hold.js";
import { name, nameList, plainName } from "../ui/names.js";
import { frame, layOut } from "../ui/pace.js";

/** Cells that are added at once, and columns at most; verbs beyond them are listed in the row. */
const CELLS = 600;
/** So many of them in one task: a fraction of what a task may take on a slow machine. */
const PIECE = 40;
const COLUMNS = 16;

/** @import { RbacMatrix, RbacRow } from "../kubecred/index.js" */
/** @typedef {Partial<Record<RbacRow["scope"], string | Node>>} Headings */

const cell = (/** @type {boolean} */ yes) =>
  el("td", {}, el("span", { class: yes ? "yes" : "no", role: "img", "aria-label": yes ? "yes" : "no" }, yes ? "✓" : "·"));

function row(/** @type {Omit<RbacRow, "by">} */ { apiGroup, resource, resourceNames, verbs }, /** @type {readonly string[]} */ columns) {
  const what = el("th", { scope: "row" }, resource === "*" ? "everything" : name(resource));
  if (apiGroup) what.append(" ", el("span", { class: "optional" }, apiGroup === "*" ? "of any group" : name(apiGroup)));
  if (resourceNames.length) what.append(el("span", { class: "only" }, "only ", ...nameList(resourceNames)));
  const has = new Set(verbs);
  const more = columns.length === COLUMNS ? verbs.filter((verb) => !columns.includes(verb)) : [];
  if (more.length) what.append(el("span", { class: "only" }, "also ", ...nameList(more, "", 10)));
  return el("tr", {}, what, ...columns.map((verb) => cell(has.has(verb) || has.has("*"))));
}

/** Rows of one scope after the other, at most `count` at a time; the first is alone, since it is laid out with all that is around the table. */
function* bodies(
  /** @type {readonly Omit<RbacRow, "by">[]} */ rows,
  /** @type {readonly string[]} */ columns,
  /** @type {Headings} */ headings,
  /** @type {number} */ count,
) {
  let size = 1;
  for (const scope of /** @type {const} */ (["cluster", "namespace"])) {
    const list = rows.filter((each) => each.scope === scope);
    for (let from = 0, next; from < list.length; from = next) {
      const heading = from === 0 && headings[scope];
      next = from + size;
      const part = list.slice(from, next);
      size = count;
      yield {
        count: part.length,
        body: el(
          "tbody",
          {},
          heading && el("tr", {}, el("th", { scope: "rowgroup", colspan: String(columns.length + 1), class: "scope" }, heading)),
          ...part.map((each) => row(each, columns)),
        ),
      };
    }
  }
}

/** { verbs, rows, paths } of the package; `headings` are the words above each scope. */
export function rightsTable(
  /** @type {{ verbs: readonly string[], rows: readonly Omit<RbacRow, "by">[], paths: readonly Omit<RbacMatrix["paths"][number], "by">[] }} */ {
    verbs,
    rows,
    paths,
  },
  /** @type {string} */ caption,
  /** @type {Headings} */ headings = {},
) {
  if (!rows.length && !paths.length) return el("p", {}, "No permissions.");
  const parts = [];
  if (rows.length) {
    const columns = verbs.slice(0, COLUMNS);
    const head = el(
      "tr",
      {},
      el("th", { scope: "col" }, "Resource"),
      ...columns.map((verb) => el("th", { scope: "col" }, verb === "*" ? "any verb" : plainName(verb))),
    );
    const most = Math.max(1, Math.floor(CELLS / columns.length));
    const rest = bodies(rows, columns, headings, Math.max(1, Math.floor(PIECE / columns.length)));
    const table = el("table", { class: "matrix" }, el("caption", {}, caption), el("thead", {}, head));
    const scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
    let shown = 0;
    let end = most;
    const label = () => `Show more rows (${grouped(Math.min(end, rows.length))} of ${grouped(rows.length)} are shown)`;
    const piece = () => {
      const { value } = rest.next();
      if (value) table.append(value.body);
      shown += value?.count ?? 0;
    };
    /** The rows that belong on the page, in as many frames as they take. What they move cannot be pressed until then. */
    async function fill() {
      while (shown < end && shown < rows.length) {
        piece();
        layOut(table);
        await frame();
      }
      scroll.removeAttribute("aria-busy");
    }
    // Who has pressed for more stays on the button.
    const below = () =>
      [.../** @type {NodeListOf<HTMLElement>} */ (scroll.parentElement?.parentElement?.querySelectorAll(".row, .decision, details") ?? [])].filter(
        (each) => !each.contains(document.activeElement),
      );
    piece();
    if (shown < Math.min(end, rows.length)) {
      scroll.setAttribute("aria-busy", "true");
      // Once the table is on the page: before, it would all be laid out at once.
      new ResizeObserver((_, self) => {
        self.disconnect();
        holdUntil(below(), frame().then(fill));
      }).observe(table);
    }
    parts.push(scroll);
    if (end < rows.length) {
      const button = el(
        "button",
        {
          type: "button",
          onclick: () => {
            end += most;
            scroll.setAttribute("aria-busy", "true");
            holdUntil(below(), fill());
            button.textContent = label();
            if (end >= rows.length) button.remove();
            announce(`${grouped(Math.min(end, rows.length))} of ${grouped(rows.length)} rows are shown.`);
          },
        },
        label(),
      );
      parts.push(el("div", { class: "row" }, button));
    }
  }
  if (paths.length) {
    const some = paths
      .slice(0, 60)
      .flatMap(({ path, verbs: may }, index) => [
        index ? "; " : "",
        name(path),
        ` (${may.slice(0, COLUMNS).map(plainName).join(", ")}${may.length > COLUMNS ? ", …" : ""})`,
      ]);
    parts.push(el("p", {}, "Paths of the API server: ", ...some, paths.length > 60 ? ` and ${grouped(paths.length - 60)} more` : ""));
  }
  return el("div", {}, ...parts);
}
