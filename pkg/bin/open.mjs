// @ts-check
/*
 * Hands the link to the person's browser without its secret on any command line, which every user of a Linux machine can read: a file
 * of mode 0600 in a folder of mode 0700 leads to the link, and the browser is given that file.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** @param {string} parent */
function folderIn(parent) {
  const folder = mkdtempSync(join(parent, "kubecred-")); // mode 0700
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A folder that only this user can enter; its path is short enough for a socket in it. */
export const privateFolder = () => folderIn(tmpdir());

/**
 * The same for the file that the browser opens. A browser in a snap sees another /tmp, and of the home folder only what is not hidden
 * (snapd's interface "home"), so on Linux it is made there.
 * @param {string} [platform] @param {string} [home]
 */
export function folderForBrowsers(platform = process.platform, home = homedir()) {
  if (platform !== "linux") return privateFolder();
  try {
    return folderIn(home);
  } catch {
    return privateFolder(); // an account without a home folder, or one that it cannot write to
  }
}

/** @param {string} folder @param {string} link our own address and a random text: nothing in it needs escaping */
export function writeLinkFile(folder, link) {
  const file = join(folder, "open.html");
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${link}"><title>kubecred</title>\n`,
    { mode: 0o600 },
  );
  return file;
}

/**
 * The program that opens a file in the person's browser; undefined without a screen.
 * @param {{ env: Record<string, string | undefined>, platform: string }} system @param {string} file
 * @returns {[string, string[]] | undefined}
 */
export function opener({ env, platform }, file) {
  if (env.SSH_CONNECTION) return undefined;
  if (platform === "darwin") return ["open", [file]];
  if (platform === "win32") return ["rundll32", ["url.dll,FileProtocolHandler", file]];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open", [file]] : undefined;
}

/** @param {string} file @returns {boolean} whether a browser was asked */
export function openBrowser(file) {
  const command = opener({ env: process.env, platform: process.platform }, file);
  if (!command) return false;
  const child = spawn(command[0], command[1], { stdio: "ignore", detached: process.platform !== "win32", windowsHide: true });
  child.on("error", () => {});
  child.unref();
  return true;
}
