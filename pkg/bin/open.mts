/*
 * Hands the link to the person's browser without its secret on any command line, which every user of a Linux machine can read: a file
 * of mode 0600 in a folder of mode 0700 leads to the link, and the browser is given that file.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

function folderIn(parent: string) {
  const folder = mkdtempSync(join(parent, "kubecred-")); // mode 0700
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A folder that only this user can enter; its path is short enough for a socket in it. */
export const privateFolder = () => folderIn(tmpdir());

/**
 * The same for the file that the browser opens. A browser in a snap sees another /tmp, and of the home folder only what is not hidden
 * (snapd's interface "home"), so on Linux it is made there.
 */
export function folderForBrowsers(platform: string = process.platform, home: string = homedir()) {
  if (platform !== "linux") return privateFolder();
  try {
    return folderIn(home);
  } catch {
    return privateFolder(); // an account without a home folder, or one that it cannot write to
  }
}

/** @param link our own address and a random text: nothing in it needs escaping */
export function writeLinkFile(folder: string, link: string) {
  const file = join(folder, "open.html");
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${link}"><title>kubecred</title>\n`,
    { mode: 0o600 },
  );
  return file;
}

/** The program that opens a file in the person's browser; undefined without a screen. */
export function opener({ env, platform }: { env: Record<string, string | undefined>; platform: string }, file: string): [string, string[]] | undefined {
  if (env.SSH_CONNECTION) return undefined;
  if (platform === "darwin") return ["open", [file]];
  if (platform === "win32") return ["rundll32", ["url.dll,FileProtocolHandler", file]];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open", [file]] : undefined;
}

/** @returns whether a browser was asked */
export function openBrowser(file: string): boolean {
  const command = opener({ env: process.env, platform: process.platform }, file);
  if (!command) return false;
  const child = spawn(command[0], command[1], { stdio: "ignore", detached: process.platform !== "win32", windowsHide: true });
  child.on("error", () => {});
  child.unref();
  return true;
}
