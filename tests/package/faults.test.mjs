// A server, or a proxy in front of it, that sends events twice, in another order, or without a version that can be used: the waiting for a certificate
// and the list of requests come to the same end, and what a foreign type names does not go on to the next request.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { json, startApi } from "./api-server.mjs";
import { until } from "../support/until.mjs";
import { failure, fails, open, vector } from "./common.mjs";

let kubecred;
let csr;
before(async () => {
  kubecred = await open();
  csr = await (await kubecred.keys.generate("ecdsa-p256")).createCsr({ user: "jane", groups: ["dev"] });
});
after(() => kubecred.close());

/** No text, or none that a server gives. */
const FOREIGN = [undefined, null, 0, 12, "", true, {}, ["7"], { toString: "7" }];
const shown = (value) => JSON.stringify(value) ?? "missing";

/** A request that waits for its certificate: what it was told, and its name once a watch is there. */
async function wait(t, fault) {
  const api = await startApi(fault);
  t.after(() => api.stop());
  const states = [];
  const troubles = [];
  const issued = kubecred
    .cluster({ server: api.url })
    .csr.request({ csr }, { onStatus: ({ state }) => states.push(state), onTrouble: ({ code }) => troubles.push(code) });
  issued.catch(() => {});
  const watched = () => until(() => api.watches.size === 1 && [...api.watches][0], "a watch");
  await watched();
  const [name] = api.objects.keys();
  return { api, states, troubles, issued, name, watched, version: () => api.log.at(-1).query.get("resourceVersion") };
}

const line = (type, object) => `${JSON.stringify({ type, object })}\n`;

test("each event comes twice: each state is told once, and the certificate is the same", async (t) => {
  const { api, states, troubles, issued, name, watched } = await wait(t);
  const { response } = await watched();
  const send = response.write.bind(response);
  response.write = (text) => send(text) && send(text);
  api.approve(name);
  await until(() => states.includes("approved"), "approved");
  api.issue(name);
  assert.match((await issued).certificate, /BEGIN CERTIFICATE/);
  assert.deepEqual(states, ["pending", "approved", "issued"]);
  assert.deepEqual(troubles, []);
});

test("an older event comes after a newer one: the waiting goes on, and ends when the certificate is there", async (t) => {
  const { api, states, issued, name, watched, version } = await wait(t);
  const { response } = await watched();
  const pending = structuredClone(api.objects.get(name));
  const approved = api.approve(name);
  await until(() => states.at(-1) === "approved", "approved");
  response.write(line("MODIFIED", pending));
  response.write(line("BOOKMARK", { metadata: { resourceVersion: "1" } }));
  response.end(); // what came last is where the next watch begins: it brings what came before again
  await until(() => states.at(-1) === "approved" && api.did.filter((one) => one === "GET watch").length === 2, "the second watch");
  assert.equal(version(), approved.metadata.resourceVersion, "it was read in between");
  api.issue(name);
  assert.match((await issued).certificate, /BEGIN CERTIFICATE/);
});

test("the waiting: a version that is no text is not asked for", async (t) => {
  for (const foreign of FOREIGN) {
    const { api, issued, name, watched, version } = await wait(t);
    const { response } = await watched();
    const object = structuredClone(api.objects.get(name));
    object.metadata.resourceVersion = foreign;
    // Read in between as well, it has no other version.
    api.fault = (_, answer, { method, query, path }) => method === "GET" && !query.get("watch") && path.endsWith(name) && json(answer, 200, object);
    response.write(line("MODIFIED", object));
    response.end();
    await until(() => api.did.filter((one) => one === "GET watch").length === 2, `the second watch after ${shown(foreign)}`);
    assert.equal(version(), null, shown(foreign));
    api.fault = () => false;
    api.issue(name);
    assert.match((await issued).certificate, /BEGIN CERTIFICATE/, shown(foreign));
  }
});

const pending = (name, resourceVersion = "5") => {
  const object = JSON.parse(vector("signing-requests", "pending.json"));
  return { ...object, metadata: { ...object.metadata, name, resourceVersion } };
};

/** Reads changes: of each watch the lines are given, and after the last it stays open. */
async function changes(lines, options = { resourceVersion: "5" }) {
  const versions = [];
  const ended = new AbortController();
  const fetch = async (address, { signal }) => {
    versions.push(new URL(address).searchParams.get("resourceVersion"));
    const next = lines.shift();
    if (next === undefined) {
      ended.abort();
      return new Promise((_, reject) => reject(signal.reason));
    }
    return new Response(next.join(""), { headers: { "content-type": "application/json" } });
  };
  const found = [];
  try {
    for await (const { type, status } of kubecred.cluster({ server: "https://cluster.example", fetch }).csr.watch({ ...options, signal: ended.signal }))
      found.push(`${type} ${status.name}`);
  } catch (error) {
    if (error.code !== "aborted") throw error;
  }
  return { versions, found };
}

test("the list: an event or a bookmark whose version is no text changes nothing of where the next watch begins", async () => {
  for (const foreign of FOREIGN) {
    const { versions, found } = await changes([
      [
        line("ADDED", pending("one", "6")),
        line("MODIFIED", { ...pending("one"), metadata: { ...pending("one").metadata, resourceVersion: foreign } }),
        line("BOOKMARK", { metadata: { resourceVersion: foreign } }),
      ],
    ]);
    assert.deepEqual(versions, ["5", "6"], shown(foreign));
    assert.deepEqual(found, ["added one", "modified one"], shown(foreign));
  }
  assert.deepEqual((await changes([[line("BOOKMARK", { metadata: { resourceVersion: "9" } })]])).versions, ["5", "9"], "the control");
});

test("the list: what is not an event ends it with what is wrong", async () => {
  for (const object of [5, "text", []]) {
    assert.deepEqual((await changes([[line("BOOKMARK", object)]])).versions, ["5", "5"]);
    const { code } = await failure(changes([[line("ADDED", object)]]));
    assert.ok(["invalid-signing-request", "bad-answer"].includes(code), code);
  }
  for (const type of ["ADDED", "BOOKMARK"]) await fails(changes([[line(type, null)]]), "bad-answer");
  for (const text of ["[]\n", "5\n", "null\n", "{\n"]) await fails(changes([[text]]), "bad-answer");
});

test("the list: events that come twice are told twice, in the order of the server", async () => {
  const twice = [line("ADDED", pending("one", "6")), line("MODIFIED", pending("one", "7"))];
  const { versions, found } = await changes([[...twice, ...twice].sort()]);
  assert.deepEqual(found, ["added one", "added one", "modified one", "modified one"]);
  assert.deepEqual(versions, ["5", "7"]);
});

test("the list: an event that arrives after a later one of the same request is left out, in the next watch as well", async () => {
  const { found } = await changes([
    [line("ADDED", pending("one", "6")), line("DELETED", pending("one", "10")), line("MODIFIED", pending("one", "9")), line("ADDED", pending("two", "8"))],
    [line("MODIFIED", pending("one", "7")), line("MODIFIED", pending("two", "8")), line("ADDED", pending("one", "11"))],
  ]);
  assert.deepEqual(found, ["added one", "deleted one", "added two", "modified two", "added one"]);
  // Where a version is no number that can be compared, the order of arrival counts.
  const { found: unordered } = await changes([
    [line("ADDED", pending("one", "b")), line("MODIFIED", pending("one", "a")), line("MODIFIED", pending("one", "07"))],
  ]);
  assert.deepEqual(unordered, ["added one", "modified one", "modified one"]);
});
