// The column of steps: which one is open, which are done, what each left behind. One object holds the state of the whole path.
import { el, find, show, announce } from "../ui/dom.js";

/**
 * What the steps of #/access share. Fields: user, groups, key, request (PEM), options (for the signing request), object, name, requested (name, signer, usages, lifetime), uid (of the object in the cluster),
 * byHand, sent (the request is in the cluster already), certificate (PEM), report, differs (findings: how the certificate differs from what was requested), linked (a certificate that waits for the request), saved, kept,
 * own (the report of a request that was made elsewhere, where the key is too), renewal ({ entry, user } of the file under #/kubeconfig that the certificate goes into).
 */
export function createFlow(root) {
  const items = [...root.children];
  const entering = new Map();
  const leaving = new Map();
  const item = (id) => items.find((each) => each.dataset.step === id);
  const body = (each) => find(".card", each);

  const flow = {
    user: "",
    groups: [],
    key: null,
    request: null,
    options: null,
    object: null,
    name: "",
    requested: null,
    uid: undefined,
    byHand: false,
    sent: false,
    certificate: null,
    report: null,
    differs: [],
    linked: null,
    saved: false,
    kept: false,
    own: null,
    renewal: null,

    /** What a step does when it is opened, and when its result is dropped. */
    on(id, { enter, drop }) {
      if (enter) entering.set(id, enter);
      if (drop) leaving.set(id, drop);
    },

    /** Opens one step and closes the others. The focus goes to its heading unless the page is just starting. */
    open(id, { focus = true } = {}) {
      for (const each of items) {
        const now = each.dataset.step === id;
        each.classList.toggle("now", now);
        if (now) each.setAttribute("aria-current", "step");
        else each.removeAttribute("aria-current");
        show(body(each), now);
        show(find(".summary", each), !now);
      }
      entering.get(id)?.();
      const heading = find("h2", item(id));
      if (focus && root.offsetParent !== null) heading.focus({ preventScroll: false });
      announce(`Step ${items.indexOf(item(id)) + 1} of ${items.length}: ${heading.textContent}`);
    },

    /** Marks a step as done with a line that says what came out, and a way back into it. */
    finish(id, words, ...links) {
      const each = item(id);
      each.classList.add("done");
      const change = el(
        "button",
        { type: "button", class: "link", "aria-label": `Change: ${find("h2", each).textContent}`, onclick: () => flow.open(id) },
        "change",
      );
      find(".summary", each).replaceChildren(...words, " ", change, ...links.flatMap((link) => [" · ", link]));
    },

    /** Drops the results of a step and of all after it; the key is dropped by nothing but another key. */
    drop(from) {
      for (const each of items.slice(items.indexOf(item(from)))) {
        each.classList.remove("done");
        leaving.get(each.dataset.step)?.();
      }
    },

    /** Opens the first step that is not done. */
    next() {
      const open = items.find((each) => !each.classList.contains("done"));
      if (open) flow.open(open.dataset.step);
    },
  };
  return flow;
}
