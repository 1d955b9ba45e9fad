/*
 * Approving and denying: on the request that a report shows, and on no other of its name.
 */
import { KubecredError, field, signalOf, textOf } from "../shared/errors.js";
import { pause } from "./waiting.js";

/** How often a decision is tried again when someone else changed the object in between. */
const CONFLICTS = 3;
/** The session has ended: nothing was said about the answer. */
const OVER = ["session-closed", "wasm-panicked"];
/** After these nobody knows whether the server carried out the write: its answer was lost, or came from a proxy in between. */
const LOST = ["network", "timeout", "server-error", "bad-answer"];
/** Milliseconds before each look at what became of such a write. */
const LOOKS = [0, 500, 1000, 2000, 4000];

/** @typedef {{ reason?: string, message?: string, signal?: AbortSignal }} Decision */
/** @typedef {Pick<import("./requests.js").Ways, "session" | "core" | "ask" | "now">} Ways */

/**
 * Decides on the request that a report shows. The core compares the report with the object as the server has it now; the
 * write carries the uid and resource version of that object, so that the server refuses it where the object changes in
 * between.
 * @param {"approve" | "deny"} decision
 * @param {any} report
 * @param {Decision} options its own fields only
 * @param {Ways} ways
 */
export async function decide(decision, report, { reason, message, signal: given }, { session, core, ask, now }) {
  const signal = signalOf(given);
  textOf("reason", reason);
  textOf("message", message);
  const read = (/** @type {any} */ object) => core("readSigningRequest", object, now());
  const name = await core("shownRequest", report);
  for (let attempt = 1; ; attempt++) {
    const object = await ask("get-signing-request", { name }, signal);
    if (field(object, "metadata", "name") !== name) throw wrongObject();
    const decided = { shown: report, object, reason, message };
    try {
      // The core's own refusals are final: "changed", and "conflict" where the opposite was decided.
      await core("apiRequest", decision, decided, now());
    } catch (error) {
      throw await withStatus(/** @type {any} */ (error), () => read(object));
    }
    try {
      const stored = await ask(decision, decided, signal).catch((error) => storedAfter(error, decided));
      // What was written must come back: the request that was shown, and decided.
      await core("apiRequest", decision, { ...decided, object: stored }, now()).catch((error) => {
        throw OVER.includes(error.code) ? error : wrongObject();
      });
      const result = await read(stored);
      if (result.state === "pending")
        throw new KubecredError("bad-answer", "The server reported success, but its answer contains no decision. Read the request again.");
      return result;
    } catch (error) {
      // The server's "conflict": the object changed in between. It is read and compared again.
      if (/** @type {any} */ (error).code !== "conflict") throw error;
      if (attempt > CONFLICTS) throw await withStatus(error, () => read(object));
    }
  }

  /** The object as the server has it after a write whose answer was lost, where it is decided; what it says otherwise. @param {any} error @param {any} decided */
  async function storedAfter(error, decided) {
    if (!LOST.includes(error.code)) throw error;
    for (const milliseconds of LOOKS) {
      await pause(milliseconds, session, signal);
      let object;
      try {
        object = await ask("get-signing-request", { name }, signal);
      } catch (again) {
        if (LOST.includes(/** @type {any} */ (again).code)) continue;
        if (/** @type {any} */ (again).code === "aborted" || OVER.includes(/** @type {any} */ (again).code)) throw again;
        break; // no longer there, or not to be read by this caller
      }
      if (field(object, "metadata", "name") !== name) throw wrongObject();
      // Another request, or the opposite was decided: said as it is of an object that was read before.
      await core("apiRequest", decision, { ...decided, object }, now()).catch(async (refused) => {
        throw await withStatus(refused, () => read(object));
      });
      const status = await read(object);
      if (status.state !== "pending") return object;
      throw Object.assign(explained(error, "The request is still pending, so the decision was not stored. Try again."), { status });
    }
    throw explained(error, "It is not known whether the decision was stored. Read the request again before you decide.");
  }
}

/** The failure, and what is known of the decision. @param {any} error @param {string} known */
const explained = (error, known) => new KubecredError(error.code, `${error.message.replace(/[.]?$/, ".")} ${known}`, error.details, error.field);

/** The refusal with the report of the object as it is now. @param {any} error @param {() => Promise<any>} read */
async function withStatus(error, read) {
  if (error.code === "changed" || error.code === "conflict") error.status = await read().catch(() => undefined);
  return error;
}

export const wrongObject = () =>
  new KubecredError("wrong-object", "The server answered with another object than this request. A proxy in between may have changed the answer.");
