/*
 * Patterns on secrets. A RegExp leaves the text of its last match in RegExp.input: it stays in memory, and every script of the page can read it.
 */

/** Applies a pattern to a text that may be secret; afterwards the last match is an empty one. */
export function matchOf(pattern: RegExp, secret: string): RegExpExecArray | null {
  const found = pattern.exec(secret);
  /^/.exec("");
  return found;
}
