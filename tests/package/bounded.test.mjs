// Work on what a server sends is bounded: lists that never end stop with a code, a line in many pieces is joined once, a watch that
// the server refuses again and again is asked for slower and slower. Nothing here is a bound on time: requests and characters are counted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApi, body } from "./api-server.mjs";
import { fails, open, sleep } from "./common.mjs";

let kubecred;
before(async () => {
  kubecred = await open({ worker: false });
});
after(() => kubecred.close());

/** A cluster whose answers are made by `answer(path, count)`. */
function answering(answer) {
  const asked = [];
  const fetch = async (address) => {
    asked.push(String(address));
    return Response.json(answer(String(address), asked.length));
  };
  return { asked, api: kubecred.cluster({ server: "https://cluster.example:6443", fetch }) };
}

const all = async (pages) => {
  let count = 0;
  for await (const page of pages) {
    void page;
    count += 1;
  }
  return count;
};
const LISTS = [
  ["bindingsOf", (api) => api.rbac.bindingsOf({ user: "jane", groups: ["dev"] })],
  ["signingRequestPages", (api) => all(api.csr.pages())],
  ["signingRequests", (api) => all(api.csr.list())],
];

for (const [name, use] of LISTS) {
  test(`${name}: a list that does not end stops with a code`, async () => {
    // Of requests, the page after the one that is read has been asked for by then.
    const empty = name === "bindingsOf" ? 101 : 102;
    const kinds = [
      ["the same token each time", () => ({ metadata: { continue: "same" }, items: [] }), 2],
      ["two tokens in turn", (_, count) => ({ metadata: { continue: `token-${count % 2}` }, items: [] }), 3],
      ["a new token each time and nothing in it", (_, count) => ({ metadata: { continue: `token-${count}` }, items: [] }), empty],
      ["a new token each time and null", (_, count) => ({ metadata: { continue: `token-${count}` }, items: null }), empty],
    ];
    for (const [what, answer, most] of kinds) {
      const { api, asked } = answering(answer);
      await fails(use(api), "bad-answer");
      assert.ok(asked.length <= most, `${what}: ${asked.length} requests`);
    }
  });

  test(`${name}: an answer that is no list fails with a KubecredError or is empty`, async () => {
    for (const answer of [
      null,
      [],
      5,
      "x",
      true,
      {},
      { items: null },
      { metadata: null, items: null },
      { items: [] },
      { items: [null] },
      { items: [5, "x"] },
      { items: "x" },
      { items: {} },
      { metadata: { continue: 5 }, items: [] },
      { metadata: { continue: {} }, items: [] },
      { metadata: [], items: [[]] },
    ]) {
      const { api, asked } = answering(() => answer);
      const error = await use(api).then(
        () => undefined,
        (failure) => failure,
      );
      if (error) assert.equal(error.name, "KubecredError", `${JSON.stringify(answer)}: ${error.stack}`);
      assert.ok(asked.length <= 2, JSON.stringify(answer));
    }
  });
}

test("a repeating list of requests that are there already stops as well", async () => {
  const item = { metadata: { name: "a" }, spec: { request: "eA==", signerName: "example.com/x" }, status: {} };
  const { api, asked } = answering((_, count) => ({ metadata: { continue: `token-${count}` }, items: [item] }));
  await fails(all(api.csr.pages()), "bad-answer");
  assert.ok(asked.length <= 103, String(asked.length));
});

test("a line in many pieces is joined once", async () => {
  const size = 200_000;
  const line = JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "2", annotations: { x: "y".repeat(size) } } } });
  const bytes = new TextEncoder().encode(`${line}\n${line.slice(0, 1000)}`);
  let at = 0;
  const reader = {
    read: async () => (at < bytes.length ? { done: false, value: bytes.subarray(at++, at) } : { done: true, value: undefined }),
    cancel: async () => {},
  };
  const controller = new AbortController();
  let asked = 0;
  const fetch = async () => {
    if (asked++ > 0) {
      controller.abort();
      throw new TypeError("no more");
    }
    return {
      ok: true,
      status: 200,
      type: "basic",
      redirected: false,
      headers: new Headers({ "content-type": "application/json" }),
      body: { getReader: () => reader },
    };
  };
  const api = kubecred.cluster({ server: "https://cluster.example:6443", fetch });
  let characters = 0;
  const { split, indexOf } = String.prototype;
  const { join } = Array.prototype;
  String.prototype.split = function (...args) {
    characters += this.length;
    return split.apply(this, args);
  };
  String.prototype.indexOf = function (...args) {
    characters += this.length;
    return indexOf.apply(this, args);
  };
  Array.prototype.join = function (...args) {
    characters += this.length;
    return join.apply(this, args);
  };
  try {
    await api.csr
      .watch({ resourceVersion: "1", signal: controller.signal })
      .next()
      .catch(() => {});
  } finally {
    Object.assign(String.prototype, { split, indexOf });
    Array.prototype.join = join;
  }
  assert.equal(at, bytes.length);
  assert.ok(characters < 8 * bytes.length, `${characters} characters looked at for ${bytes.length}`);
});

test("410 to every watch: slower and slower, and told", async (t) => {
  const api = await startApi((_, response, { query }) => query.get("watch") && body(response, 410, "410-continue-expired.json"));
  t.after(() => api.stop());
  const key = await kubecred.keys.generate("ed25519");
  const request = await key.createCsr({ user: "jane" });
  const troubles = [];
  const controller = new AbortController();
  const waits = kubecred
    .cluster({ server: api.url })
    .csr.request({ csr: request }, { signal: controller.signal, onTrouble: ({ code }) => troubles.push(code) });
  waits.catch(() => {});
  const watches = () => api.log.filter((_, index) => api.did[index] === "GET watch");
  for (let waited = 0; watches().length < 4 && waited < 30_000; waited += 20) await sleep(20);
  const times = watches().map(({ at }) => at);
  assert.equal(times.length, 4);
  for (const [index, least] of [480, 960, 1920].entries())
    assert.ok(times[index + 1] - times[index] >= least, `pause ${index} of ${times[index + 1] - times[index]} ms`);
  assert.deepEqual(troubles.slice(0, 3), ["watch-expired", "watch-expired", "watch-expired"]);
  controller.abort();
  await fails(waits, "aborted");
});
