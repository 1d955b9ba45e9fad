// Imports go one way (scripts/layers-js.mjs): true of this tree, and each kind of climbing import and circle is found where one is put.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { check } from "../../scripts/layers-js.mjs";
import { root } from "./common.mjs";

// In these texts a comment or a worker's address is put together, so that the check of this file itself does not see it.
const SOUND = {
  "pkg/index.ts": 'import { open } from "./client/api.js"; export { open };',
  "pkg/client/api.js": 'import { Session } from "../session/session.js"; export const open = () => new Session();',
  "pkg/session/session.js": "export class Session {}",
  "pkg/worker/worker.js": "export {};",
  "www/shared/session.js": 'export const session = () => import("../kubecred/index.js");',
  "pkg/ui/dom.ts": "export const el = () => {};",
  "www/ui/dom.js": 'export { el } from "../kubecred/ui/dom.js";',
  "www/review/panel.js": 'import { el } from "../ui/dom.js"; export const start = el;',
  "www/rbac/panel.js": "export const start = () => {};",
  "www/app/panels.js": 'export const load = () => import("../review/panel.js");',
};

/** What is said about a tree of these files. */
async function said(t, files) {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-layers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries({ ...SOUND, ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return check(folder);
}

test("the imports of pkg, www, tests and scripts go one way", async () => {
  assert.deepEqual(await check(root), []);
});

test("a small tree whose imports go one way passes", async (t) => {
  assert.deepEqual(await said(t, {}), []);
});

test("the JavaScript that is compiled from TypeScript is no module of its own", async (t) => {
  const compiled = { "pkg/session/session.js": 'import "../client/api.js"; export class Session {}' };
  assert.deepEqual(await said(t, { "pkg/session/session.ts": "export class Session {}", ...compiled }), []);
});

for (const [what, files, sentence] of [
  [
    "an import that climbs",
    { "pkg/session/session.js": 'import { open } from "../client/api.js"; export class Session { open = open; }' },
    /pkg\/session\/session\.js .* imports pkg\/client\/api\.js/,
  ],
  [
    "a dynamic import that climbs",
    { "www/ui/dom.js": 'export const el = () => import("../app/panels.js");' },
    /www\/ui\/dom\.js .* imports www\/app\/panels\.js/,
  ],
  [
    "a type that climbs",
    { "pkg/session/session.js": `/*${"*"} @typedef {import("../client/api.js").open} Open */\nexport class Session {}` },
    /pkg\/session\/session\.js .* imports pkg\/client\/api\.js/,
  ],
  [
    "a type that climbs, in TypeScript",
    { "pkg/session/keys.ts": 'import type { open } from "../client/api.js"; export type Open = typeof open;' },
    /pkg\/session\/keys\.ts .* imports pkg\/client\/api\.js/,
  ],
  [
    "a type in an expression that climbs, in TypeScript",
    { "pkg/session/keys.ts": 'export type Open = import("../client/api.js").Open;' },
    /pkg\/session\/keys\.ts .* imports pkg\/client\/api\.js/,
  ],
  [
    "a value that climbs and is used as a type, in TypeScript",
    { "pkg/session/keys.ts": 'import { open } from "../client/api.js"; export type Open = typeof open;' },
    /pkg\/session\/keys\.ts .* imports pkg\/client\/api\.js/,
  ],
  [
    "an import of TypeScript that climbs",
    {
      "pkg/session/session.js": 'import { link } from "../client/link.js"; export class Session { link = link; }',
      "pkg/client/link.ts": "export const link: number = 1;",
    },
    /pkg\/session\/session\.js .* imports pkg\/client\/link\.ts/,
  ],
  [
    "a circle of types in TypeScript",
    {
      "pkg/session/keys.ts": 'import type { Files } from "./files.js"; export type Keys = Files[];',
      "pkg/session/files.ts": 'export type Files = { keys: import("./keys.js").Keys };',
    },
    /a circle of imports: pkg\/session\/\w+\.ts → pkg\/session\/\w+\.ts → pkg\/session\/\w+\.ts/,
  ],
  [
    "a worker that climbs",
    { "pkg/session/session.js": `export class Session { at = ${["new", "URL"].join(" ")}("../client/api.js", import.meta.url); }` },
    /imports pkg\/client\/api\.js/,
  ],
  [
    "a panel that imports another",
    { "www/review/panel.js": 'import { start } from "../rbac/panel.js"; export { start };' },
    /www\/review\/panel\.js .* imports www\/rbac\/panel\.js/,
  ],
  [
    "a page that reaches into the package",
    { "www/shared/session.js": 'import { open } from "../../pkg/client/api.js"; export { open };' },
    /www\/shared\/session\.js .* imports pkg\/client\/api\.js/,
  ],
  [
    "a part of the package that needs the page",
    { "pkg/ui/dom.ts": 'import { start } from "../../www/rbac/panel.js"; export const el = start;' },
    /pkg\/ui\/dom\.ts .* imports www\/rbac\/panel\.js/,
  ],
  [
    "an element that reaches behind the entry",
    { "pkg/element/base.js": 'import { open } from "../client/api.js"; export { open };' },
    /pkg\/element\/base\.js .* imports pkg\/client\/api\.js/,
  ],
  ["a hook that needs more than React", { "pkg/react/hooks.js": 'import "react"; import "react-dom"; export const use = 1;' }, /hooks\.js imports react-dom/],
  [
    "an entry that imports an element",
    { "pkg/index.ts": 'import "./element/base.js"; export const open = 1;', "pkg/element/base.js": "export {};" },
    /imports pkg\/element\/base\.js/,
  ],
  [
    "a package that loads its testing entry",
    { "pkg/testing/index.js": "export const fake = 1;", "pkg/client/api.js": 'import "../testing/index.js"; export const open = 1;' },
    /pkg\/client\/api\.js .* imports pkg\/testing\/index\.js/,
  ],
  [
    "a testing entry that needs the package",
    { "pkg/testing/index.js": 'import { open } from "../client/api.js"; export { open };' },
    /pkg\/testing\/index\.js .* imports pkg\/client\/api\.js/,
  ],
  ["a package that needs another", { "pkg/client/api.js": 'import "left-pad"; export const open = 1;' }, /imports left-pad/],
  ["a browser's module that needs Node", { "pkg/client/api.js": 'import "node:fs"; export const open = 1;' }, /imports node:fs/],
  ["a file that is not there", { "www/ui/dom.js": 'import "./nothing.js"; export const el = 1;' }, /nothing\.js, which does not exist/],
  ["a file in no room", { "pkg/extra/new.js": "export {};" }, /pkg\/extra\/new\.js is in no room/],
  [
    "a circle inside a room",
    { "www/ui/dom.js": 'import "./a.js"; export const el = 1;', "www/ui/a.js": 'import "./b.js";', "www/ui/b.js": 'import "./dom.js";' },
    /circle of imports: .*dom\.js → .*a\.js → .*b\.js/,
  ],
  [
    "a circle closed by a dynamic import",
    { "www/ui/dom.js": 'import "./a.js"; export const el = 1;', "www/ui/a.js": 'export const late = () => import("./dom.js");' },
    /circle of imports/,
  ],
]) {
  test(`found: ${what}`, async (t) => {
    const problems = await said(t, files);
    assert.ok(
      problems.some((problem) => sentence.test(problem)),
      JSON.stringify(problems),
    );
  });
}
