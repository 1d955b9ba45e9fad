/*
 * The helpers of a session: workers with the same compiled module, which search for primes next to the session's own
 * worker. They start when they are first needed and then wait for the next key; each is a Session of its own.
 */
import { wrong } from "../shared/errors.js";
import { Session } from "./session.js";
import type { Start } from "./session.js";

/** More workers than this were never seen to be worth their memory. */
const MOST = 8;

export const isRsa = (algorithm: unknown) => typeof algorithm === "string" && /^rsa-(2048|3072|4096)$/.test(algorithm);

export class Pool {
  #start;
  #module;
  #cores;
  #all = new Set<Session>();
  #idle: Session[] = [];

  /** @param cores 1 where workers cannot be started */
  constructor(start: Start, module: WebAssembly.Module, cores: number) {
    this.#start = start;
    this.#module = module;
    this.#cores = cores;
  }

  /**
   * Sets helpers to work, as many as make up the number of workers, as far as they are not busy with another key. Gives
   * the ports at which they are heard and stopped.
   */
  ports(algorithm: string, workers: number | undefined = Math.max(1, Math.min(this.#cores, MOST))) {
    if (!Number.isInteger(workers) || workers < 1 || workers > MOST) throw wrong("workers", "`workers` must be a whole number from 1 to 8.");
    const busy = this.#all.size - this.#idle.length;
    const count = isRsa(algorithm) && this.#cores > 0 ? workers - 1 - busy : 0;
    return Array.from({ length: Math.max(count, 0) }, () => this.#help(algorithm));
  }

  #help(algorithm: string) {
    const { port1, port2 } = new MessageChannel();
    const helper = this.#idle.pop() ?? this.#begin();
    helper.call(0, "help", [algorithm, port2], { transfer: [port2] }).then(
      () => this.#idle.push(helper),
      () => this.#end(helper),
    );
    return port1;
  }

  #begin() {
    const helper = new Session(this.#start);
    this.#all.add(helper);
    // Its answer is not waited for: what follows waits in the worker. Where it fails, the call that follows fails.
    helper.call(0, "start", [this.#module]).catch(() => this.#end(helper));
    return helper;
  }

  #end(helper: Session) {
    helper.close();
    this.#all.delete(helper);
    this.#idle = this.#idle.filter((other) => other !== helper);
  }

  close() {
    for (const helper of [...this.#all]) this.#end(helper);
  }
}
