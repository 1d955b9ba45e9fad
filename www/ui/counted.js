// Numbers and lists in English.
export { counted, grouped } from "../kubecred/ui/counted.js";

/** "a", "a and b", "a, b, and c". @param {readonly string[]} words */
export const joined = (words) => (words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`);
