// Waiting for a certificate: every way it ends, and every trouble on the way that must not end it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { body, html, json, startApi } from "./api-server.mjs";
import { sign } from "../support/openssl.mjs";
import { until } from "../support/until.mjs";
import { failure, fails, open, sleep } from "./common.mjs";

let kubecred;
let key;
let request;
before(async () => {
  kubecred = await open();
  key = await kubecred.keys.generate("ecdsa-p256");
  request = await key.createCsr({ user: "jane", groups: ["dev"] });
});
after(() => kubecred.close());

/** Starts waiting, and gives what was seen of it. */
function ask(api, how = {}) {
  const seen = { states: [], troubles: [] };
  const told = { onStatus: (report) => seen.states.push(report.state), onTrouble: (error) => seen.troubles.push(error.code) };
  seen.promise = kubecred.cluster({ server: api.url }).csr.request({ csr: request }, { ...told, ...how });
  seen.promise.catch(() => {});
  return seen;
}

const waiting = async (api) => {
  await until(() => api.watches.size === 1 && api.objects.size === 1, "a watch");
  return [...api.objects.keys()][0];
};

test("the plain way: pending, approved, issued, by watch alone", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  assert.deepEqual(seen.states, ["pending"]);
  assert.equal((await kubecred.keys.generate("ed25519")).algorithm, "ed25519", "the session serves others meanwhile");
  api.approve(name);
  await until(() => seen.states.length === 2, "approved");
  api.issue(name);
  const { certificate, status: report, ...rest } = await seen.promise;
  assert.deepEqual(rest, { name });
  assert.deepEqual(seen.states, ["pending", "approved", "issued"]);
  assert.equal(report.state, "issued");
  assert.deepEqual(api.did, ["POST", "GET watch"]);
  await until(() => api.watches.size === 0, "the watch to end");
  const config = await key.kubeconfig({ certificate, csr: request, cluster: { server: "https://cluster.example:6443" } });
  assert.equal(config.users[0].certificate.user, "jane");
  assert.deepEqual(seen.troubles, []);
});

test("issued by the time the answer to POST comes", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  api.fault = (_, response, { method, body: sent }) =>
    method === "POST" &&
    json(response, 201, {
      ...sent,
      metadata: { ...sent.metadata, uid: "1", resourceVersion: "1" },
      status: { certificate: Buffer.from(sign(request)).toString("base64") },
    });
  const { status: report } = await ask(api).promise;
  assert.equal(report.state, "issued");
  assert.equal(api.log.length, 1);
});

for (const [what, refuse, code] of [
  ["403", (response) => body(response, 403, "403-list-csr.json"), "forbidden"],
  ["404", (response) => body(response, 404, "404-no-such-api.txt"), "not-found"],
  ["405", (response) => json(response, 405, { kind: "Status", status: "Failure", code: 405, message: "method not allowed" }), "bad-answer"],
  ["HTML", (response) => html(response), "bad-answer"],
]) {
  test(`a watch refused by ${what} becomes polling, slower and slower`, async (t) => {
    const api = await startApi((_, response, { query }) => query.get("watch") && refuse(response));
    t.after(() => api.stop());
    const seen = ask(api);
    await until(() => api.did.filter((one) => one === "GET one").length === 3, "three polls");
    const polls = api.log.filter((_, index) => api.did[index] === "GET one").map(({ at }) => at);
    assert.ok(polls[1] - polls[0] >= 480 && polls[2] - polls[1] >= 960, `pauses of ${polls[1] - polls[0]} and ${polls[2] - polls[1]} ms`);
    api.issue([...api.objects.keys()][0]);
    await seen.promise;
    assert.equal(api.did.filter((one) => one === "GET watch").length, 1, "it is not asked for again");
    assert.deepEqual(seen.troubles, [code]);
  });
}

test("a connection that drops in mid-watch is taken up again", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  [...api.watches][0].response.write('{"type":"MODIF');
  [...api.watches][0].response.destroy();
  await until(() => api.did.filter((one) => one === "GET watch").length === 2, "a second watch");
  assert.deepEqual(seen.troubles, ["network"]);
  [...api.watches][0].response.end(); // the server's own time limit
  await until(() => api.did.filter((one) => one === "GET watch").length === 3, "a third watch");
  api.issue(name);
  await seen.promise;
  assert.deepEqual(seen.troubles, ["network"]);
  assert.deepEqual(seen.states, ["pending", "approved", "issued"]);
});

test("what changed while no watch was there is not missed", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  [...api.watches][0].response.destroy();
  api.issue(name);
  await seen.promise;
  assert.deepEqual(seen.states, ["pending", "issued"]);
});

test("a resource version that the server forgot: read, and watch from there", async (t) => {
  const api = await startApi();
  const expired = JSON.parse((await import("./common.mjs")).vector("api", "watch-410-expired.json"));
  let first = true;
  api.fault = (_, response, { query }) => {
    if (!query.get("watch") || !first) return false;
    first = false;
    api.version += 5;
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(`${JSON.stringify(expired)}\n`);
    return true;
  };
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  assert.deepEqual(api.did, ["POST", "GET watch", "GET one", "GET watch"]);
  api.issue(name);
  await seen.promise;
  assert.deepEqual(seen.troubles, ["watch-expired"]);
});

test("bookmarks pass", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  [...api.watches][0].response.write(
    `${JSON.stringify({ type: "BOOKMARK", object: { kind: "CertificateSigningRequest", apiVersion: "certificates.k8s.io/v1", metadata: { resourceVersion: "999" } } })}\n\n`,
  );
  api.issue(name);
  await seen.promise;
});

test("a network that fails for a while, and a server that fails: tried again, told of", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  let left = 3;
  api.fault = (incoming, response) => {
    if (left-- <= 0) return false;
    if (left === 1) return body(response, 500, "500-etcd-too-large.json");
    incoming.socket.destroy();
    return true;
  };
  [...api.watches][0].response.destroy();
  await until(() => left <= 0 && api.watches.size === 1, "the watch after the troubles");
  assert.ok(seen.troubles.includes("server-error") && seen.troubles.includes("network"), seen.troubles.join(" "));
  api.issue(name);
  await seen.promise;
});

test("Retry-After is obeyed up to 30 seconds", async (t) => {
  const answers = [];
  const api = await startApi((_, response, { method }) => method === "POST" && answers.length > 0 && json(response, ...answers.shift()));
  t.after(() => api.stop());
  const status = { kind: "Status", status: "Failure", reason: "TooManyRequests", message: "too many", code: 429 };
  answers.push([429, status, { "Retry-After": "1" }], [503, {}, { "Retry-After": "1" }]);
  const began = performance.now();
  const seen = ask(api);
  await waiting(api);
  // A lower bound on a clock that only goes forward: a busy machine makes the pauses longer, never shorter.
  assert.ok(performance.now() - began >= 1950, "two pauses of a second");
  api.issue([...api.objects.keys()][0]);
  await seen.promise;
  for (const headers of [{ "Retry-After": "31" }, {}, { "Retry-After": "soon" }]) {
    answers.push([429, status, headers]);
    await fails(ask(api).promise, "too-many-requests");
    assert.equal(answers.length, 0);
  }
  answers.push(...Array.from({ length: 4 }, () => [429, status, { "Retry-After": "0" }]));
  await fails(ask(api).promise, "too-many-requests");
});

test("gone while waiting: by 404, by DELETED", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const first = ask(api);
  api.remove(await waiting(api));
  assert.match((await fails(first.promise, "request-collected")).message, /key is still usable/);
  const second = ask(api);
  await waiting(api);
  api.objects.clear();
  [...api.watches][0].response.destroy();
  await fails(second.promise, "request-collected");
});

test("deleted right after it was issued: the certificate counts", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  const [watch] = api.watches;
  api.watches.clear();
  const issued = api.issue(name);
  watch.response.write(`${JSON.stringify({ type: "DELETED", object: issued })}\n`);
  assert.match((await seen.promise).certificate, /BEGIN CERTIFICATE/);
});

test("another object under the name is refused: uid, name, request", async (t) => {
  const other = await (await kubecred.keys.generate("ed25519")).createCsr({ user: "mallory" });
  for (const change of [
    (object) => (object.metadata.uid = "another"),
    (object) => (object.metadata.name = "another"),
    (object) => (object.spec.request = Buffer.from(other).toString("base64")),
    (object) => delete object.metadata,
  ]) {
    const api = await startApi();
    t.after(() => api.stop());
    const seen = ask(api);
    const name = await waiting(api);
    const object = structuredClone(api.objects.get(name));
    change(object);
    [...api.watches][0].response.write(`${JSON.stringify({ type: "MODIFIED", object })}\n`);
    await fails(seen.promise, "wrong-object");
    const second = await startApi((_, response, { method, body: sent }) => {
      if (method !== "POST") return false;
      const created = { ...structuredClone(sent), metadata: { ...sent.metadata, uid: "1", resourceVersion: "1" }, status: {} };
      if (change.toString().includes("uid")) return false;
      change(created);
      return json(response, 201, created);
    });
    t.after(() => second.stop());
    if (!change.toString().includes("uid")) await fails(ask(second).promise, "wrong-object");
  }
});

test("denied and failed: the code, the server's reason, escaped and cut", async (t) => {
  const hostile = `because \u001b[31mred\u202e <img src=x onerror=alert(1)> ${"x".repeat(1 << 20)}`;
  for (const [type, code] of [
    ["Denied", "request-denied"],
    ["Failed", "request-failed"],
  ]) {
    const api = await startApi();
    t.after(() => api.stop());
    const seen = ask(api);
    const name = await waiting(api);
    api.change(name, (object) => (object.status = { conditions: [{ type, status: "True", reason: "NoWay", message: hostile }] }));
    const error = await fails(seen.promise, code);
    assert.deepEqual(error.details[0], { field: "reason", message: "NoWay" });
    assert.match(error.details[1].message, /^because \\u\{1b\}\[31mred\\u\{202e\} <img/);
    assert.ok(error.details[1].message.length < 1100 && error.message.length < 3000);
    assert.ok(!/[\u0000-\u001f\u202e]/.test(error.message + JSON.stringify(error.details)));
    assert.deepEqual(seen.states, ["pending", type.toLowerCase()]);
  }
});

test("a certificate that is none, or for another key", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const seen = ask(api);
  const name = await waiting(api);
  const stranger = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "jane", groups: ["dev"] });
  api.issue(name, sign(stranger));
  const { certificate } = await seen.promise;
  await fails(key.kubeconfig({ certificate, csr: request, cluster: { server: "https://cluster.example" } }), "certificate-key-mismatch");
  const second = ask(api);
  await until(() => api.objects.size === 2 && api.watches.size === 1, "a watch");
  api.issue([...api.objects.keys()][1], "-----BEGIN CERTIFICATE-----\nPGh0bWw+\n-----END CERTIFICATE-----\n");
  assert.ok((await failure(second.promise)).code.startsWith("invalid-certificate"));
});

test("abort and close end the waiting at once, and the connection with it", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const controller = new AbortController();
  const seen = ask(api, { signal: controller.signal });
  await waiting(api);
  controller.abort();
  await fails(seen.promise, "aborted");
  await until(() => api.watches.size === 0, "the watch to end");
  const requests = api.log.length;
  await sleep(1200);
  assert.equal(api.log.length, requests, "nothing is asked any more");
  await fails(ask(api, { signal: AbortSignal.abort() }).promise, "aborted");
  assert.equal(api.log.length, requests);

  api.objects.clear();
  const other = await open();
  const last = failure(other.cluster({ server: api.url }).csr.request({ csr: request }));
  await waiting(api);
  other.close();
  assert.equal((await last).code, "session-closed");
  await until(() => api.watches.size === 0, "the watch to end");
});

test("abort during a pause between polls", async (t) => {
  const api = await startApi((_, response, { query }) => query.get("watch") && body(response, 403, "403-list-csr.json"));
  t.after(() => api.stop());
  // The pause is a timer: that it has not fired says that nothing waited for it.
  const real = globalThis.setTimeout;
  const pauses = new Set();
  globalThis.setTimeout = /** @type {any} */ (
    (call, length, ...rest) => {
      const timer = real(
        (...given) => {
          pauses.delete(timer);
          call(...given);
        },
        length,
        ...rest,
      );
      if (length >= 500) pauses.add(timer);
      return timer;
    }
  );
  t.after(() => {
    globalThis.setTimeout = real;
  });
  const controller = new AbortController();
  const seen = ask(api, { signal: controller.signal });
  await until(() => api.did.filter((one) => one === "GET one").length === 2 && pauses.size > 0, "two polls and a pause");
  const [pause] = [...pauses].slice(-1);
  controller.abort();
  await fails(seen.promise, "aborted");
  assert.ok(pauses.has(pause), "the pause was not waited for");
  assert.equal(api.did.filter((one) => one === "GET one").length, 2);
});

test("where nothing signs, the state is read again although the server says nothing more", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  const told = [];
  const controller = new AbortController();
  const seen = ask(api, { signal: controller.signal, onStatus: ({ state, findings }) => told.push([state, findings.map(({ code }) => code)]) });
  const name = await waiting(api);
  // Two minutes of patience end in ten seconds.
  const decided = new Date(Date.now() - 110_000).toISOString().replace(/\.\d+/, "");
  api.change(name, (object) => (object.status = { conditions: [{ type: "Approved", status: "True", reason: "Test", message: "x", lastUpdateTime: decided }] }));
  await until(() => told.length >= 2, "approved");
  assert.ok(told[1][0] === "approved" && told[1][1].includes("waiting-for-signer"), JSON.stringify(told));
  for (let waited = 0; told.length < 3 && waited < 60_000; waited += 100) await sleep(100);
  assert.ok(told[2]?.[0] === "approved" && told[2][1].includes("signer-missing"), JSON.stringify(told));
  assert.equal(told.length, 3, "said once");
  controller.abort();
  await fails(seen.promise, "aborted");
});

test("a callback that throws ends nothing", async (t) => {
  const api = await startApi();
  t.after(() => api.stop());
  let told = 0;
  const seen = ask(api, {
    onStatus: () => {
      told += 1;
      throw new Error("mine");
    },
  });
  api.issue(await waiting(api));
  assert.equal((await seen.promise).status.state, "issued");
  assert.ok(told >= 2);
});

test("rights that end while waiting end it: 401, 403 on reading", async (t) => {
  for (const [status, file, code] of [
    [401, "401-unauthorized.json", "unauthorized"],
    [403, "403-list-csr.json", "forbidden"],
  ]) {
    const api = await startApi((_, response, { method }) => method === "GET" && body(response, status, file));
    t.after(() => api.stop());
    const { message, details } = await fails(ask(api).promise, code);
    const [name] = [...api.objects.keys()];
    assert.ok(message.includes(`The request ${name} is in the cluster`), message);
    assert.deepEqual(details.at(-1), { field: "created", message: name }, "what was done, for whoever goes on");
  }
});
