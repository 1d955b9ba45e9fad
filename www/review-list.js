// The list of #/review: thousands of requests in memory, a screenful of cards, filters, and a selection that is decided name by name.
import { el, find, show, announce, freshId } from "./dom.js";
import { clearRemarks, showError } from "./findings.js";
import { name, plainName } from "./names.js";
import { cluster } from "./connection.js";

const PAGE = 50;
/** So many are decided at once; each name is shown before, and nobody reads more. */
const MOST_SELECTED = 50;

/** Everything that a filter looks at, once per request. */
const haystack = (report) =>
  [report.name, report.signerName, report.requestor.user, report.request.user, ...report.request.groups, ...report.findings.map(({ code }) => code), ...report.request.findings.map(({ code }) => code)].join("\n").toLowerCase();

export function requestList({ bar, list, count, card, onChanged }) {
  /** @type {Map<string, { report: any, text: string }>} */
  const all = new Map();
  const selected = new Set();
  const words = el("input", { id: freshId("filter"), type: "search", autocomplete: "off", spellcheck: "false", maxlength: "200", placeholder: "user, group, signer, remark …" });
  const state = el("select", { id: freshId("state") }, ...[["", "all"], ["pending", "waiting"], ["approved", "approved, not signed"], ["issued", "issued"], ["denied", "denied"], ["failed", "failed"]].map(([value, text]) => el("option", { value }, text)));
  const chosen = el("div", { class: "selection" });
  const filters = el("div", { class: "row filters" }, el("label", { for: words.id }, "Filter"), words, el("label", { for: state.id }, "State"), state);
  bar.after(filters, chosen);
  show(filters, false);
  let wanted = "";
  let timer = 0;
  words.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(render, 120); });
  state.addEventListener("change", () => render());

  const rank = ({ report }) => (report.name === wanted ? 0 : report.state === "pending" ? 1 : 2);

  function matching() {
    const asked = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ report, text }) => (state.value === "" || report.state === state.value) && asked.every((word) => text.includes(word));
    return [...all.values()].filter(fits).sort((a, b) => rank(a) - rank(b));
  }

  function render() {
    const found = matching();
    list.replaceChildren();
    const more = (from) => {
      list.append(...found.slice(from, from + PAGE).map(({ report }) => selectable(report)));
      if (found.length <= from + PAGE) return;
      const button = el("button", { type: "button", onclick: () => { button.remove(); more(from + PAGE); } }, `Show more (${(found.length - from - PAGE).toLocaleString("en")} left)`);
      list.append(button);
    };
    more(0);
    say(found.length);
    renderChosen();
  }

  function say(shown) {
    const pending = [...all.values()].filter(({ report }) => report.state === "pending").length;
    const text = all.size ? `${pending} waiting, ${all.size - pending} answered.` : "No request in this cluster.";
    count.replaceChildren(...(wanted && !all.has(wanted) ? ["There is no request called ", name(wanted), ". "] : []), text, ...(shown < all.size ? [` ${shown} match the filter.`] : []));
    show(filters, all.size > 1);
  }

  function selectable(report) {
    const article = card(report);
    if (report.state !== "pending" || !report.request.accepted) return article;
    const id = freshId("select");
    const box = el("input", { type: "checkbox", id, onchange: () => {
      if (box.checked && selected.size >= MOST_SELECTED) { box.checked = false; announce(`${MOST_SELECTED} at most are decided together.`, { seen: true }); return; }
      box.checked ? selected.add(report.name) : selected.delete(report.name);
      renderChosen();
    } });
    box.checked = selected.has(report.name);
    article.prepend(el("div", { class: "row" }, box, el("label", { for: id }, "Select")));
    return article;
  }

  /** The selection, name by name with the user that each stands for, and what to do with all of them. */
  function renderChosen() {
    for (const one of selected) if (all.get(one)?.report.state !== "pending") selected.delete(one);
    chosen.replaceChildren();
    if (selected.size === 0) return;
    const reason = el("input", { id: freshId("reason"), maxlength: "1024", autocomplete: "off" });
    const report = el("div", { class: "report", "data-report": "" });
    const buttons = ["approve", "deny"].map((verb) => el("button", { type: "button", class: verb === "approve" ? "primary" : "danger", onclick: () => decideAll(verb) }, `${verb === "approve" ? "Approve" : "Deny"} these ${selected.size}`));
    const decideAll = async (verb) => {
      clearRemarks(chosen);
      for (const button of buttons) button.disabled = true;
      const message = reason.value.trim();
      let done = 0;
      for (const one of [...selected]) {
        try {
          put([await (await cluster())[verb](one, message ? { message } : {})]);
          selected.delete(one);
          done++;
        } catch (error) {
          render();
          showError(chosen, error);
          announce(`${done} decided; ${plainName(one)} was not.`);
          return;
        }
      }
      render();
      announce(`${done} ${verb === "approve" ? "approved" : "denied"}.`, { seen: true });
      onChanged?.();
    };
    chosen.append(el("div", { class: "card" }, el("h2", {}, "Selected"),
      el("ul", {}, ...[...selected].map((one) => el("li", {}, name(one), " for ", name(all.get(one).report.request.user)))),
      el("label", { for: reason.id }, "Reason ", el("span", { class: "optional" }, "optional")), reason, report, el("div", { class: "row" }, ...buttons)));
  }

  function put(reports) {
    for (const report of reports) all.set(report.name, { report, text: haystack(report) });
  }

  return {
    render,
    clear(name) { wanted = name; all.clear(); selected.clear(); list.replaceChildren(); chosen.replaceChildren(); },
    /** The first page is shown when it is there; later ones change the count alone, until all are there. */
    add(reports) {
      const first = all.size === 0;
      put(reports);
      if (first) render();
      else say(matching().length);
    },
    put,
    remove(report) { all.delete(report.name); },
  };
}
