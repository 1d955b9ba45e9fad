// The preview of a merge: every entry of the second file, what becomes of it, and under which name. Nothing is taken before that is seen.
import { el, freshId, show } from "../ui/dom.js";
import { explain, findingList } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { name } from "../ui/names.js";

/** @import { Kubeconfig, MergeChange } from "../kubecred/index.js" */

const WAYS = { rename: "keep both, rename the second", keep: "keep the open file’s (like kubectl)", replace: "use the second file’s" };
/** @type {Record<string, string>} */
const WORDS = {
  added: "added",
  identical: "the same in both files",
  renamed: "added with a new name",
  replaced: "replaces the open file’s",
  kept: "not added: the open file’s is kept",
  bound: "now uses an entry of the other file",
  dangling: "still refers to a missing entry; the other file’s entry of that name is not used",
};
/** @type {Record<string, string>} */
const ONE = { clusters: "cluster", users: "user", contexts: "context", fields: "field" };

export function mergeCard(
  /** @type {Kubeconfig} */ first,
  /** @type {Kubeconfig} */ second,
  /** @type {string} */ label,
  /** @type {{ take: (merged: Kubeconfig) => void, instead: () => void }} */ { take, instead },
) {
  const way = el("select", { id: freshId("merge-way") }, ...Object.entries(WAYS).map(([value, words]) => el("option", { value }, words)));
  const use = el("input", { type: "checkbox" });
  const bind = el("input", { type: "checkbox", id: freshId("merge-bind") });
  const binding = el(
    "p",
    { hidden: true },
    el("label", { class: "check" }, bind, " Connect contexts whose cluster or user is missing to the other file’s entry of that name"),
    el("span", { class: "hint" }, " Only if you trust both files: a credential of one is then sent to a server of the other."),
  );
  const body = el("div", { class: "merge-preview", "aria-live": "polite" });
  /** @type {Kubeconfig | null} */
  let merged = null;
  let done = false;
  let asked = 0;
  const actions = el(
    "div",
    { class: "row" },
    el(
      "button",
      {
        type: "button",
        class: "primary",
        onclick: () => {
          const taken = merged;
          if (!taken) return;
          merged = null;
          end(true);
          take(taken);
        },
      },
      "Use merged file",
    ),
    el(
      "button",
      {
        type: "button",
        onclick: () => {
          end(false);
          instead();
        },
      },
      "Discard the merge and open the second file",
    ),
    el("button", { type: "button", onclick: () => end(true) }, "Cancel"),
  );
  const card = el(
    "section",
    { class: "card", id: "kubeconfig-merge" },
    el("h2", { tabindex: "-1" }, "Preview of the merge"),
    el("p", {}, `${label} is merged into the open file.`),
    el("label", { for: way.id }, "If both files use a name differently"),
    way,
    el("p", {}, el("label", { class: "check" }, use, " Use the second file’s current context")),
    binding,
    body,
    actions,
  );

  function end(/** @type {boolean} */ dispose) {
    done = true;
    merged?.dispose();
    if (dispose) second.dispose();
    card.remove();
  }

  async function preview() {
    asked += 1;
    const mine = asked;
    try {
      const { kubeconfig, changes } = await first.merge(second, {
        onConflict: /** @type {"rename" | "keep" | "replace"} */ (way.value),
        useContext: use.checked,
        danglingReferences: bind.checked ? "bind" : "keep",
      });
      if (done || mine !== asked) return kubeconfig.dispose();
      merged?.dispose();
      merged = kubeconfig;
      show(binding, bind.checked || changes.some(({ kind }) => kind === "dangling"));
      body.replaceChildren(table(changes), el("p", { class: "hint" }, "Current context after the merge: ", name(kubeconfig.currentContext || "none"), "."));
    } catch (error) {
      if (mine !== asked) return;
      body.replaceChildren(findingList([{ code: error?.code ?? "unexpected", level: "error", message: explain(error) }]) ?? "");
    }
  }
  // The table moves the buttons below it.
  const look = () => holdUntil([actions], preview());
  for (const each of [way, use, bind]) each.addEventListener("change", look);
  look();
  return card;
}

/** @type {Record<string, string>} */
const FIELDS = { cluster: "cluster", user: "user" };

/** What a change is about: an entry, or a reference of a context. */
const subject = (/** @type {MergeChange} */ { section, name: old, field }) => [
  field ? `${FIELDS[field] ?? ""} of context ` : `${ONE[section] ?? ""} `,
  name(old),
];
const result = (/** @type {MergeChange} */ { kind, name: old, newName, reference, newReference }) =>
  kind === "kept" ? "–" : name(newReference ?? reference ?? newName ?? old);

function table(/** @type {readonly MergeChange[]} */ changes) {
  // What needs a person's eyes comes first.
  const sorted = [...changes].sort((one, two) => Number(two.warning !== undefined) - Number(one.warning !== undefined));
  const rows = sorted
    .slice(0, 300)
    .map((change) =>
      el(
        "tr",
        { class: change.kind },
        el("td", {}, ...subject(change)),
        el("td", {}, result(change)),
        el("td", {}, WORDS[change.kind], change.warning ? el("p", { class: "hint warning" }, el("b", {}, "Warning: "), change.warning) : null),
      ),
    );
  if (changes.length > rows.length) rows.push(el("tr", {}, el("td", { colspan: "3" }, `and ${changes.length - rows.length} more`)));
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Changes" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...["In the second file", "In the merged file", "What happens"].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, ...rows),
    ),
  );
}
