// The changes to the open kubeconfig, each of which can be undone. What is kept is the file as it was opened and the list of changes; to undo one, the
// others are made again on that file. Changes name entries by origin (entries.js), so one that does not need the undone change goes through as before;
// one that does cannot be made any more, and is undone with it. Files and keys are handles of the package: their contents stay in the worker.
import { opened } from "./entries.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */
/** @import { State } from "./entries.js" */

/**
 * One change. `apply` gives the next state and says what was done, or null where there was nothing to do; it throws a KubecredError or Gone where it cannot
 * be made. `forget` is called when the change can never be needed again.
 * @typedef {{ apply: (state: State) => Promise<{ state: State, says: string } | null>, forget?: () => void }} Change
 * @typedef {{ change: Change, says: string }} Step a change that was made
 */

/** What a change is about is no longer in the file. */
export class Gone extends Error {}

/** Whether a change was refused; anything else is a lost session or a mistake of ours. @param {any} error */
const refused = (error) => error instanceof Gone || (error?.name === "KubecredError" && !["wasm-panicked", "session-closed"].includes(error.code));

export function createHistory() {
  /** @type {State | null} */
  let base = null;
  /** @type {State | null} */
  let now = null;
  /** @type {Step[]} */
  let steps = [];
  /** @type {string[]} */
  let files = [];
  let version = 0;
  let saved = 0;
  /** One change at a time, in the order in which they were asked for. @type {Promise<unknown>} */
  let turn = Promise.resolve();

  /** @template Result @param {() => Promise<Result>} work @returns {Promise<Result>} */
  function inTurn(work) {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  /** @param {State | null} state */
  const drop = (state) => {
    if (state && state !== base) state.config.dispose();
  };

  /** @param {State} next */
  function become(next) {
    if (next !== now) drop(now);
    now = next;
    version += 1;
  }

  /** Nothing of the file or its changes is kept. */
  function forget() {
    for (const { change } of steps) change.forget?.();
    drop(now);
    base?.config.dispose();
    base = now = null;
    [steps, files, version, saved] = [[], [], 0, 0];
  }

  /** @param {Change} change */
  async function make(change) {
    const before = now;
    if (!before) throw new Gone();
    const next = await change.apply(before).catch((error) => {
      change.forget?.();
      throw error;
    });
    if (!next || now !== before) {
      next?.state.config.dispose();
      change.forget?.();
      if (now !== before) throw new Gone(); // the file was closed meanwhile
      return null;
    }
    steps.push({ change, says: next.says });
    become(next.state);
    return next.says;
  }

  /** Null where the change cannot be made any more. @param {Change} change @param {State} state */
  async function again(change, state) {
    try {
      return await change.apply(state);
    } catch (error) {
      if (refused(error)) return null;
      drop(state);
      throw error;
    }
  }

  /** @param {Step} undone */
  async function remove(undone) {
    const from = base;
    if (!from || !steps.includes(undone)) throw new Gone(); // undone already, as by a second click
    /** @type {State} */
    let state = from;
    /** @type {typeof steps} */
    const made = [];
    /** @type {typeof steps} */
    const failed = [];
    for (const step of steps.filter((each) => each !== undone)) {
      const next = await again(step.change, state);
      if (!next) {
        failed.push(step);
        continue;
      }
      drop(state);
      state = next.state;
      step.says = next.says;
      made.push(step);
    }
    if (base !== from) {
      state.config.dispose();
      throw new Gone(); // the file was closed meanwhile
    }
    for (const { change } of [undone, ...failed]) change.forget?.();
    steps = made;
    become(state);
    return { undone: undone.says, failed: failed.map(({ says }) => says) };
  }

  return {
    get state() {
      return now;
    },
    /** @returns {readonly Step[]} */
    get steps() {
      return steps;
    },
    get files() {
      return files;
    },
    get unsaved() {
      return steps.length > 0 && version !== saved;
    },
    markSaved() {
      saved = version;
    },
    /** The number of a file that is being added. @param {string} label */
    file: (label) => files.push(label) - 1,
    /** @param {Kubeconfig} config @param {string} label */
    open(config, label) {
      forget();
      files.push(label);
      base = now = opened(config, 0);
    },
    /** @param {Change} change @returns {Promise<string | null>} what was done; null where there was nothing to do */
    make: (change) => inTurn(() => make(change)),
    /** @param {Step} step */
    undo: (step) => inTurn(() => remove(step)),
    /** The file as it was opened. */
    undoAll: () =>
      inTurn(async () => {
        for (const { change } of steps) change.forget?.();
        steps = [];
        if (base) become(base);
      }),
    forget,
  };
}
