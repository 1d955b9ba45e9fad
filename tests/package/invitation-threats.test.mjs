// What can go wrong with an invitation, each case on a real API server: a stolen link, one that is used twice, a request that is exchanged, system:masters,
// a hostile server, names that deceive, an expired link, one that was revoked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { failure, fails } from "./common.mjs";
import { startInviting } from "./invited.mjs";
import { until } from "../support/until.mjs";
import { CSRS, NAMESPACE, contents, linkOf, tokenOf } from "./links.mjs";

let it;
before(async () => {
  it = await startInviting();
});
after(() => it?.stop());

const codes = (findings) => findings.map(({ code }) => code);
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const PENDING = (name, request, more) => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name },
  spec: {
    request: Buffer.from(request).toString("base64"),
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["client auth", "digital signature"],
    expirationSeconds: 3600,
    ...more,
  },
});

/** Submits, and leaves: the request is in the cluster, and the person has the key. */
async function submitted(person, link, key) {
  const leaving = new AbortController();
  await fails(person.invitations.accept(link, { key, fetch: it.live.fetch, signal: leaving.signal, onStatus: () => leaving.abort() }), "aborted");
}

test("a stolen link can submit requests and read the one of its name, and nothing else", async () => {
  const { live, admin } = it;
  const { link, invitation } = await admin.invitations.create(it.terms());
  const { token } = contents(link);
  const { name } = invitation;
  const thief = await it.person();
  await until(async () => (await live.curl(token, `${CSRS}/${name}`)).status === 404, "the role is in effect");

  // What the server says of it: what every service account may do, and two rules.
  await live.kubectl(["create", "serviceaccount", "ordinary", "-n", NAMESPACE]);
  const ordinary = (await live.kubectl(["create", "token", "ordinary", "-n", NAMESPACE])).trim();
  for (const namespace of [NAMESPACE, "default", "kube-system"]) {
    const rulesOf = async (bearer) => {
      const { text } = await live.curl(bearer, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "POST", {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectRulesReview",
        spec: { namespace },
      });
      const { status } = JSON.parse(text);
      assert.equal(status.incomplete, false);
      return [...status.resourceRules, ...status.nonResourceRules].map((rule) => JSON.stringify(rule));
    };
    const everyone = await rulesOf(ordinary);
    const own = (await rulesOf(token)).filter((rule) => !everyone.includes(rule)).map((rule) => JSON.parse(rule));
    assert.deepEqual(
      own.sort((one, two) => one.verbs.length - two.verbs.length),
      [
        { verbs: ["create"], apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"] },
        { verbs: ["get", "watch"], apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], resourceNames: [name] },
      ],
    );
  }

  // What it can, tried: the control of what follows.
  const request = await (await thief.keys.generate("ecdsa-p256")).createCsr({ user: "jane", groups: ["dev", "on call"] });
  assert.equal((await live.curl(token, CSRS, "POST", PENDING(name, request))).status, 201);
  assert.equal((await live.curl(token, `${CSRS}/${name}`)).status, 200);
  assert.equal((await live.curl(token, `${CSRS}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3D${name}`)).status, 200);
  // create cannot be limited to one name.
  const admins = await (await thief.keys.generate("ecdsa-p256")).createCsr({ user: "eve", groups: ["admins"] });
  assert.equal((await live.curl(token, CSRS, "POST", PENDING("stolen", admins))).status, 201);

  const object = JSON.parse((await live.curl(token, `${CSRS}/${name}`)).text);
  const approved = { ...object, status: { conditions: [{ type: "Approved", status: "True", reason: "x", message: "x" }] } };
  for (const [method, path, body] of [
    ["GET", CSRS],
    ["GET", `${CSRS}?watch=1&timeoutSeconds=1`],
    ["GET", `${CSRS}?fieldSelector=metadata.name%3D${name}`],
    ["GET", `${CSRS}/stolen`],
    ["GET", `${CSRS}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dstolen`],
    ["PUT", `${CSRS}/${name}/approval`, approved],
    ["PUT", `${CSRS}/${name}/status`, approved],
    ["PUT", `${CSRS}/${name}`, object],
    ["DELETE", `${CSRS}/${name}`],
    ["DELETE", CSRS],
    ["GET", "/api/v1/secrets"],
    ["GET", "/api/v1/namespaces/default/secrets"],
    ["GET", `/api/v1/namespaces/${NAMESPACE}/secrets`],
    ["GET", "/api/v1/namespaces/kube-system/configmaps"],
    ["GET", "/api/v1/nodes"],
    ["GET", "/api/v1/namespaces"],
    [
      "POST",
      `/api/v1/namespaces/${NAMESPACE}/pods`,
      { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: { containers: [{ name: "x", image: "x" }] } },
    ],
    ["POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "x" }, spec: { containers: [{ name: "x", image: "x" }] } }],
    ["POST", `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${name}/token`, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} }],
    ["GET", `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`],
    ["GET", `${RBAC}/clusterroles/kubecred:invitation:${name}`],
    ["GET", `${RBAC}/clusterrolebindings`],
    [
      "POST",
      `${RBAC}/clusterrolebindings`,
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "x" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
        subjects: [],
      },
    ],
  ]) {
    const { status, text } = await live.curl(token, path, method, body);
    assert.equal(status, 403, `${method} ${path}: ${text.slice(0, 200)}`);
    assert.equal(JSON.parse(text).reason, "Forbidden", "by the API server");
  }

  // The administrator sees which request is not the invitation's. The other one is as invited: only its fingerprint tells who sent it.
  const invitations = await admin.invitations.list();
  const reportOf = async (one) => {
    for await (const report of admin.csr.list()) if (report.name === one) return report;
    throw new Error("not there");
  };
  const stolen = await admin.invitations.match(await reportOf("stolen"), invitations);
  assert.deepEqual([stolen.matches, codes(stolen.findings)], [false, ["invitation-name-differs", "invitation-user-differs", "invitation-groups-differ"]]);
  const first = await admin.invitations.match(await reportOf(name), invitations);
  assert.deepEqual([first.matches, codes(first.findings)], [true, ["invitation-compare-fingerprint"]]);
  // And the invited person sees that somebody was faster.
  const person = await it.person();
  await fails(person.invitations.accept(link, { fetch: live.fetch }), "invitation-used");
  // Each of the other deviations, submitted with the link's own token.
  const key = await thief.keys.generate("ecdsa-p256");
  const right = await key.createCsr({ user: "jane", groups: ["dev", "on call"] });
  const extra = await key.createCsr({ user: "jane", groups: ["dev", "on call"], dnsNames: ["kubernetes"] });
  for (const [code, pem, more] of [
    ["invitation-lifetime-differs", right, { expirationSeconds: 7200 }],
    ["invitation-signer-differs", right, { signerName: "example.com/other" }],
    ["invitation-usages-differ", right, { usages: ["client auth", "server auth"] }],
    ["invitation-extra-names", extra, {}],
  ]) {
    await live.kubectl(["delete", "csr", name]);
    assert.equal((await live.curl(token, CSRS, "POST", PENDING(name, pem, more))).status, 201, code);
    const match = await admin.invitations.match(await reportOf(name));
    assert.deepEqual([match.matches, codes(match.findings)], [false, [code]]);
  }
  await live.kubectl(["delete", "csr", name, "stolen"]);
  await admin.invitations.revoke(invitation);
  assert.equal(await admin.invitations.match(await reportOf(await ordinaryRequest())), undefined, "a request of no invitation");

  async function ordinaryRequest() {
    await live.apply([PENDING("ordinary", right)]);
    return "ordinary";
  }
});

test("a link used twice: the second key gets nothing, the first goes on", async () => {
  const { live, admin } = it;
  const { link, invitation } = await admin.invitations.create(it.terms());
  const [first, second] = [await it.person(), await it.person()];
  const key = await first.keys.generate("ecdsa-p256");
  await submitted(first, link, key);
  const sent = [];
  const error = await fails(
    second.invitations.accept(link, { fetch: live.fetch, onRequest: ({ method, path }) => sent.push(`${method} ${path.split("?")[0]}`) }),
    "invitation-used",
  );
  assert.equal(error.status.request.fingerprint, key.fingerprint);
  assert.deepEqual(sent, [`POST ${CSRS}`, `GET ${CSRS}/${invitation.name}`]);
  const found = await it.find(invitation);
  assert.equal((await admin.invitations.match(found.request)).matches, true);
  await admin.csr.approve(found.request);
  await fails(second.invitations.accept(link, { fetch: live.fetch }), "invitation-used");
  const accepted = await first.invitations.accept(link, { key, fetch: live.fetch });
  assert.equal((await first.certificates.parse(accepted.certificate)).user, "jane");
  await admin.invitations.revoke(found);
});

test("a request exchanged for another under its name: refused by the person and by the administrator", async () => {
  const { live, admin } = it;
  const { link, invitation } = await admin.invitations.create(it.terms());
  const { name } = invitation;
  const [person, attacker] = [await it.person(), await it.person()];
  const other = await (await attacker.keys.generate("ecdsa-p256")).createCsr({ user: "jane", groups: ["dev", "on call"] });
  const exchange = async () => {
    await live.kubectl(["delete", "csr", name]);
    await live.apply([PENDING(name, other)]);
  };
  const key = await person.keys.generate("ecdsa-p256");
  // While the person waits: the deletion is seen first, by a watch; by polling, the other request.
  let exchanged;
  const waiting = person.invitations.accept(link, {
    key,
    fetch: live.fetch,
    onStatus: () => {
      exchanged ??= exchange();
    },
  });
  assert.ok(["request-collected", "wrong-object"].includes((await failure(waiting)).code));
  await exchanged;
  // When the person comes back, also where it is approved and signed.
  await fails(person.invitations.accept(link, { key, fetch: live.fetch }), "invitation-used");
  const found = await it.find(invitation);
  const match = await admin.invitations.match(found.request, [found]);
  assert.deepEqual([match.matches, codes(match.findings)], [false, ["invitation-requestor-differs", "invitation-account-differs"]]);
  await live.kubectl(["certificate", "approve", name]);
  await until(async () => (await it.find(invitation)).request.state === "issued", "it is signed");
  await fails(person.invitations.accept(link, { key, fetch: live.fetch }), "invitation-used");
  // What was shown is not what is there: no decision.
  await live.kubectl(["delete", "csr", name]);
  await submitted(person, link, key);
  const shown = await it.find(invitation);
  await exchange();
  await fails(admin.csr.approve(shown.request), "changed");
  // A service account made again under the name has another uid.
  await live.kubectl(["delete", "csr", name]);
  await live.kubectl(["delete", "serviceaccount", name, "-n", NAMESPACE]);
  await live.kubectl(["create", "serviceaccount", name, "-n", NAMESPACE]);
  const again = (await live.kubectl(["create", "token", name, "-n", NAMESPACE])).trim();
  assert.equal((await live.curl(again, CSRS, "POST", PENDING(name, other))).status, 201);
  const remade = await it.find(invitation);
  assert.deepEqual(codes((await admin.invitations.match(remade.request, [{ ...remade, uids: invitation.uids, missing: undefined }])).findings), [
    "invitation-account-differs",
  ]);
  assert.deepEqual([remade.state, remade.missing], ["incomplete", ["ServiceAccount"]], "one without the labels is not the invitation's");
  await admin.invitations.revoke(remade);
  await live.kubectl(["delete", "serviceaccount", name, "-n", NAMESPACE]);
  const gone = await admin.invitations.match(remade.request);
  assert.deepEqual([gone.matches, codes(gone.findings)], [false, ["invitation-missing"]]);
  await live.kubectl(["delete", "csr", name]);
});

test("a certificate for another key is refused, whoever sends it", async () => {
  const { live, admin } = it;
  const { link, invitation } = await admin.invitations.create(it.terms());
  const [person, attacker] = [await it.person(), await it.person()];
  const { certificate } = await (async () => {
    const request = await (await attacker.keys.generate("ecdsa-p256")).createCsr({ user: "jane", groups: ["dev", "on call"] });
    return admin.csr.request(
      { csr: request, name: "attackers", expirationSeconds: 3600 },
      {
        onStatus: (report) => {
          if (report.state === "pending") admin.csr.approve(report);
        },
      },
    );
  })();
  const fetch = async (address, init) => {
    const answer = await live.fetch(address, init);
    if (init.method !== "POST") return answer;
    const object = JSON.parse(await answer.text());
    return Response.json(
      { ...object, status: { conditions: [{ type: "Approved", status: "True" }], certificate: Buffer.from(certificate).toString("base64") } },
      { status: 201 },
    );
  };
  await fails(person.invitations.accept(link, { fetch }), "certificate-key-mismatch");
  await admin.invitations.revoke(invitation);
  await live.kubectl(["delete", "csr", invitation.name]);
});

test("system:masters is refused before anything is created, in a link, and by the API server", async () => {
  const { live, admin, kubecred } = it;
  const seen = [];
  const watched = kubecred.cluster({ server: live.server, token: live.adminToken, fetch: live.fetch, onRequest: ({ path }) => seen.push(path) });
  for (const call of ["preview", "create"]) {
    const error = await fails(watched.invitations[call](it.terms({ groups: ["dev", "system:masters"] })), "invalid-invitation");
    assert.deepEqual(
      error.details.map(({ field }) => field),
      ["groups[1]"],
    );
  }
  assert.deepEqual(seen, []);
  const preview = await admin.invitations.preview(it.terms({ groups: ["kubeadm:cluster-admins", "system:nodes"] }));
  for (const code of ["group-cluster-admins", "group-nodes"]) assert.ok(codes(preview.findings).includes(code), code);
  const { link, invitation } = await admin.invitations.create(it.terms());
  const inside = contents(link);
  const person = await it.person();
  const raised = linkOf({ ...inside, groups: ["system:masters"] });
  await fails(person.invitations.read(raised), "invalid-invitation");
  await fails(person.invitations.accept(raised, { fetch: () => assert.fail("nothing is sent") }), "invalid-invitation");
  const request = await (await person.keys.generate("ecdsa-p256")).createCsr({ user: "jane", groups: ["system:masters"] });
  const { status, text } = await live.curl(inside.token, CSRS, "POST", PENDING(invitation.name, request));
  assert.equal(status, 403, text);
  await admin.invitations.revoke(invitation);
});

test("a link to a hostile server: its address is shown before anything is sent, and it gets nothing but the request", async () => {
  const inside = {
    api: "https://evil.example",
    cluster: { server: "https://k8s.example:6443" },
    token: tokenOf(),
    user: "jane",
    groups: [],
    expirationSeconds: 3600,
    invitedBy: "the security team",
  };
  const link = linkOf(inside);
  const person = await it.person();
  const original = globalThis.fetch;
  globalThis.fetch = () => assert.fail("nothing is sent");
  try {
    const report = await person.invitations.read(link);
    assert.deepEqual(
      [report.api, report.apiOrigin, report.ownOrigin, report.cluster.server],
      ["https://evil.example", "https://evil.example", false, "https://k8s.example:6443"],
    );
    assert.ok(codes(report.findings).includes("invitation-two-servers"));
    // Where the address is a path there is no page here whose origin could be meant.
    const own = await person.invitations.read(linkOf({ ...inside, api: "/clusters/a" }));
    assert.deepEqual([own.apiOrigin, own.ownOrigin], [undefined, true]);
    for (const api of [
      "//evil.example",
      "/\\evil.example",
      "http://evil.example",
      "https://user@evil.example",
      "https:evil.example",
      "https://evil.example?x",
      "javascript:x",
      "/a/../../b",
      "/%2e%2e/b",
    ])
      await fails(person.invitations.read(linkOf({ ...inside, api })), "invalid-invitation");
    // What the core takes for a name, and no browser for an address.
    for (const api of ["https://256.1.1.1", "https://xn--"]) await fails(person.invitations.read(linkOf({ ...inside, api })), "invalid-server");
  } finally {
    globalThis.fetch = original;
  }
  const sent = [];
  const key = await person.keys.generate("ecdsa-p256");
  const secret = new TextDecoder().decode(await key.exportPem());
  for (const [code, answer] of [
    ["unauthorized", () => Response.json({ kind: "Status", code: 401 }, { status: 401 })],
    ["bad-answer", () => new Response("<html>", { status: 200 })],
    ["wrong-object", () => Response.json({ metadata: { name: "other", uid: "1" }, spec: {} }, { status: 201 })],
    ["redirected", () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } })],
    ["already-exists", () => Response.json({ kind: "Status", code: 409, reason: "AlreadyExists" }, { status: 409 })],
  ]) {
    await fails(
      person.invitations.accept(link, {
        key,
        fetch: async (address, init) => {
          sent.push({ address: String(address), headers: [...init.headers.values()].join(), body: init.body });
          return answer();
        },
      }),
      code,
    );
  }
  assert.ok(sent.length >= 5);
  for (const { address, headers, body } of sent) {
    assert.equal(new URL(address).origin, "https://evil.example");
    if (body !== undefined) assert.deepEqual(Object.keys(JSON.parse(body).spec).sort(), ["expirationSeconds", "request", "signerName", "usages"]);
    for (const line of secret.split("\n").filter((one) => one.length > 20 && !one.startsWith("-----")))
      assert.ok(!`${address}${headers}${body}`.includes(line));
  }
});

test("names that deceive are pointed out or refused, in the form and in the link", async () => {
  const { admin } = it;
  const person = await it.person();
  const inside = {
    api: "https://k8s.example",
    cluster: { server: "https://k8s.example" },
    token: tokenOf(),
    user: "jane",
    groups: ["dev"],
    expirationSeconds: 3600,
  };
  for (const [field, value, code, path] of [
    ["user", "j\u0430ne", "looks-like-ascii", "user"],
    ["user", "jane,O=system:masters", "looks-like-dn", "user"],
    ["groups", ["d\u0435v"], "looks-like-ascii", "groups[0]"],
    ["invitedBy", "\u0430dmin", "looks-like-ascii", "invitedBy"],
    ["user", "system:kube-controller-manager", "user-reserved", "user"],
  ]) {
    for (const { findings } of [
      await person.invitations.read(linkOf({ ...inside, [field]: value })),
      await admin.invitations.preview(it.terms({ [field]: value })),
    ]) {
      assert.ok(
        findings.some((finding) => finding.code === code && finding.path === path),
        `${field}: ${codes(findings)}`,
      );
    }
  }
  for (const [field, value] of [
    ["user", "jane\u202e"],
    ["groups", ["d\u200bev"]],
    ["invitedBy", "Your bank\nCall 555"],
    ["invitedBy", "x".repeat(257)],
    ["user", "x".repeat(257)],
  ]) {
    await fails(person.invitations.read(linkOf({ ...inside, [field]: value })), "invalid-invitation");
    await failure(admin.invitations.preview(it.terms({ [field]: value })));
  }
});

test("damaged and oversized links end at once", async () => {
  const person = await it.person();
  const inside = {
    api: "https://k8s.example",
    cluster: { server: "https://k8s.example" },
    token: tokenOf(),
    user: "jane",
    groups: [],
    expirationSeconds: 3600,
  };
  const good = linkOf(inside);
  assert.equal((await person.invitations.read(good)).user, "jane", "the control");
  for (const form of [good.slice(good.indexOf("#")), good.slice(good.indexOf("#") + 1), good.slice(good.indexOf("1.")), `  ${good}\n`])
    assert.equal((await person.invitations.read(form)).user, "jane");
  const bad = [
    "",
    "#",
    "#/invitation/",
    "#/invitation/1.",
    "#/invitation/1.!",
    good.slice(0, -10),
    good.replace("#/invitation/1.", "#/invitation/2."),
    good.replace("#/invitation/", "#/request/"),
    `${good}#x`,
    `${good}.`,
    linkOf("x"),
    linkOf("[".repeat(5000)),
    linkOf(JSON.stringify(inside).replace("{", '{"user":"eve",')),
    linkOf({ ...inside, more: 1 }),
    linkOf({ ...inside, token: tokenOf({ namespace: "kube-system" }) }),
    linkOf(new Uint8Array([0xff, 0xfe, 0x00])),
    linkOf(" ".repeat(50_000_000)),
    linkOf("#/invitation/1." + "A".repeat(100_000)),
    `#/invitation/1.${"A".repeat(70_000)}`,
  ];
  for (const link of bad) {
    const error = await fails(person.invitations.read(link), "invalid-invitation");
    assert.ok(!error.message.includes(inside.token.slice(0, 30)));
    await fails(person.invitations.accept(link, { fetch: () => assert.fail("nothing is sent") }), "invalid-invitation");
  }
  for (const link of [undefined, null, 5, {}, [good]]) await fails(person.invitations.read(link), "invalid-invitation");
});

test("an expired link is said to be expired, and nothing is sent", async () => {
  const person = await it.person();
  const inside = {
    api: "https://k8s.example",
    cluster: { server: "https://k8s.example" },
    token: tokenOf({ expires: Math.floor(Date.now() / 1000) - 1 }),
    user: "jane",
    groups: [],
    expirationSeconds: 3600,
  };
  const report = await person.invitations.read(linkOf(inside));
  assert.equal(report.expired, true);
  assert.ok(report.findings.some(({ code, level }) => code === "invitation-expired" && level === "error"));
  await fails(person.invitations.accept(linkOf(inside), { fetch: () => assert.fail("nothing is sent") }), "invitation-expired");
  // What no kubeconfig takes is refused before anything is sent, too.
  const good = linkOf({ ...inside, token: tokenOf() });
  await fails(person.invitations.accept(good, { namespace: "A B", fetch: () => assert.fail("nothing is sent") }), "invalid-name");
  await fails(person.invitations.accept(good, { misspelt: 1, fetch: () => assert.fail("nothing is sent") }), "invalid-options");
});

test("an invitation that was revoked: before it is used, and while the person waits", async () => {
  const { live, admin } = it;
  const person = await it.person();
  const before = await admin.invitations.create(it.terms());
  await admin.invitations.revoke(before.invitation);
  // The binding is gone at once; the API server's cache takes the token for up to ten seconds more.
  await until(
    async () => ["forbidden", "unauthorized"].includes((await failure(person.invitations.accept(before.link, { fetch: live.fetch }))).code),
    "it is refused",
  );
  await until(async () => (await live.curl(contents(before.link).token, `${CSRS}/${before.invitation.name}`)).status === 401, "the token is dead");
  const dead = await fails(person.invitations.accept(before.link, { fetch: live.fetch }), "unauthorized");
  assert.ok(!dead.message.includes(contents(before.link).token));

  const during = await admin.invitations.create(it.terms());
  const key = await person.keys.generate("ecdsa-p256");
  await submitted(person, during.link, key);
  const found = await it.find(during.invitation);
  await admin.invitations.revoke(found);
  const match = await admin.invitations.match(found.request);
  assert.deepEqual([match.matches, codes(match.findings)], [false, ["invitation-missing"]], "its request must not be approved any more");
  await until(
    async () =>
      ["forbidden", "unauthorized"].includes(
        (await failure(person.invitations.accept(during.link, { key, fetch: live.fetch, signal: AbortSignal.timeout(20_000) }))).code,
      ),
    "it is refused",
  );
  await live.kubectl(["delete", "csr", found.name]);
});
