/*
 * Several names in one text: separated by commas or lines, a name that contains a comma in double quotes.
 */

/** A name in double quotes, or anything up to the next comma or line end; and whether one of these follows. */
const NEXT = /[ \t]*(?:"([^"]*)"[ \t]*|([^",\r\n][^,\r\n]*|))(,|\r\n|\r|\n|$)/y;

/** `done`: names that a separator follows; `rest`: what is still being typed. */
export function splitNames(text: string): { done: string[]; rest: string } {
  const done: string[] = [];
  NEXT.lastIndex = 0;
  for (;;) {
    const from = NEXT.lastIndex;
    const match = NEXT.exec(text);
    if (!match || match[3] === "") return { done: done.filter(Boolean), rest: text.slice(from).trim() };
    done.push(match[1] ?? (match[2] ?? "").trim());
  }
}

/** One name as it was meant, without the quotes around it. */
export const unquoted = (text: string) => /^"([^"]*)"$/.exec(text)?.[1] ?? text;

/** All of them, the last one with nothing behind it. */
export function namesIn(text: string) {
  const { done, rest } = splitNames(text);
  return [...done, unquoted(rest)].filter(Boolean);
}
