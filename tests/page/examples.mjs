// The examples as a developer has them: the folder copied, kubecred installed from the packed tarball. The other packages are found in the folder
// above, which is this repository's; that each is named in the example's package.json is checked.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { packed, root } from "../package/packed.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { openPage } from "./browser.mjs";
import { pendingRequest } from "./pending.mjs";
import { approved } from "./person.mjs";

const run = promisify(execFile);

/** { folder(name): a copy, ready to run; build(name): its dist, by Vite; tarball; remove() } */
export function examples() {
  const it = packed();
  mkdirSync(join(root, "target"), { recursive: true });
  const work = mkdtempSync(join(root, "target", "examples-"));
  const folder = (name) => {
    const copy = join(work, name);
    cpSync(join(root, "examples", name), copy, { recursive: true });
    declaresAll(copy);
    cpSync(it.installed, join(copy, "node_modules", "kubecred"), { recursive: true });
    return copy;
  };
  return {
    folder,
    async build(name) {
      const cwd = folder(name);
      await run(process.execPath, [join(root, "node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "error"], { cwd });
      return join(cwd, "dist");
    },
    remove() {
      rmSync(work, { recursive: true, force: true });
      it.remove();
    },
  };
}

/** Every package that the sources import is in the package.json. */
function declaresAll(folder) {
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(m?js|jsx|vue)$/.test(file));
  for (const file of sources) {
    const names = [...readFileSync(join(folder, file), "utf8").matchAll(/^import (?:[^"]* from )?"((?:@[^/"]+\/)?[^./"@][^/"]*)/gm)].map(([, name]) => name);
    const { dependencies, devDependencies, peerDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const declared = { ...dependencies, ...devDependencies, ...peerDependencies };
    for (const name of names) if (!name.startsWith("node:")) assert.ok(name in declared, `${file} imports ${name}, which its package.json does not name`);
  }
}

/** Whom the API server takes the user of a kubeconfig for. */
export async function whoIs(file) {
  const { stdout, stderr } = await kubectl(file, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(stderr, "");
  return stdout;
}

/** Opens a portal's page, presses `button`, approves as the administrator, saves the file, and asks the server whom it is for. */
export async function use({ plane, browser }, portal, button, { path: at = "/", name = "jane", user = name } = {}) {
  const { page, context, seen } = await openPage(browser, portal.origin + at);
  try {
    await page.getByRole("button", { name: button }).click();
    await approved(plane, await pendingRequest(plane, name));
    const download = page.getByRole("button", { name: /^Download / });
    await download.waitFor();
    const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
    const path = join(plane.dir, "example.yaml");
    writeFileSync(path, readFileSync(await saved.path()), { mode: 0o600 });
    assert.equal(await whoIs(path), user);
    assert.deepEqual([seen.violations, seen.errors], [[], []]);
    return { page, context };
  } catch (error) {
    error.message += `\nThe page: ${JSON.stringify([seen.violations, seen.errors, seen.console])}\n${await page.locator("body").innerText()}`;
    throw error;
  }
}
