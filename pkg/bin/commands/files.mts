/* Files that a command reads and writes. Errors name the file and the cause, never what is in it. */
import { randomBytes } from "node:crypto";
import { closeSync, createReadStream, existsSync, fsyncSync, linkSync, lstatSync, openSync, realpathSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Stop } from "./arguments.mjs";
import { nameOf } from "./output.mjs";

/** More than any reader of the package takes. */
const MOST = 16 * 1024 * 1024;

const CAUSES: Record<string, string> = {
  ENOENT: "File not found.",
  ENOTDIR: "A part of the path is not a folder.",
  EISDIR: "It is a folder.",
  EACCES: "Permission denied.",
  EPERM: "The operation is not permitted.",
  EROFS: "The file system is read-only.",
  ENOSPC: "The disk is full.",
  ENAMETOOLONG: "The name is too long.",
};

function causeOf(error: unknown) {
  const { code = "unknown cause" } = error as NodeJS.ErrnoException;
  return CAUSES[code] ?? `(${code})`;
}

/**
 * The bytes of a file; "-" is the standard input.
 * @param name for errors, where the file's own may be secret
 */
export async function read(file: string, name: string = nameOf(file)): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MOST) break;
    }
  } catch (error) {
    throw new Stop(`${name} cannot be read. ${causeOf(error)}`);
  }
  if (length > MOST) throw new Stop(`${name} is larger than 16 MiB.`);
  // `kubecred lint $FILES` with an empty variable must not pass, nor a pipe whose first program failed.
  if (file === "-" && length === 0) throw new Stop("The standard input is empty.");
  return new Uint8Array(Buffer.concat(chunks));
}

export function exists(file: string) {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new Stop(`${file} cannot be written. ${causeOf(error)}`);
  }
}

export const refuseExisting = (file: string) => new Stop(`${file} exists. Choose another name, or use --force to replace it.`);

/** File systems without hard links say one of these; EISDIR is what Node makes of it on Windows. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EISDIR"]);

/** Puts a finished file under its name. Without `force` that name must be free at that moment, which a link checks. */
function place(from: string, to: string, force: boolean) {
  if (!force) {
    try {
      linkSync(from, to);
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST" || (NO_LINKS.has(code) && exists(to))) throw refuseExisting(to);
      if (!NO_LINKS.has(code)) throw error;
    }
  }
  renameSync(from, to);
}

/** What to replace: a symbolic link is followed, and only a regular file is replaced. */
function behindLinks(file: string) {
  if (!existsSync(file)) return file;
  const target = realpathSync(file);
  if (!lstatSync(target).isFile()) throw new Stop(`${file} is not a regular file. Choose another name.`);
  return target;
}

/**
 * Writes a file of mode 0600 as a whole: under another name next to it, which then takes its place. All of it without a pause, so that a
 * signal is answered before or after, never in the middle.
 */
export function writeWhole(file: string, bytes: Uint8Array, { force }: { force: boolean }) {
  const target = force ? behindLinks(file) : file;
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    const descriptor = openSync(draft, "wx", 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    place(draft, target, force);
  } catch (error) {
    throw error instanceof Stop ? error : new Stop(`${file} cannot be written. ${causeOf(error)}`);
  } finally {
    rmSync(draft, { force: true });
  }
}
