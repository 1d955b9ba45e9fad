// nginx of www/deploy in front of servers that are not the API server it expects: nothing is forwarded to them, and the answer says who refused.
// The control is a server with the right certificate, which gets the request and its token.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as plainServer } from "node:http";
import { createServer } from "node:https";
import { createServer as silentServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { head, raw, until } from "../package/launch-fake.mjs";
import { authority, serverCertificate } from "../support/openssl.mjs";
import { startNginx } from "./nginx.mjs";

const TOKEN = "canary-token.4711";
const NAME = "kubernetes.default.svc";
let dir;
const ends = [];
/** A server's certificate: { key, cert }. */
const certificate = ({ by = "ca", host = NAME, days = 1 } = {}) => serverCertificate(dir, { by, host, days });

/** A server of its own and nginx in front of it: { ask, requests, log }. Instead of a certificate: "plain" for HTTP without TLS, "silent" for a server that takes connections and says nothing. */
async function behind(files, answer = (response) => response.writeHead(200, { "Content-Type": "application/json" }).end("{}")) {
  const requests = [];
  const take = (request, response) => {
    requests.push({ url: request.url, headers: request.headers });
    answer(response, request);
  };
  const server = files === "silent" ? silentServer(() => {}) : files === "plain" ? plainServer(take) : createServer(files, take);
  const connections = new Set();
  server.on("connection", (connection) => connections.add(connection));
  server.on("tlsClientError", () => {});
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  ends.push(
    () =>
      new Promise((done) => {
        server.close(done);
        for (const connection of connections) connection.destroy();
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
  for (const name of ["ca", "other-ca"]) authority(dir, name);
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
  const { ask, requests, log } = await behind(certificate());
  const answer = await ask();
  assert.equal(answer.status, 200, log.text);
  assert.equal(requests.length, 1);
  assert.equal(requests[0].headers.authorization, `Bearer ${TOKEN}`);
  assert.equal(requests[0].headers.cookie, undefined);
  assert.equal(requests[0].headers["x-canary"], undefined);
  await until(() => log.text.includes("GET /version 200")); // the log is the right one, and has the request
  hasNoSecret(log);
});

for (const [what, options, code, says] of [
  ["another CA", { by: "other-ca" }, 502, /certificate verify/],
  ["another name", { host: "kubernetes.evil.example" }, 502, /does not match/],
  ["a certificate that has expired", { days: 0 }, 502, /certificate has expired/],
  ["no TLS at all", "plain", 502, /SSL_do_handshake\(\) failed/],
  ["no answer", "silent", 504, /upstream timed out/],
]) {
  test(`${what}: ${code}, and nothing is forwarded`, async () => {
    const files = typeof options === "string" ? options : certificate(options);
    if (options.days === 0) await pause(2000); // it expired in the second in which it was made
    const { ask, requests, log } = await behind(files);
    const answer = await ask();
    assert.equal(answer.status, code);
    const status = JSON.parse(/\{.*\}/s.exec(answer.body)[0]);
    assert.deepEqual([status.kind, status.code, status.details.causes[0].reason], ["Status", code, "kubecred-cluster"]);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.deepEqual(requests, []);
    await until(() => says.test(log.text) && log.text.includes(`GET /version ${code}`)); // the reason is for the administrator, in the log
    hasNoSecret(log);
  });
}

test("what nginx refuses is told apart from what the server refuses; an answer that could set a cookie or lead elsewhere does not", async () => {
  const { ask, requests } = await behind(certificate(), (response, request) => {
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
  assert.deepEqual([elsewhere.status, requests.at(-1).url], [302, "/api"], "the control: the server's own answer");
  for (const name of ["location", "set-cookie", "access-control-allow-origin"]) assert.equal(elsewhere.headers[name], undefined, name);
});
