// The approver's side: lists in pages, decisions on a fresh object, conflicts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../support/until.mjs";
import { body, json, startApi } from "./api-server.mjs";
import { fails, open, vector } from "./common.mjs";

let kubecred;
before(async () => (kubecred = await open()));
after(() => kubecred.close());

const pending = (name) => {
  const object = JSON.parse(vector("signing-requests", "pending.json"));
  return { ...object, metadata: { ...object.metadata, name } };
};

async function server(t, fault) {
  const api = await startApi(fault);
  t.after(() => api.stop());
  for (const name of ["one", "a:b", "ä <img>"]) api.objects.set(name, pending(name));
  return { api, cluster: kubecred.cluster({ server: api.url }), shown: (name) => kubecred.csr.explain(api.objects.get(name)) };
}

test("approve and deny add one condition to the object as it stands", async (t) => {
  const { api, cluster, shown } = await server(t);
  api.change("one", (object) => (object.status = { conditions: [{ type: "Odd", status: "True", reason: "Other" }] }));
  const report = await cluster.csr.approve(await shown("one"), { reason: "Known", message: "we talked" });
  assert.equal(report.state, "approved");
  const put = api.log.at(-1);
  assert.equal(put.path.endsWith("/certificatesigningrequests/one/approval"), true);
  assert.equal(put.body.metadata.resourceVersion, api.log.at(-1).body.metadata.resourceVersion);
  assert.deepEqual(
    put.body.status.conditions.map(({ type, reason }) => [type, reason]),
    [
      ["Odd", "Other"],
      ["Approved", "Known"],
    ],
  );
  assert.equal(put.body.status.conditions[1].message, "we talked");
  assert.equal((await cluster.csr.deny(await shown("a:b"))).state, "denied");
  assert.match(api.log.at(-1).path, /\/a%3Ab\/approval$/);
  assert.equal((await cluster.csr.approve(await shown("ä <img>"))).name, "ä <img>");
});

test("what was decided stays decided", async (t) => {
  const { api, cluster, shown } = await server(t);
  const report = await shown("one");
  await cluster.csr.deny(report);
  const requests = api.log.length;
  assert.equal((await fails(cluster.csr.approve(report), "conflict")).status.state, "denied");
  assert.equal(api.log.length, requests + 1, "read, and no write tried");
  assert.equal((await cluster.csr.deny(report)).state, "denied");
});

test("a conflict is tried again on a fresh object, three times", async (t) => {
  let conflicts = 3;
  const { api, cluster, shown } = await server(t, (_, response, { method }) => method === "PUT" && conflicts-- > 0 && body(response, 409, "409-conflict.json"));
  assert.equal((await cluster.csr.approve(await shown("one"))).state, "approved");
  assert.deepEqual(api.did, ["GET one", "PUT", "GET one", "PUT", "GET one", "PUT", "GET one", "PUT"]);
  conflicts = 9;
  await fails(cluster.csr.approve(await shown("a:b")), "conflict");
  assert.equal(conflicts, 5);
});

test("an answer to the write that is not the decided request is no success; a signal must be one", async (t) => {
  let answer;
  const { api, cluster, shown } = await server(t, (_, response, { method }) => method === "PUT" && answer && json(response, 200, answer));
  const report = await shown("one");
  const approved = { ...pending("one"), status: { conditions: [{ type: "Approved", status: "True" }] } };
  const denied = { ...pending("one"), status: { conditions: [{ type: "Denied", status: "True" }] } };
  for (const other of [
    pending("two"),
    { ...approved, metadata: { ...approved.metadata, name: "two" } },
    { ...approved, spec: { ...approved.spec, groups: ["system:masters"] } },
    denied,
  ]) {
    answer = other;
    await fails(cluster.csr.approve(report), "wrong-object");
  }
  answer = pending("one");
  await fails(cluster.csr.approve(report), "bad-answer");
  await fails(cluster.csr.deny(report), "bad-answer");
  answer = approved;
  assert.equal((await cluster.csr.approve(report)).state, "approved");
  const requests = api.log.length;
  for (const signal of [{}, 5, null, { aborted: false, addEventListener() {}, removeEventListener() {} }])
    for (const verb of ["approve", "deny"]) await fails(cluster.csr[verb](report, { signal }), "invalid-options");
  assert.equal(api.log.length, requests);
});

test("what is no report, rights that are missing, answers about something else", async (t) => {
  let file;
  const { api, cluster, shown } = await server(t, (_, response, { method }) => method === "PUT" && file && body(response, 403, file));
  const report = await shown("one");
  const without = (field) => ({ ...report, object: { ...report.object, metadata: { ...report.object.metadata, [field]: undefined } } });
  const wrong = [
    "one",
    "",
    "..",
    "a/b",
    undefined,
    null,
    5,
    [],
    {},
    { name: "one" },
    api.objects.get("one"),
    without("uid"),
    without("resourceVersion"),
    without("name"),
    { ...report, object: undefined },
    { ...report, name: "a:b" },
    { ...report, expirationSeconds: 600 },
    { ...report, request: { ...report.request, user: "somebody" } },
    await kubecred.csr.explain(await kubecred.csr.manifest({ csr: report.request.pem, name: "one" })),
  ];
  for (const one of wrong) for (const verb of ["approve", "deny"]) await fails(cluster.csr[verb](one), "invalid-options");
  assert.match((await fails(cluster.csr.approve("one"), "invalid-options")).message, /takes the report that was shown.* not a name/);
  assert.equal(api.log.length, 0);
  api.objects.delete("a:b");
  await fails(cluster.csr.approve({ ...report, name: "a:b", object: { ...report.object, metadata: { ...report.object.metadata, name: "a:b" } } }), "not-found");
  file = "403-approve-no-signer-permission.json";
  assert.match((await fails(cluster.csr.approve(report), "forbidden")).message, /signerName/);
  file = "403-approve-no-update-permission.json";
  assert.match((await fails(cluster.csr.deny(report), "forbidden")).message, /update/);
  api.fault = (_, response, { method }) => method === "GET" && json(response, 200, pending("other"));
  await fails(cluster.csr.approve(report), "wrong-object");
  const controller = new AbortController();
  controller.abort();
  await fails(cluster.csr.approve(report, { signal: controller.signal }), "aborted");
});

test("a report goes through structured clone and JSON, and keeps what it is decided by", async (t) => {
  const { cluster, shown } = await server(t);
  assert.equal((await cluster.csr.approve(JSON.parse(JSON.stringify(structuredClone(await shown("one")))))).state, "approved");
});

test("another object under the name is not written: changed, with the request as it is now", async (t) => {
  const { api, cluster, shown } = await server(t);
  const report = await shown("one");
  api.change("one", (object) => {
    object.metadata.uid = "00000000-0000-0000-0000-000000000000";
    object.spec.expirationSeconds = 2592000;
  });
  const error = await fails(cluster.csr.approve(report), "changed");
  assert.equal(error.status.expirationSeconds, 2592000);
  assert.deepEqual(
    error.details.map(({ field }) => field),
    ["metadata.uid", "spec.expirationSeconds"],
  );
  assert.deepEqual(api.did, ["GET one"]);
  assert.equal((await cluster.csr.approve(error.status)).state, "approved", "the next decision is on the new one");
});

test("an answer to the write that is about another object is not believed", async (t) => {
  const { cluster, shown } = await server(
    t,
    (_, response, { method, body: sent }) => method === "PUT" && json(response, 200, { ...sent, metadata: { ...sent.metadata, uid: "another" } }),
  );
  await fails(cluster.csr.approve(await shown("one")), "wrong-object");
});

const names = async (list) => {
  const found = [];
  for await (const report of list) found.push(report.name);
  return found;
};

test("a list comes in pages", async (t) => {
  const pages = { "": [["a", "b"], "token 1+/="], "token 1+/=": [["c"], "token 2"], "token 2": [["d"], ""] };
  const { api, cluster } = await server(t, (_, response, { query }) => {
    const [items, next] = pages[query.get("continue") ?? ""];
    return json(response, 200, { kind: "CertificateSigningRequestList", metadata: { continue: next }, items: items.map(pending) });
  });
  assert.deepEqual(await names(cluster.csr.list()), ["a", "b", "c", "d"]);
  assert.equal(api.log.length, 3);
  for await (const report of cluster.csr.list()) {
    assert.equal(report.state, "pending");
    break;
  }
  // The page ahead may have reached the server before the reader stopped; the one after it must not (pages-ahead.test holds the order).
  await cluster.csr.get("a").catch(() => {});
  const asked = api.log.slice(3).map(({ query }) => query.get("continue"));
  assert.equal(asked.includes("token 2"), false, "who stops reading stops asking");
  assert.ok(asked.filter((token) => token !== null).length <= 1);
  const controller = new AbortController();
  const list = cluster.csr.list({ signal: controller.signal })[Symbol.asyncIterator]();
  await list.next();
  await list.next();
  controller.abort();
  await fails(list.next(), "aborted");
});

test("a list that expires goes on with the fresh token, or anew, and names nothing twice", async (t) => {
  const expired = JSON.parse(vector("api", "410-continue-expired.json"));
  for (const fresh of [expired.metadata.continue, undefined]) {
    let expire = true;
    const { cluster } = await server(t, (_, response, { query }) => {
      const token = query.get("continue");
      if (token === "old" && expire) {
        expire = false;
        return json(response, 410, { ...expired, metadata: { continue: fresh } });
      }
      if (token === expired.metadata.continue) return json(response, 200, { metadata: {}, items: ["b", "c"].map(pending) });
      const first = token === null;
      return json(response, 200, { metadata: { continue: first ? "old" : "" }, items: (first ? ["a", "b"] : ["c"]).map(pending) });
    });
    assert.deepEqual(await names(cluster.csr.list()), ["a", "b", "c"]);
  }
  const { cluster } = await server(t, (_, response) => body(response, 410, "410-continue-expired.json"));
  await fails(names(cluster.csr.list()), "watch-expired");
});

test("a list of odd things", async (t) => {
  let answer;
  const { cluster } = await server(t, (_, response) => json(response, 200, answer));
  for (answer of [{}, { items: null }, { items: [], metadata: null }]) assert.deepEqual(await names(cluster.csr.list()), []);
  answer = { items: [JSON.parse(vector("signing-requests", "pending-hostile-names.json"))] };
  assert.equal((await names(cluster.csr.list())).length, 1);
});

/** A server that carries a decision out, and whose answer to it is lost; so are the answers to so many reads that follow. */
async function losing(t, { lost = 0, stored = true, how = (_, response) => response.socket.destroy() } = {}) {
  let left = 1 + lost;
  const found = await server(t, async (incoming, response, entry) => {
    const write = entry.method === "PUT";
    if (left === 0 || (!write && left === 1 + lost)) return false;
    left -= 1;
    if (write && stored) found.api.change("one", (object) => (object.status = entry.body.status));
    how(incoming, response);
    return true;
  });
  return found;
}

test("the answer to a decision is lost: the object tells that it was stored", async (t) => {
  for (const [verb, state] of [
    ["approve", "approved"],
    ["deny", "denied"],
  ])
    for (const how of [
      (_, response) => response.socket.destroy(),
      (_, response) => body(response, 500, "500-etcd-too-large.json"),
      (_, response) => json(response, 504, { kind: "Status", status: "Failure", reason: "Timeout", message: "request did not complete", code: 504 }),
      (_, response) => {
        response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "5000" });
        response.write('{"kind":"CertificateSigningRequest","metadata":{');
        setTimeout(() => response.socket.destroy(), 20);
      },
    ]) {
      const { api, cluster, shown } = await losing(t, { how });
      const report = await cluster.csr[verb](await shown("one"), { message: "we talked" });
      assert.deepEqual([report.state, report.name], [state, "one"]);
      assert.deepEqual(api.did, ["GET one", "PUT", "GET one"], "it is read, and not sent twice");
    }
});

test("the answers to the reads are lost as well: read again, a few times", async (t) => {
  const { api, cluster, shown } = await losing(t, { lost: 2 });
  assert.equal((await cluster.csr.approve(await shown("one"))).state, "approved");
  assert.deepEqual(api.did, ["GET one", "PUT", "GET one", "GET one", "GET one"]);
});

test("the decision did not reach the server: said, with the request as it is, and the next one is taken", async (t) => {
  const { api, cluster, shown } = await losing(t, { stored: false });
  const report = await shown("one");
  const error = await fails(cluster.csr.approve(report), "network");
  assert.match(
    error.message,
    /cannot be reached.*The request is still pending, but the decision may still arrive\. Read the request again before you decide\.$/,
  );
  assert.equal(error.status.state, "pending");
  assert.deepEqual(api.did, ["GET one", "PUT", ...Array.from({ length: 5 }, () => "GET one")], "looked for some seconds, and not sent twice");
  assert.equal((await cluster.csr.approve(report)).state, "approved");
});

test("the answer is lost and the server stores the decision later: that is the result", async (t) => {
  const { api, cluster, shown } = await losing(t, { stored: false });
  const report = await shown("one");
  api.fault = followed(api, () =>
    setTimeout(
      () => api.change("one", (object) => (object.status = { conditions: [{ type: "Approved", status: "True", reason: "KubecredApprove", message: "x" }] })),
      300,
    ),
  );
  assert.equal((await cluster.csr.approve(report)).state, "approved");
  assert.equal(api.did.filter((each) => each === "PUT").length, 1);
});

test("the answer is lost and the request was signed or failed without this decision: not taken for it", async (t) => {
  for (const [status, says] of [
    [{ certificate: Buffer.from("x").toString("base64") }, /not known whether the decision was stored/],
    [{ conditions: [{ type: "Failed", status: "True", reason: "Policy" }] }, /not known whether the decision was stored/],
    // As no API server answers.
    [{ conditions: "Denied" }, /still pending/],
    [{ conditions: { some: "Denied" } }, /still pending/],
  ]) {
    const { api, cluster, shown } = await losing(t, { stored: false });
    const report = await shown("one");
    api.fault = followed(api, () => api.change("one", (object) => (object.status = status)));
    assert.match((await fails(cluster.csr.deny(report), "network")).message, says);
  }
});

test("what became of the decision cannot be found out: said", async (t) => {
  const gone = await losing(t, { lost: 99 });
  const error = await fails(gone.cluster.csr.approve(await gone.shown("one")), "network");
  assert.match(error.message, /It is not known whether the decision was stored\. Read the request again before you decide\.$/);
  assert.equal(error.status, undefined);
  assert.deepEqual(gone.api.did, ["GET one", "PUT", ...Array.from({ length: 5 }, () => "GET one")]);

  const deleted = await losing(t);
  const report = await deleted.shown("one");
  const { fault } = deleted.api;
  deleted.api.fault = async (incoming, response, entry) => {
    const done = await fault(incoming, response, entry);
    if (entry.method === "PUT") deleted.api.objects.delete("one");
    return done;
  };
  assert.match((await fails(deleted.cluster.csr.approve(report), "network")).message, /not known whether the decision was stored/);
});

test("the answer is lost, and somebody else has decided the opposite or replaced the request: said as it is without the loss", async (t) => {
  const denied = await losing(t, { stored: false });
  const report = await denied.shown("one");
  denied.api.fault = followed(denied.api, () =>
    denied.api.change("one", (object) => (object.status = { conditions: [{ type: "Denied", status: "True", reason: "Other" }] })),
  );
  assert.equal((await fails(denied.cluster.csr.approve(report), "conflict")).status.state, "denied");
  assert.equal(denied.api.did.filter((each) => each === "PUT").length, 1, "not sent again");

  const replaced = await losing(t, { stored: false });
  replaced.api.fault = followed(replaced.api, () => replaced.api.change("one", (object) => (object.metadata.uid = "00000000-0000-0000-0000-000000000000")));
  const changed = await fails(replaced.cluster.csr.approve(report), "changed");
  assert.equal(changed.status.state, "pending");
  assert.match(changed.message, /not known whether that one was decided/);
  assert.doesNotMatch(changed.message, /Nothing was decided/);
});

/** The server's fault, and what somebody else does right after the write. */
function followed(api, act) {
  const { fault } = api;
  return async (incoming, response, entry) => {
    const done = await fault(incoming, response, entry);
    if (entry.method === "PUT") act();
    return done;
  };
}

test("abort and close end the search for what became of a decision", async (t) => {
  const { api, cluster, shown } = await losing(t, { lost: 99 });
  const controller = new AbortController();
  const decided = fails(cluster.csr.approve(await shown("one"), { signal: controller.signal }), "aborted");
  await until(() => api.did.length === 4, "the second read");
  controller.abort();
  await decided;

  const other = await open();
  const second = await losing(t, { lost: 99 });
  const ended = fails(other.cluster({ server: second.api.url }).csr.approve(await second.shown("one")), "session-closed");
  await until(() => second.api.did.length === 4, "the second read");
  other.close();
  await ended;
});

test("an error says whether the decision may be stored: its own answer was lost, exchanged or not waited for", async (t) => {
  const unknown = async (promise, code) => assert.equal((await fails(promise, code)).outcome, "unknown", code);
  const refused = async (promise, code) => assert.equal("outcome" in (await fails(promise, code)), false, code);
  const { api, cluster, shown } = await server(t);
  const report = await shown("one");
  const writes =
    (answer) =>
    (_, response, { method }) =>
      method === "PUT" && answer(response);

  for (const [file, status, code] of [
    ["403-approve-no-signer-permission.json", 403, "forbidden"],
    ["409-conflict.json", 409, "conflict"],
    ["404-not-found.json", 404, "not-found"],
  ]) {
    api.fault = writes((response) => body(response, status, file));
    await refused(cluster.csr.approve(report), code);
  }
  api.fault = writes((response) => json(response, 200, pending("one")));
  await unknown(cluster.csr.approve(report), "bad-answer");
  api.fault = writes((response) => json(response, 200, pending("two")));
  await unknown(cluster.csr.approve(report), "wrong-object");

  // Before the write nothing can be stored.
  api.fault = (_, response) => response.socket.destroy();
  await refused(cluster.csr.approve(report), "network");
  api.fault = () => false;
  await refused(cluster.csr.approve(report, { signal: AbortSignal.abort() }), "aborted");
  api.change("one", (object) => (object.metadata.uid = "00000000-0000-0000-0000-000000000000"));
  await refused(cluster.csr.approve(report), "changed");

  const pendingStill = await losing(t, { stored: false });
  const first = await pendingStill.shown("one");
  await unknown(pendingStill.cluster.csr.approve(first), "network");
  const gone = await losing(t);
  gone.api.fault = followed(gone.api, () => gone.api.objects.delete("one"));
  await unknown(gone.cluster.csr.approve(first), "network");
  const replaced = await losing(t, { stored: false });
  replaced.api.fault = followed(replaced.api, () => replaced.api.change("one", (object) => (object.metadata.uid = "00000000-0000-0000-0000-000000000000")));
  await unknown(replaced.cluster.csr.approve(first), "changed");
  const denied = await losing(t, { stored: false });
  denied.api.fault = followed(denied.api, () => denied.api.change("one", (object) => (object.status = { conditions: [{ type: "Denied", status: "True" }] })));
  await refused(denied.cluster.csr.approve(first), "conflict");

  // Nobody waits for the answer to the write any more.
  const aborting = await server(t);
  const controller = new AbortController();
  aborting.api.fault = writes(() => {
    controller.abort();
    return true;
  });
  await unknown(aborting.cluster.csr.approve(first, { signal: controller.signal }), "aborted");
  const other = await open();
  const closing = await server(
    t,
    writes(() => {
      other.close();
      return true;
    }),
  );
  const closed = other.cluster({ server: closing.api.url });
  await unknown(closed.csr.approve(first), "session-closed");
  await refused(closed.csr.approve(first), "session-closed");
});

test("a decision counts as sent once it was given to fetch, and not a moment before", async (t) => {
  const { api, shown } = await server(t);
  const report = await shown("one");
  /** The error of an approval, and how often fetch was given the write; `act` is called at `moment`: with the request on its way to fetch, or in fetch. */
  const ended = async (moment, session, act, signal, code) => {
    let given = 0;
    const cluster = session.cluster({
      server: api.url,
      onRequest: ({ method }) => moment === "before" && method === "PUT" && act(),
      fetch: (input, init) => {
        if (init.method !== "PUT") return fetch(input, init);
        given += 1;
        if (moment === "in fetch") act();
        return new Promise((_, reject) => {
          if (init.signal.aborted) reject(init.signal.reason);
          else init.signal.addEventListener("abort", () => reject(init.signal.reason));
        });
      },
    });
    return [(await fails(cluster.csr.approve(report, { signal }), code)).outcome, given];
  };
  for (const [moment, outcome, given] of [
    ["before", undefined, 0],
    ["in fetch", "unknown", 1],
  ]) {
    const controller = new AbortController();
    assert.deepEqual(await ended(moment, kubecred, () => controller.abort(), controller.signal, "aborted"), [outcome, given], `aborted ${moment}`);
    const other = await open();
    assert.deepEqual(await ended(moment, other, () => other.close(), undefined, "session-closed"), [outcome, given], `closed ${moment}`);
  }
  assert.equal(api.did.includes("PUT"), false);
});

test("429 with Retry-After is obeyed before a decision and in the midst of a list; without one it is said", async (t) => {
  const status = { kind: "Status", status: "Failure", reason: "TooManyRequests", message: "too many", code: 429 };
  let busy = [];
  const { api, cluster, shown } = await server(t, (_, response) => busy.length > 0 && json(response, 429, status, busy.shift()));
  busy = [{ "Retry-After": "0" }, { "Retry-After": "1" }];
  assert.equal((await cluster.csr.approve(await shown("one"))).state, "approved");
  assert.deepEqual(api.did, ["GET one", "GET one", "GET one", "PUT"]);
  busy = [{ "Retry-After": "0" }, { "Retry-After": "0" }];
  assert.equal((await names(cluster.csr.list())).length, 3);
  const report = await shown("a:b");
  for (const headers of [{}, { "Retry-After": "600" }]) {
    busy = [headers];
    await fails(names(cluster.csr.list()), "too-many-requests");
    busy = [headers];
    await fails(cluster.csr.deny(report), "too-many-requests");
  }
  assert.equal((await cluster.csr.deny(report)).state, "denied");
});

test("a list that is cut in the midst of its body, or of which a page fails: said, and the next try is whole", async (t) => {
  let cut = true;
  const { api, cluster } = await server(t, (_, response, { query }) => {
    if (!cut) return false;
    if (query.get("continue") === "next") return body(response, 500, "500-etcd-too-large.json");
    if (cut === "page") return json(response, 200, { metadata: { continue: "next" }, items: [pending("one")] });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "5000" });
    response.write('{"kind":"CertificateSigningRequestList","items":[');
    setTimeout(() => response.socket.destroy(), 20);
    return true;
  });
  await fails(names(cluster.csr.list()), "network");
  cut = "page";
  const found = [];
  const all = async () => {
    for await (const { name } of cluster.csr.list()) found.push(name);
  };
  await fails(all(), "server-error");
  assert.deepEqual(found, ["one"], "what came before is given");
  cut = false;
  assert.equal((await names(cluster.csr.list())).length, 3);
  assert.equal(api.did.length, 4);
});
