// The guard of npx kubecred as a pure function: each attack in a table, and a fuzz run whose oracle is written independently of the guard.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { COOKIE, MOST_BODY, digest, judge } from "../../pkg/bin/guard.mjs";
import { RULES, isName, methodsOf, ruleFor } from "../../pkg/bin/policy.mjs";

const BASE = "/AbC-123_x";
const HOST = "127.0.0.1:40000";
const SESSION = "the-session";
const context = { host: HOST, base: BASE, cookie: digest(SESSION), readOnly: false };
const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

const OWN = {
  Host: HOST,
  Origin: `http://${HOST}`,
  "Sec-Fetch-Site": "same-origin",
  "Sec-Fetch-Mode": "cors",
  "Sec-Fetch-Dest": "empty",
  Cookie: `${COOKIE}=${SESSION}`,
  Accept: "application/json",
};
const BODY = { "Content-Type": "application/json", "Content-Length": "2" };
const PATCH = { ...BODY, "Content-Type": "application/apply-patch+yaml" };

/** Headers as an object, or as a list of pairs where one occurs twice; undefined leaves one out. */
const raw = (headers) => (Array.isArray(headers) ? headers : Object.entries(headers)).filter(([, value]) => value !== undefined).flat();
const ask = (method, target, headers = OWN, { with: more, httpVersion = "1.1" } = {}) =>
  judge({ method, target, httpVersion, rawHeaders: raw(headers) }, { ...context, ...more });
const outcome = (decision) => (decision.action === "refuse" ? `${decision.status} ${decision.code}` : decision.action);
const api = (path) => `${BASE}${path}`;

test("what the page does is forwarded", () => {
  for (const [method, path, headers] of [
    ["GET", "/version", OWN],
    ["GET", "/api", OWN],
    ["GET", `${CSRS}?limit=500`, OWN],
    ["GET", `${CSRS}?watch=1&timeoutSeconds=300&fieldSelector=metadata.name%3Djane`, OWN],
    ["GET", `${CSRS}?limit=500&continue=eyJ2IjoibWV0YSJ9&fieldSelector=spec.signerName%3Dkubernetes.io%2Fkube-apiserver-client`, OWN],
    ["POST", `${CSRS}?fieldValidation=Strict&dryRun=All`, { ...OWN, ...BODY }],
    ["PUT", `${CSRS}/jane/approval`, { ...OWN, ...BODY }],
    ["PATCH", "/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab?fieldManager=kubecred&fieldValidation=Strict", { ...OWN, ...PATCH }],
    ["POST", "/api/v1/namespaces/ci/serviceaccounts/deployer/token?fieldValidation=Strict", { ...OWN, ...BODY }],
    ["GET", "/api/v1/namespaces/ci/secrets/deployer-token", { ...OWN, Authorization: "Bearer abc.def" }],
    ["GET", "/version", { ...OWN, Origin: undefined }], // a same-origin GET has none
    ["GET", "/version", { ...OWN, Cookie: `${COOKIE}=planted; other=1; ${COOKIE}=${SESSION}` }],
  ]) {
    const decision = ask(method, api(path), headers);
    assert.equal(outcome(decision), "api", `${method} ${path}: ${JSON.stringify(decision)}`);
    assert.equal(decision.path, path);
    assert.equal(decision.watch, path.includes("watch=1"));
  }
  assert.equal(outcome(ask("GET", "/", { Host: HOST, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site" })), "entry");
  assert.equal(outcome(ask("POST", "/session", { ...OWN, ...BODY, Cookie: undefined })), "session");
  assert.deepEqual(ask("GET", api("/kubecred/")), { action: "page", file: "index.html" });
  assert.deepEqual(ask("GET", api("/kubecred/kubecred/wasm/core_bg.wasm?x=1"), { Host: HOST }), { action: "page", file: "kubecred/wasm/core_bg.wasm" });
  assert.deepEqual(ask("GET", api("/kubecred")), { action: "redirect", location: `${BASE}/kubecred/` });
});

const pairs = (...more) => [...Object.entries(OWN), ...more];
const ATTACKS = [
  // DNS rebinding, and other names of this machine
  ["421 host", "GET", api("/version"), { ...OWN, Host: "evil.example:40000" }],
  ["421 host", "GET", api("/version"), { ...OWN, Host: "127.0.0.1" }],
  ["421 host", "GET", api("/version"), { ...OWN, Host: "localhost:40000" }],
  ["421 host", "GET", api("/version"), { ...OWN, Host: "127.0.0.1:40000." }],
  ["421 host", "GET", api("/version"), { ...OWN, Host: "127.0.0.1:40000, evil.example" }],
  ["421 host", "GET", api("/version"), { ...OWN, Host: undefined }],
  ["421 host", "GET", "/", { Host: "evil.example" }],
  ["421 host", "GET", api("/kubecred/"), { Host: "[::1]:40000" }],
  ["400 twice", "GET", api("/version"), pairs(["host", HOST])],
  ["400 twice", "GET", api("/version"), pairs(["hOsT", "evil.example"])],
  // another page in the same browser
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Site": "cross-site" }],
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Site": "same-site" }], // another port of this host
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Site": "none" }],
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Site": undefined }],
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Site": "Same-Origin" }],
  ["400 twice", "GET", api("/version"), pairs(["sec-fetch-site", "same-origin"])],
  ["403 cross-site", "POST", api(CSRS), { ...OWN, ...BODY, "Sec-Fetch-Mode": "no-cors" }],
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image" }],
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" }],
  ["403 cross-site", "GET", api("/version"), { ...OWN, "Sec-Fetch-Dest": "script" }],
  ["403 origin", "GET", api("/version"), { ...OWN, Origin: "null" }],
  ["403 origin", "GET", api("/version"), { ...OWN, Origin: `https://${HOST}` }],
  ["403 origin", "POST", api(CSRS), { ...OWN, ...BODY, Origin: undefined }],
  ["403 cross-site", "GET", api("/kubecred/"), { Host: HOST, "Sec-Fetch-Site": "cross-site" }],
  ["403 cross-site", "GET", api("/kubecred/main.js"), { Host: HOST, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "script" }],
  ["403 embedded", "GET", "/", { Host: HOST, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe" }],
  ["403 embedded", "GET", "/", { Host: HOST, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image" }],
  ["403 cross-site", "POST", "/session", { ...OWN, ...BODY, "Sec-Fetch-Site": "cross-site" }],
  ["403 cross-site", "POST", "/session", { Host: HOST, ...BODY }],
  ["403 origin", "POST", "/session", { ...OWN, ...BODY, Origin: undefined }],
  ["405 method", "GET", "/session", OWN],
  ["415 content-type", "POST", "/session", { ...OWN, ...BODY, "Content-Type": "text/plain" }],
  ["413 body", "POST", "/session", { ...OWN, ...BODY, "Content-Length": "257" }],
  // another program or user of this machine
  ["401 session", "GET", api("/version"), { ...OWN, Cookie: undefined }],
  ["401 session", "GET", api("/version"), { ...OWN, Cookie: `${COOKIE}=` }],
  ["401 session", "GET", api("/version"), { ...OWN, Cookie: `${COOKIE}=${SESSION}x` }],
  ["401 session", "GET", api("/version"), { ...OWN, Cookie: `x${COOKIE}=${SESSION}` }],
  ["401 session", "GET", api("/version"), { ...OWN, Cookie: `${COOKIE.toUpperCase()}=${SESSION}` }],
  ["404 path", "GET", "/version", OWN],
  ["404 path", "GET", CSRS, OWN],
  ["404 path", "GET", `${BASE.toLowerCase()}/version`, OWN],
  ["404 path", "GET", `${BASE}x/version`, OWN],
  ["404 path", "GET", BASE, OWN],
  ["404 path", "GET", "/kubecred/", OWN],
  // paths that somebody on the way could read otherwise
  ["403 path", "GET", api("/api/v1/secrets"), OWN],
  ["403 path", "GET", api("/api/v1/namespaces/kube-system/secrets/x"), OWN],
  ["403 path", "GET", api("/api/v1/namespaces/kube-system/secrets/-token"), OWN],
  ["403 path", "GET", api("/api/v1/namespaces/a/pods/b/exec"), OWN],
  ["403 path", "GET", api("/version/"), OWN],
  ["403 path", "GET", api("//version"), OWN],
  ["403 path", "GET", api("/Version"), OWN],
  ["403 path", "GET", api("/%76ersion"), OWN],
  ["403 path", "GET", api("/./version"), OWN],
  ["403 path", "GET", api("/api/../version"), OWN],
  ["403 path", "GET", api(`${CSRS}/..`), OWN],
  ["403 path", "GET", api(`${CSRS}/%2e%2e`), OWN],
  ["403 path", "GET", api(`${CSRS}/.%2E`), OWN],
  ["403 path", "GET", api(`${CSRS}/%252e%252e`), OWN],
  ["403 path", "PUT", api(`${CSRS}/a%2fapproval`), { ...OWN, ...BODY }],
  ["403 path", "GET", api(`${CSRS}/a%5Cb`), OWN],
  ["403 path", "GET", api(`${CSRS}/a%00`), OWN],
  ["403 path", "GET", api(`${CSRS}/a%0d%0aX:1`), OWN],
  ["403 path", "GET", api(`${CSRS}/%ff`), OWN],
  ["403 path", "GET", api(`${CSRS}/%zz`), OWN],
  ["403 path", "GET", api(`${CSRS}/a/status`), OWN],
  ["403 path", "GET", api(`${CSRS}//approval`), OWN],
  ["403 path", "GET", api(`${CSRS}/${"a".repeat(760)}`), OWN],
  ["400 target", "GET", `//${HOST}${api("/version")}`, OWN],
  ["400 target", "GET", `http://${HOST}${api("/version")}`, OWN],
  ["400 target", "GET", "*", OWN],
  ["400 target", "GET", `${HOST}`, OWN],
  ["400 target", "GET", "", OWN],
  ["400 target", "GET", api("\\version"), OWN],
  ["400 target", "GET", api("/version#x"), OWN],
  ["400 target", "GET", api("/version x"), OWN],
  ["400 target", "GET", api("/v\u00e9rsion"), OWN],
  ["400 target", "GET", api("/version?a=%0d%0aHost:x"), OWN],
  ["414 target", "GET", api(`/version?${"a".repeat(9000)}`), OWN],
  // methods
  ["405 method", "DELETE", api(`${CSRS}/jane`), OWN],
  ["405 method", "TRACE", api("/version"), OWN],
  ["405 method", "CONNECT", api("/version"), OWN],
  ["405 method", "OPTIONS", api("/version"), OWN],
  ["405 method", "PROPFIND", api("/version"), OWN],
  ["405 method", "get", api("/version"), OWN],
  ["405 method", "HEAD", api("/version"), OWN],
  ["405 method", "PUT", api(`${CSRS}/jane`), { ...OWN, ...BODY }],
  ["405 method", "PATCH", api(`${CSRS}/jane`), { ...OWN, ...PATCH }],
  ["405 method", "POST", api("/kubecred/"), { ...OWN, ...BODY }],
  ["405 method", "POST", "/", { ...OWN, ...BODY }],
  // framing and upgrades
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, "Transfer-Encoding": "chunked" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, "Content-Type": "application/json", "Transfer-Encoding": " chunked" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Length": "+2" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Length": "02" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Length": "2, 2" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Length": "-1" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Encoding": "gzip" }],
  ["400 framing", "POST", api(CSRS), { ...OWN, ...BODY, Expect: "100-continue" }],
  ["400 framing", "GET", api("/version"), { ...OWN, "Content-Length": "2" }],
  ["400 twice", "POST", api(CSRS), [...pairs(), ...Object.entries(BODY), ["content-length", "3"]]],
  ["400 twice", "POST", api(CSRS), [...pairs(), ...Object.entries(BODY), ["content-type", "text/plain"]]],
  ["400 upgrade", "GET", api("/version"), { ...OWN, Upgrade: "websocket", Connection: "Upgrade" }],
  ["400 upgrade", "GET", api("/version"), { ...OWN, Connection: "keep-alive, Upgrade" }],
  ["400 upgrade", "GET", "/", { Host: HOST, Upgrade: "h2c" }],
  ["431 headers", "GET", api("/version"), [...pairs(), ...Array.from({ length: 64 }, (_, index) => [`X-${index}`, "1"])]],
  // bodies that a browser sends without asking first
  ["415 content-type", "POST", api(CSRS), { ...OWN, "Content-Length": "2" }],
  ["415 content-type", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Type": "text/plain" }],
  ["415 content-type", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Type": "application/x-www-form-urlencoded" }],
  ["415 content-type", "PATCH", api("/apis/rbac.authorization.k8s.io/v1/clusterroles/a"), { ...OWN, ...BODY }],
  ["413 body", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Length": String(MOST_BODY + 1) }],
  ["413 body", "POST", api(CSRS), { ...OWN, ...BODY, "Content-Length": "9999999999" }],
  ["400 authorization", "GET", api("/version"), { ...OWN, Authorization: "Basic YTpi" }],
  ["400 authorization", "GET", api("/version"), { ...OWN, Authorization: "Bearer a b" }],
];

test("bounds are met from both sides", () => {
  const headersOf = (count) => [...pairs(), ...Array.from({ length: count - pairs().length }, (_, index) => [`X-${index}`, "1"])];
  const target = (length) => `${api("/version")}?${"a".repeat(length - api("/version").length - 1)}`;
  const body = (length) => ({ ...OWN, ...BODY, "Content-Length": String(length) });
  const bearer = (length) => ({ ...OWN, Authorization: `Bearer ${"a".repeat(length)}` });
  for (const [within, decision] of [
    [true, ask("GET", api("/version"), headersOf(64))],
    [false, ask("GET", api("/version"), headersOf(65))],
    [true, ask("GET", target(8192))],
    [false, ask("GET", target(8193))],
    [true, ask("POST", api(CSRS), body(1 << 20))],
    [false, ask("POST", api(CSRS), body((1 << 20) + 1))],
    [true, ask("POST", "/session", body(256))],
    [false, ask("POST", "/session", body(257))],
    [true, ask("GET", api("/version"), { ...OWN, "Content-Length": "0" })],
    [false, ask("GET", api("/version"), { ...OWN, "Content-Length": "1" })],
    [true, ask("GET", api("/version"), bearer(16_384))],
    [false, ask("GET", api("/version"), bearer(16_385))],
    [false, ask("GET", api("/version"), bearer(0))],
    [true, ask("GET", api(`${CSRS}/${"%61".repeat(253)}`))],
    [false, ask("GET", api(`${CSRS}/${"%61".repeat(253)}a`))],
  ])
    assert.equal(decision.action !== "refuse", within, JSON.stringify(decision));
  assert.equal(ask("POST", api(CSRS), body(7)).length, 7);
  assert.equal(ask("POST", "/session", body(7)).length, 7);
});

test("no header that decides something may occur twice", () => {
  for (const name of [
    ...["Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Expect", "Host", "Origin"],
    ...["Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "TE", "Transfer-Encoding", "Upgrade"],
  ]) {
    const others = pairs().filter(([own]) => own !== name);
    assert.equal(outcome(ask("GET", api("/version"), [...others, [name, "a"], [name.toLowerCase(), "a"]])), "400 twice", name);
  }
  assert.equal(outcome(ask("GET", api("/version"), pairs(["X-Other", "1"], ["x-other", "2"]))), "api", "the control");
});

test("each framing and upgrade is refused by itself", () => {
  for (const [name, value, expected] of [
    ["Transfer-Encoding", "chunked", "400 framing"],
    ["Content-Encoding", "identity", "400 framing"],
    ["Expect", "100-continue", "400 framing"],
    ["TE", "trailers", "400 framing"],
    ["Upgrade", "h2c", "400 upgrade"],
    ["Connection", "upgrade", "400 upgrade"],
    ["Content-Length", "x1", "400 framing"],
    ["Content-Length", "1x", "400 framing"],
    ["Content-Length", "12345678901", "400 framing"],
    ["Content-Length", "", "400 framing"],
  ])
    assert.equal(outcome(ask("POST", "/session", { ...OWN, ...BODY, [name]: value })), expected, `${name}: ${value}`);
});

test("each type of a body that the API reads is forwarded, for its own method", () => {
  const types = {
    "application/json": ["POST", "PUT", "DELETE"],
    "application/apply-patch+yaml": ["PATCH"],
    "application/merge-patch+json": ["PATCH"],
    "application/json-patch+json": ["PATCH"],
    "application/strategic-merge-patch+json": ["PATCH"],
  };
  const account = "/api/v1/namespaces/kubecred-invitations/serviceaccounts/jane";
  const paths = { POST: CSRS, PUT: `${CSRS}/jane/approval`, DELETE: account, PATCH: account };
  for (const [type, methods] of Object.entries(types))
    for (const [method, path] of Object.entries(paths)) {
      const decision = ask(method, api(path), { ...OWN, ...BODY, "Content-Type": type.toUpperCase() });
      assert.equal(outcome(decision), methods.includes(method) ? "api" : "415 content-type", `${method} ${type}`);
    }
});

test("the page and the entry page are read by GET and HEAD, as pages; each refusal says what is allowed", () => {
  for (const method of ["GET", "HEAD"]) {
    assert.equal(outcome(ask(method, "/", { Host: HOST })), "entry");
    assert.equal(outcome(ask(method, api("/kubecred"), { Host: HOST })), "redirect");
    for (const site of [undefined, "none", "same-origin"])
      assert.equal(outcome(ask(method, api("/kubecred/"), { Host: HOST, "Sec-Fetch-Site": site })), "page", `${method} ${site}`);
  }
  for (const target of ["/", api("/kubecred"), api("/kubecred/main.js")]) {
    assert.deepEqual(ask("POST", target, { ...OWN, ...BODY }).allow, ["GET", "HEAD"], target);
    assert.equal(outcome(ask("POST", target, { ...OWN, ...BODY })), "405 method", target);
  }
  assert.deepEqual(ask("PUT", "/session", { ...OWN, ...BODY }).allow, ["POST"]);
  for (const target of ["/", "/session", api("/version")]) {
    assert.equal(outcome(ask("TRACE", target)), "405 method", target);
    assert.deepEqual(ask("TRACE", target).allow, ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
  }
  assert.deepEqual(ask("PUT", api(`${CSRS}/jane`), { ...OWN, ...BODY }).allow, ["GET"]);
  assert.deepEqual(ask("POST", api(CSRS), { ...OWN, ...BODY }, { with: { readOnly: true } }).allow, ["GET"]);
  for (const [mode, dest, expected] of [
    [undefined, "document", "entry"],
    ["navigate", undefined, "entry"],
    ["navigate", "iframe", "403 embedded"],
    ["cors", "document", "403 embedded"],
    ["cors", undefined, "403 embedded"],
    [undefined, "empty", "403 embedded"],
  ])
    assert.equal(outcome(ask("GET", "/", { Host: HOST, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest })), expected, `${mode} ${dest}`);
});

test("a script of this origin alone reaches the API; what refuses it is an object of the API where the page reads one", () => {
  for (const [more, expected] of [
    [{ "Sec-Fetch-Mode": "same-origin" }, "api"],
    [{ "Sec-Fetch-Mode": undefined }, "403 cross-site"],
    [{ "Sec-Fetch-Mode": "navigate" }, "403 cross-site"],
    [{ "Sec-Fetch-Dest": undefined }, "403 cross-site"],
    [{ "Sec-Fetch-Dest": "document" }, "403 cross-site"],
    [{ "Sec-Fetch-Site": "same-site" }, "403 cross-site"],
    [{ Origin: "http://127.0.0.1:1" }, "403 origin"],
    [{ Cookie: `a=b;${COOKIE}=${SESSION};c=d` }, "api"],
    [{ Cookie: `a=b;  ${COOKIE}=${SESSION} ; c=d` }, "api"],
  ])
    assert.equal(outcome(ask("GET", api("/version"), { ...OWN, ...more })), expected, JSON.stringify(more));
  for (const [expected, method, target, headers] of ATTACKS) {
    const decision = ask(method, target, headers);
    // What is refused before the path was looked at is no answer of the API, and neither are those of /session of its own.
    const early = ["host", "twice", "method", "headers", "target", "upgrade", "framing", "version"].includes(decision.code) && !decision.api;
    if (target.startsWith(`${BASE}/`) && !target.startsWith(`${BASE}/kubecred`) && !early) assert.equal(decision.api, true, `${expected} ${method} ${target}`);
    if (target === "/") assert.equal(decision.api, undefined, expected);
  }
  const own = (method, path, headers, more) => ask(method, api(path), headers, more);
  for (const decision of [
    own("PUT", `${CSRS}/jane`, { ...OWN, ...BODY }),
    own("POST", CSRS, { ...OWN, ...BODY }, { with: { readOnly: true } }),
    own("GET", "/version?", OWN),
    own("GET", "/version?a=%0a", OWN),
    own("GET", "/version?a=%7F", OWN),
    own("GET", "/version?a=%1F", OWN),
    own("GET", "/version", { ...OWN, "Content-Length": "1" }),
    own("POST", CSRS, { ...OWN, "Content-Length": "1" }),
  ])
    assert.deepEqual([decision.action, decision.api], ["refuse", true], JSON.stringify(decision));
  for (const query of ["", "a=%0a", "a=%7F", "a=%1F"]) assert.equal(outcome(own("GET", `/version?${query}`, OWN)), "400 target", query);
  for (const query of ["a=%20", "a=%7e", "a=%80", "a=10"]) assert.equal(outcome(own("GET", `/version?${query}`, OWN)), "api", query);
  assert.equal(own("GET", "/version?watch", OWN).watch, true);
  assert.equal(own("GET", "/version?unwatched=watch", OWN).watch, false);
  assert.equal(own("GET", "/version", OWN).path, "/version");
});

test("every attack is refused, for the reason that it is one", () => {
  for (const [expected, method, target, headers] of ATTACKS)
    assert.equal(outcome(ask(method, target, headers)), expected, `${method} ${target} ${JSON.stringify(headers)}`);
  for (const httpVersion of ["1.0", "0.9", "2.0", ""]) assert.equal(outcome(ask("GET", api("/version"), OWN, { httpVersion })), "505 version");
});

test("no refusal repeats anything of the request", () => {
  const canary = "canary-4711";
  for (const [, method, , headers] of ATTACKS) {
    for (const target of [api(`/${canary}`), `/${canary}`, `${canary}`]) {
      const decision = ask(method, target, [...(Array.isArray(headers) ? headers : Object.entries(headers)), ["X-Extra", canary]]);
      assert.ok(!JSON.stringify(decision).includes(canary) || decision.action !== "refuse", JSON.stringify(decision));
    }
  }
});

test("--read-only forwards what changes nothing and gives no token away", () => {
  const left = RULES.flatMap((rule) => methodsOf(rule, true).map((method) => `${method} ${rule.path}`));
  for (const entry of left) {
    assert.match(entry, /^(GET |POST .*\/selfsubject(|rules|access)reviews$)/);
    assert.doesNotMatch(entry, /secrets|\/token$/);
  }
  // What a POST asks there is stored nowhere: the permissions and the name of whoever asks.
  assert.deepEqual(
    left.filter((entry) => entry.startsWith("POST")).map((entry) => entry.split("/").at(-1)),
    ["selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  );
  const reads = RULES.filter(({ path, methods }) => methods.includes("GET") && !path.endsWith("-token")).map(({ path }) => `GET ${path}`);
  assert.deepEqual(
    left.filter((entry) => entry.startsWith("GET")),
    reads,
  );
  for (const rule of RULES) assert.ok((rule.safe ?? []).every((method) => rule.methods.includes(method)));
  assert.equal(outcome(ask("POST", api(CSRS), { ...OWN, ...BODY }, { with: { readOnly: true } })), "403 read-only");
  assert.equal(outcome(ask("PUT", api(`${CSRS}/jane/approval`), { ...OWN, ...BODY }, { with: { readOnly: true } })), "403 read-only");
  assert.equal(outcome(ask("GET", api("/api/v1/namespaces/ci/secrets/a-token"), OWN, { with: { readOnly: true } })), "403 read-only");
  assert.equal(outcome(ask("GET", api(CSRS), OWN, { with: { readOnly: true } })), "api");
});

test("names in paths: what RBAC takes passes, what could be read as another path does not", () => {
  for (const name of ["jane", "system%3Amasters", "system:masters", "a.b", "...", "A_b~c", "%C3%A9", "a@b"]) assert.equal(isName(name), true, name);
  for (const name of ["", ".", "..", "%2e", "%2E.", "a%2Fb", "a%5cb", "a%25b", "%00", "%7f", "%c3", "a b", "a/b", "a\\b", "\u00e9", "%", "%2"])
    assert.equal(isName(name), false, name);
  assert.equal(ruleFor("version"), undefined);
});

// --- fuzz: the seed is printed, and the verdict is checked by rules that share no code with the guard -----------------------------------
test("60,000 mutated requests: whatever is forwarded is wholly what the page would send", (t) => {
  const seed = process.env.KUBECRED_SEED ? Number(process.env.KUBECRED_SEED) : randomBytes(4).readUInt32LE();
  t.diagnostic(`KUBECRED_SEED=${seed}`);
  let state = seed >>> 0;
  const next = (below) => {
    // xorshift32
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return (state || (state = 1)) % below;
  };
  const pick = (list) => list[next(list.length)];
  const METHODS = ["GET", "GET", "POST", "PUT", "PATCH", "HEAD", "DELETE", "OPTIONS", "TRACE", "get", "POST "];
  const PIECES = [
    "/",
    "//",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "\\",
    "?",
    "#",
    "%00",
    ":",
    "@",
    "a",
    "-token",
    "approval",
    "secrets",
    "api",
    "version",
    BASE,
    " ",
    "\r\n",
    "\u00e9",
    "*",
    ";",
    "http://x",
    "watch=1",
    "%25",
  ];
  const VALUES = [
    "",
    "null",
    "same-origin",
    "same-site",
    "cross-site",
    "none",
    HOST,
    `http://${HOST}`,
    "evil.example",
    "chunked",
    "0",
    "2",
    "1048577",
    "application/json",
    "text/plain",
    `${COOKIE}=${SESSION}`,
    `${COOKIE}=x`,
    "Bearer a",
    "upgrade",
    "cors",
    "no-cors",
    "empty",
    "image",
  ];
  const NAMES = [...Object.keys(OWN), "Content-Type", "Content-Length", "Transfer-Encoding", "Upgrade", "Connection", "Authorization", "Expect"];
  const starts = [
    ...RULES.flatMap((rule) => rule.methods.map((method) => [method, api(rule.path.replaceAll("{name}", "jane"))])),
    ["GET", "/"],
    ["POST", "/session"],
    ["GET", api("/kubecred/main.js")],
  ];
  const counts = {};
  for (let round = 0; round < 60_000; round++) {
    let [method, target] = pick(starts);
    const headers = Object.entries({ ...OWN, ...(method === "GET" ? {} : method === "PATCH" ? PATCH : BODY) });
    for (let changes = next(4); changes > 0; changes--) {
      switch (next(6)) {
        case 0:
          method = pick(METHODS);
          break;
        case 1:
        case 2: {
          const at = next(target.length + 1);
          target = target.slice(0, at) + pick(PIECES) + target.slice(at + next(3));
          break;
        }
        case 3:
          if (headers.length) headers.splice(next(headers.length), 1);
          break;
        case 4:
          headers.push([pick([0, 1]) ? pick(NAMES) : pick(NAMES).toLowerCase(), pick(VALUES)]);
          break;
        default:
          if (headers.length) pick(headers)[1] = pick(VALUES);
      }
    }
    const decision = judge({ method, target, httpVersion: "1.1", rawHeaders: headers.flat() }, context);
    counts[outcome(decision)] = (counts[outcome(decision)] ?? 0) + 1;
    if (decision.action === "refuse") continue;
    const values = (name) => headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    const told = () => `seed ${seed}, round ${round}: ${method} ${JSON.stringify(target)} ${JSON.stringify(headers)}`;
    assert.deepEqual(values("host"), [HOST], told());
    for (const name of ["transfer-encoding", "upgrade", "expect"]) assert.deepEqual(values(name), [], told());
    assert.ok(values("content-length").length <= 1, told());
    if (decision.action !== "api") continue;
    assert.deepEqual(values("sec-fetch-site"), ["same-origin"], told());
    assert.ok(values("origin").every((value) => value === `http://${HOST}`) && values("origin").length <= 1, told());
    assert.ok(
      values("cookie").some((value) => value.split(/; */).includes(`${COOKIE}=${SESSION}`)),
      told(),
    );
    assert.equal(target, BASE + decision.path, told());
    // As a browser and Go's net/url read it, the path is the same, and one of the listed ones.
    const url = new URL(decision.path, "http://x");
    assert.equal(url.host + url.pathname + url.search, `x${decision.path}`, told());
    const readAs = decodeURIComponent(url.pathname).split("/");
    assert.ok(
      RULES.some((rule) => {
        const wanted = decodeURIComponent(rule.path).split("/");
        return (
          rule.methods.includes(method) &&
          wanted.length === readAs.length &&
          wanted.every((part, index) => {
            const [before, after] = part.split("{name}");
            return after === undefined
              ? part === readAs[index]
              : readAs[index].startsWith(before) && readAs[index].endsWith(after) && readAs[index].length > before.length + after.length;
          })
        );
      }),
      told(),
    );
  }
  assert.ok(counts.api > 5_000 && counts["421 host"] > 500 && counts["401 session"] > 100 && counts["403 path"] > 1_000, JSON.stringify(counts));
});

test("no bearer token is left in RegExp.input, whether it is forwarded or refused", () => {
  const secret = randomBytes(24).toString("base64url");
  const left = () => RegExp.input.includes(secret);
  /./.exec(secret);
  assert.ok(left(), "the control");
  for (const [wanted, authorization] of [
    ["api", `Bearer ${secret}`],
    ["400 authorization", `Bearer ${secret} ${secret}`],
    ["400 authorization", `Basic ${secret}`],
  ]) {
    assert.equal(outcome(ask("GET", api("/version"), { ...OWN, Authorization: authorization })), wanted);
    assert.ok(!left(), authorization.split(" ")[0]);
  }
});
