/*
 * The signals that end kubecred, and with it kubectl: Ctrl-C (SIGINT), kill (SIGTERM), and the end of the terminal (SIGHUP). On Windows Node
 * makes SIGBREAK of Ctrl-Break and SIGHUP of a closed console window, and the system ends the process some seconds later in any case.
 * Elsewhere SIGBREAK does not exist, and nothing sends it.
 */

const ENDING: string[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"];

export function onEnding(end: (signal: string) => void) {
  for (const signal of ENDING) process.on(signal, end);
}
