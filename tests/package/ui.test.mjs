// What the elements and the page share (pkg/ui), as far as it needs no document; tests/page has the rest.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, grouped } from "../../pkg/ui/counted.js";
import { wasStored } from "../../pkg/ui/decision.js";
import { duration, iso, lifetime, local, relative } from "../../pkg/ui/dates.js";
import { contents } from "../../pkg/ui/file.js";
import { permissionHint, sentence } from "../../pkg/ui/findings.js";
import { shownFingerprint } from "../../pkg/ui/fingerprint.js";
import { namesIn, splitNames } from "../../pkg/ui/listed.js";
import { resultOf } from "../../pkg/ui/merged.js";

const each = (call, cases) => {
  for (const [given, expected] of cases) assert.equal(call(given), expected);
};

test("numbers", () => {
  each(grouped, [
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1234567, "1,234,567"],
  ]);
  assert.deepEqual(
    [0, 1, 2, 1000].map((count) => counted(count, "request")),
    ["0 requests", "1 request", "2 requests", "1,000 requests"],
  );
});

test("durations in the largest unit of which there are two or more, or an exact one", () => {
  each(duration, [
    [-1, "0 seconds"],
    [1, "1 second"],
    [90, "90 seconds"],
    [5400, "90 minutes"],
    [3600, "1 hour"],
    [86400, "1 day"],
    [100 * 3600, "4 days"],
    [604800, "7 days"],
    [31536000, "1 year"],
  ]);
});

test("what is decided on is not rounded", () => {
  each(lifetime, [
    [0, "0 seconds"],
    [600, "10 minutes"],
    [5400, "90 minutes"],
    [86400, "1 day"],
    [90000, "25 hours"],
    [129600, "36 hours"],
    [604800, "7 days"],
    [216000, "2 days 12 hours"],
    [215999, "2 days 11 hours 59 minutes 59 seconds"],
    [31536000, "1 year"],
    [2.49 * 31536000, "2 years 178 days 20 hours 24 minutes"],
  ]);
});

test("instants that are none say so", () => {
  assert.deepEqual([iso("x"), local("x"), relative("x")], ["unknown time", "unknown time", "at an unknown time"]);
  assert.equal(iso("2026-11-24T07:00:00.123Z"), "2026-11-24T07:00:00Z");
});

test("sentences: capital, full stop, no line breaks, programs as they are written", () => {
  each(sentence, [
    ["nothing is due", "Nothing is due."],
    ["Done!", "Done!"],
    ["kubectl takes it", "kubectl takes it."],
    ["a\u2028b\nc", "A b c."],
  ]);
});

test("a refusal names the permission that is missing, and nothing else does", () => {
  const details = [
    { field: "rule", message: '{"verbs":["list"]}' },
    { field: "scope", message: "Role team" },
  ];
  const [hint] = permissionHint({ code: "forbidden", details });
  assert.equal(hint.message, 'Minimum permission required, for an administrator to grant: a Role in the namespace team with the rule {"verbs":["list"]}');
  const whole = permissionHint({ code: "forbidden", details: [{ field: "role", message: "[]" }, details[0]] });
  assert.equal(whole[0].message, "Minimum permissions required, for an administrator to grant: a ClusterRole with the rules []");
  for (const error of [null, undefined, new Error("x"), { code: "forbidden" }, { code: "network", details }]) assert.deepEqual(permissionHint(error), []);
});

test("a fingerprint as two people compare it", () => {
  assert.equal(shownFingerprint("0123456789abcdef".repeat(4)), "0123 4567 89ab cdef");
});

test("names in one text: commas and lines between them, one with a comma in double quotes", () => {
  for (const [text, names] of [
    ["", []],
    [" , \n", []],
    ["dev", ["dev"]],
    ["dev, ops,\r\non-call", ["dev", "ops", "on-call"]],
    ['dev,"CN=ops,OU=it"', ["dev", "CN=ops,OU=it"]],
    ['"CN=ops,OU=it" , dev', ["CN=ops,OU=it", "dev"]],
    ['"unfinished, dev', ['"unfinished, dev']],
  ])
    assert.deepEqual(namesIn(text), names, text);
  assert.deepEqual(splitNames("dev, op"), { done: ["dev"], rest: "op" }, "what is still being typed");
});

test("a file that is too large, or that the browser cannot read, is named with its reason", async () => {
  const file = { name: "config", size: 2, arrayBuffer: async () => new Uint8Array([1, 2]).buffer };
  assert.deepEqual(await contents(file), { name: "config", bytes: new Uint8Array([1, 2]) });
  const never = () => assert.fail("it is not read");
  assert.match((await contents({ ...file, size: 4 * 1024 * 1024 + 1, arrayBuffer: never })).problem, /4 MiB/);
  assert.match((await contents({ ...file, arrayBuffer: () => Promise.reject(new Error("gone")) })).problem, /could not read/);
});

test("a decision that failed counts as made where its own answer was lost and the request is as after it", () => {
  const stored = (code, outcome, state, verb = "approve") => wasStored({ code, outcome }, { state }, verb);
  for (const [code, outcome, state, verb] of [
    ["network", "unknown", "approved"],
    ["timeout", "unknown", "issued"],
    ["server-error", "unknown", "denied", "deny"],
  ])
    assert.equal(stored(code, outcome, state, verb), true, code);
  for (const [code, outcome, state, verb] of [
    ["forbidden", undefined, "approved"], // somebody else
    ["network", undefined, "approved"], // it was never sent
    ["network", "unknown", "pending"],
    ["network", "unknown", "denied"],
    ["network", "unknown", "issued", "deny"],
    // Nobody knows either, but a person has to be told.
    ["wrong-object", "unknown", "approved"],
    ["changed", "unknown", "approved"],
  ])
    assert.equal(stored(code, outcome, state, verb), false, `${code} ${outcome} ${state}`);
});

test("what an entry is called after a merge", () => {
  const entry = { section: "users", name: "jane" };
  assert.equal(resultOf({ ...entry, kind: "added" }), "jane");
  assert.equal(resultOf({ ...entry, kind: "renamed", newName: "jane@two" }), "jane@two");
  assert.equal(resultOf({ ...entry, kind: "kept" }), undefined);
  assert.equal(resultOf({ section: "contexts", name: "home", kind: "bound", field: "user", reference: "jane", newReference: "jane@two" }), "jane@two");
});
