// The bill of materials: valid CycloneDX, and exactly what is linked. It is made from what cargo compiled; two other sources are asked here:
// `cargo tree`, and the module itself, whose panic messages name the crates that they come from.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Validation } from "@cyclonedx/cyclonedx-library";
import esbuild from "esbuild";
import parseLicence from "spdx-expression-parse";
import { tree } from "../../scripts/crates.mjs";
import { SPECIFICATION } from "../../scripts/sbom.mjs";
import { pkg, root } from "./common.mjs";

const text = readFileSync(join(pkg, "sbom.cdx.json"), "utf8");
const bom = JSON.parse(text);
const wasm = readFileSync(join(pkg, "wasm", "core_bg.wasm"));
const crates = bom.components
  .filter(({ purl, scope }) => purl?.startsWith("pkg:cargo/") && scope === "required")
  .map(({ name, version }) => `${name} ${version}`);

/** The crates that only one of two lists has. */
const differences = (listed, wanted) => ({
  missing: wanted.filter((each) => !listed.includes(each)),
  extra: listed.filter((each) => !wanted.includes(each)),
});
const NONE = { missing: [], extra: [] };

test("it is valid CycloneDX, by the schema that OWASP publishes", async () => {
  const validator = new Validation.JsonStrictValidator(SPECIFICATION.version);
  assert.equal(await validator.validate(text), null);
  const damaged = { ...bom, components: [{ ...bom.components[0], scope: "perhaps" }] };
  assert.notEqual(await validator.validate(JSON.stringify(damaged)), null, "the control: a scope that does not exist");
});

test("it names exactly the crates that cargo links", () => {
  const linked = [...tree()].filter((each) => !/^kubecred(-filter|-yaml)? /.test(each));
  assert.ok(linked.length > 50, "the control: cargo tree answered");
  assert.deepEqual(differences(crates, linked), NONE);
  assert.deepEqual(differences(crates.slice(1), linked), { missing: [crates[0]], extra: [] }, "the control: a crate that is left out");
  assert.deepEqual(differences([...crates, "leftpad 1.0.0"], linked), { missing: [], extra: ["leftpad 1.0.0"] }, "the control: one too many");
});

test("the module of kubecred/testing links no crate that the bill lacks", () => {
  const linked = [...tree(["--package", "kubecred-testing"])].filter((each) => !/^kubecred(-\w+)? /.test(each));
  assert.ok(linked.length > 30, "the control: cargo tree answered");
  assert.deepEqual(differences(crates, linked).missing, []);
});

test("it has every crate whose code the module names, in that version, and describes this module", () => {
  const named = [
    ...new Set([...wasm.toString("latin1").matchAll(/\/crates\/([\w-]+)-(\d+\.\d+\.\d+[\w.+-]*)\//g)].map(([, name, version]) => `${name} ${version}`)),
  ];
  assert.ok(named.length > 20, "the control: the module names crates");
  assert.deepEqual(differences(crates, named).missing, []);
  for (const [index, file] of ["wasm/core_bg.wasm", "wasm/testing.js"].entries()) {
    const { name, hashes } = bom.metadata.component.components[index];
    const digest = createHash("sha256")
      .update(readFileSync(join(pkg, file)))
      .digest("hex");
    assert.deepEqual([name, hashes[0].content], [file, digest]);
  }
  assert.equal(readFileSync(join(root, "dist", "kubecred", "sbom.cdx.json"), "utf8"), text, "the page has the same");
  assert.ok(readFileSync(join(root, "dist", "index.html"), "utf8").includes('href="kubecred/sbom.cdx.json"'), "and a link to it");
  const producers = Buffer.from(WebAssembly.Module.customSections(new WebAssembly.Module(wasm), "producers")[0]).toString("latin1");
  const std = bom.components.find(({ name }) => name === "std");
  assert.match(producers, new RegExp(`rustc.${std.version.replaceAll(".", "\\.")} \\(`), "the standard library is of the compiler that the module names");
});

test("each crate has the checksum of Cargo.lock and a licence that deny.toml allows", () => {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const [, list] = /^allow = \[(.*)\]$/m.exec(readFileSync(join(root, "deny.toml"), "utf8"));
  const allowed = list.split(", ").map((name) => JSON.parse(name));
  const permits = ({ license, conjunction, left, right }) =>
    license ? allowed.includes(license) : conjunction === "or" ? permits(left) || permits(right) : permits(left) && permits(right);
  assert.ok(permits(parseLicence("(MIT OR Apache-2.0) AND Unicode-3.0")) && !permits(parseLicence("MIT AND GPL-3.0-only")), "the control");
  for (const { name, version, hashes, licenses } of bom.components.filter(({ purl, scope }) => purl?.startsWith("pkg:cargo/") && scope === "required")) {
    assert.ok(lock.includes(`name = "${name}"\nversion = "${version}"\n`) && lock.includes(`checksum = "${hashes[0].content}"`), name);
    assert.ok(permits(parseLicence(licenses[0].expression)), `${name}: ${licenses[0].expression}`);
  }
});

test("every component but the build's tools is reached from the package, and every reference exists", () => {
  const required = bom.components.filter(({ scope }) => scope === "required").map((each) => each["bom-ref"]);
  const edges = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const reached = new Set();
  const visit = (ref) => {
    assert.ok(edges.has(ref), ref);
    if (!reached.has(ref)) edges.get(reached.add(ref) && ref).forEach(visit);
  };
  visit(bom.metadata.component["bom-ref"]);
  assert.deepEqual([...reached].filter((ref) => ref !== bom.metadata.component["bom-ref"]).sort(), required.sort());
});

test("no npm package is delivered: page and package are made of their own files alone", async () => {
  const npm = bom.components.filter(({ purl }) => purl?.startsWith("pkg:npm/"));
  assert.deepEqual(npm.map(({ name, scope }) => `${name} ${scope}`).sort(), ["binaryen excluded", "esbuild excluded"]);
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [
      "dist/app/main.js",
      "pkg/index.js",
      "pkg/inline.js",
      "pkg/node.js",
      "pkg/testing/index.js",
      "pkg/worker/worker-node.js",
      "pkg/bin/kubecred.mjs",
    ],
    bundle: true,
    metafile: true,
    write: false,
    outdir: "unused",
    format: "esm",
    platform: "node",
  });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.length > 100, "the control: modules are followed");
  for (const input of inputs) assert.match(input, /^(dist|pkg)\//, input);
});
