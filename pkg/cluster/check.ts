/*
 * Whether this caller could do something, found out without doing it: who would refuse (the API server's authorization, or a proxy on the
 * way), as the error that the action itself would fail with. The core knows which permissions an action needs.
 */
import { KubecredError, field, own, wrong } from "../shared/errors.js";
import type { Way } from "./tokens.js";

type Checked = { allowed: true } | { allowed: false; error: KubecredError } | { allowed: undefined; error: KubecredError };

const byProxy = (error: any) => error.details?.some(({ field, message }: any) => field === "answeredBy" && message === "proxy") ?? false;

export async function check(action: any, way: Way, signal?: AbortSignal): Promise<Checked> {
  const { objects, ...rest } = own(action);
  if (rest.action !== "apply") {
    if (objects !== undefined) throw wrong("objects", "`objects` belongs to the action apply.");
    return ask(rest, way, signal);
  }
  own(rest, ["action"]);
  if (!Array.isArray(objects)) throw wrong("objects", "`objects` must be a list.");
  for (const object of objects) {
    const checked = await place(object, way, signal);
    if (checked.allowed !== true) return checked;
  }
  return { allowed: true };
}

/** One object to be applied: reading it shows whether a proxy lets its path through, and whether it is there. */
async function place(object: any, way: Way, signal?: AbortSignal): Promise<Checked> {
  // Reading it would give its token away before anything was asked for.
  if (field(object, "kind") === "Secret") return ask({ action: "apply", object, exists: false }, way, signal);
  let exists: boolean | undefined = true;
  try {
    await way.exchange("get-object", { object }, signal);
  } catch (error) {
    const { code } = error as KubecredError;
    if (code === "forbidden" && byProxy(error)) return { allowed: false, error: error as KubecredError };
    if (code !== "forbidden" && code !== "not-found") throw error;
    exists = code === "not-found" ? false : undefined;
  }
  return ask({ action: "apply", object, ...(exists === undefined ? {} : { exists }) }, way, signal);
}

async function ask(action: any, way: Way, signal?: AbortSignal): Promise<Checked> {
  for (const alternatives of await way.core("checkQuestions", action)) {
    let allowed = false;
    try {
      for (const question of alternatives) allowed ||= (await way.exchange("can", question, signal)).value.allowed;
    } catch (error) {
      // The question itself was refused (a proxy), or this server has no such API: nobody knows.
      if (["forbidden", "not-found", "bad-answer"].includes((error as KubecredError).code)) return { allowed: undefined, error: error as KubecredError };
      throw error;
    }
    if (allowed) continue;
    const { message, details } = await way.core("missingPermission", { question: alternatives[0] });
    return { allowed: false, error: new KubecredError("forbidden", message, details) };
  }
  return { allowed: true };
}
