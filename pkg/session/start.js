/*
 * Starts a session with all that belongs to it. The entries of the package give a Host: how to read the module, and how to
 * start a worker.
 */
import { KubecredError, own } from "../shared/errors.js";
import { commit } from "../wasm/build.js";
import { Files } from "./files.js";
import { Keys } from "./keys.js";
import { load } from "./load.js";
import { inPlace } from "./ports.js";
import { Session } from "./session.js";

/**
 * @typedef {import("./session.js").Start} Start
 * @typedef {{ read: (url: URL | string | undefined) => Promise<BufferSource>, start: Start, cores: () => number }} Host
 */

/**
 * @param {Host} host
 * @param {{ wasm?: any, integrity?: string, worker?: boolean } | undefined} options
 */
export async function startSession(host, options) {
  const { wasm, integrity, worker } = own(options);
  const { module, sha256 } = await load(wasm, integrity, host.read);
  /** @type {Session | undefined} */
  let session;
  try {
    session = new Session(worker === false ? inPlace : host.start);
    const version = await session.call(0, "start", [module]);
    // 0: no workers, whatever a caller asks for.
    const keys = new Keys(session, host.start, module, worker === false ? 0 : host.cores());
    const files = new Files(session, worker === false ? undefined : host.start, module);
    return { session, keys, files, version: { ...version, commit, wasmSha256: sha256 } };
  } catch (error) {
    session?.close();
    const code = error instanceof KubecredError ? error.code : undefined;
    if (code === "no-random" || code === "wasm-unavailable") throw error;
    throw new KubecredError(
      "wasm-unavailable",
      "the worker does not start: its file must be next to the package, and the page's Content-Security-Policy must allow it (worker-src 'self')",
    );
  }
}
