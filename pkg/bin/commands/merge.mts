/* kubecred merge: several kubeconfigs as one file that kubectl reads. */
import { DONE, Stop } from "./arguments.mjs";
import { exists, refuseExisting, writeWhole } from "./files.mjs";
import { readKubeconfig } from "./kubeconfig.mjs";
import { nameOf } from "./output.mjs";
import { embedded, folderOf, relative } from "./references.mjs";
import type { Command, Given } from "./arguments.mjs";
import type { Kubecred, MergeChange } from "../../types.js";

const HELP = `Merges kubeconfigs into one.

Usage: kubecred merge [options] FILE FILE…

The entries of each file are added to those of the files before it; - is the standard input. What was renamed, replaced or left out is said on
stderr. The result contains credentials: without -o it is printed, but not to a terminal.

  -o, --output OUT             write this file, of mode 0600, as a whole; - prints it in any case
  --force                      replace OUT where it exists; OUT may be one of the files
  --on-conflict WHAT           same name, other entry: rename (default) the later one to user@cluster, replace the earlier one with it, or keep
                               the earlier one, as kubectl does with KUBECONFIG=a:b
  --dangling-references WHAT   a reference to an entry that its own file lacks: keep (default) it apart from entries of other files, or bind it to them
  --use-context                take the current context of the last file; by default the first one's stays
  --embed                      take the contents of the certificates, keys and tokens that are named by a path
  --format FORMAT              yaml (default), json or kyaml
  --help                       print this text

Exit code: 0 done, 1 a file is not a kubeconfig that kubectl can read, 2 misuse or a file that cannot be read or written.
`;

const NOUNS: Record<MergeChange["section"], string> = { clusters: "cluster", users: "user", contexts: "context", fields: "field" };

/** A change that a person must know of. */
function sentence({ kind, section, name, newName, file: whose, field, reference, newReference, warning }: MergeChange, file: string) {
  const entry = `${NOUNS[section]} "${name}"`;
  const owner = whose === "this" ? "the files before it" : "this file";
  const what = {
    added: undefined,
    identical: undefined,
    renamed: `${entry} is renamed to "${newName}".`,
    replaced: `${entry} replaces the earlier one.`,
    kept: `${entry} is left out; the earlier one is kept.`,
    bound: `${entry} of ${owner} now refers to the ${field ?? "context"} "${newReference ?? reference}" of the other file.`,
    dangling: `${entry} of ${owner} refers to the ${field ?? "context"} "${reference}", which is missing there${newReference ? `; the reference is now "${newReference}"` : ""}.`,
  }[kind];
  return what && `${nameOf(file)}: ${[what, warning].filter(Boolean).join(" ")}`;
}

async function input(kubecred: Kubecred, file: string, { embed, output }: Given["values"], notes: string[]) {
  const read = await readKubeconfig(kubecred, file);
  const kubeconfig = embed ? await embedded(read, file) : read;
  const elsewhere = output === undefined || output === "-" || folderOf(String(output)) !== folderOf(file);
  for (const { field, where } of elsewhere ? await relative(kubeconfig) : []) {
    const help = field === "exec.command" ? "Write the whole path." : "Use --embed, or write the whole path.";
    notes.push(`${nameOf(file)}: ${where} is a relative path, which kubectl looks for next to the merged file. ${help}`);
  }
  return kubeconfig;
}

export const command: Command = {
  name: "merge",
  help: HELP,
  options: {
    output: { type: "string", short: "o" },
    force: { type: "boolean" },
    "on-conflict": { type: "string" },
    "dangling-references": { type: "string" },
    "use-context": { type: "boolean" },
    embed: { type: "boolean" },
    format: { type: "string" },
  },
  choices: { "on-conflict": ["rename", "replace", "keep"], "dangling-references": ["keep", "bind"], format: ["yaml", "json", "kyaml"] },
  async run(kubecred, { values, files }) {
    const out = values.output as string | undefined;
    const force = values.force === true;
    const [first, ...others] = files;
    if (first === undefined || others.length === 0) throw new Stop("Name at least two files. See kubecred merge --help.");
    if (out === "") throw new Stop("--output must not be empty.");
    if (out === undefined && process.stdout.isTTY) throw new Stop("The result contains credentials. Name a file with -o, or print it with -o -.");
    if (out !== undefined && out !== "-" && !force && exists(out)) throw refuseExisting(out);
    const notes: string[] = [];
    let kubeconfig = await input(kubecred, first, values, notes);
    for (const file of others) {
      const merged = await kubeconfig.merge(await input(kubecred, file, values, notes), {
        onConflict: values["on-conflict"] as "rename" | "replace" | "keep",
        danglingReferences: values["dangling-references"] as "keep" | "bind",
        useContext: values["use-context"] === true,
      });
      notes.push(...merged.changes.flatMap((change) => sentence(change, file) ?? []));
      kubeconfig = merged.kubeconfig;
    }
    const bytes = await kubeconfig.serialize({ format: values.format as "yaml" | "json" | "kyaml" });
    if (out === undefined || out === "-") return { code: DONE, output: bytes, notes };
    writeWhole(out, bytes, { force });
    return { code: DONE, notes };
  },
};
