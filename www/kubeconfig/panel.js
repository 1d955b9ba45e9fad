// #/kubeconfig: files that somebody has. Who is in them, what is wrong and where, what expires when; merge them, fix them, cut them down to one
// context, write them in another form or without secrets. Files are read in the worker, as kubectl would read them; this side never contains one.
import { el, find, announce, show } from "../ui/dom.js";
import { explain, findingList, sentence, showError, clearRemarks } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { breath } from "../ui/pace.js";
import { chooseFile } from "../ui/drop.js";
import { session } from "../shared/session.js";
import { handed } from "../shared/handover.js";
import { mergeFile, renew } from "./changes.js";
import { createHistory } from "./history.js";
import { mergeCard } from "./merge.js";
import { saySecrets } from "./secrets.js";
import { createView } from "./view.js";

/** @import { PrivateKey } from "../kubecred/index.js" */
/** @import { Dropped, Unread } from "../ui/drop.js" */
/** @import { State } from "./entries.js" */
/** @import { Added } from "./merge.js" */

const ASK = "Close the open kubeconfig? Its changes are not saved, and they are lost with it.";

export function start(/** @type {HTMLElement} */ section) {
  const history = createHistory();
  /** Called when the file was saved with what another panel put into it. @type {(() => void) | null} */
  let told = null;
  /** @type {ReturnType<typeof mergeCard> | null} */
  let merging = null;
  /** Files are read in the order in which they came. @type {Promise<unknown>} */
  let reading = Promise.resolve();
  const text = el("textarea", { id: "kubeconfig-text", rows: "6", spellcheck: "false", autocomplete: "off", "aria-describedby": "kubeconfig-hint" });
  const fold = el(
    "details",
    { id: "kubeconfig-paste", open: true },
    el("summary", {}, "Paste a kubeconfig"),
    el(
      "div",
      { class: "field", "data-field": "text" },
      el("label", { for: "kubeconfig-text" }, "Kubeconfig"),
      text,
      el(
        "p",
        { class: "hint", id: "kubeconfig-hint" },
        "Paste it, drop files anywhere on this page, or choose them. YAML, JSON or KYAML. Nothing is sent, stored or run.",
      ),
    ),
    el("button", { class: "primary" }, "Check kubeconfig"),
  );
  const form = el(
    "form",
    { class: "card", id: "kubeconfig-form", novalidate: true, autocomplete: "off", onsubmit: paste },
    fold,
    el(
      "div",
      { class: "row" },
      chooseFile({ label: "Choose files …", takeMany: dropMany }),
      el("button", { type: "button", "data-when": "open", onclick: shut }, "Close file"),
      el("span", { class: "hint", "data-when": "open" }, "More files are merged: drop or choose them."),
    ),
    el("div", { class: "report", "data-report": "" }),
  );
  const preview = el("div", { id: "kubeconfig-preview" });
  const result = el("div", { id: "kubeconfig-result" });
  section.append(
    el("h1", { id: "kubeconfig-title", tabindex: "-1" }, "Check, merge and renew kubeconfigs"),
    el("p", { class: "lead" }, "Find expired certificates and mistakes before kubectl does. Merge files without losing entries. Nothing leaves this tab."),
    form,
    preview,
    result,
  );
  section.setAttribute("aria-labelledby", "kubeconfig-title");
  const view = createView(result, history, {
    changed() {
      merging?.refresh();
      held();
    },
    saved: () => told?.(),
  });
  addEventListener("pagehide", () => {
    text.value = "";
    history.forget();
  });
  addEventListener("beforeunload", (event) => {
    if (history.unsaved) event.preventDefault();
  });
  document.addEventListener("session-lost", forget);
  fill();

  /** With a file open, the field for pasting is folded to a line. */
  function fill() {
    const filled = history.state !== null;
    form.classList.toggle("filled", filled);
    fold.open = !filled;
    for (const node of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-when]"))) show(node, filled);
    if (!filled) view.clear();
    held();
  }

  function held() {
    saySecrets([...(history.state ? [history.state.config] : []), ...(merging?.configs() ?? [])]);
  }

  /** Nothing of any file is kept. */
  function forget() {
    merging?.close();
    history.forget();
    told = null;
    fill();
  }

  function shut() {
    if ((history.unsaved || merging) && !confirm(ASK)) return;
    forget();
    clearRemarks(form);
    text.focus();
    announce("The kubeconfig is closed.");
  }

  async function read(/** @type {Uint8Array} */ bytes) {
    try {
      return await (await session()).kubeconfig.parse(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  async function paste(/** @type {SubmitEvent} */ event) {
    event.preventDefault();
    clearRemarks(form);
    try {
      const kubeconfig = await read(new TextEncoder().encode(text.value));
      text.value = "";
      const work = reading.then(() => took([{ kubeconfig, label: "the pasted text" }]));
      reading = work.catch(() => {}); // after what was dropped before
      await work;
    } catch (error) {
      showError(form, error, { field: "text" });
    }
  }

  /** What cannot be read is named with its reason, and the other files are taken. */
  function dropMany(/** @type {readonly (Dropped | Unread)[]} */ files) {
    const work = reading.then(() => takeFiles(files));
    reading = work.catch(() => {});
    return work;
  }

  async function takeFiles(/** @type {readonly (Dropped | Unread)[]} */ files) {
    clearRemarks(form);
    /** @type {Added[]} */
    const good = [];
    /** @type {{ code: "not-accepted", level: "error", message: string }[]} */
    const problems = [];
    for (const file of files) {
      const label = plainName(file.name);
      try {
        if ("problem" in file) throw file.problem;
        good.push({ kubeconfig: await read(file.bytes), label });
      } catch (error) {
        const why = sentence(typeof error === "string" ? error : explain(error));
        problems.push({ code: "not-accepted", level: "error", message: `The file ${label} was not read. ${why}` });
      }
    }
    await took(good);
    if (!problems.length) return;
    find("[data-report]", form).replaceChildren(findingList(problems) ?? "");
    announce(problems.map(({ message }) => message).join(" "), { seen: true });
  }

  /** The first file is opened; others are merged into the open one, once their preview was seen. */
  async function took(/** @type {readonly Added[]} */ files) {
    const more = [...files];
    if (!history.state) {
      const first = more.shift();
      if (first) await open(first);
    }
    if (!history.state) for (const { kubeconfig } of more) kubeconfig.dispose(); // closed while the first was drawn
    if (!more.length || !history.state) return;
    fill();
    merging ??= startMerge();
    merging.add(more);
    held();
    find("h2", preview).focus();
    announce(`Preview of the merge with ${more.map(({ label }) => label).join(", ")}.`);
  }

  async function open(/** @type {Added} */ { kubeconfig, label }) {
    await breath(); // to take what was read is a task, and so is what follows from it
    history.open(kubeconfig, label);
    told = null;
    view.clear();
    fill();
    await view.greet("The file was read.");
  }

  function startMerge() {
    const card = mergeCard(() => /** @type {State} */ (history.state).config, {
      take: (files) => view.make(...files.map(({ kubeconfig, label, options }) => mergeFile(kubeconfig, label, history.file(label), options))),
      instead(file) {
        if (!confirm(ASK)) return false;
        void open(file);
        return true;
      },
      closed() {
        merging = null;
        held();
      },
    });
    preview.replaceChildren(card.card);
    return card;
  }

  /** A new certificate came from #/access, for a user of the file that is open. */
  async function putBack(/** @type {{ user: string, key: PrivateKey, certificate: string, saved: () => void }} */ { user, key, certificate, saved }) {
    if (!history.state) return announce("The file is no longer open. Open it again, then add the certificate from “Get access”.", { seen: true });
    const { made } = await view.make(renew(history.state, user, key, certificate));
    if (!made) return;
    told = saved;
    announce(`${plainName(user)} has the new certificate. Save the file below.`, { seen: true });
  }

  /** What another panel handed over: a new certificate for a user, or a file and a new kubeconfig to be merged into it. */
  async function opened() {
    const { file, made, renewed } = handed("kubeconfig");
    if (renewed) return putBack(renewed);
    if (!file) return;
    const lost = history.unsaved || merging !== null;
    if (!lost || confirm("Close the open kubeconfig first? Its changes are not saved. Cancel merges the new files into it.")) forget();
    await dropMany([file]);
    if (history.state) await took([{ kubeconfig: made, label: "The new kubeconfig" }]);
    else made.dispose();
  }

  return { open: opened, drop: (/** @type {Dropped} */ file) => dropMany([file]), dropMany };
}
