// The preview of a merge: every entry of the second file, what becomes of it, and under which name. Nothing is taken before that is seen.
import { el, freshId } from "./dom.js";
import { explain, findingList } from "./findings.js";
import { name } from "./names.js";

const WAYS = { rename: "keep both, and give the second another name", keep: "keep the first file’s, as kubectl would", replace: "take the second file’s" };
const WORDS = { added: "added", identical: "the same in both", renamed: "added under another name", replaced: "replaces the first file’s", kept: "left out: the first file’s is kept" };
const ONE = { clusters: "cluster", users: "user", contexts: "context", fields: "field" };

export function mergeCard(first, second, label, { take, instead }) {
  const way = el("select", { id: freshId("merge-way") }, ...Object.entries(WAYS).map(([value, words]) => el("option", { value }, words)));
  const use = el("input", { type: "checkbox" });
  const body = el("div", { class: "merge-preview", "aria-live": "polite" });
  let merged = null;
  let done = false;
  const card = el("section", { class: "card", id: "kubeconfig-merge" }, el("h2", { tabindex: "-1" }, "Merge: what would happen"),
    el("p", {}, `Into the file that is open, out of ${label}.`),
    el("label", { for: way.id }, "Where both have an entry of the same name and it differs"), way,
    el("p", {}, el("label", { class: "check" }, use, " Use the second file’s current context afterwards")),
    body,
    el("div", { class: "row" },
      el("button", { type: "button", class: "primary", onclick: () => { const taken = merged; if (!taken) return; merged = null; end(true); take(taken); } }, "Take the merged file"),
      el("button", { type: "button", onclick: () => { end(false); instead(); } }, "Open the second file instead"),
      el("button", { type: "button", onclick: () => end(true) }, "Cancel")));

  function end(dispose) {
    done = true;
    merged?.dispose();
    if (dispose) second.dispose();
    card.remove();
  }

  async function preview() {
    try {
      const { kubeconfig, changes } = await first.merge(second, { onConflict: way.value, useContext: use.checked });
      if (done) return kubeconfig.dispose();
      merged?.dispose();
      merged = kubeconfig;
      body.replaceChildren(table(changes), el("p", { class: "hint" }, "Afterwards the current context is ", name(kubeconfig.currentContext || "none"), "."));
    } catch (error) {
      body.replaceChildren(findingList([{ code: error?.code ?? "unexpected", level: "error", message: explain(error) }]));
    }
  }
  way.addEventListener("change", preview);
  use.addEventListener("change", preview);
  preview();
  return card;
}

function table(changes) {
  const rows = changes.slice(0, 300).map(({ kind, section, name: old, newName }) => el("tr", { class: kind },
    el("td", {}, `${ONE[section] ?? ""} `, name(old)), el("td", {}, kind === "kept" ? "–" : name(newName ?? old)), el("td", {}, WORDS[kind])));
  if (changes.length > rows.length) rows.push(el("tr", {}, el("td", { colspan: "3" }, `and ${changes.length - rows.length} more`)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Changes" }, el("table", {},
    el("thead", {}, el("tr", {}, ...["In the second file", "In the merged file", "What happens"].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...rows)));
}
