// #/how: how access to Kubernetes works, step by step, each in a terminal and, where this page is connected, here; then all kinds of credentials.
import { el, find } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { shellLines, redraw } from "../ui/shell.js";
import { connection } from "../cluster/connection.js";
import { EXAMPLE_SERVER, SERVER } from "../shared/place.js";
import { credentialTable, lostFile } from "./credentials.js";
import { steps } from "./steps.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { Step } from "./steps.js" */

export function start(/** @type {HTMLElement} */ section) {
  const address = el("input", { id: "how-server", type: "url", autocomplete: "off", spellcheck: "false", placeholder: EXAMPLE_SERVER });
  address.value = SERVER;
  address.addEventListener("change", () => redraw(section));
  const list = steps(() => address.value.trim() || EXAMPLE_SERVER);
  section.append(
    el("h1", { tabindex: "-1", id: "how-title" }, "How it works"),
    el(
      "p",
      { class: "lead" },
      "From a server that does not know you to ",
      el("code", {}, "kubectl get pods"),
      ": each step in a terminal, and on this page where it can do the same.",
    ),
    el(
      "div",
      { class: "card field" },
      el("label", { for: address.id }, "API server address in the lines below"),
      address,
      el("p", { class: "hint" }, "An example, unless you enter yours. This page sends nothing to it."),
      shellLines([]),
    ),
    el("ol", { class: "tutorial" }, ...list.map((step) => card(step, address))),
    credentialTable(),
    lostFile(),
  );
  section.setAttribute("aria-labelledby", "how-title");
  return {
    open: async () => {
      section.dataset.connected = String((await connection()).state === "connected");
    },
  };
}

/** @param {Step} step @param {HTMLInputElement} address */
function card({ id, title, text, lines, panel, run = [] }, address) {
  const answer = el("p", { class: "answer", "aria-live": "polite" });
  const node = el(
    "li",
    { class: "card", id: `how-${id}` },
    el("h2", {}, title),
    ...text.map((words) => el("p", {}, ...words)),
    shellLines(lines),
    panel || run.length
      ? el(
          "div",
          { class: "row" },
          panel ? el("a", { class: "button", href: `#/${panel[0]}` }, panel[1]) : "",
          ...run.map(({ label, ask }) => el("button", { type: "button", class: "here", onclick: (event) => runHere(event.currentTarget, ask) }, label)),
        )
      : "",
    answer,
    el("div", { class: "report", "data-report": "" }),
  );

  /** @param {HTMLButtonElement} button @param {(address: HTMLInputElement) => Promise<Child[]>} ask */
  async function runHere(button, ask) {
    button.disabled = true;
    clearRemarks(node);
    try {
      const words = await ask(address);
      answer.replaceChildren(el("span", {}, ...words));
    } catch (error) {
      answer.replaceChildren();
      showError(node, error);
    } finally {
      button.disabled = false;
      find(".here", node).focus();
    }
  }
  return node;
}
