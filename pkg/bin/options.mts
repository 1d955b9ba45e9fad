/* The command line of kubecred without a command: the page. */
import { parseArgs } from "node:util";

/** What else kubecred does; see commands/. */
export const COMMANDS = ["lint", "csr", "merge", "redact"];

export const HELP = `kubecred: the page behind a guarded kubectl proxy, on this computer alone

Usage: npx kubecred [options]
       npx kubecred COMMAND [options] FILE…

Commands, each with a --help of its own; they make no request and start nothing:

  lint     check kubeconfigs, certificate signing requests and certificates
  csr      report on a certificate signing request
  merge    merge kubeconfigs into one
  redact   print a kubeconfig without secrets

Options:

  --kubeconfig FILE   use this file; by default what kubectl uses (KUBECONFIG, ~/.kube/config)
  --context NAME      use this context; by default kubecred asks where there are several
  --read-only         forward nothing that changes the cluster or gives out a token
  --port NUMBER       the page's port; by default a free one
  --no-open           do not open the browser; print the link
  --offline           serve the page without a cluster
  --wait              serve the page at once; connect when --kubeconfig FILE is there
  --kubectl FILE      use this kubectl; by default the one on the PATH
  --page FOLDER       serve this built page (dist/); by default the one in the package
  --version           print the version
  --help              print this text

The page acts with the permissions of the context's user. It can be opened only with the link that kubecred prints. Ctrl-C ends it.
`;

export type Options = {
  kubeconfig?: string;
  context?: string;
  kubectl?: string;
  page?: string;
  port: number;
  readOnly: boolean;
  open: boolean;
  offline: boolean;
  wait: boolean;
  help: boolean;
  version: boolean;
};

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

export function readOptions(args: string[]): Options | { wrong: string } {
  let values: Partial<
    Record<"kubeconfig" | "context" | "kubectl" | "page" | "port", string> & Record<"read-only" | "no-open" | "offline" | "wait" | "help" | "version", boolean>
  >;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        kubeconfig: text,
        context: text,
        kubectl: text,
        page: text,
        port: text,
        "read-only": flag,
        "no-open": flag,
        offline: flag,
        wait: flag,
        help: { ...flag, short: "h" },
        version: flag,
      },
    }));
  } catch (error) {
    return { wrong: `${(error as Error).message.split(". ")[0]}. See kubecred --help.` };
  }
  const { kubeconfig, context, kubectl, page, port = "0", offline, wait, help, version } = values;
  for (const [name, value] of Object.entries({ kubeconfig, context, kubectl, page })) if (value === "") return { wrong: `--${name} must not be empty.` };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return { wrong: "--port must be a number from 0 to 65535; 0 means a free one." };
  if (wait && kubeconfig === undefined) return { wrong: "--wait needs --kubeconfig FILE: the file that it waits for." };
  if (wait && offline) return { wrong: "--wait and --offline exclude each other." };
  return {
    kubeconfig,
    context,
    kubectl,
    page,
    port: Number(port),
    readOnly: values["read-only"] ?? false,
    open: !values["no-open"],
    offline: offline ?? false,
    wait: wait ?? false,
    help: help ?? false,
    version: version ?? false,
  };
}
