// What can be made of the file that is open: one context of it, without what has ended, without secrets, in another form; and saving it.
import { el, announce, show } from "../ui/dom.js";
import { findingList, explain } from "../ui/findings.js";
import { fileName, plainName } from "../ui/names.js";
import { fill } from "../ui/pace.js";
import { readable } from "../ui/readable.js";
import { saveFile } from "../ui/save.js";
import { inTerminal } from "../ui/shell.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */
/**
 * `saved` is called when the file was saved with its secrets.
 * @typedef {{ setCurrent: (context: string) => unknown, keepOnly: (context: string) => unknown, removeExpired: () => unknown, saved: () => void }} Then
 */

const FORMATS = { yaml: "YAML (like kubectl)", json: "JSON", kyaml: "KYAML" };

/** `update` brings the card to the file that is open now. */
export function saveCard(/** @type {() => Kubeconfig} */ config, /** @type {Then} */ { setCurrent, keepOnly, removeExpired, saved: told }) {
  const report = el("div", { "data-report": "" });
  const attempt = (/** @type {() => unknown} */ work) => async () => {
    report.replaceChildren();
    try {
      await work();
    } catch (error) {
      report.replaceChildren(findingList([{ code: error?.code ?? "unexpected", level: "error", message: explain(error) }]) ?? "");
    }
  };
  const context = el("select", { id: "kubeconfig-context" });
  const format = el("select", { id: "kubeconfig-format" }, ...Object.entries(FORMATS).map(([value, words]) => el("option", { value }, words)));
  const redact = el("input", { type: "checkbox" });
  const saved = el("div", {});

  const shown = el("pre", { tabindex: "0", "aria-label": "The kubeconfig, secrets left out", hidden: true });

  async function look() {
    shown.textContent = await readable(config());
    show(shown);
    shown.focus();
  }

  async function save() {
    const bytes = await config().serialize({ format: /** @type {"yaml" | "json" | "kyaml"} */ (format.value), redact: redact.checked });
    const file = fileName(redact.checked ? "redacted" : "kubeconfig", config().currentContext, format.value === "json" ? "json" : "yaml");
    saveFile(bytes, file);
    if (!redact.checked) told();
    saved.replaceChildren(
      el(
        "p",
        {},
        el("b", {}, `Download started: ${file}.`),
        redact.checked
          ? " It contains no key, token or password, so it is safe to share."
          : " Anyone with this file can act as you. Keep it where only you can read it, and do not overwrite your other files.",
        ` If it is not in your downloads, save it again.`,
      ),
      redact.checked
        ? ""
        : inTerminal(
            [
              { says: "Make it readable only by you, and use it in this window:", step: { step: "use-kubeconfig", file, folder: "downloads" } },
              {
                says: "Or together with your other files. For a name in both, the first file is used:",
                text: {
                  sh: `export KUBECONFIG="$HOME/.kube/config:$HOME/Downloads/${file}"`,
                  powershell: `$env:KUBECONFIG = "$HOME\\.kube\\config;$HOME\\Downloads\\${file}"`,
                  cmd: `set "KUBECONFIG=%USERPROFILE%\\.kube\\config;%USERPROFILE%\\Downloads\\${file}"`,
                },
              },
            ],
            { open: true, label: "Use it in a terminal" },
          ),
    );
    announce(`Download started: ${file}.`);
  }

  const choice = el(
    "div",
    { class: "field" },
    el("label", { for: context.id }, "Context"),
    context,
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", onclick: () => keepOnly(context.value) }, "Keep only this context"),
      el("button", { type: "button", onclick: () => setCurrent(context.value) }, "Set as current"),
      el("button", { type: "button", onclick: removeExpired }, "Remove expired"),
    ),
  );
  const node = el(
    "section",
    { class: "card" },
    el("h2", {}, "Change and save"),
    choice,
    el("div", { class: "field" }, el("label", { for: format.id }, "Format"), format),
    el("p", {}, el("label", { class: "check" }, redact, " Remove secrets (safe to share)")),
    report,
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", class: "primary", onclick: attempt(save) }, "Save the file"),
      el("button", { type: "button", onclick: attempt(look) }, "Preview (keys hidden)"),
    ),
    shown,
    saved,
  );

  /** The current context when this was drawn. @type {string | null | undefined} */
  let current = null;
  async function update(/** @type {ReturnType<typeof import("../ui/pace.js").pacer>} */ pace) {
    const { contexts, currentContext } = config();
    for (const place of [report, saved, shown]) place.replaceChildren();
    show(shown, false);
    show(choice, contexts.length > 0);
    const chosen = context.value;
    const items = contexts.slice(0, 2000).map(({ name }) => ({ key: name, make: () => el("option", { value: name }, plainName(name)) }));
    if (!(await fill(context, items, pace))) return false;
    // What a person has chosen stays, unless it is gone or another context has become the current one.
    const has = (/** @type {string | undefined} */ wanted) => contexts.some(({ name }) => name === wanted);
    if (current !== currentContext || !has(chosen)) context.value = has(currentContext) ? (currentContext ?? "") : (contexts[0]?.name ?? "");
    current = currentContext;
    return true;
  }
  return { node, update };
}
