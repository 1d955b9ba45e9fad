// JavaScript makes no error code that is not in the union of types.ts. In the documentation an
// error code stands in `backticks` and the code of a finding in "quotes".
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pkg, root } from "./common.mjs";

/** The declared union, which is the core's list (tests/finding_codes.rs). */
const codes = () =>
  /export type KubecredErrorCode\s*=([^;]+);/
    .exec(readFileSync(join(pkg, "types.ts"), "utf8"))[1]
    .match(/"[a-z-]+"/g)
    .map((quoted) => JSON.parse(quoted));

test("every code in the documentation and in the JavaScript is on the list", () => {
  const known = new Set(codes());
  for (const file of readdirSync(pkg, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js") && name !== "inline.js")) {
    for (const [, code] of readFileSync(join(pkg, file), "utf8").matchAll(/new KubecredError\("([^"]+)"/g)) assert.ok(known.has(code), `${file}: ${code}`);
  }
  const prose = readFileSync(join(pkg, "types.ts"), "utf8");
  for (const [, code] of prose.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)) assert.ok(known.has(code), `types.ts: ${code}`);
});

test("every code of a finding in the documentation is one that the core makes", () => {
  const literalsIn = (folder, ending) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(ending))
      .flatMap((name) => [...readFileSync(join(root, folder, name), "utf8").matchAll(/"([^"\\\s]+)"/g)].map(([, text]) => text));
  const literals = new Set(literalsIn("src", ".rs"));
  const comments = readFileSync(join(pkg, "types.ts"), "utf8")
    .match(/\/\*\*[^]*?\*\//g)
    .join("\n");
  const named = [...comments.matchAll(/"([a-z0-9]+(?:-[a-z0-9]+)+)"/g)].map(([, code]) => code).filter((code) => !/^(ecdsa|rsa)-/.test(code));
  for (const code of named) assert.ok(literals.has(code), `types.ts: ${code}`);
  assert.ok(named.length > 30 && named.includes("angle-brackets"), "the control: they are found");
});
