// A kubeconfig to look at: without secrets, and with each certificate as what it says instead of hundreds of characters of base64.
import { local } from "./dates.js";
import { plainName } from "./names.js";
import { session } from "../shared/session.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */

/** The package writes every text in double quotes, each in one line. */
const CERTIFICATE = /^(\s*(?:- )?(?:client-certificate|certificate-authority)-data: )"([A-Za-z0-9+/=]+)"$/gm;

/** @param {string} base64 */
async function said(base64) {
  try {
    const { user, isCa, notAfter, chainLength } = await (await session()).certificates.parse(base64);
    const over = new Date(notAfter).getTime() <= Date.now();
    const more = chainLength > 1 ? ` and ${chainLength - 1} more` : "";
    return `${isCa ? "CA certificate" : "certificate"} of ${plainName(user)}, ${over ? "expired" : "expires"} ${local(notAfter)}${more}`;
  } catch (error) {
    if (error?.name !== "KubecredError") throw error;
    return "certificate that cannot be read";
  }
}

/** @param {Kubeconfig} kubeconfig */
export async function readable(kubeconfig) {
  const text = new TextDecoder().decode(await kubeconfig.serialize({ redact: true }));
  const values = [...new Set([...text.matchAll(CERTIFICATE)].map(([, , base64]) => base64 ?? ""))];
  const words = new Map(await Promise.all(values.map(async (base64) => /** @type {const} */ ([base64, await said(base64)]))));
  return text.replace(CERTIFICATE, (_, field, base64) => `${field}<${words.get(base64)}>`);
}
