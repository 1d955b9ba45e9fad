/*
 * Checks that the modules of the Rust core depend on each other in one direction.
 *
 *   node scripts/layers-rust.mjs [SRC]     exit code 1 and one line per violation
 *
 * Two rules. A room (a module directly under src/) imports only rooms that come before it in ROOMS. And no modules import
 * each other in a circle, inside of a room either. An import is any path that begins with crate::, super:: or self::, in
 * `use` or in code, and a path through a child module (`mod a;` and `a::b`). A child that names its parent imports it.
 * `mod` declarations are not imports, and neither are tests: their modules (#[cfg(test)]) are skipped.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

/** From the bottom to the top. `lib.rs` is above all of them and imported by none. */
export const ROOMS = [
  "gather",
  "locate",
  "time",
  "error",
  "finding",
  "secret",
  "random",
  "value",
  "encoding",
  "options",
  "go",
  "names",
  "text",
  "yaml",
  "input",
  "crypto",
  "x509",
  "token",
  "kubernetes",
  "kubeconfig",
  "shell",
  "wasm",
];

/** The same of the package `yaml`. */
export const YAML = ["runs", "base64", "number", "text", "index", "tree", "scalar", "scan", "compose", "collections"];

/** Comments, texts and characters replaced by blanks, so that only code is searched. Lines stay where they are. */
export function codeOf(text) {
  const literal = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bb?r(#*)"[\s\S]*?"\1|b?"(?:[^"\\]|\\[\s\S])*"|b?'(?:[^'\\\n]|\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}|.))'/g;
  return text.replace(literal, (found) => found.replace(/[^\n]/g, " "));
}

/** The position after the bracket that closes the one at `open`. */
function closing(code, open) {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === "{") depth += 1;
    if (code[at] !== "}") continue;
    depth -= 1;
    if (depth === 0) return at + 1;
  }
  return code.length;
}

/** Code without inline test modules, and the names of test modules that are files of their own. */
function withoutTests(code) {
  const files = new Set();
  let rest = code;
  for (;;) {
    const found = /#\[cfg\(test\)\]\s*(?:pub(?:\([^)]*\))?\s+)?(mod\s+(\w+)\s*([;{])|use\s[^;]*;|(?:const\s+)?fn\s[^{]*\{|impl\s[^{]*\{)/.exec(rest);
    if (!found) return { code: rest, files };
    let end = found.index + found[0].length;
    if (found[3] === ";") files.add(found[2]);
    else if (found[0].endsWith("{")) end = closing(rest, end - 1);
    rest = rest.slice(0, found.index) + rest.slice(found.index, end).replace(/[^\n]/g, " ") + rest.slice(end);
  }
}

/** Parts of a list that are separated by commas outside of brackets. */
function parts(list) {
  const found = [];
  let depth = 0;
  let part = "";
  for (const sign of list) {
    if (sign === "{") depth += 1;
    if (sign === "}") depth -= 1;
    if (sign === "," && depth === 0) {
      found.push(part);
      part = "";
    } else part += sign;
  }
  return [...found, part].map((text) => text.trim()).filter(Boolean);
}

/** The paths of a use tree: `a::{b, c::{self, d as e}}` is a::b, a::c, a::c::d. */
function leaves(tree, before = []) {
  const open = tree.indexOf("{");
  const names = (text) =>
    text
      .split("::")
      .map((name) => name.trim().replace(/\s+as\s.*$/s, ""))
      .filter(Boolean);
  if (open < 0) {
    const path = [...before, ...names(tree)];
    return [path.length > 1 && path.at(-1) === "self" ? path.slice(0, -1) : path];
  }
  const inside = parts(tree.slice(open + 1, tree.lastIndexOf("}")));
  return inside.flatMap((part) => leaves(part, [...before, ...names(tree.slice(0, open))]));
}

/** All paths of a file: where they are, and what they are made of. */
function paths(code, children) {
  const found = [];
  const line = (at) => code.slice(0, at).split("\n").length;
  const rest = code.replace(/\buse\s+([^;]+);/g, (whole, tree, at) => {
    for (const path of leaves(tree)) found.push({ path, line: line(at) });
    return whole.replace(/[^\n]/g, " ");
  });
  for (const match of rest.matchAll(/(?<![\w:])(?:crate|super|self)(?:\s*::\s*\w+)+|(?<![\w:.])\w+(?=\s*::)/g)) {
    const path = match[0].split("::").map((name) => name.trim());
    if (path.length > 1 || children.has(path[0])) found.push({ path, line: line(match.index) });
  }
  return found;
}

/** The modules of a source folder: name ("a::b", "" for the root) to its file, code and children. */
function modules(src) {
  const all = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".rs"))
    .sort();
  const found = new Map();
  const tests = new Set();
  for (const file of all) {
    const name = file
      .replace(/\.rs$/, "")
      .split(sep)
      .filter((part, at, list) => !(at === list.length - 1 && (part === "mod" || (part === "lib" && at === 0))))
      .join("::");
    const { code, files } = withoutTests(codeOf(readFileSync(join(src, file), "utf8")));
    for (const test of files) tests.add(name ? `${name}::${test}` : test);
    const children = new Set([...code.matchAll(/\bmod\s+(\w+)\s*;/g)].map(([, child]) => child));
    found.set(name, { file, code, children });
  }
  for (const name of [...found.keys()]) {
    if ([...tests].some((test) => name === test || name.startsWith(`${test}::`))) found.delete(name);
  }
  return found;
}

/** What a path of module `from` names, from the root of the crate; undefined where it is another crate's. */
function absolute(path, from, children) {
  if (path[0] === "crate") return path.slice(1);
  const here = from ? from.split("::") : [];
  if (path[0] !== "super" && path[0] !== "self") return children.has(path[0]) ? [...here, ...path] : undefined;
  let at = here;
  let rest = path;
  while (rest[0] === "super" || rest[0] === "self") {
    if (rest[0] === "super") at = at.slice(0, -1);
    rest = rest.slice(1);
  }
  return [...at, ...rest];
}

/** Every import between modules: { from, to, file, line }. */
export function imports(src) {
  const all = modules(src);
  const found = [];
  for (const [from, { file, code, children }] of all) {
    for (const { path, line } of paths(code, children)) {
      const target = absolute(path, from, children);
      if (!target) continue;
      let to = target;
      while (to.length > 0 && !all.has(to.join("::"))) to = to.slice(0, -1);
      if (to.join("::") !== from) found.push({ from, to: to.join("::"), file, line });
    }
  }
  return { modules: [...all.keys()], imports: found };
}

/** The shortest way from one module to another along the imports. */
function way(edges, from, to) {
  const before = new Map([[from, undefined]]);
  for (const at of before.keys()) {
    for (const next of edges.get(at) ?? []) {
      if (next === to) {
        const steps = [to];
        for (let step = at; step !== undefined; step = before.get(step)) steps.unshift(step);
        return steps;
      }
      if (!before.has(next)) before.set(next, at);
    }
  }
  return undefined;
}

/** One line per violation. */
export function violations(src, rooms = ROOMS) {
  const { modules: names, imports: found } = imports(src);
  const problems = [];
  const room = (name) => name.split("::")[0];
  for (const name of new Set(names.map(room))) {
    if (name && !rooms.includes(name)) problems.push(`${name}: not in the list of rooms`);
  }
  const edges = new Map();
  for (const { from, to, file, line } of found) {
    if (!edges.has(from)) edges.set(from, new Set());
    edges.get(from).add(to);
    const climbs = room(from) !== room(to) && from !== "" && (to === "" || rooms.indexOf(room(to)) > rooms.indexOf(room(from)));
    if (climbs) problems.push(`${file}:${line}: ${from} imports ${to || "the root of the crate"}, which is above it`);
  }
  const named = new Set();
  for (const { from, to, file, line } of found) {
    if (room(from) !== room(to)) continue;
    const back = way(edges, to, from);
    if (!back) continue;
    const circle = [...new Set([from, ...back])].sort().join(" ");
    if (named.has(circle)) continue;
    named.add(circle);
    problems.push(`${file}:${line}: circle: ${[from, ...back].join(" -> ")}`);
  }
  return problems;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const all = argv[2]
    ? [[argv[2], ROOMS]]
    : [
        [join(root, "src"), ROOMS],
        [join(root, "yaml", "src"), YAML],
      ];
  for (const [src, rooms] of all) {
    const problems = violations(src, rooms);
    for (const problem of problems) console.error(join(relative(root, src) || ".", problem));
    if (problems.length > 0) exit(1);
    console.log(`layers: ${imports(src).modules.length} modules of ${relative(root, src)}, every import goes down`);
  }
}
