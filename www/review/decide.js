// One decision of #/review. The package verifies the signature of what is approved, and refuses a request that is another by now (`changed`).
import { cluster } from "../cluster/connection.js";

/** @import { CsrStatus } from "../kubecred/index.js" */

/** @typedef {"approve" | "deny"} Verb */

/** Approves or denies exactly what this report shows; gives the report of afterwards. */
export const decide = async (/** @type {Verb} */ verb, /** @type {CsrStatus} */ report, /** @type {string} */ message) =>
  (await cluster()).csr[verb](report, message ? { message } : {});

/** The states of a request that was decided like this. @type {Record<Verb, string[]>} */
const OUTCOMES = { approve: ["approved", "issued"], deny: ["denied"] };

/** Whether the request is as after this decision: the answer to it may have been lost. */
export const hasOutcome = (/** @type {CsrStatus} */ { state }, /** @type {Verb} */ verb) => OUTCOMES[verb].includes(state);
