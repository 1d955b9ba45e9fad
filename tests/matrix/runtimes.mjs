// Rows of the matrix without a page: runtimes and test runners. Each prints what flow.js says, after "result: ".
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FLOW = 'import { flow } from "./flow.js";\n';
const PRINT = 'console.log("result: " + (await flow(open)));\n';
const WORKER = "works in a worker";
const PLACE = "works on the calling thread";

const resultOf = (text) => /result: (.*)/.exec(text)?.[1] ?? `no result: ${text.slice(-400)}`;

/** A module, run by a program. */
function script(name, source, file = "row.mjs") {
  return async (context, program, args, env) => {
    const cwd = context.fixture(name);
    writeFileSync(join(cwd, "package.json"), '{ "type": "module" }\n');
    writeFileSync(join(cwd, file), source);
    return resultOf(await context.program(program, [...args, file], cwd, env));
  };
}
const esm = (name, entry) => script(name, `${FLOW}import { open } from "${entry}";\n${PRINT}`);
const cjs = (name) =>
  script(
    name,
    'const { open } = require("kubecred");\nimport("./flow.js").then(async ({ flow }) => console.log("result: " + (await flow(open))));\n',
    "row.cjs",
  );

const nodes = ["node-20.0", "node-22", "node-24", "node-26"].flatMap((tool) => [
  { name: `${tool}: import`, tool, expect: WORKER, run: (context) => esm(`${tool}-import`, "kubecred")(context, context.node(tool), []) },
  // Before Node 20.16 the inline entry cannot reach node:worker_threads without an import, which browsers' bundlers would trip over.
  {
    name: `${tool}: kubecred/inline`,
    tool,
    expect: tool === "node-20.0" ? PLACE : WORKER,
    run: (context) => esm(`${tool}-inline`, "kubecred/inline")(context, context.node(tool), []),
  },
  { name: `${tool}: require`, tool, expect: WORKER, run: (context) => cjs(`${tool}-require`)(context, context.node(tool), ["--no-warnings"]) },
]);

/** A test file that a runner runs; the result is in a file, since runners print as they like. */
function runner(name, { source, file, config = {}, program, args, env }) {
  return async (context) => {
    const cwd = context.fixture(name);
    for (const module of ["flow", "element", "links"]) cpSync(join(cwd, `${module}.js`), join(cwd, `${module}.mjs`));
    writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, ...config }));
    writeFileSync(join(cwd, file), source);
    await context.program(program(context), args(context), cwd, env);
    return readFileSync(join(cwd, "result"), "utf8");
  };
}
/** Jest's tests do not see Node's event "worker", which is what counts workers in Node. @param {(context: any) => Promise<string>} run */
const uncounted = (run) => async (context) => (await run(context)).replace(` ${PLACE.slice("works ".length)}`, "");
const TEST_ESM = `import { writeFileSync } from "node:fs";
import { flow } from "./flow.mjs";
import { open } from "kubecred";
test("kubecred", async () => writeFileSync("result", await flow(open)), 120000);
`;
/** A portal's own test: an element in a document that is no browser's. @param {string} entry @param {string} session */
const testOfElement = (entry, session) => `import { writeFileSync } from "node:fs";
import { open } from "kubecred";
import "${entry}";
import { element } from "./element.mjs";
test("element", async () => writeFileSync("result", await element(${session})), 120000);
`;
/** jsdom has no streams that compress. */
const TEST_LINKS = `import { writeFileSync } from "node:fs";
import { links } from "./links.mjs";
import { open } from "kubecred";
test("links", async () => writeFileSync("result", await links(open)), 120000);
`;
const TEST_CJS = `const { writeFileSync } = require("node:fs");
const { open, isKubecredError } = require("kubecred");
test("kubecred", async () => {
  expect(isKubecredError(new Error("x"))).toBe(false);
  const { flow } = await import("./flow.mjs");
  writeFileSync("result", await flow(open));
}, 120000);
`;
const JSDOM = { testEnvironment: "jsdom", testEnvironmentOptions: { customExportConditions: ["node", "require", "default"] } };

/** @param {"esm" | "cjs"} kind */
const jest = (name, kind, environment, source = TEST_ESM) =>
  uncounted(
    runner(name, {
      program: (context) => context.node("node-24"),
      args: (context) => ["--experimental-vm-modules", "--no-warnings", context.bin("jest", "bin", "jest.js"), "--rootDir=.", "--watchman=false"],
      ...(kind === "esm"
        ? { source, file: "row.test.js", config: { type: "module", jest: { transform: {}, ...environment } } }
        : { source: TEST_CJS, file: "row.test.cjs", config: { jest: { transform: {}, testMatch: ["**/*.test.cjs"], ...environment } } }),
    }),
  );

const vitest = (name, environment, source = TEST_ESM) =>
  runner(name, {
    source: `import { test } from "vitest";\n${source}`,
    file: "row.test.js",
    config: { type: "module" },
    program: (context) => context.node("node-24"),
    args: (context) => [context.bin("vitest", "vitest.mjs"), "run", "--root=.", `--environment=${environment}`],
  });

const ROWS = [
  ...nodes,
  {
    name: "node-20.0: links",
    tool: "node-20.0",
    expect: "works",
    run: (context) =>
      script("node-20.0-links", 'import { links } from "./links.js";\nimport { open } from "kubecred";\nconsole.log("result: " + (await links(open)));\n')(
        context,
        context.node("node-20.0"),
        [],
      ),
  },
  {
    name: "Bun",
    tool: "@oven/bun-linux-x64",
    expect: WORKER,
    run: (context) => esm("bun", "kubecred")(context, context.bin("@oven", "bun-linux-x64", "bin", "bun"), []),
  },
  {
    name: "Deno",
    tool: "@deno/linux-x64-glibc",
    expect: WORKER,
    run: (context) => esm("deno", "kubecred")(context, context.bin("@deno", "linux-x64-glibc", "deno"), ["run", "--allow-all", "--node-modules-dir=manual"]),
  },
  {
    name: "workerd, `open({ wasm })`",
    tool: "miniflare",
    expect: PLACE,
    run: async (context) => {
      const cwd = context.fixture("workerd");
      writeFileSync(join(cwd, "package.json"), '{ "type": "module" }\n');
      return resultOf(await context.program(context.node("node-24"), ["host.js"], cwd));
    },
  },
  { name: "Vitest, environment node", tool: "vitest", expect: WORKER, run: vitest("vitest-node", "node") },
  { name: "Vitest, environment jsdom", tool: "vitest", expect: WORKER, run: vitest("vitest-jsdom", "jsdom") },
  {
    name: "Vitest, jsdom: kubecred/element with a session",
    tool: "vitest",
    expect: "works",
    run: vitest("vitest-element", "jsdom", testOfElement("kubecred/element", "await open()")),
  },
  {
    name: "Vitest, jsdom: kubecred/element/inline",
    tool: "vitest",
    expect: "works",
    run: vitest("vitest-element-inline", "jsdom", testOfElement("kubecred/element/inline", "undefined")),
  },
  { name: "Jest, ES modules", tool: "jest", expect: "works", run: jest("jest-esm", "esm", { testEnvironment: "node" }) },
  { name: "Jest, CommonJS", tool: "jest", expect: "works", run: jest("jest-cjs", "cjs", { testEnvironment: "node" }) },
  { name: "Jest, ES modules, jsdom with customExportConditions", tool: "jest-environment-jsdom", expect: "works", run: jest("jest-esm-jsdom", "esm", JSDOM) },
  { name: "Jest, CommonJS, jsdom with customExportConditions", tool: "jest-environment-jsdom", expect: "works", run: jest("jest-cjs-jsdom", "cjs", JSDOM) },
  {
    name: "Jest, jsdom: kubecred/element with a session",
    tool: "jest-environment-jsdom",
    expect: "works",
    run: jest("jest-element", "esm", JSDOM, testOfElement("kubecred/element", "await open()")),
  },
  { name: "Vitest, jsdom: links", tool: "vitest", expect: "works", run: vitest("vitest-links", "jsdom", TEST_LINKS) },
  { name: "Jest, jsdom: links", tool: "jest-environment-jsdom", expect: "works", run: jest("jest-links", "esm", JSDOM, TEST_LINKS) },
];

export const RUNTIMES = ROWS.map((row) => ({ group: /^(Vitest|Jest)/.test(row.name) ? "runners" : "runtimes", ...row }));
