/*
 * What the elements build their contents with: nodes, names from outside, findings, durations.
 */

import type { Finding } from "../types.js";

type Child = Node | string | null | undefined | false;

let last = 0;
/** An id that no other node of the shadow roots has. */
export function freshId(word: string) {
  last += 1;
  return `${word}-${last}`;
}

/** A node. Functions are listeners (`onclick`), booleans are attributes that are there or not. Never `style`, which a strict CSP refuses. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Record<string, string | boolean | undefined | ((event: Event) => unknown)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (typeof value === "string") node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A text that the host may replace: the fallback of a slot. */
export const slot = (name: string, words: string) => el("slot", { name }, words);

// What cannot be seen, or steers the text around it: controls, formats, unassigned, private use, fillers, unusual blanks.
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}|^ | $| (?= )/gu;
const LONGEST = 200;

const written = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/**
 * A name from outside, isolated from the text around it, with invisible characters written out. Characters that look like others are
 * findings of the package.
 */
export function name(value: string | undefined) {
  const node = el("bdi", { part: "name" });
  const whole = Array.from((value ?? "").slice(0, 4 * LONGEST));
  const text = whole.slice(0, LONGEST).join("");
  const boxed = (words: string) => el("span", { class: "escape" }, words);
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

export const names = (values: readonly string[], none: string): Child[] =>
  values.length ? values.flatMap((value, index) => [index ? ", " : "", name(value)]) : [none];

/** A row of a description list. */
export const row = (term: string, ...words: Child[]) => [el("dt", {}, term), el("dd", {}, ...words)];

const LEVELS = { error: "Error", warning: "Warning", notice: "Note" };

export function findingList(findings: readonly Finding[], most: number = 50) {
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

const UNITS: [string, number][] = [
  ["year", 31_536_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A duration in the largest unit that fits it exactly. */
export function duration(seconds: number) {
  const [unit, length] = UNITS.find(([, each]) => seconds >= each && seconds % each === 0) ?? ["second", 1];
  const count = seconds / length;
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
}

/**
 * A date for people, with the exact value in `datetime`.
 * @param exact RFC 3339
 */
export const date = (exact: string) =>
  el("time", { datetime: exact, title: exact }, new Date(exact).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }));

/** A label above its field, with an optional hint. */
export function field(label: Node | string, input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, hint?: string) {
  input.id ||= freshId("field");
  const below = hint ? el("span", { class: "hint", id: `${input.id}-hint` }, hint) : null;
  if (below) input.setAttribute("aria-describedby", below.id);
  return el("div", { class: "field", part: "field" }, el("label", { for: input.id, part: "label" }, label), below, input);
}

/**
 * A key's fingerprint as two people compare it: its start, in groups of four, as kubecred's page shows it. 64 bits: nobody makes a second key that
 * begins so while a request waits.
 */
export const fingerprint = (hex: string) => hex.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
