/* Files that a kubeconfig names. kubectl looks for a relative path next to the kubeconfig that has it (client-go, tools/clientcmd/loader.go). */
import { dirname, isAbsolute, resolve, sep } from "node:path";
import { REFUSED, Stop } from "./arguments.mjs";
import { read } from "./files.mjs";
import { nameOf } from "./output.mjs";
import { refusal } from "./refusals.mjs";
import type { Kubeconfig, KubeconfigChanges } from "../../types.js";

type Embed = NonNullable<KubeconfigChanges["embed"]>[number];
/** Where: the field in the file. */
type Reference = { section: Embed["section"]; name: string; field: Embed["field"] | "exec.command"; path: string; where: string };

const FIELDS = { clusters: ["certificate-authority"], users: ["client-certificate", "client-key", "tokenFile"] } as const;

async function references(kubeconfig: Kubeconfig): Promise<Reference[]> {
  const tree = JSON.parse(Buffer.from(await kubeconfig.serialize({ format: "json" })).toString());
  const found: Reference[] = [];
  for (const section of ["clusters", "users"] as const) {
    const kind = section.slice(0, -1);
    for (const [index, { name, [kind]: entry }] of (tree[section] ?? []).entries()) {
      const where = (field: string) => `${section}[${index}].${kind}.${field}`;
      for (const field of FIELDS[section]) if (entry?.[field]) found.push({ section, name, field, path: entry[field], where: where(field) });
      const program = entry?.exec?.command;
      if (typeof program === "string" && program.includes(sep)) {
        found.push({ section, name, field: "exec.command", path: program, where: where("exec.command") });
      }
    }
  }
  return found;
}

/** The folder that relative paths of a kubeconfig begin in. */
export const folderOf = (file: string) => (file === "-" ? process.cwd() : dirname(resolve(file)));

/** What it names by a relative path. */
export const relative = async (kubeconfig: Kubeconfig) => (await references(kubeconfig)).filter(({ path }) => !isAbsolute(path));

/** A copy with the contents of the files that it names. */
export async function embedded(kubeconfig: Kubeconfig, file: string) {
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
