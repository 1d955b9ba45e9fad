/*
 * What may cross into the module: plain data. The walk is in JavaScript, because each look at a value from inside the module is a call
 * out of it. It comes before serde-wasm-bindgen, which follows an object that contains itself until the stack ends, and replaces half
 * a surrogate pair silently.
 */

/** Deeper than any Kubernetes object; an object that contains itself is endless. */
const MAX_DEPTH = 64;
/** An object that contains another one twice, which contains another one twice, and so on, needs no depth to be endless. */
const MAX_VALUES = 10_000_000;
/** Names in a path are the caller's own keys. What is not a plain word could be a value in the wrong place: its position is given instead. */
const WORD = /^[A-Za-z]{1,32}$/;
const MAX_PATH = 8;

/** Reasons, by their numbers in fence.rs. */
const [ENDLESS, SURROGATE, KIND] = [0, 1, 2];

/**
 * Why `holder[0]` is not plain data: the reason and the path of the value; undefined where it is. Members that are undefined are removed.
 * The places of bytes are appended to `bytes`, as `[holder, key]`: they are text in an encoding that the core tells.
 * @param {unknown[]} holder
 * @param {[object, string | number][]} bytes
 * @returns {[number, string] | undefined}
 */
export function refusal(holder, bytes) {
  let values = 0;

  /**
   * @param {any} parent
   * @param {string | number} key
   * @param {number} depth
   * @returns {[number, string] | undefined}
   */
  function walk(parent, key, depth) {
    const value = parent[key];
    values += 1;
    if (value === null) return undefined;
    switch (typeof value) {
      case "undefined":
      case "boolean":
      case "number":
        return undefined;
      case "string":
        return /\p{Surrogate}/u.test(value) ? [SURROGATE, ""] : undefined;
      case "object":
        break;
      default:
        return [KIND, ""];
    }
    if (value instanceof Uint8Array) {
      bytes.push([parent, key]);
      return undefined;
    }
    if (depth > MAX_DEPTH || values > MAX_VALUES) return [ENDLESS, ""];
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const found = walk(value, index, depth + 1);
        if (found) return within(found, `[${index}]`, depth);
      }
      return undefined;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return [KIND, ""];
    for (const [index, name] of Object.keys(value).entries()) {
      const step = WORD.test(name) ? name : `[${index}]`;
      if (/\p{Surrogate}/u.test(name)) return within([SURROGATE, ""], step, depth);
      if (value[name] === undefined) {
        delete value[name];
        continue;
      }
      const found = walk(value, name, depth + 1);
      if (found) return within(found, step, depth);
    }
    return undefined;
  }

  return walk(holder, 0, 0);
}

/**
 * @param {[number, string]} found
 * @param {string} step
 * @param {number} depth
 * @returns {[number, string]}
 */
function within([reason, path], step, depth) {
  if (depth >= MAX_PATH) return [reason, ""];
  return [reason, path === "" || path.startsWith("[") ? step + path : `${step}.${path}`];
}
