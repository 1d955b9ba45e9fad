// The requests of #/review in memory, in the order of their age. It is kept sorted as they arrive, so that a search over ten thousand is one pass.

/** @import { CsrStatus } from "../kubecred/index.js" */

/** @typedef {"pending" | "decided"} Tab */
/** @typedef {{ report: CsrStatus, text: string, key: string, gone: boolean }} Entry */

/** Everything that a search looks at, once per request. */
const haystack = (/** @type {CsrStatus} */ report) =>
  [
    report.name,
    report.state,
    report.risk?.level ?? "",
    report.signerName,
    report.requestor.user,
    report.request.user,
    ...report.request.groups,
    ...[...report.findings, ...report.request.findings].map(({ code }) => code),
  ]
    .join("\n")
    .toLowerCase();

export const tabOf = (/** @type {CsrStatus} */ report) => /** @type {Tab} */ (report.state === "pending" ? "pending" : "decided");

export function requestStore() {
  /** @type {Map<string, Entry>} */
  const all = new Map();
  /** @type {Entry[]} */
  let sorted = [];
  let tidy = true;

  const fits = (/** @type {Entry} */ { report, text }, /** @type {Tab} */ tab, /** @type {readonly string[]} */ terms) =>
    tabOf(report) === tab && terms.every((term) => text.includes(term));

  function sort() {
    if (tidy) return;
    sorted = sorted.filter(({ gone }) => !gone).sort((one, two) => (one.key < two.key ? -1 : 1));
    tidy = true;
  }

  function remove(/** @type {string} */ of) {
    const entry = all.get(of);
    if (!entry) return;
    entry.gone = true;
    all.delete(of);
    tidy = false;
  }

  return {
    sort,
    remove,
    get size() {
      return all.size;
    },
    has: (/** @type {string} */ of) => all.has(of),
    get: (/** @type {string} */ of) => all.get(of)?.report,
    names: () => [...all.keys()],
    set(/** @type {CsrStatus} */ report) {
      const key = `${report.createdAt ?? ""}\n${report.name}`;
      const known = all.get(report.name);
      if (known?.key === key) return void Object.assign(known, { report, text: haystack(report) });
      remove(report.name);
      const entry = { report, text: haystack(report), key, gone: false };
      all.set(report.name, entry);
      sorted.push(entry);
      tidy = false;
    },
    clear() {
      all.clear();
      sorted = [];
      tidy = true;
    },
    fits(/** @type {string} */ of, /** @type {Tab} */ tab, /** @type {readonly string[]} */ terms) {
      const entry = all.get(of);
      return entry !== undefined && fits(entry, tab, terms);
    },
    /** Those that wait the longest first; of those that are decided the newest. */
    matching(/** @type {Tab} */ tab, /** @type {readonly string[]} */ terms) {
      sort();
      const found = [];
      for (const entry of sorted) if (fits(entry, tab, terms)) found.push(entry.report.name);
      return tab === "pending" ? found : found.reverse();
    },
    pending() {
      let count = 0;
      for (const { report } of all.values()) if (report.state === "pending") count += 1;
      return count;
    },
    /** The requests of this public key. */
    withKey(/** @type {string} */ fingerprint) {
      const found = [];
      for (const { report } of all.values()) if (report.request.fingerprint === fingerprint) found.push(report);
      return found;
    },
  };
}
