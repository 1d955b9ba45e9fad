// @ts-check
/*
 * The signals that end kubecred, and with it kubectl: Ctrl-C (SIGINT), kill (SIGTERM), and the end of the terminal (SIGHUP). On Windows Node
 * makes SIGBREAK of Ctrl-Break and SIGHUP of a closed console window, and the system ends the process some seconds later in any case.
 * Elsewhere SIGBREAK does not exist, and nothing sends it.
 */

/** @type {string[]} */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"];

/** @param {(signal: string) => void} end */
export function onEnding(end) {
  for (const signal of ENDING) process.on(signal, end);
}
