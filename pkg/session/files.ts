/*
 * Reading what others wrote, apart from the keys. Foreign files are read by a worker of their own, which is started when the
 * first is read: a key operation never waits behind one, and a read that is aborted is ended and not only ignored.
 *
 * A Kubeconfig stays in the worker that read it. So aborting a read ends its worker only where no Kubeconfig is in it;
 * otherwise the worker goes on for those and is ended with the last of them, while new reads go to a new worker. Reads are
 * pure: those that waited behind an aborted one are sent again. Where a key and a Kubeconfig of two workers meet (renew, renewal, merge),
 * one goes over by a port between the two, as bytes that are overwritten on arrival; the calling thread does not see them.
 *
 * On the calling thread (`worker: false`) there is one engine for all, and only a read that has not begun can be aborted.
 */
import { KubecredError, aborted, onAbort, signalOf } from "../shared/errors.js";
import { encode } from "../shared/texts.js";
import { Session } from "./session.js";
import type { Start } from "./session.js";

/** One worker that reads. */
class Home {
  declare readonly session: Session;

  /** Handles in it, and answers that are awaited. */
  handles = 0;
  waiting = 0;
  retired = false;
  started = false;
  failed = false;

  constructor(start: Start, module: WebAssembly.Module) {
    this.session = new Session(start);
    // Where it fails, each call that is posted behind it is refused as well.
    this.session.call(0, "start", [module]).then(
      () => {
        this.started = true;
      },
      () => {
        if (this.retired) return; // ended on purpose, before it was ready
        this.failed = true;
        this.retire();
      },
    );
    this.session.onHandles = (change) => {
      this.handles += change;
      this.#endIfUnused();
    };
  }

  /** Takes no more reads. Ends at once where nothing but the aborted read is in it. */
  retire() {
    this.retired = true;
    if (this.handles === 0) this.session.close();
  }

  done() {
    this.waiting -= 1;
    this.#endIfUnused();
  }

  #endIfUnused() {
    if (this.retired && this.handles === 0 && this.waiting === 0) this.session.close();
  }
}

export class Files {
  #main;
  #start;
  #module;
  #home: Home | undefined;
  #homes = new Set<Home>();

  /** @param start undefined: no worker of its own */
  constructor(main: Session, start: Start | undefined, module: WebAssembly.Module) {
    this.#main = main;
    this.#start = start;
    this.#module = module;
    main.relatives = new Set([main]);
    main.ended.addEventListener("abort", () => {
      for (const home of this.#homes) home.session.close(main.over);
    });
  }

  /**
   * Calls a reader and gives its answer with the session that it is from. The arguments are copied before this returns; of bytes a
   * copy is kept in case that the call must be sent again, and overwritten.
   */
  async read(method: string, args: any[], signal?: AbortSignal): Promise<{ session: Session; value: any }> {
    signalOf(signal);
    const kept = this.#start ? args.map((each) => (isBytes(each) ? each.slice() : each)) : args;
    try {
      return await this.#read(method, kept, signal);
    } finally {
      for (const each of kept) if (isBytes(each) && !args.includes(each)) each.fill(0);
    }
  }

  async #read(method: string, args: any[], signal?: AbortSignal) {
    for (;;) {
      if (this.#main.over) throw this.#main.over;
      if (signal?.aborted) throw aborted();
      const home = this.#current();
      const session = home?.session ?? this.#main;
      if (home) home.waiting += 1;
      let done = () => {};
      try {
        // As bytes that are handed over: a text would be copied twice more on its way.
        const encoded = method === "readKubeconfig" && typeof args[0] === "string" ? encode(args[0]) : undefined;
        const called = session.call(0, method, encoded ? [encoded, ...args.slice(1)] : args, { signal, transfer: encoded && [encoded.buffer] });
        done = onAbort(signal, () => home?.retire()); // after the session's own listener, which rejects the call
        return { session, value: await called };
      } catch (error) {
        const { code } = error as any;
        if (this.#main.over || signal?.aborted || !home || !["session-closed", "wasm-panicked"].includes(code)) throw error;
        if (home.failed)
          throw new KubecredError(
            "wasm-unavailable",
            "The worker that reads files does not start. Your keys are not affected. Close other tabs, and try again.",
          );
        if (!home.retired) throw error;
      } finally {
        done();
        home?.done();
      }
    }
  }

  #current(): Home | undefined {
    if (!this.#start) return undefined;
    if (this.#home && !this.#home.retired && !this.#home.session.over) return this.#home;
    const home = new Home(this.#start, this.#module);
    const { session } = home;
    session.relatives = this.#main.relatives;
    session.main = this.#main;
    session.relatives?.add(session);
    this.#homes.add(home);
    session.ended.addEventListener("abort", () => {
      this.#homes.delete(home);
      session.relatives?.delete(session);
      // A worker that stopped unexpectedly is a fault of the module: nothing of this session is trusted any more.
      if (home.started && session.over?.code === "wasm-panicked") this.#main.close(session.over);
    });
    this.#home = home;
    return home;
  }
}

/** Asks no proxy, which could throw. */
const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value) && value instanceof Uint8Array;

/** A copy of a handle of one session in another; the caller frees it. */
export async function bring(
  from: Session,
  handle: number,
  to: Session,
  kind: "PrivateKey" | "Kubeconfig",
  now: number,
): Promise<{ handle: number; kind: "PrivateKey" | "Kubeconfig"; is: any }> {
  const { port1, port2 } = new MessageChannel();
  await from.call(handle, "give", [port1], { transfer: [port1] });
  return to.call(0, "take", [kind, port2, now], { transfer: [port2] });
}
