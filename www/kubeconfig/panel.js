// #/kubeconfig: a file that somebody has. Who is in it, what is wrong with it and where, what ends when; merge it with another, cut it down to
// one context, write it in another form or without its secrets. The file is read in the worker, as kubectl would read it; this side never contains it.
import { el, find, announce } from "../ui/dom.js";
import { explain, findingList, sentence, showError, clearRemarks } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { chooseFile } from "../ui/drop.js";
import { session } from "../shared/session.js";
import { picture } from "./picture.js";
import { mergeCard } from "./merge.js";
import { saveCard } from "./save.js";
import { renewCard, renewRow } from "./renew.js";
import { handed } from "../shared/handover.js";

/** @import { Finding, Kubeconfig, KubeconfigChanges, KubeconfigSection, PrivateKey } from "../kubecred/index.js" */
/** @import { Dropped } from "../ui/drop.js" */
/** @import { Remark } from "../ui/findings.js" */
/** @import { User } from "./picture.js" */

const MOST = 60;
/** @type {Record<string, string>} */
const ONE = { clusters: "cluster", users: "user", contexts: "context" };

export function start(/** @type {HTMLElement} */ section) {
  /** The file as it is now. @type {Kubeconfig | null} */
  let config = null;
  /** The file as it was read. @type {Kubeconfig | null} */
  let original = null;
  const current = () => /** @type {Kubeconfig} */ (config);
  /** Called when the file was saved with what another panel put into it. @type {(() => void) | null} */
  let told = null;
  const text = el("textarea", { id: "kubeconfig-text", rows: "6", spellcheck: "false", autocomplete: "off", "aria-describedby": "kubeconfig-hint" });
  const form = el(
    "form",
    { class: "card", id: "kubeconfig-form", novalidate: true, autocomplete: "off", onsubmit: paste },
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
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", { class: "primary" }, "Check kubeconfig"), chooseFile({ label: "Choose a file …", take: (file) => drop(file) })),
  );
  const result = el("div", { id: "kubeconfig-result" });
  section.append(
    el("h1", { id: "kubeconfig-title", tabindex: "-1" }, "Check, merge and renew kubeconfigs"),
    el("p", { class: "lead" }, "Find expired certificates and mistakes before kubectl does. Merge files without losing entries. Nothing leaves this tab."),
    form,
    result,
  );
  section.setAttribute("aria-labelledby", "kubeconfig-title");
  addEventListener("pagehide", () => {
    text.value = "";
  });

  async function paste(/** @type {SubmitEvent} */ event) {
    event.preventDefault();
    const bytes = new TextEncoder().encode(text.value);
    if (await take(bytes)) text.value = "";
  }

  /** Reads a file; with one open already, the second is for merging. */
  async function drop(/** @type {Dropped} */ { name, bytes }) {
    if (!config) return take(bytes);
    try {
      merge(await read(bytes), plainName(name));
    } catch (error) {
      announce(`${plainName(name)}: ${sentence(explain(error))}`, { seen: true });
    }
  }

  async function read(/** @type {Uint8Array} */ bytes) {
    try {
      return await (await session()).kubeconfig.parse(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  async function take(/** @type {Uint8Array} */ bytes) {
    clearRemarks(form);
    try {
      open(await read(bytes));
      return true;
    } catch (error) {
      showError(form, error, { field: "text" });
      return false;
    }
  }

  function open(/** @type {Kubeconfig} */ read) {
    for (const old of new Set([config, original])) if (old && old !== read) old.dispose();
    config = original = read;
    draw();
    find("h2", result).focus();
    const errors = read.findings.filter(({ level }) => level === "error").length;
    announce(`The file was read. ${errors ? `${errors} error${errors === 1 ? "" : "s"} found.` : "No errors found."}`);
  }

  /** The file was changed: shown again, with a way back. */
  function become(/** @type {Kubeconfig} */ changed, /** @type {string} */ said) {
    if (config !== original) config?.dispose();
    config = changed;
    draw();
    announce(said, { seen: true });
  }

  function merge(/** @type {Kubeconfig} */ second, /** @type {string} */ label) {
    const card = mergeCard(current(), second, label, {
      take: (merged) => become(merged, "The merged file is shown. Save it below."),
      instead: () => open(second),
    });
    result.querySelector("#kubeconfig-merge")?.remove();
    find("#kubeconfig-what", result).after(card);
    find("h2", card).focus();
  }

  async function renew(/** @type {User} */ entry) {
    const card = await renewCard(current(), entry);
    result.querySelector("#kubeconfig-renew")?.remove();
    find("#kubeconfig-what", result).after(card);
    find("h2", card).focus();
  }

  /** A new certificate came from #/access, for a user of the file that is open. */
  async function putBack(/** @type {{ user: string, key: PrivateKey, certificate: string, saved: () => void }} */ { user, key, certificate, saved }) {
    try {
      if (!config) throw new TypeError("no file");
      const renewed = await config.renew(key, { user, certificate });
      told = saved;
      become(renewed, `${plainName(user)} has the new certificate. Save the file below.`);
      find("h2", result).focus();
    } catch (error) {
      announce(config ? sentence(explain(error)) : "The file is no longer open. Open it again, then add the certificate from “Get access”.", { seen: true });
    }
  }

  function draw() {
    const shownFile = current();
    const { clusters, users, contexts, findings } = shownFile;
    const count = (/** @type {readonly unknown[]} */ list, /** @type {string} */ word) => `${list.length} ${word}${list.length === 1 ? "" : "s"}`;
    /** @type {Remark[]} */
    const shown = findings
      .slice(0, MOST)
      .map((finding) => ({ ...finding, message: `${place(finding)}${finding.message.replace(/\.$/, "")}${field(finding)}` }));
    if (findings.length > MOST) shown.push({ code: "more", level: "notice", message: `${findings.length - MOST} more are not shown.` });
    const before = original;
    result.replaceChildren(
      el(
        "section",
        { class: "card", id: "kubeconfig-what" },
        el("h2", { tabindex: "-1" }, `${count(contexts, "context")}, ${count(clusters, "cluster")}, ${count(users, "user")}`),
        picture(shownFile, (entry) => renewRow(shownFile, entry, renew)),
        findings.length ? findingList(shown) : el("p", {}, "No problems found."),
        files(findings),
      ),
      saveCard(shownFile, {
        become,
        restore: before && before !== shownFile ? () => become(before, "All changes are undone.") : null,
        saved: () => told?.(),
      }),
      el(
        "section",
        { class: "card" },
        el("h2", {}, "Merge with another file"),
        el("p", {}, "Drop the second file on this page, or choose it. You see every change before it is used."),
        chooseFile({ label: "Choose the second file …", take: drop }),
      ),
    );
  }

  /** " (token)" where a finding is about one field; an entry's contents are one level down: users[0].user.token. */
  function field(/** @type {{ path?: string }} */ { path }) {
    const [, rest] = /^(?:clusters|users|contexts)\[\d+\](?:\.(?:cluster|user|context))?\.(.+)$/s.exec(path ?? "") ?? [];
    return rest ? ` (${plainName(rest)})` : "";
  }

  /** "User jane, line 4: " where a finding belongs to an entry. */
  function place(/** @type {{ path?: string, line?: number }} */ { path, line }) {
    const [, list, index] = /^(clusters|users|contexts)\[(\d+)\]/.exec(path ?? "") ?? [];
    const entry = list && current()[/** @type {KubeconfigSection} */ (list)][Number(index)];
    const where = [entry && `${ONE[list ?? ""]} ${plainName(entry.name)}`, line && `line ${line}`].filter(Boolean).join(", ");
    return where ? `${where}: ` : "";
  }

  /** For each path that the file names: a button that takes that file in. */
  function files(/** @type {readonly Finding[]} */ findings) {
    const buttons = findings
      .filter(({ code }) => code === "file-reference")
      .slice(0, 10)
      .map(({ path }) => {
        const [, list, index, of] = /^(\w+)\[(\d+)\]\.\w+\.(.+)$/.exec(path ?? "") ?? [];
        const section = /** @type {KubeconfigSection} */ (list);
        const field = /** @type {NonNullable<KubeconfigChanges["embed"]>[number]["field"]} */ (of);
        const { name } = /** @type {{ name: string }} */ (current()[section][Number(index)]);
        return chooseFile({
          label: `Embed ${field} for ${ONE[section]} ${plainName(name)} …`,
          take: async ({ bytes }) => {
            try {
              become(await current().edit({ embed: [{ section, name, field, contents: bytes }] }), "The file is embedded.");
            } catch (error) {
              announce(sentence(explain(error)), { seen: true });
            } finally {
              bytes.fill(0);
            }
          },
        });
      });
    return buttons.length ? el("div", { class: "row" }, ...buttons) : null;
  }

  /** What another panel handed over: a new certificate for a user, or a file and a new kubeconfig to be merged into it. */
  async function opened() {
    const { file, made, renewed } = handed("kubeconfig");
    if (renewed) return putBack(renewed);
    if (!file) return;
    if (await take(file.bytes)) merge(made, "The new kubeconfig");
    else made.dispose();
  }
  document.addEventListener("session-lost", () => {
    config = original = null;
    result.replaceChildren();
  });
  return { open: opened, drop };
}
