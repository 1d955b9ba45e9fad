// @ts-check
/* The findings about a file, by what it is. */
import { Stop } from "./arguments.mjs";
import { nameOf } from "./output.mjs";
import { findingOf, refusal } from "./refusals.mjs";

/** @typedef {import("../../types.js").Kubecred} Kubecred */
/** @typedef {import("./refusals.mjs").AnyFinding} AnyFinding */
/** @typedef {import("../../types.js").Classification["kind"]} Kind */

/** What cannot be linted, in words. @type {Partial<Record<Kind, string>>} */
const OTHERS = {
  "private-key": "a private key",
  token: "a token",
  "bootstrap-token": "a bootstrap token",
  "secret-object": "a Secret",
};

/** The same finding, its path in a larger object. @param {string} prefix @returns {(finding: AnyFinding) => AnyFinding} */
const within = (prefix) => (finding) => (prefix ? { ...finding, path: finding.path ? `${prefix}.${finding.path}` : prefix } : finding);

/** @param {import("../../types.js").CsrStatus} report @param {string} prefix */
function ofSigningRequest({ findings, request, certificate }, prefix) {
  const at = (/** @type {string} */ part) => (prefix ? `${prefix}.${part}` : part);
  return [...findings.map(within(prefix)), ...request.findings.map(within(at("request"))), ...(certificate?.findings ?? []).map(within(at("certificate")))];
}

/** Readers for each kind. A text of no known form is read as a kubeconfig, which says what is wrong with it. @type {Partial<Record<Kind, (kubecred: Kubecred, bytes: Uint8Array<ArrayBuffer>) => Promise<readonly AnyFinding[]>>>} */
const READERS = {
  kubeconfig: ofKubeconfig,
  other: ofKubeconfig,
  empty: ofKubeconfig,
  certificate: async (kubecred, bytes) => (await kubecred.certificates.parse(bytes)).findings,
  "certificate-request": async (kubecred, bytes) => (await kubecred.csr.inspect(bytes)).findings,
  object: async (kubecred, bytes) => {
    const [wrapper, reports] = await Promise.all([kubecred.classify(bytes), kubecred.csr.explainAll(bytes)]);
    return [...wrapper.findings, ...reports.flatMap((report, index) => ofSigningRequest(report, reports.length > 1 ? `items[${index}]` : ""))];
  },
};

/** @param {Kubecred} kubecred @param {Uint8Array<ArrayBuffer>} bytes */
async function ofKubeconfig(kubecred, bytes) {
  const kubeconfig = await kubecred.kubeconfig.parse(bytes);
  const { findings } = kubeconfig;
  kubeconfig.dispose();
  return findings;
}

/** @param {Kubecred} kubecred @param {string} file @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<{ kind: Kind, findings: readonly AnyFinding[] }>} */
export async function inspect(kubecred, file, bytes) {
  const { kind } = await kubecred.classify(bytes);
  const reader = READERS[kind];
  if (!reader) {
    throw new Stop(
      `${nameOf(file)} is ${OTHERS[kind]}. kubecred lint reads kubeconfigs, certificate signing requests, certificates and CertificateSigningRequest objects.`,
    );
  }
  try {
    return { kind, findings: await reader(kubecred, bytes) };
  } catch (error) {
    return { kind, findings: [findingOf(refusal(error))] };
  }
}
