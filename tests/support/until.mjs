// Waiting for what comes, however busy the machine: the limit ends only what hangs, and says what was waited for.
import { setTimeout as pause } from "node:timers/promises";

/** Asks again and again until there is an answer that counts as true, and gives it. */
export async function until(ask, what = String(ask), limit = 120_000) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await pause(20);
  }
}
