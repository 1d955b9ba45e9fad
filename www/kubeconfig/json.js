// One text in a JSON file as bytes, found and set without making a string of anything else in it: strings cannot be wiped, and the rest of the file may be secret.
// Only for JSON that the package wrote.

const [QUOTE, ESCAPE, OPEN, CLOSE, LIST, LIST_END, COMMA, COLON] = [...'"\\{}[],:'].map((sign) => sign.charCodeAt(0));
const encode = (/** @type {string} */ text) => new TextEncoder().encode(JSON.stringify(text));

/** @param {Uint8Array} bytes @param {number} at */
function skipBlank(bytes, at) {
  while (/** @type {number} */ (bytes[at]) <= 0x20) at += 1;
  return at;
}

/** The place after the value that begins here. @param {Uint8Array} bytes @param {number} at */
function skipValue(bytes, at) {
  let depth = 0;
  do {
    at = skipBlank(bytes, at);
    const sign = bytes[at];
    if (sign === undefined) throw new RangeError("the JSON text is cut off");
    at += 1;
    if (sign === OPEN || sign === LIST) depth += 1;
    else if (sign === CLOSE || sign === LIST_END) depth -= 1;
    else if (sign === QUOTE) {
      while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === ESCAPE ? 2 : 1;
      at += 1;
    } else if (sign !== COMMA && sign !== COLON) while (/[\w+.-]/.test(String.fromCharCode(bytes[at] ?? 0))) at += 1;
  } while (depth > 0);
  return at;
}

const same = (/** @type {Uint8Array} */ bytes, /** @type {number} */ at, /** @type {Uint8Array} */ wanted) =>
  wanted.every((byte, index) => bytes[at + index] === byte);

/**
 * Where the member of an object, or the item of a list, begins and ends; undefined where it has none of this name or number.
 * @param {Uint8Array} bytes
 * @param {number} at where the object or list begins
 * @param {string | number} name
 */
function member(bytes, at, name) {
  const wanted = typeof name === "string" ? encode(name) : null;
  at = skipBlank(bytes, at + 1);
  for (let index = 0; bytes[at] !== CLOSE && bytes[at] !== LIST_END; index += 1) {
    const found = wanted ? same(bytes, at, wanted) : index === name;
    if (wanted) at = skipBlank(bytes, skipBlank(bytes, skipValue(bytes, at)) + 1);
    const end = skipValue(bytes, at);
    if (found) return { from: at, to: end };
    at = skipBlank(bytes, end);
    if (bytes[at] === COMMA) at = skipBlank(bytes, at + 1);
  }
  return undefined;
}

/**
 * Where the value at a path begins and ends.
 * @param {Uint8Array} bytes
 * @param {readonly (string | number)[]} path
 */
export function spanOf(bytes, path) {
  let span = { from: skipBlank(bytes, 0), to: bytes.length };
  for (const name of path) {
    const found = member(bytes, span.from, name);
    if (!found) throw new RangeError(`the JSON text has no ${name}`);
    span = found;
  }
  return span;
}

/**
 * A copy with `field` of the object at `path` set to a text.
 * @param {Uint8Array} bytes
 * @param {readonly (string | number)[]} path
 * @param {string} field
 * @param {string} value
 */
export function setText(bytes, path, field, value) {
  const at = spanOf(bytes, path).from;
  const old = member(bytes, at, field);
  const bare = bytes[skipBlank(bytes, at + 1)] === CLOSE;
  const written = new TextEncoder().encode(old ? JSON.stringify(value) : `${JSON.stringify(field)}:${JSON.stringify(value)}${bare ? "" : ","}`);
  const { from, to } = old ?? { from: at + 1, to: at + 1 };
  const changed = new Uint8Array(from + written.length + bytes.length - to);
  changed.set(bytes.subarray(0, from));
  changed.set(written, from);
  changed.set(bytes.subarray(to), from + written.length);
  return changed;
}
