// @ts-check
/* Files that a kubeconfig names. kubectl looks for a relative path next to the kubeconfig that has it (client-go, tools/clientcmd/loader.go). */
import { dirname, isAbsolute, resolve, sep } from "node:path";
import { REFUSED, Stop } from "./arguments.mjs";
import { read } from "./files.mjs";
import { nameOf } from "./output.mjs";
import { refusal } from "./refusals.mjs";

/** @typedef {import("../../types.js").Kubeconfig} Kubeconfig */
/** @typedef {NonNullable<import("../../types.js").KubeconfigChanges["embed"]>[number]} Embed */
/** @typedef {{ section: Embed["section"], name: string, field: Embed["field"] | "exec.command", path: string, where: string }} Reference where: the field in the file */

const FIELDS = /** @type {const} */ ({ clusters: ["certificate-authority"], users: ["client-certificate", "client-key", "tokenFile"] });

/** @param {Kubeconfig} kubeconfig @returns {Promise<Reference[]>} */
async function references(kubeconfig) {
  const tree = JSON.parse(Buffer.from(await kubeconfig.serialize({ format: "json" })).toString());
  /** @type {Reference[]} */
  const found = [];
  for (const section of /** @type {const} */ (["clusters", "users"])) {
    const kind = section.slice(0, -1);
    for (const [index, { name, [kind]: entry }] of (tree[section] ?? []).entries()) {
      const where = (/** @type {string} */ field) => `${section}[${index}].${kind}.${field}`;
      for (const field of FIELDS[section]) if (entry?.[field]) found.push({ section, name, field, path: entry[field], where: where(field) });
      const program = entry?.exec?.command;
      if (typeof program === "string" && program.includes(sep)) {
        found.push({ section, name, field: "exec.command", path: program, where: where("exec.command") });
      }
    }
  }
  return found;
}

/** The folder that relative paths of a kubeconfig begin in. @param {string} file */
export const folderOf = (file) => (file === "-" ? process.cwd() : dirname(resolve(file)));

/** What it names by a relative path. @param {Kubeconfig} kubeconfig */
export const relative = async (kubeconfig) => (await references(kubeconfig)).filter(({ path }) => !isAbsolute(path));

/** A copy with the contents of the files that it names. @param {Kubeconfig} kubeconfig @param {string} file */
export async function embedded(kubeconfig, file) {
  const embed = [];
  for (const { section, name, field, path, where } of await references(kubeconfig)) {
    if (field === "exec.command") continue;
    // The path is not named: a key that was written into the wrong field looks like one.
    embed.push({ section, name, field, contents: await read(resolve(folderOf(file), path), `${nameOf(file)}: the file in ${where}`) });
  }
  try {
    return await kubeconfig.edit({ embed });
  } catch (error) {
    throw new Stop(`${nameOf(file)}: ${refusal(error).message}`, REFUSED);
  }
}
