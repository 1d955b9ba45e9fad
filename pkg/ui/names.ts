/*
 * Names that come from outside (users, groups, request names, reasons). The only place that decides how they look:
 * isolated from the text around them; written out is every character that cannot be seen or that steers others, and in a name with Latin
 * letters one that looks like them ([U+0430]lice); letters of a foreign script are followed by their code points; length capped. The core's
 * findings say the rest (src/names.rs).
 */
import { CONFUSABLE } from "./confusable.js";
import { grouped } from "./counted.js";
import { el } from "./dom.js";
import type { Child } from "./dom.js";

// Controls, formats, surrogates, private use and unassigned (C), default-ignorable ones (fillers, joiners, variation selectors), line and paragraph
// separators, the blank braille cell, every blank that is not the ordinary one, and an ordinary one at an end or next to another.
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}|^ | $| (?= )/gu;
// What is shown with its code point: characters that look like ASCII, and marks that go on any letter.
const ALIKE = new RegExp(`${CONFUSABLE.source}|(?=\\p{M})[\\p{sc=Zinh}\\p{sc=Zyyy}]`, "gu");
const LOOKS = new RegExp(ALIKE.source, "u");
// The same in a name with Latin letters, where every letter of another script is one too many.
const MIXED = new RegExp(`${ALIKE.source}|(?=\\p{L})[^\\p{sc=Latin}\\p{sc=Zinh}\\p{sc=Zyyy}]`, "gu");
// Nearly every name: ASCII with nothing to write out. The patterns above take a slow computer 100 ms when the first of them is needed (2026-11).
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
const LONGEST = 200;

const written = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A text, a character that is written out, or one that is shown with its code point. */
type Part = { text?: string; code?: string };

/** The pieces of a text around what a pattern finds; `found` makes a piece of each. */
function* split(text: string, pattern: RegExp, found: (character: string) => Part): Generator<Part, void> {
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) yield { text: text.slice(from, match.index) };
    yield found(match[0]);
    from = match.index + match[0].length;
  }
  if (from < text.length) yield { text: text.slice(from) };
}

function* parts(text: string): Generator<Part, void> {
  if (text === "") return;
  if (PLAIN.test(text)) return yield { text };
  const mixed = /[a-z]/i.test(text);
  for (const part of split(text, UNSEEN, (character) => ({ code: written(character) }))) {
    if (part.code) yield part;
    else
      yield* split(part.text ?? "", mixed ? MIXED : ALIKE, (character) => ({
        ...(mixed && LOOKS.test(character) ? {} : { text: character }),
        code: written(character),
      }));
  }
}

function cut(value: unknown) {
  const text = String(value ?? "");
  const characters = text.length > LONGEST ? Array.from(text.slice(0, 4 * LONGEST)) : [];
  if (characters.length <= LONGEST) return { text, rest: 0 };
  const head = characters.slice(0, LONGEST).join("");
  return { text: head, rest: text.length - head.length };
}

const bracketed = ({ text, code }: Part) => `[${text ? `${text} ` : ""}${code}]`;

const more = (rest: number) => `… and ${grouped(rest)} more characters`;

/** A name for showing: <bdi> with escapes as elements of their own, so that no name can imitate one. */
export function name(value: unknown) {
  const { text, rest } = cut(value);
  const node = el("bdi", { class: "name", part: "name" });
  if (text === "") node.append(el("span", { class: "escape" }, "empty"));
  for (const part of parts(text)) node.append(part.code ? el("span", { class: "escape" }, bracketed(part)) : (part.text ?? ""));
  if (rest) node.append(el("span", { class: "escape" }, more(rest)));
  return node;
}

/** The same for places that contain text alone: live region, labels, option texts. */
export function plainName(value: unknown) {
  const { text, rest } = cut(value);
  return [...parts(text)].map((part) => (part.code ? bracketed(part) : part.text)).join("") + (rest ? more(rest) : "");
}

/** Names with commas between them, as elements; `none` where there are none. Long lists are cut, and say so. */
export function nameList(values: readonly unknown[], none: string = "no group", longest: number = 30): Child[] {
  if (!values.length) return [none];
  const shown: Child[] = values.slice(0, longest).flatMap((value, index) => (index ? [", ", name(value)] : [name(value)]));
  if (values.length > longest) shown.push(` and ${grouped(values.length - longest)} more`);
  return shown;
}

/** Names as chips, one box each, so that one name with a comma in it cannot look like two. Long lists are cut, and say so. */
export function chips(values: readonly unknown[], none: string = "no group", longest: number = 30): Child[] {
  if (!values.length) return [el("span", { class: "optional" }, none)];
  const shown = values.slice(0, longest).map((value) => el("span", { class: "chip" }, name(value)));
  // A space between two: what is copied, or read to somebody, stays several names.
  const spaced: Child[] = shown.flatMap((chip, index) => (index ? [" ", chip] : [chip]));
  if (values.length > longest) spaced.push(` and ${grouped(values.length - longest)} more`);
  return spaced;
}
