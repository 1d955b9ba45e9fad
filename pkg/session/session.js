/*
 * One session: one engine, in a worker or in place, and the calls that wait for its answers. The protocol is described
 * in worker/engine.js.
 */
import { KubecredError, aborted, field, own, revive, wrong } from "../shared/errors.js";

/**
 * @typedef {object} Port the way to an engine
 * @property {(message: any, transfer?: Transferable[]) => void} post
 * @property {() => void} close ends the engine and everything in it
 * @property {(waiting: boolean) => void} [hold] Node: a worker that nobody waits for must not keep the process alive
 * @typedef {(onMessage: (message: any) => void, onEnd: () => void) => Port} Start
 * @typedef {{ resolve: (value: any) => void, reject: (error: KubecredError) => void, onProgress?: (...progress: any[]) => void }} Pending
 */

export class Session {
  #port;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #next = 1;
  /** Why the session is over. @type {KubecredError | undefined} */
  #over;
  #ended = new AbortController();
  /** Told how many handles came into the engine or left it; see files.js. @type {((change: number) => void) | undefined} */
  onHandles;
  /** The sessions whose handles may meet, this one among them. @type {Set<Session> | undefined} */
  relatives;
  /** Where keys are, in a session that reads files. @type {Session | undefined} */
  main;

  /** @param {Start} start */
  constructor(start) {
    this.#port = start(
      (message) => this.#receive(message),
      () => this.#end(new KubecredError("wasm-panicked", "The worker ended unexpectedly, and the session is over. Open a new one.")),
    );
    this.#port.hold?.(false);
  }

  /** Aborted when the session is over, for whatever waits for something else than an answer. */
  get ended() {
    return this.#ended.signal;
  }

  /** Why the session is over; undefined while it is not. */
  get over() {
    return this.#over;
  }

  /**
   * @param {number} target 0: the module; otherwise a handle
   * @param {string} method
   * @param {any[]} args
   * @param {{ signal?: AbortSignal, onProgress?: (...progress: any[]) => void, transfer?: Transferable[] }} [options]
   * @returns {Promise<any>}
   */
  call(target, method, args, options) {
    const { signal, onProgress, transfer } = own(options);
    return new Promise((resolve, reject) => {
      if (this.#over) throw this.#over;
      if (signal?.aborted) throw aborted();
      const id = this.#next++;
      const abort = () => {
        this.#port.post({ cancel: id });
        this.#settle(id)?.reject(aborted());
      };
      const done = () => signal?.removeEventListener("abort", abort);
      this.#pending.set(id, {
        resolve: (value) => {
          done();
          resolve(value);
        },
        reject: (error) => {
          done();
          reject(error);
        },
        onProgress,
      });
      this.#port.hold?.(true);
      signal?.addEventListener("abort", abort);
      try {
        this.#port.post({ id, target, method, args }, transfer);
      } catch {
        this.#settle(id)?.reject(uncopied(args));
      }
    });
  }

  /** Frees a handle. Nobody waits for it. @param {number} handle */
  free(handle) {
    if (this.#over) return;
    this.#port.post({ id: 0, target: handle, method: "free", args: [] });
    this.onHandles?.(-1);
  }

  /** @param {KubecredError} [why] */
  close(why = new KubecredError("session-closed", "The session is closed. Open a new one.")) {
    this.#end(why);
  }

  /** @param {any} message */
  #receive(message) {
    if (Object.hasOwn(message, "progress")) {
      this.#pending.get(message.id)?.onProgress?.(...message.progress);
      return;
    }
    const error = Object.hasOwn(message, "error") ? revive(message.error) : undefined;
    if (!error) this.onHandles?.(handlesIn(message.value).length);
    const pending = this.#settle(message.id);
    if (error) {
      pending?.reject(error);
      if (error.code === "wasm-panicked") this.#end(error);
    } else if (pending) {
      pending.resolve(message.value);
    } else {
      for (const handle of handlesIn(message.value)) this.free(handle); // aborted while the answer was on its way
    }
  }

  /** Takes a call off the list. @param {number} id */
  #settle(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#port.hold?.(false);
    return pending;
  }

  /** @param {KubecredError} why */
  #end(why) {
    if (this.#over) return;
    this.#over = why;
    this.#port.close();
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(why);
    this.#ended.abort();
  }
}

/** The handles in an answer: itself, or a part of it. @param {any} value @returns {number[]} */
const handlesIn = (value) =>
  [field(value, "handle"), field(value, "kubeconfig", "handle"), field(value, "key", "handle")].filter((handle) => typeof handle === "number");

/** The argument that structured clone refuses. @param {unknown[]} args */
function uncopied(args) {
  const index = args.findIndex((argument) => {
    try {
      structuredClone(argument);
      return false;
    } catch {
      return true;
    }
  });
  return wrong(`arguments[${index}]`, "An argument cannot be copied to the worker. Give plain data, text or bytes.");
}
