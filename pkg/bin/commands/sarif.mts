/* Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), which code scanning reads. */
import { posix, win32 } from "node:path";
import type { AnyFinding } from "./refusals.mjs";

type Linted = { file: string; findings: readonly AnyFinding[] };

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS = { error: "error", warning: "warning", notice: "note" } as const;

const encoded = (segments: string[]) => segments.map(encodeURIComponent).join("/");

/**
 * Where a file is, as `artifactLocation` (3.4). In the folder at hand: relative to it, with forward slashes. Elsewhere, another drive or a
 * network share of Windows included: a file URI, because a relative one must not climb.
 */
export function artifactLocation(file: string, { folder = process.cwd(), platform = process.platform }: { folder?: string; platform?: string } = {}) {
  if (file === "-") return { description: { text: "standard input" } };
  const path = platform === "win32" ? win32 : posix;
  const whole = path.resolve(folder, file);
  const within = path.relative(folder, whole);
  const segments = (text: string) => text.split(path.sep);
  if (within !== "" && segments(within)[0] !== ".." && !path.isAbsolute(within)) return { uri: encoded(segments(within)), uriBaseId: "%SRCROOT%" };
  if (path !== win32) return { uri: `file://${encoded(segments(whole))}` };
  if (whole.startsWith("\\\\")) return { uri: `file://${encoded(segments(whole.slice(2)))}` };
  const [drive = "", ...rest] = segments(whole);
  return { uri: `file:///${drive}/${encoded(rest)}` };
}

function location(file: string, { path, line, column }: AnyFinding) {
  return {
    physicalLocation: {
      artifactLocation: artifactLocation(file),
      ...(line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
    },
    ...(path ? { logicalLocations: [{ fullyQualifiedName: path }] } : {}),
  };
}

/** @param run failures: files that could not be linted */
export function sarif(linted: Linted[], { version, failures }: { version: string; failures: { file: string; message: string }[] }) {
  const codes = [...new Set(linted.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "kubecred", semanticVersion: version, rules: codes.map((id) => ({ id })) } },
        columnKind: "unicodeCodePoints",
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            toolExecutionNotifications: failures.map(({ file, message }) => ({
              level: "error",
              message: { text: message },
              locations: [{ physicalLocation: { artifactLocation: artifactLocation(file) } }],
            })),
          },
        ],
        results: linted.flatMap(({ file, findings }) =>
          findings.map((finding) => ({
            ruleId: finding.code,
            ruleIndex: codes.indexOf(finding.code),
            level: LEVELS[finding.level],
            message: { text: finding.message },
            locations: [location(file, finding)],
          })),
        ),
      },
    ],
  };
}
