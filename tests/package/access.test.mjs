// Rights on a real control plane: the roles that we print are enough and no more, apply writes what kubectl reads, and what is
// worked out here is what the server answers.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, test } from "node:test";
import { fails, open, sleep } from "./common.mjs";
import { inParallel, startLive } from "./live.mjs";
import { NAMESPACES, randomQuestions, randomSet, random } from "./random-roles.mjs";

let kubecred, live;
before(async () => {
  kubecred = await open();
  live = await startLive(kubecred);
  await live.kubectl(["create", "namespace", "rights"]);
});
after(() => {
  live?.stop();
  kubecred?.close();
});

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
/** How many sets of roles are compared; KUBECRED_CASES makes the run longer. */
const CASES = Number(process.env.KUBECRED_CASES ?? 200);
const clone = (object) => structuredClone(object);
const results = (done) => done.map(({ result, error }) => (error ? `${result}: ${error.code}` : result));

/** The authorizer learns of changes by watches of its own: waits until it answers as it should. */
async function settled(question, allowed, ...clusters) {
  for (const cluster of clusters) {
    for (let attempt = 0; (await cluster.rbac.can(question)).allowed !== allowed; attempt++) {
      assert.ok(attempt < 200, `never ${allowed}: ${JSON.stringify(question)}`);
      await sleep(25);
    }
  }
}

test("the built-in roles are those that the server has", async () => {
  const triples = (rules) =>
    new Set(
      rules.flatMap((rule) =>
        (rule.nonResourceURLs ?? [])
          .map((url) => `${url} ${rule.verbs}`)
          .concat((rule.apiGroups ?? []).flatMap((group) => rule.resources.flatMap((resource) => rule.verbs.map((verb) => `${group} ${resource} ${verb}`)))),
      ),
    );
  const builtIn = (await kubecred.rbac.templates()).filter((template) => template.builtIn);
  assert.deepEqual(
    builtIn.map(({ id }) => id),
    ["view", "edit", "admin", "cluster-admin"],
  );
  for (const { id, rules } of builtIn) {
    const { rules: real } = await live.call("GET", `${RBAC}/clusterroles/${id}`);
    assert.deepEqual([...triples(rules)].sort(), [...triples(real)].sort(), id);
  }
});

test("apply writes what kubectl reads, and says what it did to each", async () => {
  const { admin } = live;
  const objects = [
    ...(await kubecred.rbac.manifests({
      subjects: [
        { kind: "User", name: "Jane *:/ü" },
        { kind: "ServiceAccount", name: "ci" },
      ],
      role: "pod-reader",
      namespace: "rights",
    })),
    ...(await kubecred.rbac.manifests({
      subjects: [{ kind: "Group", name: "dev:*" }],
      role: {
        name: "own:*@x",
        rules: [
          { apiGroups: ["", "*"], resources: ["*/scale"], verbs: ["*"], resourceNames: ["a:b"] },
          { nonResourceURLs: ["/x/*"], verbs: ["get"] },
        ],
      },
    })),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ci", namespace: "rights" } },
  ];
  assert.deepEqual(results(await admin.rbac.apply(objects, { dryRun: true })), Array(5).fill("created"));
  assert.deepEqual(results(await admin.rbac.apply(objects)), Array(5).fill("created"), "a dry run stored nothing");
  assert.deepEqual(results(await admin.rbac.apply(objects)), Array(5).fill("unchanged"));
  for (const object of objects) {
    const place = object.metadata.namespace ? ["--namespace", object.metadata.namespace] : [];
    const read = JSON.parse(await live.kubectl(["get", object.kind.toLowerCase(), object.metadata.name, ...place, "-o", "json"]));
    for (const field of ["apiVersion", "kind", "rules", "subjects", "roleRef"]) assert.deepEqual(read[field], object[field], `${object.kind} ${field}`);
  }
  const fromYaml = await live.kubectl(["create", "--dry-run=client", "-f", "-", "-o", "json"], { input: await kubecred.toYaml(objects) });
  assert.deepEqual(
    fromYaml
      .trim()
      .split(/\n(?=\{)/)
      .map((one) => JSON.parse(one)),
    objects,
    "as YAML as well",
  );
  const changed = clone(objects);
  changed[0].rules.pop();
  assert.deepEqual(results(await admin.rbac.apply(changed)), ["configured", ...Array(4).fill("unchanged")]);
});

test("a binding's role cannot be changed, and that is said; the other objects are written", async () => {
  const make = (role) => kubecred.rbac.manifests({ subjects: [{ kind: "User", name: "mia" }], role, name: "mia", namespace: "rights" });
  assert.deepEqual(results(await live.admin.rbac.apply(await make("pod-reader"))), ["configured", "created"]);
  const done = await live.admin.rbac.apply([...(await make("edit")), ...(await make("exec"))]);
  assert.deepEqual(results(done), ["failed: invalid-object", "created", "failed: invalid-object"]);
  assert.match(done[0].error.message, /refers to another role.*Delete the binding first/);
  assert.deepEqual(done[0].object.roleRef.name, "edit", "the object that was given");
});

test("fields that others keep are a conflict unless they are taken over", async () => {
  await live.kubectl(["create", "role", "theirs", "--namespace", "rights", "--verb=get", "--resource=pods"]);
  const [role] = await kubecred.rbac.manifests({
    subjects: [{ kind: "User", name: "mia" }],
    role: { name: "theirs", rules: [{ apiGroups: [""], resources: ["services"], verbs: ["get"] }] },
    namespace: "rights",
  });
  const [failed] = await live.admin.rbac.apply([role]);
  assert.equal(failed.error.code, "conflict");
  assert.match(failed.error.message, /force/);
  assert.deepEqual(results(await live.admin.rbac.apply([role], { force: true })), ["configured"]);
  const odd = await live.admin.rbac.apply([
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x", namespace: "rights" } },
    { ...role, rulez: [] },
  ]);
  assert.deepEqual(results(odd), ["failed: invalid-object", "failed: server-error"], "1.36 answers 500 to a field that it does not know");
  await fails(live.admin.rbac.apply("text"), "invalid-options");
});

test("nobody gives what they do not have, and the sentence says so", async () => {
  const giver = await live.account("rights", "giver");
  await live.admin.rbac.apply(
    await kubecred.rbac.manifests({
      subjects: [{ kind: "ServiceAccount", name: "giver", namespace: "rights" }],
      namespace: "rights",
      role: { name: "giver", rules: [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: ["get", "create", "patch"] }] },
    }),
  );
  await settled({ verb: "patch", group: "rbac.authorization.k8s.io", resource: "roles", namespace: "rights" }, true, giver);
  const done = await giver.rbac.apply(await kubecred.rbac.manifests({ subjects: [{ kind: "User", name: "x" }], role: "deployer", namespace: "rights" }));
  assert.deepEqual(results(done), ["failed: forbidden", "failed: not-found"], "and the role that was not written cannot be bound");
  assert.match(done[0].error.message, /grant only permissions that you have/);
});

test("what may I do here", async () => {
  const account = await live.account("rights", "reader");
  const manifests = await kubecred.rbac.manifests({ subjects: [{ kind: "ServiceAccount", name: "reader" }], role: "port-forward", namespace: "rights" });
  await live.admin.rbac.apply(manifests);
  await settled({ verb: "create", resource: "pods", subresource: "portforward", namespace: "rights" }, true, account);
  const found = await account.rbac.permissions("rights");
  assert.deepEqual([found.incomplete, found.reason], [false, undefined]);
  const mine = (rows) =>
    rows.filter(({ apiGroup, resource }) => apiGroup === "" && /^(pods|services)/.test(resource)).map(({ resource, verbs }) => `${resource}: ${verbs}`);
  const offline = await kubecred.rbac.matrix({ manifests, subject: { kind: "ServiceAccount", name: "reader", namespace: "rights" }, namespace: "rights" });
  assert.deepEqual(mine(found.rows), ["pods: get,list", "pods/portforward: get,create", "services: get"]);
  assert.deepEqual(mine(found.rows), mine(offline.rows));
  assert.ok(
    found.rules.some(({ resources, verbs, resourceNames }) => resources.includes("pods/portforward") && verbs.includes("create") && resourceNames.length === 0),
  );
  assert.deepEqual(mine((await account.rbac.permissions("default")).rows), []);
  assert.deepEqual(await account.rbac.can({ verb: "get", path: "/version" }).then(({ allowed }) => allowed), true);
  await fails(account.rbac.permissions(""), "invalid-options");
  await live.admin.rbac.apply(
    await kubecred.rbac.manifests({ subjects: [{ kind: "ServiceAccount", name: "reader" }], role: { name: "gone" }, namespace: "rights" }),
  );
  for (let attempt = 0; !/"gone" not found/.test((await account.rbac.permissions("rights")).reason ?? ""); attempt++) {
    assert.ok(attempt < 200, "the server says that a role is missing");
    await sleep(25);
  }
});

/** The role without one verb of one rule; each comes with what is missing. */
function* without(role) {
  for (const [index, rule] of role.rules.entries()) {
    for (const verb of rule.verbs) {
      const less = clone(role);
      less.rules[index].verbs = rule.verbs.filter((other) => other !== verb);
      if (less.rules[index].verbs.length === 0) less.rules.splice(index, 1);
      const [resource, subresource] = rule.resources[0].split("/");
      yield [less, { verb, group: rule.apiGroups[0], resource, subresource, name: rule.resourceNames?.[0] }];
    }
  }
}

test("the roles for asking and approving are enough, and each right in them is needed", { timeout: 180_000 }, async (t) => {
  const give = (role, name) => kubecred.rbac.manifests({ subjects: [{ kind: "ServiceAccount", name, namespace: "rights" }], role });
  const [requester, approver] = [await live.account("rights", "requester"), await live.account("rights", "approver")];
  const [asking, askingBinding] = await give("csr-requester", "requester");
  const [approving, approvingBinding] = await give("csr-approver", "approver");
  assert.deepEqual(results(await live.admin.rbac.apply([asking, askingBinding, approving, approvingBinding])), Array(4).fill("created"));
  const key = await kubecred.keys.generate("ecdsa-p256");
  const request = await key.createCsr({ user: "jane", groups: ["dev"] });
  let count = 0;
  const askAndCollect = (cluster, onStatus) => cluster.csr.request({ csr: request, name: `jane-${++count}` }, { onStatus });
  const decide = async (cluster, name) => {
    const seen = new Map();
    for await (const report of cluster.csr.list()) seen.set(report.name, report);
    assert.ok(seen.has(name));
    return cluster.csr.approve(seen.get(name));
  };
  const full = (verb, resource, subresource, cluster) =>
    settled(
      { verb, group: "certificates.k8s.io", resource, subresource, name: resource === "signers" ? "kubernetes.io/kube-apiserver-client" : undefined },
      true,
      cluster,
    );
  await full("get", "certificatesigningrequests", undefined, requester);
  await full("approve", "signers", undefined, approver);

  // Enough: each with its own rights alone.
  const { certificate } = await askAndCollect(requester, (report) => report.state === "pending" && decide(approver, report.name).catch(assert.fail));
  assert.equal((await kubecred.certificates.parse(certificate)).user, "jane");
  await fails(
    requester.csr.approve(await kubecred.csr.explain(await live.call("GET", "/apis/certificates.k8s.io/v1/certificatesigningrequests/jane-1"))),
    "forbidden",
  );
  await fails(
    approver.csr.preview({ csr: request }).then(({ accepted }) => (accepted ? assert.fail() : approver.csr.request({ csr: request }))),
    "forbidden",
  );

  // No more than needed: without any one right it fails, with this sentence.
  const who = (name) => `User "system:serviceaccount:rights:${name}"`;
  const group = 'in API group "certificates.k8s.io" at the cluster scope';
  const sentences = {
    "create certificatesigningrequests": () =>
      `certificatesigningrequests.certificates.k8s.io is forbidden: ${who("requester")} cannot create resource "certificatesigningrequests" ${group}`,
    "get certificatesigningrequests": (name, account) =>
      `certificatesigningrequests.certificates.k8s.io "${name}" is forbidden: ${who(account)} cannot get resource "certificatesigningrequests" ${group}`,
    "list certificatesigningrequests": () =>
      `certificatesigningrequests.certificates.k8s.io is forbidden: ${who("approver")} cannot list resource "certificatesigningrequests" ${group}`,
    "update certificatesigningrequests/approval": (name) =>
      `certificatesigningrequests.certificates.k8s.io "${name}" is forbidden: ${who("approver")} cannot update resource "certificatesigningrequests/approval" ${group}`,
    "approve signers": (name) =>
      `certificatesigningrequests.certificates.k8s.io "${name}" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"`,
  };
  const tried = [];
  for (const [role, account, cluster] of [
    [asking, "requester", requester],
    [approving, "approver", approver],
  ]) {
    for (const [less, missing] of without(role)) {
      // A requester waits by a watch and reads where it breaks, so that one of both is enough; kubectl needs list as well. What an
      // approver follows by a watch is in refused-live.test.mjs.
      if (missing.verb === "watch" || (account === "requester" && missing.verb !== "create")) continue;
      await live.admin.rbac.apply([less]);
      await settled(missing, false, cluster);
      const run =
        account === "requester"
          ? askAndCollect(cluster, (report) => report.state === "pending" && live.admin.csr.approve(report))
          : live
              .call("POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests", await kubecred.csr.manifest({ csr: request, name: `jane-${++count}` }))
              .then(() => decide(cluster, `jane-${count}`));
      const what = `${missing.verb} ${missing.resource}${missing.subresource ? `/${missing.subresource}` : ""}`;
      const error = await fails(run, "forbidden");
      const named = ["create", "list"].includes(missing.verb) ? "" : ` named ${missing.name ?? `jane-${count}`}`;
      const mend = `Minimum permission required: ${what}${named}, by a ClusterRole`.replace(`${missing.verb} `, `${missing.verb} on `);
      assert.ok(
        error.message.startsWith(`Access denied (403): ${sentences[what](`jane-${count}`, account)}. `) && error.message.includes(` ${mend}`),
        error.message,
      );
      tried.push(`${account}: ${what}`);
      await live.admin.rbac.apply([role]);
      await settled(missing, true, cluster);
    }
  }
  assert.equal(tried.length, 5);
  t.diagnostic(tried.join("; "));
});

test("the roles are enough for kubectl as well, and stop where they should", async () => {
  const give = (role, name, namespace) => kubecred.rbac.manifests({ subjects: [{ kind: "ServiceAccount", name, namespace: "rights" }], role, namespace });
  const roles = { "csr-requester": undefined, "csr-approver": undefined, deployer: "rights", exec: "rights", "pod-reader": "rights" };
  const as = {};
  for (const [role, namespace] of Object.entries(roles)) {
    await live.kubectl(["create", "serviceaccount", `with-${role}`, "--namespace", "rights"]);
    assert.ok((await live.admin.rbac.apply(await give(role, `with-${role}`, namespace))).every(({ error }) => !error));
    as[role] = await live.kubectlOf("rights", `with-${role}`);
  }
  const works = async (role, ...args) => {
    const input = typeof args.at(-1) === "object" ? args.pop() : undefined;
    let done;
    for (let attempt = 0; attempt < 40; attempt++) {
      done = await as[role](args, input);
      if (done.code === 0) return done.stdout;
      if (!/orbidden/.test(done.stderr)) break;
      await sleep(50); // the authorizer has not heard of the binding yet
    }
    assert.fail(`${role}: kubectl ${args.join(" ")}: ${done.stderr}`);
  };
  const refused = async (role, ...args) => assert.match((await as[role](args)).stderr, /orbidden/, `${role}: ${args.join(" ")}`);

  const key = await kubecred.keys.generate("ed25519");
  const object = await kubecred.csr.manifest({ csr: await key.createCsr({ user: "kim" }), name: "kim" });
  await works("csr-requester", "create", "-f", "-", { input: JSON.stringify(object) });
  await refused("csr-requester", "certificate", "approve", "kim");
  assert.match(await works("csr-approver", "get", "csr"), /kim/);
  await works("csr-approver", "certificate", "approve", "kim");
  await refused("csr-approver", "get", "secrets");
  for (let attempt = 0; !(await works("csr-requester", "get", "csr", "kim", "-o", "jsonpath={.status.certificate}")); attempt++) {
    assert.ok(attempt < 200, "no certificate");
    await sleep(25);
  }

  await works("deployer", "create", "deployment", "web", "--image=x");
  await works("deployer", "scale", "deployment", "web", "--replicas=2");
  await works("deployer", "set", "image", "deployment/web", "*=y");
  await works("deployer", "rollout", "history", "deployment/web");
  await works("deployer", "expose", "deployment", "web", "--port=80");
  await works("deployer", "create", "configmap", "web", "--from-literal=a=b");
  await works("deployer", "create", "job", "once", "--image=x");
  await works("deployer", "create", "ingress", "web", "--rule=a.example/*=web:80");
  await works("deployer", "delete", "deployment,service,configmap,ingress", "web");
  await refused("deployer", "get", "secrets");
  await refused("deployer", "create", "role", "more", "--verb=get", "--resource=secrets");

  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "rights" }, spec: { containers: [{ name: "c", image: "x" }] } };
  await live.call("POST", "/api/v1/namespaces/rights/pods", pod);
  assert.match(await works("pod-reader", "get", "pods"), /^p /m);
  // No kubelet runs here: whoever gets past the authorizer learns that the pod stands on no node.
  assert.match((await as["pod-reader"](["logs", "p"])).stdout + (await as["pod-reader"](["logs", "p"])).stderr, /^(?!.*orbidden)/s);
  await refused("pod-reader", "exec", "p", "--", "ls");
  await works("exec", "get", "pods");
  assert.match((await as.exec(["exec", "p", "--", "ls"])).stderr, /does not have a host assigned/);
  await refused("exec", "delete", "pod", "p");
});

test("random sets of roles: worked out here is what the server answers", { timeout: 120_000 + CASES * 500 }, async (t) => {
  const seed = Number(process.env.KUBECRED_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`KUBECRED_SEED=${seed} KUBECRED_CASES=${CASES}`);
  const dice = random(seed);
  // What every cluster has counts as well: discovery for everyone, for one.
  const given = await Promise.all(["clusterroles", "clusterrolebindings", "roles", "rolebindings"].map((kind) => live.call("GET", `${RBAC}/${kind}`)));
  for (const name of NAMESPACES) await live.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const counts = { questions: 0, allowed: 0 };
  const wrong = [];
  for (let from = 0; from < CASES; from += 200) {
    const sets = Array.from({ length: Math.min(200, CASES - from) }, (_, index) => randomSet(dice, from + index));
    await inStore(sets, from, () => compare(dice, sets, given, counts, wrong));
  }
  t.diagnostic(`${CASES} sets, ${counts.questions} questions, ${counts.allowed} allowed, ${wrong.length} answered differently`);
  assert.deepEqual(wrong.slice(0, 20), [], `seed ${seed}: ${wrong.length} answered differently`);
  assert.ok(counts.questions > CASES * 10 && counts.allowed > counts.questions / 5 && counts.allowed < counts.questions * 0.9, "both answers occur often");
});

/** Writes a batch, waits until the authorizer knows it, and removes it after the work: the authorizer reads every binding for each question. */
async function inStore(sets, number, work) {
  const collection = ({ kind, metadata: { namespace } }) => `${RBAC}${namespace ? `/namespaces/${namespace}` : ""}/${kind.toLowerCase()}s`;
  // The last objects of each kind; the authorizer's watches are in order.
  const last = async (resource, namespace) =>
    kubecred.rbac.manifests({
      subjects: [{ kind: "User", name: "last" }],
      role: { name: `last-${number}`, rules: [{ apiGroups: ["last"], resources: [resource], verbs: ["get"] }] },
      namespace,
    });
  await inParallel(
    sets.flatMap(({ objects }) => objects),
    12,
    (object) => live.call("POST", collection(object), { ...object, metadata: { ...object.metadata, labels: { random: "set" } } }),
  );
  const ends = [await last(`x${number}`), await last(`y${number}`, "rights")];
  await live.admin.rbac.apply(ends.flat());
  for (const [resource, namespace] of [
    [`x${number}`, undefined],
    [`y${number}`, "rights"],
  ]) {
    while (!(await review("last", [], { verb: "get", group: "last", resource, namespace })).allowed) await sleep(25);
  }
  await work();
  const kinds = ["ClusterRole", "ClusterRoleBinding"].map((kind) => ({ kind, metadata: {} }));
  for (const namespace of NAMESPACES) kinds.push(...["Role", "RoleBinding"].map((kind) => ({ kind, metadata: { namespace } })));
  for (const kind of kinds) await live.call("DELETE", `${collection(kind)}?labelSelector=random%3Dset`);
}

/** What the API server answers to a question about somebody. */
async function review(user, groups, { path, verb, ...resource }) {
  const spec = { user, groups, ...(path ? { nonResourceAttributes: { path, verb } } : { resourceAttributes: { verb, ...resource } }) };
  const api = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview" };
  return (await live.call("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", { ...api, spec })).status;
}

/** Asks both about each set; `wrong` gets what is answered differently. */
async function compare(dice, sets, given, counts, wrong) {
  const asked = new Map(sets.map((set) => [set, randomQuestions(dice, set)]));
  await inParallel(sets, 8, async (set) => {
    const questions = asked.get(set);
    const mine = await kubecred.rbac.review({ manifests: [...given, ...set.objects], subject: set.subject, questions });
    const { user, groups } = await kubecred.rbac.matrix({ manifests: [], subject: set.subject });
    const theirs = await inParallel(questions, 4, (question) => review(user || "somebody", groups, question));
    for (const [index, question] of questions.entries()) {
      const sameReason = !mine[index].allowed || set.objects.length !== 2 || theirs[index].reason.startsWith("RBAC: allowed by ");
      if (mine[index].allowed !== (theirs[index].allowed === true) || !sameReason)
        wrong.push(JSON.stringify({ question, set, theirs: theirs[index], mine: mine[index] }));
      if (mine[index].allowed) counts.allowed++;
      counts.questions++;
    }
  });
}
