/*
 * The crates that are linked into the wasm module: what THIRD-PARTY.txt and the bill of materials name.
 * `cargo tree` has the features of the build; `cargo metadata` also those of tests, and with them crates that no build links.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const TARGET = "wasm32-unknown-unknown";

/**
 * @typedef {object} Crate
 * @property {string} id cargo's own, for `dependencies`
 * @property {string} name
 * @property {string} version
 * @property {string} license as its manifest names it
 * @property {string} folder where its sources are on this machine
 * @property {string} checksum SHA-256 of the crate file, from Cargo.lock
 * @property {string[]} dependencies the ids of the linked crates that it uses
 */

/** What the main module is built from. */
const MAIN = ["--features", "wasm"];

/** @param {string[]} args */
const cargo = (...args) =>
  execFileSync("cargo", [...args, "--quiet", "--locked"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });

/**
 * "name version" of each crate that cargo would link, our own included. Macros run in the compiler and leave nothing of themselves.
 * @param {string[]} [selection] cargo's options: the main module's by default
 */
export function tree(selection = MAIN) {
  const text = cargo(
    "tree",
    ...selection,
    "--target",
    TARGET,
    "--edges",
    "no-build,no-dev,no-proc-macro",
    "--prefix",
    "none",
    "--no-dedupe",
    "--format",
    "{p}",
  );
  return new Set([...text.matchAll(/^(\S+) v(\S+)/gm)].map(([, name, version]) => `${name} ${version}`));
}

/**
 * The linked crates that others wrote.
 * @param {Set<string>} [compiled] the ids of the packages that a build compiled for the module; without it, those of `cargo tree`
 * @returns {{ crates: Crate[], direct: string[] }} `direct`: the ids that kubecred's own crates use
 */
export function linked(compiled) {
  const metadata = JSON.parse(cargo("metadata", ...MAIN, "--format-version", "1", "--filter-platform", TARGET));
  const names = compiled ? new Set() : tree();
  const isLinked = (/** @type {any} */ each) => (compiled ? compiled.has(each.id) : names.has(`${each.name} ${each.version}`));
  const packages = metadata.packages.filter(isLinked);
  const foreign = new Set(packages.filter((/** @type {any} */ each) => each.source !== null).map((/** @type {any} */ each) => each.id));
  const uses = new Map(
    metadata.resolve.nodes.map((/** @type {any} */ node) => [
      node.id,
      node.deps
        .filter((/** @type {any} */ { pkg, dep_kinds: kinds }) => foreign.has(pkg) && kinds.some((/** @type {any} */ each) => each.kind === null))
        .map((/** @type {any} */ { pkg }) => pkg),
    ]),
  );
  const sums = checksums();
  const crates = packages
    .filter((/** @type {any} */ { id }) => foreign.has(id))
    .map((/** @type {any} */ { id, name, version, license, manifest_path: manifest }) => {
      return { id, name, version, license, folder: dirname(manifest), checksum: sums.get(`${name} ${version}`), dependencies: uses.get(id) };
    })
    .sort((/** @type {Crate} */ a, /** @type {Crate} */ b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1));
  const own = packages.filter((/** @type {any} */ { id }) => !foreign.has(id));
  return { crates, direct: [...new Set(own.flatMap((/** @type {any} */ { id }) => uses.get(id)))] };
}

/** SHA-256 of each crate file, by "name version". */
function checksums() {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const packages = lock.matchAll(/^name = "(.*)"\nversion = "(.*)"\nsource = ".*"\nchecksum = "(.*)"$/gm);
  return new Map([...packages].map(([, name, version, sum]) => [`${name} ${version}`, sum]));
}
