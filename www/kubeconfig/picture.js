// A kubeconfig as a picture: users, contexts and clusters side by side with lines between them. The lines are for the eye;
// the same is said in words in each context. Each entry can be renamed and removed where it is.
import { el } from "../ui/dom.js";
import { name, nameList, plainName } from "../ui/names.js";
import { expiry, lifeBar } from "../ui/dates.js";
import { ONE } from "./entries.js";
import { renameButton } from "./rename.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { Finding, Kubeconfig, KubeconfigSection } from "../kubecred/index.js" */
/** @import { Entry } from "./entries.js" */
/** @typedef {Kubeconfig["users"][number]} User */

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
 * `beside` gives what is next to a user that has a certificate.
 * @param {Kubeconfig} config
 * @param {{ beside: (entry: User) => Child, rename: (entry: Entry, to: string) => Promise<unknown>, remove: (entry: Entry) => unknown }} act
 */
export function picture({ clusters, users, contexts, currentContext, findings }, { beside, rename, remove }) {
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
  const box = (
    /** @type {KubeconfigSection} */ list,
    /** @type {number} */ index,
    /** @type {{ name: string }} */ entry,
    /** @type {Child[]} */ ...children
  ) => {
    const level = levelOf(findings, list, index);
    return el(
      "li",
      { class: level ?? "fine", "data-name": entry.name },
      name(entry.name),
      level ? el("span", { class: "unseen" }, level === "error" ? " (has errors)" : " (has warnings)") : null,
      ...children,
      tools({ section: list, name: entry.name }),
    );
  };
  const small = (/** @type {Child[]} */ ...children) => el("div", { class: "hint" }, ...children);
  const user = (/** @type {User} */ entry, /** @type {number} */ index) =>
    box(
      "users",
      index,
      entry,
      small(KINDS[entry.kind] ?? "", entry.command ? [": ", name(entry.command)] : ""),
      entry.certificate ? small(name(entry.certificate.user), " in ", ...nameList(entry.certificate.groups, "no group", 5)) : null,
      entry.certificate ? lifeBar(entry.certificate.notBefore, entry.certificate.notAfter) : null,
      entry.certificate?.renewalDue ? beside(entry) : null,
      entry.token?.expiresAt ? small("Token: ", expiry(entry.token.expiresAt)) : null,
    );
  const context = (/** @type {Kubeconfig["contexts"][number]} */ entry, /** @type {number} */ index) =>
    box(
      "contexts",
      index,
      entry,
      entry.name === currentContext ? el("span", { class: "state" }, "current") : null,
      small(name(entry.user), " at ", name(entry.cluster), entry.namespace ? [" in ", name(entry.namespace)] : ""),
    );
  const cluster = (/** @type {Kubeconfig["clusters"][number]} */ entry, /** @type {number} */ index) =>
    box(
      "clusters",
      index,
      entry,
      small(name(entry.server)),
      (entry.certificateAuthority ?? []).slice(0, 1).map(({ notAfter }) => small("CA: ", expiry(notAfter))),
    );
  /** @template Entry @param {string} title @param {readonly Entry[]} list @param {(entry: Entry, index: number) => Child} draw */
  const column = (title, list, draw) =>
    el(
      "div",
      {},
      el("h3", {}, title),
      el("ul", {}, ...list.slice(0, MOST).map(draw), ...(list.length > MOST ? [el("li", { class: "fine" }, `and ${list.length - MOST} more`)] : [])),
    );
  const columns = [column("Users", users, user), column("Contexts", contexts, context), column("Clusters", clusters, cluster)];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const node = el("div", { class: "picture" }, svg, ...columns);
  new ResizeObserver(() => draw(node, svg, columns, contexts)).observe(node);
  return node;
}

function draw(
  /** @type {HTMLElement} */ node,
  /** @type {SVGSVGElement} */ svg,
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
  svg.replaceChildren();
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
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`);
      svg.append(path);
    }
  }
}
