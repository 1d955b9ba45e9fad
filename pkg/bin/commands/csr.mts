/* kubecred csr: what a certificate signing request asks for, and what the API server makes of it. */
import { plain } from "../plain.mjs";
import { DONE, REFUSED, Stop, oneFile } from "./arguments.mjs";
import { read } from "./files.mjs";
import { findingLine, json, nameOf } from "./output.mjs";
import { refusal } from "./refusals.mjs";
import type { Command } from "./arguments.mjs";
import type { CsrReport, CsrStatus, Kubecred } from "../../types.js";

const HELP = `Reports on a certificate signing request: user, groups, key, fingerprint, verdict and findings.

Usage: kubecred csr [options] FILE

FILE is a PKCS#10 request (PEM, DER, base64) or a CertificateSigningRequest object (YAML, JSON, a List); - or nothing is the standard input.
The fingerprint is the SHA-256 of the public key (SubjectPublicKeyInfo), as kubecred shows it everywhere.

  --format FORMAT   text (default) or json
  --help            print this text

Exit code: 0 the API server accepts the request, 1 it refuses it or a finding has the level error, 2 misuse or a file that cannot be read.
`;

/** Without `object`, which is for a decision on the request. */
type Report = { request: CsrReport } & Partial<Omit<CsrStatus, "object">>;

/** What is not a request, in words. */
const OTHERS: Record<string, string> = {
  "private-key": "a private key",
  certificate: "a certificate",
  token: "a token",
  "bootstrap-token": "a bootstrap token",
  kubeconfig: "a kubeconfig",
  "secret-object": "a Secret",
};

async function reports(kubecred: Kubecred, file: string): Promise<Report[]> {
  const bytes = await read(file);
  const { kind } = await kubecred.classify(bytes);
  if (OTHERS[kind]) throw new Stop(`${nameOf(file)} is ${OTHERS[kind]}, not a certificate signing request.`);
  if (kind !== "object") return [{ request: await kubecred.csr.inspect(bytes) }];
  try {
    return (await kubecred.csr.explainAll(bytes)).map(({ object: _, ...report }) => report);
  } catch (error) {
    throw new Stop(`${nameOf(file)}: ${refusal(error).message}`, REFUSED);
  }
}

const findingsOf = ({ findings = [], request, certificate }: Report) => [...findings, ...request.findings, ...(certificate?.findings ?? [])];

const isGood = (report: Report) => report.request.accepted && findingsOf(report).every(({ level }) => level !== "error");

const list = (values: readonly string[]) => values.join(", ");

function asText(file: string, report: Report) {
  const { request } = report;
  const rows: [string, string | undefined][] = [
    ["name", report.name],
    ["state", report.state],
    ["requestor", report.requestor?.user],
    ["signer", report.signerName],
    ["usages", report.usages && list(report.usages)],
    ["lifetime", report.expirationSeconds === undefined ? undefined : `${report.expirationSeconds} s`],
    ["user", request.user],
    ["groups", list(request.groups)],
    ["uid", request.uid],
    ["DNS names", list(request.dnsNames)],
    ["IP addresses", list(request.ipAddresses)],
    ["email", list(request.emailAddresses)],
    ["URIs", list(request.uris)],
    ["key", request.keyAlgorithm],
    ["signature", request.signatureAlgorithm],
    ["fingerprint", request.fingerprint],
    ["verdict", request.accepted ? "accepted by the API server" : `refused by the API server${request.refusal ? `: ${request.refusal}` : ""}`],
  ];
  const shown = rows.filter(([name, value]) => value || name === "user" || name === "groups");
  return (
    shown.map(([name, value]) => `${name.padEnd(13)} ${plain(value || "(none)")}\n`).join("") +
    findingsOf(report)
      .map((finding) => findingLine(file, finding))
      .join("")
  );
}

export const command: Command = {
  name: "csr",
  help: HELP,
  options: { format: { type: "string" } },
  choices: { format: ["text", "json"] },
  async run(kubecred, given) {
    const file = oneFile(given, "csr");
    const found = await reports(kubecred, file);
    const output =
      given.values.format === "json"
        ? json({ kubecred: kubecred.version.kubecred, file, requests: found })
        : found.map((report) => asText(file, report)).join("\n");
    return { code: found.every(isGood) ? DONE : REFUSED, output };
  },
};
