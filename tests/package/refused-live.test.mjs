// Refusals of a real API server: who is refused is read from the sentence's fixed form, and what a caller needs is named at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startCluster } from "./cluster.mjs";
import { fails, open } from "./common.mjs";
import { fetchWith } from "./live.mjs";

let cluster;
let kubecred;
let way;
before(async () => {
  cluster = await startCluster();
  kubecred = await open();
  way = fetchWith(cluster.ca);
});
after(() => {
  kubecred?.close();
  way?.close();
  cluster?.stop();
});

/** The cluster as a service account, with these rules. */
async function as(name, rules) {
  await cluster.apply([
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "default" } },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: `of-${name}` }, rules },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: `of-${name}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: `of-${name}` },
      subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
    },
  ]);
  const token = (await cluster.kubectl(["create", "token", name])).trim();
  return kubecred.cluster({ server: cluster.server, token, fetch: way.fetch });
}

const csr = (verbs) => [{ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs }];
async function request(user) {
  const key = await kubecred.keys.generate("ecdsa-p256");
  return key.createCsr({ user });
}

test("a binding named system:anonymous is not a caller without a credential", async () => {
  const api = await as("jane", []);
  for (const name of ["system:anonymous", 'is forbidden: User "system:anonymous" cannot get path', 'x" is forbidden: User "system:anonymous" cannot']) {
    const [{ error }] = await api.rbac.apply([
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [],
      },
    ]);
    assert.equal(error.code, "forbidden", error.message);
    assert.ok(!error.message.includes("arrived without credentials"), error.message);
    const rule = JSON.parse(error.details.find(({ field }) => field === "rule").message);
    assert.deepEqual([rule.resources, rule.verbs, rule.resourceNames], [["clusterrolebindings"], ["patch"], [name]]);
  }
  const nobody = await fails(kubecred.cluster({ server: cluster.server, fetch: way.fetch }).rbac.permissions("default"), "forbidden");
  assert.match(nobody.message, /arrived without credentials/);
});

test("create without get: what was done, and the whole role", async () => {
  const api = await as("creates", csr(["create"]));
  const { message, details } = await fails(api.csr.request({ csr: await request("cora"), name: "cora-1" }), "forbidden");
  assert.match(message, /The request cora-1 is in the cluster/);
  assert.deepEqual(details.find(({ field }) => field === "created").message, "cora-1");
  const rules = JSON.parse(details.find(({ field }) => field === "role").message);
  assert.deepEqual(
    rules.map(({ verbs, resourceNames }) => [verbs, resourceNames]),
    [
      [["create"], undefined],
      [["get", "list", "watch"], ["cora-1"]],
    ],
  );
  // The role that is named is enough.
  await cluster.apply([{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "of-creates" }, rules }]);
  const troubles = [];
  const wait = api.csr.wait("cora-1", { onTrouble: ({ code }) => troubles.push(code) });
  await cluster.kubectl(["certificate", "approve", "cora-1"]);
  assert.equal((await wait).status.state, "issued");
  assert.deepEqual(
    troubles.filter((code) => code === "forbidden"),
    [],
  );
});

test("the template csr-requester lets a requester wait by a watch", async () => {
  const template = (await kubecred.rbac.templates()).find(({ id }) => id === "csr-requester");
  const api = await as("templated", template.rules);
  const troubles = [];
  const wait = api.csr.request(
    { csr: await request("tom"), name: "tom-1" },
    {
      onTrouble: ({ code }) => troubles.push(code),
      onStatus: ({ state }) => state === "pending" && setTimeout(() => cluster.kubectl(["certificate", "approve", "tom-1"]), 500),
    },
  );
  assert.equal((await wait).status.state, "issued");
  assert.deepEqual(troubles, []);
});

test("the template csr-approver lists and follows requests", async () => {
  const template = (await kubecred.rbac.templates()).find(({ id }) => id === "csr-approver");
  const api = await as("approver", template.rules);
  const {
    value: { resourceVersion },
  } = await api.csr.pages().next();
  const controller = new AbortController();
  const changes = api.csr.watch({ resourceVersion, signal: controller.signal });
  const first = changes.next();
  await cluster.apply([await kubecred.csr.manifest({ csr: await request("ann"), name: "ann-1" })]);
  assert.equal((await first).value.status.name, "ann-1");
  controller.abort();
  await changes.next().catch(() => {});
});

test("a list of requests by one who may not: the approver's permission", async () => {
  const api = await as("lists-none", csr(["create"]));
  const { message } = await fails(api.csr.pages().next(), "forbidden");
  assert.match(message, /The approver lacks this permission/);
});
