// What can be changed in the open kubeconfig, as changes for history.js: each finds its entries by origin, changes a copy, and says what it did.
import { plainName } from "../ui/names.js";
import { edited, find, listed, merged, missing, ONE, originOf, withDependents } from "./entries.js";
import { Gone } from "./history.js";
import { seal, unseal } from "./sealed.js";

/** @import { Kubeconfig, KubeconfigChanges, MergeChange, PrivateKey } from "../kubecred/index.js" */
/** @import { Change } from "./history.js" */
/** @import { Entry, State } from "./entries.js" */
/** @typedef {NonNullable<Parameters<Kubeconfig["merge"]>[1]>} MergeOptions */
/** @typedef {NonNullable<KubeconfigChanges["embed"]>[number]["field"]} FileField */
/** @typedef {Omit<NonNullable<KubeconfigChanges["exec"]>[number], "user">} Exec */

/** What a field that names a file is for. @type {Record<FileField, string>} */
export const FILES = { "certificate-authority": "CA", "client-certificate": "certificate", "client-key": "key", tokenFile: "token" };

const said = (/** @type {Entry} */ { section, name }) => `${ONE[section]} ${plainName(name)}`;

/** Gives the entry as it is called when the change is made. @param {State} now @param {Entry} entry */
function tracked(now, entry) {
  const id = originOf(now, entry)?.id;
  return (/** @type {State} */ state) => {
    const found = id === undefined ? undefined : find(state, id);
    if (!found) throw new Gone();
    return found;
  };
}

/** @param {Kubeconfig} other disposed of with the change @param {string} label @param {number} file @param {MergeOptions} options @returns {Change} */
export const mergeFile = (other, label, file, options) => ({
  async apply(state) {
    const { kubeconfig, changes } = await state.config.merge(other, options);
    const next = merged(state, kubeconfig, changes, file);
    if (options.useContext) next.fields.set("current-context", file);
    return { state: next, says: `Merged ${label}: ${mergeSummary(changes)}` };
  },
  forget: () => other.dispose(),
});

/** "3 added, 1 renamed". @param {readonly MergeChange[]} changes */
export function mergeSummary(changes) {
  const entries = changes.filter(({ section }) => section !== "fields");
  const words = { added: "added", renamed: "added with a new name", replaced: "replaced", kept: "not added", identical: "the same" };
  const counts = Object.entries(words).map(([kind, word]) => [entries.filter((each) => each.kind === kind).length, word]);
  return (
    counts
      .filter(([count]) => count)
      .map(([count, word]) => `${count} ${word}`)
      .join(", ") || "nothing new"
  );
}

/** @param {State} now @param {Entry} entry @param {string} to @returns {Change} */
export function rename(now, entry, to) {
  const place = tracked(now, entry);
  return {
    async apply(state) {
      const { section, name: from } = place(state);
      if (from === to) return null;
      const config = await state.config.edit({ rename: [{ section, from, to }] });
      return { state: edited(state, config, { section, from, to }), says: `Renamed ${said({ section, name: from })} to ${plainName(to)}` };
    },
  };
}

/** The entry, and what only it used. @param {State} now @param {Entry} entry @returns {Change} */
export function remove(now, entry) {
  const places = withDependents(now.config, entry).map((each) => tracked(now, each));
  return {
    async apply(state) {
      const going = places.flatMap((place) => {
        try {
          return [place(state)];
        } catch (error) {
          if (error instanceof Gone) return [];
          throw error;
        }
      });
      if (!going.length) throw new Gone();
      return { state: edited(state, await state.config.edit({ remove: going })), says: `Removed: ${listed(going)}` };
    },
  };
}

/** @returns {Change} */
export const removeExpired = () => ({
  async apply(state) {
    const config = await state.config.edit({ dropExpired: true });
    const going = missing(state.config, config);
    if (going.length) return { state: edited(state, config), says: `Removed: ${listed(going)}` };
    config.dispose();
    return null;
  },
});

/** @param {State} now @param {string} context @returns {Change} */
export function keepOnly(now, context) {
  const place = tracked(now, { section: "contexts", name: context });
  return {
    async apply(state) {
      const entry = place(state);
      return { state: edited(state, await state.config.minify(entry.name)), says: `Kept only ${said(entry)}, with its cluster and user` };
    },
  };
}

/** @param {State} now @param {string} context @returns {Change} */
export function setCurrent(now, context) {
  const place = tracked(now, { section: "contexts", name: context });
  return {
    async apply(state) {
      const entry = place(state);
      if (state.config.currentContext === entry.name) return null;
      return { state: edited(state, await state.config.edit({ currentContext: entry.name })), says: `Set ${plainName(entry.name)} as the current context` };
    },
  };
}

/** @param {State} now @param {string} context @returns {Change} */
export function removeNamespace(now, context) {
  const place = tracked(now, { section: "contexts", name: context });
  return {
    async apply(state) {
      const entry = place(state);
      const config = await state.config.edit({ namespaces: [{ context: entry.name, namespace: "" }] });
      return { state: edited(state, config), says: `Removed the namespace of ${said(entry)}` };
    },
  };
}

/** The contents of a file in the place of its path. @param {State} now @param {Entry} entry @param {FileField} field @param {Uint8Array} contents wiped @returns {Change} */
export function embed(now, entry, field, contents) {
  const place = tracked(now, entry);
  /** @type {Kubeconfig | undefined} */
  let sealed;
  return {
    async apply(state) {
      const { section, name } = place(state);
      sealed ??= await seal(contents);
      const bytes = await unseal(sealed);
      try {
        const config = await state.config.edit({ embed: [{ section, name, field, contents: bytes }] });
        return { state: edited(state, config), says: `Embedded the ${FILES[field]} of ${said({ section, name })}` };
      } finally {
        bytes.fill(0);
      }
    },
    forget() {
      contents.fill(0);
      sealed?.dispose();
    },
  };
}

/** One field of how a user's credential plugin is called. @param {State} now @param {string} user @param {Exec} exec @returns {Change} */
export function setExec(now, user, exec) {
  const place = tracked(now, { section: "users", name: user });
  return {
    async apply(state) {
      const entry = place(state);
      const config = await state.config.edit({ exec: [{ user: entry.name, ...exec }] });
      const set = Object.entries(exec).map(([field, value]) => `exec.${field} of ${said(entry)} to ${value}`);
      return { state: edited(state, config), says: `Set ${set.join(" and ")}` };
    },
  };
}

/** @param {State} now @param {string} user @param {PrivateKey} key the caller's own @param {string} certificate @returns {Change} */
export function renew(now, user, key, certificate) {
  const place = tracked(now, { section: "users", name: user });
  /** A handle of this change, out of the file that it made. @type {PrivateKey | undefined} */
  let own;
  return {
    async apply(state) {
      const entry = place(state);
      const config = await state.config.renew(own ?? key, { user: entry.name, certificate });
      own ??= (await config.renewal(entry.name)).key;
      return { state: edited(state, config), says: `Renewed the certificate of ${said(entry)}` };
    },
    forget: () => own?.dispose(),
  };
}
