/*
 * The key search inside a worker, in slices, so that messages get through.
 *
 * For an RSA key other workers may help. Between each of them and the one that makes the key lies a port of their own:
 * the helper sends primes (bytes, transferred, and overwritten on arrival) and how many candidates it has tried (a
 * number); any message to it means stop. A helper that dies sends nothing more, which costs time and nothing else.
 */
import { KubecredError } from "./errors.js";

/**
 * Milliseconds of search between two looks at the messages, and between two reports; the last comes at the end. A prime of
 * another worker waits for a look: at 5 ms a key of 2048 bits took a tenth longer than at 2, and 1 gained no more (2026-11).
 */
const SLICE = 2;
const REPORT = 100;

/**
 * Steps until a step says that it is over.
 * @param {() => boolean | undefined} step
 * @param {() => void} pause
 */
async function slices(step, pause) {
  for (;;) {
    const end = performance.now() + SLICE;
    do {
      if (step()) return;
    } while (performance.now() < end);
    pause();
    await breathe();
  }
}

/**
 * The search that makes the key.
 * @param {any} core
 * @param {unknown} algorithm
 * @param {MessagePort[]} ports from the helpers
 * @param {(free: () => void) => void} began is given what ends the search, at once
 * @param {(progress: [number, { primes: number, expectedSeconds: number }]) => void} report
 */
export async function findKey(core, algorithm, ports, began, report) {
  const start = performance.now();
  let reported = start;
  /** @type {any} */
  let search;
  let elsewhere = 0;
  let complete = false;
  /** @type {any} */
  let fault;
  const tell = () => {
    const tried = search.candidates + elsewhere;
    const missing = (2 - search.primes) * search.perPrime;
    report([tried, { primes: search.primes, expectedSeconds: (missing * (performance.now() - start)) / 1000 / Math.max(tried, 1) }]);
    reported = performance.now();
  };
  const free = () => {
    const ended = search;
    search = undefined;
    for (const port of ports) {
      port.postMessage(0);
      port.close();
    }
    ended?.free();
  };
  try {
    search = new core.KeySearch(typeof algorithm === "string" ? algorithm : "");
    began(free);
    for (const port of ports) {
      port.onmessage = ({ data }) => {
        if (typeof data === "number") {
          elsewhere += data;
          return;
        }
        try {
          if (search?.offer(data)) complete = true;
        } catch (error) {
          // What is no prime of this key is passed over; anything else is a trap.
          if (/** @type {any} */ (error)?.name !== "KubecredError") fault = error;
        } finally {
          data.fill(0);
        }
      };
    }
    await slices(
      () => {
        if (fault) throw fault;
        if (!search) throw new KubecredError("aborted", "the key search was aborted");
        return complete || search.step();
      },
      () => {
        if (performance.now() - reported > REPORT) tell();
      },
    );
    if (search.perPrime > 0) tell();
    const found = search;
    search = undefined;
    return found.finish();
  } finally {
    free();
  }
}

/**
 * Helps another worker: finds primes until told to stop.
 * @param {any} core
 * @param {string} algorithm
 * @param {MessagePort} port
 */
export async function findPrimes(core, algorithm, port) {
  const search = new core.KeySearch(algorithm);
  let stopped = false;
  let told = 0;
  port.onmessage = /** @type {any} */ (port).onclose = () => {
    stopped = true;
  };
  try {
    await slices(
      () => {
        if (stopped) return true;
        search.step();
        const prime = search.takePrime();
        if (prime) port.postMessage(prime, [prime.buffer]);
      },
      () => {
        port.postMessage(search.candidates - told);
        told = search.candidates;
      },
    );
  } finally {
    port.close();
    search.free();
  }
}

/** Who waits for their turn, and the channel that gives it, made once: a new one each time costs as much as a candidate. @type {(() => void)[]} */
const waiting = [];
/** @type {MessagePort | undefined} */
let turns;

/**
 * Lets timers and messages through. Node delivers up to a thousand messages of a MessageChannel in one go, before any
 * timer (seen in Node 20, 2026-11), so there it is setImmediate.
 * @returns {Promise<void>}
 */
const breathe = () =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    if (!turns) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => waiting.shift()?.();
      turns = port2;
    }
    waiting.push(resolve);
    turns.postMessage(0);
  });
