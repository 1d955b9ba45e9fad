// npx kubecred as a program, over raw connections: what the guard's table cannot show. kubectl is a fake one here; the real one is in tests/page.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { startProxy } from "../../pkg/bin/proxy.mjs";
import { enter, fileIn, head, isRunning, raw, run, stage, startGuard, until } from "./launch-fake.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
let fake, it, me;

before(async () => {
  fake = stage();
  it = await fake.start();
  me = await enter(it.link);
  await until(async () => (await ask("GET", "/version")).status === 201);
});
after(() => fake?.end());

const ask = (method, path, { body = "", type = "application/json", headers = {}, ...options } = {}) =>
  raw(
    me.host,
    head(method, `${me.base}${path}`, {
      ...me.headers,
      ...(method === "GET" ? {} : { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }),
      ...headers,
    }) + body,
    options,
  );
const lastRequest = () =>
  fake
    .requests()
    .filter(({ url }) => url)
    .at(-1);

test("an API request arrives with the listed headers alone, and its answer leaves with the listed headers and our own", async () => {
  const answer = await ask("POST", `${CSRS}?fieldValidation=Strict`, {
    body: '{"a":"ü"}',
    headers: {
      Authorization: "Bearer abc",
      "Impersonate-User": "admin",
      "X-Forwarded-For": "1.2.3.4",
      "User-Agent": "x",
      "X-Remote-User": "admin",
      Accept: "application/json",
    },
  });
  assert.equal(answer.status, 201);
  assert.match(answer.body, /\{"kind":"Answer"\}/);
  const got = lastRequest();
  assert.deepEqual([got.method, got.url, got.body], ["POST", `${CSRS}?fieldValidation=Strict`, '{"a":"ü"}']);
  assert.deepEqual(Object.keys(got.headers).sort(), ["accept", "authorization", "connection", "content-length", "content-type", "host", "user-agent"]);
  assert.equal(got.headers.authorization, "Bearer abc");
  assert.deepEqual([answer.headers.warning, answer.headers["audit-id"]], ['299 - "careful"', "7"]);
  for (const name of ["set-cookie", "access-control-allow-origin"]) assert.equal(answer.headers[name], undefined);
  for (const [name, value] of [
    ["cache-control", "no-store"],
    ["cross-origin-resource-policy", "same-origin"],
    ["cross-origin-opener-policy", "same-origin"],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
  ])
    assert.equal(answer.headers[name], value, name);
  assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/);
});

test("the page, the entry page and refusals have the headers too, and no listing exists", async () => {
  for (const [target, status, own = {}] of [
    ["/", 200],
    [`${me.base}/kubecred/`, 200],
    [`${me.base}/kubecred/app/main.js`, 200],
    [`${me.base}/kubecred/nothing`, 404],
    ["/etc/passwd", 404],
    [`${me.base}/kubecred/kubecred/`, 404],
    [`${me.base}/kubecred/../../package.json`, 404],
    [`${me.base}/kubecred/%2e%2e/package.json`, 404],
    [`${me.base}/version`, 403, { Cookie: "" }],
  ]) {
    const answer = await raw(me.host, head("GET", target, { Host: me.host, ...own }));
    assert.equal(answer.status, status, target);
    for (const name of ["cross-origin-resource-policy", "cross-origin-opener-policy", "x-frame-options"]) assert.ok(answer.headers[name], `${target}: ${name}`);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  }
  const wasm = await raw(me.host, head("HEAD", `${me.base}/kubecred/kubecred/wasm/core_bg.wasm`, { Host: me.host, Connection: "close" }), { keep: true });
  assert.equal(wasm.headers["content-type"], "application/wasm");
});

test("the cookie is for this page's path, for no script and for no other site; a wrong secret gets none", async () => {
  assert.match(me.cookie, /^kubecred=[\w-]{43}; Path=\/[\w-]{22}\/; HttpOnly; SameSite=Strict$/);
  const secret = new URL(it.link).hash.slice(1);
  assert.ok(!me.cookie.includes(secret), "the link does not contain the cookie");
  for (const wrong of ["", "x", secret.slice(1), `${secret}x`, secret.toLowerCase()]) assert.equal((await enter(`${it.origin}/#${wrong}`)).status, 403);
  for (const body of ["", "{", "null", "[]", '"']) {
    const answer = await raw(
      me.host,
      head("POST", "/session", { ...me.headers, Cookie: "", "Content-Type": "application/json", "Content-Length": body.length }) + body,
    );
    assert.equal(answer.status, 403);
    assert.equal(answer.headers["set-cookie"], undefined);
  }
});

test("another program of this machine without the link gets nothing: every rule, every header but the cookie", async () => {
  const before = fake.requests().length;
  for (const cookie of [undefined, "kubecred=", `kubecred=${"A".repeat(43)}`]) {
    const headers = { ...me.headers, Cookie: cookie ?? "" };
    assert.equal((await raw(me.host, head("GET", `${me.base}/version`, headers))).status, 401);
  }
  assert.equal((await raw(me.host, head("GET", "/version", me.headers))).status, 404);
  assert.equal(fake.requests().length, before);
});

test("smuggling: what two readers could split differently is refused, and the connection ends", async () => {
  const before = fake.requests().length;
  const line = (text) => `${text}\r\n`;
  const own = Object.entries(me.headers)
    .map(([name, value]) => line(`${name}: ${value}`))
    .join("");
  const smuggled = `GET ${me.base}/version HTTP/1.1\r\n${own}\r\n`;
  const post = `POST ${me.base}${CSRS} HTTP/1.1\r\n${own}Content-Type: application/json\r\n`;
  for (const bytes of [
    `${post}Content-Length: ${2 + smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `${post}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n${smuggled}`,
    `${post}Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}${smuggled}`,
    `${post}Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}${smuggled}`,
    `${post}Content-Length: 2\r\n Content-Length: 400\r\n\r\n{}`,
    `${post}Content-Length : 2\r\n\r\n{}`,
    `${post}Content-Length: 2\nHost: ${me.host}\r\n\r\n{}`,
    `GET http://evil.example${me.base}/version HTTP/1.1\r\n${own}\r\n`,
    `GET ${me.base}/version HTTP/1.1\r\n${own}Host: evil.example\r\n\r\n`,
    `GET ${me.base}/version HTTP/1.1\r\n${own.replace(/Host:.*\r\n/, "")}\r\n`,
    `GET ${me.base}/version HTTP/1.0\r\n${own}\r\n`,
    `GET ${me.base}/version\r\n\r\n`,
    `GET ${me.base}/version HTTP/1.1\r\n${own}X: a\u0000b\r\n\r\n`,
    `GET\t${me.base}/version HTTP/1.1\r\n${own}\r\n`,
    `CONNECT 127.0.0.1:6443 HTTP/1.1\r\n${own}\r\n`,
    `TRACE ${me.base}/version HTTP/1.1\r\n${own}\r\n`,
    `GET ${me.base}/version HTTP/1.1\r\n${own}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    `GET ${me.base}/version HTTP/1.1\r\n${own}X: ${"a".repeat(20_000)}\r\n\r\n`,
    `GET ${me.base}/version HTTP/1.1\r\n${own}${Array.from({ length: 70 }, (_, index) => line(`X-${index}: 1`)).join("")}\r\n`,
    `\u0016\u0003\u0001\u0002\u0000\u0001\u0000`, // TLS
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ]) {
    const answer = await raw(me.host, bytes, { whole: true });
    assert.ok(answer.status === 0 || answer.status >= 400, `${answer.status}: ${bytes.slice(0, 200)}`);
    assert.equal(
      (answer.all ?? "").match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
      answer.status === 0 ? 0 : 1,
      "one answer, and no second one to what was hidden in the first",
    );
  }
  assert.equal(fake.requests().length, before, "nothing of it was forwarded");
  assert.equal((await ask("GET", "/version")).status, 201, "the control: the same head without the trick is");
});

test("too large, too slow and unfinished requests end; others go on", async () => {
  assert.equal((await ask("POST", CSRS, { body: "", headers: { "Content-Length": (1 << 20) + 1 } })).status, 413);
  const body = JSON.stringify("x".repeat((1 << 20) - 2));
  assert.equal((await ask("POST", CSRS, { body })).status, 201, "the control: one byte less than too large is forwarded");
  const before = fake.requests().length;
  // With limits of a test's own, on the same server code.
  const limits = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
  const { server, host, own } = await startGuard(() => ({ status: 503, code: "waiting", message: "none" }), { limits });
  assert.ok([0, 408, 400].includes((await raw(host, `GET /b/version HTTP/1.1\r\nHost: ${host}\r\n`)).status), "a head without an end");
  assert.ok([0, 408, 400].includes((await raw(host, "")).status), "a connection without a head");
  const slow = await raw(host, head("POST", "/session", { ...own, "Content-Type": "application/json", "Content-Length": 100 }) + '"');
  assert.ok([0, 408, 400, 403].includes(slow.status), `a body that does not come: ${slow.status}`);
  await until(async () => (await raw(host, head("GET", "/b/version", own))).status === 503); // the server is there; on a busy machine 200 ms may pass before its own head is read
  await server.close();
  assert.equal(fake.requests().length, before);
});

test("a watch is streamed at once, and ends at kubectl proxy when the browser goes away", async () => {
  const answer = await ask("GET", `${CSRS}?watch=1&timeoutSeconds=300`, { keep: true });
  await until(() => answer.all.includes('{"type":"ADDED"}')); // the answer has no end yet
  assert.equal(answer.status, 200);
  const ended = () => fake.requests().filter(({ closed }) => closed).length;
  assert.equal(ended(), 0);
  answer.socket.destroy();
  await until(() => ended() === 1);
});

test("a redirect, a cut-off and an endless answer are not passed on as whole", async () => {
  assert.equal((await ask("GET", `${CSRS}/redirect`)).status, 502);
  const cut = await ask("GET", `${CSRS}/cut`);
  assert.doesNotMatch(cut.all ?? "", /\r\n0\r\n\r\n$/, "the end of a chunked answer is missing, so that the browser sees an error");
  const large = await ask("GET", `${CSRS}/large`, { keep: true });
  await until(() => large.socket.destroyed);
  assert.ok(large.all.length < 32 << 20, `${large.all.length}`);
});

test("kubectl is started so that nobody else can use it: a socket in a private folder, a random Host, the listed paths", async () => {
  const [{ args, pid }] = fake.proxies();
  assert.equal(args[0], "proxy");
  const socket = args.find((arg) => arg.startsWith("--unix-socket=")).slice("--unix-socket=".length);
  assert.equal(statSync(dirname(socket)).mode & 0o777, 0o700);
  assert.ok(
    args.some((arg) => /^--accept-hosts=\^kubecred-[0-9a-f]{32}\\\.invalid\$$/.test(arg)),
    args.join(" "),
  );
  assert.ok(args.some((arg) => arg.startsWith("--accept-paths=^")) && args.includes("--reject-methods=^$"));
  assert.ok(!args.some((arg) => /^--(port|address|disable-filter|www)/.test(arg)));
  assert.match(lastRequest().headers.host, /^kubecred-[0-9a-f]{32}\.invalid$/);
  // No secret on any command line: neither the link's nor the cookie's.
  const secrets = [new URL(it.link).hash.slice(1), me.cookie.slice("kubecred=".length, "kubecred=".length + 43)];
  const lines = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
  assert.ok(lines.some((line) => line.includes("--unix-socket=")) && isRunning(pid), "the control: kubectl's is among them");
  for (const secret of secrets) assert.ok(!lines.some((line) => line.includes(secret)));
});

test("the output has no secret, names the target without control characters, and the link's file is private", async () => {
  const secret = new URL(it.link).hash.slice(1);
  for (const text of [it.output, it.errors])
    for (const value of [secret, me.base.slice(1), me.cookie.split(/[=;]/)[1], "REDACTED"]) assert.ok(!text.includes(value));
  for (const part of ["kubeconfig  ", "context     one", "cluster     c\\u{1b}[31m, https://127.0.0.1:6443", "user        u"])
    assert.ok(it.output.includes(part), it.output);
  const file = fileIn(it.output);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
});

test("a kubectl proxy that ended is started again", async () => {
  const [first] = fake.proxies();
  process.kill(first.pid, "SIGKILL");
  await until(() => fake.proxies().length === 2);
  await until(async () => (await ask("GET", "/version")).status === 201);
  await until(() => /kubectl proxy ended; starting it again\.[^]*kubectl proxy runs again\./.test(it.output));
  assert.notEqual(
    fake.proxies()[1].args.find((arg) => arg.startsWith("--accept-hosts")),
    first.args.find((arg) => arg.startsWith("--accept-hosts")),
  );
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"]) {
  test(`${signal}: kubectl ends with the program${signal === "SIGKILL" ? ", though it could not say so" : ", and nothing is left on disk"}`, async () => {
    const own = stage();
    try {
      const started = await own.start();
      const { pid } = await until(() => own.proxies()[0]);
      await until(async () => (await raw(new URL(started.origin).host, head("GET", "/", { Host: new URL(started.origin).host }))).status === 200);
      started.child.kill(signal);
      await until(() => started.ended);
      await until(() => !isRunning(pid));
      if (signal === "SIGKILL") return;
      assert.deepEqual(started.ended, { code: 0, signal: null });
      assert.deepEqual(
        readdirSync(own.folder).filter((name) => name.startsWith("kubecred-")),
        [],
      );
    } finally {
      own.end();
    }
  });
}

// Windows alone has SIGBREAK (Ctrl-Break); there libuv raises it, and SIGHUP where the console window is closed. Here a script that is loaded first
// raises it, so that what is tested is what the program does with it.
for (const [what, program] of [
  ["the program", "kubecred.mjs"],
  ["the keeper of kubectl", "keeper.mjs"],
]) {
  test(`SIGBREAK, as Windows raises it, at ${what}: kubectl ends`, async () => {
    const own = stage();
    try {
      const raising = join(own.folder, "raise.mjs");
      writeFileSync(raising, `if (process.argv[1].endsWith(${JSON.stringify(program)})) process.on("SIGUSR2", () => process.emit("SIGBREAK"));\n`);
      const started = await own.start([], { env: { NODE_OPTIONS: `--import=${raising}` } });
      const { pid } = await until(() => own.proxies()[0]);
      process.kill(program === "kubecred.mjs" ? started.child.pid : parentOf(pid), "SIGUSR2");
      await until(() => !isRunning(pid));
      if (program === "keeper.mjs") return void (await until(() => own.proxies().length === 2)); // it is started again
      await until(() => started.ended);
      assert.deepEqual(started.ended, { code: 0, signal: null });
    } finally {
      own.end();
    }
  });
}

test("a keeper that is ended by force leaves no kubectl behind, and both are started again", async () => {
  const own = stage();
  try {
    await own.start();
    const { pid } = await until(() => own.proxies()[0]);
    process.kill(parentOf(pid), "SIGKILL");
    // Its parent is gone: one that has ended may stay in the list until the system's first process takes note.
    await until(() => !isRunning(pid) || /^State:\tZ/m.test(statusOf(pid)));
    const second = await until(() => own.proxies()[1]);
    assert.ok(isRunning(second.pid));
  } finally {
    own.end();
  }
});

/** @param {number} pid */
function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "State:\tZ";
  }
}
/** @param {number} pid */
const parentOf = (pid) => Number(/^PPid:\t(\d+)$/m.exec(statusOf(pid))[1]);

test("where its reader goes away, the program ends", async () => {
  const own = stage();
  try {
    const started = await own.start();
    const { pid } = await until(() => own.proxies()[0]);
    started.child.stdout.destroy();
    process.kill(pid, "SIGKILL"); // it says so, to nobody
    await until(() => started.ended);
  } finally {
    own.end();
  }
});

test("by port, as on Windows: loopback, a free port, a secret Host, the same end", async () => {
  const own = stage();
  process.env.FAKE_FOLDER = own.folder;
  const proxy = startProxy({ kubectl: own.kubectl, options: ["--context=x"], folder: own.folder, socket: false });
  try {
    const upstream = await until(() => proxy.upstream);
    const [{ args, pid }] = own.proxies();
    assert.ok(args.includes("--port=0") && args.includes("--address=127.0.0.1") && args.includes("--context=x"));
    assert.equal(
      args.find((arg) => arg.startsWith("--accept-hosts=")),
      `--accept-hosts=^${upstream.host.replace(/\./g, "\\.")}$`,
    );
    assert.equal((await raw(`127.0.0.1:${upstream.port}`, head("GET", "/version", { Host: upstream.host }))).status, 201);
    await proxy.stop();
    assert.equal(isRunning(pid), false);
  } finally {
    await proxy.stop();
    own.end();
  }
});

test("--offline: the page, and 404 for the API; --wait: 503 until the kubeconfig is there, then the cluster", async () => {
  const own = stage();
  try {
    const offline = await own.start(["--offline"]);
    const there = await enter(offline.link);
    assert.equal((await raw(there.host, head("GET", `${there.base}/version`, there.headers))).status, 404);
    assert.equal((await raw(there.host, head("GET", `${there.base}/kubecred/`, there.headers))).status, 200);
    assert.deepEqual(own.calls(), [], "kubectl is not asked");

    const kubeconfig = join(own.folder, "later");
    const waiting = await own.start(["--wait", "--kubeconfig", kubeconfig]);
    // The link's file is there before all that is said of it has come through the pipe.
    await until(() => waiting.output.includes("not ready yet"));
    const here = await enter(waiting.link);
    const version = async () => (await raw(here.host, head("GET", `${here.base}/version`, here.headers))).status;
    assert.equal(await version(), 503);
    writeFileSync(kubeconfig, "");
    await until(async () => (await version()) === 201);
    await until(() => waiting.output.includes("The cluster is ready."));
    assert.ok(own.proxies()[0].args.includes(`--kubeconfig=${kubeconfig}`));
  } finally {
    own.end();
  }
});

test("--read-only refuses writes at the guard", async () => {
  const own = stage();
  try {
    const started = await own.start(["--read-only", "--context", "one"]);
    const here = await enter(started.link);
    const answer = await raw(
      here.host,
      head("POST", `${here.base}${CSRS}`, { ...here.headers, "Content-Type": "application/json", "Content-Length": 2 }) + "{}",
    );
    assert.equal(answer.status, 403);
    assert.match(JSON.parse(answer.body).message, /--read-only/);
    await until(async () => (await raw(here.host, head("GET", `${here.base}/version`, here.headers))).status === 201);
    assert.ok(own.proxies()[0].args.includes("--context=one"));
  } finally {
    own.end();
  }
});

test("what keeps it from starting is said in one sentence, without kubectl's own words", async () => {
  const own = stage();
  try {
    const env = { ...process.env, FAKE_FOLDER: own.folder, TMPDIR: own.folder, HOME: own.folder };
    const failing = async (args, more = {}) => {
      const started = run(args, { env: { ...env, ...more } });
      const { code } = await until(() => started.ended);
      assert.equal(code, 1);
      assert.doesNotMatch(started.errors, /canary|at .*\.mjs/);
      return started.errors;
    };
    assert.match(await failing(["--kubectl", own.kubectl, "--context", "missing"]), /has no context of that name/);
    assert.match(await failing(["--kubectl", join(own.folder, "none")]), /File not found/);
    assert.match(await failing([], { PATH: own.folder.replace(/.*/, "/nonexistent") }), /kubectl was not found on the PATH[^]*Install it/);
    assert.match(await failing(["--nonsense"]), /See kubecred --help/);
    assert.match(await failing(["--port", "x"]), /--port must be a number/);
    assert.match(await failing(["--offline", "--page", own.folder]), /no index\.html/);
    assert.match(await failing(["--offline", "--port", new URL(it.origin).port]), /is in use/);
    assert.deepEqual(
      readdirSync(own.folder).filter((name) => name.startsWith("kubecred-")),
      [],
    );
  } finally {
    own.end();
  }
});
