// Licences and notices: THIRD-PARTY.txt is what scripts/third-party.mjs makes of Cargo.lock, and package and page carry it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linked as linkedCrates } from "../../scripts/crates.mjs";
import { NOTICES } from "../../scripts/notices.mjs";
import { thirdParty } from "../../scripts/third-party.mjs";
import { pkg, root } from "./common.mjs";

const read = (...path) => readFileSync(join(root, ...path), "utf8");

test("THIRD-PARTY.txt is current: after a change of Cargo.lock run node scripts/third-party.mjs --write", () => {
  assert.equal(read("THIRD-PARTY.txt"), thirdParty());
});

test("it names every crate of the module, and what src translates from Go", () => {
  const text = read("THIRD-PARTY.txt");
  const linked = linkedCrates().crates;
  for (const { name, version } of linked) assert.ok(text.includes(`\n${name} ${version} (`), name);
  for (const name of ["p256", "rsa", "zeroize", "wasm-bindgen"])
    assert.ok(
      linked.some((crate) => crate.name === name),
      `the control: ${name} is linked in`,
    );
  for (const name of ["proptest", "serde_derive", "serde_json", "wasm-bindgen-test"])
    assert.ok(!linked.some((crate) => crate.name === name), `the control: ${name} is not`);
  for (const notice of ["Copyright 2011-2016 Canonical Ltd.", "Kirill Simonov", "Copyright 2009 The Go Authors.", "The Rust Project", "UNICODE LICENSE V3"]) {
    assert.ok(text.includes(notice), notice);
  }
});

test("the package, the page and offline.html carry licences and notices", () => {
  const { files } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const offline = read("dist", "offline.html").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const index = read("dist", "index.html");
  for (const file of NOTICES) {
    assert.ok(files.includes(file), file);
    assert.equal(readFileSync(join(pkg, file), "utf8"), read(file));
    assert.equal(read("dist", "kubecred", file), read(file));
    assert.ok(index.includes(`href="kubecred/${file}"`), `${file} is linked`);
    assert.ok(offline.includes(read(file)), `${file} is in offline.html`);
  }
  assert.ok(!offline.includes('href="kubecred/'), "offline.html has no other files beside it");
});
