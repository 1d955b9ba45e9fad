// make matrix: the packed tarball in runtimes, bundlers, frameworks and test runners. Writes tests/package/MATRIX.md.
//   node tests/matrix/run.mjs [PART OF A ROW'S NAME]      with a part: only those rows, and nothing is written
// Tools are pinned in package.json and package-lock.json next to this file, and installed into target/matrix. Tests in files of their own are rows of the
// table, too: tests/page/starting.test.mjs, which make test runs, and tests/examples, which make test does not.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startBrowser } from "../page/browser.mjs";
import { pack } from "../../scripts/pack.mjs";
import { inChromium, servePortal } from "../page/origins.mjs";
import { BUILDERS } from "./builders.mjs";
import { RUNTIMES } from "./runtimes.mjs";
import { matrix } from "./table.mjs";

const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "target", "matrix");
const installed = join(folder, "node_modules", "kubecred");
const [part = ""] = process.argv.slice(2);
const run = promisify(execFile);

/** The tools by their lock, and the package from its tarball. */
function install() {
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(here, file), join(folder, file));
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const stamp = join(folder, "node_modules", ".lock-of-matrix");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: "inherit" });
    writeFileSync(stamp, lock);
  }
  const { filename } = pack(join(root, "pkg"), folder);
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed);
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
}

/** Of a package in target/matrix, or in another folder. */
const version = (name, where = folder) =>
  JSON.parse(readFileSync(join(where, "node_modules", ...name.split("/"), "package.json"), "utf8")).version.replace(/^v/, "");

/** A folder of its own for each row, from fixtures/NAME, with flow.js in it. */
function fixture(name) {
  const to = join(folder, "rows", name);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const from = join(here, "fixtures", name);
  if (existsSync(from)) cpSync(from, to, { recursive: true });
  for (const file of readdirSync(join(here, "app"))) if (!existsSync(join(to, file))) cpSync(join(here, "app", file), join(to, file));
  return to;
}

const context = {
  root,
  folder,
  fixture,
  node: (name) => join(folder, "node_modules", name, "bin", "node"),
  bin: (...path) => join(folder, "node_modules", ...path),
  /** Runs a program, and gives what it prints. */
  async program(file, args, cwd, env = {}) {
    const { stdout, stderr } = await run(file, args, { cwd, timeout: 900_000, maxBuffer: 1 << 26, env: { ...process.env, ...env } });
    return stdout + stderr;
  },
};

async function attempt(row) {
  try {
    return await row.run(context);
  } catch (error) {
    return `fails: ${`${error.stdout ?? ""}${error.stderr ?? ""}${error.message}`.trim().split("\n").slice(-12).join(" ")}`.replace(/\s+/g, " ").slice(0, 600);
  }
}

/** A page of a bundler or framework, opened in Chromium. */
const opened = (browser, row) => async () => {
  const { out, page, serve, end } = await row.build(context);
  const portal = serve ? { origin: serve, close: end } : await servePortal({ "/": `${out}/` });
  try {
    return await inChromium(browser, `${portal.origin}/${page}`);
  } finally {
    await portal.close();
  }
};

/** The names of a test file's tests, and whether each passes. */
async function testsOf(file) {
  const args = ["--test", "--test-reporter=tap", "--test-timeout=900000", join(root, file)];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 26, cwd: root }).catch((error) => error);
  const found = [...stdout.matchAll(/^(not )?ok \d+ - (.*)$/gm)].map(([, not, name]) => ({ name, passes: !not }));
  return found.length > 0 ? found : [{ name: file, passes: false }];
}

const line = (program, args) => execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

install();
const results = [];
const note = (group, row, found) => {
  results.push({ ...row, group, found });
  console.log(`${found === row.expect ? "ok" : "NOT OK"} ${row.name}: ${found}`);
};

for (const row of RUNTIMES) if (row.name.includes(part)) note(row.group, { ...row, version: version(row.tool) }, await attempt(row));
const built = BUILDERS.filter(({ name }) => name.includes(part));
if (built.length > 0) {
  const browser = await startBrowser();
  for (const row of built) note("bundlers", { ...row, version: version(row.tool) }, await attempt({ run: opened(browser, row) }));
  await browser.close();
}
if (part === "") {
  for (const file of readdirSync(join(root, "tests", "examples")).filter((name) => name.endsWith(".test.mjs"))) {
    for (const { name, passes } of await testsOf(`tests/examples/${file}`)) note("examples", { name, expect: "passes" }, passes ? "passes" : "fails");
  }
  for (const { name, passes } of await testsOf("tests/page/starting.test.mjs")) {
    const [browser, ...rest] = name.split(": ");
    const expect = rest.pop();
    const tool = /^(esbuild|Vite)\b/.exec(rest[0] ?? "")?.[1].toLowerCase();
    note("pages", { name: rest.join(": ") || name, browser, expect, version: tool && version(tool, root) }, passes ? expect : "fails");
  }
  const versions = { node: process.versions.node, chromium: line(process.env.CHROMIUM, ["--version"]), firefox: line(process.env.FIREFOX, ["--version"]) };
  writeFileSync(join(root, "tests", "package", "MATRIX.md"), matrix(results, versions));
}
process.exitCode = results.length > 0 && results.every(({ found, expect }) => found === expect) ? 0 : 1;
