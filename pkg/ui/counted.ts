/*
 * Numbers in English, without Intl: to load its data is a long task on a slow computer (2026-11).
 */

/**
 * 12345 → "12,345".
 * @param count a whole one
 */
export const grouped = (count: number) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** "1 request", "2 requests". */
export const counted = (count: number, word: string) => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
