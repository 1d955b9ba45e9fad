// The line at the foot: the secrets that this tab has, and where else they are. Each panel says what it has, and says so again when that changes.
import { joined } from "./counted.js";
import { el, find } from "./dom.js";

/** @typedef {"kubeconfig" | "token" | "invitation" | "sign-in"} Holder */

/** @typedef {"access" | "invitation"} Asking a panel that has the key of its request */

/** Where the private key of each request is, as sentences. @type {Map<Asking, { bold: string, rest: string }>} */
const keys = new Map();
/** @type {Map<Holder, { words: string, keys: boolean }>} */
const others = new Map();

/** Where the private key of a panel's request is: the first sentence is bold. @param {Asking} panel @param {string} bold "" where there is none @param {string} [rest] */
export function keyIs(panel, bold, rest = "") {
  if (bold) keys.set(panel, { bold, rest });
  else keys.delete(panel);
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
  const list = joined(all.map(({ words }) => words));
  const requests = [...keys.values()];
  const [bold, rest] = requests.length
    ? [[...new Set(requests.map(({ bold }) => bold))].join(" "), `${requests.map(({ rest }) => rest).join("")}${list ? ` Also in this tab: ${list}.` : ""}`]
    : all.some(({ keys }) => keys)
      ? [`In this tab: ${list}.`, ""]
      : [list ? `No private key in this tab, but ${list}.` : "No private key in this tab.", ""];
  find("#key-place").replaceChildren(el("b", { class: requests.length || list ? null : "safe" }, bold), rest);
}
