#!/usr/bin/env node
/*
 * npx kubecred: finds kubectl, says what it is about to use, starts the guarded server and kubectl proxy behind it, opens the browser, and
 * ends both with the terminal. With the name of a command in front (`npx kubecred lint FILE`) it runs that alone; see commands/.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { choiceOptions, contexts, findKubectl, howToInstall, target } from "./kubectl.mjs";
import { folderForBrowsers, openBrowser, privateFolder, writeLinkFile } from "./open.mjs";
import { COMMANDS, HELP, readOptions } from "./options.mjs";
import { loadPage, namePage } from "./page.mjs";
import { plain } from "./plain.mjs";
import { startProxy } from "./proxy.mjs";
import { startServer } from "./server.mjs";
import { onEnding } from "./signals.mjs";
import type { Options } from "./options.mjs";

const say = (line: string) => process.stdout.write(`${line}\n`);
/** 256 bits. */
const random = () => randomBytes(32).toString("base64url");

class Stop extends Error {}

const ends: (() => unknown)[] = [];
let ending = false;

async function end(code: number) {
  if (ending) return;
  ending = true;
  for (const one of ends.reverse()) await one();
  process.exit(code);
}

/** The context to use; asks where there are several and somebody is there to answer. */
async function chooseContext(kubectl: string, options: Options) {
  if (options.context !== undefined || options.wait || !process.stdin.isTTY || !process.stdout.isTTY) return options.context;
  const names = await contexts(kubectl, options);
  if (!names || names.length < 2) return undefined;
  const found = await target(kubectl, options, process.env);
  const current = typeof found === "string" ? "" : found.context;
  for (const [index, name] of names.entries()) say(`  ${index + 1}  ${plain(name)}${name === current ? "  (current)" : ""}`);
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = (await asking.question(`Context${current ? " (Enter: the current one)" : ""}: `)).trim();
      if (answer === "" && current) return current;
      const name = /^\d+$/.test(answer) ? names[Number(answer) - 1] : names.find((one) => one === answer);
      if (name !== undefined) return name;
      say("Type one of the numbers or names.");
    }
  } finally {
    asking.close();
  }
}

/** Starts kubectl proxy for the cluster that was chosen, and names the page after it. */
async function connect(options: Options, folder: string, page: Parameters<typeof namePage>[0]): Promise<ReturnType<typeof startProxy>> {
  const kubectl = options.kubectl ?? findKubectl({ env: process.env, platform: process.platform });
  if (kubectl === undefined) throw new Stop(howToInstall(process.platform));
  if (!existsSync(kubectl)) throw new Stop(`File not found: ${kubectl}.`);
  const choice = { kubeconfig: options.kubeconfig, context: await chooseContext(kubectl, options) };
  const found = await target(kubectl, choice, process.env);
  if (typeof found === "string") throw new Stop(found);
  say(`
  kubeconfig  ${plain(found.files)}
  context     ${plain(found.context)}
  cluster     ${plain(found.cluster)}, ${plain(found.server)}
  user        ${plain(found.user)}${options.readOnly ? "\n  read-only   nothing in the cluster is changed" : ""}`);
  namePage(page, found.context);
  const hasPath = URL.canParse(found.server) && new URL(found.server).pathname !== "/";
  let ready = false;
  const proxy = startProxy({
    kubectl,
    folder,
    options: [...choiceOptions(choice), ...(hasPath ? ["--append-server-path"] : [])],
    onChange(state) {
      if (state === "ready" && ready) say("kubectl proxy runs again.");
      if (state === "ended" && ready) say("kubectl proxy ended; starting it again.");
      if (state === "ended" && !ready) say("kubectl proxy ended at once; trying again. To see why: kubectl get --raw /version with the same context.");
      ready ||= state === "ready";
    },
  });
  ends.push(() => proxy.stop());
  return proxy;
}

async function main() {
  const [command = "", ...rest] = process.argv.slice(2);
  if (COMMANDS.includes(command)) return (await import("./commands/commands.mjs")).runCommand(command, rest);
  const options = readOptions(process.argv.slice(2));
  if ("wrong" in options) throw new Stop(options.wrong);
  if (options.help) return void process.stdout.write(HELP);
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  if (options.version) return say(version);
  say(`kubecred ${version}`);

  const { folder, remove } = privateFolder();
  process.on("exit", remove);
  onEnding(() => void end(0));
  process.stdout.on("error", () => end(0)); // the terminal is gone

  const base = `/${randomBytes(16).toString("base64url")}`;
  let page: ReturnType<typeof loadPage>;
  try {
    page = loadPage({ base, readOnly: options.readOnly, folder: options.page });
  } catch (error) {
    throw new Stop(`The page cannot be served: ${(error as Error).message}`);
  }
  let proxy: ReturnType<typeof startProxy> | undefined;
  if (!options.offline && !options.wait) proxy = await connect(options, folder, page);

  const secret = random();
  const reach = () => {
    if (proxy?.upstream) return { upstream: proxy.upstream };
    if (proxy) return { status: 503, code: "starting", message: "kubectl proxy is starting. Try again in a moment.", retryAfter: 1 };
    if (options.wait) return { status: 503, code: "waiting", message: "The cluster is not ready yet. The page connects when it is." };
    return { status: 404, code: "offline", message: "kubecred was started without a cluster (--offline)." };
  };
  const server = await startServer({ port: options.port, base, secret, cookie: random(), readOnly: options.readOnly, page, reach }).catch((error) => {
    throw new Stop(
      error.code === "EADDRINUSE" ? `Port ${options.port} is in use. Choose another with --port.` : `The server could not be started (${error.code}).`,
    );
  });
  ends.push(() => server.close());

  const link = `${server.origin}/#${secret}`;
  const visible = folderForBrowsers();
  process.on("exit", visible.remove);
  const file = writeLinkFile(visible.folder, link);
  const opened = options.open && openBrowser(file);
  // The link is a secret: it goes to a terminal, and otherwise only into a file that this user alone can read.
  say(
    process.stdout.isTTY
      ? `\n  ${opened ? "The browser opens this link. If it shows an error, open the link yourself. It" : "Open this link. It"} is for you alone:\n  ${link}`
      : `\n  Open this file in your browser; it leads to the page and is for you alone:\n  ${file}`,
  );
  say(`${options.offline ? "\n  No cluster is connected: requests and answers go by copy and paste.\n" : ""}\n  Ctrl-C ends it.\n`);

  if (options.wait) {
    say("  The cluster is not ready yet: the page is offline until then.");
    const looking = setInterval(async () => {
      if (!existsSync(options.kubeconfig as string)) return;
      clearInterval(looking);
      proxy = await connect(options, folder, page).catch(failed);
      if (proxy) say("\n  The cluster is ready.\n");
    }, 500);
    ends.push(() => clearInterval(looking));
  }
}

function failed(error: any): undefined {
  // Ctrl-C or Ctrl-D at a question: readline takes the key, and no signal comes.
  if (error?.code === "ABORT_ERR") return void end(130);
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`kubecred: ${plain(error.message).replaceAll("\\u{a}", "\n")}\n`);
  void end(1);
}

main().catch(failed);
