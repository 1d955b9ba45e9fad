// The elements and the page mark what the core warns of: pkg/ui/names.ts next to the findings of the package.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CONFUSABLE } from "../../pkg/ui/confusable.js";
import { plainName } from "../../pkg/ui/names.js";
import { open } from "./common.mjs";

const point = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

test("characters that look like ASCII are shown with their code points", async () => {
  const kubecred = await open({ worker: false });
  const all = Array.from({ length: 0x11_0000 }, (_, code) => code)
    .filter((code) => code > 0x7f && (code < 0xd800 || code > 0xdfff))
    .map((code) => String.fromCodePoint(code))
    .filter((one) => CONFUSABLE.test(one));
  assert.ok(all.length > 2_500);
  for (const one of all) {
    const shown = plainName(`ad${one}min`);
    assert.ok(shown.includes(point(one)), `${point(one)}: ${shown}`);
  }
  // A sample of each block through the core, which names the same characters.
  for (const one of all.filter((_, index) => index % 40 === 0)) {
    const findings = await kubecred.csr.lintSubject({ user: `ad${one}min` });
    assert.ok(
      findings.some(({ level, message }) => level === "warning" && message.includes(point(one))),
      point(one),
    );
  }
  kubecred.close();
});

test("marks, and letters of another script among Latin ones, are shown with their code points; ordinary names as they are", () => {
  assert.equal(plainName("\u0430lice"), "[U+0430]lice", "what looks like a Latin letter is written out");
  assert.equal(plainName("a\u0323dmin"), "a[U+0323]dmin");
  assert.equal(plainName("jane-\u65E5"), "jane-[\u65E5 U+65E5]");
  assert.equal(plainName("\u0430\u0434"), "[\u0430 U+0430]\u0434", "a name without Latin letters can still be read");
  for (const name of ["jane", "system:masters", "Jos\u00E9", "M\u00FCller", "\u65E5\u672C", "100%"]) assert.equal(plainName(name), name);
  assert.equal(plainName("a\u200Bb \u0430"), "a[U+200B]b [U+0430]");
});
