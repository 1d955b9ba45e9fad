// Dates and durations: the one place that says a time twice, as a person would ("in 7 hours") and as an instant.
import { el } from "./dom.js";

/** @type {[string, number][]} */
const UNITS = [
  ["year", 31536000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** @typedef {string | number | Date} Instant */

/**
 * 5400 → "90 minutes", 604800 → "7 days": the largest unit of which there are two or more, or an exact one.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  for (const [unit, size] of UNITS) {
    const count = whole / size;
    if (count >= 2 || count === 1) {
      const shown = Math.round(count);
      return `${shown} ${unit}${shown === 1 ? "" : "s"}`;
    }
  }
  return whole === 0 ? "0 seconds" : `${whole} seconds`;
}

/**
 * "in 7 hours" or "3 days ago".
 * @param {Instant} instant
 * @param {number} [now]
 */
export function relative(instant, now = Date.now()) {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}

/**
 * The instant itself, in UTC and without fractions: 2026-11-24T07:00:00Z.
 * @param {Instant} instant
 */
export function iso(instant) {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? "unknown time" : date.toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * Both, as an element.
 * @param {Instant} instant
 * @param {number} [now]
 */
export function when(instant, now) {
  const exact = iso(instant);
  return el("time", { datetime: exact }, `${relative(instant, now)}, ${exact}`);
}

/**
 * The life of a certificate as a bar with now on it, and the same in words.
 * @param {Instant} notBefore
 * @param {Instant} notAfter
 * @param {number} [now]
 */
export function lifeBar(notBefore, notAfter, now = Date.now()) {
  const start = new Date(notBefore).getTime();
  const end = new Date(notAfter).getTime();
  const part = Math.min(1, Math.max(0, (now - start) / (end - start || 1)));
  const bar = el("i");
  bar.style.width = `${(100 * part).toFixed(1)}%`;
  const over = end <= now;
  return el(
    "div",
    { class: over ? "life over" : "life" },
    el(
      "div",
      {
        class: "bar",
        role: "img",
        "aria-label": over ? "the certificate has ended" : `${Math.round(100 * part)} percent of the certificate’s life has passed`,
      },
      bar,
    ),
    el("div", { class: "ends" }, el("span", {}, "valid since ", when(notBefore, now)), el("span", {}, over ? "ended " : "ends ", when(notAfter, now))),
  );
}
