// No token left: after every call that a token goes through, and after close(), the module's memory holds no 16 bytes of it. The
// control plants one and finds it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { fails, open, vector } from "./common.mjs";
import { memories } from "./memories.mjs";
import { searcher } from "./secrets.mjs";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that nobody has seen before, with these claims. */
function fresh(claims) {
  return `${encode({ alg: "ES256" })}.${encode({ ...claims, jti: randomBytes(24).toString("base64") })}.${randomBytes(64).toString("base64url")}`;
}

test("nothing of a token is left in memory", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const memory = memories.at(-1);
  const now = Math.floor(Date.now() / 1000);
  const token = fresh({
    iss: "https://k",
    aud: ["https://k"],
    exp: now + 3600,
    sub: "system:serviceaccount:default:deployer",
    "kubernetes.io": { namespace: "default", serviceaccount: { name: "deployer" } },
  });
  const [, payload, signature] = token.split(".");
  const search = searcher({
    payload: Buffer.from(payload),
    signature: Buffer.from(signature),
    "signature, decoded": Buffer.from(signature, "base64url"),
    "in base64": Buffer.from(Buffer.from(token).toString("base64").slice(-60)),
  });

  const planted = new Uint8Array(memory.buffer, memory.buffer.byteLength - 32, 20);
  const before = planted.slice();
  planted.set(Buffer.from(signature.slice(0, 20)));
  assert.deepEqual(search(memory), ["signature"], "the control: it would be found");
  planted.set(before);
  const none = (what) => assert.deepEqual(search(memory), [], what);
  none("the control");

  assert.equal((await kubecred.tokens.parse(`Bearer ${token}`)).kind, "service-account");
  none("readToken");
  await fails(kubecred.tokens.parse(`${token} x`), "invalid-token");
  none("readToken that refuses");
  assert.equal((await kubecred.classify(`hello ${token}`)).kind, "token");
  none("recognise");

  const answer = JSON.parse(vector("api", "tokenrequest.json"));
  answer.status.token = token;
  answer.status.expirationTimestamp = new Date((now + 3600) * 1000).toISOString().replace(/\.\d+/, "");
  const secret = JSON.parse(vector("api", "legacy-token-secret.json"));
  secret.data.token = Buffer.from(token).toString("base64");
  let next = [201, answer];
  const cluster = kubecred.cluster({
    server: "https://cluster.example",
    token,
    fetch: async () => new Response(JSON.stringify(next[1]), { status: next[0], headers: { "content-type": "application/json" } }),
  });
  assert.equal((await cluster.tokens.create({ serviceAccount: "deployer", namespace: "default" })).token, token);
  none("issueToken");
  await fails(cluster.tokens.create({ serviceAccount: "other", namespace: "default" }), "wrong-object");
  none("issueToken that refuses");
  next = [200, secret];
  assert.equal((await cluster.tokens.fromSecret({ name: "deployer-token", namespace: "default" })).token, token);
  none("secretToken");
  assert.equal((await kubecred.tokens.fromSecret({ kind: "List", items: [secret] }, { serviceAccount: "deployer" })).token, token);
  none("readTokenSecret");
  next = [401, JSON.parse(vector("api", "401-unauthorized.json"))];
  await fails(cluster.whoAmI(), "unauthorized");
  none("a 401 that is explained");
  next = [201, JSON.parse(vector("api", "selfsubjectreview-serviceaccount.json"))];
  assert.equal((await cluster.whoAmI()).tokenSeen, false);
  none("whoAmI");
  kubecred.close();
  none("close");
});

test("no token, header or link is left in RegExp.input, which every script can read", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const secret = `-_${randomBytes(24).toString("base64url")}`; // letters that packing exchanges
  const left = () => RegExp.input.includes(secret);
  /./.exec(secret);
  assert.ok(left(), "the control");
  const fetch = async () => new Response("{}");
  for (const use of [
    () => kubecred.cluster({ server: "https://cluster.example", token: secret, fetch }),
    () => kubecred.cluster({ server: "https://cluster.example", token: `Bearer ${secret}`, fetch }),
    () => kubecred.cluster({ server: "https://cluster.example", headers: { "X-Auth": secret }, fetch }),
    () => kubecred.invitations.read(`https://page.example/#/invitation/1.${secret}`).catch(() => {}),
    () => kubecred.invitations.kubeconfig(`https://page.example/#/invitation/1.${secret}`).catch(() => {}),
    () => kubecred.links.decode(`1.${secret}`).catch(() => {}),
    () => kubecred.keys.import(new TextEncoder().encode("no key"), { passphrase: secret }).catch(() => {}),
    () => kubecred.keys.import(new TextEncoder().encode("no key"), { passphrase: `${secret}\ud800` }).catch(() => {}),
  ]) {
    await use();
    assert.ok(!left(), String(use));
  }
});
