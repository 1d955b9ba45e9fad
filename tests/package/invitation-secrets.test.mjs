// The token of a link and the key made for it appear nowhere but where they must: the token in the header of requests to the link's server, the key in the
// kubeconfig. Everything that comes out of the package is searched, and the module's memory; controls find each where it has to be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { sign } from "../support/openssl.mjs";
import { failure, open } from "./common.mjs";
import { contents, linkOf, tokenOf } from "./links.mjs";
import { memories } from "./memories.mjs";
import { searcher, shapesOf } from "./secrets.mjs";

const SERVER = "https://cluster.example:6443";

/** The parts of a token that are its own, in the forms in which they could appear. */
function partsOf(token) {
  const [, payload, signature] = token.split(".");
  const texts = {
    payload,
    signature,
    "signature, decoded": Buffer.from(signature, "base64url").toString("latin1"),
    base64: Buffer.from(token).toString("base64").slice(40, -8),
    reversed: [...signature].reverse().join(""),
  };
  return { texts, search: searcher(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text, "latin1")]))) };
}

/** A cluster that issues what is requested, or answers with a status. */
function clusterOf(log, status) {
  return async (address, init) => {
    log.push({ address: String(address), headers: [...init.headers.entries()], body: init.body });
    if (status) return Response.json({ kind: "Status", apiVersion: "v1", status: "Failure", code: status, reason: "x", message: "x" }, { status });
    const sent = JSON.parse(init.body);
    const certificate = sign(Buffer.from(sent.spec.request, "base64").toString());
    const metadata = { ...sent.metadata, uid: "1", resourceVersion: "1" };
    return Response.json(
      { ...sent, metadata, status: { conditions: [{ type: "Approved", status: "True" }], certificate: Buffer.from(certificate).toString("base64") } },
      { status: 201 },
    );
  };
}

test("the token of a link is in the requests to its server and nowhere else", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const memory = memories.at(-1);
  const token = tokenOf({ name: "jane-x", id: randomBytes(40).toString("base64") });
  const { texts, search } = partsOf(token);
  const link = linkOf({ api: SERVER, cluster: { server: SERVER }, token, user: "jane", groups: ["dev"], expirationSeconds: 3600 });
  assert.equal(contents(link).token, token, "the control: it is in the link");

  const planted = new Uint8Array(memory.buffer, memory.buffer.byteLength - 64, 40);
  const before = planted.slice();
  planted.set(Buffer.from(texts.signature.slice(0, 40)));
  assert.ok(search(memory).includes("signature"), "the control: it would be found in memory");
  planted.set(before);

  /** @type {[string, string][]} */
  const sinks = [];
  const put = (name, value) =>
    sinks.push([
      name,
      `${inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null, showHidden: true })} ${JSON.stringify(value)} ${value?.stack ?? ""}`,
    ]);
  for (const level of ["log", "info", "warn", "error", "debug"]) {
    const original = console[level];
    console[level] = (...said) => put(`console.${level}`, said);
    t.after(() => {
      console[level] = original;
    });
  }
  const found = (text) =>
    Object.entries(texts)
      .filter(([, part]) => text.includes(part.slice(8, 28)))
      .map(([name]) => name);
  const nothing = (what) => {
    assert.deepEqual(search(memory), [], `${what}: memory`);
    for (const [name, text] of sinks) assert.deepEqual(found(text), [], `${what}: ${name}`);
  };
  assert.ok(found(JSON.stringify({ token })).includes("signature"), "the control: it would be found in a sink");

  put("report", await kubecred.invitations.read(link));
  nothing("read");
  put("error of a damaged link", await failure(kubecred.invitations.read(`${link.slice(0, -4)}AAAA`)));
  put("error of a doubled key", await failure(kubecred.invitations.read(linkOf(JSON.stringify(contents(link)).replace("{", '{"user":"eve",')))));
  put("error of an unknown key", await failure(kubecred.invitations.read(linkOf({ ...contents(link), [token.slice(0, 60)]: 1 }))));
  put("error of a wrong user", await failure(kubecred.invitations.read(linkOf({ ...contents(link), user: `jane\u202e${token.slice(0, 80)}` }))));
  put("error of a token among other things", await failure(kubecred.invitations.read(linkOf({ ...contents(link), token: `Bearer ${token}` }))));
  nothing("links that are refused");
  const log = [];
  const told = {
    onRequest: (entry) => put("ledger", entry),
    onStatus: (report) => put("state", report),
    onTrouble: (error) => put("trouble", error),
    onKey: (key) => put("key", key),
  };
  const accepted = await kubecred.invitations.accept(link, { fetch: clusterOf(log), ...told });
  put("result", accepted);
  put("kubeconfig", new TextDecoder().decode(await accepted.kubeconfig.serialize()));
  put("description", [accepted.kubeconfig.users, accepted.kubeconfig.contexts, accepted.kubeconfig.findings, accepted.kubeconfig.clusters]);
  nothing("acceptInvitation");
  for (const status of [401, 403, 404, 409, 422, 500])
    put(`error of ${status}`, await failure(kubecred.invitations.accept(link, { fetch: clusterOf(log, status), ...told })));
  put(
    "network error",
    await failure(
      kubecred.invitations.accept(link, {
        fetch: async (_, init) => {
          throw new TypeError(`Failed: ${[...init.headers.values()].join()}`);
        },
        ...told,
      }),
    ),
  );
  nothing("acceptInvitation that fails");
  assert.ok(log.length >= 7 && sinks.length > 15, `${log.length} requests, ${sinks.length} sinks`);
  for (const { address, headers, body } of log) {
    assert.deepEqual(found(`${address} ${body}`), [], "neither address nor body");
    assert.deepEqual(
      headers.filter(([, value]) => value.includes(token)),
      [["authorization", `Bearer ${token}`]],
      "the control: it is in that header",
    );
  }
  kubecred.close();
  nothing("close");
});

test("the key that an invited person makes is in the kubeconfig and nowhere else", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const memory = memories.at(-1);
  const link = linkOf({ api: SERVER, cluster: { server: SERVER }, token: tokenOf(), user: "jane", groups: [], expirationSeconds: 3600 });
  const key = await kubecred.keys.generate("ecdsa-p256");
  const pem = await key.exportPem();
  const search = searcher(shapesOf(pem));
  const lines = Buffer.from(pem)
    .toString()
    .split("\n")
    .filter((line) => line.length > 20 && !line.startsWith("-----"));
  const data = Buffer.from(pem).toString("base64");
  assert.ok(search(memory).length > 0, "the control: it is in memory while it is held");
  const log = [];
  const accepted = await kubecred.invitations.accept(link, { key, fetch: clusterOf(log) });
  const said = inspect([log, accepted, accepted.status], { depth: 20, maxStringLength: null, showHidden: true });
  for (const part of [...lines, data.slice(0, 60)]) assert.ok(!said.includes(part));
  const file = new TextDecoder().decode(await accepted.kubeconfig.serialize());
  assert.ok(file.includes(data), "the control: it is in the file");
  accepted.kubeconfig.dispose();
  key.dispose();
  assert.deepEqual(search(memory), [], "after dispose");
  kubecred.close();
  assert.deepEqual(search(memory), [], "after close");
});
