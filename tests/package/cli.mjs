// The commands of kubecred as processes, and files for them.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./common.mjs";

export const bin = join(root, "pkg", "bin", "kubecred.mjs");

/** Waits for the end of a process: { code, signal, out, err }, out as bytes. @returns {Promise<any>} */
export function ended(child) {
  const out = [];
  let err = "";
  child.stdout.on("data", (data) => out.push(data));
  child.stderr.on("data", (data) => (err += data));
  return new Promise((done) => child.on("close", (code, signal) => done({ code, signal, out: Buffer.concat(out).toString(), err })));
}

/** Runs a command of kubecred. `input`: its standard input, which ends after it unless `open`. `preload`: JavaScript that runs in the process before it. */
export async function kubecred(args, { input, open = false, preload, program = bin, ...options } = {}) {
  const folder = preload ? temporary() : undefined;
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  if (folder) {
    const file = folder.write("preload.mjs", preload);
    env.NODE_OPTIONS = `--import=${pathToFileURL(file)}`;
  }
  const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "pipe", "pipe"], env, ...options });
  child.stdin.on("error", () => {}); // it may end before it reads
  if (!open) child.stdin.end(input);
  const result = await ended(child);
  folder?.remove();
  return result;
}

/** A folder of its own: { path, at(name), write(name, text): its path, remove() }. */
export function temporary() {
  const path = mkdtempSync(join(tmpdir(), "kubecred-cli-"));
  const at = (name) => join(path, name);
  return {
    path,
    at,
    write(name, text, mode = 0o600) {
      writeFileSync(at(name), text, { mode });
      return at(name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A kubeconfig that kubectl can use, with one entry of each kind. */
export const kubeconfig = ({ cluster = "c", server = "https://a.example:6443", user = "u", credential = "{token: t}", context = "x" } = {}) => `apiVersion: v1
kind: Config
clusters:
- name: ${cluster}
  cluster: {server: "${server}"}
users:
- name: ${user}
  user: ${credential}
contexts:
- name: ${context}
  context: {cluster: ${cluster}, user: ${user}}
current-context: ${context}
`;
