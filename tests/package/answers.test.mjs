// What a server may answer, and what may stand between it and us: each with its own code, nothing followed, nothing leaked.
import assert from "node:assert/strict";
import { after, before, mock, test } from "node:test";
import { gzipSync } from "node:zlib";
import { body, html, startApi } from "./api-server.mjs";
import { failure, fails, open, vector } from "./common.mjs";

const TOKEN = "eyJhbGciOi.secret-token.c2ln";
let kubecred;
let request;
before(async () => {
  kubecred = await open();
  request = await (await kubecred.keys.generate("ed25519")).createCsr({ user: "jane" });
});
after(() => kubecred.close());

async function server(t, fault) {
  const api = await startApi(fault);
  t.after(() => api.stop());
  return api;
}

test("each refusal of a real server has its code, and its causes", async (t) => {
  let next;
  const api = await server(t, (_, response) => body(response, ...next));
  const cluster = kubecred.cluster({ server: api.url });
  for (const [status, file, code, pattern] of [
    [400, "400-bad-base64.json", "invalid-object", /base64/],
    [401, "401-unauthorized.json", "unauthorized", /credential/],
    [403, "403-anonymous.json", "forbidden", /anonymous/],
    [403, "403-anonymous-path.json", "forbidden", /anonymous/],
    [403, "403-create-csr.json", "forbidden", /User \\?"/],
    [403, "403-system-masters.json", "forbidden", /system:masters/],
    [404, "404-not-found.json", "not-found", /404/],
    [404, "404-no-such-api.txt", "not-found", /404/],
    [409, "409-already-exists.json", "already-exists", /name/],
    [413, "413-too-large.json", "too-large", /413/],
    [422, "422-many-causes.json", "invalid-object", /./],
    [422, "422-bad-signature.json", "invalid-object", /./],
    [500, "500-etcd-too-large.json", "server-error", /500/],
  ]) {
    next = [status, file];
    const error = await fails(cluster.whoAmI(), code);
    assert.match(error.message, pattern, file);
    assert.ok(
      error.message.length < 1500 && !/[A-Za-z0-9+/]{200}/.test(error.message + JSON.stringify(error.details ?? [])),
      `${file}: the request's base64 is not repeated`,
    );
  }
  next = [422, "422-many-causes.json"];
  const { details } = await failure(cluster.whoAmI());
  assert.equal(details.length, 5);
  assert.deepEqual(
    details.map(({ field }) => field),
    ["spec.request", "spec.usages[2]", "spec.usages[1]", "spec.signerName", "spec.expirationSeconds"],
  );
  assert.match(details[4].message, /600 seconds/);
});

test("who am I: user, groups, and the credential that the server saw", async (t) => {
  let file;
  const api = await server(t, (_, response) => body(response, 201, file));
  const cluster = kubecred.cluster({ server: api.url });
  file = "selfsubjectreview-certificate.json";
  const info = JSON.parse(vector("api", file)).status.userInfo;
  const who = await cluster.whoAmI();
  assert.equal(who.user, info.username);
  assert.deepEqual(who.groups, info.groups);
  assert.equal(who.credential.kind, "certificate");
  assert.match(who.credential.id, /^[0-9a-f]{64}$/);
  assert.deepEqual(who.extra, info.extra);
  file = "selfsubjectreview-serviceaccount.json";
  assert.equal((await cluster.whoAmI()).credential.kind, "token");
  file = "selfsubjectreview-static-token.json";
  assert.equal((await cluster.whoAmI()).credential, undefined);
  file = "200-delete-success.json";
  await fails(cluster.whoAmI(), "bad-answer");
});

test("something that is no API server", async (t) => {
  let answer;
  const api = await server(t, (_, response) => answer(response));
  const cluster = kubecred.cluster({ server: api.url });
  answer = (response) => html(response);
  assert.ok(!/alert|<script/.test((await fails(cluster.whoAmI(), "bad-answer")).message));
  answer = (response) => html(response, 403);
  await fails(cluster.whoAmI(), "forbidden");
  answer = (response) => html(response, 502);
  await fails(cluster.whoAmI(), "server-error");
  for (const text of ["", "null", "5", "[", "{}", "[]", '{"status":{}}', `${"[".repeat(100_000)}`, "\ufeff{}", "\u0000"]) {
    answer = (response) => (response.writeHead(200, { "Content-Type": "application/json" }), response.end(text), true);
    await failure(cluster.whoAmI());
  }
  assert.equal((await kubecred.keys.generate("ed25519")).algorithm, "ed25519", "the session lives on");
});

test("a redirect is not followed, and the token stays", async (t) => {
  const elsewhere = await server(t);
  let status = 302;
  let target = `${elsewhere.url}/steal`;
  const api = await server(t, (_, response, { path }) =>
    path === "/steal" ? false : (response.writeHead(status, { Location: target }), response.end(), true),
  );
  const cluster = kubecred.cluster({ server: api.url, token: TOKEN });
  for (status of [301, 302, 303, 307, 308]) await fails(cluster.whoAmI(), "redirected");
  target = "/steal";
  await fails(cluster.whoAmI(), "redirected");
  await fails(cluster.csr.request({ csr: request }), "redirected");
  assert.equal(elsewhere.log.length, 0);
  assert.ok(api.log.every(({ path }) => path !== "/steal"));
  await fails(
    kubecred.cluster({ server: "http://127.0.0.1", fetch: async () => ({ type: "opaqueredirect", status: 0, headers: new Headers() }) }).whoAmI(),
    "redirected",
  );
});

test("an answer without end is cut off", async (t) => {
  let sent = 0;
  const api = await server(t, (_, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const chunk = "x".repeat(1 << 16);
    const pump = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on("drain", pump);
    pump();
    return true;
  });
  await fails(kubecred.cluster({ server: api.url }).whoAmI(), "bad-answer");
  assert.ok(sent < 64 << 20);
});

test("a compressed answer counts as what it becomes", async (t) => {
  let answer;
  const api = await server(
    t,
    (_, response) => (response.writeHead(200, { "Content-Type": "application/json", "Content-Encoding": "gzip" }), response.end(answer), true),
  );
  const cluster = kubecred.cluster({ server: api.url });
  answer = gzipSync(JSON.stringify({ gitVersion: "v1.36.3", padding: " ".repeat(1 << 20) }));
  assert.equal((await cluster.version()).gitVersion, "v1.36.3", "the control: compressed answers are read");
  answer = gzipSync(JSON.stringify({ gitVersion: "v1.36.3", padding: " ".repeat(5 << 20) }));
  assert.ok(answer.length < 1 << 14, "far below the limit as it is sent");
  assert.match((await fails(cluster.version(), "bad-answer")).message, /larger than any/);
  // A bomb: a gigabyte out of one megabyte. Nothing near that is ever held.
  answer = Buffer.concat(Array(64).fill(gzipSync(Buffer.alloc(16 << 20))));
  const before = process.memoryUsage.rss();
  await fails(cluster.version(), "bad-answer");
  await fails(
    (async () => {
      for await (const one of cluster.csr.watch({ resourceVersion: "1" })) assert.fail(one);
    })(),
    "bad-answer",
  );
  assert.ok(process.memoryUsage.rss() - before < 128 << 20, "it was cut off");
});

test("a server that says nothing: a time limit", async (t) => {
  const api = await server(t, () => true);
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const asked = failure(kubecred.cluster({ server: api.url }).whoAmI());
    while (api.log.length === 0) await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(29_000);
    assert.equal(await Promise.race([asked, new Promise((resolve) => setImmediate(resolve, "waiting"))]), "waiting");
    mock.timers.tick(1_001);
    assert.equal((await asked).code, "timeout");
  } finally {
    mock.timers.reset();
  }
});

test("nobody there", async () => {
  const api = await startApi();
  await api.stop();
  const error = await fails(kubecred.cluster({ server: api.url, token: TOKEN }).whoAmI(), "network");
  assert.ok(!JSON.stringify([error, error.stack, error.cause]).includes("secret-token"));
});

test("every request is as it must be, and in the ledger", async () => {
  const calls = [];
  const ledger = [];
  const answers = [{ status: { userInfo: { username: "a" } } }, { items: [], metadata: {} }];
  const fetch = async (url, init) => {
    calls.push({ url, init, headers: Object.fromEntries(new Headers(init.headers)) });
    return new Response(JSON.stringify(answers.shift()), { status: 200, headers: { "content-type": "application/json" } });
  };
  const cluster = kubecred.cluster({ server: "https://cluster.example/prefix/", token: TOKEN, fetch, onRequest: (entry) => ledger.push(entry) });
  await cluster.whoAmI();
  for await (const one of cluster.csr.list()) assert.fail(one);
  assert.deepEqual(
    calls.map(({ url }) => url),
    [
      "https://cluster.example/prefix/apis/authentication.k8s.io/v1/selfsubjectreviews",
      "https://cluster.example/prefix/apis/certificates.k8s.io/v1/certificatesigningrequests?limit=500",
    ],
  );
  for (const { init, headers } of calls) {
    assert.equal(init.credentials, "omit");
    assert.equal(init.referrerPolicy, "no-referrer");
    assert.equal(init.cache, "no-store");
    assert.equal(init.redirect, "manual");
    assert.equal(headers.authorization, `Bearer ${TOKEN}`);
  }
  assert.equal(ledger.length, calls.length);
  assert.deepEqual(
    ledger.map(({ method, path }) => [method, path]),
    calls.map(({ url, init }) => [init.method, new URL(url).pathname.replace("/prefix", "") + new URL(url).search]),
  );
  assert.equal(ledger[0].bytes, calls[0].init.body.length);
  assert.equal(ledger[1].bytes, 0);
  assert.ok(ledger.every(({ what }) => what.length > 0) && !JSON.stringify(ledger).includes(TOKEN));
  answers.push({ gitVersion: "v1" });
  await kubecred.cluster({ fetch }).version();
  assert.equal(calls.at(-1).init.credentials, "same-origin", "the page's own origin may sit behind a cookie");
  assert.equal(calls.at(-1).headers.authorization, undefined);
});

test("addresses and tokens that cannot be meant", () => {
  const refuse = (options, code) => {
    assert.throws(
      () => kubecred.cluster(options),
      (error) => {
        assert.equal(error.code, code, error.message);
        return !error.message.includes("secret-token") && !error.message.includes("evil");
      },
    );
  };
  for (const server of [
    "javascript:alert(1)",
    "ftp://evil",
    "evil",
    "//evil.example",
    "https://",
    "https://user:evil@host",
    "https://host?x=evil",
    "https://host#evil",
    5,
    null,
  ])
    refuse({ server }, "invalid-server");
  refuse({ server: "http://evil.example", token: TOKEN }, "invalid-server");
  for (const token of [`${TOKEN}\r\nX-Evil: 1`, ` ${TOKEN}`, "", "ä", 5]) refuse({ server: "https://cluster.example", token }, "invalid-options");
  refuse("https://cluster.example", "invalid-options");
  refuse({}, "invalid-server"); // Node has no page whose origin could be meant
  for (const server of ["https://cluster.example:6443", "http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001/k8s"])
    kubecred.cluster({ server, token: TOKEN });
});

test("preview: the server's verdict, and nothing is stored", async (t) => {
  const api = await server(t);
  const cluster = kubecred.cluster({ server: api.url });
  assert.deepEqual(await cluster.csr.preview({ csr: request }), { accepted: true });
  assert.equal(api.log[0].query.get("dryRun"), "All");
  assert.equal(api.objects.size, 0);
  api.fault = (_, response) => body(response, 403, "403-system-masters.json");
  const verdict = await cluster.csr.preview({ csr: request });
  assert.equal(verdict.accepted, false);
  assert.equal(verdict.code, "forbidden");
  assert.match(verdict.message, /system:masters/);
  api.fault = (_, response) => body(response, 401, "401-unauthorized.json");
  await fails(cluster.csr.preview({ csr: request }), "unauthorized");
  const sent = api.log.length;
  for (const [wrong, code] of [
    [{ expirationSeconds: 5 }, "invalid-signing-request"],
    [{ name: "X Y" }, "invalid-signing-request"],
    [{ csr: "x" }, "invalid-signing-request"],
  ]) {
    const { accepted, ...why } = await cluster.csr.preview({ csr: request, ...wrong });
    assert.deepEqual([accepted, why.code, typeof why.message], [false, code, "string"]);
  }
  assert.equal(api.log.length, sent, "what the core refuses in the server's place is not sent");
  await fails(cluster.csr.preview({ csr: 5 }), "invalid-options");
});

test("discover: address and CA, or what is missing", async (t) => {
  let readable = true;
  const api = await server(t, (_, response, { path }) => {
    if (/cluster-info|clustertrustbundles/.test(path)) return body(response, 404, "404-not-found.json");
    if (path === "/api") return body(response, 200, "api-versions.json");
    return readable ? body(response, 200, "kube-root-ca.json") : body(response, 403, "403-list-csr.json");
  });
  const cluster = kubecred.cluster({ server: api.url });
  const { entry, findings } = await cluster.discover();
  assert.match(entry.server, /^https:\/\//);
  assert.match(entry.certificateAuthority, /BEGIN CERTIFICATE/);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["authority-source", "server-only-here"],
  );
  readable = false;
  const less = await cluster.discover();
  assert.equal(less.entry.certificateAuthority, undefined);
  assert.equal(less.findings[0].code, "authority-unknown");
});
