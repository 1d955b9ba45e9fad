// The approver's side: lists in pages, decisions on a fresh object, conflicts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
  return { api, cluster: kubecred.cluster({ server: api.url }) };
}

test("approve and deny add one condition to the object as it stands", async (t) => {
  const { api, cluster } = await server(t);
  api.change("one", (object) => (object.status = { conditions: [{ type: "Odd", status: "True", reason: "Other" }] }));
  const report = await cluster.approve("one", { reason: "Known", message: "we talked" });
  assert.equal(report.state, "approved");
  const put = api.log.at(-1);
  assert.equal(put.path.endsWith("/certificatesigningrequests/one/approval"), true);
  assert.equal(put.body.metadata.resourceVersion, api.log.at(-1).body.metadata.resourceVersion);
  assert.deepEqual(put.body.status.conditions.map(({ type, reason }) => [type, reason]), [["Odd", "Other"], ["Approved", "Known"]]);
  assert.equal(put.body.status.conditions[1].message, "we talked");
  assert.equal((await cluster.deny("a:b")).state, "denied");
  assert.match(api.log.at(-1).path, /\/a%3Ab\/approval$/);
  assert.equal((await cluster.approve("ä <img>")).name, "ä <img>");
});

test("what was decided stays decided", async (t) => {
  const { api, cluster } = await server(t);
  await cluster.deny("one");
  const requests = api.log.length;
  await fails(cluster.approve("one"), "conflict");
  assert.equal(api.log.length, requests + 1, "read, and no write tried");
  assert.equal((await cluster.deny("one")).state, "denied");
});

test("a conflict is tried again on a fresh object, three times", async (t) => {
  let conflicts = 3;
  const { api, cluster } = await server(t, (_, response, { method }) => method === "PUT" && conflicts-- > 0 && body(response, 409, "409-conflict.json"));
  assert.equal((await cluster.approve("one")).state, "approved");
  assert.deepEqual(api.did, ["GET one", "PUT", "GET one", "PUT", "GET one", "PUT", "GET one", "PUT"]);
  conflicts = 9;
  await fails(cluster.approve("a:b"), "conflict");
  assert.equal(conflicts, 5);
});

test("names that are none, rights that are missing, answers about something else", async (t) => {
  let file;
  const { api, cluster } = await server(t, (_, response, { method }) => method === "PUT" && file && body(response, 403, file));
  for (const name of ["", ".", "..", "a/b", "a%2fb", "../x", undefined, 5]) await fails(cluster.approve(name), "invalid-options");
  assert.equal(api.log.length, 0);
  await fails(cluster.approve("absent"), "not-found");
  file = "403-approve-no-signer-permission.json";
  assert.match((await fails(cluster.approve("one"), "forbidden")).message, /signerName/);
  file = "403-approve-no-update-permission.json";
  assert.match((await fails(cluster.deny("one"), "forbidden")).message, /update/);
  api.fault = (_, response, { method }) => method === "GET" && json(response, 200, pending("other"));
  await fails(cluster.approve("one"), "wrong-object");
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
  assert.deepEqual(await names(cluster.signingRequests()), ["a", "b", "c", "d"]);
  assert.equal(api.log.length, 3);
  for await (const report of cluster.signingRequests()) {
    assert.equal(report.state, "pending");
    break;
  }
  assert.equal(api.log.length, 4, "who stops reading stops asking");
  const controller = new AbortController();
  const list = cluster.signingRequests({ signal: controller.signal })[Symbol.asyncIterator]();
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
    assert.deepEqual(await names(cluster.signingRequests()), ["a", "b", "c"]);
  }
  const { cluster } = await server(t, (_, response) => body(response, 410, "410-continue-expired.json"));
  await fails(names(cluster.signingRequests()), "watch-expired");
});

test("a list of odd things", async (t) => {
  let answer;
  const { cluster } = await server(t, (_, response) => json(response, 200, answer));
  for (answer of [{}, { items: null }, { items: [], metadata: null }]) assert.deepEqual(await names(cluster.signingRequests()), []);
  answer = { items: [JSON.parse(vector("signing-requests", "pending-hostile-names.json"))] };
  assert.equal((await names(cluster.signingRequests())).length, 1);
});
