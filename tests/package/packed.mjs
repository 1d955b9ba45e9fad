// The package as its users get it: packed as for a release, installed in a folder of its own, imported by name.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pack } from "../../scripts/pack.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const pkg = join(root, "pkg");

/** Runs npm without the network: nothing here needs it, and a dependency that crept in would fail. */
const npm = (args, cwd) => execFileSync("npm", [...args, "--offline", "--ignore-scripts", "--loglevel=error"], { cwd, encoding: "utf8" });

/** { folder, tarball, installed, files (paths in the tarball), entry(specifier): the module's namespace, remove() } */
export function packed() {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-packed-"));
  const { filename, files } = pack(pkg, folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(["install", "--no-audit", "--no-fund", join(folder, filename)], folder);
  return {
    folder,
    tarball: join(folder, filename),
    installed: join(folder, "node_modules", "kubecred"),
    files,
    async entry(specifier) {
      const path = join(folder, `entry-${specifier.replace(/\W/g, "-")}.mjs`);
      writeFileSync(path, `export * from ${JSON.stringify(specifier)};\n`);
      return import(pathToFileURL(path).href);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The members that types.ts gives an interface. */
export function declared(name) {
  const declarations = readFileSync(join(pkg, "types.ts"), "utf8");
  const [, body] = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(declarations);
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member]) => member).sort();
}

/** The members that an object has, by itself and by its classes. */
export function members(object) {
  const names = new Set(Object.getOwnPropertyNames(object));
  for (let type = Object.getPrototypeOf(object); type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const name of Object.getOwnPropertyNames(type)) names.add(name);
  }
  return [...names].filter((name) => !["constructor", "toJSON"].includes(name)).sort();
}
