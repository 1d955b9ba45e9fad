/*
 * Files that a person chooses or drops. They are read in this tab.
 */
const LONGEST = 4 * 1024 * 1024; // what the core reads of a kubeconfig
const TOO_LONG = "This file is larger than the 4 MiB that this page reads.";

export type Dropped = { name: string; bytes: Uint8Array };
/** A file that could not be read, and why. */
export type Unread = { name: string; problem: string };

/** A file's bytes, or why there are none. */
export async function contents(file: File): Promise<Dropped | Unread> {
  const { name } = file;
  if (file.size > LONGEST) return { name, problem: TOO_LONG };
  try {
    return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    return { name, problem: "The browser could not read this file." };
  }
}
