// One script of calls for two API servers: the real one and kubecred/testing. What comes back is compared after what differs from run to run
// (identifiers, times, versions, keys) was replaced by its kind.
const CSR = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const NAMESPACES = "/api/v1/namespaces";
const TEAM = `${NAMESPACES}/team-a`;
const CLIENT = "kubernetes.io/kube-apiserver-client";
const APPLY = "application/apply-patch+yaml";
const MERGE = "application/merge-patch+json";
const REVIEW = "/apis/authorization.k8s.io/v1";

/** @param {string} name @param {string} request PEM @param {object} [spec] @param {object} [metadata] */
const csr = (name, request, spec, metadata) => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name, ...metadata },
  spec: { request: Buffer.from(request).toString("base64"), signerName: CLIENT, usages: ["digital signature", "client auth"], ...spec },
});
const account = (name, namespace) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
const secret = (name, metadata, rest) => ({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "team-a", ...metadata }, ...rest });
const rbac = (kind, metadata, rest) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata, ...rest });
const condition = (type, rest) => ({ type, status: "True", reason: "Test", message: "by a test", ...rest });
const tokenRequest = (spec) => ({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec });

/** Keys whose values are of one run alone. */
const OF_A_RUN = { uid: "UID", resourceVersion: "VERSION", continue: "CONTINUE", token: "TOKEN", certificate: "CERTIFICATE", serverAddress: "ADDRESS" };
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
/** Bodies of secrets and config maps that are keys. */
const KEYS = ["ca.crt"];

/** An answer without what differs from run to run. */
export function normalized(value, key = "") {
  if (typeof value === "string") {
    if (OF_A_RUN[key] && value !== "") return OF_A_RUN[key];
    if (KEYS.includes(key)) return "KEY";
    return value.replace(UUID, "UID").replace(TIME, "TIME");
  }
  if (Array.isArray(value)) return value.map((each) => normalized(each, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "managedFields")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, normalized(part, name)]),
  );
}

/**
 * @param {{ fetch: typeof fetch, server: string, token: string }} api
 * @param {{ pem: string, nodes: string, serving: string, masters: string, damaged: string }} requests
 * @returns {Promise<Map<string, unknown>>} what each step answered
 */
export async function runScript({ fetch, server, token }, { pem, nodes, serving, masters, damaged }) {
  const answers = new Map();
  const send = (method, path, body, { as = token, type = "application/json" } = {}) =>
    fetch(server + path, {
      method,
      headers: { ...(as ? { authorization: `Bearer ${as}` } : {}), "user-agent": "script/1", ...(body === undefined ? {} : { "content-type": type }) },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const call = async (method, path, body, options) => {
    const answer = await send(method, path, body, options);
    const text = await answer.text();
    const json = (answer.headers.get("content-type") ?? "").includes("json");
    return { status: answer.status, body: json ? JSON.parse(text) : text };
  };
  /** One step: its answer is kept under a name, and given. */
  const step = async (name, ...args) => {
    const answer = await call(...args);
    if (answers.has(name)) throw new Error(`two steps are called ${name}`);
    answers.set(name, normalized(answer));
    return answer.body;
  };
  /** One step whose message quotes a parser of Go's: its code and reason alone. */
  const verdict = async (name, ...args) => {
    const { status, body } = await call(...args);
    answers.set(name, [status, body.reason]);
  };
  /** Reads until it is as it should be, and keeps that. */
  const until = async (name, path, fits, options) => {
    for (let attempt = 0; attempt < 1500; attempt++) {
      const answer = await call("GET", path, undefined, options);
      if (fits(answer)) {
        answers.set(name, normalized(answer));
        return answer.body;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${name} was never as it should be`);
  };

  // Creating requests.
  const one = await step("create", "POST", CSR, csr("one", pem, { expirationSeconds: 3600 }, { labels: { team: "a" } }));
  await step("create again", "POST", CSR, csr("one", pem));
  await step("get", "GET", `${CSR}/one`);
  await step("get what is not there", "GET", `${CSR}/none`);
  await step("create, dry", "POST", `${CSR}?dryRun=All`, csr("dry", pem));
  await step("what was dry is not there", "GET", `${CSR}/dry`);
  await step("create, dry, again", "POST", `${CSR}?dryRun=All`, csr("one", pem));
  const generated = await call("POST", CSR, csr(undefined, pem, {}, { generateName: "made-" }));
  answers.set("a generated name", [generated.status, /^made-[a-z0-9]{5}$/.test(generated.body.metadata.name)]);
  await call("DELETE", `${CSR}/${generated.body.metadata.name}`);
  for (const [name, spec] of Object.entries({
    "no usages": { usages: [] },
    "usage twice": { usages: ["client auth", "client auth"] },
    "unknown usage": { usages: ["client auth", "foo"] },
    "no signer": { signerName: undefined },
    "signer without path": { signerName: "legacy" },
    "legacy signer": { signerName: "kubernetes.io/legacy-unknown" },
    "signer of one label": { signerName: "a/b" },
    "signer in capitals": { signerName: "Example.com/x" },
    "path of a signer in capitals": { signerName: "example.com/A_b" },
    "too short": { expirationSeconds: 599 },
    "no request": { request: undefined },
    "another label": { request: Buffer.from(pem.replaceAll("CERTIFICATE REQUEST", "CERTIFICATE")).toString("base64") },
    "damaged signature": { request: Buffer.from(damaged).toString("base64") },
    "all at once": { request: "aGVsbG8=", usages: ["client auth", "client auth", "foo"], signerName: "example", expirationSeconds: 60 },
    "not base64": { request: "abc!" },
  }))
    await step(`refused: ${name}`, "POST", CSR, csr("refused", pem, spec));
  await step("refused: name with a slash", "POST", CSR, csr("a/b", pem));
  await step("refused: no name", "POST", CSR, csr(undefined, pem));
  await step("refused: an unknown field", "POST", `${CSR}?fieldValidation=Strict`, csr("strict", pem, { bogus: 1 }));
  await step("refused: system:masters", "POST", CSR, csr("masters", masters));
  await step("system:masters for another signer", "POST", CSR, csr("masters", masters, { signerName: "example.com/x" }));
  await step("another signer is approved", "PUT", `${CSR}/masters/approval`, {
    ...csr("masters", masters),
    status: { conditions: [condition("Approved")] },
  });

  // Deciding on them.
  const decide = (object, conditions, metadata) => ({ ...object, metadata: { ...object.metadata, ...metadata }, status: { conditions } });
  await step("approve with another uid", "PUT", `${CSR}/one/approval`, decide(one, [condition("Approved")], { uid: "00000000-0000-4000-8000-000000000000" }));
  await step("approve with an old version", "PUT", `${CSR}/one/approval`, decide(one, [condition("Approved")], { resourceVersion: "1" }));
  await step("a status that is not True", "PUT", `${CSR}/one/approval`, decide(one, [condition("Approved", { status: "False" })]));
  await step("approved and denied", "PUT", `${CSR}/one/approval`, decide(one, [condition("Approved"), condition("Denied")]));
  await step("approved twice", "PUT", `${CSR}/one/approval`, decide(one, [condition("Approved"), condition("Approved")]));
  await step("approve by the wrong part", "PUT", `${CSR}/one/status`, decide(one, [condition("Approved")]));
  await step("approve", "PUT", `${CSR}/one/approval`, decide(one, [condition("Approved", { lastUpdateTime: "2026-11-24T00:00:00Z" })]));
  await until("issued", `${CSR}/one`, ({ body }) => body.status.certificate);
  await step("a decision is not taken back", "PUT", `${CSR}/one/approval`, { ...one, metadata: { name: "one" }, status: {} });
  await step("approve what is not there", "PUT", `${CSR}/none/approval`, csr("none", pem));
  await step("the spec does not change", "PUT", `${CSR}/one`, csr("one", pem, { usages: ["server auth"] }, { labels: { team: "b" } }));
  await step("a merge patch", "PATCH", `${CSR}/one`, { metadata: { labels: { team: null, who: "jane" } } }, { type: MERGE });
  await step("a patch of another type", "PATCH", `${CSR}/one`, { metadata: {} }, { type: "text/plain" });
  await step("a body of another type", "POST", CSR, csr("text", pem), { type: "text/plain" });
  const two = await step("create another", "POST", CSR, csr("two", pem, { signerName: CLIENT }));
  await step("deny", "PUT", `${CSR}/two/approval`, decide(two, [condition("Denied")]));
  await step("approve what is denied", "PUT", `${CSR}/two/approval`, {
    ...two,
    metadata: { name: "two" },
    status: { conditions: [condition("Denied"), condition("Approved")] },
  });
  for (const [name, request, spec] of [
    ["server auth", pem, { usages: ["client auth", "server auth"] }],
    ["no client auth", pem, { usages: ["digital signature"] }],
    ["not a node", pem, { signerName: `${CLIENT}-kubelet` }],
    ["a node with other usages", nodes, { signerName: `${CLIENT}-kubelet`, usages: ["client auth"] }],
    ["a serving certificate without names", nodes, { signerName: "kubernetes.io/kubelet-serving", usages: ["server auth", "digital signature"] }],
  ]) {
    const id = `fails-${name.replaceAll(" ", "-")}`;
    const made = await step(`create: ${name}`, "POST", CSR, csr(id, request, spec));
    await call("PUT", `${CSR}/${id}/approval`, decide(made, [condition("Approved")]));
    await until(`failed: ${name}`, `${CSR}/${id}`, ({ body }) => body.status.conditions?.some(({ type }) => type === "Failed"));
  }
  const served = { signerName: "kubernetes.io/kubelet-serving", usages: ["digital signature", "server auth"] };
  const node = await step("create: a serving certificate", "POST", CSR, csr("node", serving, served));
  await call("PUT", `${CSR}/node/approval`, decide(node, [condition("Approved")]));
  await until("issued: a serving certificate", `${CSR}/node`, ({ body }) => body.status.certificate);

  // Lists.
  const first = await step("the first page", "GET", `${CSR}?limit=4`);
  await step("the second page", "GET", `${CSR}?limit=4&continue=${encodeURIComponent(first.metadata.continue)}`);
  await step("a limit from the cache", "GET", `${CSR}?limit=2&resourceVersion=0`);
  await step("by name", "GET", `${CSR}?fieldSelector=${encodeURIComponent("metadata.name=two")}`);
  await step("by signer", "GET", `${CSR}?fieldSelector=${encodeURIComponent("spec.signerName=example.com/x")}&limit=500`);
  await step("by user", "GET", `${CSR}?fieldSelector=${encodeURIComponent("spec.username=admin")}`);
  await step("by label", "GET", `${CSR}?labelSelector=${encodeURIComponent("who=jane")}`);
  await step("by no label", "GET", `${CSR}?labelSelector=${encodeURIComponent("who in (jill, joe)")}`);

  // A watch: what happens after a list, in its order.
  const { metadata: list } = (await call("GET", `${CSR}?limit=1`)).body;
  const select = encodeURIComponent("metadata.name=seen");
  const watched = await send("GET", `${CSR}?watch=1&timeoutSeconds=60&resourceVersion=${list.resourceVersion}&fieldSelector=${select}`);
  const seen = await call("POST", CSR, csr("seen", pem));
  await call("PUT", `${CSR}/seen/approval`, decide(seen.body, [condition("Approved")]));
  await call("POST", CSR, csr("unseen", pem));
  const events = [];
  let text = "";
  const decoder = new TextDecoder();
  const reader = watched.body.getReader();
  while (events.length < 4) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    events.push(...lines.map((line) => JSON.parse(line)));
    if (events.length === 3) await call("DELETE", `${CSR}/seen`);
  }
  await reader.cancel();
  answers.set("watch", normalized(events));

  // Deleting.
  await step("delete with another uid", "DELETE", `${CSR}/two`, { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: "other" } });
  await step("delete", "DELETE", `${CSR}/two`, { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: two.metadata.uid } });
  await step("delete again", "DELETE", `${CSR}/two`);

  // Namespaces, accounts, tokens.
  await step("namespace", "POST", NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a" } });
  await step("namespace again", "POST", NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a" } });
  await step("namespace with another name", "POST", NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: "Team" } });
  await until("the account of a namespace", `${TEAM}/serviceaccounts/default`, ({ status }) => status === 200);
  await until("the CA of a namespace", `${TEAM}/configmaps/kube-root-ca.crt`, ({ status }) => status === 200);
  await step("account", "POST", `${TEAM}/serviceaccounts`, account("robot", "team-a"));
  await step("account with another name", "POST", `${TEAM}/serviceaccounts`, account("Robot!", "team-a"));
  await step("account in no namespace", "POST", `${NAMESPACES}/nowhere/serviceaccounts`, account("robot", "nowhere"));
  await step("replace what is not there", "PUT", `${NAMESPACES}/default/secrets/none`, { ...secret("none"), metadata: { name: "none", namespace: "default" } });
  await verdict("a kind of another path", "POST", `${TEAM}/serviceaccounts`, { ...account("robot", "team-a"), kind: "Secret" });
  await step("a version of another path", "POST", CSR, { ...csr("v", pem), apiVersion: "certificates.k8s.io/v1beta1" });
  await step("account of another namespace", "POST", `${TEAM}/serviceaccounts`, account("robot", "default"));
  await step("accounts", "GET", `${TEAM}/serviceaccounts`);
  const { status: given } = await step("token", "POST", `${TEAM}/serviceaccounts/robot/token`, tokenRequest({ expirationSeconds: 1200 }));
  const robot = { as: given.token };
  await step("token, as it is by default", "POST", `${TEAM}/serviceaccounts/robot/token`, tokenRequest({}));
  await step("token, too short", "POST", `${TEAM}/serviceaccounts/robot/token`, tokenRequest({ expirationSeconds: 60 }));
  await step("token, too long", "POST", `${TEAM}/serviceaccounts/robot/token`, tokenRequest({ expirationSeconds: 4294967297 }));
  await step("token of nobody", "POST", `${TEAM}/serviceaccounts/nobody/token`, tokenRequest({}));
  await step(
    "token for a secret that is not there",
    "POST",
    `${TEAM}/serviceaccounts/robot/token`,
    tokenRequest({ boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "x" } }),
  );
  const elsewhere = await step("token for others", "POST", `${TEAM}/serviceaccounts/robot/token`, tokenRequest({ audiences: ["https://vault.example"] }));
  const whoAmI = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  await step("who am I", "POST", SELF, whoAmI);
  await step("who is the account", "POST", SELF, whoAmI, robot);
  await step("who is the token for others", "POST", SELF, whoAmI, { as: elsewhere.status.token });
  await step("a wrong token", "GET", `${CSR}/one`, undefined, { as: "wrong" });
  await step("the account lists", "GET", CSR, undefined, robot);
  await step("the account reads", "GET", `${TEAM}/secrets/x`, undefined, robot);
  await step("the account requests", "POST", CSR, csr("mine", pem), robot);
  await step("the account approves", "PUT", `${CSR}/one/approval`, csr("one", pem), robot);
  await step("the account reads a path", "GET", "/metrics", undefined, robot);
  const named = { annotations: { "kubernetes.io/service-account.name": "robot" } };
  const ofToken = { type: "kubernetes.io/service-account-token" };
  await step("secret", "POST", `${TEAM}/secrets`, secret("plain", {}, { stringData: { a: "b" } }));
  await step("token secret", "POST", `${TEAM}/secrets`, secret("robot-token", named, ofToken));
  const filled = await until("token secret, filled", `${TEAM}/secrets/robot-token`, ({ body }) => body.data?.token);
  await step("who is the token of the secret", "POST", SELF, whoAmI, { as: Buffer.from(filled.data.token, "base64").toString() });
  await step("token secret of nobody in particular", "POST", `${TEAM}/secrets`, secret("no-token", {}, ofToken));
  await step(
    "token secret of an account that is not there",
    "POST",
    `${TEAM}/secrets`,
    secret("lost-token", { annotations: { "kubernetes.io/service-account.name": "lost" } }, ofToken),
  );
  await until("token secret of an account that is not there, gone", `${TEAM}/secrets/lost-token`, ({ status }) => status === 404);

  // Roles and bindings, by server-side apply.
  const rules = [{ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["create", "get"] }];
  const apply = (name, path, object, query = "fieldManager=kubecred", options = {}) =>
    step(name, "PATCH", `${path}?${query}`, object, { type: APPLY, ...options });
  const role = rbac("ClusterRole", { name: "requester", labels: { a: "1" } }, { rules });
  const ROLE = `${RBAC}/clusterroles/requester`;
  await apply("apply", ROLE, role);
  await apply("apply again", ROLE, role);
  await apply("apply, changed", ROLE, { ...role, metadata: { name: "requester", labels: { b: "2" } } });
  await apply("apply, dry", ROLE, { ...role, rules: [] }, "fieldManager=kubecred&dryRun=All");
  await apply("apply as another manager", ROLE, { ...role, rules: [{ ...rules[0], verbs: ["get"] }] }, "fieldManager=other");
  await apply("apply as another manager with force", ROLE, { ...role, rules: [{ ...rules[0], verbs: ["create"] }] }, "fieldManager=other&force=true");
  await apply("apply with an unknown field", ROLE, { ...role, bogus: 1 }, "fieldManager=kubecred&fieldValidation=Strict");
  const known = { ...role, rules: [{ ...rules[0], verbs: ["create"] }] };
  await apply("apply with another name", ROLE, { ...known, metadata: { name: "other" } });
  await apply(
    "apply with a uid that is not there",
    `${RBAC}/clusterroles/none`,
    rbac("ClusterRole", { name: "none", uid: "00000000-0000-4000-8000-000000000000" }, { rules }),
  );
  await apply("apply with another uid, and a conflict", ROLE, { ...role, metadata: { name: "requester", uid: "00000000-0000-4000-8000-000000000000" } });
  await apply("apply with another uid", ROLE, { ...known, metadata: { name: "requester", uid: "00000000-0000-4000-8000-000000000000" } });
  await apply("apply with an old version", ROLE, { ...known, metadata: { name: "requester", resourceVersion: "1" } });
  const binding = rbac(
    "ClusterRoleBinding",
    { name: "requester" },
    {
      subjects: [{ kind: "ServiceAccount", name: "robot", namespace: "team-a" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "requester" },
    },
  );
  await apply("apply a binding", `${RBAC}/clusterrolebindings/requester`, binding);
  await apply("apply a binding to another role", `${RBAC}/clusterrolebindings/requester`, { ...binding, roleRef: { ...binding.roleRef, name: "view" } });
  const team = rbac(
    "Role",
    { name: "reader", namespace: "team-a" },
    {
      rules: [
        { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["plain"] },
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: ["*"] },
      ],
    },
  );
  await apply("apply a role", `${RBAC}/namespaces/team-a/roles/reader`, team);
  await apply(
    "apply a role without verbs",
    `${RBAC}/namespaces/team-a/roles/none`,
    rbac("Role", { name: "none", namespace: "team-a" }, { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: [] }] }),
  );
  await apply(
    "apply a role binding",
    `${RBAC}/namespaces/team-a/rolebindings/reader`,
    rbac(
      "RoleBinding",
      { name: "reader", namespace: "team-a" },
      {
        subjects: [{ kind: "User", name: "system:serviceaccount:team-a:robot" }],
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      },
    ),
  );
  // The authorizer of the real server reads from a cache of its own.
  const mayRead = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb: "get", resource: "secrets", name: "plain", namespace: "team-a" } },
  };
  for (let attempt = 0; attempt < 500 && !(await call("POST", `${REVIEW}/selfsubjectaccessreviews`, mayRead, robot)).body.status.allowed; attempt++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await step("may I, as administrator", "POST", `${REVIEW}/selfsubjectaccessreviews`, mayRead);
  await step("may I", "POST", `${REVIEW}/selfsubjectaccessreviews`, mayRead, robot);
  await step(
    "may I request",
    "POST",
    `${REVIEW}/selfsubjectaccessreviews`,
    { ...mayRead, spec: { resourceAttributes: { verb: "create", group: "certificates.k8s.io", resource: "certificatesigningrequests" } } },
    robot,
  );
  await step(
    "may I not",
    "POST",
    `${REVIEW}/selfsubjectaccessreviews`,
    { ...mayRead, spec: { resourceAttributes: { verb: "list", resource: "secrets", namespace: "team-a" } } },
    robot,
  );
  await step(
    "may I read a path",
    "POST",
    `${REVIEW}/selfsubjectaccessreviews`,
    { ...mayRead, spec: { nonResourceAttributes: { verb: "get", path: "/apis" } } },
    robot,
  );
  const review = await call(
    "POST",
    `${REVIEW}/selfsubjectrulesreviews`,
    { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace: "team-a" } },
    robot,
  );
  const sorted = (list) => list.map((rule) => JSON.stringify(normalized(rule))).sort();
  answers.set("my rules", {
    ...review,
    body: {
      ...review.body,
      status: { ...review.body.status, resourceRules: sorted(review.body.status.resourceRules), nonResourceRules: sorted(review.body.status.nonResourceRules) },
    },
  });
  await step("rules of no namespace", "POST", `${REVIEW}/selfsubjectrulesreviews`, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: {},
  });
  await step("the account reads what it may", "GET", `${TEAM}/secrets/plain`, undefined, robot);
  const reach = rbac("Role", { name: "reach", namespace: "team-a" }, { rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] }] });
  await apply("the account grants what it has not", `${RBAC}/namespaces/team-a/roles/reach`, reach, "fieldManager=kubecred", robot);
  const bind = rbac(
    "RoleBinding",
    { name: "reach", namespace: "team-a" },
    { subjects: [{ kind: "User", name: "x" }], roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "requester" } },
  );
  await apply("the account binds what it has", `${RBAC}/namespaces/team-a/rolebindings/reach`, bind, "fieldManager=kubecred", robot);
  await apply(
    "the account binds a role that is not there",
    `${RBAC}/namespaces/team-a/rolebindings/lost`,
    { ...bind, metadata: { ...bind.metadata, name: "lost" }, roleRef: { ...bind.roleRef, name: "none" } },
    "fieldManager=kubecred",
    robot,
  );
  await step("bindings of a namespace", "GET", `${RBAC}/namespaces/team-a/rolebindings`);
  await step("delete a role", "DELETE", ROLE);
  await step("delete an account", "DELETE", `${TEAM}/serviceaccounts/robot`);
  // The real server knows a token for ten seconds.
  await until("the token of an account that was deleted", `${CSR}/one`, ({ status }) => status === 401, robot);
  await until("the secret of an account that was deleted", `${TEAM}/secrets/robot-token`, ({ status }) => status === 404);
  await step("delete a namespace", "DELETE", TEAM);
  await until("a namespace that was deleted", TEAM, ({ status }) => status === 404);

  // Paths.
  await step("addresses", "GET", "/api");
  answers.set("version", Object.keys((await call("GET", "/version")).body).sort());
  await step("health", "GET", "/readyz");
  await step("a group that is not there", "GET", "/apis/example.com/v1/things");
  await step("a version that is not there", "GET", "/apis/certificates.k8s.io/v9/certificatesigningrequests");
  await step("a resource that is not there", "GET", "/apis/certificates.k8s.io/v1/things");
  await step("anonymous", "GET", CSR, undefined, { as: "" });
  await step("anonymous at a path", "GET", "/api", undefined, { as: "" });
  await verdict("not JSON", "POST", CSR, "{");
  await step("another method", "PATCH", CSR, csr("x", pem), { type: MERGE });
  await step("dry in another way", "POST", `${CSR}?dryRun=Some`, csr("x", pem));
  await verdict("a list that goes on from nowhere", "GET", `${CSR}?limit=1&continue=nonsense`);
  await verdict("a selector that cannot be read", "GET", `${CSR}?labelSelector=${encodeURIComponent("a==b==c")}`);
  return answers;
}
