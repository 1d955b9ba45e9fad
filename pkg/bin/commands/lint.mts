/* kubecred lint: the findings about files, for a person, a program or code scanning. */
import { DONE, FAILED, REFUSED, Stop, inputs } from "./arguments.mjs";
import { read } from "./files.mjs";
import { inspect } from "./inspect.mjs";
import { counts, findingLine, json } from "./output.mjs";
import { sarif } from "./sarif.mjs";
import type { AnyFinding } from "./refusals.mjs";
import type { Command } from "./arguments.mjs";

const HELP = `Checks kubeconfigs, certificate signing requests, certificates and CertificateSigningRequest objects.

Usage: kubecred lint [options] FILE…

What a file contains is recognised. - or nothing is the standard input. Nothing in the files is run, and no other file or server is read.

  --format FORMAT   text (default), json, or sarif (SARIF 2.1.0, for code scanning)
  --help            print this text

Exit code: 0 no errors, 1 findings of level error, 2 misuse or a file that cannot be read or linted.
`;

type Linted = { file: string; kind: string; findings: readonly AnyFinding[] };
type Failure = { file: string; message: string };

const asJson = (linted: Linted[], failures: Failure[], version: string) =>
  json({ kubecred: version, ...counts(linted.flatMap(({ findings }) => findings)), files: linted, failures });

const asText = (linted: Linted[]) => linted.flatMap(({ file, findings }) => findings.map((finding) => findingLine(file, finding))).join("");

function summary(linted: Linted[]) {
  const { errors, warnings, notices } = counts(linted.flatMap(({ findings }) => findings));
  return `files: ${linted.length}, errors: ${errors}, warnings: ${warnings}, notices: ${notices}`;
}

export const command: Command = {
  name: "lint",
  help: HELP,
  options: { format: { type: "string" } },
  choices: { format: ["text", "json", "sarif"] },
  async run(kubecred, { values: { format }, files }) {
    const linted: Linted[] = [];
    const failures: Failure[] = [];
    for (const file of inputs(files)) {
      try {
        linted.push({ file, ...(await inspect(kubecred, file, await read(file))) });
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        failures.push({ file, message: error.message });
      }
    }
    const version = kubecred.version.kubecred;
    const failed = linted.some(({ findings }) => findings.some(({ level }) => level === "error")) ? REFUSED : DONE;
    return {
      code: failures.length > 0 ? FAILED : failed,
      output: format === "text" ? asText(linted) : format === "json" ? asJson(linted, failures, version) : json(sarif(linted, { version, failures })),
      notes: [...failures.map(({ message }) => message), ...(format === "text" && linted.length > 0 ? [summary(linted)] : [])],
    };
  },
};
