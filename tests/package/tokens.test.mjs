// Tokens on a real control plane: each made by the package, then used by real kubectl and real curl alone; why the server
// refuses them; and that no token stands where it must not.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { X509Certificate, createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { failure, fails, open, sleep } from "./common.mjs";
import { startCluster } from "./cluster.mjs";

const NAMESPACE = "robots";
let live;
let kubecred;
/** Everything the ledger was told. */
const ledger = [];
const cluster = (options = {}) =>
  kubecred.cluster({ server: live.server, token: live.adminToken, fetch: live.fetch, onRequest: (entry) => ledger.push(entry), ...options });
const hex = (bytes) => randomBytes(bytes).toString("hex");
const codes = ({ findings }) => findings.map(({ code }) => code);

before(async () => {
  [live, kubecred] = await Promise.all([startCluster({ apiserver: "--service-account-max-token-expiration=2h" }), open()]);
  await live.kubectl(["create", "namespace", NAMESPACE]);
  await live.kubectl(["create", "rolebinding", "view", "--clusterrole=view", "-n", NAMESPACE, `--group=system:serviceaccounts:${NAMESPACE}`]);
  await live.apply(await kubecred.serviceAccounts.manifests({ name: "ci", namespace: NAMESPACE }));
});
after(() => {
  kubecred?.close();
  live?.stop();
});

/** kubectl and curl know the account by this token alone, and it may look. */
async function works(token, user = `system:serviceaccount:${NAMESPACE}:ci`) {
  const kubeconfig = await live.tokenKubeconfig(token);
  assert.equal(await live.kubectl(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"], { kubeconfig }), user);
  await live.kubectl(["get", "pods", "-n", NAMESPACE], { kubeconfig });
  assert.equal((await live.curl(token, `/api/v1/namespaces/${NAMESPACE}/pods`)).status, 200);
  assert.equal((await live.curl(`${token}x`, `/api/v1/namespaces/${NAMESPACE}/pods`)).status, 401, "the control: a changed one does not");
}

/** What happens to it until the server answers 401. */
async function ends(token) {
  const until = Date.now() + 20_000;
  while ((await live.curl(token, "/api/v1/namespaces/robots/pods")).status !== 401) {
    assert.ok(Date.now() < until, "the token should have ended");
    await sleep(300);
  }
  return failure(cluster({ token }).whoAmI());
}

test("TokenRequest: the token works, and its end is the server's", async () => {
  const { token, expiresAt, findings } = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE, expirationSeconds: 7200 });
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["not-verified"],
  );
  assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 7_200_000) < 30_000);
  await works(token);
  const report = await kubecred.tokens.parse(token);
  assert.deepEqual([report.kind, report.namespace, report.serviceAccount, report.expiresAt], ["service-account", NAMESPACE, "ci", expiresAt]);
  // With no lifetime asked for it is an hour.
  const hour = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE });
  assert.ok(Math.abs(Date.parse(hour.expiresAt) - Date.now() - 3_600_000) < 30_000);
});

test("a shortened lifetime is said, with the header and without it", async () => {
  const asked = { serviceAccount: "ci", namespace: NAMESPACE, expirationSeconds: 7201 };
  const { expiresAt, findings } = await cluster().tokens.create(asked);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["lifetime-shortened", "not-verified"],
  );
  assert.match(findings[0].message, /7201 seconds were requested, but the cluster allows only 7200/);
  assert.ok(Date.parse(expiresAt) - Date.now() < 7_201_000);
  let heard;
  const deaf = async (url, init) => {
    const answer = await live.fetch(url, init);
    heard = answer.headers.get("warning");
    const headers = new Headers(answer.headers);
    headers.delete("warning"); // as a browser does across origins
    return new Response(await answer.text(), { status: answer.status, headers });
  };
  assert.deepEqual(codes(await cluster({ fetch: deaf }).tokens.create(asked)), ["lifetime-shortened", "not-verified"]);
  assert.match(heard, /299 - "requested expiration of 7201 seconds shortened to 7200 seconds"/, "the control: the server did say so");
});

test("what the server refuses of a TokenRequest is refused before, in its words", async () => {
  const ask = (more) => ({ serviceAccount: "ci", namespace: NAMESPACE, ...more });
  const sent = ledger.length;
  for (const [more, field] of [
    [{ expirationSeconds: 599 }, "spec.expirationSeconds"],
    [{ expirationSeconds: 2 ** 32 + 1 }, "spec.expirationSeconds"],
  ]) {
    const ours = await fails(cluster().tokens.create(ask(more)), "invalid-object");
    assert.equal(ours.details[0].field, field);
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: more };
    const answer = await live.curl(live.adminToken, `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/ci/token`, "POST", body);
    assert.equal(answer.status, 422);
    const [cause] = JSON.parse(answer.text).details.causes;
    assert.equal(cause.field, field);
    assert.ok(cause.message.endsWith(ours.details[0].message), `${cause.message} / ${ours.message}`);
  }
  assert.equal(ledger.length, sent, "nothing was sent");
  await fails(cluster().tokens.create(ask({ boundTo: { kind: "ConfigMap", name: "x" } })), "invalid-object");
  await fails(cluster().tokens.create({ serviceAccount: "nobody", namespace: NAMESPACE }), "not-found");
});

test("bound to a Pod, a Secret, a Node: it ends with them, and the 401 says so", async () => {
  await live.apply([
    { apiVersion: "v1", kind: "Secret", metadata: { name: "life", namespace: NAMESPACE } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "life", namespace: NAMESPACE },
      spec: { serviceAccountName: "ci", containers: [{ name: "a", image: "a" }] },
    },
    { apiVersion: "v1", kind: "Node", metadata: { name: "life" } },
  ]);
  await live.apply(await kubecred.serviceAccounts.manifests({ name: "other", namespace: NAMESPACE }));
  const bound = (kind, more) =>
    cluster().tokens.create({
      serviceAccount: "ci",
      namespace: NAMESPACE,
      expirationSeconds: 3607,
      boundTo: { apiVersion: "v1", kind, name: "life", ...more },
    });
  // At once: the server keeps what it knows of a token for ten seconds.
  await Promise.all(
    ["Secret", "Pod", "Node"].map(async (kind) => {
      const issued = await bound(kind);
      assert.ok(codes(issued).includes("token-bound"), `${kind}: ${codes(issued)}`);
      assert.deepEqual((await kubecred.tokens.parse(issued.token)).boundTo, { kind, name: "life" });
      // 3607 seconds and a Pod: the kubelet's own wish, which the server lets live for a year.
      assert.equal(codes(issued).includes("lifetime-differs"), kind === "Pod");
      await works(issued.token);
      await live.kubectl(["delete", kind.toLowerCase(), "life", "-n", NAMESPACE, "--grace-period=0", "--force"]);
      const error = await ends(issued.token);
      assert.equal(error.code, "unauthorized");
      assert.match(error.message, new RegExp(`the ${kind} life that it is bound to was deleted`));
    }),
  );
  await live.apply([{ apiVersion: "v1", kind: "Secret", metadata: { name: "life", namespace: NAMESPACE } }]);
  const conflict = await fails(bound("Secret", { uid: "00000000-0000-0000-0000-000000000000" }), "conflict");
  assert.match(conflict.message, /deleted and created again/);
  await fails(bound("Pod"), "not-found");
  await live.apply([
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "others", namespace: NAMESPACE },
      spec: { serviceAccountName: "other", containers: [{ name: "a", image: "a" }] },
    },
  ]);
  const foreign = await fails(bound("Pod", { name: "others" }), "invalid-object");
  assert.match(foreign.message, /different serviceaccount name/);
});

test("another audience, an account that is made again, an ended one: each 401 has its sentence", async () => {
  const { token, findings } = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE, audiences: ["vault"] });
  assert.ok(
    findings.some(({ code }) => code === "audience-elsewhere"),
    "said beforehand",
  );
  const audience = await fails(cluster({ token }).whoAmI(), "unauthorized");
  assert.match(audience.message, /for the audience vault/);
  await live.apply(await kubecred.serviceAccounts.manifests({ name: "brief", namespace: NAMESPACE }));
  const brief = await cluster().tokens.create({ serviceAccount: "brief", namespace: NAMESPACE });
  await works(brief.token, `system:serviceaccount:${NAMESPACE}:brief`);
  await live.kubectl(["delete", "serviceaccount", "brief", "-n", NAMESPACE]);
  await live.apply(await kubecred.serviceAccounts.manifests({ name: "brief", namespace: NAMESPACE }));
  const again = await ends(brief.token);
  assert.match(again.message, /a new one of the same name does not make it valid again/);
  const unknown = await fails(cluster({ token: "no-such-token" }).whoAmI(), "unauthorized");
  assert.match(unknown.message, /does not know this token/);
  const none = await fails(cluster({ token: undefined }).whoAmI(), "forbidden");
  assert.match(none.message, /system:anonymous/);
});

test("403: the missing right, and the smallest rule that mends it", async () => {
  const { token } = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE });
  const as = cluster({ token });
  const wish = () => as.tokens.create({ serviceAccount: "other", namespace: NAMESPACE });
  const error = await fails(wish(), "forbidden");
  assert.match(error.message, /Minimum permission required: create on serviceaccounts\/token named other, by a Role in the namespace robots/);
  const { rule, scope } = Object.fromEntries(error.details.map(({ field, message }) => [field, message]));
  assert.equal(scope, `Role ${NAMESPACE}`);
  assert.deepEqual(JSON.parse(rule), { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: ["other"], verbs: ["create"] });
  // And it does mend it.
  await live.apply([
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "mend", namespace: NAMESPACE }, rules: [JSON.parse(rule)] },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "mend", namespace: NAMESPACE },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "mend" },
      subjects: [{ kind: "ServiceAccount", name: "ci", namespace: NAMESPACE }],
    },
  ]);
  await sleep(500);
  await works((await wish()).token, `system:serviceaccount:${NAMESPACE}:other`);
  const cluster403 = await fails(
    (async () => {
      for await (const one of as.csr.list()) assert.fail(one);
    })(),
    "forbidden",
  );
  assert.match(cluster403.message, /list on certificatesigningrequests, by a ClusterRole/);
});

test("a Secret: waited for, the token does not end, the CA comes with it", async () => {
  const options = { name: "ci-token", namespace: NAMESPACE };
  await live.apply((await kubecred.serviceAccounts.manifests({ name: "ci", namespace: NAMESPACE, legacySecret: "ci-token" })).slice(1));
  const found = await cluster().tokens.fromSecret(options);
  assert.equal(found.certificateAuthority.trim(), live.ca.trim());
  assert.deepEqual([found.serviceAccount, found.namespace, found.name], ["ci", NAMESPACE, "ci-token"]);
  await works(found.token);
  const report = await kubecred.tokens.parse(found.token);
  assert.deepEqual([report.kind, report.expiresAt, report.boundTo], ["legacy-service-account", undefined, { kind: "Secret", name: "ci-token" }]);
  assert.ok(codes(report).includes("token-never-ends"));
  // The same out of what kubectl prints, one object or a list, whatever its order.
  const printed = JSON.parse(await live.kubectl(["get", "secrets", "-n", NAMESPACE, "-o", "json"]));
  for (const list of [printed, { ...printed, items: [...printed.items].reverse() }]) {
    assert.equal((await kubecred.tokens.fromSecret(list, { serviceAccount: "ci" })).token, found.token);
  }
  assert.ok(printed.items.length > 1, "the control: others stand beside it");
  await fails(cluster().tokens.fromSecret({ ...options, serviceAccount: "other" }), "wrong-object");
  await live.kubectl(["delete", "secret", "ci-token", "-n", NAMESPACE]);
  await ends(found.token);
  await fails(cluster().tokens.fromSecret(options), "not-found");
});

test("a Secret of an unknown account: the controller deletes it, and that is said", async () => {
  await live.apply((await kubecred.serviceAccounts.manifests({ name: "nobody", namespace: NAMESPACE, legacySecret: "orphan" })).slice(1));
  const error = await fails(cluster().tokens.fromSecret({ name: "orphan", namespace: NAMESPACE }), "not-found");
  assert.match(error.message, /whose service account does not exist/);
});

test("a Secret as a text: YAML and JSON, one or several, and what is no such Secret", async () => {
  await live.apply((await kubecred.serviceAccounts.manifests({ name: "ci", namespace: NAMESPACE, legacySecret: "text" })).slice(1));
  const { token } = await cluster().tokens.fromSecret({ name: "text", namespace: NAMESPACE });
  for (const form of ["yaml", "json"]) {
    const one = await live.kubectl(["get", "secret", "text", "-n", NAMESPACE, "-o", form]);
    assert.equal((await kubecred.tokens.fromSecret(one)).token, token);
    const all = await live.kubectl(["get", "secrets", "-n", NAMESPACE, "-o", form]);
    assert.equal((await kubecred.tokens.fromSecret(all, { name: "text" })).token, token);
  }
  const yaml = await live.kubectl(["get", "secret", "text", "-n", NAMESPACE, "-o", "yaml"]);
  assert.equal((await kubecred.tokens.fromSecret(`kind: Secret\ntype: Opaque\n---\n${yaml}`)).token, token);
  const canary = hex(12);
  for (const text of [`kind: Secret\ndata: {password: ${canary}}`, `kind: Secret\ndata: [${canary}`, canary]) {
    const error = await failure(kubecred.tokens.fromSecret(text));
    assert.ok(error.name === "KubecredError" && !JSON.stringify([error, error.details, error.stack]).includes(canary), error.message);
  }
  await live.kubectl(["delete", "secret", "text", "-n", NAMESPACE]);
});

test("a kubeconfig from each kind of token, used by real kubectl; merged with a certificate's for the same cluster, both work", async () => {
  const entry = { server: live.server, certificateAuthority: live.ca };
  const whoami = (kubeconfig, ...more) => live.kubectl([...more, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"], { kubeconfig });
  const written = async (file, name) => {
    const path = `${live.dir}/${name}.kubeconfig`;
    writeFileSync(path, await file.serialize(), { mode: 0o600 });
    return path;
  };
  await live.apply((await kubecred.serviceAccounts.manifests({ name: "ci", namespace: NAMESPACE, legacySecret: "file" })).slice(1));
  const account = `system:serviceaccount:${NAMESPACE}:ci`;
  const made = {};
  for (const [kind, token, user] of [
    ["request", (await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE })).token, account],
    ["secret", (await cluster().tokens.fromSecret({ name: "file", namespace: NAMESPACE })).token, account],
    ["static", live.adminToken, "admin"],
  ]) {
    made[kind] = await kubecred.kubeconfig.create({ cluster: entry, token: `Bearer ${token}\n`, namespace: NAMESPACE });
    assert.equal(await whoami(await written(made[kind], kind)), user, kind);
  }
  await live.kubectl(["get", "pods"], { kubeconfig: `${live.dir}/request.kubeconfig` }); // in its own namespace
  // A person of the same name as the account, in the same cluster.
  const key = await kubecred.keys.generate("ecdsa-p256");
  const request = await key.createCsr({ user: "ci" });
  const administrator = cluster();
  const { certificate } = await administrator.csr.request(
    { csr: request, name: "ci-person" },
    { onStatus: (report) => report.state === "pending" && administrator.csr.approve(report) },
  );
  const person = await key.kubeconfig({ certificate, csr: request, cluster: entry });
  for (const [first, second] of [
    [person, made.request],
    [made.request, person],
  ]) {
    const { kubeconfig } = await first.merge(second);
    assert.equal(kubeconfig.clusters.length, 1);
    assert.equal(new Set(kubeconfig.users.map(({ name }) => name)).size, 2);
    const path = await written(kubeconfig, "merged");
    const seen = [];
    for (const { name } of kubeconfig.contexts) seen.push(await whoami(path, "--context", name));
    assert.deepEqual(seen.sort(), ["ci", account]);
  }
});

test("waiting for a Secret can be given up", async () => {
  const stop = new AbortController();
  let asked = 0;
  const empty = async (url, init) => {
    if (++asked === 3) stop.abort();
    const answer = await live.fetch(url, init);
    const secret = JSON.parse(await answer.text());
    delete secret.data;
    return new Response(JSON.stringify(secret), { status: answer.status, headers: { "content-type": "application/json" } });
  };
  await live.apply((await kubecred.serviceAccounts.manifests({ name: "ci", namespace: NAMESPACE, legacySecret: "slow" })).slice(1));
  await fails(cluster({ fetch: empty }).tokens.fromSecret({ name: "slow", namespace: NAMESPACE }, { signal: stop.signal }), "aborted");
  assert.ok(asked >= 3);
});

test("which credential did the server see? the trap of a proxy that logs in by certificate", async () => {
  const { token } = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE });
  const { id } = await kubecred.tokens.parse(token);
  const direct = await cluster({ token }).whoAmI();
  assert.deepEqual([direct.user, direct.credential, direct.tokenSeen], [`system:serviceaccount:${NAMESPACE}:ci`, { kind: "token", id }, true]);
  // A proxy with a token in its kubeconfig lets ours replace it.
  const byToken = await live.proxy();
  assert.equal((await kubecred.cluster({ server: byToken, token }).whoAmI()).tokenSeen, true);
  assert.equal((await kubecred.cluster({ server: byToken }).whoAmI()).tokenSeen, undefined, "none was sent");
  // One with a client certificate is seen in our place: whoami alone would have shown its name.
  const key = await kubecred.keys.generate("ecdsa-p256");
  const request = await key.createCsr({ user: "operator", groups: ["ops"] });
  await live.kubectl(["create", "clusterrolebinding", "ops", "--clusterrole=cluster-admin", "--group=ops"]);
  const operator = cluster();
  const issued = operator.csr.request({ csr: request, name: "operator" }, { onStatus: (report) => report.state === "pending" && operator.csr.approve(report) });
  const file = await key.kubeconfig({ certificate: (await issued).certificate, csr: request, cluster: { server: live.server, certificateAuthority: live.ca } });
  const path = `${live.dir}/operator.kubeconfig`;
  writeFileSync(path, await file.serialize(), { mode: 0o600 });
  const byCertificate = await live.proxy(path);
  for (const sent of [token, "rubbish"]) {
    const who = await kubecred.cluster({ server: byCertificate, token: sent }).whoAmI();
    assert.deepEqual([who.user, who.credential.kind, who.tokenSeen], ["operator", "certificate", false]);
  }
  // A token without an id: another user proves that it was not seen, the same proves nothing.
  await live.apply((await kubecred.serviceAccounts.manifests({ name: "ci", namespace: NAMESPACE, legacySecret: "trap" })).slice(1));
  const old = (await cluster().tokens.fromSecret({ name: "trap", namespace: NAMESPACE })).token;
  assert.equal((await kubecred.cluster({ server: byCertificate, token: old }).whoAmI()).tokenSeen, false);
  const alone = await cluster({ token: old }).whoAmI();
  assert.deepEqual([alone.user, alone.tokenSeen], [`system:serviceaccount:${NAMESPACE}:ci`, undefined]);
});

test("cluster-info: signed by the real bootstrap signer, verified, and refused once anything differs", async () => {
  const [id, secret] = [hex(3), hex(8)];
  const bootstrapToken = `${id}.${secret}`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "", cluster: { server: "https://api.example.com:6443", "certificate-authority-data": Buffer.from(live.ca).toString("base64") } }],
  };
  const info = (kubeconfig) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cluster-info", namespace: "kube-public" }, data: { kubeconfig } });
  await live.kubectl(["create", "namespace", "kube-public"]).catch(() => {}); // the controller may have made it
  const absent = await cluster().discover({ everywhere: true });
  assert.equal(absent.source, "kube-root-ca.crt");
  await live.apply([
    info(JSON.stringify(config)),
    {
      apiVersion: "v1",
      kind: "Secret",
      type: "bootstrap.kubernetes.io/token",
      metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
      stringData: { "token-id": id, "token-secret": secret, "usage-bootstrap-signing": "true" },
    },
  ]);
  const read = async () => JSON.parse(await live.kubectl(["get", "configmap", "cluster-info", "-n", "kube-public", "-o", "json"]));
  const until = async (what) => {
    for (let attempt = 0; ; attempt++) {
      const object = await read();
      if (what(object.data[`jws-kubeconfig-${id}`])) return object;
      assert.ok(attempt < 100, "the signer should have come to it");
      await sleep(100);
    }
  };
  const signed = await until((signature) => signature !== undefined);
  const pin = `sha256:${createHash("sha256")
    .update(new X509Certificate(live.ca).publicKey.export({ type: "spki", format: "der" }))
    .digest("hex")}`;
  const entry = await kubecred.discovery.verifyClusterInfo(signed, { bootstrapToken, pins: [pin] });
  assert.deepEqual([entry.server, entry.certificateAuthority.trim()], ["https://api.example.com:6443", live.ca.trim()]);
  // One byte of anything.
  const text = signed.data.kubeconfig;
  for (let at = 0; at < text.length; at += 7) {
    const kubeconfig = `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`;
    await fails(kubecred.discovery.verifyClusterInfo({ ...signed, data: { ...signed.data, kubeconfig } }, { bootstrapToken }), "cluster-info-mismatch");
  }
  const other = (text) => text.slice(0, -1) + (text.at(-1) === "a" ? "b" : "a");
  await fails(kubecred.discovery.verifyClusterInfo(signed, { bootstrapToken: other(bootstrapToken) }), "cluster-info-mismatch");
  await fails(kubecred.discovery.verifyClusterInfo(signed, { bootstrapToken, pins: [other(pin)] }), "pin-mismatch");
  await fails(kubecred.discovery.verifyClusterInfo(signed, { bootstrapToken: `zzzzzz.${secret}` }), "cluster-info-unsigned");
  await fails(kubecred.discovery.verifyClusterInfo({}, { bootstrapToken }), "cluster-info-absent");
  const found = await cluster().discover({ everywhere: true });
  assert.deepEqual(
    [found.source, found.entry.server],
    ["kube-root-ca.crt", "https://api.example.com:6443"],
    "others cannot reach the one that this caller did",
  );
  // The page's way, behind a proxy: cluster-info's address is the one that others reach.
  const behind = await kubecred.cluster({ server: await live.proxy() }).discover({ everywhere: true });
  assert.equal(behind.entry.server, "https://api.example.com:6443");
  // The token ends, its signature goes.
  await live.kubectl(["delete", "secret", `bootstrap-token-${id}`, "-n", "kube-system"]);
  const unsigned = await until((signature) => signature === undefined);
  await fails(kubecred.discovery.verifyClusterInfo(unsigned, { bootstrapToken }), "cluster-info-unsigned");
  // An account without rights learns whom to ask.
  const { token } = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE });
  const poor = await cluster({ token }).discover();
  assert.match(poor.findings.find(({ code }) => code === "authority-unknown").message, /ask an administrator for the ConfigMap kube-root-ca.crt/);
});

test("no token in the ledger, in a path, or in an error", async () => {
  const issued = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE });
  const secret = await cluster().tokens.fromSecret({ name: "trap", namespace: NAMESPACE });
  const said = [];
  for (const token of [issued.token, secret.token, live.adminToken]) {
    const as = cluster({ token: `${token}x` });
    for (const attempt of [
      () => as.whoAmI(),
      () => as.tokens.create({ serviceAccount: "ci", namespace: NAMESPACE }),
      () => as.tokens.fromSecret({ name: "a", namespace: NAMESPACE }),
    ]) {
      const error = await failure(attempt());
      said.push(JSON.stringify([error, error.message, error.stack, error.details]));
    }
    for (const text of [`${token} and more`, `${token}\u00e9`, `${token}${"x".repeat(20_000)}`])
      said.push(JSON.stringify(await failure(kubecred.tokens.parse(text))));
  }
  const everything = JSON.stringify(ledger) + said.join("\n");
  for (const token of [issued.token, secret.token, live.adminToken]) {
    for (const shape of [token, token.split(".").at(-1), Buffer.from(token).toString("base64").slice(4, -8), encodeURIComponent(token)]) {
      assert.ok(!everything.includes(shape.slice(0, 24)), "a token was told");
    }
  }
  assert.ok(ledger.length > 30 && everything.includes("/serviceaccounts/ci/token"), "the control: the ledger was told of it all");
});

test("the clock here is a day behind or ahead of the server's: the token is given, its end is the server's, and the clock is named", async (t) => {
  const real = Date.now;
  t.after(() => {
    Date.now = real;
  });
  for (const [skew, code, says] of [
    [-86_400_000, "token-not-yet-valid", /One of the two clocks is wrong/],
    [86_400_000, "token-expired", /expired on .*, and the time here is /],
  ]) {
    Date.now = () => real() + skew;
    const { token, expiresAt, findings } = await cluster().tokens.create({ serviceAccount: "ci", namespace: NAMESPACE, expirationSeconds: 3600 });
    Date.now = real;
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000) < 30_000);
    assert.deepEqual([...new Set(codes({ findings }))].sort(), ["not-verified", code].sort());
    assert.match(findings.find((finding) => finding.code === code).message, says);
    await works(token);
  }
});
