// The one session of this page with the package: its worker holds the key. Loaded after the first paint, closed on leaving.

/** @import { Kubecred } from "../kubecred/index.js" */
/** @type {Promise<Kubecred> | null} */
let opening = null;

/**
 * The open session; the first caller starts it. A failed start may be tried again.
 * @returns {Promise<Kubecred>}
 */
export function session() {
  const started = opening ?? import("../kubecred/index.js").then(({ open }) => open());
  opening = started;
  started.catch(() => {
    opening = null;
  });
  return started;
}

/** Ends the worker, and every key with it. */
export function closeSession() {
  opening?.then(
    (kubecred) => kubecred.close(),
    () => {},
  );
  opening = null;
}

/**
 * Whether a failure means that the session is over. Then its keys are gone; who holds one is told, and the next caller starts again.
 * @param {any} error
 */
export function sessionLost(error) {
  if (!["wasm-panicked", "session-closed"].includes(error?.code) || !opening) return;
  closeSession();
  document.dispatchEvent(new CustomEvent("session-lost", { detail: error }));
}
