// The entries of the open kubeconfig: what they are called, where each came from, and which are used by no other.
// An entry keeps its origin through every change of names, so that a change can be repeated on it whatever it is called by then.
import { plainName } from "../ui/names.js";

/** @import { Kubeconfig, KubeconfigSection, MergeChange } from "../kubecred/index.js" */

/** `file`: a number in the list of files that were opened, or null where its lines are no longer those of a file. @typedef {{ id: string, file: number | null }} Origin */
/** `origins` is by section and name; `fields` says from which file anything else at the top came. @typedef {{ config: Kubeconfig, origins: Map<string, Origin>, fields: Map<string, number> }} State */
/** @typedef {{ section: KubeconfigSection, name: string }} Entry */

/** @type {readonly KubeconfigSection[]} */
export const SECTIONS = ["users", "contexts", "clusters"];
/** @type {Record<KubeconfigSection, string>} */
export const ONE = { clusters: "cluster", users: "user", contexts: "context" };

const key = (/** @type {Entry} */ { section, name }) => `${section}/${name}`;

/** @param {Kubeconfig} config @returns {Entry[]} each name once, as kubectl uses it */
export function entriesOf(config) {
  /** @type {Entry[]} */
  const all = [];
  for (const section of SECTIONS) {
    const seen = new Set();
    for (const { name } of config[section]) {
      if (seen.has(name)) continue;
      seen.add(name);
      all.push({ section, name });
    }
  }
  return all;
}

/** @param {Kubeconfig} config @param {number} file @returns {State} */
export function opened(config, file) {
  return { config, origins: new Map(entriesOf(config).map((entry) => [key(entry), { id: `${file}/${key(entry)}`, file }])), fields: new Map() };
}

/**
 * The state after an edit; `renamed` is the one entry that has another name now.
 * @param {State} before
 * @param {Kubeconfig} config
 * @param {{ section: KubeconfigSection, from: string, to: string }} [renamed]
 * @returns {State}
 */
export function edited(before, config, renamed) {
  const origins = new Map();
  for (const entry of entriesOf(config)) {
    const name = renamed?.section === entry.section && renamed.to === entry.name ? renamed.from : entry.name;
    origins.set(key(entry), before.origins.get(key({ ...entry, name })));
  }
  return { config, origins, fields: before.fields };
}

/**
 * The state after a merge: entries that the other file brought are its own.
 * @param {State} before
 * @param {Kubeconfig} config
 * @param {readonly MergeChange[]} changes
 * @param {number} file
 * @returns {State}
 */
export function merged(before, config, changes, file) {
  const { origins } = edited(before, config);
  const fields = new Map(before.fields);
  for (const { kind, section, name, newName } of changes) {
    if (!["added", "renamed", "replaced"].includes(kind)) continue;
    if (section === "fields") fields.set(name, file);
    else origins.set(key({ section, name: newName ?? name }), { id: `${file}/${key({ section, name })}`, file });
  }
  return { config, origins, fields };
}

/** @param {State} state @param {Entry} entry */
export const originOf = ({ origins }, entry) => origins.get(key(entry));

/** Where the entry of this origin is now; undefined where it is gone. @param {State} state @param {string} id @returns {Entry | undefined} */
export function find(state, id) {
  const [found] = [...state.origins].find(([, origin]) => origin?.id === id) ?? [];
  const section = SECTIONS.find((each) => found?.startsWith(`${each}/`));
  return found !== undefined && section ? { section, name: found.slice(section.length + 1) } : undefined;
}

/**
 * An entry, and what would be left without use: the contexts that refer to it, and users and clusters that only those refer to.
 * @param {Kubeconfig} config
 * @param {Entry} entry
 * @returns {Entry[]}
 */
export function withDependents(config, entry) {
  const refersTo = (/** @type {Kubeconfig["contexts"][number]} */ context, /** @type {Entry} */ { section, name }) =>
    section === "contexts" ? context.name === name : (section === "users" ? context.user : context.cluster) === name;
  const going = config.contexts.filter((context) => refersTo(context, entry));
  const staying = config.contexts.filter((context) => !going.includes(context));
  /** @type {Entry[]} */
  const used = going.flatMap(({ name, user, cluster }) => [
    { section: "contexts", name },
    { section: "users", name: user },
    { section: "clusters", name: cluster },
  ]);
  const alone = new Map([entry, ...used].map((each) => [key(each), each]));
  const known = new Set(entriesOf(config).map(key));
  return [...alone.values()].filter((each) => known.has(key(each)) && !staying.some((context) => refersTo(context, each)));
}

/** "user bob, context old"; long lists are cut, and say so. @param {readonly Entry[]} entries */
export function listed(entries) {
  const shown = entries.slice(0, 12).map(({ section, name }) => `${ONE[section]} ${plainName(name)}`);
  if (entries.length > shown.length) shown.push(`and ${entries.length - shown.length} more`);
  return shown.join(", ");
}

/** What is in one file and not in the next. @param {Kubeconfig} before @param {Kubeconfig} after */
export function missing(before, after) {
  const left = new Set(entriesOf(after).map(key));
  return entriesOf(before).filter((entry) => !left.has(key(entry)));
}
