/*
 * Tokens of service accounts from the live API: by TokenRequest, and from a Secret once the token controller has filled it; and
 * where the cluster is, as far as it tells.
 * What is asked and what the answers mean is the core's; this file decides when to ask again.
 */
import { KubecredError, aborted, own, signalOf, textOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { pause } from "./waiting.js";
import type { Steps } from "./http.js";
import type { Session } from "../session/session.js";

/** A controller that runs needs 20 ms (measured 2026-11): after this many milliseconds none is running. */
const PATIENCE = 60_000;
const FIRST_PAUSE = 100;
const LAST_PAUSE = 2_000;

/** How to reach the cluster and the core. */
export interface Way {
  session: Session;
  exchange: (operation: string, args?: any, signal?: AbortSignal, steps?: Steps) => Promise<{ status: number; warning?: string; value: any }>;
  core: (method: string, ...args: any[]) => Promise<any>;
}

export async function issueToken(options: any, how: { signal?: AbortSignal }, { exchange, core }: Way) {
  const asked = own(options);
  const { value, warning } = await exchange("issue-token", asked, signalOf(how.signal));
  return core("issuedToken", value, asked, warning, now());
}

export async function secretToken(options: any, how: { signal?: AbortSignal }, { session, exchange, core }: Way) {
  const { serviceAccount, ...which } = own(options);
  const signal = signalOf(how.signal);
  textOf("serviceAccount", serviceAccount);
  const began = Date.now();
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LAST_PAUSE)) {
    let secret: any;
    try {
      secret = (await exchange("get-secret", which, signal)).value;
    } catch (error) {
      if ((error as any).code === "not-found") throw gone();
      throw error;
    }
    const found = await core("readTokenSecret", secret, { serviceAccount });
    if (found) return found;
    if (Date.now() - began > PATIENCE)
      throw new KubecredError(
        "timeout",
        "The Secret has no token after a minute, so no token controller seems to be running. Create a token by TokenRequest instead.",
      );
    await pause(wait, session, signal);
  }
}

/**
 * Two places are asked first; the others, which most clusters do not have or do not show, where these do not tell enough.
 * @param server the address that this caller reached
 */
export async function discover(server: string | undefined, { everywhere, signal }: { everywhere?: boolean; signal?: AbortSignal }, { exchange, core }: Way) {
  const ask = async (operation: string, args?: any) => (await exchange(operation, args, signal)).value;
  const told = (one: PromiseSettledResult<any> | undefined) => (one?.status === "fulfilled" ? one.value : undefined);
  const [addresses, root] = await Promise.allSettled([ask("api-addresses"), ask("root-ca")]);
  if (signal?.aborted) throw aborted();
  const enough = addresses.status === "fulfilled" && root.status === "fulfilled";
  // Served from 1.33 on where it is switched on; v1 since 1.37.
  const bundles = () => ask("trust-bundles", { version: "v1" }).catch(() => ask("trust-bundles", { version: "v1beta1" }));
  const [info, trust] = enough && !everywhere ? [] : await Promise.allSettled([ask("cluster-info"), bundles()]);
  try {
    return await core(
      "combineDiscovery",
      { server, apiAddresses: told(addresses), rootCa: told(root), clusterInfo: told(info), trustBundles: told(trust) },
      now(),
    );
  } catch (error) {
    // Nothing was told: why the first one was not says more than that.
    throw addresses.status === "rejected" ? addresses.reason : error;
  }
}

const gone = () =>
  new KubecredError(
    "not-found",
    "Secret not found (404). The token controller deletes one whose service account does not exist: create the account first, then the Secret.",
  );
