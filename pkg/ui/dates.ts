/*
 * Dates and durations: the one place that says a time as people do, local and relative ("Sat 5 Dec 2026, 04:10 (in 7 days)"), with the exact
 * instant in UTC in the title and the datetime attribute.
 */
import { counted } from "./counted.js";
import { el } from "./dom.js";
import type { Child } from "./dom.js";

const UNITS: [string, number][] = [
  ["year", 31536000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
/** Units of distances from now, each used up to so many seconds: 59 days, but 2 months; 23 months, but 2 years. */
const DISTANCES: [string, number, number][] = [
  ["second", 1, 120],
  ["minute", 60, 7200],
  ["hour", 3600, 172800],
  ["day", 86400, 5184000],
  ["month", 2629746, 63113904],
  ["year", 31556952, Infinity],
];

export type Instant = string | number | Date;

/** 5400 → "90 minutes", 604800 → "7 days": the largest unit of which there are two or more, or an exact one. */
export function duration(seconds: number) {
  const whole = Math.max(0, Math.round(seconds));
  for (const [unit, size] of UNITS) {
    const count = whole / size;
    if (count >= 2 || count === 1) return counted(Math.round(count), unit);
  }
  return counted(whole, "second");
}

/** The same without rounding, for what somebody decides on: 216000 → "2 days 12 hours". */
export function lifetime(seconds: number) {
  let rest = Math.max(0, Math.round(seconds));
  const said: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = rest / size;
    if (count < 1 || (count < 2 && !Number.isInteger(count) && said.length === 0)) continue;
    said.push(counted(Math.floor(count), unit));
    rest %= size;
  }
  return said.join(" ") || counted(0, "second");
}

/** How long ago or ahead, without a direction: "7 days", "11 months". */
function distance(seconds: number) {
  const [unit, size] = DISTANCES.find(([, , most]) => seconds < most) ?? ["year", 31556952];
  return counted(Math.max(1, Math.round(seconds / size)), unit);
}

/** "in 7 hours" or "3 days ago". */
export function relative(instant: Instant, now: number = Date.now()) {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return "at an unknown time";
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `in ${distance(seconds)}` : `${distance(-seconds)} ago`;
}

/** The instant itself, in UTC and without fractions: 2026-11-24T07:00:00Z. */
export function iso(instant: Instant) {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? "unknown time" : date.toISOString().replace(/\.\d+Z$/, "Z");
}

// Not by Intl: to load its data is a task of 150 ms on a slow computer (2026-11), and the words are English whatever the browser's language.
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The instant in the time zone of the reader: "Sat 5 Dec 2026, 04:10". */
export function local(instant: Instant) {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return "unknown time";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${DAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}, ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** An instant as an element, with other words than its own. */
export function timed(instant: Instant, words: string) {
  const exact = iso(instant);
  return el("time", { datetime: exact, title: exact }, words);
}

/** Both, as an element: "Sat 5 Dec 2026, 04:10 (in 7 days)". */
export const when = (instant: Instant, now?: number) => timed(instant, `${local(instant)} (${relative(instant, now)})`);

/** A sentence of the package with its instants as people say them; the exact ones, in UTC, stay in the title. What is quoted is a name, whatever it looks like. */
export const instants = (text: string): Child[] =>
  text.split(/("[^"]*"?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/).map((part, index) => (index % 2 && part[0] !== '"' ? when(part) : part));

/** When something expires or has expired: "Expires Sat 5 Dec 2026, 04:10 (in 7 days)", "Expired 11 months ago". */
export function expiry(instant: Instant, now: number = Date.now()) {
  const over = new Date(instant).getTime() <= now;
  return timed(instant, over ? `Expired ${relative(instant, now)}` : `Expires ${local(instant)} (${relative(instant, now)})`);
}
