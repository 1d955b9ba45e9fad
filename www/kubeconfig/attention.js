// What needs attention in the open kubeconfig: a summary, then each finding with its place and, where the package can do something about it, a button.
import { el, show } from "../ui/dom.js";
import { chooseFile } from "../ui/drop.js";
import { relative } from "../ui/dates.js";
import { findingItem } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { fill } from "../ui/pace.js";
import { FILES } from "./changes.js";
import { ONE, originOf } from "./entries.js";
import { renameButton } from "./rename.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { Finding, KubeconfigSection } from "../kubecred/index.js" */
/** @import { Entry, State } from "./entries.js" */
/** @import { Exec, FileField } from "./changes.js" */
/** @import { Remark } from "../ui/findings.js" */

/**
 * What the buttons do; each redraws the panel.
 * @typedef {object} Actions
 * @property {(user: string) => unknown} renew
 * @property {(entry: Entry) => unknown} remove
 * @property {(entry: Entry, to: string) => Promise<unknown>} rename rejects where the name is refused
 * @property {(entry: Entry, field: FileField, contents: Uint8Array) => unknown} embed
 * @property {(user: string, exec: Exec) => unknown} setExec
 * @property {(context: string) => unknown} setCurrent
 * @property {(context: string) => unknown} removeNamespace
 * @property {() => unknown} removeExpired
 */

const MOST = 60;
const ORDER = ["error", "warning", "notice"];
const V1BETA1 = "client.authentication.k8s.io/v1beta1";

/** The entry that a finding is about, and the rest of its path: users[0].user.token is the field token. @param {State} state @param {Finding} finding */
function placeOf({ config }, { path }) {
  const [, list, index, rest] = /^(clusters|users|contexts)\[(\d+)\](?:\.(?:cluster|user|context))?(?:\.(.+))?$/s.exec(path ?? "") ?? [];
  const section = /** @type {KubeconfigSection | undefined} */ (list);
  const name = section && config[section][Number(index)]?.name;
  return { entry: section && name !== undefined ? { section, name } : undefined, field: rest };
}

/** "User jane, line 4 of staging.yaml: " where a finding belongs to an entry; the file is named where there are several. */
function where(/** @type {State} */ state, /** @type {Finding} */ finding, /** @type {readonly string[]} */ files) {
  const { entry } = placeOf(state, finding);
  const file = entry ? originOf(state, entry)?.file : (state.fields.get(/^[^.[]*/.exec(finding.path ?? "")?.[0] ?? "") ?? 0);
  const line = finding.line && typeof file === "number" ? `line ${finding.line}${files.length > 1 ? ` of ${files[file]}` : ""}` : "";
  const parts = [entry && `${ONE[entry.section]} ${plainName(entry.name)}`, line].filter(Boolean).join(", ");
  return parts ? `${parts}: ` : "";
}

/** @param {State} state @param {Finding} finding @param {readonly string[]} files @returns {Remark} */
function remark(state, finding, files) {
  const { field } = placeOf(state, finding);
  return { ...finding, message: `${where(state, finding, files)}${finding.message.replace(/\.$/, "")}${field ? ` (${plainName(field)})` : ""}` };
}

/** When the credential of a user expires. @param {State["config"]["users"][number]} user */
const end = ({ certificate, token }) => certificate?.notAfter ?? token?.expiresAt;

/** Users whose certificate or token has expired, and those with a certificate that is due for renewal. @param {State} state */
function lives({ config: { users } }) {
  const now = Date.now();
  const time = (/** @type {string | undefined} */ instant) => (instant ? new Date(instant).getTime() : Number.POSITIVE_INFINITY);
  const expired = users.filter((user) => time(end(user)) <= now);
  return { expired, due: users.filter((user) => !expired.includes(user) && time(user.certificate?.renewalDue) <= now) };
}

/** "1 expired, 2 broken, 1 expires in 59 minutes". @param {State} state */
export function summary(state) {
  const { expired, due } = lives(state);
  const over = new Set(expired.map(({ name }) => `users/${name}`));
  const about = (/** @type {string} */ level) =>
    new Set(
      state.config.findings
        .filter((finding) => finding.level === level)
        .map((finding) => {
          const { entry } = placeOf(state, finding);
          return entry ? `${entry.section}/${entry.name}` : (finding.path ?? "");
        })
        .filter((place) => !over.has(place)),
    );
  const broken = about("error");
  const doubtful = [...about("warning")].filter((place) => !broken.has(place));
  const [first, ...others] = due.map((user) => end(user) ?? "").sort();
  return [
    expired.length && `${expired.length} expired`,
    broken.size && `${broken.size} broken`,
    first && `${1 + others.length} expire${others.length ? "" : "s"} ${others.length ? "soon, the first " : ""}${relative(first)}`,
    doubtful.length && `${doubtful.length} to check`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** The part of the panel with what needs attention, brought to a state by `update`. @param {Actions} act */
export function attention(act) {
  const heading = el("h3", { id: "kubeconfig-attention", tabindex: "-1" });
  const expiredRow = el("div", { class: "row", hidden: true }, el("button", { type: "button", onclick: act.removeExpired }, "Remove all expired"));
  const list = el("ul", { class: "findings" });

  /** @param {State} state @param {readonly string[]} files @param {ReturnType<typeof import("../ui/pace.js").pacer>} pace */
  function update(state, files, pace) {
    const { expired, due } = lives(state);
    /** @type {Finding[]} */
    const soon = due.map((user) => ({
      code: "certificate-ends-soon",
      level: "warning",
      message: `The certificate expires ${relative(end(user) ?? "")}. Renew it now`,
      path: `users[${state.config.users.indexOf(user)}]`,
    }));
    const found = [...state.config.findings, ...soon].sort((one, two) => ORDER.indexOf(one.level) - ORDER.indexOf(two.level));
    const offer = offers(state, act);
    const items = found.slice(0, MOST).map((finding) => {
      const said = remark(state, finding, files);
      const buttons = offer(finding);
      return {
        key: JSON.stringify([said.code, said.level, said.message, ...buttons.map(({ id }) => id)]),
        make() {
          const item = findingItem(said);
          if (buttons.length) item.append(el("div", { class: "tools" }, ...buttons.map(({ make }) => make())));
          return item;
        },
      };
    });
    const more = found.length - MOST;
    if (more > 0) items.push({ key: `${more}`, make: () => findingItem({ code: "more", level: "notice", message: `${more} more are not shown.` }) });
    const words = summary(state);
    heading.textContent = words ? `Needs attention: ${words}` : found.length ? "Nothing is broken" : "No problems found";
    show(expiredRow, expired.length > 1);
    show(list, items.length > 0);
    return fill(list, items, pace);
  }

  return { nodes: [heading, expiredRow, list], update };
}

/** Gives the buttons for a finding, each with what it does about which entry; what another finding of the same entry has already is left out. @param {State} state @param {Actions} act */
function offers(state, act) {
  const { config } = state;
  /** @type {Set<string>} */
  const offered = new Set();
  const broken = new Set(config.findings.filter(({ level }) => level === "error").map((finding) => JSON.stringify(placeOf(state, finding).entry)));
  /** @param {string} words @param {string} about @param {() => unknown} onclick */
  const button = (words, about, onclick) => el("button", { type: "button", class: "small", "aria-label": `${words}: ${about}`, onclick }, words);

  return (/** @type {Finding} */ finding) => {
    const { entry, field } = placeOf(state, finding);
    /** @type {[string, () => HTMLElement][]} */
    const wanted = [];
    const { code } = finding;
    if (code === "context-not-found" || code === "no-current-context") {
      const sound = config.contexts.filter(({ name }) => !broken.has(JSON.stringify({ section: "contexts", name })));
      for (const { name } of sound.slice(0, 3)) {
        const words = `Set ${plainName(name)} as current`;
        wanted.push([words, () => el("button", { type: "button", class: "small", onclick: () => act.setCurrent(name) }, words)]);
      }
    }
    if (entry) {
      const about = `${ONE[entry.section]} ${plainName(entry.name)}`;
      const user = entry.section === "users" ? config.users.find(({ name }) => name === entry.name) : undefined;
      if (code === "exec-api-version") wanted.push(["exec", () => button("Change to v1beta1", about, () => act.setExec(entry.name, { apiVersion: V1BETA1 }))]);
      if (code === "exec-interactive-mode")
        wanted.push(["exec", () => button("Set to IfAvailable", about, () => act.setExec(entry.name, { interactiveMode: "IfAvailable" }))]);
      if (code === "invalid-namespace") wanted.push(["namespace", () => button("Remove the namespace", about, () => act.removeNamespace(entry.name))]);
      if (code === "file-reference" && field && field in FILES) wanted.push([field, () => embedButton(entry, /** @type {FileField} */ (field), act)]);
      if (["certificate-expired", "certificate-ends-soon"].includes(code) && user?.certificate?.renewalDue)
        wanted.push(["renew", () => button("Renew …", about, () => act.renew(entry.name))]);
      if (/\.name$/.test(finding.path ?? "")) wanted.push(["rename", () => renameButton(entry, act)]);
      if (finding.level === "error" || code === "unused") wanted.push(["remove", () => button("Remove", about, () => act.remove(entry))]);
    }
    return wanted.map(([what, make]) => ({ id: `${what}/${entry?.section}/${entry?.name}`, make })).filter(({ id }) => !offered.has(id) && offered.add(id));
  };
}

/** @param {Entry} entry @param {FileField} field @param {Actions} act @returns {HTMLElement} */
function embedButton(entry, field, act) {
  const words = `Embed the ${FILES[field]}`;
  return chooseFile({
    label: `${words} …`,
    className: "small",
    describedAs: `${words} of ${ONE[entry.section]} ${plainName(entry.name)}: choose the file`,
    take: ({ bytes }) => act.embed(entry, field, bytes),
  });
}
