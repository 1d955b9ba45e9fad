// A request that arrived by another way than the cluster, as a paste or a link: its card, with how it is submitted, approved and answered.
import { requestCard } from "./card.js";
import { inTerminal } from "../ui/shell.js";
import { session } from "../shared/session.js";

/** @import { CsrManifestOptions, CsrReport, RequestedCertificate } from "../kubecred/index.js" */

/**
 * @typedef {object} Bare
 * @property {HTMLElement} card
 * @property {CsrReport} request
 * @property {CsrManifestOptions} [options] what it is submitted with; absent where the server would reject it
 */

/** `requested`: what a link says that it is to be submitted with. @returns {Promise<Bare>} */
export async function bareRequest(/** @type {string} */ pem, /** @type {RequestedCertificate | undefined} */ requested = undefined) {
  const kubecred = await session();
  const request = await kubecred.csr.inspect(pem);
  // The text as given is refused, the request in it may not be: the card says both.
  const fits =
    request.accepted ||
    (request.pem && !request.findings.some(({ code }) => code === "private-key-in-paste") && (await kubecred.csr.inspect(request.pem)).accepted);
  if (!fits) return { card: requestCard(request), request };
  const options = { csr: request.pem ?? pem, ...requested };
  const object = /** @type {any} */ (await kubecred.csr.manifest(options));
  const { name } = object.metadata;
  const card = requestCard(request, {
    report: await kubecred.csr.explain(object),
    says: requested
      ? "Object name, lifetime, signer and usages come from the link, and the lines below use them. These four are not signed: compare them with what the sender tells you."
      : "The request does not state a lifetime. The lines below leave it to the cluster, often 1 year. Ask the sender.",
  });
  card.append(
    inTerminal([
      { says: "Submit it:", step: { step: "submit-request", manifest: object } },
      {
        says: "Read and approve it:",
        step: [
          { step: "show-request", name },
          { step: "approve", name },
        ],
      },
      { says: "Then print the certificate, and send it back:", step: { step: "fetch-certificate", name } },
    ]),
  );
  return { card, request, options: { ...options, name } };
}
