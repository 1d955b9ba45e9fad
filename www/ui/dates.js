// Dates and durations as the package says them everywhere, ages, and the life of a certificate as a bar.
import { expiry, local, timed, when } from "../kubecred/ui/dates.js";
import { grouped } from "./counted.js";
import { el } from "./dom.js";

export { duration, expiry, instants, iso, lifetime, local, relative, timed, when } from "../kubecred/ui/dates.js";

/** @typedef {import("../kubecred/ui/dates.js").Instant} Instant */

/**
 * How long something has been there, in a few characters for a table: "40 s", "5 min", "3 h", "12 d".
 * @param {Instant} instant
 * @param {number} [now]
 */
export function age(instant, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(instant).getTime()) / 1000);
  if (Number.isNaN(seconds)) return "unknown";
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${grouped(Math.floor(seconds / 86400))} d`;
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
        "aria-label": over ? "expired" : `${Math.round(100 * part)} percent of the lifetime has passed`,
      },
      bar,
    ),
    el(
      "div",
      { class: "ends" },
      el("span", {}, start > now ? "Valid from " : "Valid since ", start > now ? when(notBefore, now) : timed(notBefore, local(notBefore))),
      el("span", {}, expiry(notAfter, now)),
    ),
  );
}
