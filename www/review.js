// #/review: the requests of the cluster, those that wait first; approve or deny. Without a cluster: read what was pasted, and print the commands.
import { el, find, show, announce, freshId } from "./dom.js";
import { clearRemarks, showError } from "./findings.js";
import { name, plainName } from "./names.js";
import { inTerminal } from "./shell.js";
import { cluster, connection } from "./connection.js";
import { session } from "./session.js";
import { requestCard, signingRequestCard } from "./card.js";

const PAGE = 50;

export function start() {
  const panel = find("#panel-review");
  const list = find("#review-list");
  const count = find("#review-count");
  let wanted = "";
  let loading = null;

  async function load() {
    const { state } = await connection();
    show(find("#review-bar"), state === "connected");
    find("#review-hand").open = state !== "connected";
    if (state !== "connected") return;
    loading?.abort();
    const mine = loading = new AbortController();
    count.textContent = "Asking the cluster …";
    try {
      const reports = [];
      for await (const report of (await cluster()).signingRequests({ signal: mine.signal })) reports.push(report);
      if (mine === loading) render(reports);
    } catch (error) {
      if (mine !== loading || error.code === "aborted") return;
      count.textContent = "";
      showError(panel, error);
    }
  }

  function render(reports) {
    find("#review-report").replaceChildren();
    const rank = (report) => (report.name === wanted ? 0 : report.state === "pending" ? 1 : 2);
    const sorted = reports.map((report, index) => ({ report, index })).sort((a, b) => rank(a.report) - rank(b.report) || a.index - b.index).map(({ report }) => report);
    const pending = reports.filter((report) => report.state === "pending").length;
    count.textContent = reports.length ? `${pending} waiting, ${reports.length - pending} answered.` : "No request in this cluster.";
    if (wanted && !reports.some((report) => report.name === wanted)) count.replaceChildren("There is no request called ", name(wanted), ". ", count.textContent);
    list.replaceChildren();
    const more = (from) => {
      list.append(...sorted.slice(from, from + PAGE).map(card));
      if (sorted.length <= from + PAGE) return;
      const button = el("button", { type: "button", onclick: () => { button.remove(); more(from + PAGE); } }, `Show more (${sorted.length - from - PAGE} left)`);
      list.append(button);
    };
    more(0);
    announce(count.textContent);
  }

  const card = (report) => signingRequestCard(report, report.state === "pending" ? decision(report) : null);

  function decision(report) {
    const id = freshId("reason");
    const reason = el("input", { id, maxlength: "1024", autocomplete: "off", placeholder: "kept with the request" });
    const place = el("div", { class: "report", "data-report": "" });
    const decide = async (verb) => {
      for (const button of foot.querySelectorAll("button")) button.disabled = true;
      try {
        const options = reason.value.trim() === "" ? {} : { message: reason.value.trim() };
        const changed = await (await cluster())[verb](report.name, options);
        const fresh = card(changed);
        foot.closest("article").replaceWith(fresh);
        find("h2", fresh).focus();
        announce(`${plainName(report.name)} is ${verb === "approve" ? "approved" : "denied"}.`);
      } catch (error) {
        for (const button of foot.querySelectorAll("button")) button.disabled = false;
        showError(foot, error);
      }
    };
    const refused = !report.request.accepted;
    const foot = el("div", { class: "decision" }, el("label", { for: id }, "Reason ", el("span", { class: "optional" }, "optional")), reason, place,
      el("div", { class: "row" },
        el("button", { type: "button", class: "primary", disabled: refused, onclick: () => decide("approve") }, "Approve"),
        el("button", { type: "button", class: "danger", onclick: () => decide("deny") }, "Deny")),
      commands(report.name));
    return foot;
  }

  const commands = (name) => inTerminal(["show-request", "approve", "deny"].map((step) => ({ step: { step, name } })));

  find("#review-refresh").addEventListener("click", load);
  find("#review-paste").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const field = find("#review-text");
    const place = find("#review-pasted");
    const text = field.value.trim();
    clearRemarks(form);
    place.replaceChildren();
    if (text === "") return void showError(form, null, { field: "review-text", says: "paste a request first" });
    if (text.length > 1024 * 1024) return void showError(form, null, { field: "review-text", says: "this is far too long for a request" });
    try {
      const kubecred = await session();
      if (text.startsWith("{")) {
        const report = await kubecred.readSigningRequest(text);
        place.append(signingRequestCard(report, commands(report.name)));
      } else {
        place.append(requestCard(await kubecred.readRequest(text)));
      }
      announce("The request was read.");
    } catch (error) {
      showError(form, error, { field: "review-text" });
    }
  });

  return {
    open(rest) {
      wanted = rest;
      load();
    },
  };
}
