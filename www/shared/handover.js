// Handing things from one panel to another within this page: each is taken once, by the panel that it is for.
//   to "kubeconfig"   { made, file }: a Kubeconfig of this page's session, and a chosen file { name, bytes } to merge it into
//                     { renewed }: { user, key, certificate, saved }, for the file that is open there; saved() is called when it was saved
//   to "access"       { user, subject, key? }: a renewal, as Kubeconfig.renewal gives it
/** @type {Map<string, any>} */
const waiting = new Map();

/** @param {string} panel @param {any} things */
export function hand(panel, things) {
  waiting.set(panel, things);
  location.hash = `#/${panel}`;
}
/** @param {import("../kubecred/index.js").Kubeconfig} made @param {{ name: string, bytes: Uint8Array }} [file] */
export const handOver = (made, file) => hand("kubeconfig", { made, file });

/**
 * What was handed to this panel; an empty object where nothing was.
 * @param {string} panel
 */
export function handed(panel) {
  const taken = waiting.get(panel) ?? {};
  waiting.delete(panel);
  return taken;
}

/** @type {Map<string, { name: string, bytes: Uint8Array }>} */
const files = new Map();

/** Opens a panel with a file, as if it had been dropped there. @param {string} panel @param {{ name: string, bytes: Uint8Array }} file */
export function openIn(panel, file) {
  files.set(panel, file);
  location.hash = `#/${panel}`;
}

/** The file that a panel is to open with, given once. @param {string} panel */
export function fileFor(panel) {
  const file = files.get(panel);
  files.delete(panel);
  return file;
}
