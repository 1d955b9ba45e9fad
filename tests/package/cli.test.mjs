// kubecred lint, csr and redact as processes: exit codes, formats, what is never printed. (merge: cli-merge.test.mjs)
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import addFormats from "ajv-formats";
import Ajv from "ajv-draft-04";
import { artifactLocation } from "../../pkg/bin/commands/sarif.mjs";
import { COMMANDS, HELP } from "../../pkg/bin/options.mjs";
import { bin, ended, kubeconfig, kubecred, temporary } from "./cli.mjs";
import { open, root } from "./common.mjs";
import { packed } from "./packed.mjs";

const vectors = join(root, "tests", "vectors");
/** Every file of these folders, as arguments from there. */
const files = ["kubeconfig", "reports", "signing-requests", "csr", "csr-pem-shapes", "certificates"].flatMap((folder) =>
  readdirSync(join(vectors, folder))
    .map((name) => `${folder}/${name}`)
    .filter((name) => statSync(join(vectors, name)).isFile()),
);
/** What lint refuses. */
const SECRET_KINDS = ["private-key", "token", "bootstrap-token", "secret-object"];

let session;
let folder;
before(async () => {
  session = await open({ worker: false });
  folder = temporary();
});
after(() => {
  session?.close();
  folder?.remove();
});

const lintJson = async (args, options) => {
  const { code, out, err } = await kubecred(["lint", "--format=json", ...args], options);
  return { code, err, ...JSON.parse(out) };
};

test("each command has a help that names its options, and --help of kubecred names each command", async () => {
  for (const name of COMMANDS) {
    assert.match(HELP, new RegExp(`^ {2}${name} `, "m"));
    for (const flag of ["--help", "-h"]) {
      const { code, out, err } = await kubecred([name, flag]);
      assert.equal(code, 0);
      assert.equal(err, "");
      assert.match(out, new RegExp(`^Usage: kubecred ${name} `, "m"));
      for (const option of { merge: ["output", "force", "on-conflict", "embed"], lint: ["format"], csr: ["format"], redact: ["format"] }[name]) {
        assert.match(out, new RegExp(`--${option}\\b`));
      }
    }
  }
  const { code, out } = await kubecred(["--help"]);
  assert.equal(code, 0);
  assert.equal(out, HELP);
});

test("misuse ends with 2 and a sentence that names the option, not its value", async () => {
  const file = folder.write("misuse.yaml", kubeconfig());
  for (const [args, sentence] of [
    [["lint", "--nope=canary", file], /--nope/],
    [["lint", "--format=canary", file], /--format must be text, json or sarif/],
    [["lint", "-", "-"], /only once/],
    [["lint", ""], /empty/],
    [["csr", "--format", "sarif", file], /--format must be text or json/],
    [["csr", file, file], /reads one file/],
    [["redact", file, file], /reads one file/],
    [["redact", "--format=canary", file], /--format must be yaml, json or kyaml/],
    [["merge", file], /at least two files/],
    [["merge", "--on-conflict=canary", file, file], /--on-conflict must be rename, replace or keep/],
    [["merge", "--output=", file, file], /--output must not be empty/],
  ]) {
    const { code, out, err } = await kubecred(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(out, "");
    assert.match(err, sentence);
    assert.match(err, /^kubecred: [^\n]+\n$/);
    assert.ok(!err.includes("canary"), err);
  }
});

test("lint says of every vector what the package says, and ends with 1 for errors alone", async () => {
  const readable = [];
  for (const name of files) {
    const { kind } = await session.classify(readFileSync(join(vectors, name)));
    if (!SECRET_KINDS.includes(kind)) readable.push({ name, kind });
  }
  assert.deepEqual([...new Set(readable.map(({ kind }) => kind))].sort(), ["certificate", "certificate-request", "empty", "kubeconfig", "object", "other"]);
  const said = await lintJson(
    readable.map(({ name }) => name),
    { cwd: vectors },
  );
  assert.equal(said.code, 1);
  assert.deepEqual(said.failures, []);
  assert.deepEqual(
    said.files.map(({ file, kind }) => ({ name: file, kind })),
    readable,
  );
  const expected = {
    certificate: (bytes) => session.certificates.parse(bytes),
    "certificate-request": (bytes) => session.csr.inspect(bytes),
    kubeconfig: (bytes) => session.kubeconfig.parse(bytes),
  };
  let refused = 0;
  for (const { file, kind, findings } of said.files) {
    const reader = expected[{ empty: "kubeconfig", other: "kubeconfig" }[kind] ?? kind];
    if (!reader) continue; // objects have a test of their own
    const bytes = readFileSync(join(vectors, file));
    const report = await reader(bytes).catch((error) => ({ error }));
    if (report.error) {
      refused += 1;
      assert.equal(findings.length, 1, file);
      assert.equal(findings[0].code, report.error.code, file);
      assert.equal(findings[0].level, "error", file);
      if (report.error.details) {
        assert.equal(`line ${findings[0].line}, column ${findings[0].column}`, report.error.details[0].field, file);
        assert.equal(findings[0].message, report.error.details[0].message, file);
      }
      continue;
    }
    const shown = (list) => list.map(({ code, level, path, line, column }) => ({ code, level, path, line, column })); // some messages contain the time
    assert.deepEqual(shown(findings), shown(report.findings), file);
  }
  assert.ok(refused > 10, `${refused} files are refused`);
  const errors = said.files.flatMap(({ findings }) => findings).filter(({ level }) => level === "error").length;
  assert.equal(said.errors, errors);
});

test("the exit code is 0 without errors, 1 with one, and 2 where a file cannot be read or linted, whatever the others say", async () => {
  const good = folder.write("good.yaml", kubeconfig());
  const bad = folder.write("bad.yaml", kubeconfig({ context: "x" }).replace("current-context: x", "current-context: other"));
  const key = join(vectors, "signing-requests", "issued.key.pem");
  for (const [args, expected, sentence] of [
    [[good], 0, /^kubecred: files: 1, errors: 0, warnings: 0, notices: \d+\n$/],
    [[bad], 1, /errors: 1/],
    [[good, bad], 1, /files: 2/],
    [[good, folder.at("none.yaml")], 2, /none\.yaml cannot be read\. File not found\.\n/],
    [[bad, folder.path], 2, /cannot be read\. It is a folder\.\n/],
    [[key], 2, /is a private key\. kubecred lint reads/],
    [[join(vectors, "reports", "B27-token-cut-with-dots.txt")], 2, /is a token/],
    [["/dev/zero"], 2, /is larger than 16 MiB/],
  ]) {
    if (args[0] === "/dev/zero" && !existsSync("/dev/zero")) continue; // Windows
    const { code, err } = await kubecred(["lint", ...args]);
    assert.equal(code, expected, `${args}: ${err}`);
    assert.match(err, sentence);
  }
  const { out } = await kubecred(["lint", bad]);
  assert.match(out, /^\S+bad\.yaml:12:18: error: .+ \[context-not-found, current-context\]$/m);
});

test("the standard input is read for - and where no file is named, and an empty one is not a success", async () => {
  const input = kubeconfig().replace("current-context: x", "current-context: other");
  for (const args of [["-"], []]) {
    const said = await lintJson(args, { input });
    assert.equal(said.code, 1);
    assert.deepEqual(
      said.files.map(({ file }) => file),
      ["-"],
    );
  }
  for (const args of [["lint"], ["lint", "-"], ["csr"], ["redact"], ["merge", "-", folder.write("one.yaml", kubeconfig())]]) {
    const empty = await kubecred(args, { input: "" });
    assert.equal(empty.code, 2);
    assert.match(empty.err, /^kubecred: The standard input is empty\.\n/);
  }
  const terminal = await kubecred(["lint"], { preload: "process.stdin.isTTY = true;", input });
  assert.equal(terminal.code, 2);
  assert.match(terminal.err, /Name a file, or - for the standard input/);
});

test("lint reads CertificateSigningRequest objects, each of a list with its place", async () => {
  const one = await lintJson([join(vectors, "signing-requests", "denied.json")]);
  assert.equal(one.code, 1);
  assert.ok(one.files[0].findings.some(({ code, level }) => code === "request-denied" && level === "error"));
  const list = await lintJson([join(vectors, "signing-requests", "list-limit-3.json")]);
  assert.deepEqual([...new Set(list.files[0].findings.map(({ path }) => path.slice(0, 8)))], ["items[0]", "items[1]", "items[2]"]);
  assert.ok(list.files[0].findings.some(({ path }) => path.startsWith("items[1].request.groups")));
  const other = await lintJson([], { input: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n" });
  assert.equal(other.code, 1);
  assert.equal(other.files[0].findings[0].code, "invalid-signing-request");
});

test("SARIF is valid by the schema, and says the same as JSON", async (t) => {
  // The schema of the standard, from a package (MIT) of which nothing else is used.
  const schema = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const ajv = addFormats.default(new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false }));
  const validate = ajv.compile(schema);
  const names = [...files.filter((name) => !/key|token|describe/i.test(name)), "nofile", "signing-requests/issued.key.pem"];
  const [sarif, plain] = await Promise.all([kubecred(["lint", "--format=sarif", ...names], { cwd: vectors }), lintJson(names, { cwd: vectors })]);
  assert.equal(sarif.code, 2);
  const log = JSON.parse(sarif.out);
  assert.ok(validate(log), JSON.stringify(validate.errors));
  const [run] = log.runs;
  const levels = { error: "error", warning: "warning", notice: "note" };
  assert.deepEqual(
    run.results.map(({ ruleId, level, message, locations: [{ physicalLocation, logicalLocations }] }) => ({
      uri: decodeURIComponent(physicalLocation.artifactLocation.uri),
      ruleId,
      level,
      text: message.text.replace(/the time here is \S+/, ""),
      line: physicalLocation.region?.startLine,
      column: physicalLocation.region?.startColumn,
      path: logicalLocations?.[0].fullyQualifiedName,
    })),
    plain.files.flatMap(({ file, findings }) =>
      findings.map(({ code, level, message, line, column, path }) => ({
        uri: file,
        ruleId: code,
        level: levels[level],
        text: message.replace(/the time here is \S+/, ""),
        line,
        column,
        path,
      })),
    ),
  );
  for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex].id, ruleId);
  assert.ok(run.results.some(({ locations }) => locations[0].physicalLocation.region));
  assert.equal(run.invocations[0].executionSuccessful, false);
  assert.deepEqual(
    run.invocations[0].toolExecutionNotifications.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri),
    ["nofile", "signing-requests/issued.key.pem"],
  );
  await t.test("the control: the schema refuses a level of ours and a line 0", () => {
    const [first] = run.results;
    assert.ok(!validate({ ...log, runs: [{ ...run, results: [{ ...first, level: "notice" }] }] }));
    const location = { physicalLocation: { artifactLocation: { uri: "a" }, region: { startLine: 0 } } };
    assert.ok(!validate({ ...log, runs: [{ ...run, results: [{ ...first, locations: [location] }] }] }));
  });
  await t.test("the standard input has no address", async () => {
    const { out } = await kubecred(["lint", "--format=sarif"], { input: kubeconfig() });
    const given = JSON.parse(out);
    assert.ok(validate(given), JSON.stringify(validate.errors));
    assert.equal(given.runs[0].invocations[0].executionSuccessful, true);
    assert.ok(given.runs[0].results.every(({ locations }) => locations[0].physicalLocation.artifactLocation.uri === undefined));
  });
});

test("the address of a file in SARIF: relative with forward slashes, and a file URI elsewhere", () => {
  const at = (platform, cwd, file) => artifactLocation(file, { folder: cwd, platform }).uri;
  for (const [platform, cwd, file, uri] of [
    ["linux", "/repo", "a.yaml", "a.yaml"],
    ["linux", "/repo", "./kube/../kube/a.yaml", "kube/a.yaml"],
    ["linux", "/repo", "/repo/kube/a b#1?.yaml", "kube/a%20b%231%3F.yaml"],
    ["linux", "/repo", "C:\\a", "C%3A%5Ca"],
    ["linux", "/repo", "..a/b", "..a/b"],
    ["linux", "/repo", "../other/a.yaml", "file:///other/a.yaml"],
    ["linux", "/repo", "/etc/kubernetes/admin.conf", "file:///etc/kubernetes/admin.conf"],
    ["darwin", "/Users/jane/repo", "größe.yaml", "gr%C3%B6%C3%9Fe.yaml"],
    ["win32", "C:\\repo", "kube\\a.yaml", "kube/a.yaml"],
    ["win32", "C:\\repo", "kube/sub\\a.yaml", "kube/sub/a.yaml"],
    ["win32", "C:\\repo", "c:\\Repo\\kube\\a b.yaml", "kube/a%20b.yaml"],
    ["win32", "C:\\repo", "C:\\Users\\jane\\.kube\\config", "file:///C:/Users/jane/.kube/config"],
    ["win32", "C:\\repo", "..\\x.yaml", "file:///C:/x.yaml"],
    ["win32", "C:\\repo", "D:\\x y.yaml", "file:///D:/x%20y.yaml"],
    ["win32", "C:\\repo", "\\\\server\\share\\k\\a.yaml", "file://server/share/k/a.yaml"],
    ["win32", "\\\\server\\share\\repo", "k\\a.yaml", "k/a.yaml"],
  ]) {
    assert.equal(at(platform, cwd, file), uri, `${platform} ${cwd} ${file}`);
    assert.ok(URL.canParse(uri, "https://example.com/repo/"));
    assert.deepEqual(artifactLocation(file, { folder: cwd, platform }).uriBaseId, uri.startsWith("file:") ? undefined : "%SRCROOT%");
  }
  assert.equal(at("linux", root, "pkg"), "pkg");
  assert.equal(
    artifactLocation(import.meta.filename ?? new URL(import.meta.url).pathname, { folder: join(root, "pkg") }).uri,
    pathToFileURL(join(root, "tests/package/cli.test.mjs")).href,
  );
  assert.deepEqual(artifactLocation("-"), { description: { text: "standard input" } });
});

test("csr reports user, groups, key, fingerprint, verdict and findings, as the package does", async () => {
  const file = join(vectors, "csr", "001.csr");
  const report = await session.csr.inspect(readFileSync(file));
  const json = await kubecred(["csr", "--format=json", file]);
  assert.equal(json.code, 0);
  assert.deepEqual(JSON.parse(json.out).requests, [{ request: JSON.parse(JSON.stringify(report)) }]);
  const { code, out, err } = await kubecred(["csr"], { input: readFileSync(file) });
  assert.equal(code, 0);
  assert.equal(err, "");
  for (const row of [
    `user +${report.user}`,
    `groups +${report.groups.join(", ")}`,
    `key +${report.keyAlgorithm}`,
    `fingerprint +${report.fingerprint}`,
    "verdict +accepted",
  ]) {
    assert.match(out, new RegExp(`^${row}`, "m"));
  }
  for (const name of files.filter((each) => each.endsWith(".csr") && (each.startsWith("reports/") || /\/00|\/12/.test(each)))) {
    const { accepted, findings } = await session.csr.inspect(readFileSync(join(vectors, name)));
    const said = await kubecred(["csr", "--format=json", name], { cwd: vectors });
    assert.equal(said.code, accepted && findings.every(({ level }) => level !== "error") ? 0 : 1, name);
    assert.equal(JSON.parse(said.out).requests[0].request.accepted, accepted, name);
  }
  const refused = await kubecred(["csr", join(vectors, "reports", "uri-san-refused.csr")]);
  assert.equal(refused.code, 1);
  assert.match(refused.out, /^verdict +refused by the API server: x509: /m);
});

test("csr reads objects of the cluster, without their annotations", async () => {
  const object = JSON.parse(readFileSync(join(vectors, "signing-requests", "pending.json"), "utf8"));
  object.metadata.annotations = { note: "canary-in-annotation" };
  const { code, out } = await kubecred(["csr", "--format=json"], { input: JSON.stringify(object) });
  assert.equal(code, 0);
  const [report] = JSON.parse(out).requests;
  assert.equal(report.name, "jane-pending");
  assert.equal(report.state, "pending");
  assert.equal(report.request.user, "jane");
  assert.equal(report.object, undefined);
  assert.ok(!out.includes("canary-in-annotation"));
  const list = await kubecred(["csr", join(vectors, "signing-requests", "list-limit-3.json")]);
  assert.equal(list.out.match(/^fingerprint /gm).length, 3);
  assert.equal(list.code, 1);
});

test("csr refuses what is no request, and says what it is", async () => {
  for (const [name, word] of [
    ["signing-requests/issued.key.pem", "a private key"],
    ["signing-requests/issued.crt.pem", "a certificate"],
    ["kubeconfig/46-exec.yaml", "a kubeconfig"],
    ["reports/B28-describe-secret.txt", "a token"],
  ]) {
    const { code, out, err } = await kubecred(["csr", name], { cwd: vectors });
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.equal(err, `kubecred: ${name} is ${word}, not a certificate signing request.\n`);
  }
  assert.equal((await kubecred(["csr"], { input: "hello" })).code, 1);
});

test("redact prints what the package redacts, in each format", async () => {
  const file = folder.write("redact.yaml", kubeconfig());
  const handle = await session.kubeconfig.parse(readFileSync(file));
  for (const format of ["yaml", "json", "kyaml"]) {
    const { code, out, err } = await kubecred(["redact", `--format=${format}`, file]);
    assert.equal(code, 0);
    assert.equal(err, "");
    assert.equal(out, Buffer.from(await handle.serialize({ redact: true, format })).toString());
  }
  const refused = await kubecred(["redact"], { input: "clusters: 7" });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^kubecred: standard input: line 1, column \d+: /);
});

test("a name from a file sends no control character to the terminal", async () => {
  const hostile = join(vectors, "signing-requests", "pending-hostile-names.json");
  for (const args of [
    ["csr", hostile],
    ["csr", "--format=json", hostile],
    ["lint", hostile],
    ["lint", "--format=sarif", hostile],
  ]) {
    const { out, err } = await kubecred(args);
    assert.doesNotMatch(out.replaceAll("\n", "") + err.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\u2028\u2029]/u, args.join(" "));
    if (args.includes("--format=json")) assert.equal(JSON.parse(out).requests[0].request.user.includes("\u202e"), true, "the control: it is there, escaped");
  }
});

test("neither does the name of a file", { skip: process.platform === "win32" && "not a name there" }, async () => {
  const file = folder.write("red\u001b[31m\u202e.yaml", kubeconfig());
  for (const args of [
    ["lint", file],
    ["lint", "--format=json", file],
    ["csr", file],
    ["merge", file, `${file}x`],
  ]) {
    const { out, err } = await kubecred(args);
    assert.match(out + err, /red\\u\{?0*1b/);
    assert.doesNotMatch((out + err).replaceAll("\n", ""), /[\p{Cc}\p{Cf}\u2028\u2029]/u, args.join(" "));
  }
});

test("no secret of a kubeconfig is printed, whatever is asked", async () => {
  const canary = () => `canary${randomBytes(12).toString("hex")}`;
  const { privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const [token, password, secret, damaged, field] = [canary(), canary(), canary(), canary(), canary()];
  const encodedKey = Buffer.from(privateKey).toString("base64");
  const secrets = [token, password, secret, damaged, field, encodedKey, privateKey.split("\n")[1], Buffer.from(damaged).toString("base64")];
  const text = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://jane:${password}@a.example:6443"}}, {name: d, cluster: {server: "https://b.example"}}]
users:
- {name: a, user: {token: "${token}"}}
- {name: b, user: {username: jane, password: "${password}"}}
- {name: k, user: {client-key-data: ${encodedKey}, client-key: "${field}"}}
- {name: e, user: {client-key-data: ${Buffer.from(damaged).toString("base64")}}}
- {name: o, user: {auth-provider: {name: oidc, config: {client-secret: "${secret}", refresh-token: "${secret}"}}}}
contexts: [{name: x, context: {cluster: c, user: a}}]
current-context: x
`;
  const whole = folder.write("canaries.yaml", text);
  const broken = folder.write("broken.yaml", `${text}users: [\n`);
  const wrong = folder.write("wrong.yaml", text.replace("apiVersion: v1", `apiVersion: ${token}`));
  const cut = folder.write("cut.yaml", text.replace(encodedKey, `${encodedKey.slice(0, -3)}%`));
  const lone = folder.write("lone.pem", privateKey);
  const raw = folder.write("raw.txt", token);
  const runs = [];
  for (const file of [whole, broken, wrong, cut, lone, raw]) {
    for (const format of ["text", "json", "sarif"]) runs.push(["lint", `--format=${format}`, file]);
    for (const format of ["text", "json"]) runs.push(["csr", `--format=${format}`, file]);
    for (const format of ["yaml", "json", "kyaml"]) runs.push(["redact", `--format=${format}`, file]);
    runs.push(["merge", file, lone, "-o", folder.at("never")], ["merge", "--embed", file, whole, "-o", folder.at("never")]);
  }
  for (const args of runs) {
    const { out, err, signal } = await kubecred(args);
    assert.equal(signal, null);
    assert.ok(out.length + err.length > 0, args.join(" "));
    for (const one of secrets) assert.ok(!out.includes(one) && !err.includes(one), `${args[0]} ${args[1]} of ${args[2]} prints a secret`);
  }
  assert.ok(!existsSync(folder.at("never")));
  const merged = await kubecred(["merge", whole, folder.write("other.yaml", kubeconfig({ context: "other" }))]);
  assert.equal(merged.code, 0, merged.err);
  for (const one of [token, password, secret, encodedKey, field]) {
    assert.ok(merged.out.includes(one), "the control: they are in the merged file");
    assert.ok(!merged.err.includes(one));
  }
});

test("a reader that goes away ends it quietly, with the code that it would have had", async () => {
  const many = Array(100).fill("kubeconfig/46-exec.yaml");
  const child = spawn(process.execPath, [bin, "lint", "--format=sarif", ...many], { cwd: vectors, stdio: ["ignore", "pipe", "pipe"] });
  const end = ended(child);
  child.stdout.once("data", () => child.stdout.destroy());
  const { code, err } = await end;
  assert.equal(err, "");
  assert.equal(code, 1);
  const whole = await kubecred(["lint", "--format=sarif", ...many], { cwd: vectors });
  assert.ok(whole.out.length > 70_000, "the control: more than a pipe takes at once");
  if (process.platform === "win32") return;
  const shell = spawn("bash", ["-c", `"$0" "$1" lint --format=json ${many.join(" ")} | head -1; echo "\${PIPESTATUS[0]}"`, process.execPath, bin], {
    cwd: vectors,
  });
  const said = await ended(shell);
  assert.equal(said.err, "");
  assert.equal(said.out, "{\n1\n");
});

test("output that cannot be written is a failure", { skip: !existsSync("/dev/full") && "no /dev/full here" }, async () => {
  const shell = spawn("bash", ["-c", '"$0" "$1" lint --format=json csr/001.csr >/dev/full', process.execPath, bin], { cwd: vectors });
  const { code, err } = await ended(shell);
  assert.equal(code, 2);
  assert.equal(err, "kubecred: The output cannot be written (ENOSPC).\n");
});

test("the packed program has the commands", async () => {
  const it = packed();
  try {
    const program = join(it.installed, "bin", "kubecred.mjs");
    const { code, out } = await kubecred(["lint", "--format=json", "kubeconfig/51-context-missing.yaml"], { cwd: vectors, program });
    assert.equal(code, 1);
    assert.ok(JSON.parse(out).files[0].findings.some((finding) => finding.code === "context-not-found"));
    for (const name of COMMANDS) assert.equal((await kubecred([name, "--help"], { program })).code, 0, name);
  } finally {
    it.remove();
  }
});
