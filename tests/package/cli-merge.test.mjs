// kubecred merge as a process: what kubectl makes of the result, and what becomes of the files.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { kubeconfig, kubecred, temporary } from "./cli.mjs";
import { root } from "./common.mjs";

const posix = process.platform !== "win32";
let folder;
beforeEach(() => (folder = temporary()));
afterEach(() => folder.remove());

/** As kubectl reads it, entries by their names. */
function view(...files) {
  const separator = posix ? ":" : ";";
  const text = execFileSync("kubectl", ["config", "view", "--raw", "-o", "json"], {
    env: { ...process.env, KUBECONFIG: files.join(separator) },
    encoding: "utf8",
  });
  return JSON.parse(text);
}

/** Two files without a common name, one with a field that kubectl knows and one with an extension. */
function apart() {
  const a = folder.write("a.yaml", kubeconfig({ cluster: "ca", user: "ua", context: "xa", credential: "{token: token-a}" }));
  const b = folder.write(
    "b.yaml",
    `${kubeconfig({ cluster: "cb", user: "ub", context: "xb", server: "https://b.example:6443", credential: "{username: jane, password: 'p\"\\w'}" })}extensions:\n- name: e\n  extension: {kind: K, apiVersion: v1, n: 1e3}\n`,
  );
  return [a, b];
}
/** Two files in which every name is another entry. */
function conflicting() {
  const a = folder.write("a.yaml", kubeconfig({ credential: "{token: token-a}" }));
  const b = folder.write("b.yaml", kubeconfig({ server: "https://b.example:6443", credential: "{token: token-b}" }));
  return [a, b];
}
const names = (list) => list.map(({ name }) => name).sort();
/** Only these files are in the folder: no draft is left. */
const only = (...expected) => assert.deepEqual(readdirSync(folder.path).sort(), expected.sort());

test("kubectl reads the merged file as it reads both, in each format", async () => {
  const [a, b] = apart();
  for (const format of ["yaml", "json", "kyaml"]) {
    const out = folder.at(`merged.${format}`);
    const { code, out: printed, err } = await kubecred(["merge", a, b, "-o", out, `--format=${format}`]);
    assert.equal(code, 0, err);
    assert.equal(printed, "");
    assert.equal(err, "", "nothing was renamed");
    assert.deepEqual(view(out), view(a, b));
    if (posix) assert.equal(statSync(out).mode & 0o777, 0o600);
  }
  assert.equal(view(folder.at("merged.yaml"))["current-context"], "xa");
  only("a.yaml", "b.yaml", "merged.yaml", "merged.json", "merged.kyaml");
});

test("without -o it is printed, three files and the standard input too", async () => {
  const [a, b] = apart();
  const printed = await kubecred(["merge", a, "-", b], { input: kubeconfig({ cluster: "cc", user: "uc", context: "xc" }) });
  assert.equal(printed.code, 0, printed.err);
  const merged = folder.write("m.yaml", printed.out);
  assert.deepEqual(names(view(merged).contexts), ["xa", "xb", "xc"]);
  assert.equal((await kubecred(["merge", a, b, "-o", "-"])).out, (await kubecred(["merge", a, b])).out);
});

test("credentials are not printed to a terminal unless that is asked for", async () => {
  const files = apart();
  const preload = "process.stdout.isTTY = true;";
  const { code, out, err } = await kubecred(["merge", ...files], { preload });
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.match(err, /contains credentials\. Name a file with -o/);
  const asked = await kubecred(["merge", ...files, "-o", "-"], { preload });
  assert.equal(asked.code, 0);
  assert.match(asked.out, /token-a/);
});

test("conflicts: renamed, replaced or kept, and stderr says which", async () => {
  const [a, b] = conflicting();
  const tokens = (config) => config.users.map(({ user }) => user.token).sort();

  const renamed = folder.at("renamed");
  const one = await kubecred(["merge", a, b, "-o", renamed]);
  assert.equal(one.code, 0);
  const all = view(renamed);
  assert.deepEqual(tokens(all), ["token-a", "token-b"]);
  assert.equal(all.contexts.length, 2);
  for (const [kind, list] of Object.entries({ cluster: all.clusters, user: all.users, context: all.contexts })) {
    const added = names(list).find((name) => !["c", "u", "x"].includes(name));
    assert.match(one.err, new RegExp(`^kubecred: \\S+b\\.yaml: ${kind} "\\w" is renamed to "${added}"\\.$`, "m"));
  }
  const other = all.contexts.find(({ name }) => name !== "x").context;
  assert.equal(all.users.find(({ name }) => name === other.user).user.token, "token-b");
  assert.equal(all.clusters.find(({ name }) => name === other.cluster).cluster.server, "https://b.example:6443");

  const replaced = folder.at("replaced");
  const two = await kubecred(["merge", a, b, "--on-conflict=replace", "-o", replaced]);
  assert.deepEqual(tokens(view(replaced)), ["token-b"]);
  assert.match(two.err, /user "u" replaces the earlier one/);

  const kept = folder.at("kept");
  const three = await kubecred(["merge", a, b, "--on-conflict", "keep", "-o", kept]);
  assert.deepEqual(view(kept), view(a, b), "as kubectl does with KUBECONFIG=a:b");
  assert.match(three.err, /user "u" is left out; the earlier one is kept/);
  for (const { err } of [one, two, three]) assert.ok(!err.includes("token-"), "names and no values");
});

test("a reference that its own file lacks is not bound to the other file, unless that is asked for", async () => {
  const a = folder.write("a.yaml", kubeconfig({ credential: "{token: token-a}" }).replace("cluster: c, user", "cluster: d, user"));
  const b = folder.write("b.yaml", kubeconfig({ cluster: "d", user: "v", context: "other", server: "https://b.example:6443" }));
  const server = (file) => {
    const { contexts, clusters } = view(file);
    const { cluster } = contexts.find(({ name }) => name === "x").context;
    return clusters.find(({ name }) => name === cluster)?.cluster.server;
  };
  const apartFile = folder.at("apart");
  const one = await kubecred(["merge", a, b, "-o", apartFile]);
  assert.equal(one.code, 0, one.err);
  assert.equal(server(apartFile), undefined);
  assert.match(one.err, /b\.yaml: cluster "d" is renamed to "[^"]+"/);
  const turned = folder.at("turned");
  const other = await kubecred(["merge", b, a, "-o", turned]);
  assert.equal(server(turned), undefined);
  assert.match(other.err, /a\.yaml: context "x" of this file refers to the cluster "d", which is missing there; the reference is now "[^"]+"\./);
  const bound = folder.at("bound");
  const two = await kubecred(["merge", a, b, "--dangling-references=bind", "-o", bound]);
  assert.equal(server(bound), "https://b.example:6443");
  assert.match(two.err, /now refers to the cluster "d" of the other file\. .*Check/);
});

test("--use-context takes the last file's current context", async () => {
  const [a, b] = apart();
  const out = folder.at("out");
  await kubecred(["merge", a, b, "--use-context", "-o", out]);
  assert.equal(view(out)["current-context"], "xb");
});

test("an existing file is replaced with --force alone, as a whole, and gets the mode 0600", async () => {
  const [a, b] = apart();
  const out = folder.write("out", "before", 0o644);
  const refused = await kubecred(["merge", a, b, "-o", out]);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /out exists\. Choose another name, or use --force to replace it\./);
  assert.equal(readFileSync(out, "utf8"), "before");
  assert.equal((await kubecred(["merge", a, b, "-o", out, "--force"])).code, 0);
  assert.deepEqual(view(out), view(a, b));
  if (posix) assert.equal(statSync(out).mode & 0o777, 0o600);
  const expected = view(a, b);
  assert.equal((await kubecred(["merge", a, b, "-o", a, "--force"])).code, 0);
  assert.deepEqual(view(a), expected, "the target may be one of the files");
  only("a.yaml", "b.yaml", "out");
});

test("a file that appears while it works is not replaced either", async () => {
  const files = apart();
  const out = folder.at("out");
  const preload = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    const link = fs.linkSync; fs.linkSync = (...args) => { fs.writeFileSync(${JSON.stringify(out)}, "another program's"); return link(...args); }; syncBuiltinESMExports();`;
  const { code, err } = await kubecred(["merge", ...files, "-o", out], { preload });
  assert.equal(code, 2);
  assert.match(err, /out exists/);
  assert.equal(readFileSync(out, "utf8"), "another program's");
  only("a.yaml", "b.yaml", "out");
});

test("a file system without hard links is written to as well", async () => {
  const files = apart();
  const out = folder.at("out");
  const preload = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    fs.linkSync = () => { throw Object.assign(new Error(), { code: "EPERM" }); }; syncBuiltinESMExports();`;
  assert.equal((await kubecred(["merge", ...files, "-o", out], { preload })).code, 0);
  assert.deepEqual(view(out), view(...files));
  assert.equal((await kubecred(["merge", ...files, "-o", out], { preload })).code, 2);
  only("a.yaml", "b.yaml", "out");
});

test("a symbolic link stays one, and what is not a regular file is left alone", { skip: !posix && "needs symbolic links" }, async () => {
  const files = apart();
  const real = folder.write("real", "before");
  symlinkSync(real, folder.at("link"));
  assert.equal((await kubecred(["merge", ...files, "-o", folder.at("link")])).code, 2);
  assert.equal((await kubecred(["merge", ...files, "-o", folder.at("link"), "--force"])).code, 0);
  assert.ok(lstatSync(folder.at("link")).isSymbolicLink());
  assert.deepEqual(view(real), view(...files));
  mkdirSync(folder.at("inner"));
  for (const target of ["/dev/null", folder.at("inner")]) {
    const { code, err } = await kubecred(["merge", ...files, "-o", target, "--force"]);
    assert.equal(code, 2);
    assert.match(err, /is not a regular file/);
  }
  const nowhere = await kubecred(["merge", ...files, "-o", join(folder.path, "none", "out")]);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.err, /cannot be written\. File not found\./);
  only("a.yaml", "b.yaml", "real", "link", "inner");
});

test("an interrupted merge leaves the old file, and a signal leaves nothing else", { skip: !posix && "needs signals" }, async () => {
  const [a, b] = apart();
  const out = folder.write("out", "before");
  const expected = view(a, b);
  /** Ends itself at the last moment before the new file takes its place. */
  const at = (signal) => `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    const rename = fs.renameSync; fs.renameSync = (...args) => { process.kill(process.pid, "${signal}"); return rename(...args); }; syncBuiltinESMExports();`;
  const killed = await kubecred(["merge", a, b, "-o", out, "--force"], { preload: at("SIGKILL") });
  assert.equal(killed.signal, "SIGKILL");
  assert.equal(readFileSync(out, "utf8"), "before");
  const drafts = readdirSync(folder.path).filter((name) => name.startsWith(".out."));
  assert.equal(drafts.length, 1, "the control: the new file was written next to it");
  assert.equal(statSync(folder.at(drafts[0])).mode & 0o777, 0o600);
  assert.deepEqual(view(folder.at(drafts[0])), expected);
  unlinkSync(folder.at(drafts[0]));

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    writeFileSync(out, "before");
    const stopped = await kubecred(["merge", a, b, "-o", out, "--force"], { preload: at(signal) });
    assert.equal(stopped.signal, null, "it is answered when the file is in place");
    assert.deepEqual(view(out), expected);
    only("a.yaml", "b.yaml", "out");
  }
  // Before the whole standard input is there: nothing is written.
  writeFileSync(out, "before");
  const preload = `const on = process.on; process.on = function (name, ...more) {
    if (name === "SIGTERM") setImmediate(() => process.kill(process.pid, name));
    return on.call(this, name, ...more); };`;
  const stopped = await kubecred(["merge", a, "-", "-o", out, "--force"], { preload, input: undefined, open: true });
  assert.equal(stopped.code, 143);
  assert.equal(readFileSync(out, "utf8"), "before");
  only("a.yaml", "b.yaml", "out");
});

test("paths that kubectl would look for elsewhere are named, and --embed takes the files' contents", async () => {
  const vectors = join(root, "tests", "vectors", "signing-requests");
  mkdirSync(folder.at("there"));
  for (const [from, to] of [
    ["issued.crt.pem", "client.crt"],
    ["issued.key.pem", "client.key"],
    ["issued.crt.pem", "ca.crt"],
  ])
    writeFileSync(folder.at(`there/${to}`), readFileSync(join(vectors, from)));
  writeFileSync(folder.at("there/token"), "token-in-a-file\n");
  const a = folder.write("a.yaml", kubeconfig({ cluster: "ca", user: "ua", context: "xa" }));
  const b = folder.write(
    "there/b.yaml",
    kubeconfig({ cluster: "cb", user: "ub", context: "xb", credential: `{client-certificate: client.crt, client-key: ${folder.at("there/client.key")}}` })
      .replace('6443"}', '6443", certificate-authority: ca.crt}')
      .replace(
        "contexts:",
        "- name: t\n  user: {tokenFile: token}\n- name: e\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, interactiveMode: Never}}\ncontexts:",
      ),
  );
  const out = folder.at("out");
  const named = await kubecred(["merge", a, b, "-o", out]);
  assert.equal(named.code, 0, named.err);
  assert.deepEqual(
    named.err
      .trim()
      .split("\n")
      .map((line) => / (\S+) is a relative path/.exec(line)?.[1]),
    ["clusters[0].cluster.certificate-authority", "users[0].user.client-certificate", "users[1].user.tokenFile", "users[2].user.exec.command"],
  );
  const same = await kubecred(["merge", a, b, "-o", folder.at("there/out")]);
  assert.equal(same.err, "", "next to the file it is the same path");

  const whole = await kubecred(["merge", a, b, "--embed", "--force", "-o", out]);
  assert.equal(whole.code, 0, whole.err);
  assert.match(whole.err, /^kubecred: \S+b\.yaml: users\[2\]\.user\.exec\.command is a relative path[^\n]+\n$/);
  const flattened = JSON.parse(execFileSync("kubectl", ["config", "view", "--raw", "--flatten", "-o", "json", `--kubeconfig=${b}`], { encoding: "utf8" }));
  const merged = view(out);
  const decoded = (text) => Buffer.from(text, "base64").toString().trim();
  const entry = (config, section, kind, name) => config[section].find((one) => one.name === name)[kind];
  for (const field of ["client-certificate-data", "client-key-data"]) {
    assert.equal(decoded(entry(merged, "users", "user", "ub")[field]), decoded(entry(flattened, "users", "user", "ub")[field]));
  }
  assert.equal(
    decoded(entry(merged, "clusters", "cluster", "cb")["certificate-authority-data"]),
    decoded(readFileSync(join(vectors, "issued.crt.pem")).toString("base64")),
  );
  assert.equal(entry(merged, "users", "user", "t").token, "token-in-a-file");
  assert.equal(entry(merged, "users", "user", "t").tokenFile, undefined);

  const missing = folder.write("m.yaml", kubeconfig({ credential: "{client-key: canary-path, client-certificate: canary-path}" }));
  const failed = await kubecred(["merge", a, missing, "--embed", "-o", folder.at("never")]);
  assert.equal(failed.code, 2);
  assert.match(failed.err, /m\.yaml: the file in users\[0\]\.user\.client-certificate cannot be read\. File not found\./);
  assert.ok(!failed.err.includes("canary-path"));
  assert.ok(!existsSync(folder.at("never")));
});

test("a file that kubectl refuses stops it, and nothing is written", async () => {
  const [a] = apart();
  const b = folder.write("b.yaml", "apiVersion: v1\nkind: Config\nclusters: 7\n");
  const { code, out, err } = await kubecred(["merge", a, b, "-o", folder.at("out")]);
  assert.equal(code, 1);
  assert.equal(out, "");
  assert.match(err, /^kubecred: \S+b\.yaml: line 3, column \d+: clusters must be a list/);
  only("a.yaml", "b.yaml");
});
