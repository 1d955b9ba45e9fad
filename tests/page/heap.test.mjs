// Every kind of secret that the package is given or makes, in Chromium: while it is in use, heap snapshots of page and workers, the byte arrays of the page and
// the module's memory show it (the control); once its handles are disposed of and the caller has let go of it, none of them does, with the session still open.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CSRS, linkOf, tokenOf } from "../package/links.mjs";
import { opensslIn, sign } from "../support/openssl.mjs";
import { tests } from "../support/place.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { heapOf, heapsOfWorkers, watchBytes, watchMemories } from "./heap.mjs";
import { servePackage } from "./packaged.mjs";
import { needles, needlesOfText, spilled } from "./secret.mjs";

const API = "https://cluster.example:6443";
const POLICY = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${API}`;

/** Runs in the page. A secret comes from the server, so that nothing but the page has it: `held` is what a portal would keep while it works. */
const SCRIPT = `
import { open } from "/pkg/index.js";
const kubecred = await open();
const API = ${JSON.stringify(API)};
const subject = { user: "jane", groups: ["dev"] };
const cluster = { server: API };
const secret = async () => new Uint8Array(await (await fetch("/secret")).arrayBuffer());
const text = async () => (await fetch("/secret")).text();
/** What each does with its secret. Bytes that are the caller's are overwritten by it. */
const USES = {
  async key() {
    const pem = await secret();
    const key = await kubecred.keys.import(pem);
    pem.fill(0);
    const out = await key.exportPem();
    held.push(key, out);
    await key.createCsr(subject);
  },
  async made() {
    const key = await kubecred.keys.generate("ecdsa-p256");
    held.push(key, await key.exportPem());
  },
  async passphrase() {
    const passphrase = await text();
    const key = await kubecred.keys.generate("ed25519");
    const locked = await key.exportPem({ passphrase });
    held.push(key, passphrase, await kubecred.keys.import(locked, { passphrase }));
    await kubecred.keys.import(locked, { passphrase: passphrase + "!" }).catch(() => {});
  },
  async pkcs12() {
    const passphrase = await text();
    const key = await kubecred.keys.generate("ecdsa-p256");
    const csr = await key.createCsr(subject);
    const { certificate } = await kubecred.cluster({ server: API }).csr.request({ csr });
    held.push(key, passphrase, await key.exportPkcs12(certificate, passphrase), await key.exportPkcs12(certificate, passphrase, { compatibility: "legacy" }));
  },
  async "sign-in token"() {
    const api = kubecred.cluster({ server: API, token: await text() });
    held.push(api);
    await api.whoAmI();
  },
  async "bootstrap token"() {
    const token = await text();
    held.push(token, kubecred.cluster({ server: API, token }));
    await kubecred.classify(token);
    await kubecred.tokens.parse(token).catch(() => {});
  },
  async "service account token"() {
    const issued = await kubecred.cluster({ server: API }).tokens.create({ serviceAccount: "deployer", namespace: "default" });
    held.push(issued);
    await kubecred.tokens.parse(issued.token);
  },
  async kubeconfig() {
    const bytes = await secret();
    const config = await kubecred.kubeconfig.parse(bytes);
    bytes.fill(0);
    held.push(config, await config.serialize());
    await config.serialize({ redact: true });
  },
  async invitation() {
    const link = await text();
    held.push(link);
    await kubecred.invitations.read(link);
    held.push(await kubecred.invitations.kubeconfig(link));
    const { key, kubeconfig } = await kubecred.invitations.accept(link);
    held.push(key, kubeconfig);
  },
};
let held = [];
globalThis.use = async (what) => { await USES[what](); };
/** The PEM that a use has exported, for the test to know what to look for. */
globalThis.exported = () => new TextDecoder().decode(held.find((each) => ArrayBuffer.isView(each)));
globalThis.drop = () => {
  for (const each of held) {
    if (ArrayBuffer.isView(each)) each.fill(0);
    else each?.dispose?.();
  }
  held = [];
};
globalThis.ready = true;
`;

const vector = (file) => JSON.parse(readFileSync(join(tests, "vectors", "api", file), "utf8"));
const fresh = () => randomBytes(24).toString("base64url");

let browser, server;
before(async () => {
  server = await servePackage({ script: SCRIPT, policy: POLICY });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** The cluster of these pages: it issues what is requested, and this token. */
async function answer(route, token) {
  const request = route.request();
  const path = new URL(request.url()).pathname;
  const sent = request.postDataJSON();
  const reply = (status, value) =>
    route.fulfill({ status, contentType: "application/json", headers: { "access-control-allow-origin": "*" }, body: JSON.stringify(value) });
  if (path === CSRS) {
    const certificate = Buffer.from(sign(Buffer.from(sent.spec.request, "base64").toString())).toString("base64");
    return reply(201, {
      ...sent,
      metadata: { ...sent.metadata, uid: "1", resourceVersion: "1" },
      status: { conditions: [{ type: "Approved", status: "True" }], certificate },
    });
  }
  if (path.endsWith("/token")) {
    const issued = vector("tokenrequest.json");
    return reply(201, { ...issued, status: { token, expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "") } });
  }
  return reply(201, vector("selfsubjectreview-serviceaccount.json"));
}

const serviceToken = () => {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "https://k",
    aud: ["https://k"],
    exp: now + 3600,
    sub: "system:serviceaccount:default:deployer",
    "kubernetes.io": { namespace: "default", serviceaccount: { name: "deployer" } },
    jti: fresh(),
  };
  return `${encode({ alg: "ES256" })}.${encode(claims)}.${randomBytes(64).toString("base64url")}`;
};
/** The parts of a token that are its own. */
const needlesOfToken = (token) =>
  token
    .split(".")
    .slice(-2)
    .flatMap((part) => needlesOfText(part.slice(-60)));
const pemOf = (kind, options) => Buffer.from(generateKeyPairSync(kind, options).privateKey.export({ type: "pkcs8", format: "pem" }));

/** For each kind: the secret as the page gets it, what to look for, and where the control finds it while it is in use. */
const KINDS = {
  "key, ECDSA": () => {
    const pem = pemOf("ec", { namedCurve: "P-256" });
    return { use: "key", secret: pem, list: needles(pem), held: ["bytes", "memory"] };
  },
  "key, RSA": () => {
    const pem = pemOf("rsa", { modulusLength: 2048 });
    return { use: "key", secret: pem, list: needles(pem), held: ["bytes", "memory"] };
  },
  "key made here": () => ({ use: "made", held: ["bytes", "memory"] }),
  passphrase: () => {
    const secret = `pass ${fresh()} ü“`;
    return { use: "passphrase", secret, list: needlesOfText(secret), held: ["page"] };
  },
  "PKCS#12 passphrase": () => {
    const secret = `pkcs ${fresh()}`;
    return { use: "pkcs12", secret, list: needlesOfText(secret), held: ["page"] };
  },
  "sign-in token": () => {
    const secret = fresh();
    return { use: "sign-in token", secret, list: needlesOfText(secret), held: ["page"] };
  },
  "bootstrap token": () => {
    const secret = `${randomBytes(3).toString("hex")}.${randomBytes(8).toString("hex")}`;
    return { use: "bootstrap token", secret, list: needlesOfText(secret), held: ["page"] };
  },
  "service account token": () => {
    const token = serviceToken();
    return { use: "service account token", token, list: needlesOfToken(token), held: ["page"] };
  },
  "kubeconfig with keys and tokens": () => {
    const pem = pemOf("ec", { namedCurve: "P-256" });
    const [token, password, refresh] = [fresh(), fresh(), fresh()];
    const secret = JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: API } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "key" } }],
      "current-context": "c",
      users: [
        { name: "key", user: { "client-key-data": pem.toString("base64"), "client-certificate-data": Buffer.from(certificateOf(pem)).toString("base64") } },
        { name: "token", user: { token } },
        { name: "basic", user: { username: "u", password } },
        { name: "oidc", user: { "auth-provider": { name: "oidc", config: { "refresh-token": refresh } } } },
      ],
    });
    return { use: "kubeconfig", secret, list: [...needles(pem), ...[token, password, refresh].flatMap(needlesOfText)], held: ["bytes", "memory"] };
  },
  "invitation token": () => {
    const token = tokenOf({ name: "jane-x", id: randomBytes(40).toString("base64") });
    const secret = linkOf({ api: API, cluster: { server: API }, token, user: "jane", groups: ["dev"], expirationSeconds: 3600 });
    return { use: "invitation", secret, list: [...needlesOfToken(token), ...needlesOfText(secret.slice(-60))], held: ["memory", "page"] };
  },
};

/** A certificate for this key. */
function certificateOf(pem) {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-heap-"));
  try {
    writeFileSync(join(dir, "key.pem"), pem, { mode: 0o600 });
    return sign(opensslIn(dir)(["req", "-new", "-key", "key.pem", "-subj", "/O=dev/CN=jane"]));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Everything that page and workers have, by place. */
async function everything(page, held) {
  const heaps = await heapsOfWorkers(page);
  const places = { page: await heapOf(page), workers: heaps.join("\n"), bytes: await page.evaluate(() => globalThis.bytesOfPage()) };
  // scrypt's memory is tens of megabytes: that nothing of a passphrase is left there is tested in Node (tests/package/memory.test.mjs).
  if (held.includes("memory"))
    places.memory = (await Promise.all(page.workers().map((worker) => worker.evaluate(() => globalThis.memoryText()).catch(() => "")))).join("\n");
  return { places, workers: heaps.length };
}

test("the control of the workers' heaps: a string that one of them has is found, and not found once it is gone", async () => {
  const { page, context } = await openPage(browser, null);
  await context.addInitScript(watchBytes);
  await watchMemories(context);
  await page.goto(server.origin);
  await page.waitForFunction(() => globalThis.ready);
  const secret = fresh();
  const [worker] = page.workers();
  await worker.evaluate((text) => {
    globalThis.control = `${text}.`;
  }, secret);
  const list = needlesOfText(secret);
  assert.deepEqual(spilled(list, (await everything(page, ["memory"])).places), ["workers"]);
  await worker.evaluate(() => {
    globalThis.control = undefined;
  });
  assert.deepEqual(spilled(list, (await everything(page, ["memory"])).places), []);
  await context.close();
});

for (const [what, make] of Object.entries(KINDS)) {
  test(`${what}: in use it is found, and nowhere once it is given back`, async () => {
    const { use, secret, token, list: known, held } = make();
    const { page, context, seen } = await openPage(browser, null);
    await context.addInitScript(watchBytes);
    await watchMemories(context);
    await context.route("**/secret", (route) => route.fulfill({ contentType: "text/plain; charset=utf-8", body: secret }));
    await context.route(`${API}/**`, (route) => answer(route, token));
    await page.goto(server.origin);
    await page.waitForFunction(() => globalThis.ready);
    await page.evaluate((which) => globalThis.use(which), use);
    const list = known ?? needles(Buffer.from(await page.evaluate(() => globalThis.exported())));
    const during = await everything(page, held);
    assert.ok(during.workers >= 1, "the control: there are workers");
    assert.deepEqual(
      spilled(list, during.places)
        .filter((place) => held.includes(place))
        .sort(),
      held,
      "the control",
    );
    await page.evaluate(() => globalThis.drop());
    const afterwards = await everything(page, held);
    assert.ok(afterwards.workers >= 1, "the one with the keys is still there");
    assert.deepEqual(spilled(list, afterwards.places), []);
    assert.deepEqual([seen.errors, seen.violations], [[], []]);
    await context.close();
  });
}
