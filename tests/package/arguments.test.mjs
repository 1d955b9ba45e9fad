// Every public call with every kind of wrong argument: it fails with a KubecredError, by its promise, and the session lives on. A
// caller's callback that throws ends nothing, and what lies on Object.prototype changes nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KubecredError, MODES, open, vector } from "./common.mjs";
import { sign } from "../support/openssl.mjs";
import { linkOf, tokenOf } from "./links.mjs";
import { TYPES, fieldsOf, isFunction, itemOf, unfit } from "./types.mjs";

const TOKEN = "a-token-of-no-cluster";
const STATUS = JSON.stringify({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code: 404,
  reason: "NotFound",
  message: "not there",
  details: { name: "x", kind: "x" },
});
const KUBECONFIG = `apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: "https://10.0.0.1:6443"}}]\nusers: [{name: u, user: {token: abcdef}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n`;
const LINK = linkOf({
  api: "https://cluster.example:6443",
  cluster: { server: "https://cluster.example:6443" },
  token: tokenOf(),
  user: "jane",
  groups: ["dev"],
  expirationSeconds: 3600,
});
const TERMS = {
  user: "jane",
  groups: ["dev"],
  expirationSeconds: 3600,
  validSeconds: 600,
  page: "https://page.example/",
  cluster: { server: "https://cluster.example:6443" },
  name: "jane-x",
};
const INVITATION = { name: "jane-x", uids: { ServiceAccount: "1", ClusterRole: "2", ClusterRoleBinding: "3" } };
const throwing = () => {
  throw new TypeError("a mistake of the caller");
};
const fetchStub = async () => new Response(STATUS, { status: 404, headers: { "Content-Type": "application/json" } });

const trap = Object.fromEntries(["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"].map((name) => [name, throwing]));
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const { proxy: revokedList, revoke: revokeList } = Proxy.revocable([], {});
revokeList();
const circular = {};
circular.self = circular;
const deep = Array.from({ length: 5000 }).reduce((inner) => ({ inner }), {});

/** Fresh ones each time: what is handed over is gone. Each is wrong for most arguments, and right for some. */
const wrong = () => ({
  null: null,
  number: 5,
  NaN,
  negative: -1,
  flag: true,
  symbol: Symbol("x"),
  bigint: 10n,
  function: () => {},
  list: [],
  "list of text": ["/x"],
  "list of null": [null],
  "empty object": {},
  "object without prototype": Object.create(null),
  frozen: Object.freeze({ name: 5 }),
  "inherited fields": Object.create({ server: "https://evil.example", user: "eve", token: "x" }),
  proxy: new Proxy({}, trap),
  "proxy of a list": new Proxy([], trap),
  revoked,
  "revoked list": revokedList,
  getter: {
    get user() {
      throw new TypeError("x");
    },
    get name() {
      throw new TypeError("x");
    },
    get signal() {
      throw new TypeError("x");
    },
  },
  circular,
  deep,
  map: new Map([["a", 1]]),
  date: new Date(NaN),
  error: new Error("x"),
  "empty text": "",
  "half a surrogate pair": "\ud800",
  NUL: "\0",
  buffer: new ArrayBuffer(4),
  shared: new Uint8Array(new SharedArrayBuffer(4)),
  view: new DataView(new ArrayBuffer(4)),
  signal: { signal: {} },
  "signal null": { signal: null },
  "signal made of fields": { signal: { aborted: false, addEventListener() {}, removeEventListener() {} } },
  callbacks: { onProgress: 5, onStatus: {}, onTrouble: "x", onRequest: [] },
  "wrong fields": {
    name: {},
    user: 5,
    groups: "x",
    server: ["/x"],
    token: {},
    fetch: 5,
    passphrase: 5,
    pageSize: "x",
    workers: "x",
    signerName: 5,
    resourceVersion: {},
    objects: 5,
  },
});

/** Right arguments for every method: the interface of types.ts, an object of it, and its calls. @returns {[string, any, Record<string, any[]>][]} */
function table({ kubecred, key, config, request, certificate }) {
  const cluster = kubecred.cluster({ server: "https://cluster.example:6443", token: TOKEN, fetch: fetchStub });
  const manifests = [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ci", namespace: "default" } }];
  const subject = { kind: "User", name: "jane" };
  return [
    [
      "Kubecred",
      kubecred,
      {
        classify: [TOKEN, {}],
        toYaml: [manifests],
        commands: [{ step: "proxy" }, "sh"],
        cluster: [{ server: "https://cluster.example:6443", headers: { "X-Portal": "x" }, fetch: fetchStub }],
        requestKubeconfig: [{ cluster, subject: { user: "jane" }, algorithm: "ed25519" }],
      },
    ],
    ["Keys", kubecred.keys, { generate: ["ed25519", {}], import: [vector("keys", "01-pkcs1-good.pem"), {}], prepare: ["ed25519"] }],
    [
      "Csr",
      kubecred.csr,
      {
        inspect: [request, {}],
        lintSubject: [{ user: "jane" }],
        manifest: [{ csr: request }],
        explain: [{}, { verifySignature: false }],
        explainAll: [[], {}],
      },
    ],
    ["Certificates", kubecred.certificates, { parse: [certificate, {}], renewalReminder: [certificate, {}] }],
    ["Tokens", kubecred.tokens, { parse: [TOKEN, {}], fromSecret: [{}, {}] }],
    ["ServiceAccounts", kubecred.serviceAccounts, { manifests: [{ name: "ci", namespace: "default" }] }],
    [
      "Rbac",
      kubecred.rbac,
      {
        templates: [],
        manifests: [{ subjects: [subject], role: "view", namespace: "default" }],
        matrix: [{ manifests, subject }, {}],
        review: [{ manifests, subject, questions: [{ verb: "get", resource: "pods" }] }, {}],
        lint: [manifests, {}],
        risk: [manifests, {}],
      },
    ],
    ["Kubeconfigs", kubecred.kubeconfig, { parse: [KUBECONFIG, {}], create: [{ cluster: { server: "https://10.0.0.1:6443" }, token: TOKEN }] }],
    [
      "Discovery",
      kubecred.discovery,
      { verifyClusterInfo: [{}, { bootstrapToken: "abcdef.0123456789abcdef" }], lintCluster: [{ server: "https://10.0.0.1:6443" }, {}] },
    ],
    ["Links", kubecred.links, { encode: [request], decode: ["1.x"] }],
    ["ReceivedInvitations", kubecred.invitations, { read: [LINK], kubeconfig: [LINK], accept: [LINK, { fetch: fetchStub }] }],
    [
      "Invitations",
      cluster.invitations,
      {
        preview: [TERMS],
        create: [TERMS, {}],
        list: [{}],
        close: [INVITATION, {}],
        revoke: [INVITATION, { role: true }],
        match: [{}, []],
      },
    ],
    [
      "PrivateKey",
      key,
      {
        createCsr: [{ user: "jane" }],
        kubeconfig: [{ certificate, csr: request, cluster: { server: "https://10.0.0.1:6443" } }],
        exportPem: [{}],
        exportPkcs12: [certificate, "pw", {}],
        toJSON: [],
      },
    ],
    [
      "Kubeconfig",
      config,
      {
        serialize: [{}],
        minify: ["x"],
        edit: [{}],
        renewal: ["u"],
        renew: [key, { user: "u", certificate }],
        clusterEntries: [],
        merge: [config, {}],
        toJSON: [],
      },
    ],
    ["Cluster", cluster, { whoAmI: [{}], version: [{}], discover: [{}], check: [{ action: "request-certificate" }, {}] }],
    [
      "ClusterCsr",
      cluster.csr,
      {
        submit: [{ csr: request }, {}],
        get: ["x", {}],
        request: [{ csr: request }, {}],
        wait: ["x", {}],
        preview: [{ csr: request }, {}],
        pages: [{}],
        watch: [{ resourceVersion: "1" }],
        list: [{}],
        approve: ["x", {}],
        deny: ["x", {}],
      },
    ],
    [
      "ClusterTokens",
      cluster.tokens,
      { create: [{ serviceAccount: "ci", namespace: "default" }, {}], fromSecret: [{ name: "t", namespace: "default", serviceAccount: "ci" }, {}] },
    ],
    [
      "ClusterRbac",
      cluster.rbac,
      {
        bindingsOf: [{ user: "jane", groups: ["dev"] }, {}],
        permissions: ["default", {}],
        can: [{ verb: "get", resource: "pods" }, {}],
        apply: [manifests, {}],
      },
    ],
  ];
}

/** The calls that an object has, by itself and by its class. */
function callsOf(target) {
  const type = Object.getPrototypeOf(target);
  const names = [...Object.keys(target), ...(type === Object.prototype ? [] : Object.getOwnPropertyNames(type))];
  return names.filter((name) => typeof (Object.getOwnPropertyDescriptor(target, name) ?? Object.getOwnPropertyDescriptor(type, name)).value === "function");
}

const SYNC = new Set(["prepare", "cluster", "toJSON"]);
const GENERATORS = new Set(["pages", "watch", "list"]);

for (const [mode, options] of MODES) {
  test(`${mode}: wrong arguments of every call reject with a KubecredError`, async () => {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ecdsa-p256");
    const config = await kubecred.kubeconfig.parse(KUBECONFIG);
    const request = await key.createCsr({ user: "jane" });
    const certificate = sign(request);
    let calls = 0;
    for (const [of, target, methods] of table({ kubecred, key, config, request, certificate })) {
      const known = callsOf(target);
      assert.deepEqual(
        known.filter((name) => !Object.hasOwn(methods, name) && !["constructor", "close", "dispose"].includes(name)),
        [],
        "the table has every call",
      );
      for (const [name, right] of Object.entries(methods)) {
        for (let at = 0; at < Math.max(right.length, 1); at++) {
          for (const [kind, value] of Object.entries(wrong())) {
            const says = `${of}.${name}, argument ${at}: ${kind}`;
            const args = right.map((one, index) => (index === at ? value : one));
            if (args.length === 0) args.push(value);
            calls += 1;
            let found;
            try {
              found = target[name](...args);
            } catch (error) {
              assert.ok(error instanceof KubecredError, `${says} threw ${error}`);
              assert.ok(SYNC.has(name), `${says} throws instead of rejecting`);
              continue;
            }
            if (GENERATORS.has(name) && typeof found.next === "function") found = found.next().finally(() => found.return?.());
            const error = await Promise.resolve(found).then(
              (result) => void result?.dispose?.(),
              (failure) => failure,
            );
            if (error)
              assert.ok(
                error instanceof KubecredError && !["wasm-panicked", "session-closed"].includes(error.code),
                `${says} failed with ${error?.stack ?? error}`,
              );
          }
        }
      }
    }
    assert.equal((await kubecred.classify("")).kind, "empty", "the session lives");
    assert.ok(calls > 2000, String(calls));
    kubecred.close();
  });
}

test("what is named in the issue", async () => {
  const kubecred = await open({ worker: false });
  const config = await kubecred.kubeconfig.parse(KUBECONFIG);
  const api = kubecred.cluster({ server: "https://cluster.example:6443", fetch: fetchStub });
  const rejects = (promise, code) => assert.rejects(promise, (error) => error instanceof KubecredError && (!code || error.code === code));
  await rejects(config.merge(Object.create(config)));
  await rejects(config.renew(Object.create(config), {}));
  await rejects(kubecred.discovery.verifyClusterInfo({}, 5), "invalid-options");
  for (const signal of [{}, null, 5, "x", [], Object.create(null), { aborted: false, addEventListener() {}, removeEventListener() {} }, new Proxy({}, trap)]) {
    await rejects(kubecred.keys.generate("ed25519", { signal }), "invalid-options");
    await rejects(api.csr.request({ csr: "x" }, { signal }), "invalid-options");
    await rejects(api.csr.wait("x", { signal }), "invalid-options");
    await rejects(api.tokens.create({}, { signal }), "invalid-options");
    await rejects(api.tokens.fromSecret({}, { signal }), "invalid-options");
    await rejects(api.rbac.apply([], { signal }), "invalid-options");
    await rejects(api.csr.pages({ signal }).next(), "invalid-options");
    await rejects(api.csr.watch({ resourceVersion: "1", signal }).next(), "invalid-options");
  }
  for (const server of [["/x"], {}, 5, null, true, () => {}, Symbol("x"), new URL("https://cluster.example"), { toString: throwing }]) {
    assert.throws(
      () => kubecred.cluster({ server, fetch: fetchStub }),
      (error) => error instanceof KubecredError && error.code === "invalid-server",
    );
  }
  kubecred.close();
});

test("what JavaScript reads of the options: unknown fields and wrong types are refused with their field", async () => {
  const kubecred = await open({ worker: false });
  const key = await kubecred.keys.generate("ed25519");
  const config = await kubecred.kubeconfig.parse(KUBECONFIG);
  const api = kubecred.cluster({ server: "https://cluster.example:6443", fetch: fetchStub });
  const half = "\ud800hunter2";
  const calls = [
    [() => kubecred.keys.generate("ed25519", { misspelt: "hunter2" }), "misspelt"],
    [() => kubecred.keys.generate("ed25519", { "hunter2 hunter2": 1 }), "[0]"],
    [() => kubecred.keys.generate("rsa-2048", { workers: "hunter2" }), "workers"],
    [() => kubecred.keys.generate("ed25519", { signal: "hunter2" }), "signal"],
    [() => kubecred.keys.generate("ed25519", { onProgress: "hunter2" }), "onProgress"],
    [() => kubecred.keys.generate("ed25519", 5), "options"],
    [() => kubecred.keys.import("x", { passphrase: 5 }), "passphrase"],
    [() => kubecred.keys.import("x", { passphrase: half }), "passphrase"],
    [() => kubecred.keys.import(5), "input"],
    [() => key.exportPem({ passphrase: half }), "passphrase"],
    [() => key.exportPem({ passphrases: "hunter2" }), "passphrases"],
    [() => kubecred.certificates.parse(5), "input"],
    [() => kubecred.tokens.parse(5), "token"],
    [() => kubecred.tokens.parse("x", { misspelt: "hunter2" }), "misspelt"],
    [async () => kubecred.cluster({ misspelt: "hunter2" }), "misspelt"],
    [async () => kubecred.cluster({ server: ["hunter2"] }), "server"],
    [async () => kubecred.cluster({ server: "https://cluster.example", token: "hunter2 hunter2" }), "token"],
    [async () => kubecred.cluster({ server: "https://cluster.example", fetch: "hunter2" }), "fetch"],
    [() => kubecred.csr.lintSubject({ user: () => "hunter2" }), "arguments[0]"],
    [() => config.minify(5), "context"],
    [() => config.renewal(half), "user"],
    [() => api.rbac.bindingsOf({ user: 5 }), "user"],
    [() => api.rbac.bindingsOf({ user: "jane", groups: "hunter2" }), "groups"],
    [() => api.rbac.bindingsOf({ user: "jane", groups: ["dev", 5] }), "groups[1]"],
    [() => api.csr.approve({}, { misspelt: "hunter2" }), "misspelt"],
    [() => api.csr.deny({}, { reason: ["hunter2"] }), "reason"],
    [() => api.rbac.apply([], { force: "hunter2" }), "force"],
    [() => api.rbac.apply("hunter2"), "objects"],
    [() => api.check({ action: "apply", objects: "hunter2" }), "objects"],
    [() => api.check({ action: "apply", objects: [], misspelt: "hunter2" }), "misspelt"],
    [() => api.discover({ everywhere: "hunter2" }), "everywhere"],
    [() => api.csr.wait("x", { misspelt: "hunter2" }), "misspelt"],
    [() => api.tokens.fromSecret({ name: "t", namespace: "default", serviceAccount: ["hunter2"] }), "serviceAccount"],
    [() => api.csr.pages({ misspelt: "hunter2" }).next(), "misspelt"],
    [() => api.invitations.revoke(INVITATION, { role: "hunter2" }), "role"],
    [() => api.invitations.list({ misspelt: "hunter2" }), "misspelt"],
  ];
  for (const [call, field] of calls) {
    const error = await call().catch((failure) => failure);
    assert.ok(error instanceof KubecredError, `${call}: ${error?.stack ?? "nothing was refused"}`);
    assert.equal(error.field, field, String(call));
    assert.ok(!`${error.message}${error.field}`.includes("hunter2"), `${call}: ${error.message}`);
  }
  assert.equal((await kubecred.classify("")).kind, "empty", "the session lives");
  kubecred.close();
});

test("options of open", async () => {
  for (const [kind, value] of Object.entries(wrong())) {
    for (const options of [value, { wasm: value }, { integrity: value }, { worker: value }, { signal: value, worker: false }]) {
      let error;
      const opened = await open(options).catch((failure) => ((error = failure), undefined));
      opened?.close();
      if (error) assert.ok(error instanceof KubecredError, `${kind}: ${error?.stack ?? error}`);
    }
  }
});

test("a callback that throws, now or later, ends nothing", async () => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  for (const [, options] of MODES) {
    for (const callback of [throwing, async () => throwing(), () => ({ then: throwing }), () => new Proxy({}, trap)]) {
      const kubecred = await open(options);
      let requests = 0;
      const key = await kubecred.keys.generate("rsa-2048", { onProgress: callback });
      const request = await key.createCsr({ user: "jane" });
      const certificate = Buffer.from(sign(request)).toString("base64");
      const fetch = async (address, { method, body }) => {
        requests += 1;
        if (method === "POST")
          return Response.json(
            { ...JSON.parse(body), metadata: { ...JSON.parse(body).metadata, uid: "1", resourceVersion: "1" }, status: {} },
            { status: 201 },
          );
        if (String(address).includes("watch=1")) return Response.json({ kind: "Status", status: "Failure", code: 403, message: "no" }, { status: 403 });
        const stored = await sent;
        return Response.json({
          ...stored,
          metadata: { ...stored.metadata, uid: "1", resourceVersion: "2" },
          status: { certificate, conditions: [{ type: "Approved", status: "True" }] },
        });
      };
      const object = await kubecred.csr.manifest({ csr: request, name: "jane" });
      const sent = Promise.resolve(object);
      const api = kubecred.cluster({ server: "https://cluster.example:6443", fetch, onRequest: callback });
      const { status: report } = await api.csr.request({ csr: request, name: "jane" }, { onStatus: callback, onTrouble: callback });
      assert.equal(report.state, "issued");
      assert.equal(requests, 3);
      kubecred.close();
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

const FIELDS =
  `token server fetch signal passphrase name reason message onRequest onProgress onStatus onTrouble workers worker wasm integrity transfer headers verifySignature pageSize onStep keepKey subject cancel progress error handle kind is id target method args
  user groups uid request csr signerName expirationSeconds usages limit continue resourceVersion metadata items status spec conditions namespace serviceAccount audiences dryRun force everywhere context format redact
  field details code friendlyName certificate cluster key kubeconfig line refused retryAfter bootstrapToken pins rename changes embed remaining statuses path body contentType what text warning primes candidatesTried primesFound
  credentials mode cache redirect referrer referrerPolicy keepalive duplex location
  algorithm onKey fingerprint validSeconds page api invitedBy role uids invitations matches tried missing`
    .trim()
    .split(/\s+/);

/** A body that Node's own streams have no part in: they read options from Object.prototype. */
function streamOf(text) {
  const chunks = [new TextEncoder().encode(text)];
  return {
    getReader: () => ({
      read: async () => (chunks.length ? { done: false, value: chunks.shift() } : { done: true, value: undefined }),
      cancel: async () => {},
    }),
  };
}

/** Runs with these fields on Object.prototype, as another script of the page might have put them there. */
async function polluted(value, run) {
  for (const name of FIELDS) Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
  try {
    return await run();
  } finally {
    for (const name of FIELDS) delete Object.prototype[name];
  }
}

for (const [mode, options] of MODES) {
  test(`${mode}: what lies on Object.prototype changes nothing`, async () => {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ecdsa-p256");
    const pem = new TextDecoder().decode(await key.exportPem());
    const request = await key.createCsr({ user: "jane", groups: ["dev"] });
    const certificate = sign(request);
    const object = await kubecred.csr.manifest({ csr: request, name: "jane" });
    const stored = {
      ...object,
      metadata: { ...object.metadata, uid: "1", resourceVersion: "1" },
      status: {
        conditions: [{ type: "Approved", status: "True", lastUpdateTime: "2026-11-24T00:00:00Z" }],
        certificate: Buffer.from(certificate).toString("base64"),
      },
    };
    const answers = {
      "/version": { gitVersion: "v1.36.3" },
      "/apis/certificates.k8s.io/v1/certificatesigningrequests": { kind: "CertificateSigningRequestList", metadata: {}, items: [stored] },
      "/apis/certificates.k8s.io/v1/certificatesigningrequests/jane": stored,
      "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings": {
        metadata: {},
        items: [{ metadata: { name: "b" }, roleRef: { kind: "ClusterRole", name: "view" }, subjects: [{ kind: "User", name: "jane" }] }],
      },
      "/apis/rbac.authorization.k8s.io/v1/rolebindings": { metadata: {}, items: null },
    };
    const text = new Map(Object.entries(answers).map(([path, answer]) => [path, JSON.stringify(answer)]));

    async function everything() {
      const asked = [];
      const fetch = async (address, init) => {
        const headers = [...init.headers.entries()];
        asked.push([String(address), Object.entries(init).filter(([name]) => !["headers", "signal"].includes(name)), headers]);
        const found = text.get(new URL(address).pathname);
        return {
          ok: Boolean(found),
          status: found ? (init.method === "POST" ? 201 : 200) : 404,
          type: "basic",
          redirected: false,
          headers: { get: (name) => (name === "content-type" ? "application/json" : null) },
          body: streamOf(found ?? STATUS),
        };
      };
      const api = kubecred.cluster({ server: "https://cluster.example:6443", fetch });
      const settle = (promise) =>
        promise.then(
          (value) => ({ value }),
          (error) => ({
            failed: error instanceof KubecredError,
            code: error.code,
            says: error.message,
            details: Object.hasOwn(error, "details") ? error.details : null,
          }),
        );
      const imported = await kubecred.keys.import(pem);
      const config = await kubecred.kubeconfig.parse(KUBECONFIG);
      const made = await kubecred.kubeconfig.create({ cluster: { server: "https://10.0.0.1:6443" }, token: TOKEN });
      const merged = await config.merge(made);
      const pages = [];
      for await (const page of api.csr.pages()) pages.push(page);
      const fresh = await settle(kubecred.keys.generate("ed25519"));
      const all = [
        imported.fingerprint,
        new TextDecoder().decode(await config.serialize()),
        new TextDecoder().decode(await merged.kubeconfig.serialize({ format: "json" })),
        merged.changes,
        [config.users, config.contexts, config.findings],
        await config.clusterEntries(),
        await config.renewal("u").catch((error) => error.code),
        (await config.minify()).currentContext,
        new TextDecoder().decode(await imported.exportPem()).length > 100,
        await kubecred.csr.inspect(request),
        await kubecred.certificates.parse(certificate),
        await kubecred.tokens.parse(TOKEN),
        await kubecred.classify(pem),
        await kubecred.csr.explain(stored),
        await kubecred.csr.lintSubject({ user: "jane" }),
        await kubecred.serviceAccounts.manifests({ name: "ci", namespace: "default" }),
        await kubecred.toYaml([object]),
        await kubecred.commands({ step: "proxy" }, "sh"),
        await kubecred.rbac.templates(),
        await settle(kubecred.certificates.parse("x")),
        await settle(kubecred.csr.manifest({ csr: request, name: "X Y" })),
        await settle(kubecred.discovery.verifyClusterInfo({}, {})),
        fresh.value?.algorithm,
        await api.version(),
        pages,
        await api.rbac.bindingsOf({ user: "jane" }),
        await settle(api.csr.wait("jane")),
        // Links are left out: they go through the platform's streams, and Node's read options from Object.prototype.
        (await api.invitations.preview({ ...TERMS, name: "jane-x" })).objects.slice(0, 3), // the binding has the time
        await settle(api.invitations.create(TERMS)),
        await settle(api.invitations.list()),
        await settle(api.invitations.revoke(INVITATION, { role: true })),
        await settle(api.invitations.close(INVITATION)),
        await settle(api.invitations.match(await kubecred.csr.explain(stored), [])),
        await settle(api.csr.wait("other")),
        await settle(api.tokens.create({ serviceAccount: "ci", namespace: "default" })),
        await settle(api.rbac.apply([{ apiVersion: "v1", kind: "Secret", metadata: { name: "t", namespace: "default" } }])).then(({ value }) =>
          value?.map(({ result, error }) => [result, error?.code]),
        ),
      ];
      return [...all, asked].map((one) => JSON.stringify(one));
    }

    const plain = await everything();
    for (const value of ["https://evil.example", { handle: 1, kind: "PrivateKey", is: {} }, () => {}, 7, null]) {
      const under = await polluted(value, everything);
      for (const [index, one] of under.entries()) assert.equal(one, plain[index], `result ${index}, with ${typeof value}`);
    }
    kubecred.close();
  });
}

/** @param {any} base @param {(string | number)[]} path @param {any} value */
function changed(base, path, value) {
  if (path.length === 0) return value;
  const [key, ...rest] = path;
  const copy = Array.isArray(base) ? [...base] : { ...base };
  copy[key] = changed(base?.[key], rest, value);
  return copy;
}

/**
 * Wrong options of one argument: each with the field that must be named. Of nested objects and lists those that the right options have.
 * @param {any} type
 * @param {any} right
 * @param {(string | number)[]} [path]
 * @returns {Generator<{ path: (string | number)[], value: any }>}
 */
function* wrongOptions(type, right, path = []) {
  const fields = fieldsOf(type);
  const here = path.reduce((value, key) => value?.[key], right);
  if (!fields || here === null || typeof here !== "object") return;
  yield { path: [...path, "misspelt"], value: "hunter2" };
  for (const [name, field] of Object.entries(fields)) {
    yield { path: [...path, name], value: unfit(field) };
    for (const value of [circular, deep, "\ud800hunter2", () => "hunter2", 10n, new Map([["hunter2", 1]])]) {
      if (typeof value === "function" && isFunction(field)) continue;
      // Text that is half a character is no other type: the walk alone refuses it.
      yield { path: [...path, name], value };
    }
    yield* wrongOptions(field, right, [...path, name]);
    const item = itemOf(field);
    if (item && Array.isArray(here[name])) {
      yield { path: [...path, name, 0], value: unfit(item) };
      yield* wrongOptions(item, right, [...path, name, 0]);
    }
  }
}

for (const [mode, options] of MODES) {
  test(`${mode}: wrong options of every call, by the types: the error has the field and no value`, async () => {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ecdsa-p256");
    const config = await kubecred.kubeconfig.parse(KUBECONFIG);
    const request = await key.createCsr({ user: "jane" });
    const targets = table({ kubecred, key, config, request, certificate: sign(request) });
    const failures = [];
    let calls = 0;
    for (const [of, target, rights] of targets) {
      const methods = TYPES[of].methods;
      for (const [name, parameters] of Object.entries(methods)) {
        if (["dispose", "prepare"].includes(name) || (of === "Kubecred" && name === "close")) continue;
        for (const [position, { type }] of parameters.entries()) {
          const right = rights[name][position] ?? {};
          for (const { path, value } of wrongOptions(type, right)) {
            const args = [...rights[name]];
            args[position] = changed(right, path, value);
            calls += 1;
            const says = `${of}.${name}, argument ${position}, ${path.join(".")}: ${typeof value === "object" ? value.constructor.name : String(value)}`;
            const error = await (async () => {
              const found = await target[name](...args);
              await found?.next?.();
              if (found?.accepted === false) throw new KubecredError(found.code, found.message, undefined, path.at(-1)); // preview's way to say so
            })().catch((failure) => failure);
            if (!(error instanceof KubecredError)) failures.push(`${says}: ${error?.stack ?? "nothing was refused"}`);
            else if (typeof error.field !== "string") failures.push(`${says}: no field: ${error.code}: ${error.message}`);
            else if (JSON.stringify([error.message, error.field, error.details]).includes("hunter2")) failures.push(`${says}: quotes the value`);
            else if (path.at(-1) === "misspelt" && !error.field.endsWith("misspelt")) failures.push(`${says}: field ${error.field}`);
            else if (["wasm-panicked", "session-closed"].includes(error.code)) failures.push(`${says}: ${error.code}`);
          }
        }
      }
    }
    assert.deepEqual(failures.slice(0, 40), [], `${failures.length} of ${calls}`);
    assert.ok(calls > 800, String(calls));
    assert.equal((await kubecred.classify("")).kind, "empty", "the session lives");
    kubecred.close();
  });
}
