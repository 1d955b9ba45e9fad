// One decision of #/review. The package verifies the signature of what is approved, and refuses a request that is another by now (`changed`).
import { cluster } from "../cluster/connection.js";

export { announcementOf, decisionOf, wasStored } from "../kubecred/ui/decision.js";

/** @import { CsrStatus } from "../kubecred/index.js" */

/** @typedef {import("../kubecred/ui/decision.js").Verb} Verb */

/** Approves or denies exactly what this report shows; gives the report of afterwards. */
export const decide = async (/** @type {Verb} */ verb, /** @type {CsrStatus} */ report, /** @type {string} */ message) =>
  (await cluster()).csr[verb](report, message ? { message } : {});
