// Apply where something goes wrong on the way: each object has its own result, and what is about all of them ends it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { body, json, startApi } from "./api-server.mjs";
import { fails, open } from "./common.mjs";

let kubecred, objects;
before(async () => {
  kubecred = await open();
  objects = await kubecred.rbac.manifests({ subjects: [{ kind: "User", name: "jane" }], role: "pod-reader", namespace: "apps" });
});
after(() => kubecred.close());

async function server(t, fault) {
  const api = await startApi(fault);
  t.after(() => api.stop());
  return { api, cluster: kubecred.cluster({ server: api.url }) };
}
const stored = (object, resourceVersion) => ({ ...object, metadata: { ...object.metadata, resourceVersion } });
const results = (done) => done.map(({ result, error }) => (error ? `${result}: ${error.code}` : result));

test("an apply is one PATCH with the whole object, after a look at what is there", async (t) => {
  const { api, cluster } = await server(t, (_, response, { method, body: sent }) =>
    method === "PATCH" ? json(response, 201, stored(sent, "2")) : body(response, 404, "404-not-found.json"),
  );
  assert.deepEqual(results(await cluster.rbac.apply(objects)), ["created", "created"]);
  assert.deepEqual(
    api.log.map(({ method }) => method),
    ["GET", "PATCH", "GET", "PATCH"],
  );
  const [, patch] = api.log;
  assert.equal(patch.headers["content-type"], "application/apply-patch+yaml");
  assert.deepEqual(
    [patch.body, patch.query.get("fieldManager"), patch.query.get("fieldValidation"), patch.query.get("force")],
    [objects[0], "kubecred", "Strict", null],
  );
});

test("without the right to look, created is still known, and unchanged is not claimed", async (t) => {
  let status = 201;
  const { cluster } = await server(t, (_, response, { method, body: sent }) =>
    method === "PATCH" ? json(response, status, stored(sent, "7")) : body(response, 403, "403-list-csr.json"),
  );
  assert.deepEqual(results(await cluster.rbac.apply(objects)), ["created", "created"]);
  status = 200;
  assert.deepEqual(results(await cluster.rbac.apply(objects)), ["configured", "configured"]);
});

test("one object's failure is its own", async (t) => {
  let patches = 0;
  const { cluster } = await server(t, (_, response, { method, body: sent }) => {
    if (method !== "PATCH") return json(response, 200, stored(objects[1], "5"));
    return ++patches === 1 ? response.destroy() || true : json(response, 200, stored(sent, "5"));
  });
  const done = await cluster.rbac.apply([...objects, { kind: "Odd" }]);
  assert.deepEqual(results(done), ["failed: network", "unchanged", "failed: invalid-object"]);
  assert.deepEqual(done[0].object, objects[0]);
});

test("what is about all of them ends it", async (t) => {
  const controller = new AbortController();
  const { api, cluster } = await server(t, (_, response, { method, body: sent }) => {
    if (method !== "PATCH") return body(response, 404, "404-not-found.json");
    controller.abort();
    return json(response, 201, stored(sent, "1"));
  });
  await fails(cluster.rbac.apply(objects, { signal: controller.signal }), "aborted");
  assert.equal(api.log.filter(({ method }) => method === "PATCH").length, 1, "the second was not begun");
  assert.deepEqual(await cluster.rbac.apply([]), []);
});

test("a busy server is asked again, and an answer that is none is said", async (t) => {
  let busy = 1;
  let answer = () => undefined;
  const { cluster } = await server(t, (_, response, { method, body: sent }) => {
    if (method !== "PATCH") return body(response, 404, "404-not-found.json");
    if (busy-- > 0) return json(response, 429, { kind: "Status", code: 429 }, { "Retry-After": "0" });
    return answer(response) ?? json(response, 201, stored(sent, "1"));
  });
  assert.deepEqual(results(await cluster.rbac.apply([objects[0]])), ["created"]);
  answer = (response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<h1>Sign in</h1>");
    return true;
  };
  assert.deepEqual(results(await cluster.rbac.apply([objects[0]])), ["failed: bad-answer"]);
  await fails(cluster.rbac.permissions("apps"), "not-found");
});
