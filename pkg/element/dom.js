/*
 * What the elements build their contents with: nodes, names from outside, findings, durations.
 */

/** @import { Finding } from "../index.js" */
/** @typedef {Node | string | null | undefined | false} Child */

let last = 0;
/** An id that no other node of the shadow roots has. @param {string} word */
export function freshId(word) {
  last += 1;
  return `${word}-${last}`;
}

/**
 * A node. Functions are listeners (`onclick`), booleans are attributes that are there or not. Never `style`, which a strict CSP refuses.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean | undefined | ((event: Event) => unknown)>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (typeof value === "string") node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A text that the host may replace: the fallback of a slot. @param {string} name @param {string} words */
export const slot = (name, words) => el("slot", { name }, words);

// What cannot be seen, or steers the text around it: controls, formats, unassigned, private use, fillers, unusual blanks.
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}|^ | $| (?= )/gu;
const LONGEST = 200;

/** @param {string} character */
const written = (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/**
 * A name from outside, isolated from the text around it, with invisible characters written out. Characters that look like others are
 * findings of the package.
 * @param {string | undefined} value
 */
export function name(value) {
  const node = el("bdi", { part: "name" });
  const whole = Array.from((value ?? "").slice(0, 4 * LONGEST));
  const text = whole.slice(0, LONGEST).join("");
  const boxed = (/** @type {string} */ words) => el("span", { class: "escape" }, words);
  if (text === "") node.append(boxed("empty"));
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    node.append(text.slice(from, match.index), boxed(written(match[0])));
    from = match.index + match[0].length;
  }
  node.append(text.slice(from));
  if (text.length < (value ?? "").length) node.append(boxed("… and more"));
  return node;
}

/** @param {readonly string[]} values @param {string} none @returns {Child[]} */
export const names = (values, none) => (values.length ? values.flatMap((value, index) => [index ? ", " : "", name(value)]) : [none]);

/** A row of a description list. @param {string} term @param {...Child} words */
export const row = (term, ...words) => [el("dt", {}, term), el("dd", {}, ...words)];

const LEVELS = { error: "Error", warning: "Warning", notice: "Note" };

/** @param {readonly Finding[]} findings @param {number} [most] */
export function findingList(findings, most = 50) {
  if (findings.length === 0) return null;
  const order = Object.keys(LEVELS);
  const sorted = [...findings].sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
  return el(
    "ul",
    { class: "findings", part: "findings" },
    ...sorted
      .slice(0, most)
      .map(({ level, message, path, line }) =>
        el(
          "li",
          { class: level, part: `finding ${level}` },
          el("b", {}, `${LEVELS[level]}: `),
          path ? el("code", {}, path, line ? `, line ${line}` : "") : null,
          path ? " " : null,
          message,
        ),
      ),
    sorted.length > most && el("li", {}, `And ${sorted.length - most} more.`),
  );
}

/** @type {[string, number][]} */
const UNITS = [
  ["year", 31_536_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A duration in the largest unit that fits it exactly. @param {number} seconds */
export function duration(seconds) {
  const [unit, length] = UNITS.find(([, each]) => seconds >= each && seconds % each === 0) ?? ["second", 1];
  const count = seconds / length;
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
}

/** A date for people, with the exact value in `datetime`. @param {string} exact RFC 3339 */
export const date = (exact) => el("time", { datetime: exact, title: exact }, new Date(exact).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }));

/** A label above its field, with an optional hint. @param {Node | string} label @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input @param {string} [hint] */
export function field(label, input, hint) {
  input.id ||= freshId("field");
  const below = hint ? el("span", { class: "hint", id: `${input.id}-hint` }, hint) : null;
  if (below) input.setAttribute("aria-describedby", below.id);
  return el("div", { class: "field", part: "field" }, el("label", { for: input.id, part: "label" }, label), below, input);
}

/**
 * A key's fingerprint as two people compare it: its start, in groups of four, as kubecred's page shows it. 64 bits: nobody makes a second key that
 * begins so while a request waits.
 * @param {string} hex
 */
export const fingerprint = (hex) => hex.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
