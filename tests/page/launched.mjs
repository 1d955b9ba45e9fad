// npx kubecred as the tests start it: without a terminal, so it names the file that leads to its link.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { run, until } from "../package/launch-fake.mjs";
import { kubectlPath } from "../support/place.mjs";

/** { started: the program, file, link } */
export async function launch(args) {
  const started = run(["--kubectl", kubectlPath(), "--no-open", ...args]);
  const [, file] = await until(() => /^\s*(\/.*\/open\.html)$/m.exec(started.output) ?? (started.ended && assert.fail(started.errors)));
  const [, link] = /url=(http[^"]*)"/.exec(readFileSync(file, "utf8"));
  return { started, file, link };
}
