// A RegExp leaves the text of its last match in RegExp.input, where it stays in memory and every script of the page can read it.

/**
 * What a pattern found in a text that may be secret; from then on the last match is an empty one.
 * @template T
 * @param {T} found
 */
export function forgetMatch(found) {
  /^/.exec("");
  return found;
}
