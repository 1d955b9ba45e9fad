// Kubeconfigs through the package: handles, changes, secrets that stay in the worker, files of a thousand contexts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MODES, failure, fails, open, vector } from "./common.mjs";

const file = (name, token) => `apiVersion: v1
kind: Config
clusters: [{name: kubernetes, cluster: {server: "https://${name}:6443", odd: kept}}]
users: [{name: admin, user: {token: ${token}}}]
contexts: [{name: admin@kubernetes, context: {cluster: kubernetes, user: admin}}]
current-context: admin@kubernetes
`;
const text = (bytes) => new TextDecoder().decode(bytes);

for (const [mode, options] of MODES) {
  test(`${mode}: read, merge, minify, edit, write`, async (t) => {
    const kubecred = await open(options);
    t.after(() => kubecred.close());
    const one = await kubecred.kubeconfig.parse(file("one", "canary-one"));
    const two = await kubecred.kubeconfig.parse(new TextEncoder().encode(file("two", "canary-two")));
    assert.equal(one.currentContext, "admin@kubernetes");
    assert.deepEqual(one.clusters, [{ name: "kubernetes", server: "https://one:6443" }]);
    assert.equal(one.users[0].kind, "token");
    assert.deepEqual(one.contexts, [{ name: "admin@kubernetes", cluster: "kubernetes", user: "admin" }]);
    const unknown = one.findings.find(({ code }) => code === "unknown-field");
    assert.deepEqual({ path: unknown.path, line: unknown.line, column: unknown.column }, { path: "clusters[0].cluster", line: 3, column: 69 });

    const { kubeconfig, changes } = await one.merge(two);
    assert.deepEqual(
      changes.map(({ kind, newName }) => [kind, newName]),
      [
        ["renamed", "kubernetes@two:6443"],
        ["renamed", "admin@kubernetes@two:6443"],
        ["renamed", "admin@kubernetes@two:6443"],
      ],
    );
    assert.equal(kubeconfig.contexts.length, 2);
    const small = await kubeconfig.minify("admin@kubernetes@two:6443");
    const written = text(await small.serialize());
    assert.match(written, /canary-two/);
    assert.doesNotMatch(written, /canary-one/);
    const edited = await small.edit({
      rename: [{ section: "contexts", from: "admin@kubernetes@two:6443", to: "two" }],
      namespaces: [{ context: "two", namespace: "dev" }],
    });
    assert.deepEqual(edited.contexts, [{ name: "two", cluster: "kubernetes@two:6443", user: "admin@kubernetes@two:6443", namespace: "dev" }]);
    assert.equal(JSON.parse(text(await edited.serialize({ format: "json" })))["current-context"], "two");
    assert.match(text(await edited.serialize({ format: "kyaml" })), /^---\n\{\n {2}apiVersion: "v1",\n/);
    assert.doesNotMatch(text(await kubeconfig.serialize({ redact: true })), /canary/);
    assert.deepEqual(await one.clusterEntries(), [{ name: "kubernetes", server: "https://one:6443" }]);

    // What the caller holds shows nothing; the control is the file itself.
    for (const held of [one, two, kubeconfig]) {
      const shown = JSON.stringify([held, held.clusters, held.users, held.contexts, held.findings, changes]) + String(held);
      assert.doesNotMatch(shown, /canary/);
    }
    assert.match(text(await one.serialize()), /canary-one/);

    two.dispose();
    await fails(one.merge(two), "handle-disposed");
    await fails(one.merge({}), "handle-disposed");
    const other = await open(options);
    await fails(one.merge(await other.kubeconfig.parse(file("x", "z"))), "handle-disposed");
    other.close();
    await fails(one.minify("nope"), "invalid-options");
    await fails(one.edit({ rename: [{ section: "users", from: "admin", to: "" }] }), "invalid-name");
    await fails(one.serialize({ format: "toml" }), "invalid-options");
    one.dispose();
    await fails(one.serialize(), "handle-disposed");
  });

  test(`${mode}: what cannot be read says where and nothing else`, async (t) => {
    const kubecred = await open(options);
    t.after(() => kubecred.close());
    const cases = [
      ["users: [{name: u, user: {token: [canary]}}]", "invalid-kubeconfig", "line 1, column 33: users[0].user.token must be a text."],
      [
        "a: 1\na: canary",
        "invalid-yaml",
        "line 2, column 1: The same key appears twice here, and kubectl would use the last one without a warning (first on line 1)",
      ],
      ["kind: Secret\ndata: canary", "invalid-kubeconfig", "line 1, column 7: This is another Kubernetes object, not a kubeconfig: its kind must be Config."],
      [`users: [${"{name: a},".repeat(150_000)}]`, "input-too-large", undefined],
    ];
    for (const [yaml, code, message] of cases) {
      const error = await failure(kubecred.kubeconfig.parse(yaml));
      assert.equal(error.code, code);
      if (message) assert.equal(error.message, message);
      assert.doesNotMatch(JSON.stringify([error, error.details, error.stack]), /canary/);
    }
    await fails(kubecred.kubeconfig.parse(7), "invalid-options");
  });

  test(`${mode}: new files`, async (t) => {
    const kubecred = await open(options);
    t.after(() => kubecred.close());
    const cluster = { server: "https://a" };
    const made = await kubecred.kubeconfig.create({ cluster, token: "Bearer abc\n", contextName: "x", namespace: "dev" });
    assert.equal(made.users[0].token.kind, "opaque");
    assert.match(text(await made.serialize()), /token: "abc"\n/);
    const oidc = await kubecred.kubeconfig.create({ cluster, oidc: { issuer: "https://issuer", clientId: "k8s", scopes: ["groups"] } });
    assert.deepEqual([oidc.users[0].kind, oidc.users[0].command], ["exec", "kubectl"]);
    await fails(kubecred.kubeconfig.create({ cluster }), "invalid-options");
    await fails(kubecred.kubeconfig.create({ cluster, token: "a b" }), "invalid-token");
    await fails(kubecred.kubeconfig.create({ cluster: { server: "http://a" }, token: "a" }), "invalid-server");
  });
}

test("names that are properties of every object are names like others", async (t) => {
  const kubecred = await open();
  t.after(() => kubecred.close());
  const read = await kubecred.kubeconfig.parse(vector("kubeconfig", "66-__proto__.yaml"));
  assert.equal(read.contexts[0].name, "__proto__");
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  const edited = await read.edit({ currentContext: "__proto__" });
  assert.equal(edited.currentContext, "__proto__");
});

test("a thousand contexts are read and written", async (t) => {
  const kubecred = await open();
  t.after(() => kubecred.close());
  const data = Buffer.from(vector("signing-requests", "issued.crt.pem")).toString("base64");
  const many = (section, body) => `${section}:\n${Array.from({ length: 1000 }, (_, number) => body(number)).join("")}`;
  const yaml =
    many("clusters", (number) => `- name: c${number}\n  cluster: {server: "https://c${number}", certificate-authority-data: ${data}}\n`) +
    many("contexts", (number) => `- name: x${number}\n  context: {cluster: c${number}, user: u${number}}\n`) +
    many("users", (number) => `- name: u${number}\n  user: {token: t${number}}\n`);
  const read = await kubecred.kubeconfig.parse(yaml);
  const bytes = await read.serialize();
  assert.equal(read.contexts.length, 1000);
  assert.ok(bytes.length > yaml.length / 2);
});
