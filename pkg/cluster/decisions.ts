/*
 * Approving and denying: on the request that a report shows, and on no other of its name.
 */
import { KubecredError, field, signalOf, textOf } from "../shared/errors.js";
import { pause } from "./waiting.js";
import type { Ways as AllWays } from "./requests.js";

/** How often a decision is tried again when someone else changed the object in between. */
const CONFLICTS = 3;
/** The session has ended: nothing was said about the answer. */
const OVER = ["session-closed", "wasm-panicked"];
/** After these nobody knows whether the server carried out the write: its answer was lost, or came from a proxy in between. */
const LOST = ["network", "timeout", "server-error", "bad-answer"];
/** A look that failed like this is followed by another. */
const PASSING = [...LOST, "too-many-requests"];
/** After these, once the write was given to fetch, it may be stored: the answer was lost or was another object's, it was not waited for, or the request that was shown is gone. Any other error is a refusal. */
const UNKNOWN = [...LOST, ...OVER, "aborted", "wrong-object", "changed"];
/** Milliseconds before each look at what became of such a write. */
const LOOKS = [0, 500, 1000, 2000, 4000];
/** Milliseconds after which no look is begun: a server that answers slowly would keep a person waiting for minutes. */
const LOOKING = 45_000;
/** The condition that each decision writes. */
const CONDITION = { approve: "Approved", deny: "Denied" };

type Decision = { reason?: string; message?: string; signal?: AbortSignal };
type Ways = Pick<AllWays, "session" | "core" | "ask" | "now">;

/**
 * Decides on the request that a report shows. The core compares the report with the object as the server has it now; the
 * write carries the uid and resource version of that object, so that the server refuses it where the object changes in
 * between.
 * @param options its own fields only
 */
export async function decide(decision: "approve" | "deny", report: any, { reason, message, signal: given }: Decision, { session, core, ask, now }: Ways) {
  const signal = signalOf(given);
  textOf("reason", reason);
  textOf("message", message);
  const read = (object: any) => core("readSigningRequest", object, now());
  const name = await core("shownRequest", report);
  /** Whether the object has this decision: a request may be signed or fail without one. */
  const isDecided = (object: any) => {
    const conditions = field(object, "status", "conditions");
    return Array.isArray(conditions) && conditions.some((each) => field(each, "type") === CONDITION[decision]);
  };
  let lost = false;
  for (let attempt = 1; ; attempt++) {
    const object = await ask("get-signing-request", { name }, signal);
    if (field(object, "metadata", "name") !== name) throw wrongObject();
    const decided = { shown: report, object, reason, message };
    let sent = false;
    const steps = {
      sent: () => {
        sent = true;
      },
    };
    try {
      // The core's own refusals are final: "changed", and "conflict" where the opposite was decided.
      await core("apiRequest", decision, decided, now());
    } catch (error) {
      throw await withStatus(error as any, () => read(object));
    }
    try {
      const stored = await ask(decision, decided, signal, steps).catch((error) => storedAfter(error, decided));
      // What was written must come back: the request that was shown, and decided.
      await core("apiRequest", decision, { ...decided, object: stored }, now()).catch((error) => {
        throw OVER.includes(error.code) ? error : wrongObject();
      });
      if (!isDecided(stored))
        throw new KubecredError("bad-answer", "The server reported success, but its answer contains no decision. Read the request again.");
      return await read(stored);
    } catch (error) {
      // The server's "conflict": the object changed in between. It is read and compared again. What was sent once may be stored: it is not sent again.
      if (!sent) throw error;
      if (lost || (error as any).code !== "conflict") throw withOutcome(error);
      if (attempt > CONFLICTS) throw await withStatus(error, () => read(object));
    }
  }

  /** The object as the server has it after a write whose answer was lost, where it has the decision; what is known otherwise. */
  async function storedAfter(error: any, decided: any) {
    if (!LOST.includes(error.code)) throw error;
    lost = true;
    const end = Date.now() + LOOKING;
    let pending: any;
    for (const milliseconds of LOOKS) {
      await pause(milliseconds, session, signal);
      if (Date.now() > end) break;
      let object: any;
      try {
        object = await ask("get-signing-request", { name }, signal);
      } catch (again) {
        const { code } = again as any;
        if (PASSING.includes(code)) continue;
        if (code === "aborted" || OVER.includes(code)) throw again;
        pending = undefined;
        break; // no longer there, or not to be read by this caller
      }
      if (field(object, "metadata", "name") !== name) throw wrongObject();
      await core("apiRequest", decision, { ...decided, object }, now()).catch(async (refused) => {
        throw await withStatus(afterLoss(refused), () => read(object));
      });
      if (isDecided(object)) return object;
      pending = await read(object); // a server that is slow, or a cache in between: the decision may still arrive
    }
    if (pending?.state !== "pending") throw explained(error, "It is not known whether the decision was stored. Read the request again before you decide.");
    throw Object.assign(explained(error, "The request is still pending, but the decision may still arrive. Read the request again before you decide."), {
      status: pending,
    });
  }
}

/** The core's refusal of an object that was read after a write whose answer was lost. Of another request it says that nothing was decided: of the one that was shown, nobody knows. */
const afterLoss = (refused: any) =>
  refused.code === "changed"
    ? new KubecredError(
        "changed",
        "The answer to the decision was lost, and the request is not the one that was shown any more. It is not known whether that one was decided. Read the request as it is now.",
        refused.details,
        refused.field,
      )
    : refused;

/** The failure, and what is known of the decision. */
const explained = (error: any, known: string) => new KubecredError(error.code, `${error.message.replace(/[.]?$/, ".")} ${known}`, error.details, error.field);

/** The failure of a write, which says where nobody knows whether the decision was stored. A copy: that of a session that has ended is the error of every call. */
const withOutcome = (error: any) =>
  UNKNOWN.includes(error.code) ? Object.assign(new KubecredError(error.code, error.message), error, { outcome: "unknown" }) : error;

/** The refusal with the report of the object as it is now. */
async function withStatus(error: any, read: () => Promise<any>) {
  if (error.code === "changed" || error.code === "conflict") error.status = await read().catch(() => undefined);
  return error;
}

export const wrongObject = () =>
  new KubecredError("wrong-object", "The server answered with another object than this request. A proxy in between may have changed the answer.");
