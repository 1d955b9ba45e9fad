// The parts of #/review that are there from the start: the list's place, and the form for a request that arrived by another way than the cluster.
import { el } from "../ui/dom.js";

/** Fills the section. */
export function layout(/** @type {HTMLElement} */ section) {
  section.replaceChildren(
    el(
      "div",
      { class: "row review-top" },
      el("h1", { id: "review-title", tabindex: "-1" }, "Review requests"),
      el(
        "div",
        { class: "row", id: "review-bar", hidden: true },
        el("button", { type: "button", class: "small", id: "review-refresh" }, "Refresh"),
        el("span", { class: "hint", id: "review-count" }),
      ),
    ),
    el("p", { class: "lead" }, "Approving lets someone sign in under the name shown until the certificate expires. Check with them first, on another channel."),
    el("div", { class: "report", id: "review-report", "data-report": "" }),
    el("div", { class: "notice-box", id: "review-linked", hidden: true }),
    el("div", { class: "row filters", id: "review-filters", hidden: true }),
    el("div", { id: "review-split" }, el("div", { id: "review-side" }, el("div", { id: "review-list", role: "list", "aria-label": "Requests" }))),
    el("div", { class: "selection", id: "review-selection" }),
    pasteCard(),
  );
  section.setAttribute("aria-labelledby", "review-title");
}

function pasteCard() {
  const text = el("textarea", {
    id: "review-text",
    rows: "7",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "-----BEGIN CERTIFICATE REQUEST-----",
    "aria-describedby": "review-text-hint",
  });
  return el(
    "details",
    { class: "card", id: "review-hand" },
    el("summary", {}, "Check a request you received"),
    el(
      "form",
      { id: "review-paste", novalidate: true, autocomplete: "off" },
      el(
        "div",
        { class: "field", "data-field": "review-text" },
        el("label", { for: "review-text" }, "Request"),
        text,
        el(
          "p",
          { class: "hint", id: "review-text-hint" },
          "The request itself, a link that contains it, or the output of ",
          el("code", {}, "kubectl get csr NAME -o yaml"),
          ".",
        ),
      ),
      el("div", { class: "report", "data-report": "" }),
      el("div", { class: "row" }, el("button", { class: "primary" }, "Check request")),
    ),
    el("div", { id: "review-pasted" }),
  );
}
