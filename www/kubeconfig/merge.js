// The preview of a merge: every entry of each file that is added, what becomes of it, and under which name. Nothing is taken before that is seen.
import { OUTCOMES, resultOf, subjectOf } from "../kubecred/ui/merged.js";
import { el, find, freshId, show } from "../ui/dom.js";
import { explain, findingList, sentence } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { name, plainName } from "../ui/names.js";
import { mergeSummary } from "./changes.js";

/** @import { Kubeconfig, MergeChange } from "../kubecred/index.js" */
/** @import { MergeOptions } from "./changes.js" */

const WAYS = { rename: "keep both, rename the second", keep: "keep the open file’s (like kubectl)", replace: "use the second file’s" };
/** @typedef {{ kubeconfig: Kubeconfig, label: string }} Added a file that is to be merged; the card owns it until it is handed on */
/**
 * @typedef {object} Then
 * @property {(files: (Added & { options: MergeOptions })[]) => unknown} take
 * @property {(file: Added) => boolean} instead opens one of them in the place of everything else; false where the person thought better of it
 * @property {() => void} closed
 */

/** The files that are merged into the open one, in their order, each with its own preview. More can be added while it is open. */
export function mergeCard(/** @type {() => Kubeconfig} */ open, /** @type {Then} */ { take, instead, closed }) {
  /** @type {(Added & { section: HTMLElement, body: HTMLElement })[]} */
  let files = [];
  const way = el("select", { id: freshId("merge-way") }, ...Object.entries(WAYS).map(([value, words]) => el("option", { value }, words)));
  const context = el("select", { id: freshId("merge-context") });
  const bind = el("input", { type: "checkbox", id: freshId("merge-bind") });
  const binding = el(
    "p",
    { hidden: true },
    el("label", { class: "check" }, bind, " Connect contexts whose cluster or user is missing to the other file’s entry of that name"),
    el("span", { class: "hint" }, " Only if you trust all files: a credential of one is then sent to a server of the other."),
  );
  const previews = el("div", { class: "merge-preview" });
  const after = el("p", { class: "hint", "aria-live": "polite" });
  const report = el("div", { "data-report": "" });
  const use = el("button", { type: "button", class: "primary", onclick: accept }, "Use merged file");
  const actions = el("div", { class: "row" }, use, el("button", { type: "button", onclick: close }, "Cancel"));
  const card = el(
    "section",
    { class: "card", id: "kubeconfig-merge" },
    el("h2", { tabindex: "-1" }, "Preview of the merge"),
    el("label", { for: way.id }, "If both files use a name differently"),
    way,
    el("label", { for: context.id }, "Current context"),
    context,
    binding,
    previews,
    report,
    after,
    actions,
  );
  let asked = 0;
  /** Whose current context is used; null for the open file's. @type {Kubeconfig | null} */
  let chosen = null;

  const configs = () => files.map(({ kubeconfig }) => kubeconfig);

  const optionsOf = (/** @type {Added} */ file) => ({
    onConflict: /** @type {"rename" | "keep" | "replace"} */ (way.value),
    useContext: chosen === file.kubeconfig,
    danglingReferences: /** @type {"bind" | "keep"} */ (bind.checked ? "bind" : "keep"),
  });

  function accept() {
    const taken = files.map(({ kubeconfig, label }) => ({ kubeconfig, label, options: optionsOf({ kubeconfig, label }) }));
    files = [];
    close();
    take(taken);
  }

  function close() {
    asked += 1;
    for (const { kubeconfig } of files) kubeconfig.dispose();
    files = [];
    card.remove();
    closed();
  }

  /** Takes a file out; the last one closes the card. */
  function leaveOut(/** @type {Kubeconfig} */ kubeconfig) {
    files = files.filter((file) => file.kubeconfig !== kubeconfig);
    if (chosen === kubeconfig) chosen = null;
    kubeconfig.dispose();
    if (!files.length) return close();
    draw();
    find("h2", card).focus();
  }

  function openOnly(/** @type {Added} */ file) {
    if (!instead(file)) return;
    files = files.filter(({ kubeconfig }) => kubeconfig !== file.kubeconfig);
    close();
  }

  /** @param {readonly Added[]} added */
  function add(added) {
    files.push(
      ...added.map((file) => {
        const body = el("div", {});
        const { kubeconfig, label } = file;
        const button = (/** @type {string} */ words, /** @type {() => unknown} */ onclick) =>
          el("button", { type: "button", class: "small", "aria-label": `${words}: ${label}`, onclick }, words);
        const section = el(
          "section",
          { class: "merge-file" },
          el("h3", {}, label),
          body,
          el(
            "div",
            { class: "tools" },
            button("Leave this file out", () => leaveOut(kubeconfig)),
            button("Close the others and open this file …", () => openOnly(file)),
          ),
        );
        return { ...file, section, body };
      }),
    );
    draw();
  }

  function draw() {
    const current = open().currentContext;
    context.replaceChildren(
      el("option", { value: "" }, `${current ? plainName(current) : "none"} (the open file’s)`),
      ...files.flatMap(({ kubeconfig, label }, index) =>
        kubeconfig.currentContext
          ? [el("option", { value: index, selected: kubeconfig === chosen }, `${plainName(kubeconfig.currentContext)} (${label}’s)`)]
          : [],
      ),
    );
    previews.replaceChildren(...files.map(({ section }) => section));
    use.textContent = files.length > 1 ? `Use merged file (${files.length + 1} files)` : "Use merged file";
    refresh();
  }

  /** Merges them one after the other as it would be done, and shows what that does; nothing of it is kept. */
  async function preview() {
    asked += 1;
    const mine = asked;
    /** @type {Kubeconfig[]} */
    const made = [];
    try {
      let dangling = bind.checked;
      for (const file of files) {
        const { kubeconfig, changes } = await (made.at(-1) ?? open()).merge(file.kubeconfig, optionsOf(file));
        made.push(kubeconfig);
        if (mine !== asked) return;
        dangling ||= changes.some(({ kind }) => kind === "dangling");
        file.body.replaceChildren(el("p", {}, `${sentence(mergeSummary(changes))}`), table(changes, file.label));
      }
      report.replaceChildren();
      show(binding, dangling);
      after.replaceChildren("Current context after the merge: ", name(made.at(-1)?.currentContext || "none"), ".");
    } catch (error) {
      if (mine !== asked) return;
      report.replaceChildren(findingList([{ code: error?.code ?? "unexpected", level: "error", message: explain(error) }]) ?? "");
    } finally {
      for (const each of made) each.dispose();
    }
  }
  // The table moves the buttons below it.
  const refresh = () => holdUntil([actions], preview());
  context.addEventListener("change", () => {
    chosen = files[context.selectedIndex === 0 ? -1 : Number(context.value)]?.kubeconfig ?? null;
  });
  for (const each of [way, context, bind]) each.addEventListener("change", refresh);
  return { card, add, close, refresh, configs };
}

function table(/** @type {readonly MergeChange[]} */ changes, /** @type {string} */ label) {
  // What needs a person's eyes comes first.
  const sorted = [...changes].sort((one, two) => Number(two.warning !== undefined) - Number(one.warning !== undefined));
  const rows = sorted.slice(0, 300).map((change) => {
    const result = resultOf(change);
    return el(
      "tr",
      { class: change.kind },
      el("td", {}, ...subjectOf(change)),
      el("td", {}, result === undefined ? "–" : name(result)),
      el("td", {}, OUTCOMES[change.kind], change.warning ? el("p", { class: "hint warning" }, el("b", {}, "Warning: "), change.warning) : null),
    );
  });
  if (changes.length > rows.length) rows.push(el("tr", {}, el("td", { colspan: "3" }, `and ${changes.length - rows.length} more`)));
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `Changes by ${label}` },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...["In this file", "In the merged file", "What happens"].map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, ...rows),
    ),
  );
}
