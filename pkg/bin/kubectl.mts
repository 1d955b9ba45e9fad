/*
 * Finding kubectl, and what it would do with the kubeconfig at hand. kubectl's own error texts are not repeated: they can contain a
 * token (kubectl prints the whole user where a name occurs twice, 1.36.3, 2026-11).
 */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { posix, win32 } from "node:path";

function isProgram(path: string) {
  try {
    if (!statSync(path).isFile()) return false;
    if (process.platform !== "win32") accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first kubectl on the path. Relative entries and the current folder are left out: a program there may be anybody's.
 * On Windows scripts (.cmd, .bat) are not used, since a shell would read their arguments again (CVE-2024-27980).
 */
export function findKubectl({
  env,
  platform,
  exists = isProgram,
}: {
  env: Record<string, string | undefined>;
  platform: string;
  exists?: (path: string) => boolean;
}): string | undefined {
  const { delimiter, isAbsolute, join } = platform === "win32" ? win32 : posix;
  const variable = (name: string) => Object.entries(env).find(([key]) => (platform === "win32" ? key.toUpperCase() === name : key === name))?.[1];
  const extensions =
    platform === "win32"
      ? (variable("PATHEXT") || ".COM;.EXE")
          .toLowerCase()
          .split(";")
          .filter((one) => one === ".exe" || one === ".com")
      : [""];
  for (const folder of (variable("PATH") ?? "").split(delimiter)) {
    const clean = platform === "win32" ? folder.replace(/^"(.*)"$/, "$1") : folder;
    if (!isAbsolute(clean)) continue;
    for (const extension of extensions) {
      const path = join(clean, `kubectl${extension}`);
      if (exists(path)) return path;
    }
  }
  return undefined;
}

export function howToInstall(platform: string) {
  const lines = {
    darwin: "  brew install kubectl",
    win32: "  winget install -e --id Kubernetes.kubectl",
    linux: "  your distribution's package, or sudo snap install kubectl --classic",
  };
  return `kubectl was not found on the PATH. kubecred needs it to reach the cluster. Install it:

${lines[(platform as keyof typeof lines)] ?? lines.linux}
  or from https://kubernetes.io/docs/tasks/tools/

or name it with --kubectl FILE. Without a cluster: kubecred --offline.`;
}

type Choice = { kubeconfig?: string; context?: string };
type Target = { files: string; context: string; cluster: string; server: string; user: string };

/** The options that make kubectl use it. */
export const choiceOptions = ({ kubeconfig, context }: Choice) => [
  ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
  ...(context === undefined ? [] : [`--context=${context}`]),
];

const ask = (kubectl: string, args: string[]): Promise<string | undefined> =>
  new Promise((done) => {
    const child = execFile(kubectl, args, { timeout: 20_000, maxBuffer: 16 << 20, windowsHide: true }, (error, stdout) => done(error ? undefined : stdout));
    child.stdin?.end();
  });

/** The names of all contexts. */
export async function contexts(kubectl: string, choice: Choice) {
  const text = await ask(kubectl, ["config", "get-contexts", "--output=name", ...choiceOptions({ kubeconfig: choice.kubeconfig })]);
  return text?.split(/\r?\n/).filter((line) => line !== "");
}

/**
 * What a kubectl with this choice talks to, and as whom. kubectl itself leaves out the credentials.
 * @returns a text: why not
 */
export async function target(kubectl: string, choice: Choice, env: Record<string, string | undefined>): Promise<Target | string> {
  const files = choice.kubeconfig ?? (env.KUBECONFIG || posix.join(homedir(), ".kube", "config"));
  const text = await ask(kubectl, ["config", "view", "--minify", "--output=json", ...choiceOptions(choice)]);
  if (text === undefined) {
    return choice.context === undefined
      ? `kubectl cannot use the kubeconfig ${files}: it may be missing, invalid, or without a current context. See kubectl config view, or name a context with --context.`
      : `The kubeconfig ${files} is invalid, or has no context of that name. See kubectl config get-contexts.`;
  }
  const config = JSON.parse(text);
  const server = config.clusters?.[0]?.cluster?.server;
  if (typeof server !== "string") return `The context of the kubeconfig ${files} names no cluster with an address. See kubectl config view.`;
  return {
    files,
    context: String(config["current-context"] ?? ""),
    cluster: String(config.clusters[0].name ?? ""),
    server,
    user: String(config.users?.[0]?.name ?? "none"),
  };
}
