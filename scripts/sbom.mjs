/*
 * The software bill of materials, CycloneDX as JSON, of the package and of the page that is made from it: pkg/sbom.cdx.json.
 * Written by pkg/build.mjs with OWASP's library. It has no time and no random serial number, so that two builds give the same bytes.
 *   required   the crates that cargo compiled for the module (scripts/crates.mjs), and Rust's standard library
 *   excluded   what takes part in the build and is not delivered: esbuild, binaryen, wasm-bindgen's program
 * No npm package is delivered. What is translated from other projects is named in THIRD-PARTY.txt: it is not a component that was linked.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { linked } from "./crates.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const json = (/** @type {string[]} */ ...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

export const SPECIFICATION = Spec.Spec1dot6;
const LIBRARY = "@cyclonedx/cyclonedx-library";
const { Library, Application, File } = Enums.ComponentType;
const { Required, Excluded } = Enums.ComponentScope;

/** "MIT/Apache-2.0" is how cargo wrote OR before it took SPDX expressions. @param {string} text */
const license = (text) => new Models.LicenseRepository([new Models.LicenseExpression(text.replaceAll("/", " OR "))]);

/** @param {"cargo" | "npm"} type @param {string} name @param {string} version */
const purl = (type, name, version) => `pkg:${type}/${name.replace("@", "%40")}@${encodeURIComponent(version)}`;

/**
 * A component whose reference is its package URL.
 * @param {import("@cyclonedx/cyclonedx-library").Enums.ComponentType} kind @param {"cargo" | "npm"} type @param {string} name @param {string} version @param {object} rest
 */
function component(kind, type, name, version, rest) {
  const address = purl(type, name, version);
  return new Models.Component(kind, name, { version, purl: address, bomRef: address, ...rest });
}

/** An npm package of package-lock.json. @param {any} lock @param {string} name @param {object} [rest] */
function npmPackage(lock, name, rest) {
  const { version, license: terms, integrity } = lock.packages[`node_modules/${name}`];
  const sum = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
  return component(Application, "npm", name, version, {
    licenses: license(terms),
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-512"], sum]]),
    ...rest,
  });
}

/**
 * @param {object} built
 * @param {Record<string, Buffer | string>} built.modules the files of the package that contain compiled code, by name
 * @param {Set<string>} built.compiled the packages that cargo compiled for it, by cargo's ids
 * @param {string} built.rustc what `rustc --version` says
 * @param {string} built.wasmBindgen the version of wasm-bindgen's program
 */
export function sbom({ modules, compiled, rustc, wasmBindgen }) {
  const { name, version, description, license: terms } = json("pkg", "package.json");
  const lock = json("package-lock.json");
  const { crates, direct } = linked(compiled);
  const sha256 = (/** @type {string} */ sum) => new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], sum]]);

  const built = Object.entries(modules).map(
    ([file, content]) => new Models.Component(File, file, { bomRef: file, hashes: sha256(createHash("sha256").update(content).digest("hex")) }),
  );
  const library = new Models.Component(Library, "std", {
    bomRef: "rust-std",
    version: rustc.split(" ")[1],
    description: `Rust's standard library, with the crates that are part of it; from ${rustc}`,
    scope: Required,
    licenses: license("MIT OR Apache-2.0"),
  });
  const byId = new Map(
    crates.map((crate) => [
      crate.id,
      component(Library, "cargo", crate.name, crate.version, { scope: Required, licenses: license(crate.license), hashes: sha256(crate.checksum) }),
    ]),
  );
  for (const { id, dependencies } of crates) for (const each of dependencies) byId.get(id)?.dependencies.add(byId.get(each).bomRef);
  const tools = [
    npmPackage(lock, "esbuild", { scope: Excluded }),
    npmPackage(lock, "binaryen", { scope: Excluded }),
    component(Application, "cargo", "wasm-bindgen-cli", wasmBindgen, { scope: Excluded, licenses: license("MIT OR Apache-2.0") }),
  ];
  const main = component(Application, "npm", name, version, {
    description,
    licenses: license(terms),
    components: new Models.ComponentRepository(built),
    dependencies: new Models.BomRefRepository([library.bomRef, ...direct.map((id) => byId.get(id).bomRef)]),
  });
  const bom = new Models.Bom({
    components: new Models.ComponentRepository([library, ...byId.values(), ...tools]),
    metadata: new Models.Metadata({
      component: main,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      tools: new Models.Tools({ components: new Models.ComponentRepository([npmPackage(lock, LIBRARY)]) }),
    }),
  });
  const normalized = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(SPECIFICATION)).serialize(bom, { sortLists: true, space: 1 });
  return `${normalized}\n`;
}
