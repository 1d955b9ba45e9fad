// The options of every call, read from the types: pkg/types.ts. As much of TypeScript's grammar as is used there.
import { readFileSync } from "node:fs";

const source = readFileSync(new URL("../../pkg/types.ts", import.meta.url), "utf8");
const TOKENS = /\/\*[\s\S]*?\*\/|\/\/.*|\s+|(=>|"[^"]*"|[A-Za-z_$][\w$]*|\d+|[^\s])/g;
const tokens = [...source.matchAll(TOKENS)].map((match) => match[1]).filter((token) => token !== undefined);

/**
 * @typedef {{ is: "name", name: string } | { is: "list", of: Type } | { is: "union" | "all", of: Type[] } | { is: "text" } | { is: "function" } |
 *   { is: "object", fields: Record<string, Type>, methods: Record<string, { name: string, type: Type }[]> }} Type
 */

let at = 0;
const next = () => tokens[at];
const eat = (token) => next() === token && ((at += 1), true);
function want(token) {
  if (!eat(token)) throw new Error(`types.ts: ${token} expected before ${tokens.slice(at, at + 8).join(" ")}`);
}

function type() {
  eat("|");
  const of = [all()];
  while (eat("|")) of.push(all());
  return of.length === 1 ? of[0] : { is: "union", of };
}

function all() {
  const of = [postfix()];
  while (eat("&")) of.push(postfix());
  return of.length === 1 ? of[0] : { is: "all", of };
}

function postfix() {
  let found = primary();
  while (next() === "[") {
    at += 1;
    if (eat("]")) found = { is: "list", of: found };
    else {
      const key = JSON.parse(tokens[at++]);
      want("]");
      found = { is: "part", of: found, key };
    }
  }
  return found;
}

function primary() {
  eat("readonly"); // of a list
  if (next() === "{") return object();
  if (next() === "(") {
    const start = at;
    skip("(", ")");
    if (eat("=>")) {
      type();
      return { is: "function" };
    }
    at = start + 1;
    const inner = type();
    want(")");
    return inner;
  }
  if (next().startsWith('"')) {
    at += 1;
    return { is: "text" };
  }
  if (eat("typeof")) {
    at += 1;
    return { is: "function" };
  }
  let name = tokens[at++];
  while (eat(".")) name += `.${tokens[at++]}`;
  if (next() === "<") skip("<", ">");
  if (eat("is")) type();
  return { is: "name", name };
}

function skip(open, close) {
  let depth = 0;
  do {
    if (next() === open) depth += 1;
    if (next() === close) depth -= 1;
    at += 1;
  } while (depth > 0);
}

function object() {
  want("{");
  const found = { is: "object", fields: {}, methods: {} };
  while (!eat("}")) {
    eat("readonly");
    if (next() === "[") {
      skip("[", "]"); // [Symbol.dispose], or the type of all other fields
      if (eat(":")) {
        type();
        eat(";");
        continue;
      }
      if (next() === "(") {
        skip("(", ")");
        want(":");
        type();
        eat(";");
        continue;
      }
    }
    const name = tokens[at++];
    eat("?");
    if (name === "(") {
      at -= 1;
      skip("(", ")");
      want(":");
      type();
    } else if (next() === "(") {
      found.methods[name] = parameters();
      if (eat(":")) type();
    } else {
      want(":");
      found.fields[name] = type();
    }
    eat(";");
    eat(",");
  }
  return found;
}

function parameters() {
  const found = [];
  want("(");
  while (!eat(")")) {
    const name = tokens[at++];
    eat("?");
    want(":");
    found.push({ name, type: type() });
    eat(",");
  }
  return found;
}

/** Every declared type by its name. @type {Record<string, any>} */
export const TYPES = {};
while (at < tokens.length) {
  if (eat("interface")) {
    const name = tokens[at++];
    const base = eat("extends") ? { is: "name", name: tokens[at++] } : undefined;
    const own = object();
    TYPES[name] = base ? { ...own, is: "all", of: [base, own] } : own;
  } else if (next() === "type" && tokens[at + 2] === "=") {
    const name = tokens[at + 1];
    at += 3;
    TYPES[name] = type();
  } else at += 1;
}

/** What is given back as it came, and is compared as a whole or is not plain data. */
const OPAQUE = new Set(["CsrStatus", "Invitation", "PrivateKey", "Kubeconfig", "Cluster", "Manifests"]);

/** The alternatives of a type, without names. @returns {any[]} */
function alternatives(found) {
  if (found.is === "union") return found.of.flatMap(alternatives);
  if (found.is === "part") return alternatives(fieldsOf(found.of)[found.key]);
  if (found.is === "name" && TYPES[found.name] && !OPAQUE.has(found.name)) return alternatives(TYPES[found.name]);
  return [found];
}

/** The fields of an object type, those of all its alternatives together; undefined where it is no object. @returns {Record<string, any> | undefined} */
export function fieldsOf(found) {
  const objects = alternatives(found).flatMap((one) => (one.is === "all" ? one.of.map(fieldsOf) : one.is === "object" ? [one.fields] : []));
  const known = objects.filter((one) => one !== undefined);
  return known.length > 0 ? Object.assign({}, ...known) : undefined;
}

/** The type of a list's items; undefined where it is none. */
export const itemOf = (found) => alternatives(found).find((one) => one.is === "list")?.of;

/** A value that the type does not accept. */
export function unfit(found) {
  const names = alternatives(found).map((one) => (one.is === "name" ? one.name : one.is));
  return names.includes("number") || names.includes("boolean") ? "hunter2" : 7;
}

/** @param {any} found */
export const isFunction = (found) => alternatives(found).some((one) => one.is === "function");
