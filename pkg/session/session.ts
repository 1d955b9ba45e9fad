/*
 * One session: one engine, in a worker or in place, and the calls that wait for its answers. The protocol is described
 * in worker/engine.ts.
 */
import { KubecredError, aborted, closed, field, onAbort, own, revive, wrong } from "../shared/errors.js";

/** The way to an engine. */
export interface Port {
  post: (message: any, transfer?: Transferable[]) => void;
  /** Ends the engine and everything in it. */
  close: () => void;
  /** Node: a worker that nobody waits for must not keep the process alive. */
  hold?: (waiting: boolean) => void;
}
export type Start = (onMessage: (message: any) => void, onEnd: () => void) => Port;
/** `done` ends the listening to an abort. */
type Pending = { resolve: (value: any) => void; reject: (error: KubecredError) => void; onProgress?: (...progress: any[]) => void; done: () => void };

export class Session {
  #port;
  #pending = new Map<number, Pending>();
  #next = 1;
  /** Why the session is over. */
  #over: KubecredError | undefined;
  #ended = new AbortController();
  /** Told how many handles came into the engine or left it; see files.ts. */
  onHandles: ((change: number) => void) | undefined;
  /** The sessions whose handles may meet, this one among them. */
  relatives: Set<Session> | undefined;
  /** Where keys are, in a session that reads files. */
  main: Session | undefined;

  constructor(start: Start) {
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

  /** @param target 0: the module; otherwise a handle */
  call(
    target: number,
    method: string,
    args: any[],
    options?: { signal?: AbortSignal; onProgress?: (...progress: any[]) => void; transfer?: Transferable[] },
  ): Promise<any> {
    const { signal, onProgress, transfer } = own(options);
    return new Promise((resolve, reject) => {
      if (this.#over) throw this.#over;
      if (signal?.aborted) throw aborted();
      const id = this.#next++;
      const done = onAbort(signal, () => {
        this.#port.post({ cancel: id });
        this.#settle(id)?.reject(aborted());
      });
      this.#pending.set(id, { resolve, reject, onProgress, done });
      this.#port.hold?.(true);
      try {
        this.#port.post({ id, target, method, args }, transfer);
      } catch {
        this.#settle(id)?.reject(uncopied(args));
      }
    });
  }

  /** Frees a handle. Nobody waits for it. */
  free(handle: number) {
    if (this.#over) return;
    this.#port.post({ id: 0, target: handle, method: "free", args: [] });
    this.onHandles?.(-1);
  }

  close(why: KubecredError = closed()) {
    this.#end(why);
  }

  #receive(message: any) {
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

  /** Takes a call off the list. */
  #settle(id: number) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.done();
    if (this.#pending.size === 0) this.#port.hold?.(false);
    return pending;
  }

  #end(why: KubecredError) {
    if (this.#over) return;
    this.#over = why;
    this.#port.close();
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(why);
    this.#ended.abort();
  }
}

/** The handles in an answer: itself, or a part of it. */
const handlesIn = (value: any): number[] =>
  [field(value, "handle"), field(value, "kubeconfig", "handle"), field(value, "key", "handle")].filter((handle) => typeof handle === "number");

/** The argument that structured clone refuses. */
function uncopied(args: unknown[]) {
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
