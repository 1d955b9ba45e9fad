/*
 * Approving and denying: on the request that a report shows, and on no other of its name.
 */
import { KubecredError, field, signalOf, textOf } from "../shared/errors.js";

/** How often a decision is tried again when someone else changed the object in between. */
const CONFLICTS = 3;
/** The session has ended: nothing was said about the answer. */
const OVER = ["session-closed", "wasm-panicked"];

type Decision = { reason?: string; message?: string; signal?: AbortSignal };
type Ways = {
  core: (method: string, ...args: any[]) => Promise<any>;
  ask: (operation: string, args: any, signal: AbortSignal | undefined) => Promise<any>;
  now: () => number;
};

/**
 * Decides on the request that a report shows. The core compares the report with the object as the server has it now; the
 * write carries the uid and resource version of that object, so that the server refuses it where the object changes in
 * between.
 * @param options its own fields only
 */
export async function decide(decision: "approve" | "deny", report: any, { reason, message, signal: given }: Decision, { core, ask, now }: Ways) {
  const signal = signalOf(given);
  textOf("reason", reason);
  textOf("message", message);
  const read = (object: any) => core("readSigningRequest", object, now());
  const name = await core("shownRequest", report);
  for (let attempt = 1; ; attempt++) {
    const object = await ask("get-signing-request", { name }, signal);
    if (field(object, "metadata", "name") !== name) throw wrongObject();
    const decided = { shown: report, object, reason, message };
    try {
      // The core's own refusals are final: "changed", and "conflict" where the opposite was decided.
      await core("apiRequest", decision, decided, now());
    } catch (error) {
      throw await withStatus(error as any, () => read(object));
    }
    try {
      const stored = await ask(decision, decided, signal);
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
      if ((error as any).code !== "conflict") throw error;
      if (attempt > CONFLICTS) throw await withStatus(error, () => read(object));
    }
  }
}

/** The refusal with the report of the object as it is now. */
async function withStatus(error: any, read: () => Promise<any>) {
  if (error.code === "changed" || error.code === "conflict") error.status = await read().catch(() => undefined);
  return error;
}

export const wrongObject = () =>
  new KubecredError("wrong-object", "The server answered with another object than this request. A proxy in between may have changed the answer.");
