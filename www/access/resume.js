// Going on where a person left off: the key comes back from their file, and the cluster still has the request that was made with it.
// Nothing was stored anywhere: a request is recognised by its public key.
import { cluster, connection } from "../cluster/connection.js";

/** @import { PrivateKey, CsrStatus } from "../kubecred/index.js" */

/** @type {Record<string, number>} */
const RANK = { issued: 3, approved: 2, pending: 1 };

/** @param {CsrStatus | null} report */
const rankOf = (report) => (report ? (RANK[report.state] ?? 0) : 0);

/** The request of the cluster that asks for this key, the furthest on where there are several; null where there is none or it may not be seen. */
export async function findRequest(/** @type {PrivateKey} */ key) {
  if ((await connection()).state !== "connected") return null;
  /** @type {CsrStatus | null} */
  let best = null;
  try {
    for await (const report of (await cluster()).csr.list({ signal: AbortSignal.timeout(10_000) })) {
      if (report.request.fingerprint === key.fingerprint && rankOf(report) > rankOf(best)) best = report;
    }
  } catch {
    // No right to list requests, or a cluster that is slow: then a new request is made, as without this.
  }
  return best;
}
