// Rows of the matrix that are built: each gives the folder that is served and its page, or the address of a server of its own.
import { cpSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { page } from "./bundles.mjs";

const WORKER = "works in a worker";
const PAGE = page("main.js");

/** A tool of target/matrix, by its name. */
const tool = (context, name) => import(pathToFileURL(createRequire(join(context.folder, "x.js")).resolve(name)).href);

/** webpack and Rspack, which are configured alike. */
const packer = (name) => async (context) => {
  const cwd = context.fixture(name.replace("/", "-"));
  const out = join(cwd, "dist");
  const { default: pack } = await tool(context, name);
  const compiler = pack({ mode: "production", context: cwd, entry: "./main.js", output: { path: out, filename: "main.js" }, devtool: false });
  await new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
      else compiler.close(resolve);
    });
  });
  writeFileSync(join(out, "index.html"), PAGE);
  return { out, page: "index.html" };
};

/** Rollup moves no files: one page imports kubecred/inline, the other gives `open` a worker that is an entry of its own. */
const rolled = (name) => async (context) => {
  const cwd = context.fixture(`rollup-${name}`);
  const out = join(cwd, "dist");
  const [{ rollup }, { nodeResolve }] = await Promise.all([tool(context, "rollup"), tool(context, "@rollup/plugin-node-resolve")]);
  const input = name === "own" ? { own: join(cwd, "own.js"), worker: "kubecred/worker" } : { inline: join(cwd, "inline.js") };
  const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true, rootDir: cwd })], onLog: () => {} });
  await bundle.write({ dir: out, format: "es" });
  await bundle.close();
  cpSync(context.bin("kubecred", "wasm", "core_bg.wasm"), join(out, "core_bg.wasm"));
  writeFileSync(join(out, "index.html"), page(`${name}.js`));
  return { out, page: "index.html" };
};

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const BUILDERS = [
  { name: "webpack", tool: "webpack", expect: WORKER, build: packer("webpack") },
  { name: "Rspack", tool: "@rspack/core", expect: WORKER, build: packer("@rspack/core") },
  {
    name: "Rsbuild",
    tool: "@rsbuild/core",
    expect: WORKER,
    async build(context) {
      const cwd = context.fixture("rsbuild");
      const { createRsbuild } = await tool(context, "@rsbuild/core");
      const rsbuild = await createRsbuild({ cwd, rsbuildConfig: { source: { entry: { index: "./main.js" } }, logLevel: "error" } });
      await rsbuild.build();
      return { out: join(cwd, "dist"), page: "index.html" };
    },
  },
  { name: "Rollup, kubecred/inline", tool: "rollup", expect: WORKER, build: rolled("inline") },
  { name: "Rollup, `open({ wasm, worker })`", tool: "rollup", expect: WORKER, build: rolled("own") },
  {
    name: "Parcel, with packageExports",
    tool: "parcel",
    expect: WORKER,
    async build(context) {
      const cwd = context.fixture("parcel");
      writeFileSync(join(cwd, "index.html"), PAGE);
      // Parcel reads `exports` where it is told to alone.
      writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, "@parcel/resolver-default": { packageExports: true } }));
      await context.program(context.node("node-24"), [context.bin("parcel", "lib", "bin.js"), "build", "index.html", "--no-cache", "--public-url", "."], cwd);
      return { out: join(cwd, "dist"), page: "index.html" };
    },
  },
  {
    name: "Next, client component and server component",
    tool: "next",
    expect: WORKER,
    async build(context) {
      const cwd = context.fixture("next");
      cpSync(join(cwd, "flow.js"), join(cwd, "app", "flow.js"));
      const next = [context.bin("next", "dist", "bin", "next")];
      const env = { NEXT_TELEMETRY_DISABLED: "1" };
      await context.program(context.node("node-24"), [...next, "build"], cwd, env);
      const port = await freePort();
      const server = spawn(context.node("node-24"), [...next, "start", "-p", String(port), "-H", "127.0.0.1"], {
        cwd,
        stdio: "ignore",
        env: { ...process.env, ...env },
      });
      const serve = `http://127.0.0.1:${port}`;
      for (let answer; !answer; ) answer = await fetch(serve).catch(() => new Promise((resolve) => setTimeout(resolve, 200)));
      const html = await (await fetch(serve)).text();
      if (!html.includes("on the server: works in a worker")) {
        server.kill();
        throw new Error(`the server component: ${/on the server: [^<]*/.exec(html)?.[0]}`);
      }
      return { serve, page: "", end: () => server.kill() };
    },
  },
  {
    name: "Astro",
    tool: "astro",
    expect: WORKER,
    async build(context) {
      const cwd = context.fixture("astro");
      await context.program(context.node("node-24"), [context.bin("astro", "bin", "astro.mjs"), "build"], cwd, { ASTRO_TELEMETRY_DISABLED: "1" });
      return { out: join(cwd, "dist"), page: "index.html" };
    },
  },
];
