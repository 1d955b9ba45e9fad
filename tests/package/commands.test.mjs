// Every printed sh line, run as printed in bash and in dash on a real control plane: the tutorial from the first service
// account to a kubeconfig that works. How PowerShell and cmd read theirs is tests/command.rs and tests/command_files.rs.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ALGORITHMS, fails, open, vector } from "./common.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { kubectlPath } from "../support/place.mjs";

const SHELLS = ["bash", "dash"];
const USER = 'Jan\u00e9 "J" O\'Hara\\ & $x #1!';
const GROUPS = ["dev & ops", 'a\\b"c, O=d', "%PATH%"];

let kubecred, plane, folder, server;
const printed = [];

before(async () => {
  kubecred = await open();
  plane = await startControlPlane();
  folder = mkdtempSync(join(tmpdir(), "kubecred-lines-"));
  // What an API server writes of itself, except on loopback, which Endpoints may not name.
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "kubernetes", labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["192.0.2.7"], conditions: { ready: true } }],
    ports: [{ name: "https", port: 6443, protocol: "TCP" }],
  };
  const made = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify(slice) });
  assert.equal(made.code, 0, made.stderr);
  [, server] = /^SERVER=(.*)$/m.exec(readFileSync(join(plane.dir, "env"), "utf8"));
});
after(() => {
  plane?.stop();
  kubecred?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A terminal: one shell, one folder, the administrator's kubeconfig unless another is named. */
function terminal(shell, name) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const run = (text, kubeconfig = plane.admin) => {
    const path = `${join(kubectlPath(), "..")}:${process.env.PATH}`;
    return spawnSync(shell, ["-eu", "-c", text], { cwd: place, encoding: "utf8", env: { PATH: path, HOME: place, KUBECONFIG: kubeconfig, LC_ALL: "C.UTF-8" } });
  };
  const step = async (options, kubeconfig) => {
    const text = await kubecred.commands(options, "sh");
    printed.push(text);
    const done = run(text, kubeconfig);
    assert.equal(done.status, 0, `${shell}: ${text}\n${done.stdout}${done.stderr}`);
    return done.stdout;
  };
  const read = (file) => readFileSync(join(place, file), "utf8");
  const mode = (file) => statSync(join(place, file)).mode & 0o777;
  return { place, run, step, read, mode };
}

const reviewed = (text) => {
  const { username, groups } = JSON.parse(text).status.userInfo;
  return { user: username, groups: groups.filter((group) => group !== "system:authenticated").sort() };
};

for (const shell of SHELLS) {
  test(`${shell}: from a service account to curl and kubectl with its token`, async () => {
    const { step, read, mode, place } = terminal(shell, `${shell}-robot`);
    const account = { serviceAccount: `bot-${shell}`, namespace: "default" };
    const user = `system:serviceaccount:default:bot-${shell}`;
    assert.equal(await step({ step: "find-server" }), server);
    assert.match(await step({ step: "find-endpoints" }), /^kubernetes +IPv4 +6443 +192\.0\.2\.7 /m);
    const authority = readFileSync(join(plane.dir, "ca.crt"), "utf8").trim();
    for (const from of ["kubeconfig", "cluster"]) {
      await step({ step: "find-certificate-authority", from, file: "ca.crt" });
      assert.equal(read("ca.crt").trim(), authority, from);
    }
    assert.match(await step({ step: "create-service-account", ...account }), /created/);
    await step({ step: "create-token", ...account, expirationSeconds: 601, file: "token" });
    assert.equal(mode("token"), 0o600);
    assert.match(read("token"), /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n?$/);
    assert.match(await step({ step: "curl", server, credential: "token", insecure: true }), /"gitVersion"/);
    assert.match(await step({ step: "curl", server, credential: "token" }), /"APIVersions"/);
    assert.equal(reviewed(await step({ step: "curl", server, credential: "token", whoAmI: true })).user, user);

    await step({
      step: "assemble-kubeconfig",
      file: "bot.yaml",
      server,
      certificateAuthority: "ca.crt",
      user: "bot",
      tokenFile: "token",
      namespace: "default",
    });
    assert.equal(mode("bot.yaml"), 0o600);
    assert.ok((await step({ step: "use-kubeconfig", file: "bot.yaml" }, "/nowhere")).includes(user));
    await step({
      step: "bind-role",
      role: "view",
      namespace: "default",
      subjects: [{ kind: "ServiceAccount", name: account.serviceAccount, namespace: "default" }],
    });
    const rights = await step({ step: "list-rights", namespace: "default" }, join(place, "bot.yaml"));
    assert.match(rights, /^pods +\[\] +\[\] +\[get list watch\]/m);
    const verbose = terminal(shell, `${shell}-robot`).run(await kubecred.commands({ step: "who-am-i", kubeconfig: "bot.yaml", verbose: true }, "sh"));
    assert.match(verbose.stderr, /selfsubjectreviews/);
    assert.ok(verbose.stdout.includes(user));
  });

  test(`${shell}: the token and the CA of a Secret`, async () => {
    const { step, read, mode } = terminal(shell, `${shell}-secret`);
    const name = `old-${shell}`;
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "default" } };
    const annotations = { "kubernetes.io/service-account.name": name, note: "it's $(id) `id` \\ ! 100% é" };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "default", annotations }, type: "kubernetes.io/service-account-token" };
    assert.match(await step({ step: "apply", manifests: [account, secret] }), /secret\/old-\w+ created/);
    for (let tries = 0; tries < 50 && !(await plane.kubectl(["get", "secret", name, "-o", "jsonpath={.data.token}"])).stdout; tries++);
    await step({ step: "read-secret-token", secret: name, namespace: "default", file: "token", certificateAuthority: "ca.crt" });
    assert.equal(mode("token"), 0o600);
    assert.equal(read("ca.crt"), readFileSync(join(plane.dir, "ca.crt"), "utf8"));
    assert.equal(reviewed(await step({ step: "curl", server, credential: "token", whoAmI: true })).user, `system:serviceaccount:default:${name}`);
    const stored = JSON.parse((await plane.kubectl(["get", "secret", name, "-o", "json"])).stdout);
    assert.equal(stored.metadata.annotations.note, annotations.note);
  });

  test(`${shell}: from a key by openssl to a kubeconfig, for each algorithm`, async () => {
    for (const algorithm of ALGORITHMS) {
      const { step, run, mode, place } = terminal(shell, `${shell}-${algorithm}`);
      const name = `${shell}-${algorithm}`;
      await step({ step: "generate-with-openssl", subject: { user: USER, groups: GROUPS }, algorithm, key: "client.key", request: "client.csr" });
      assert.equal(mode("client.key"), 0o600);
      await step({ step: "submit-request-file", name, request: "client.csr", expirationSeconds: 3600 });
      assert.match(await step({ step: "list-requests" }), new RegExp(`^${name} .*Pending`, "m"));
      const report = await kubecred.csr.explain(JSON.parse((await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout));
      assert.deepEqual([report.request.user, report.request.groups.toSorted(), report.request.keyAlgorithm], [USER, GROUPS.toSorted(), algorithm]);
      assert.match(await step({ step: "show-request", name }), /expirationSeconds: 3600/);
      const wrong = run(
        await kubecred.commands({ step: "approve", name, uid: report.object.metadata.uid.replace(/./g, (digit) => (digit === "-" ? digit : "0")) }, "sh"),
      );
      assert.notEqual(wrong.status, 0);
      assert.match(wrong.stderr, /^Not approved: this is not the request that was read/m);
      assert.equal((await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status}"])).stdout, "{}");
      assert.match(await step({ step: "approve", name, uid: report.object.metadata.uid }), /approved/);
      assert.match(await step({ step: "wait-for-certificate", name, timeoutSeconds: 60 }), /condition met/);
      assert.match(await step({ step: "fetch-certificate", name }), /^-----BEGIN CERTIFICATE-----\n/);
      await step({ step: "fetch-certificate", name, file: "client.crt" });
      await step({ step: "find-certificate-authority", file: "ca.crt" });
      const parts = { file: "jane's kube config.yaml", server, certificateAuthority: "ca.crt", user: USER, certificate: "client.crt", key: "client.key" };
      await step({ step: "assemble-kubeconfig", ...parts, clusterName: "prod $1", namespace: "dev" });
      assert.ok((await step({ step: "use-kubeconfig", file: parts.file }, "/nowhere")).includes(USER));
      const who = await plane.kubectl(["--kubeconfig", join(place, parts.file), "auth", "whoami", "-o", "json"]);
      assert.deepEqual(reviewed(who.stdout), { user: USER, groups: GROUPS.toSorted() });
      assert.deepEqual(reviewed(await step({ step: "curl", server, credential: "certificate", whoAmI: true })), { user: USER, groups: GROUPS.toSorted() });
    }
  });

  test(`${shell}: a request of the page's own key, handed in and denied; a taken name is no success`, async () => {
    const { step, run } = terminal(shell, `${shell}-deny`);
    const key = await kubecred.keys.generate("ecdsa-p256");
    const name = `deny-${shell}`;
    const manifest = await kubecred.csr.manifest({ name, csr: await key.createCsr({ user: "bob" }), labels: { "kubecred/by": shell } });
    assert.match(await step({ step: "submit-request", manifest }), /created/);
    const again = run(await kubecred.commands({ step: "submit-request", manifest }, "sh"));
    assert.notEqual(again.status, 0);
    assert.match(again.stderr, /AlreadyExists/);
    assert.match(await step({ step: "deny", name }), /denied/);
    const { conditions } = JSON.parse((await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout).status;
    assert.deepEqual(
      conditions.map(({ type }) => type),
      ["Denied"],
    );
    const none = run(await kubecred.commands({ step: "fetch-certificate", name }, "sh"));
    assert.notEqual(none.status, 0, "no certificate is no success");
  });
}

// What the server takes as a name and a line may carry: kubectl must find exactly that object.
test("requests with odd names are approved and fetched", async () => {
  const { step } = terminal("dash", "odd");
  const object = JSON.parse(vector("signing-requests", "pending.json"));
  const names = ["-x", "--all", "a b", "it's", "$(id)", "`id`", 'a"b', "a:b", "~", "*", "a!b", "<img>", "\u540d\u524d", "a\\b", "=x", "#a", "a,b", "-"];
  for (const name of names) {
    const made = {
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { name },
      spec: { request: object.spec.request, signerName: object.spec.signerName, usages: object.spec.usages },
    };
    const done = await plane.kubectl(["create", "-f", "-", "-o", "json"], { input: JSON.stringify(made) });
    assert.equal(done.code, 0, done.stderr);
    const { metadata } = JSON.parse(done.stdout);
    await step({ step: "approve", name, uid: metadata.uid });
    await step({ step: "wait-for-certificate", name, timeoutSeconds: 30 });
    assert.match(await step({ step: "fetch-certificate", name }), /BEGIN CERTIFICATE/);
  }
  for (const name of ["a/b", "csr/other", "a%b", ".", ".."]) await fails(kubecred.commands({ step: "approve", name }, "sh"), "invalid-name");
});

test("kubectl config keeps every name as it is", async () => {
  const { step, place } = terminal("dash", "names");
  for (const name of ["-x", "null", "a: b", 'it\'s "x"', "$(id)", "a.b.c", "jane@x.token2", "\u540d\u524d", "x=y", "a\\b", "- a", "012"]) {
    const common = { file: "k.yaml", server, user: "u", clusterName: name, userName: name, contextName: name };
    await step({ step: "assemble-kubeconfig", ...common, tokenFile: "my token" });
    const view = JSON.parse((await plane.kubectl(["--kubeconfig", join(place, "k.yaml"), "config", "view", "--raw", "-o", "json"])).stdout);
    assert.equal(view["current-context"], name);
    for (const section of ["clusters", "users", "contexts"])
      assert.deepEqual(
        view[section].map((entry) => entry.name),
        [name],
        section,
      );
    assert.deepEqual(view.contexts[0].context, { cluster: name, user: name });
    assert.equal(view.users[0].user.tokenFile, "my token"); // relative to the kubeconfig
    rmSync(join(place, "k.yaml"));
  }
  await fails(kubecred.commands({ step: "assemble-kubeconfig", file: "k", server, user: "a.token.b", tokenFile: "t" }, "sh"), "unquotable-value");
});

test("the narrow proxy lets through what the page asks for, and nothing else", async () => {
  const text = await kubecred.commands({ step: "proxy", folder: ".", port: 0 }, "sh");
  const child = spawn("sh", ["-c", `exec ${text}`], {
    cwd: folder,
    env: { PATH: `${join(kubectlPath(), "..")}:${process.env.PATH}`, KUBECONFIG: plane.admin },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const origin = await new Promise((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`kubectl proxy ended with ${code}`)));
      child.stdout.on("data", (data) => resolve(`http://127.0.0.1:${/:(\d+)/.exec(data)[1]}`));
    });
    const status = async (path, method) => (await fetch(origin + path, { method })).status;
    const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    for (const path of ["/version", "/api", requests, "/api/v1/namespaces/default/configmaps/kube-root-ca.crt"]) assert.equal(await status(path), 200, path);
    for (const path of ["/api/v1/secrets", "/api/v1/namespaces/default/configmaps", "/apis", `${requests}/a/status`])
      assert.equal(await status(path), 403, path);
    assert.equal(await status(`${requests}/none`, "DELETE"), 403);
  } finally {
    child.kill();
  }
});

// cmd joins the manifest from pieces, with line ends of Windows in it: kubectl must read the request whole.
test("the manifest that cmd's lines write is read by kubectl", async () => {
  const { run, read, step } = terminal("dash", "cmd");
  await step({ step: "generate-with-openssl", subject: { user: "jane" }, algorithm: "rsa-2048" });
  const text = await kubecred.commands({ step: "submit-request-file", name: "from-cmd", request: "jane.csr" }, "cmd");
  const base64 = run("openssl base64 -A -in jane.csr").stdout;
  const lines = text
    .split("\n")
    .slice(0, -1)
    .map((line) => (line.startsWith("openssl") ? base64 : `${line.replace(/^>>? \S+ echo /, "").replaceAll("^", "")}\r\n`));
  const done = await plane.kubectl(["create", "--dry-run=server", "-f", "-", "-o", "json"], { input: lines.join("") });
  assert.equal(done.code, 0, done.stderr);
  assert.equal(Buffer.from(JSON.parse(done.stdout).spec.request, "base64").toString(), read("jane.csr"));
});

test("no line held a secret; the files do", () => {
  const all = printed.join("\n");
  for (const shell of SHELLS) {
    const token = terminal(shell, `${shell}-robot`).read("token").trim();
    const old = terminal(shell, `${shell}-secret`).read("token").trim();
    const key = terminal(shell, `${shell}-rsa-2048`).read("client.key").split("\n")[1];
    assert.ok(token.length > 100 && old.length > 100 && key.length === 64, "the control");
    for (const secret of [token, old, key, token.split(".")[2], old.split(".")[2]]) assert.ok(!all.includes(secret));
  }
  assert.doesNotMatch(all, /eyJ|PRIVATE KEY/);
});
