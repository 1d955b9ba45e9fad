// The server of npx kubecred in front of an upstream that answers what a test tells it: what passes in each direction, and the bounds.
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { forward } from "../../pkg/bin/forward.mjs";
import { head, raw, startGuard, until } from "./launch-fake.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
let upstream, server, host, own, reached, answerWith;

/** Bytes of an answer; its end is the end of the connection where it has no length. */
const plain = (status, body = "", fields = "") => `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${fields}\r\n${body}`;

const reachUpstream = () => ({ upstream: { port: upstream.address().port, host: "kubecred-x.invalid" } });

before(async () => {
  upstream = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      reached.push({ text, socket });
      text = "";
      answerWith(socket);
    });
  });
  await new Promise((done) => upstream.listen(0, "127.0.0.1", done));
  ({ server, host, own } = await startGuard(reachUpstream, { page: new Map([["index.html", { type: "text/html", body: Buffer.from("page") }]]) }));
  reached = [];
});
after(async () => {
  await server.close();
  for (const { socket } of reached) socket.destroy();
  await new Promise((done) => upstream.close(done));
});

/** A head without the fields that are undefined. */
const fields = (method, target, all) => head(method, target, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
const ask = (method, path, headers = {}, body = "", options = {}) =>
  raw(
    host,
    fields(method, `/b${path}`, {
      ...own,
      // An answer in chunks is whole where the connection ends.
      Connection: "close",
      ...(method === "GET" ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
      ...headers,
    }) + body,
    options,
  );
const answering = (bytes) => {
  answerWith = (socket) => socket.end(bytes);
};
const last = () => reached.at(-1).text;

/** Reads an answer to its end, as fast or as slow as is asked for: { length, tail }. */
const drained = (path, slow = false) =>
  new Promise((done) => {
    const [name, port] = host.split(":");
    let length = 0;
    let tail = "";
    const socket = connect(Number(port), name, () => socket.write(head("GET", `/b${path}`, { ...own, Connection: "close" })));
    socket.on("data", (data) => {
      length += data.length;
      tail = (tail + data.subarray(-8).toString("latin1")).slice(-8);
      if (!slow) return;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on("error", () => {});
    socket.on("close", () => done({ length, tail }));
  });

/** Until something is so, with no clock, which tests here replace; a million turns of the event loop are seconds at least. */
async function turnsUntil(condition) {
  for (let turn = 0; !condition(); turn += 1) {
    assert.ok(turn < 1_000_000, String(condition));
    await new Promise((done) => setImmediate(done));
  }
}

test("a request has the listed headers, a length only with a body, and the body", async () => {
  answering(plain(200, "{}", "Content-Type: application/json\r\nDate: then\r\nRetry-After: 7\r\nAudit-Id: 1\r\nWarning: 299 - x\r\nServer: y\r\n"));
  const got = await ask("GET", "/version", { Accept: "a/b", Authorization: "Bearer t", "Accept-Language": "de" });
  const names = (text) =>
    text
      .split("\r\n\r\n")[0]
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(":")[0].toLowerCase())
      .sort();
  assert.deepEqual(names(last()), ["accept", "authorization", "connection", "host", "user-agent"]);
  assert.match(last(), /^GET \/version HTTP\/1\.1\r\n/);
  assert.match(last(), /\r\nhost: kubecred-x\.invalid\r\n/i);
  assert.match(last(), /\r\nuser-agent: kubecred\r\n/i);
  assert.deepEqual(
    ["content-type", "date", "retry-after", "audit-id", "warning", "server"].map((name) => got.headers[name]),
    ["application/json", "then", "7", "1", "299 - x", undefined],
  );
  assert.deepEqual([got.status, got.body.includes("{}")], [200, true]);
  await ask("POST", CSRS, {}, '{"a":1}');
  assert.deepEqual(names(last()), ["connection", "content-length", "content-type", "host", "user-agent"]);
  assert.match(last(), /\r\ncontent-length: 7\r\n/i);
  assert.ok(last().endsWith('\r\n\r\n{"a":1}'));
});

test("redirects, upgrades and informational answers are not followed; errors of the API pass", async () => {
  for (const status of [200, 201, 299, 400, 403, 409, 429, 500, 503]) {
    answering(plain(status, "x"));
    assert.equal((await ask("GET", "/version")).status, status);
  }
  for (const status of [300, 301, 302, 307, 399]) {
    answering(plain(status, "x", "Location: http://evil.example/\r\n"));
    const got = await ask("GET", "/version");
    assert.equal(got.status, 502, String(status));
    assert.match(JSON.parse(got.body).message, /redirect/);
  }
  answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  const got = await ask("GET", "/version");
  assert.deepEqual([got.status, JSON.parse(got.body).kind], [502, "Status"]);
  assert.match(JSON.parse(got.body).message, /upgrade/);
  assert.equal(JSON.parse(got.body).details.causes[0].reason, "kubecred-cluster");
});

test("an upstream that ends without an answer, or is not there, is a bad gateway, and a whole answer", async () => {
  answering("");
  const got = await ask("GET", "/version");
  assert.deepEqual([got.status, JSON.parse(got.body).code], [502, 502]);
  assert.match(JSON.parse(got.body).message, /kubectl proxy does not answer/);
});

test("an answer of 16 MiB passes, and one byte more is cut off; a watch has no such end", async () => {
  const whole = async (path, length) => {
    answering(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${"x".repeat(length)}`);
    const got = await drained(path);
    return got.length > length && got.tail.endsWith("\r\n0\r\n\r\n");
  };
  assert.equal(await whole("/version", 16 << 20), true);
  assert.equal(await whole("/version", (16 << 20) + 1), false);
  assert.equal(await whole(`${CSRS}?watch=1`, (16 << 20) + 1), true);
});

test("a cut-off answer has no end", async () => {
  for (const bytes of ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]) {
    answering(bytes);
    const got = await ask("GET", "/version", {}, "", { whole: true });
    assert.equal(got.status, 200);
    assert.doesNotMatch(got.all, /\r\n0\r\n\r\n$/);
  }
});

test("a slow reader is waited for, and gets everything", async () => {
  answering(`HTTP/1.1 200 OK\r\nContent-Length: ${8 << 20}\r\n\r\n${"y".repeat(8 << 20)}`);
  const got = await drained("/version", true);
  assert.ok(got.length > 8 << 20 && got.tail.endsWith("\r\n0\r\n\r\n"), String(got.length));
});

test("an API server that does not begin to answer is given 60 seconds", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  answerWith = () => {};
  const count = reached.length;
  let got;
  const asked = ask("GET", "/version").then((answer) => {
    got = answer;
  });
  await turnsUntil(() => reached.length > count);
  t.mock.timers.tick(59_999);
  for (let turn = 0; turn < 50; turn++) await new Promise((done) => setImmediate(done));
  assert.equal(got, undefined);
  t.mock.timers.tick(1);
  await asked;
  assert.deepEqual([got.status, JSON.parse(got.body).reason], [504, "Timeout"]);
});

test("a watch is passed on from its head, and stays open for longer than that", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let socket;
  answerWith = (own) => {
    socket = own;
    own.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  };
  const got = await ask("GET", `${CSRS}?watch=1`, {}, "", { keep: true });
  assert.equal(got.status, 200);
  t.mock.timers.tick(120_000);
  socket.write("3\r\n{}\n\r\n");
  await turnsUntil(() => got.all.includes("{}") || got.socket.destroyed);
  assert.ok(!got.socket.destroyed);
  got.socket.destroy();
});

test("a server that is closed ends what is open", async () => {
  answerWith = () => {};
  const other = await startGuard(reachUpstream);
  const count = reached.length;
  const open = raw(other.host, head("GET", "/b/version", other.own), { whole: true });
  await until(() => reached.length > count);
  await other.server.close();
  assert.equal((await open).status, 0);
});

test("where there is no upstream, the reason is an object of the API", async () => {
  const other = await startGuard(() => ({ status: 503, code: "waiting", message: "Not ready yet.", retryAfter: 3 }));
  const got = await raw(other.host, head("GET", "/b/version", other.own));
  assert.deepEqual([got.status, got.headers["retry-after"], got.headers.connection], [503, "3", "close"]);
  assert.deepEqual([JSON.parse(got.body).kind, JSON.parse(got.body).message], ["Status", "Not ready yet."]);
  await other.server.close();
});

test("what is not HTTP ends a connection, and is no second answer in the middle of one", async () => {
  answerWith = (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n");
  const got = await ask("GET", `${CSRS}?watch=1`, { Connection: undefined }, "", { keep: true });
  await until(() => got.all.includes("{}"));
  got.socket.write("no HTTP\r\n\r\n");
  await until(() => got.socket.destroyed);
  assert.equal(got.all.match(/HTTP\/1\.1 /g).length, 1, got.all);
  const alone = await raw(host, "no HTTP\r\n\r\n", { whole: true });
  assert.deepEqual([alone.status, alone.body], [400, ""]);
});

test("256 connections at a time", async () => {
  const limits = { headersTimeout: 0, requestTimeout: 0 }; // however long it takes to open them
  const other = (await startGuard(() => ({ status: 503, code: "waiting", message: "none" }), { limits })).server;
  const open = () =>
    new Promise((done) => {
      const socket = connect(Number(new URL(other.origin).port), "127.0.0.1", () => done(socket));
      socket.on("error", () => {});
      socket.resume();
    });
  const sockets = [];
  for (let index = 0; index < 256; index++) sockets.push(await open());
  const last = await open();
  await until(() => last.destroyed);
  assert.ok(sockets.every((socket) => !socket.destroyed));
  for (const socket of sockets) socket.destroy();
  await other.close();
});

test("64 requests at a time, and the next one after one of them has ended", async () => {
  answerWith = (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n");
  const watches = [];
  for (let index = 0; index < 64; index++) watches.push(await ask("GET", `${CSRS}?watch=1`, {}, "", { keep: true }));
  const refused = await ask("GET", "/version");
  assert.deepEqual([refused.status, refused.headers["retry-after"], refused.headers.connection], [503, "2", "close"]);
  const status = JSON.parse(refused.body);
  assert.deepEqual([status.kind, status.details.causes[0].reason], ["Status", "kubecred-busy"]);
  assert.equal(
    watches.every(({ status }) => status === 200),
    true,
  );
  watches[0].socket.destroy();
  answering(plain(200, "{}"));
  await until(async () => (await ask("GET", "/version")).status === 200);
  for (const { socket } of watches) socket.destroy();
});

test("a body that is longer or shorter than was said is not forwarded", async () => {
  const sent = (chunks, length) => {
    const request = Object.assign(Readable.from(chunks), { headers: {}, method: "POST" });
    return forward(request, { destroyed: true }, { path: "/", length, watch: false }, { port: 1, host: "x" });
  };
  await sent([Buffer.alloc(1 << 20)], 1 << 20);
  await assert.rejects(sent([Buffer.alloc(1 << 20), Buffer.alloc(1)], (1 << 20) + 1), /too long/);
  await assert.rejects(sent([Buffer.alloc(3)], 4), /not whole/);
  await assert.rejects(sent([Buffer.alloc(5)], 4), /not whole/);
});

test("the page by GET and HEAD, and what no file is", async () => {
  const page = await raw(host, head("GET", "/b/kubecred/", { Host: host }));
  assert.deepEqual([page.status, page.body, page.headers["content-type"], page.headers.date], [200, "page", "text/html", undefined]);
  const bare = await raw(host, head("HEAD", "/b/kubecred/", { Host: host, Connection: "close" }), { whole: true });
  assert.deepEqual([bare.status, bare.headers["content-length"], bare.body], [200, "4", ""]);
  assert.equal((await raw(host, head("GET", "/b/kubecred/other", { Host: host }))).status, 404);
  const moved = await raw(host, head("GET", "/b/kubecred", { Host: host }));
  assert.deepEqual([moved.status, moved.headers.location], [308, "/b/kubecred/"]);
});

test("the secret opens a session, and nothing else does", async () => {
  const open = (body) => raw(host, head("POST", "/session", { ...own, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }) + body);
  const opened = await open('"s"');
  assert.deepEqual(
    [opened.status, opened.headers["set-cookie"], JSON.parse(opened.body).next],
    [200, "kubecred=c; Path=/b/; HttpOnly; SameSite=Strict", "/b/kubecred/"],
  );
  for (const body of ["", "s", "1", "null", '["s"]', '"t"', '"s" ', JSON.stringify("s".repeat(200))]) {
    const got = await open(body);
    assert.deepEqual(
      [got.status, got.headers["set-cookie"]],
      body === '"s" ' ? [200, "kubecred=c; Path=/b/; HttpOnly; SameSite=Strict"] : [403, undefined],
      body,
    );
  }
});

test("a head of 16 KiB is too large; a connection that stays open serves one request after another", async () => {
  answering(plain(200, "{}"));
  assert.equal((await ask("GET", "/version", { "X-Long": "a".repeat(15_000) })).status, 200);
  assert.ok([400, 431].includes((await ask("GET", "/version", { "X-Long": "a".repeat(16_400) })).status));
  const [name, port] = host.split(":");
  const text = await new Promise((done) => {
    let all = "";
    const one = head("GET", "/b/kubecred/", { Host: host });
    const socket = connect(Number(port), name, () => socket.write(one + one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")));
    socket.on("data", (data) => {
      all += data;
    });
    socket.on("close", () => done(all));
  });
  assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
});
