// The line at the foot: the secrets that this tab has, and where else they are. Each panel says what it has, and says so again when that changes.
import { el, find } from "./dom.js";

/** @typedef {"kubeconfig" | "token" | "invitation" | "sign-in"} Holder */

/** Where the private key of a request is, as sentences; null where there is none. @type {{ bold: string, rest: string } | null} */
let key = null;
/** @type {Map<Holder, { words: string, keys: boolean }>} */
const others = new Map();

/** Where the private key of a request is: the first sentence is bold. @param {string} bold @param {string} [rest] */
export function keyIs(bold, rest = "") {
  key = bold ? { bold, rest } : null;
  draw();
}

/** What else is secret here: "the open kubeconfig (2 private keys)". @param {Holder} holder @param {string} words "" where there is nothing @param {boolean} [keys] private keys are part of it */
export function holds(holder, words, keys = false) {
  if (words) others.set(holder, { words, keys });
  else others.delete(holder);
  draw();
}

function draw() {
  const all = [...others.values()];
  const list = new Intl.ListFormat("en").format(all.map(({ words }) => words));
  const [bold, rest] = key
    ? [key.bold, `${key.rest}${list ? ` Also in this tab: ${list}.` : ""}`]
    : all.some(({ keys }) => keys)
      ? [`In this tab: ${list}.`, ""]
      : [list ? `No private key in this tab, but ${list}.` : "No private key in this tab.", ""];
  find("#key-place").replaceChildren(el("b", { class: key || list ? null : "safe" }, bold), rest);
}
