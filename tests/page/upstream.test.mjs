// nginx of www/deploy in front of servers that are not the API server it expects: nothing is forwarded to them, and the answer says who refused.
// The control is a server with the right certificate, which gets the request and its token.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { head, raw, until } from "../package/launch-fake.mjs";
import { startNginx } from "./nginx.mjs";

const TOKEN = "canary-token.4711";
const NAME = "kubernetes.default.svc";
let dir;
const ends = [];
const openssl = (...args) => execFileSync("openssl", args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });

function authority(name) {
  openssl(
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.crt`,
    "-subj",
    `/CN=${name}`,
    "-days",
    "30",
  );
}

/** A server certificate: { key, cert }. */
function certificate(name, { by = "ca", host = NAME, days = 30 } = {}) {
  writeFileSync(join(dir, `${name}.ext`), `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\n`);
  openssl(
    "req",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
    "-subj",
    `/CN=${name}`,
  );
  openssl(
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    "-CA",
    `${by}.crt`,
    "-CAkey",
    `${by}.key`,
    "-set_serial",
    "7",
    "-days",
    String(days),
    "-extfile",
    `${name}.ext`,
    "-out",
    `${name}.crt`,
  );
  return { key: readFileSync(join(dir, `${name}.key`)), cert: readFileSync(join(dir, `${name}.crt`)) };
}

/** A server of its own and nginx in front of it: { ask, requests, log }. */
async function behind(files, answer = (response) => response.writeHead(200, { "Content-Type": "application/json" }).end("{}")) {
  const requests = [];
  const server = createServer(files, (request, response) => {
    requests.push({ url: request.url, headers: request.headers });
    answer(response, request);
  });
  server.on("tlsClientError", () => {});
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  ends.push(
    () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  );
  const nginx = await startNginx({ api: `127.0.0.1:${server.address().port}`, ca: join(dir, "ca.crt"), page: false });
  ends.push(() => nginx.stop());
  const ask = (path = "/version?canary-query", more = {}) =>
    raw(
      nginx.host,
      head("GET", path, {
        Host: nginx.host,
        Connection: "close",
        Authorization: `Bearer ${TOKEN}`,
        Cookie: "canary-cookie",
        "X-Canary": "canary-header",
        ...more,
      }),
      { whole: true },
    );
  return { ask, requests, log: nginx.log };
}

before(() => {
  dir = mkdtempSync(join(tmpdir(), "kubecred-upstream-"));
  authority("ca");
  authority("other-ca");
});
after(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(dir, { recursive: true, force: true });
});

/** Where a request fails, nginx's error log has its request line, query included; the access log never has a query, and no log has a header. */
function hasNoSecret({ text }) {
  for (const canary of [TOKEN, "canary-cookie", "canary-header"]) assert.ok(!text.includes(canary), text);
  for (const line of text.split("\n").filter((one) => /^\d{4}-\d\d-\d\dT/.test(one))) assert.ok(!line.includes("canary"), line);
}

test("the control: with the expected certificate the request arrives, with its token, and nothing of it is in the log", async () => {
  const { ask, requests, log } = await behind(certificate("right"));
  const answer = await ask();
  assert.equal(answer.status, 200, log.text);
  assert.equal(requests.length, 1);
  assert.equal(requests[0].headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(requests[0].headers.cookie, undefined);
  assert.equal(requests[0].headers["x-canary"], undefined);
  await until(() => log.text.includes("GET /version 200")); // the log is the right one, and has the request
  hasNoSecret(log);
});

for (const [what, options, says] of [
  ["another CA", { by: "other-ca" }, /certificate verify/],
  ["another name", { host: "kubernetes.evil.example" }, /does not match/],
  ["a certificate that has expired", { days: 0 }, /certificate verify/],
]) {
  test(`${what}: 502, and nothing is forwarded`, async () => {
    const files = certificate(what.replaceAll(" ", "-"), options);
    if (options.days === 0) await pause(2000); // it expired in the second in which it was made
    const { ask, requests, log } = await behind(files);
    const answer = await ask();
    assert.equal(answer.status, 502);
    const status = JSON.parse(/\{.*\}/s.exec(answer.body)[0]);
    assert.deepEqual([status.kind, status.code, status.details.causes[0].reason], ["Status", 502, "kubecred-cluster"]);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.deepEqual(requests, []);
    await until(() => says.test(log.text)); // the reason is for the administrator, in the log
    hasNoSecret(log);
  });
}

test("no TLS at all: 502, and nothing is forwarded", async () => {
  const nginx = await startNginx({ api: "127.0.0.1:1", ca: join(dir, "ca.crt"), page: false });
  ends.push(() => nginx.stop());
  const answer = await raw(nginx.host, head("GET", "/version", { Host: nginx.host, Connection: "close", Authorization: `Bearer ${TOKEN}` }), { whole: true });
  assert.equal(answer.status, 502);
  assert.ok(!nginx.log.text.includes(TOKEN));
});

test("what nginx refuses is told apart from what the server refuses; an answer that could set a cookie or lead elsewhere does not", async () => {
  const { ask, requests } = await behind(certificate("refusing"), (response, request) => {
    if (request.url === "/api") response.writeHead(302, { Location: "https://evil.example/", "Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*" }).end();
    else response.writeHead(403, { "Content-Type": "application/json" }).end('{"kind":"Status","code":403,"message":"of the server"}');
  });
  const server = await ask("/version");
  assert.equal(server.status, 403);
  assert.match(server.body, /of the server/);
  assert.doesNotMatch(server.body, /kubecred-/);
  const forwarded = requests.length;
  const own = await ask("/api/v1/secrets");
  assert.equal(own.status, 403);
  assert.match(own.body, /"reason":"kubecred-path"/);
  const large = await ask("/version", { "Content-Length": String((1 << 20) + 1) });
  assert.equal(large.status, 413);
  assert.match(large.body, /"reason":"kubecred-body"/);
  assert.equal(requests.length, forwarded);
  const elsewhere = await ask("/api");
  for (const name of ["location", "set-cookie", "access-control-allow-origin"]) assert.equal(elsewhere.headers[name], undefined, name);
});
