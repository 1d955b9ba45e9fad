// How the work of every reader, of merge, edit and the access matrix grows: processor time at n, 2n and 4n of what an attacker would repeat.
// The exponent is that of the time, t(4n) = 4^e t(n). Above 1.3 the bench fails. Processor time of this process, the engine in place, the least
// of several runs: other programs of the machine do not count.
import { open } from "../../pkg/node.js";
import { machine, quick, section, table } from "./common.mjs";

const LIMIT = 1.3;
/** Shorter runs say nothing about growth: 4n is chosen so that it takes longer, as far as the input's own limit lets it. */
const ENOUGH = 60;
const RUNS = quick ? 2 : 4;

const kubecred = await open({ worker: false });
const list = (n, make) => Array.from({ length: n }, (_, index) => make(index));
const lines = (n, make) => list(n, make).join("");

const key = await kubecred.keys.generate("ecdsa-p256");
const request = (n) => key.createCsr({ user: "jane", groups: list(Math.min(n, 250), (i) => `group-${i}`) });
const b64 = (text) => Buffer.from(text).toString("base64");
const pem = (label, n) => `-----BEGIN ${label}-----\n${"A".repeat(64)}\n`.padEnd(64 * n, `${"A".repeat(64)}\n`) + `-----END ${label}-----\n`;

/** With a user and a cluster for each context, or `shared`, one of each, or `one` cluster alone: 10,000 of the first kind are more values than a file may have. */
const contexts = (n, { shared = false, one = shared, more = "" } = {}) =>
  "apiVersion: v1\nkind: Config\ncurrent-context: c0\n" +
  `clusters:\n${lines(one ? 1 : n, (i) => `- {name: k${i}, cluster: {server: "https://h${i}:6443"}}\n`)}` +
  `users:\n${lines(shared ? 1 : n, (i) => `- {name: u${i}, user: {token: t${i}}}\n`)}` +
  `contexts:\n${lines(n, (i) => `- {name: c${i}, context: {cluster: k${one ? 0 : i}, user: u${shared ? 0 : i}}}\n`)}${more}`;
const roles = (n) =>
  lines(
    n,
    (i) =>
      `---\nkind: ClusterRole\nmetadata: {name: r${i}}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n---\nkind: ClusterRoleBinding\nmetadata: {name: b${i}}\nroleRef: {kind: ClusterRole, name: r${i}}\nsubjects: [{kind: User, name: jane}]\n`,
  );
const cube = (n) =>
  `kind: ClusterRole\nmetadata: {name: r}\nrules:\n- apiGroups: [${list(n, (i) => `g${i}`)}]\n  resources: [${list(n, (i) => `r${i}`)}]\n  verbs: [${list(n, (i) => `v${i}`)}]\n---\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: r}\nsubjects: [${list(n, (i) => `{kind: User, name: u${i}}`)}, {kind: User, name: jane}]\n`;
const jane = { kind: "User", name: "jane" };
const csr = (n, pemText) => ({
  apiVersion: "v1",
  kind: "List",
  items: list(n, (i) => ({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: `j${i}` },
    spec: { request: b64(pemText), signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
  })),
});
const small = await request(1);
const read = (text) => kubecred.kubeconfig.parse(text);

/** Contexts of one user and cluster each, under other names than those of `contexts`. */
const others = (n) => contexts(n, { shared: true }).replaceAll("name: c", "name: d");
const people = (n) => contexts(n, { one: true });
const keys = (n) => contexts(1, { more: lines(n, (i) => `x${i}: y\n`) });
const preferences = (n) => contexts(1, { more: `preferences:\n${lines(n, (i) => `  x${i}: y\n`)}` });
const merge = ([a, b]) => a.merge(b);
const edit = ([file, change]) => file.edit(change);

/** What 10,000 of must take less than half a second each: prepared, and measured. */
const TEN_THOUSAND = {
  "merge: contexts of one user and cluster": [async (n) => [await read(contexts(n, { shared: true })), await read(others(n))], merge],
  "merge: files that clash": [
    async (n) => [await read(people(n)), await read(people(n).replaceAll("https://h", "https://i").replaceAll("token: t", "token: s"))],
    merge,
  ],
  "merge: identical files": [async (n) => [await read(people(n)), await read(people(n))], merge],
  "merge: unknown keys": [async (n) => [await read(keys(n)), await read(keys(n).replaceAll(": y", ": z"))], merge],
  "merge: preferences": [async (n) => [await read(preferences(n)), await read(preferences(n).replaceAll(": y", ": z"))], merge],
  "edit: rename contexts": [async (n) => [await read(people(n)), { rename: list(n, (i) => ({ section: "contexts", from: `c${i}`, to: `d${i}` })) }], edit],
  "edit: rename users": [async (n) => [await read(people(n)), { rename: list(n, (i) => ({ section: "users", from: `u${i}`, to: `v${i}` })) }], edit],
  "edit: remove": [async (n) => [await read(people(n)), { remove: list(n - 1, (i) => ({ section: "contexts", name: `c${i + 1}` })) }], edit],
  "edit: namespaces": [async (n) => [await read(people(n)), { namespaces: list(n, (i) => ({ context: `c${i}`, namespace: "n" })) }], edit],
  "edit: a file of unknown keys": [async (n) => [await read(keys(n)), { namespaces: [{ context: "c0", namespace: "n" }] }], edit],
  "edit: a file of preferences": [async (n) => [await read(preferences(n)), { namespaces: [{ context: "c0", namespace: "n" }] }], edit],
};
const BUDGET = 500;

/**
 * Each: the size to begin with, the largest 4n that the input's own limit allows, what is prepared (not measured), and what is measured.
 * A refusal counts as an answer: it must not take longer than it grows.
 */
const CASES = {
  "readKubeconfig: contexts": [200, 12_000, contexts, read],
  "readKubeconfig: contexts of one user and cluster": [200, 24_000, (n) => contexts(n, { shared: true }), read],
  "readKubeconfig: unknown keys": [500, 60_000, (n) => contexts(1, { more: lines(n, (i) => `x${i}: y\n`) }), read],
  "readKubeconfig: preferences": [500, 60_000, (n) => contexts(1, { more: `preferences:\n${lines(n, (i) => `  x${i}: y\n`)}` }), read],
  "readKubeconfig: one name many times": [500, 24_000, (n) => contexts(1, { more: lines(n, () => "- {name: c0, context: {cluster: k0, user: u0}}\n") }), read],
  "readKubeconfig: %TAG lines": [500, 60_000, (n) => `${lines(n, (i) => `%TAG !e${i}! tag:e,2000:\n`)}---\n${contexts(1)}`, read],
  "readKubeconfig: depth": [200, 60_000, (n) => `${"[".repeat(n)}${"]".repeat(n)}`, read],
  "readKubeconfig: anchors and aliases": [500, 60_000, (n) => contexts(1, { more: `extra:\n${lines(n, (i) => `- &a${i} x\n- *a${i}\n`)}` }), read],
  "readKubeconfig: blank lines and remarks": [5_000, 400_000, (n) => contexts(1, { more: "# x\n\n".repeat(n) }), read],
  "readKubeconfig: one long scalar": [50_000, 3_500_000, (n) => contexts(1, { more: `x: "${"a".repeat(n)}"\n` }), read],
  "readKubeconfig: a CA bundle": [
    5_000,
    60_000,
    (n) =>
      `apiVersion: v1\nkind: Config\nclusters: [{name: k, cluster: {server: "https://h", certificate-authority-data: ${b64(pem("CERTIFICATE", n / 2))}}}]\n`,
    read,
  ],
  ...Object.fromEntries(Object.entries(TEN_THOUSAND).map(([name, work]) => [name, [200, 8_000, ...work]])),
  serialize: [200, 8_000, (n) => read(contexts(n)), (file) => file.serialize()],
  "serialize: redact": [200, 8_000, (n) => read(contexts(n)), (file) => file.serialize({ redact: true })],
  minify: [200, 8_000, (n) => read(contexts(n)), (file) => file.minify("c0")],
  clusterEntries: [200, 8_000, (n) => read(contexts(n)), (file) => file.clusterEntries()],
  "accessMatrix: roles and bindings": [100, 8_000, roles, (manifests) => kubecred.rbac.matrix({ manifests, subject: jane })],
  "accessMatrix: groups × resources × verbs": [50, 12_000, cube, (manifests) => kubecred.rbac.matrix({ manifests, subject: jane })],
  "accessMatrix: groups of the subject": [
    200,
    40_000,
    (n) => ({ manifests: cube(10), subject: { ...jane, groups: list(n, (i) => `g${i}`) } }),
    (options) => kubecred.rbac.matrix(options),
  ],
  accessReview: [100, 8_000, roles, (manifests) => kubecred.rbac.review({ manifests, subject: jane, questions: [{ verb: "delete", resource: "nodes" }] })],
  "accessFindings: roles and bindings": [100, 8_000, roles, (manifests) => kubecred.rbac.lint(manifests)],
  "accessFindings: groups × resources × verbs": [50, 12_000, cube, (manifests) => kubecred.rbac.lint(manifests)],
  "accessFindings: document lines": [1_000, 400_000, (n) => "---\n".repeat(n), (manifests) => kubecred.rbac.lint(manifests)],
  "inspectSubject: groups": [500, 200_000, (n) => ({ user: "jane", groups: list(n, (i) => `g${i}`) }), (subject) => kubecred.csr.lintSubject(subject)],
  "inspectSubject: DNS names": [
    250,
    200_000,
    (n) => ({ user: "jane", dnsNames: list(n, (i) => `h${i}.example`) }),
    (subject) => kubecred.csr.lintSubject(subject),
  ],
  "inspectSubject: a long name": [1_000, 1_000_000, (n) => ({ user: "\u0430".repeat(n) }), (subject) => kubecred.csr.lintSubject(subject)],
  "readSigningRequests: a list": [20, 2_000, (n) => csr(n, small), (objects) => kubecred.csr.explainAll(objects)],
  "readSigningRequests: document lines": [1_000, 400_000, (n) => "---\n".repeat(n), (text) => kubecred.csr.explainAll(text)],
  "readSigningRequest: groups of the requester": [
    500,
    100_000,
    (n) => {
      const one = csr(1, small).items[0];
      one.spec.groups = list(n, (i) => `\u0430${i}`);
      return one;
    },
    (object) => kubecred.csr.explain(object),
  ],
  "readRequest: text around it": [1_000, 60_000, (n) => `${"x\n".repeat(n / 2)}${small}`, (text) => kubecred.csr.inspect(text)],
  "readRequest: BEGIN lines": [500, 40_000, (n) => "-----BEGIN CERTIFICATE REQUEST-----\n".repeat(n), (text) => kubecred.csr.inspect(text)],
  "readCertificate: blocks": [
    100,
    40_000,
    (n) => "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n".repeat(n),
    (text) => kubecred.certificates.parse(text),
  ],
  "readCertificate: one long block": [100, 60_000, (n) => pem("CERTIFICATE", n), (text) => kubecred.certificates.parse(text)],
  "importKey: blocks": [100, 40_000, (n) => "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n".repeat(n), (text) => kubecred.keys.import(text)],
  "readToken: claims": [
    100,
    800,
    (n) => `e30.${Buffer.from(JSON.stringify(Object.fromEntries(list(n, (i) => [`c${i}`, i])))).toString("base64url")}.e30`,
    (text) => kubecred.tokens.parse(text),
  ],
  recognise: [10_000, 3_500_000, (n) => "a: b\n".repeat(n / 5), (text) => kubecred.classify(text)],
  "recognise: dots and dashes": [10_000, 3_500_000, (n) => ".-".repeat(n / 2), (text) => kubecred.classify(text)],
  "readTokenSecret: a list": [
    200,
    40_000,
    (n) => ({ kind: "List", items: list(n, (i) => ({ kind: "Secret", metadata: { name: `s${i}` }, type: "Opaque" })) }),
    (object) => kubecred.tokens.fromSecret(object, { serviceAccount: "x" }),
  ],
  "inspectCluster: a CA bundle": [
    100,
    40_000,
    (n) => ({ server: "https://h", certificateAuthority: pem("CERTIFICATE", n) }),
    (entry) => kubecred.discovery.lintCluster(entry),
  ],
  toYaml: [500, 60_000, (n) => list(n, (i) => ({ kind: "Role", metadata: { name: `r${i}` } })), (objects) => kubecred.toYaml(objects)],
  "accessManifests: subjects": [
    200,
    20_000,
    (n) => ({ subjects: list(n, (i) => ({ kind: "User", name: `u${i}` })), role: "view" }),
    (options) => kubecred.rbac.manifests(options),
  ],
};

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The least processor time of several runs, in ms. Where nothing may be refused, a refusal ends the bench. */
async function least(prepare, work, n, mayRefuse = true) {
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const given = await prepare(n);
    const began = cpu();
    const made = await work(given).catch((error) => {
      if (!mayRefuse || error?.name !== "KubecredError") throw error;
    });
    best = Math.min(best, cpu() - began);
    made?.dispose?.();
    made?.kubeconfig?.dispose();
    for (const each of [given].flat()) each?.dispose?.();
  }
  return best;
}

const only = process.argv[2];
const rows = [];
const failed = [];
for (const [name, [first, most, prepare, work]] of Object.entries(CASES)) {
  if (only && !name.includes(only)) continue;
  let n = first;
  let last = await least(prepare, work, 4 * n);
  while (last < ENOUGH && 8 * n <= most) last = await least(prepare, work, 4 * (n *= 2));
  const one = await least(prepare, work, n);
  const two = await least(prepare, work, 2 * n);
  const exponent = Math.log2(Math.max(last, 0.01) / Math.max(one, 0.01)) / 2;
  // Where 4n is done within the noise of the clock, there is nothing that could have grown.
  const counts = last >= ENOUGH / 3;
  if (counts && exponent > LIMIT) failed.push(name);
  rows.push([name, n.toLocaleString("en"), one.toFixed(1), two.toFixed(1), last.toFixed(1), counts ? exponent.toFixed(2) : `(${exponent.toFixed(2)})`]);
  console.log(rows.at(-1).join("  "));
}
const budget = [];
for (const [name, [prepare, work]] of Object.entries(TEN_THOUSAND)) {
  if (only && !name.includes(only)) continue;
  const took = await least(prepare, work, 10_000, false);
  if (took >= BUDGET) failed.push(`${name} (10,000 in ${took.toFixed(0)} ms)`);
  budget.push([name, took.toFixed(0)]);
  console.log(budget.at(-1).join("  "));
}
kubecred.close();
if (!only)
  section(
    "Growth",
    `${machine()}\n\nProcessor time in ms, the least of ${RUNS} runs, the engine in place. The exponent is that of t(4n)/t(n); above ${LIMIT} the bench fails. In brackets: too quick to tell.\n\n${table(["what is repeated", "n", "n, ms", "2n, ms", "4n, ms", "exponent"], rows)}\n\n10,000 of each, which must take less than ${BUDGET} ms:\n\n${table(["what is done", "ms"], budget)}`,
  );
if (failed.length) {
  console.error(`grows faster than n^${LIMIT}, or takes too long: ${failed.join("; ")}`);
  process.exit(1);
}
