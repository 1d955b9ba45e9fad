/*
 * Server-side apply of several objects, one after the other: a failure of one is its own and does not keep the others
 * from being tried. What changed is known by reading the object first.
 */
import { flagOf, listOf, signalOf } from "../shared/errors.js";
import type { KubecredError } from "../shared/errors.js";

/** Reading first is a courtesy: without it, "unchanged" cannot be told from "configured". */
const NO_BEFORE = ["not-found", "forbidden"];

export async function applyAll(
  objects: any[],
  { dryRun, force, signal: given }: { dryRun?: boolean; force?: boolean; signal?: AbortSignal },
  {
    exchange,
    core,
  }: {
    exchange: (operation: string, args: any, signal?: AbortSignal) => Promise<{ status: number; value: any }>;
    core: (method: string, ...args: any[]) => Promise<any>;
  },
) {
  const signal = signalOf(given);
  flagOf("dryRun", dryRun);
  flagOf("force", force);
  const results = [];
  for (const object of listOf("objects", objects)) {
    try {
      const before = await exchange("get-object", { object }, signal).catch((error) => {
        if (NO_BEFORE.includes(error.code)) return { value: null };
        throw error;
      });
      const after = await exchange("apply", { object, dryRun, force }, signal);
      results.push({
        object: after.value,
        result: await core("applied", { created: after.status === 201, before: before.value, after: after.value }),
      });
    } catch (error) {
      const { code } = error as KubecredError;
      // These are not about one object.
      if (["aborted", "session-closed", "wasm-panicked"].includes(code)) throw error;
      results.push({ object, result: "failed", error });
    }
  }
  return results;
}
