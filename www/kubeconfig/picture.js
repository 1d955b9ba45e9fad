// A kubeconfig as a picture: users, contexts and clusters side by side with lines between them. The lines are for the eye;
// the same is said in words in each context. Each entry can be renamed and removed where it is.
import { el } from "../ui/dom.js";
import { name, nameList, plainName } from "../ui/names.js";
import { expiry, lifeBar } from "../ui/dates.js";
import { fill, frame } from "../ui/pace.js";
import { ONE } from "./entries.js";
import { renameButton } from "./rename.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { Finding, Kubeconfig, KubeconfigSection } from "../kubecred/index.js" */
/** @import { Entry } from "./entries.js" */
/** @typedef {Kubeconfig["users"][number]} User */
/** @typedef {"error" | "warning" | undefined} Level */

const MOST = 40;
/** @type {Record<string, string>} */
const KINDS = {
  certificate: "certificate",
  token: "token",
  exec: "runs a program",
  "auth-provider": "auth-provider",
  basic: "password",
  file: "file next to this one",
  none: "no credential",
};
const SVG = "http://www.w3.org/2000/svg";

/** How bad the findings of one entry are: error, warning, or nothing. */
function levelOf(/** @type {readonly Finding[]} */ findings, /** @type {string} */ list, /** @type {number} */ index) {
  const levels = new Set(findings.filter(({ path }) => path?.startsWith(`${list}[${index}]`)).map(({ level }) => level));
  return /** @type {const} */ (["error", "warning"]).find((level) => levels.has(level));
}

/**
 * An empty picture, brought to a file by `update`; `beside` gives what is next to a user that has a certificate.
 * @param {{ beside: (entry: User) => Child, rename: (entry: Entry, to: string) => Promise<unknown>, remove: (entry: Entry) => unknown }} act
 */
export function picture({ beside, rename, remove }) {
  /** @type {Kubeconfig["contexts"]} */
  let drawn = [];
  const tools = (/** @type {Entry} */ entry) =>
    el(
      "div",
      { class: "tools" },
      renameButton(entry, { rename }),
      el(
        "button",
        { type: "button", class: "small", "aria-label": `Remove: ${ONE[entry.section]} ${plainName(entry.name)}`, onclick: () => remove(entry) },
        "Remove",
      ),
    );
  const box = (/** @type {KubeconfigSection} */ list, /** @type {Level} */ level, /** @type {{ name: string }} */ entry, /** @type {Child[]} */ ...children) =>
    el(
      "li",
      { class: level ?? "fine", "data-name": entry.name },
      name(entry.name),
      level ? el("span", { class: "unseen" }, level === "error" ? " (has errors)" : " (has warnings)") : null,
      ...children,
      tools({ section: list, name: entry.name }),
    );
  const small = (/** @type {Child[]} */ ...children) => el("div", { class: "hint" }, ...children);
  const user = (/** @type {User} */ entry, /** @type {Level} */ level) =>
    box(
      "users",
      level,
      entry,
      small(KINDS[entry.kind] ?? "", entry.command ? [": ", name(entry.command)] : ""),
      entry.certificate ? small(name(entry.certificate.user), " in ", ...nameList(entry.certificate.groups, "no group", 5)) : null,
      entry.certificate ? lifeBar(entry.certificate.notBefore, entry.certificate.notAfter) : null,
      entry.certificate?.renewalDue ? beside(entry) : null,
      entry.token?.expiresAt ? small("Token: ", expiry(entry.token.expiresAt)) : null,
    );
  const context = (/** @type {Kubeconfig["contexts"][number]} */ entry, /** @type {Level} */ level, /** @type {boolean} */ current) =>
    box(
      "contexts",
      level,
      entry,
      current ? el("span", { class: "state" }, "current") : null,
      small(name(entry.user), " at ", name(entry.cluster), entry.namespace ? [" in ", name(entry.namespace)] : ""),
    );
  const cluster = (/** @type {Kubeconfig["clusters"][number]} */ entry, /** @type {Level} */ level) =>
    box(
      "clusters",
      level,
      entry,
      small(name(entry.server)),
      (entry.certificateAuthority ?? []).slice(0, 1).map(({ notAfter }) => small("CA: ", expiry(notAfter))),
    );
  const titles = { users: "Users", contexts: "Contexts", clusters: "Clusters" };
  const lists = { users: el("ul"), contexts: el("ul"), clusters: el("ul") };
  const columns = /** @type {KubeconfigSection[]} */ (["users", "contexts", "clusters"]).map((list) => el("div", {}, el("h3", {}, titles[list]), lists[list]));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  // One path for all lines: each element is more for every frame.
  const path = document.createElementNS(SVG, "path");
  svg.append(path);
  const node = el("div", { class: "picture" }, svg, ...columns);
  let filling = false;
  const draw = () => {
    if (!filling) lines(node, svg, path, columns, drawn);
  };
  new ResizeObserver(draw).observe(node);

  /** @template {{ name: string }} Entry @param {readonly Entry[]} list @param {(entry: Entry, index: number) => { about: unknown, make: () => HTMLElement }} item */
  function itemsOf(list, item) {
    const items = list.slice(0, MOST).map((entry, index) => {
      const { about, make } = item(entry, index);
      return { key: JSON.stringify([entry, about]), make };
    });
    const more = list.length - MOST;
    if (more > 0) items.push({ key: `${more}`, make: () => el("li", { class: "fine" }, `and ${more} more`) });
    return items;
  }

  /** @param {Kubeconfig} config @param {ReturnType<typeof import("../ui/pace.js").pacer>} pace */
  async function update({ clusters, users, contexts, currentContext, findings }, pace) {
    filling = true;
    drawn = contexts;
    const done =
      (await fill(
        lists.users,
        itemsOf(users, (entry, index) => {
          const level = levelOf(findings, "users", index);
          return { about: level, make: () => user(entry, level) };
        }),
        pace,
      )) &&
      (await fill(
        lists.contexts,
        itemsOf(contexts, (entry, index) => {
          const level = levelOf(findings, "contexts", index);
          const current = entry.name === currentContext;
          return { about: [level, current], make: () => context(entry, level, current) };
        }),
        pace,
      )) &&
      (await fill(
        lists.clusters,
        itemsOf(clusters, (entry, index) => {
          const level = levelOf(findings, "clusters", index);
          return { about: level, make: () => cluster(entry, level) };
        }),
        pace,
      ));
    if (!done) return false;
    filling = false;
    await frame(); // the boxes have their places then
    draw();
    return true;
  }

  return { node, update };
}

function lines(
  /** @type {HTMLElement} */ node,
  /** @type {SVGSVGElement} */ svg,
  /** @type {SVGPathElement} */ path,
  /** @type {HTMLElement[]} */ columns,
  /** @type {Kubeconfig["contexts"]} */ contexts,
) {
  const [users, middle, clusters] = /** @type {[HTMLElement, HTMLElement, HTMLElement]} */ (columns);
  const origin = node.getBoundingClientRect();
  svg.setAttribute("viewBox", `0 0 ${origin.width} ${origin.height}`);
  const boxes = (/** @type {HTMLElement} */ column) => {
    const items = /** @type {HTMLElement[]} */ ([...column.querySelectorAll("li[data-name]")]);
    return new Map(items.map((item) => [item.dataset.name, item.getBoundingClientRect()]));
  };
  const [from, here, to] = [boxes(users), boxes(middle), boxes(clusters)];
  let all = "";
  for (const { name, user, cluster } of contexts.slice(0, MOST)) {
    const context = here.get(name);
    for (const [left, right] of [
      [from.get(user), context],
      [context, to.get(cluster)],
    ]) {
      // On a narrow screen the columns stand below each other, and lines say nothing.
      if (!left || !right || right.left < left.right) continue;
      const [x1, x2] = [left.right - origin.left, right.left - origin.left];
      const [y1, y2] = [left.top + left.height / 2 - origin.top, right.top + right.height / 2 - origin.top];
      const middle = (x1 + x2) / 2;
      all += `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
    }
  }
  path.setAttribute("d", all);
}
