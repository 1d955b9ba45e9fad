/*
 * The key search inside a worker, in slices, so that messages get through.
 *
 * For an RSA key other workers may help. Between each of them and the one that makes the key is a port of their own. What a
 * helper tells (src/crypto/prime) is bytes here: transferred, and overwritten on arrival. Whatever comes the other way tells a
 * helper to stop. A helper that dies sends nothing more, which costs time and nothing else; one that lies as well, because all
 * rounds of the primality test are done by the search that makes the key.
 */
import { KubecredError } from "../shared/errors.js";

/**
 * Milliseconds of search between two looks at the messages, next to helpers and alone; and between two reports, the last at
 * the end. What another worker has found waits for a look: at 5 ms a key of 2048 bits took a tenth longer than at 2, and 1
 * gained no more. Alone only a cancel or another call waits, and looks at every 2 ms are a fortieth of the time (2026-11).
 */
const SLICE = 2;
const SLICE_ALONE = 8;
const REPORT = 100;

/** Steps until a step says that it is over. */
async function slices(length: number, step: () => boolean | undefined, pause?: () => void) {
  for (;;) {
    const end = performance.now() + length;
    do {
      if (step()) return;
    } while (performance.now() < end);
    pause?.();
    await breathe();
  }
}

/** Sends what a helper has found. */
function send(search: any, port: MessagePort) {
  for (let message = search.send(); message; message = search.send()) port.postMessage(message, [message.buffer]);
}

/**
 * The search that makes the key.
 * @param ports from the helpers
 * @param began is given what ends the search, at once
 */
export async function findKey(
  core: any,
  algorithm: unknown,
  ports: MessagePort[],
  began: (free: () => void) => void,
  report: (progress: [number, { primes: number; expectedSeconds: number }]) => void,
) {
  const start = performance.now();
  let reported = start;
  let search: any;
  let fault: any;
  const tell = () => {
    const tried = search.candidates;
    const missing = (2 - search.primes) * search.perPrime;
    report([tried, { primes: search.primes, expectedSeconds: (missing * (performance.now() - start)) / 1000 / Math.max(tried, 1) }]);
    reported = performance.now();
  };
  const free = () => {
    const ended = search;
    search = undefined;
    // The helper closes the port: until then its messages are still overwritten here.
    for (const port of ports) port.postMessage(0);
    ended?.free();
  };
  try {
    search = new core.KeySearch(typeof algorithm === "string" ? algorithm : "", false);
    began(free);
    for (const port of ports) {
      port.onmessage = ({ data }) => {
        try {
          search?.receive(data);
        } catch (error) {
          fault = error; // a trap
        } finally {
          data.fill(0);
        }
      };
    }
    await slices(
      ports.length > 0 ? SLICE : SLICE_ALONE,
      () => {
        if (fault) throw fault;
        if (!search) throw new KubecredError("aborted", "The key search was aborted.");
        return search.step();
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

/** Helps another worker until told to stop. */
export async function help(core: any, algorithm: string, port: MessagePort) {
  const search = new core.KeySearch(algorithm, true);
  let stopped = false;
  port.onmessage = (port as any).onclose = () => {
    stopped = true;
  };
  try {
    await slices(SLICE, () => {
      if (stopped) return true;
      search.step();
      send(search, port);
    });
  } finally {
    port.close();
    search.free();
  }
}

/** Who waits for their turn, and the channel that gives it, made once: a new one each time costs as much as a candidate. */
const waiting: (() => void)[] = [];
let turns: MessagePort | undefined;

/**
 * Lets timers and messages through. Node delivers up to a thousand messages of a MessageChannel in one go, before any
 * timer (seen in Node 20, 2026-11), so there it is setImmediate.
 */
const breathe = (): Promise<void> =>
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
