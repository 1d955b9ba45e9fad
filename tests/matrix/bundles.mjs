// Bundles of the packed package for tests/page/starting.test.mjs, by the bundlers of the root package.json: esbuild and Vite. The others are in builders.mjs.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { build } from "vite";

const APP = fileURLToPath(new URL("app/", import.meta.url));

/** A page that runs one script. @param {string} script */
export const page = (script) => `<!doctype html><title>${script}</title><script type="module" src="./${script}"></script>\n`;

/**
 * @param {string} folder with the package in its node_modules
 * @param {string} out a folder for each bundler is made in it
 */
export async function bundles(folder, out) {
  const app = join(folder, "source");
  cpSync(APP, app, { recursive: true });
  const made = join(out, "esbuild");
  mkdirSync(made, { recursive: true });
  cpSync(join(folder, "node_modules", "kubecred", "wasm", "core_bg.wasm"), join(made, "core_bg.wasm"));
  for (const name of ["inline", "own"]) writeFileSync(join(made, `${name}.html`), page(`${name}.js`));
  const common = { absWorkingDir: app, bundle: true, logLevel: /** @type {const} */ ("error"), conditions: ["browser"], target: "es2022", outdir: made };
  const entries = { own: join(app, "own.js"), inline: join(app, "inline.js"), worker: "kubecred/worker" };
  await esbuild.build({ ...common, entryPoints: entries, format: "esm" });
  await esbuild.build({ ...common, entryPoints: [join(app, "service.js")], format: "iife" });

  writeFileSync(join(app, "main.html"), page("main.js"));
  await build({ root: app, base: "./", logLevel: "error", build: { outDir: join(out, "vite"), rollupOptions: { input: join(app, "main.html") } } });
}
