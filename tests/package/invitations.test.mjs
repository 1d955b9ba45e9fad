// Invitations on a real control plane: from one link to `kubectl auth whoami`, and everything that an administrator does with them.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fails } from "./common.mjs";
import { startInviting } from "./invited.mjs";
import { until } from "../support/until.mjs";
import { CSRS, NAMESPACE, contents } from "./links.mjs";

let it;
before(async () => {
  it = await startInviting({ apiserver: "--service-account-max-token-expiration=1h" });
});
after(() => it?.stop());

const codes = (findings) => findings.map(({ code }) => code);
const errors = (findings) => findings.filter(({ level }) => level === "error");

test("from one link to kubectl auth whoami", async () => {
  const { live, admin } = it;
  const terms = it.terms({ role: { role: "view", namespace: "default" } });
  const preview = await admin.invitations.preview(terms);
  assert.equal(preview.invitation.state, "planned");
  assert.deepEqual(await it.leftovers(), [], "a preview creates nothing");
  const { link, invitation, objects, findings } = await admin.invitations.create({ ...terms, name: preview.invitation.name });
  assert.deepEqual(errors(findings), []);
  // What was shown is what the server has.
  for (const [index, shown] of preview.objects.slice(1).entries()) {
    const { kind, metadata, rules, subjects, roleRef } = objects[index];
    assert.deepEqual(
      [kind, metadata.name, metadata.labels, rules, subjects, roleRef],
      [shown.kind, shown.metadata.name, shown.metadata.labels, shown.rules, shown.subjects, shown.roleRef],
    );
  }
  assert.equal(
    JSON.parse(await live.kubectl(["get", "namespace", NAMESPACE, "-o", "json"])).metadata.labels["pod-security.kubernetes.io/enforce"],
    "restricted",
  );
  assert.ok(link.startsWith("https://page.example/kubecred/#/invitation/1."));
  assert.ok(link.length < 4000, `${link.length} characters`);

  // The invited person, in another browser.
  const person = await it.person();
  const report = await person.invitations.read(link);
  assert.deepEqual(
    [report.user, report.groups, report.expirationSeconds, report.invitedBy, report.expired],
    ["jane", ["dev", "on call"], 3600, "admin", false],
  );
  assert.deepEqual([report.api, report.apiOrigin, report.ownOrigin], [live.server, new URL(live.server).origin, false]);
  assert.equal(report.expiresAt, invitation.expiresAt);
  assert.deepEqual(codes(report.findings).slice(0, 2), ["invitation-not-verified", "invitation-link-secret"]);
  assert.deepEqual(errors(report.findings), []);
  const listed = await it.find(invitation);
  assert.deepEqual(
    [listed.name, listed.state, listed.user, listed.uids, listed.role.uid],
    [invitation.name, "open", "jane", invitation.uids, invitation.role.uid],
  );

  const steps = [];
  let decided;
  const accepted = await person.invitations.accept(link, {
    fetch: live.fetch,
    namespace: "default",
    onRequest: ({ method, path }) => steps.push(`${method} ${path.split("?")[0]}`),
    onKey: (key) => steps.push(`key ${key.algorithm}`),
    onStatus: ({ state }) => {
      steps.push(state);
      decided ??= decide();
    },
  });
  async function decide() {
    const found = await it.find(invitation);
    assert.equal(found.state, "requested");
    const match = await admin.invitations.match(found.request, [found]);
    assert.deepEqual([match.matches, codes(match.findings), match.invitation.name], [true, ["invitation-compare-fingerprint"], invitation.name]);
    await admin.csr.approve(found.request);
    await admin.invitations.close(found);
    return found.request.request.fingerprint;
  }
  assert.equal(await decided, accepted.key.fingerprint, "what the administrator compares is what the person sees");
  assert.deepEqual(steps.slice(0, 3), ["key ecdsa-p256", `POST ${CSRS}`, "pending"]);
  assert.equal(steps.at(-1), "issued");
  assert.equal(accepted.name, invitation.name);
  const certificate = new X509Certificate(accepted.certificate);
  const lifetime = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 1000;
  assert.ok(lifetime <= 3600 + 5 * 60 && lifetime >= 3600, `${lifetime} seconds`); // the signer backdates by five minutes

  const kubeconfig = join(live.dir, "jane.kubeconfig");
  writeFileSync(kubeconfig, await accepted.kubeconfig.serialize(), { mode: 0o600 });
  const { status } = JSON.parse(await live.kubectl(["auth", "whoami", "-o", "json"], { kubeconfig }));
  assert.equal(status.userInfo.username, "jane");
  assert.deepEqual([...status.userInfo.groups].sort(), ["dev", "on call", "system:authenticated"]);
  await live.kubectl(["get", "pods"], { kubeconfig });
  const secrets = await live.try(["get", "secrets"], { kubeconfig });
  assert.match(secrets.stderr, /Forbidden/, "view does not read secrets");

  const closed = await it.find(invitation);
  assert.deepEqual([closed.state, closed.request.state], ["closed", "issued"]);
  await admin.invitations.revoke(closed);
  assert.deepEqual(await it.leftovers(), [`RoleBinding/kubecred:invited:${invitation.name}`], "the person keeps the role");
  await live.kubectl(["get", "pods"], { kubeconfig });
  const rest = await it.find(invitation);
  assert.deepEqual([rest.state, rest.missing], ["incomplete", ["ServiceAccount", "ClusterRole", "ClusterRoleBinding"]]);
  await admin.invitations.revoke(rest, { role: true });
  assert.deepEqual(await it.leftovers(), []);
  await admin.invitations.revoke(rest, { role: true }); // what is gone is fine
});

test("the real lifetime of the token counts, and a shortened one is said", async () => {
  const { admin } = it;
  const { link, invitation, findings } = await admin.invitations.create(it.terms({ validSeconds: 86_400 }));
  assert.ok(codes(findings).includes("lifetime-shortened"));
  const left = (Date.parse(invitation.expiresAt) - Date.now()) / 1000;
  assert.ok(left > 3500 && left <= 3601, `${left} seconds`);
  assert.equal((await it.kubecred.invitations.read(link)).expiresAt, invitation.expiresAt);
  assert.equal((await it.find(invitation)).expiresAt, invitation.expiresAt);
  await admin.invitations.revoke(invitation);
});

test("a closed invitation still brings the certificate to who comes back later", async () => {
  const { live, admin } = it;
  const { link, invitation } = await admin.invitations.create(it.terms());
  const person = await it.person();
  const leaving = new AbortController();
  const key = await person.keys.generate("ecdsa-p384");
  await fails(person.invitations.accept(link, { key, fetch: live.fetch, signal: leaving.signal, onStatus: () => leaving.abort() }), "aborted");
  const found = await it.find(invitation);
  await admin.csr.approve(found.request);
  await admin.invitations.close(found);
  // The saved key is read again, as after a reload.
  const again = await it.person();
  const same = await again.keys.import(await key.exportPem());
  await until(async () => (await live.curl(contents(link).token, CSRS, "POST", {})).status === 403, "the role without create is in effect");
  const accepted = await again.invitations.accept(link, { key: same, fetch: live.fetch });
  assert.equal(accepted.key, same);
  assert.equal((await again.certificates.parse(accepted.certificate)).user, "jane");
  // The link is of no more use to others.
  const other = await it.person();
  const error = await fails(other.invitations.accept(link, { fetch: live.fetch }), "invitation-used");
  assert.equal(error.status.name, invitation.name);
  await admin.invitations.revoke(found);
});

test("where no browser reaches the API server, kubectl submits the request with the invitation's own kubeconfig", async () => {
  const { live, admin } = it;
  const { link, invitation } = await admin.invitations.create(it.terms());
  const person = await it.person();
  const { requested, cluster } = await person.invitations.read(link);
  const config = await person.invitations.kubeconfig(link);
  const path = join(live.dir, `${invitation.name}.kubeconfig`);
  writeFileSync(path, await config.serialize(), { mode: 0o600 });
  const kubectl = (...args) => live.kubectl(args, { kubeconfig: path });
  assert.equal(JSON.parse(await kubectl("auth", "whoami", "-o", "json")).status.userInfo.username, invitation.serviceAccount);
  const key = await person.keys.generate("ecdsa-p256");
  const request = await key.createCsr({ user: "jane", groups: ["dev", "on call"] });
  const manifest = join(live.dir, `${invitation.name}.json`);
  writeFileSync(manifest, JSON.stringify(await person.csr.manifest({ csr: request, ...requested })));
  await kubectl("create", "--validate=false", "-f", manifest);
  let report;
  for await (const one of admin.csr.list()) if (one.name === invitation.name) report = one;
  assert.equal((await admin.invitations.match(report)).matches, true);
  await admin.csr.approve(report);
  const certificate = await until(
    async () => Buffer.from(await kubectl("get", "csr", invitation.name, "-o", "jsonpath={.status.certificate}"), "base64").toString(),
    "the certificate",
  );
  const mine = await key.kubeconfig({ certificate, csr: request, requested, cluster });
  assert.deepEqual(errors(mine.findings), []);
  await fails(person.invitations.kubeconfig("#/invitation/1.AAAA"), "invalid-invitation");
  await admin.invitations.revoke(invitation);
});

test("the objects of an invitation that could not be finished are deleted again", async () => {
  const { live, admin, kubecred } = it;
  const rules = [
    { apiGroups: [""], resources: ["namespaces", "serviceaccounts", "serviceaccounts/token"], verbs: ["get", "list", "create", "patch", "delete"] },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["get", "list", "create", "patch", "delete", "escalate"] },
    { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterrolebindings", "rolebindings"], verbs: ["get", "list"] },
    { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["get"] },
  ];
  await live.apply([{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "half" }, rules }]);
  await live.kubectl(["create", "serviceaccount", "half"]);
  await live.kubectl(["create", "clusterrolebinding", "half", "--clusterrole=half", "--serviceaccount=default:half"]);
  const token = (await live.kubectl(["create", "token", "half"])).trim();
  const seen = [];
  const half = kubecred.cluster({
    server: live.server,
    token,
    fetch: live.fetch,
    onRequest: ({ method, path }) => seen.push(`${method} ${path.split("?")[0]}`),
  });
  await until(
    async () =>
      half.invitations.list().then(
        () => true,
        () => false,
      ),
    "the role is in effect",
  );
  const error = await fails(half.invitations.create(it.terms()), "forbidden");
  assert.equal(
    error.details.some(({ field }) => field === "left"),
    false,
  );
  assert.ok(
    seen.some((one) => one.startsWith("DELETE ") && one.includes("/serviceaccounts/")) &&
      seen.some((one) => one.startsWith("DELETE ") && one.includes("/clusterroles/")),
    seen.join("\n"),
  );
  assert.deepEqual(await it.leftovers(), []);

  // An abort after any request leaves nothing either.
  for (const stop of ["/serviceaccounts/", "/token", "/clusterroles/", "/clusterrolebindings/"]) {
    const leaving = new AbortController();
    const fetch = async (address, init) => {
      const stored = await live.fetch(address, init);
      const answer = new Response(await stored.text(), { status: stored.status, headers: stored.headers });
      if (init.method !== "GET" && init.method !== "DELETE" && new URL(address).pathname.includes(stop)) leaving.abort();
      return answer;
    };
    const leaver = kubecred.cluster({ server: live.server, token: live.adminToken, fetch });
    await fails(leaver.invitations.create({ ...it.terms({ role: { role: "view", namespace: "default" } }) }, { signal: leaving.signal }), "aborted");
    assert.deepEqual(await it.leftovers(), [], stop);
  }
  // Where nothing can be deleted, it says what is left.
  const fetch = async (address, init) =>
    init.method === "DELETE" || new URL(address).pathname.includes("/clusterrolebindings/") ? new Response("{}", { status: 500 }) : live.fetch(address, init);
  const left = await fails(
    kubecred.cluster({ server: live.server, token: live.adminToken, fetch }).invitations.create(it.terms({ name: "left-over" })),
    "server-error",
  );
  assert.deepEqual(
    left.details.filter(({ field }) => field === "left").map(({ message }) => message),
    ["left-over"],
  );
  const incomplete = await it.find({ name: "left-over" });
  assert.deepEqual([incomplete.name, incomplete.state, incomplete.missing], ["left-over", "incomplete", ["ClusterRoleBinding"]]);
  await admin.invitations.revoke(incomplete);
  assert.deepEqual(await it.leftovers(), []);
});

test("an invitation never takes over what has its name", async () => {
  const { live, admin } = it;
  const first = await admin.invitations.create(it.terms({ name: "twice" }));
  const before = await it.leftovers();
  await fails(admin.invitations.create(it.terms({ name: "twice", user: "eve", groups: ["admins"] })), "already-exists");
  assert.deepEqual(await it.leftovers(), before, "the first one is as it was");
  const listed = await it.find({ name: "twice" });
  assert.deepEqual([listed.user, listed.state, listed.uids], ["jane", "open", first.invitation.uids]);
  await admin.invitations.revoke(first.invitation);
  // Also where only one of the names is taken: by somebody else's role.
  await live.kubectl(["create", "clusterrole", "kubecred:invitation:taken", "--verb=get", "--resource=pods"]);
  await fails(admin.invitations.create(it.terms({ name: "taken" })), "already-exists");
  assert.deepEqual(await it.leftovers(), []);
  const { rules, metadata } = JSON.parse(await live.kubectl(["get", "clusterrole", "kubecred:invitation:taken", "-o", "json"]));
  assert.deepEqual([rules[0].resources, metadata.labels], [["pods"], undefined]);
  await live.kubectl(["delete", "clusterrole", "kubecred:invitation:taken"]);
});

test("revoking deletes the objects of the invitation and no others", async () => {
  const { live, admin } = it;
  const labels = (name) => ({ "app.kubernetes.io/managed-by": "kubecred", "app.kubernetes.io/component": "invitation", "app.kubernetes.io/instance": name });
  const { invitation } = await admin.invitations.create(it.terms({ name: "one" }));
  const other = await admin.invitations.create(it.terms({ name: "other" }));
  // Objects of others with the same labels.
  await live.apply([
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "not-ours", labels: labels("one") }, rules: [] },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "not-ours", namespace: NAMESPACE, labels: labels("one") } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "one", namespace: "default", labels: labels("one") } },
  ]);
  assert.deepEqual(
    (await admin.invitations.list()).map(({ name, state }) => `${name} ${state}`),
    ["one open", "other open"],
  );
  // A role of the same name that was created since.
  await live.kubectl(["delete", "clusterrole", "kubecred:invitation:one"]);
  await live.kubectl(["create", "clusterrole", "kubecred:invitation:one", "--verb=get", "--resource=pods"]);
  await fails(admin.invitations.close(invitation), "changed");
  await fails(admin.invitations.revoke(invitation), "changed");
  const rules = JSON.parse(await live.kubectl(["get", "clusterrole", "kubecred:invitation:one", "-o", "json"])).rules;
  assert.deepEqual(
    rules.map(({ resources }) => resources),
    [["pods"]],
    "it is as it was",
  );
  const left = [
    "ClusterRole/kubecred:invitation:other",
    "ClusterRole/not-ours",
    "ClusterRoleBinding/kubecred:invitation:other",
    "ServiceAccount/not-ours",
    "ServiceAccount/one",
    "ServiceAccount/other",
  ];
  assert.deepEqual(await it.leftovers(), left, "the rest of the invitation is deleted all the same");
  // Whatever an invitation object says, nothing else can be named.
  const uid = JSON.parse(await live.kubectl(["get", "clusterrole", "not-ours", "-o", "json"])).metadata.uid;
  for (const name of ["not-ours", "../../clusterroles/not-ours", "", "x/y"]) {
    await admin.invitations
      .revoke({ name, uids: { ClusterRole: uid } })
      .catch(({ code }) => assert.ok(["invalid-invitation", "not-found"].includes(code), code));
  }
  assert.deepEqual(await it.leftovers(), left);
  await live.kubectl(["delete", "clusterrole", "not-ours", "kubecred:invitation:one"]);
  await live.kubectl(["delete", "serviceaccount", "not-ours", "-n", NAMESPACE]);
  await live.kubectl(["delete", "serviceaccount", "one", "-n", "default"]);
  await admin.invitations.revoke(other.invitation);
  assert.deepEqual(await it.leftovers(), []);
});

test("leftovers are found whatever is missing, and cleaned", async () => {
  const { live, admin } = it;
  for (const [kind, name] of [
    ["serviceaccount", "part"],
    ["clusterrole", "kubecred:invitation:part"],
    ["clusterrolebinding", "kubecred:invitation:part"],
  ]) {
    await admin.invitations.create(it.terms({ name: "part" }));
    await live.kubectl(["delete", kind, name, ...(kind === "serviceaccount" ? ["-n", NAMESPACE] : [])]);
    const found = await it.find({ name: "part" });
    assert.deepEqual([found.state, found.missing.map((one) => one.toLowerCase())], ["incomplete", [kind]]);
    await admin.invitations.revoke(found);
    assert.deepEqual(await it.leftovers(), [], kind);
  }
});
