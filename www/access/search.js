// The search for an RSA key begins when a person chooses one, not when they press the button: so the page can say how long it takes on this
// computer, and the key is often there when it is requested. Another choice drops it.
import { duration } from "../ui/dates.js";
import { session } from "../shared/session.js";

/** @import { GenerateOptions, KeyAlgorithm, PrivateKey } from "../kubecred/index.js" */
/** @typedef {NonNullable<GenerateOptions["onProgress"]>} Progress */

/**
 * @typedef {object} Ahead
 * @property {KeyAlgorithm} algorithm
 * @property {AbortController} stop
 * @property {Progress | null} onProgress
 * @property {import("../kubecred/index.js").KeyProgress | null} last
 * @property {Promise<PrivateKey>} key
 */

/** @type {Ahead | null} */
let ahead = null;

/** Begins, where the algorithm is one that takes time. `say` is told in words how long it takes here, and when it is done. */
export function lookAhead(/** @type {KeyAlgorithm} */ algorithm, /** @type {(words: string) => void} */ say) {
  forgetSearch();
  if (!algorithm.startsWith("rsa-")) return say("");
  /** @type {Ahead} */
  const mine = /** @type {any} */ ({ algorithm, stop: new AbortController(), onProgress: null, last: null });
  ahead = mine;
  say("The search has started.");
  mine.key = session().then((kubecred) =>
    kubecred.keys.generate(algorithm, {
      signal: mine.stop.signal,
      onProgress(progress) {
        // The first number comes after a moment's work; it is not changed under the reader's eyes.
        const { expectedSeconds } = progress;
        if (mine === ahead && expectedSeconds && !mine.last?.expectedSeconds)
          say(`On this computer the search takes about ${duration(Math.max(1, expectedSeconds))}, sometimes three times as long. It has started.`);
        mine.last = progress;
        mine.onProgress?.(progress);
      },
    }),
  );
  mine.key.then(
    () => {
      if (mine === ahead) say("Ready.");
    },
    () => {
      if (mine === ahead) {
        ahead = null;
        say("");
      }
    },
  );
}

/** The search that has begun for this algorithm, or one that begins now. */
export function takeSearch(/** @type {KeyAlgorithm} */ algorithm, /** @type {(words: string) => void} */ say) {
  if (ahead?.algorithm !== algorithm) lookAhead(algorithm, say);
  const mine = ahead;
  ahead = null;
  return mine;
}

/** Stops it, and forgets a key that nobody asked for. */
export function forgetSearch() {
  const old = ahead;
  ahead = null;
  old?.stop.abort();
  old?.key.then(
    (key) => key.dispose(),
    () => {},
  );
}
