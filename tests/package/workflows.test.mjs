// The workflows: actions pinned by commit, the fewest permissions, nothing of an event in a script. actionlint (make lint) knows the syntax.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { CONTACT, OWNER, problems } from "../../scripts/release.mjs";
import { root } from "./common.mjs";

const github = join(root, ".github");
const read = (...path) => readFileSync(join(github, ...path), "utf8");
const workflows = readdirSync(join(github, "workflows")).map((file) => ({ file, text: read("workflows", file), jobs: load(read("workflows", file)).jobs }));
const tools = read("actions", "tools", "action.yml");
const steps = ({ jobs }) => Object.values(jobs).flatMap((job) => job.steps ?? []);

/** What is wrong with the `uses:` of a text: a branch or tag can be moved to other code, a commit cannot. */
const unpinned = (text) =>
  text
    .split("\n")
    .filter((line) => /^\s*(- )?uses:/.test(line))
    .filter((line) => !/uses: (\.\/\.github\/[\w./-]+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(line));

test("actions are pinned by commit with their version, each in one version", () => {
  assert.deepEqual(
    [...workflows.map(({ text }) => text), tools].flatMap((text) => unpinned(text)),
    [],
  );
  const pins = new Set(
    [...workflows.map(({ text }) => text), tools].flatMap((text) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+@.*)$/gm)].map(([, pin]) => pin)),
  );
  assert.ok(pins.size >= 5, "the control: pins are found");
  assert.equal(new Set([...pins].map((pin) => pin.split("@")[0])).size, pins.size, [...pins].join("\n"));
  for (const line of ["- uses: actions/checkout@v7", "uses: actions/checkout@main # v7.0.1", `uses: actions/checkout@${"a".repeat(40)}`])
    assert.equal(unpinned(line).length, 1, `the control: ${line}`);
});

test("a workflow can read the repository and nothing else; what writes or signs is one job each", () => {
  for (const { file, text } of workflows) assert.deepEqual(load(text).permissions, { contents: "read" }, file);
  const more = workflows.flatMap(({ file, jobs }) =>
    Object.entries(jobs)
      .filter(([, { permissions }]) => permissions)
      .map(([name, { permissions }]) => [`${file} ${name}`, permissions]),
  );
  assert.deepEqual(Object.fromEntries(more), {
    "release.yml publish": { "id-token": "write", attestations: "write" },
    "release.yml page": { contents: "write" },
  });
});

test("the jobs that sign and write run nothing of the repository", () => {
  const { jobs } = workflows.find(({ file }) => file === "release.yml");
  for (const name of ["publish", "page"])
    for (const { uses = "", run = "" } of jobs[name].steps) assert.ok(!/checkout|\.\//.test(uses) && !/\bmake\b|\bnode\b|npm (ci|install|run)/.test(run), name);
  assert.deepEqual([jobs.build.needs, jobs.publish.needs, jobs.page.needs], ["test", "build", "publish"]);
  const build = jobs.build.steps.map(({ run, uses }) => run ?? uses);
  assert.ok(build.indexOf("make verify") > build.indexOf("make build"), "a release is built twice");
  assert.equal(jobs.build.steps.find(({ uses }) => uses === "./.github/actions/tools").with.cache, "false", "and without a cache that others can fill");
});

test("no script contains text of an event, no checkout keeps a token, every job has a limit", () => {
  for (const workflow of workflows) {
    assert.ok(!/pull_request_target|workflow_run/.test(workflow.text), workflow.file);
    for (const { run = "", uses = "", with: options } of steps(workflow)) {
      assert.ok(!run.includes("${{"), `${workflow.file}: ${run}`);
      if (uses.startsWith("actions/checkout@")) assert.equal(options["persist-credentials"], false, workflow.file);
    }
    for (const [name, job] of Object.entries(workflow.jobs)) assert.ok(job.uses ?? job["timeout-minutes"], `${workflow.file} ${name}`);
  }
  for (const { run = "" } of load(tools).runs.steps) assert.ok(!run.includes("${{"), run);
});

test("a release stops where version, repository, contact or changelog are not ready", () => {
  const url = "git+https://github.com/someone/kubecred.git";
  const ready = {
    tag: "v1.2.3",
    repository: "someone/kubecred",
    package: { version: "1.2.3", repository: { url } },
    security: "Write to us.",
    changelog: "# Changelog\n\n## 1.2.3\n",
  };
  assert.deepEqual(problems(ready), []);
  for (const [change, words] of [
    [{ tag: "v1.2.4" }, "v1.2.3"],
    [{ package: { version: "1.2.3" } }, url],
    [{ package: { ...ready.package, homepage: `https://example.org/${OWNER}` } }, OWNER],
    [{ security: `Write to ${CONTACT}.` }, CONTACT],
    [{ changelog: "## Unreleased\n" }, "## 1.2.3"],
  ]) {
    const [sentence, ...others] = problems({ ...ready, ...change });
    assert.ok(sentence.includes(words) && others.length === 0, sentence);
  }
});

test("the forms never ask for a secret: they name the page's own words for a kubeconfig without", () => {
  const label = "Remove secrets (safe to share)";
  assert.ok(readFileSync(join(root, "www", "kubeconfig", "save.js"), "utf8").includes(`" ${label}"`), "the page has the box");
  for (const text of [read("ISSUE_TEMPLATE", "bug.yml"), readFileSync(join(root, "CONTRIBUTING.md"), "utf8")])
    assert.ok(text.replaceAll(/\s+/g, " ").includes(`"${label}"`));
  for (const form of ["bug.yml", "idea.yml"]) {
    const { body } = load(read("ISSUE_TEMPLATE", form));
    assert.match(body[0].attributes.value, /Issues are public/);
  }
  assert.ok(readFileSync(join(root, "SECURITY.md"), "utf8").includes("## Report a vulnerability"));
});
