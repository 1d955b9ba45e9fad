// www/deploy: nginx with its very configuration in front of a real API server, in Chromium and over raw connections; the manifests through the
// real API server, and its Pod Security admission.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { RULES, isName } from "../../pkg/bin/policy.mjs";
import { head, raw, until } from "../package/launch-fake.mjs";
import { foreign, openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { startNginx } from "./nginx.mjs";
import { makeKey, openStep, save, sayWho, send, toAccess, toReview } from "./person.mjs";
import { tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const deploy = join(tests, "..", "www", "deploy");
let plane, browser, nginx, token;

onStage(async (stage) => {
  ({ plane, browser } = stage);
  const [, server] = /server: https:\/\/(\S+)/.exec(readFileSync(plane.admin, "utf8"));
  nginx = await startNginx({ api: server, ca: join(plane.dir, "ca.crt") });
  stage.onEnd(() => nginx.stop());
  // Other files use the same control plane.
  stage.onEnd(async () => {
    await plane.kubectl(["delete", "-f", join(deploy, "examples", "root-ca-reader.yaml")]);
    await plane.kubectl(["delete", "clusterrolebinding", "deploy-admin", "deploy-user"]);
    await plane.kubectl(["delete", "csr", "watched-through-nginx"]);
  });
  // Two people, each with a token: one may approve.
  for (const name of ["deploy-admin", "deploy-user"]) await plane.kubectl(["create", "serviceaccount", name, "-n", "default"]);
  await plane.kubectl(["create", "clusterrolebinding", "deploy-admin", "--clusterrole=cluster-admin", "--serviceaccount=default:deploy-admin"]);
  await plane.kubectl([
    "create",
    "clusterrole",
    "deploy-requests",
    "--verb=create,get,list,watch",
    "--resource=certificatesigningrequests.certificates.k8s.io",
  ]);
  await plane.kubectl(["create", "clusterrolebinding", "deploy-user", "--clusterrole=deploy-requests", "--serviceaccount=default:deploy-user"]);
  const reader = await plane.kubectl(["apply", "--validate=strict", "-f", join(deploy, "examples", "root-ca-reader.yaml")]);
  assert.equal(reader.code, 0, reader.stderr);
  const tokenOf = async (name) => (await plane.kubectl(["create", "token", name, "-n", "default"])).stdout.trim();
  token = { admin: await tokenOf("deploy-admin"), user: await tokenOf("deploy-user") };
});

const ask = (method, path, { headers = {}, body = "", bearer = token.admin } = {}) =>
  raw(
    nginx.host,
    head(method, path, {
      Host: nginx.host,
      Connection: "close",
      ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
      ...(body ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) } : {}),
      ...headers,
    }) + body,
    { whole: true },
  );

async function signIn(url, bearer) {
  const opened = await openPage(browser, url);
  await expectVisible(opened.page.locator("#connection summary", { hasText: "Sign in to " }));
  await toAccess(opened.page);
  await opened.page.getByLabel("Token", { exact: true }).fill(bearer);
  await opened.page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectVisible(opened.page.getByText(/Kubernetes v1\.\d+\.\d+ as/));
  await opened.page.keyboard.press("Escape");
  return opened;
}

test("token typed, request, approval by another person, kubeconfig that real kubectl uses", async () => {
  const { page, context, seen } = await signIn(nginx.origin, token.user);
  await sayWho(page, "jane-nginx", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  const admin = await signIn(nginx.origin, token.admin);
  await toReview(admin.page, name);
  const card = admin.page.locator(`article[data-name="${name}"]`);
  await card.getByRole("button", { name: "Approve" }).click();
  await card.getByText(/^(approved, not signed yet|issued)$/).waitFor();
  await openStep(page, "file");
  const saved = await save(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  const who = await kubectl(path, ["auth", "whoami", "-o", "json"]);
  assert.equal(who.code, 0, who.stderr);
  assert.equal(JSON.parse(who.stdout).status.userInfo.username, "jane-nginx");
  assert.ok(!saved.bytes.includes(nginx.host), "the API server's own address, not nginx's");
  // The browser itself writes a line for the refusal before the token was typed.
  const lines = seen.console.filter((line) => !/status of 40[13]/.test(line));
  assert.deepEqual([seen.violations, lines, seen.errors, foreign(seen, nginx.origin)], [[], [], [], []]);
  await admin.context.close();
  await context.close();
});

test("without a token, and with a foreign one, the answer is the API server's own", async () => {
  const anonymous = await ask("GET", CSRS, { bearer: "" });
  assert.equal(anonymous.status, 403);
  assert.match(anonymous.body, /User \\"system:anonymous\\" cannot list resource/);
  const foreignToken = await ask("GET", CSRS, { bearer: "not.a.token" });
  assert.equal(foreignToken.status, 401);
  assert.equal(JSON.parse(/\{.*\}/s.exec(foreignToken.body)[0]).message, "Unauthorized");
  assert.equal((await ask("PUT", `${CSRS}/none/approval`, { bearer: token.user, body: "{}" })).status, 403);
  assert.equal((await ask("GET", "/version")).status, 200, "the control");
});

test("identities and permissions cannot be brought in by headers", async () => {
  const review = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
  const who = async (headers, bearer) =>
    JSON.parse(/\{.*\}/s.exec((await ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: review, headers, bearer })).body)[0]).status
      .userInfo.username;
  for (const headers of [{}, { "Impersonate-User": "jane" }, { "X-Remote-User": "jane" }, { "X-Forwarded-User": "jane" }, { Cookie: "a=b" }])
    assert.equal(await who(headers, token.admin), "system:serviceaccount:default:deploy-admin", JSON.stringify(headers));
});

test("paths and methods: the list, as npx kubecred has it, and nothing near it", async () => {
  for (const { path, methods } of RULES) {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await ask(method, path.replaceAll("{name}", "none"), { bearer: "not.a.token", ...(method === "GET" ? {} : { body: "{}" }) });
      assert.equal(answer.status, methods.includes(method) ? 401 : 403, `${method} ${path}`);
    }
  }
  for (const path of [
    "/api/v1/secrets",
    "/api/v1/namespaces/kube-system/secrets/x",
    "/apis",
    "/version/",
    "/api/",
    "/x/../version",
    "/./version",
    "//version",
    "/%76ersion",
    "/apis//certificates.k8s.io",
    `${CSRS}/..`,
    `${CSRS}/%2e%2e`,
    `${CSRS}/.%2e/x`,
    `${CSRS}/a%2fapproval`,
    `${CSRS}/a%5cb`,
    `${CSRS}/a%252f`,
    `${CSRS}/a%00`,
    `${CSRS}/a/status`,
    `${CSRS}/a/../b`,
    "/api/v1/namespaces/a/pods/b/exec",
    "/api/v1/namespaces/a/secrets/-token",
  ]) {
    const answer = await ask("GET", path);
    assert.ok([400, 403, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.doesNotMatch(answer.body, /"kind":"(CertificateSigningRequest|Secret)|gitVersion/, path);
  }
  // A name that the guard of npx kubecred takes is one that nginx takes, and the other way round.
  for (const name of [
    "jane",
    "system%3Amasters",
    "system:x",
    "a.b",
    "...",
    ".a",
    "%C3%A9",
    "a@b",
    ".",
    "..",
    "%2e",
    "a%2Fb",
    "a%5cb",
    "a%25b",
    "%00",
    "%7f",
    "%c3",
    "a%1f",
  ]) {
    const { status } = await ask("GET", `${CSRS}/${name}`, { bearer: "not.a.token" });
    if (name === "%c3") continue; // not UTF-8: the guard refuses, nginx leaves that to the API server
    assert.equal(status === 401, isName(name), `${name}: ${status}`);
  }
  for (const method of ["TRACE", "CONNECT", "PROPFIND", "OPTIONS", "HEAD"]) assert.ok((await ask(method, "/version")).status >= 400, method);
  for (const [method, path] of [
    ["POST", "/"],
    ["PUT", "/index.html"],
    ["DELETE", "/v/x"],
  ])
    assert.ok([403, 405].includes((await ask(method, path, { body: "{}" })).status));
});

test("large and slow bodies, smuggling and upgrades end at nginx", async () => {
  assert.equal((await ask("POST", CSRS, { headers: { "Content-Type": "application/json", "Content-Length": (1 << 20) + 1 } })).status, 413);
  const slow = await raw(
    nginx.host,
    head("POST", CSRS, { Host: nginx.host, Authorization: `Bearer ${token.admin}`, "Content-Type": "application/json", "Content-Length": 100 }) + "{",
    { whole: true },
  );
  assert.ok([0, 408].includes(slow.status), "a body that does not come ends after client_body_timeout");
  const smuggled = `GET /version HTTP/1.1\r\nHost: ${nginx.host}\r\n\r\n`;
  for (const bytes of [
    `POST ${CSRS} HTTP/1.1\r\nHost: ${nginx.host}\r\nContent-Length: ${5 + smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST ${CSRS} HTTP/1.1\r\nHost: ${nginx.host}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}${smuggled}`,
    `GET /version HTTP/1.1\r\nHost: ${nginx.host}\r\nHost: evil.example\r\n\r\n`,
    `GET /version HTTP/1.1\r\n\r\n`,
  ])
    assert.equal((await raw(nginx.host, bytes, { whole: true })).status, 400, bytes);
  const upgraded = await raw(
    nginx.host,
    head("GET", "/version", {
      Host: nginx.host,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
      "Sec-WebSocket-Version": 13,
    }),
  );
  assert.notEqual(upgraded.status, 101);
});

test("headers: on the page, the API, refusals; caching by hash, precompressed", async () => {
  const [, version] = /"\/v\/([0-9a-f]{16})\/app\/main\.js"/.exec(nginx.read("index.html").toString());
  for (const [path, cache] of [
    ["/", "no-cache"],
    ["/index.html", "no-cache"],
    [`/v/${version}/app/main.js`, "public, max-age=31536000, immutable"],
    [`/v/${version}/kubecred/wasm/core_bg.wasm`, "public, max-age=31536000, immutable"],
    ["/version", "no-store"],
    [CSRS, "no-store"],
    ["/api/v1/secrets", "no-store"],
    ["/offline.html", "no-cache"],
    ["/nothing", "no-cache"],
    ["/../etc/passwd", null],
  ]) {
    const { headers, status } = await ask("GET", path);
    if (cache === null) {
      assert.equal(status, 400);
      continue;
    }
    assert.equal(status, path === "/nothing" ? 404 : path === "/api/v1/secrets" ? 403 : 200, path);
    assert.equal(headers["cache-control"], cache, path);
    for (const [name, value] of [
      ["x-content-type-options", "nosniff"],
      ["referrer-policy", "no-referrer"],
      ["cross-origin-opener-policy", "same-origin"],
      ["cross-origin-resource-policy", "same-origin"],
      ["x-frame-options", "DENY"],
    ])
      assert.equal(headers[name], value, `${path}: ${name}`);
    assert.match(headers["content-security-policy"], /frame-ancestors 'none'/, path);
    assert.equal(headers["access-control-allow-origin"], undefined);
    assert.doesNotMatch(headers.server ?? "", /\d/);
  }
  const zipped = await fetch(`${nginx.origin}/v/${version}/kubecred/wasm/core_bg.wasm`, { headers: { "Accept-Encoding": "gzip" } });
  assert.equal(zipped.headers.get("content-encoding"), "gzip");
  assert.equal(zipped.headers.get("content-type"), "application/wasm");
  const plain = Buffer.from(await zipped.arrayBuffer());
  assert.deepEqual(plain, nginx.read(`v/${version}/kubecred/wasm/core_bg.wasm`));
  assert.deepEqual(gunzipSync(nginx.read(`v/${version}/kubecred/wasm/core_bg.wasm.gz`)), plain);
});

test("the API reference is shown under the page's policy, and refused nothing by it", async () => {
  const { page, context, seen } = await openPage(browser, `${nginx.origin}/`);
  const reference = new URL(await page.locator("#about-links a", { hasText: "API reference" }).getAttribute("href"), page.url());
  assert.match(reference.pathname, /^\/v\/[0-9a-f]{16}\/docs\/index\.html$/);
  await page.goto(reference.href);
  await page.getByRole("link", { name: "All names" }).click();
  await page.locator("main, body").getByRole("link", { name: "kubecred/element" }).first().click();
  await page.getByRole("heading", { name: "Module kubecred/element" }).waitFor();
  assert.deepEqual(await page.evaluate(() => [...document.styleSheets].map(({ cssRules }) => cssRules.length > 0)), [true, true]);
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("a watch is passed on as it comes, and ends when the browser goes away", async () => {
  const watch = await raw(nginx.host, head("GET", `${CSRS}?watch=1&timeoutSeconds=300`, { Host: nginx.host, Authorization: `Bearer ${token.admin}` }), {
    keep: true,
  });
  assert.equal(watch.status, 200);
  const vector = JSON.parse(readFileSync(join(tests, "vectors", "signing-requests", "pending.json"), "utf8"));
  const made = await plane.kubectl(["create", "-f", "-"], {
    input: JSON.stringify({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name: "watched-through-nginx" },
      spec: { request: vector.spec.request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
    }),
  });
  assert.equal(made.code, 0, made.stderr);
  await until(() => watch.all.includes("watched-through-nginx"));
  watch.socket.destroy();
});

test("the log has neither tokens nor queries", async () => {
  await ask("GET", `/version?canary-query`, { headers: { "X-Canary": "canary-header", Cookie: "canary-cookie" } });
  await until(() => (nginx.log.text.match(/GET \/version 200/g) ?? []).length >= 2);
  for (const secret of [token.admin, token.user, token.user.split(".")[2], "not.a.token", "canary"]) assert.ok(!nginx.log.text.includes(secret));
});

test("the manifests are accepted by the real API server, strictly, and the pod fits the restricted profile", async () => {
  const built = await kubectl(plane.admin, ["kustomize", deploy]);
  assert.equal(built.code, 0, built.stderr);
  const namespace = await plane.kubectl(["apply", "--validate=strict", "-f", join(deploy, "namespace.yaml")]);
  assert.equal(namespace.code, 0, namespace.stderr);
  const applied = await plane.kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", "-"], { input: built.stdout });
  assert.equal(applied.code, 0, applied.stderr);
  assert.doesNotMatch(applied.stderr, /Warning/, "no warning either, of Pod Security or of a deprecated field");
  const ingress = await plane.kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", join(deploy, "examples", "ingress.yaml")]);
  assert.equal(ingress.code, 0, ingress.stderr);

  const written = await plane.kubectl(["create", "--dry-run=client", "-o", "json", "-f", "-"], { input: built.stdout });
  // One JSON text after the other.
  const objects = written.stdout
    .trim()
    .split(/\n(?=\{)/)
    .map((text) => JSON.parse(text))
    .flatMap((object) => object.items ?? [object]);
  assert.deepEqual(objects.map(({ kind }) => kind).sort(), [
    "ConfigMap",
    "Deployment",
    "Namespace",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "ServiceAccount",
  ]);
  const { spec } = objects.find(({ kind }) => kind === "Deployment").spec.template;
  assert.equal(spec.automountServiceAccountToken, false);
  await plane.kubectl(["create", "serviceaccount", "kubecred", "-n", "kubecred"]);
  const pod = (change) => {
    const own = structuredClone(spec);
    change(own);
    return plane.kubectl(["create", "--dry-run=server", "--validate=strict", "-f", "-"], {
      input: JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "kubecred", namespace: "kubecred" }, spec: own }),
    });
  };
  const fits = await pod(() => {});
  assert.equal(fits.code, 0, fits.stderr);
  // The control: the same admission refuses the pod with one line less or more.
  for (const change of [
    (own) => {
      delete own.securityContext.runAsNonRoot;
    },
    (own) => {
      delete own.securityContext.seccompProfile;
    },
    (own) => {
      own.containers[0].securityContext.allowPrivilegeEscalation = true;
    },
    (own) => {
      own.containers[0].securityContext.capabilities = {};
    },
    (own) => {
      Object.assign(own.containers[0].securityContext, { privileged: true, allowPrivilegeEscalation: true });
    },
    (own) => {
      own.hostNetwork = true;
    },
    (own) => {
      own.volumes.push({ name: "host", hostPath: { path: "/" } });
    },
  ]) {
    const refused = await pod(change);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /violates PodSecurity "restricted:latest"/);
  }
  await plane.kubectl(["delete", "namespace", "kubecred", "--wait=false"]);
});

test("the HTTPRoute is accepted by the Gateway API's own definition, in a real API server", async (t) => {
  // A module with nothing but this requirement; go.sum pins it, and scripts/setup.sh has downloaded it.
  const module = JSON.parse(execFileSync("go", ["mod", "download", "-json", "sigs.k8s.io/gateway-api"], { cwd: join(tests, "gateway"), encoding: "utf8" }));
  const definition = join(module.Dir, "config", "crd", "standard", "gateway.networking.k8s.io_httproutes.yaml");
  t.after(() => plane.kubectl(["delete", "--ignore-not-found", "-f", definition])); // other files use the same control plane
  const installed = await plane.kubectl(["create", "-f", definition]);
  assert.equal(installed.code, 0, installed.stderr);
  const established = await plane.kubectl(["wait", "--for=condition=Established", "--timeout=50s", "crd/httproutes.gateway.networking.k8s.io"]);
  assert.equal(established.code, 0, established.stderr);
  const file = join(deploy, "examples", "httproute.yaml");
  const text = readFileSync(file, "utf8");
  const apply = (input) =>
    plane.kubectl(["apply", "--dry-run=server", "--validate=strict", "-f", "-"], { input: input.replace("namespace: kubecred", "namespace: default") });
  // Discovery of a new kind takes the API server a moment after it is established.
  let answer;
  await until(async () => {
    answer = await apply(text);
    return answer.code === 0 || !/no matches for kind|could not find the requested resource/.test(answer.stderr);
  });
  assert.equal(answer.code, 0, answer.stderr);
  assert.doesNotMatch(answer.stderr, /Warning/);
  // The control: what the definition does not know is refused.
  for (const [from, to] of [
    ["backendRefs:", "backendReferences:"],
    ["type: PathPrefix", "type: Prefix"],
    ["request: 330s", "request: 330 seconds"],
  ]) {
    assert.ok(text.includes(from));
    assert.notEqual((await apply(text.replace(from, to))).code, 0, to);
  }
});
