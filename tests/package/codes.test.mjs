// The union of error codes in types.ts is the core's list, and JavaScript makes no code that is not on it. In the documentation an
// error code stands in `backticks` and the code of a finding in "quotes".
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "../../pkg/session/load.js";
import instantiate from "../../pkg/wasm/core.js";
import { pkg, root } from "./common.mjs";

async function codes() {
  const { module } = await load(undefined, undefined, async () => readFileSync(join(pkg, "wasm", "core_bg.wasm")));
  const core = instantiate();
  core.initSync({ module });
  return core.errorCodes();
}

test("the declared union equals errorCodes()", async () => {
  const declared = readFileSync(join(pkg, "types.ts"), "utf8");
  const union = /export type KubecredErrorCode\s*=([^;]+);/
    .exec(declared)[1]
    .match(/"[a-z-]+"/g)
    .map((quoted) => JSON.parse(quoted));
  assert.deepEqual([...union].sort(), (await codes()).sort());
  assert.equal(new Set(union).size, union.length);
});

test("every code in the documentation and in the JavaScript is on the list", async () => {
  const known = new Set(await codes());
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
