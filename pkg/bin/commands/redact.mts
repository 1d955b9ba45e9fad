/* kubecred redact: a kubeconfig without what may be secret, to show to others. */
import { DONE, oneFile } from "./arguments.mjs";
import { readKubeconfig } from "./kubeconfig.mjs";
import type { Command } from "./arguments.mjs";

const HELP = `Prints a kubeconfig without secrets, to send to others or to add to a report.

Usage: kubecred redact [options] FILE

FILE is a kubeconfig; - or nothing is the standard input. Certificates stay, and names, hosts, addresses and paths that are made of words.
Everything else is replaced; names become REDACTED-1, REDACTED-2 and so on.

  --format FORMAT   yaml (default), json or kyaml
  --help            print this text

Exit code: 0 done, 1 the file is not a kubeconfig that kubectl can read, 2 misuse or a file that cannot be read.
`;

export const command: Command = {
  name: "redact",
  help: HELP,
  options: { format: { type: "string" } },
  choices: { format: ["yaml", "json", "kyaml"] },
  async run(kubecred, given) {
    const kubeconfig = await readKubeconfig(kubecred, oneFile(given, "redact"));
    const format = given.values.format as "yaml" | "json" | "kyaml";
    return { code: DONE, output: await kubeconfig.serialize({ redact: true, format }) };
  },
};
