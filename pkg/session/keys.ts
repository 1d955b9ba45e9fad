/*
 * Making keys in a session: one call to its worker, the helpers next to it, and the search that a page begins before
 * anybody has asked for the key.
 */
import { aborted, callbackOf, onAbort, own, signalOf } from "../shared/errors.js";
import { Pool, isRsa } from "./pool.js";
import type { Session, Start } from "./session.js";

export type Options = {
  signal?: AbortSignal;
  onProgress?: (progress: { candidatesTried: number; primesFound: number; expectedSeconds: number }) => void;
  workers?: number;
};
type Search = { algorithm: string; controller: AbortController; handle: Promise<any>; onProgress: Options["onProgress"] };

export class Keys {
  #session;
  #pool;
  /** One that nobody has asked for yet. */
  #ahead: Search | undefined;

  constructor(session: Session, start: Start, module: WebAssembly.Module, cores: number) {
    this.#session = session;
    this.#pool = new Pool(start, module, cores);
    session.ended.addEventListener("abort", () => this.#pool.close());
  }

  /** The handle of a key. */
  async make(algorithm: string, options?: Options) {
    const { workers, signal: ended, onProgress: told } = own(options, ["workers", "signal", "onProgress"]);
    const signal = signalOf(ended);
    const onProgress = callbackOf("onProgress", told);
    if (signal?.aborted) throw aborted();
    let search = this.#ahead;
    if (search && search.algorithm === algorithm) this.#ahead = undefined;
    else {
      if (isRsa(algorithm)) this.#drop(); // two searches would share the cores
      search = this.#begin(algorithm, workers, onProgress);
    }
    search.onProgress = onProgress;
    const done = onAbort(signal, () => search.controller.abort());
    try {
      return await search.handle;
    } finally {
      done();
    }
  }

  /** Begins a search; drops the one that was begun before, with whatever it has found. */
  prepare(algorithm: string) {
    if (this.#ahead?.algorithm === algorithm) return;
    this.#drop();
    if (!isRsa(algorithm)) return;
    const search = this.#begin(algorithm, undefined);
    this.#ahead = search;
    search.handle.catch(() => {
      if (this.#ahead === search) this.#ahead = undefined;
    });
  }

  #drop() {
    const dropped = this.#ahead;
    dropped?.controller.abort();
    dropped?.handle.then(
      ({ handle }) => this.#session.free(handle),
      () => {},
    );
    this.#ahead = undefined;
  }

  #begin(algorithm: string, workers?: number, onProgress?: Options["onProgress"]): Search {
    const controller = new AbortController();
    const ports = this.#pool.ports(algorithm, workers);
    const search = { algorithm, controller, onProgress } as Search;
    // On the calling thread progress may be told before this call returns.
    search.handle = this.#session.call(0, "generateKey", [algorithm, ports], {
      transfer: ports,
      signal: controller.signal,
      onProgress: (candidatesTried, { primes, expectedSeconds }) => search.onProgress?.({ candidatesTried, primesFound: primes, expectedSeconds }),
    });
    return search;
  }
}
