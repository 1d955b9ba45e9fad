/* The findings about a file, by what it is. */
import { Stop } from "./arguments.mjs";
import { nameOf } from "./output.mjs";
import { findingOf, refusal } from "./refusals.mjs";
import type { AnyFinding } from "./refusals.mjs";
import type { Classification, CsrStatus, Kubecred } from "../../types.js";

type Kind = Classification["kind"];

/** What cannot be linted, in words. */
const OTHERS: Partial<Record<Kind, string>> = {
  "private-key": "a private key",
  token: "a token",
  "bootstrap-token": "a bootstrap token",
  "secret-object": "a Secret",
};

/** The same finding, its path in a larger object. */
const within =
  (prefix: string): ((finding: AnyFinding) => AnyFinding) =>
  (finding) =>
    prefix ? { ...finding, path: finding.path ? `${prefix}.${finding.path}` : prefix } : finding;

function ofSigningRequest({ findings, request, certificate }: CsrStatus, prefix: string) {
  const at = (part: string) => (prefix ? `${prefix}.${part}` : part);
  return [...findings.map(within(prefix)), ...request.findings.map(within(at("request"))), ...(certificate?.findings ?? []).map(within(at("certificate")))];
}

/** Readers for each kind. A text of no known form is read as a kubeconfig, which says what is wrong with it. */
const READERS: Partial<Record<Kind, (kubecred: Kubecred, bytes: Uint8Array<ArrayBuffer>) => Promise<readonly AnyFinding[]>>> = {
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

async function ofKubeconfig(kubecred: Kubecred, bytes: Uint8Array<ArrayBuffer>) {
  const kubeconfig = await kubecred.kubeconfig.parse(bytes);
  const { findings } = kubeconfig;
  kubeconfig.dispose();
  return findings;
}

export async function inspect(kubecred: Kubecred, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ kind: Kind; findings: readonly AnyFinding[] }> {
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
