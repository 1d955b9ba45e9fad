// One decision of #/review. A list leaves the signatures inside the requests to the server, which has checked them; what is approved here is
// verified once more, so that nothing on the way has put another key into it.
import { cluster } from "../cluster/connection.js";
import { session } from "../shared/session.js";

/** @import { CsrStatus } from "../kubecred/index.js" */

/** @typedef {"approve" | "deny"} Verb */

/** Approves or denies exactly what this report shows; gives the report of afterwards. Fails with `changed` where the request is another by now. */
export async function decide(/** @type {Verb} */ verb, /** @type {CsrStatus} */ report, /** @type {string} */ message) {
  if (verb === "approve") await verify(report.request);
  return (await cluster()).csr[verb](report, message ? { message } : {});
}

async function verify(/** @type {{ pem?: string }} */ { pem }) {
  const { accepted, findings, refusal } = await (await session()).csr.inspect(pem ?? "");
  if (accepted) return;
  const why = findings.find(({ level }) => level === "error")?.message ?? refusal;
  throw Object.assign(new Error(`The request was changed after it was signed, or its signature is wrong. It was not approved: ${why}`), {
    name: "KubecredError",
    code: "invalid-request",
  });
}
