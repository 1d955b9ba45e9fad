// An example with everything that it names, installed by npm from the registry, and the package from its tarball.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packed, root } from "../package/packed.mjs";

const run = promisify(execFile);

/** `more`: packages that the harness needs in addition, with their versions. { folder, run(program, args), remove() } */
export async function installed(example, more = {}) {
  const it = packed();
  const folder = mkdtempSync(join(tmpdir(), `kubecred-${example}-`));
  cpSync(join(root, "examples", example), folder, { recursive: true });
  const file = join(folder, "package.json");
  const { peerDependencies = {}, dependencies, ...manifest } = JSON.parse(readFileSync(file, "utf8"));
  const { kubecred: _, ...others } = { ...dependencies, ...peerDependencies, ...more };
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies: others }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--loglevel=error"], { cwd: folder });
  cpSync(it.installed, join(folder, "node_modules", "kubecred"), { recursive: true });
  return {
    folder,
    run: (program, args) => run(process.execPath, [join(folder, "node_modules", program), ...args], { cwd: folder, maxBuffer: 1 << 26 }),
    remove() {
      rmSync(folder, { recursive: true, force: true });
      it.remove();
    },
  };
}
