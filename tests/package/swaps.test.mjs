// Decisions on a real API server while somebody exchanges the request: what was not shown is never approved.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fails, open } from "./common.mjs";
import { startLive } from "./live.mjs";

const COLLECTION = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const N = 12;

let kubecred, live, modest, powerful;
before(async () => {
  kubecred = await open();
  live = await startLive(kubecred);
  const key = await kubecred.keys.generate("ecdsa-p256");
  modest = await key.createCsr({ user: "jane", groups: ["dev"] });
  powerful = await key.createCsr({ user: "prod-admin", groups: ["kubeadm:cluster-admins"] });
});
after(() => {
  live?.stop();
  kubecred?.close();
});

const create = async (name) => live.call("POST", COLLECTION, await kubecred.csr.manifest({ csr: modest, name, expirationSeconds: 3600 }));
/** What an attacker does: the same name, another person, another key's worth of power, thirty days. */
async function swap(name, request = powerful, expirationSeconds = 30 * 86400) {
  await live.call("DELETE", `${COLLECTION}/${name}`);
  return live.call("POST", COLLECTION, await kubecred.csr.manifest({ csr: request, name, expirationSeconds }));
}
const label = async (name) => live.kubectl(["label", "csr", name, "--overwrite", `seen=${Math.floor(performance.now())}`]);
const stored = (name) => live.call("GET", `${COLLECTION}/${name}`);

async function shownIn(cluster, prefix) {
  const found = [];
  for await (const report of cluster.csr.list()) if (report.name.startsWith(prefix)) found.push(report);
  return found;
}

/** Nothing was decided on what stands under these names now, and it is the attacker's. */
async function untouched(names, user = "prod-admin") {
  for (const name of names) {
    const object = await stored(name);
    assert.deepEqual(object.status ?? {}, {}, name);
    const report = await kubecred.csr.explain(object);
    assert.equal(report.request.user, user);
  }
}

/** A cluster whose requests pass `before(method, name)` first. */
const watched = (before) =>
  kubecred.cluster({
    server: live.server,
    token: live.token,
    async fetch(url, options = {}) {
      const [, name] = /certificatesigningrequests\/([^/?]+)/.exec(url) ?? [];
      if (name) await before(options.method ?? "GET", name, options);
      return live.fetch(url, options);
    },
  });

test("a swap between reading and clicking: none of N goes through, approved or denied, one by one or in bulk", async () => {
  const names = Array.from({ length: N }, (_, index) => `swap-click-${index}`);
  for (const name of names) await create(name);
  const shown = await shownIn(live.admin, "swap-click-");
  assert.equal(shown.length, N);
  for (const name of names) await swap(name);
  const results = await Promise.all(
    shown.map((report, index) => fails(live.admin.csr[index % 3 === 2 ? "deny" : "approve"](structuredClone(report)), "changed")),
  );
  for (const error of results) {
    assert.equal(error.status.request.user, "prod-admin");
    assert.equal(error.status.expirationSeconds, 30 * 86400);
    assert.equal(error.status.state, "pending");
    const fields = error.details.map(({ field }) => field);
    assert.deepEqual(fields, ["metadata.uid", "spec.expirationSeconds", "spec.request"]);
  }
  await untouched(names);
  // The next decision is on the new one, by its own report.
  assert.equal((await live.admin.csr.deny(results[0].status)).state, "denied");
});

test("a swap between the GET and the PUT: none of N goes through", async () => {
  const names = Array.from({ length: N }, (_, index) => `swap-write-${index}`);
  for (const name of names) await create(name);
  const shown = await shownIn(live.admin, "swap-write-");
  const swapped = new Set();
  const cluster = watched(async (method, name) => {
    if (method !== "PUT" || swapped.has(name)) return;
    swapped.add(name);
    await swap(name);
  });
  for (const report of shown) {
    const error = await fails(cluster.csr.approve(report), "changed");
    assert.equal(error.status.request.user, "prod-admin");
  }
  assert.equal(swapped.size, N);
  await untouched(names);
});

test("the same request, deleted and created again, is another one: its requester may be", async () => {
  await create("swap-same");
  const [report] = await shownIn(live.admin, "swap-same");
  await swap("swap-same", modest, 3600);
  const error = await fails(live.admin.csr.approve(report), "changed");
  assert.deepEqual(
    error.details.map(({ field }) => field),
    ["metadata.uid"],
  );
  await untouched(["swap-same"], "jane");
});

test("a label changes nothing about what was shown: tried again, and it goes through", async () => {
  await create("label-click");
  const [report] = await shownIn(live.admin, "label-click");
  await label("label-click");
  assert.match((await live.admin.csr.approve(report)).state, /approved|issued/);

  await create("label-write");
  const [other] = await shownIn(live.admin, "label-write");
  let left = 3;
  let puts = 0;
  const cluster = watched(async (method, name, { body }) => {
    if (method !== "PUT") return;
    puts += 1;
    assert.equal(JSON.parse(body).metadata.uid, other.object.metadata.uid);
    if (left-- > 0) await label(name);
  });
  assert.match((await cluster.csr.approve(other)).state, /approved|issued/);
  assert.equal(puts, 4, "three conflicts, each read and compared again");

  await create("label-always");
  const [third] = await shownIn(live.admin, "label-always");
  left = Infinity;
  puts = 0;
  const tireless = watched(async (method, name) => {
    if (method === "PUT") {
      puts += 1;
      await label(name);
    }
  });
  const { status } = await fails(tireless.csr.approve(third), "conflict");
  assert.equal(puts, 4, "bounded");
  assert.equal(status.object.metadata.uid, third.object.metadata.uid, "the request as it is now, as promised");
});

test("a label first, a swap then: the retry compares again", async () => {
  await create("label-swap");
  const [report] = await shownIn(live.admin, "label-swap");
  let puts = 0;
  const cluster = watched(async (method, name) => {
    if (method !== "PUT") return;
    puts += 1;
    await (puts === 1 ? label(name) : swap(name));
  });
  await fails(cluster.csr.approve(report), "changed");
  await untouched(["label-swap"]);
});

test("decided by another meanwhile, or gone", async () => {
  await create("other-approved");
  const [report] = await shownIn(live.admin, "other-approved");
  await live.kubectl(["certificate", "approve", "other-approved"]);
  assert.match((await live.admin.csr.approve(report)).state, /approved|issued/, "the same decision stands");
  const error = await fails(live.admin.csr.deny(report), "conflict");
  assert.match(error.status.state, /approved|issued/);
  await create("other-deleted");
  const [gone] = await shownIn(live.admin, "other-deleted");
  await live.call("DELETE", `${COLLECTION}/other-deleted`);
  await fails(live.admin.csr.approve(gone), "not-found");
});

test("kubectl's own line decides under the uid that was read, and under no other", async () => {
  await create("line-uid");
  const [report] = await shownIn(live.admin, "line-uid");
  assert.match(report.object.metadata.uid, /^[0-9a-f-]{36}$/);
  assert.match(
    await kubecred.commands({ step: "approve", name: "line-uid", uid: report.object.metadata.uid }, "sh"),
    new RegExp(`= ${report.object.metadata.uid} \\]`),
  );
});
