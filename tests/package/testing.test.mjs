// kubecred/testing through the package itself: what a portal's tests would do. Whether its answers are those of an API server: fake-live.test.mjs.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate, createPublicKey, verify } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fakeCluster } from "../../pkg/testing/index.js";
import { ALGORITHMS, failure, fails, open, pkg } from "./common.mjs";

let kubecred, key, request;

before(async () => {
  kubecred = await open();
  key = await kubecred.keys.generate("ecdsa-p256");
  request = await key.createCsr({ user: "jane", groups: ["dev", "ops"] });
});
after(() => kubecred?.close());

/** A fake that ends with the test, and the cluster as one caller sees it. */
function fresh(t, options, as = {}) {
  const fake = fakeCluster(options);
  t.after(() => fake.close());
  return { fake, cluster: kubecred.cluster({ server: "", fetch: fake.fetch, ...as }) };
}

test("the certificate path: submitted, watched, approved, issued, and a kubeconfig", async (t) => {
  const { fake, cluster } = fresh(t);
  const states = [];
  const approved = fake.approve("jane-1");
  const issued = await cluster.csr.request({ csr: request, name: "jane-1", expirationSeconds: 3600 }, { onStatus: ({ state }) => states.push(state) });
  assert.equal(await approved, "jane-1");
  assert.deepEqual(states, ["pending", "approved", "issued"]);
  const { entry } = await cluster.discover();
  assert.equal(entry.certificateAuthority, await fake.certificateAuthority());
  const kubeconfig = await key.kubeconfig({ certificate: issued.certificate, csr: request, cluster: entry });
  const text = Buffer.from(await kubeconfig.serialize()).toString();
  assert.match(text, /server: "https:\/\/kubernetes\.test:6443"/);
  const findings = kubeconfig.findings.filter(({ level }) => level === "error");
  assert.deepEqual(findings, []);
  const watch = fake.requests.find(({ path }) => path.includes("watch=1"));
  assert.equal(watch.method, "GET");
  assert.equal(fake.requests[0].body.spec.expirationSeconds, 3600);
});

test("OpenSSL verifies each algorithm's certificate for a client, and refuses it by another authority", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-testing-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const { fake, cluster } = fresh(t, { autoApprove: true });
  const other = fakeCluster();
  t.after(() => other.close());
  writeFileSync(join(dir, "ca.crt"), await fake.certificateAuthority());
  writeFileSync(join(dir, "other.crt"), await other.certificateAuthority());
  const check = (ca, purpose) =>
    execFileSync("openssl", ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", ca, "leaf.crt"], { cwd: dir, encoding: "utf8", stdio: "pipe" });
  for (const algorithm of ALGORITHMS) {
    const own = await kubecred.keys.generate(algorithm);
    const subject = { user: "zoë*", groups: ["b", "ops team", "a"], dnsNames: ["jane.example"], ipAddresses: ["192.0.2.1"] };
    const { certificate } = await cluster.csr.request({ csr: await own.createCsr(subject), name: algorithm, expirationSeconds: 3600 });
    writeFileSync(join(dir, "leaf.crt"), certificate);
    assert.equal(check("ca.crt", "sslclient"), "leaf.crt: OK\n");
    assert.throws(() => check("other.crt", "sslclient"), /unable to get local issuer certificate|signature failure/);
    assert.throws(() => check("ca.crt", "sslserver"), /unsuitable certificate purpose/);
    const x509 = new X509Certificate(certificate);
    const authority = new X509Certificate(await fake.certificateAuthority());
    assert.ok(x509.checkIssued(authority) && x509.verify(authority.publicKey) && !x509.ca && authority.ca);
    assert.match(x509.subjectAltName, /^DNS:jane\.example, IP Address:192\.0\.2\.1$/);
    const report = await kubecred.certificates.parse(certificate);
    assert.deepEqual([report.user, [...report.groups].sort()], ["zoë*", ["a", "b", "ops team"]]);
    const life = (Date.parse(x509.validTo) - Date.parse(x509.validFrom)) / 1000;
    assert.equal(life, 3600 + 300, "five minutes back, as the controller does it");
    assert.deepEqual(x509.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    own.dispose();
  }
});

test("lifetimes: a long one ends five minutes early, none is a year", async (t) => {
  const { cluster } = fresh(t, { autoApprove: true });
  const life = async (name, expirationSeconds) => {
    const { certificate } = await cluster.csr.request({ csr: request, name, ...(expirationSeconds ? { expirationSeconds } : {}) });
    const { validFrom, validTo } = new X509Certificate(certificate);
    return (Date.parse(validTo) - Date.parse(validFrom)) / 1000;
  };
  assert.equal(await life("short", 28799), 28799 + 300);
  assert.equal(await life("long", 28800), 28800);
  assert.equal(await life("longest", 2147483647), 31536000);
  assert.equal(await life("none"), 31536000);
});

test("denied, with a reason; a decision is not changed to the other", async (t) => {
  const { fake, cluster } = fresh(t);
  const denied = fake.deny(undefined, { reason: "NotYou", message: "Ask your team." });
  const error = await fails(cluster.csr.request({ csr: request, name: "denied" }), "request-denied");
  assert.ok(error.details.some(({ message }) => message === "Ask your team."));
  assert.equal(await denied, "denied");
  await assert.rejects(fake.approve("denied"), /denied already/);
  assert.equal(await fake.deny("denied"), "denied", "again is no error");
});

test("approve and deny by the package; what the signer fails is an error; where nothing signs, it waits", async (t) => {
  const { cluster } = fresh(t);
  let decided;
  const issued = await cluster.csr.request({ csr: request, name: "a" }, { onStatus: (report) => (decided ??= cluster.csr.approve(report)) });
  assert.deepEqual([(await decided).state, issued.status.state], ["approved", "issued"]);
  const failed = await failure(
    cluster.csr.request(
      { csr: request, name: "f", usages: ["client auth", "server auth"] },
      { onStatus: (report) => report.state === "pending" && void cluster.csr.approve(report) },
    ),
  );
  assert.equal(failed.code, "request-failed");
  assert.ok(failed.details.some(({ message }) => message === "invalid usage for client certificate: server auth"));

  const { fake: idle, cluster: waiting } = fresh(t, { sign: false });
  const stop = new AbortController();
  const seen = [];
  void idle.approve("w");
  const wait = waiting.csr.request(
    { csr: request, name: "w" },
    { signal: stop.signal, onStatus: ({ state }) => (seen.push(state), state === "approved" && stop.abort()) },
  );
  await fails(wait, "aborted");
  assert.deepEqual(seen, ["pending", "approved"]);
});

test("a watch that breaks, expires or is refused does not lose the certificate", async (t) => {
  for (const [name, fault] of [
    ["expired", { status: 410 }],
    ["unavailable", { status: 503 }],
    ["unreachable", { drop: true }],
    ["forbidden", { status: 403, times: 2 }],
  ]) {
    const { fake, cluster } = fresh(t);
    fake.fault({ verb: "watch", resource: "certificatesigningrequests", ...fault });
    const trouble = [];
    void fake.approve(name);
    const { certificate } = await cluster.csr.request({ csr: request, name }, { onTrouble: ({ code }) => trouble.push(code) });
    assert.match(certificate, /BEGIN CERTIFICATE/, name);
    assert.deepEqual(trouble, [{ expired: "watch-expired", unavailable: "server-error", unreachable: "network", forbidden: "forbidden" }[name]]);
  }
  const { fake, cluster } = fresh(t);
  const trouble = [];
  const issued = cluster.csr.request(
    { csr: request, name: "dropped" },
    { onStatus: () => void fake.dropWatches(), onTrouble: ({ code }) => trouble.push(code) },
  );
  const open = async () => {
    while (!fake.requests.some(({ path }) => path.includes("watch=1"))) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await open();
  await fake.dropWatches();
  await fake.approve("dropped");
  assert.match((await issued).certificate, /BEGIN CERTIFICATE/);
  assert.deepEqual(trouble, ["network"]);
});

test("throttled once with Retry-After, the package asks again; an error on demand is the package's own", async (t) => {
  const { fake, cluster } = fresh(t);
  fake.fault({ status: 429, retryAfterSeconds: 0 });
  assert.equal((await cluster.whoAmI()).user, "admin");
  assert.equal(fake.requests.length, 2);
  fake.fault({ verb: "create", resource: "selfsubjectreviews", status: 500 });
  assert.equal((await cluster.version()).major, "1", "another request is not met");
  await fails(cluster.whoAmI(), "server-error");
  assert.equal((await cluster.whoAmI()).user, "admin", "once");
});

test("forbidden by a rule, with the permission in the refusal; the rest is allowed", async (t) => {
  const { cluster } = fresh(t, { forbid: [{ verb: "create", resource: "certificatesigningrequests" }] });
  const error = await fails(cluster.csr.request({ csr: request, name: "no" }), "forbidden");
  assert.match(JSON.stringify(error), /certificatesigningrequests/);
  assert.deepEqual(await cluster.rbac.can({ verb: "create", group: "certificates.k8s.io", resource: "certificatesigningrequests" }), { allowed: false });
  assert.equal((await cluster.rbac.can({ verb: "get", group: "certificates.k8s.io", resource: "certificatesigningrequests" })).allowed, true);
  assert.equal((await cluster.rbac.permissions("default")).incomplete, true);
  const { fake, cluster: approver } = fresh(t, { forbid: [{ verb: "approve", resource: "signers" }] });
  let tried;
  const stop = new AbortController();
  const waiting = approver.csr.request({ csr: request, name: "a" }, { signal: stop.signal, onStatus: (report) => (tried ??= approver.csr.approve(report)) });
  waiting.catch(() => {});
  while (!tried) await new Promise((resolve) => setTimeout(resolve, 5));
  await fails(tried, "forbidden");
  stop.abort();
  await fails(waiting, "aborted");
  assert.ok(fake.requests.length > 2);
});

test("preview stores nothing and says what the server would", async (t) => {
  const { fake, cluster } = fresh(t);
  assert.deepEqual(await cluster.csr.preview({ csr: request, name: "p" }), { accepted: true });
  void fake.approve("p");
  await cluster.csr.request({ csr: request, name: "p" });
  assert.equal((await cluster.csr.preview({ csr: request, name: "p" })).code, "already-exists");
});

test("lists in pages, from where a watch goes on", async (t) => {
  const { fake, cluster } = fresh(t);
  const submit = async (name) => {
    const body = await kubecred.csr.manifest({ csr: request, name });
    const answer = await fake.fetch("/apis/certificates.k8s.io/v1/certificatesigningrequests", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 201);
  };
  const names = Array.from({ length: 7 }, (_, index) => `r${index}`);
  for (const name of names) await submit(name);
  const pages = [];
  for await (const page of cluster.csr.pages({ pageSize: 3 })) {
    pages.push([page.statuses.map(({ name }) => name), page.remaining]);
    if (pages.length === 1) await submit("r0-later"); // the list stays that of its first page
  }
  assert.deepEqual(pages, [
    [names.slice(0, 3), 4],
    [names.slice(3, 6), 1],
    [names.slice(6), 0],
  ]);
  fake.fault({ verb: "list", status: 410 });
  const stop = new AbortController();
  let resourceVersion;
  await fails(cluster.csr.pages({ pageSize: 3 }).next(), "watch-expired");
  for await (const page of cluster.csr.pages({})) resourceVersion = page.resourceVersion;
  const changes = [];
  const following = (async () => {
    for await (const { type, status } of cluster.csr.watch({ resourceVersion, signal: stop.signal })) {
      changes.push([type, status.name, status.state]);
      if (changes.length === 4) stop.abort();
    }
  })();
  await submit("new");
  await fake.approve("new");
  await fake.fetch("/apis/certificates.k8s.io/v1/certificatesigningrequests/new", { method: "DELETE" });
  await fails(following, "aborted");
  assert.deepEqual(changes, [
    ["added", "new", "pending"],
    ["modified", "new", "approved"],
    ["modified", "new", "issued"],
    ["deleted", "new", "issued"],
  ]);
});

test("service accounts: applied, a token by TokenRequest, the token of a Secret, and who they are", async (t) => {
  const { fake, cluster } = fresh(t);
  const objects = await kubecred.serviceAccounts.manifests({ name: "robot", namespace: "default", legacySecret: "robot-token" });
  assert.deepEqual(
    (await cluster.rbac.apply(objects)).map(({ result }) => result),
    ["created", "created"],
  );
  assert.deepEqual(
    (await cluster.rbac.apply(objects.slice(0, 1))).map(({ result }) => result),
    ["unchanged"],
  );
  const { token, expiresAt, findings } = await cluster.tokens.create({ serviceAccount: "robot", namespace: "default", expirationSeconds: 1200 });
  assert.deepEqual(
    findings.filter(({ level }) => level !== "notice"),
    [],
  );
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 1200_000) < 60_000);
  const robot = kubecred.cluster({ server: "https://kubernetes.test:6443", fetch: fake.fetch, token });
  assert.deepEqual((await robot.whoAmI()).groups, ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]);
  await fails(robot.csr.get("one"), "forbidden");
  await fails(kubecred.cluster({ server: "https://kubernetes.test:6443", fetch: fake.fetch, token: `${token}x` }).whoAmI(), "unauthorized");
  const secret = await cluster.tokens.fromSecret({ name: "robot-token", namespace: "default", serviceAccount: "robot" });
  const legacy = kubecred.cluster({ server: "https://kubernetes.test:6443", fetch: fake.fetch, token: secret.token });
  assert.equal((await legacy.whoAmI()).user, "system:serviceaccount:default:robot");
  assert.ok(!JSON.stringify(fake.requests).includes(token), "the record has no token");
  // ES256, by the key of the authority.
  const [head, claims, signature] = token.split(".");
  const publicKey = createPublicKey(await fake.certificateAuthority());
  const check = (text) => verify("sha256", Buffer.from(text), { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  assert.ok(check(`${head}.${claims}`) && !check(`${head}.${claims}x`));
});

test("an invitation: created, accepted by a person without credentials, approved, closed and revoked", async (t) => {
  const { fake, cluster } = fresh(t, { server: "https://127.0.0.1:6443" });
  const { entry } = await cluster.discover();
  const terms = { user: "joe", groups: ["dev"], expirationSeconds: 3600, validSeconds: 600, page: "https://page.example/", cluster: entry, invitedBy: "admin" };
  const { link, invitation } = await cluster.invitations.create({ ...terms, role: { role: { kind: "ClusterRole", name: "view" }, namespace: "default" } });
  const find = async () => (await cluster.invitations.list()).find(({ name }) => name === invitation.name);
  assert.equal((await find()).state, "open");
  const decided = [];
  const accepted = await kubecred.invitations.accept(link, {
    fetch: fake.fetch,
    onStatus: ({ state }) => state === "pending" && decided.push(find().then(({ request: status }) => cluster.csr.approve(status))),
  });
  await Promise.all(decided);
  assert.equal(decided.length, 1);
  const { user } = await kubecred.certificates.parse(accepted.certificate);
  assert.equal(user, "joe");
  await cluster.invitations.close(await find());
  assert.equal((await find()).state, "closed");
  const person = await kubecred.invitations.accept(link, { fetch: fake.fetch }).catch(({ code }) => code);
  assert.equal(person, "invitation-used", "the link is of no use to others");
  await cluster.invitations.revoke(await find(), { role: true });
  assert.equal(await find(), undefined);
  await fails(kubecred.invitations.accept(link, { fetch: fake.fetch }), "unauthorized");
});

test("cluster-info is signed with the bootstrap token", async (t) => {
  const { fake } = fresh(t, { bootstrapToken: "zzzzzz.0123456789abcdef", server: "https://10.0.0.1:6443" });
  const info = await (await fake.fetch("/api/v1/namespaces/kube-public/configmaps/cluster-info")).json();
  const { server } = await kubecred.discovery.verifyClusterInfo(info, { bootstrapToken: "zzzzzz.0123456789abcdef" });
  assert.equal(server, "https://10.0.0.1:6443");
  await fails(kubecred.discovery.verifyClusterInfo(info, { bootstrapToken: "zzzzzz.0123456789abcdee" }), "cluster-info-mismatch");
});

test("roles and bindings decide: an approver may approve one signer, and no one else may", async (t) => {
  const rbac = (kind, name, rest) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: { name }, ...rest });
  const group = "certificates.k8s.io";
  const objects = [
    rbac("ClusterRole", "approver", {
      rules: [
        { apiGroups: [group], resources: ["certificatesigningrequests"], verbs: ["get", "list", "watch", "create"] },
        { apiGroups: [group], resources: ["certificatesigningrequests/approval"], verbs: ["update"] },
        { apiGroups: [group], resources: ["signers"], resourceNames: ["kubernetes.io/*"], verbs: ["approve"] },
      ],
    }),
    rbac("ClusterRoleBinding", "approver", { subjects: [{ kind: "Group", name: "approvers" }], roleRef: { kind: "ClusterRole", name: "approver" } }),
  ];
  const { fake } = fresh(t, { objects, tokens: { bob: { username: "bob", groups: ["approvers"] }, carl: { username: "carl" } } });
  const as = (token) => kubecred.cluster({ server: "https://kubernetes.test", fetch: fake.fetch, token });
  let decision;
  const { status: report } = await as("bob").csr.request({ csr: request, name: "one" }, { onStatus: (each) => (decision ??= as("bob").csr.approve(each)) });
  assert.equal(report.state, "issued");
  await decision;
  await fails(as("carl").csr.request({ csr: request, name: "two" }), "forbidden");
  assert.deepEqual(
    await as("bob")
      .rbac.bindingsOf({ user: "bob", groups: ["approvers"] })
      .catch(({ code }) => code),
    "forbidden",
  );
  assert.ok((await fresh(t, { objects }).cluster.rbac.bindingsOf({ user: "bob", groups: ["approvers"] })).some(({ name }) => name === "approver"));
});

test("AbortSignal: before, while waiting, and in a watch", async (t) => {
  const { fake } = fresh(t);
  await assert.rejects(fake.fetch("/version", { signal: AbortSignal.abort() }), { name: "AbortError" });
  const stop = new AbortController();
  fake.fault({ delayMilliseconds: 3_600_000 });
  const late = fake.fetch("/version", { signal: stop.signal });
  stop.abort();
  await assert.rejects(late, { name: "AbortError" });
  const end = new AbortController();
  const watch = await fake.fetch("/apis/certificates.k8s.io/v1/certificatesigningrequests?watch=1&allowWatchBookmarks=true", { signal: end.signal });
  const reader = watch.body.getReader();
  const { value } = await reader.read();
  assert.equal(JSON.parse(Buffer.from(value).toString()).type, "BOOKMARK");
  const next = reader.read();
  end.abort();
  await assert.rejects(next, { name: "AbortError" });
});

test("an address, a Request and a path lead to it; another base path does not; after close, nothing does", async (t) => {
  const { fake } = fresh(t, { basePath: "/k8s/clusters/c-1" });
  const status = async (...args) => (await fake.fetch(...args)).status;
  assert.equal(await status("/k8s/clusters/c-1/version"), 200);
  assert.equal(await status(new URL("https://rancher.example/k8s/clusters/c-1/version")), 200);
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
  const path = "https://x.example/k8s/clusters/c-1/apis/authentication.k8s.io/v1/selfsubjectreviews";
  assert.equal(await status(new Request(path, { method: "POST", body, headers: { "content-type": "application/json" } })), 201);
  assert.equal(await status("/version"), 404);
  fake.close();
  await assert.rejects(fake.fetch("/k8s/clusters/c-1/version"), TypeError);
  await assert.rejects(fake.approve("never"), /closed/);
});

/** What jsdom lacks, where Jest gives a test its globals alone. */
const GONE = ["Response", "Request", "fetch", "TextDecoder", "TextEncoder", "ReadableStream", "CompressionStream", "DecompressionStream", "structuredClone"];

test("it works where a test environment has only the globals of jsdom", () => {
  const script = `
    for (const name of ${JSON.stringify([...GONE, "Headers"])}) delete globalThis[name];
    const { fakeCluster } = await import(${JSON.stringify(new URL("../../pkg/testing/index.js", import.meta.url).href)});
    const fake = fakeCluster();
    const answer = await fake.fetch("/api/v1/namespaces/default/configmaps/kube-root-ca.crt", { headers: { Accept: "application/json" } });
    const text = (await answer.json()).data["ca.crt"].slice(0, 27);
    const watch = await fake.fetch("/api/v1/namespaces?watch=1");
    const { value } = await watch.body.getReader().read();
    console.log(answer.ok, answer.headers.get("Content-Type"), text, String.fromCharCode(...value.slice(0, 15)), typeof Response);`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", timeout: 60_000 });
  assert.equal(said, 'true application/json -----BEGIN CERTIFICATE----- {"type":"ADDED" undefined\n');
});

test("so does the package with it: from a name to a kubeconfig that is read again", () => {
  const url = (path) => JSON.stringify(new URL(`../../pkg/${path}`, import.meta.url).href);
  const script = `
    const { TextDecoder: Decoder } = globalThis;
    new Headers(); // jsdom has its own; Node's is loaded when it is first used, and not without TextEncoder
    for (const name of ${JSON.stringify(GONE)}) delete globalThis[name];
    const { fakeCluster } = await import(${url("testing/index.js")});
    const { open } = await import(${url("node.js")});
    const fake = fakeCluster();
    const kubecred = await open();
    const cluster = kubecred.cluster({ fetch: fake.fetch });
    const onStep = ({ step, status }) => step === "submitted" && fake.approve(status.name);
    const { kubeconfig } = await kubecred.requestKubeconfig({ cluster, subject: { user: "jane" }, onStep });
    const read = await kubecred.kubeconfig.parse(new Decoder().decode(await kubeconfig.serialize()));
    console.log(read.findings.filter(({ level }) => level === "error").length, read.contexts[0].user, typeof TextDecoder);
    kubecred.close();
    fake.close();`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", timeout: 120_000 });
  assert.equal(said, "0 jane@kubernetes.test:6443 undefined\n");
});

test("and so do links: a request and an invitation come back", () => {
  const url = (path) => JSON.stringify(new URL(`../../pkg/${path}`, import.meta.url).href);
  const script = `
    new Headers();
    for (const name of ${JSON.stringify(GONE)}) delete globalThis[name];
    delete Blob.prototype.stream; // jsdom's has none
    const { fakeCluster } = await import(${url("testing/index.js")});
    const { open } = await import(${url("node.js")});
    const fake = fakeCluster();
    const kubecred = await open();
    const key = await kubecred.keys.generate("ecdsa-p256");
    const pem = await key.createCsr({ user: "jane" });
    const link = await kubecred.links.encode(pem, { name: "jane-1" });
    const read = await kubecred.links.decode(link);
    const damaged = await kubecred.links.decode(link.slice(0, -9)).catch(({ code }) => code);
    const made = await kubecred.cluster({ fetch: fake.fetch }).invitations.create({
      user: "jane", groups: [], expirationSeconds: 3600, validSeconds: 600, page: "https://page.example/", cluster: { server: "https://kubernetes.test:6443" },
    });
    const { user } = await kubecred.invitations.read(made.link);
    console.log(read.pem === pem, read.requested.name, damaged, user);
    kubecred.close();
    fake.close();`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", timeout: 120_000 });
  assert.equal(said, "true jane-1 invalid-pem jane\n");
});

test("nothing is sent: it answers where there is no network at all", async (t) => {
  const { fake } = fresh(t);
  const real = globalThis.fetch;
  t.after(() => (globalThis.fetch = real));
  globalThis.fetch = () => assert.fail("the platform's fetch was called");
  assert.equal((await fake.fetch("https://10.255.255.1/version")).status, 200);
});

test("the example of the README runs", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-readme-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const [, section] = readFileSync(join(pkg, "README.md"), "utf8").split("## Testing a portal");
  const [, example] = /```js\n([\s\S]*?)```/.exec(section);
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(pkg, join(dir, "node_modules", "kubecred"));
  const file = join(dir, "portal.test.mjs");
  const run = (text) => {
    writeFileSync(file, text);
    return spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 60_000 }).status;
  };
  assert.equal(run(example), 0);
  assert.equal(run(example.replace('"POST"', '"GET"')), 1, "the control: it can fail");
});

test("what is wrong with its options or objects is said", async (t) => {
  assert.throws(() => fakeCluster({ users: {} }), /fakeCluster has no option users/);
  await assert.rejects(fresh(t, { objects: [{ kind: "Pod", apiVersion: "v1", metadata: { name: "x" } }] }).fake.fetch("/version"), /objects/);
  assert.throws(() => fresh(t).fake.requests.push({}), TypeError);
});
