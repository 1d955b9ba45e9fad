// Numbers and lists in English, without Intl: to load its data is a long task on a slow computer (2026-11).

/** 12345 → "12,345". @param {number} count a whole one */
export const grouped = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** "1 request", "2 requests". @param {number} count @param {string} word */
export const counted = (count, word) => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;

/** "a", "a and b", "a, b, and c". @param {readonly string[]} words */
export const joined = (words) => (words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`);
