// No secret of a kubeconfig left: whatever is done with a file, once its handles are disposed of, the module's memory holds no 16
// bytes of any secret field. While it is held, each is found. Nothing that is shown or redacted holds one.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import { failure, open, vector } from "./common.mjs";
import { memories } from "./memories.mjs";
import { searcher } from "./secrets.mjs";

const FORMATS = /** @type {const} */ (["yaml", "json", "kyaml"]);
const FIELDS = ["token", "password", "key", "certificate", "provider", "variable", "argument", "extension", "unknown", "server", "proxy", "mixed"];
const text = (bytes) => new TextDecoder().decode(bytes);
const base64 = (content) => Buffer.from(content).toString("base64");
const armour = (content) => `-----BEGIN PRIVATE KEY-----\n${content}\n-----END PRIVATE KEY-----\n`;

/** Where the secret of an Ed25519 key in PKCS#8 begins (RFC 8410): in the DER, and in its base64, where the letters before are those of every key. */
const SEED = 16;
const SEED_BASE64 = 24;

/** A secret for each field that nobody has seen before. @returns {Record<string, string>} */
const fresh = () => ({
  ...Object.fromEntries(FIELDS.map((field) => [field, randomBytes(36).toString("base64").replace(/\W/g, "x")])),
  // A real key, or nothing that takes a key would take it.
  key: generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
});

/** What nobody else can have of a field. */
const own = (field, secret) => (field === "key" ? secret.slice(SEED_BASE64) : secret);
/** The base64 of a PEM file, from where its contents are nobody else's. */
const within = (field, secret) => base64(armour(secret)).slice(...(field === "key" ? [72, 108] : [40, 76]));

/** How each stands in a file that is held: as it is, or within the base64 of its field. */
function shapes(secrets) {
  const inside = { key: within("key", secrets.key), certificate: within("certificate", secrets.certificate), mixed: base64(secrets.mixed) };
  return Object.fromEntries(Object.entries({ ...secrets, ...inside }).map(([field, form]) => [field, Buffer.from(form)]));
}

/** A kubeconfig with a secret wherever one may stand. */
function file(secrets) {
  const user = (name, body) => ({ name, user: body });
  const pem = vector("signing-requests", "issued.crt.pem");
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "x",
    future: { deep: [secrets.unknown] },
    extensions: [{ name: "note", extension: { list: [secrets.extension] } }],
    clusters: [{ name: "c", cluster: { server: `https://me:${secrets.server}@c.example`, "proxy-url": `http://me:${secrets.proxy}@proxy.example` } }],
    contexts: [
      { name: "x", context: { cluster: "c", user: "token" } },
      { name: "y", context: { cluster: "c", user: "key" } },
    ],
    users: [
      user("token", { token: secrets.token }),
      user("basic", { username: "u", password: secrets.password }),
      user("key", { "client-certificate-data": base64(pem), "client-key-data": base64(armour(secrets.key)) }),
      user("odd", { "client-certificate-data": base64(armour(secrets.certificate)), "client-key": "key.pem" }),
      user("mixed", { "client-certificate-data": base64(`${secrets.mixed}\n${pem}`), "client-key": "key.pem" }),
      user("provider", { "auth-provider": { name: "oidc", config: { "client-id": "id", "refresh-token": secrets.provider } } }),
      user("exec", {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          command: "login",
          interactiveMode: "Never",
          args: [`--with=${secrets.argument}`],
          env: [{ name: "A", value: secrets.variable }],
        },
      }),
    ],
  };
}

/** Every way a file comes in. */
function spellings(object) {
  const json = JSON.stringify(object);
  const indented = JSON.stringify(object, null, 2);
  return {
    JSON: json,
    "JSON, indented": indented,
    YAML: `# a comment\n${indented.replace(/"(\w+)":/g, "$1:")}`,
    bytes: Buffer.from(json),
    "UTF-16": Buffer.from(`\ufeff${json}`, "utf16le"),
  };
}

test("nothing of a kubeconfig is left in memory, shown or redacted", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const memory = memories.at(-1);
  const secrets = fresh();
  const others = fresh();
  /** The shapes of a file, and what they become on the way: decoded, in UTF-16. */
  const all = (name, file) => [
    ...Object.entries(file).flatMap(([field, secret]) => [
      [`${name} ${field}`, shapes(file)[field]],
      [`${name} ${field}, decoded`, Buffer.from(own(field, secret))],
      [`${name} ${field}, UTF-16`, Buffer.from(own(field, secret), "utf16le")],
    ]),
    [`${name} key, bytes`, Buffer.from(file.key, "base64").subarray(SEED)],
  ];
  const search = searcher(Object.fromEntries([...all("first", secrets), ...all("second", others)]));
  const none = (what) => assert.deepEqual(search(memory), [], what);
  const shows = (what, shown) => {
    for (const [field, secret] of [...Object.entries(secrets), ...Object.entries(others)]) {
      for (const form of [own(field, secret), base64(own(field, secret)), within(field, secret)]) assert.ok(!shown.includes(form), `${what} shows ${field}`);
    }
  };
  const read = (contents) => kubecred.kubeconfig.parse(contents);
  none("the control, before");

  /** Opens the file, does one thing with it, disposes of it and of what came out, looks. */
  const check = async (what, action, contents = JSON.stringify(file(secrets))) => {
    const held = await read(contents);
    const found = search(memory);
    for (const field of FIELDS) assert.ok(found.includes(`first ${field}`), `the control of ${what}: held, ${field} is found`);
    shows(what, JSON.stringify([held, held.clusters, held.users, held.contexts, held.findings, held.currentContext]) + String(held));
    const made = await action(held);
    for (const one of [held, ...[made ?? []].flat()]) one.dispose();
    none(what);
  };

  for (const [name, contents] of Object.entries(spellings(file(secrets)))) await check(`readKubeconfig of ${name}`, () => {}, contents);
  for (const format of FORMATS) {
    await check(`serialize as ${format}`, async (held) => {
      const written = text(await held.serialize({ format }));
      for (const field of ["token", "variable", "unknown"]) assert.ok(written.includes(secrets[field]), `the control: ${field} is written`);
    });
    await check(`redact as ${format}`, async (held) => shows(`redacted ${format}`, text(await held.serialize({ format, redact: true }))));
  }
  await check("minify", (held) => held.minify("y"));
  await check("clusterEntries", async (held) => shows("clusterEntries", JSON.stringify(await held.clusterEntries())));
  for (const onConflict of /** @type {const} */ (["rename", "replace", "keep"])) {
    await check(`merge, ${onConflict}`, async (held) => {
      const other = await read(JSON.stringify(file(others)));
      const { kubeconfig, changes } = await held.merge(other, { onConflict, useContext: true });
      shows(`the changes of merge, ${onConflict}`, JSON.stringify([changes, kubeconfig.findings, kubeconfig.users, kubeconfig.clusters]));
      shows(`merge, ${onConflict}, redacted`, text(await kubeconfig.serialize({ redact: true })));
      return [other, kubeconfig];
    });
  }
  await check("edit", async (held) => {
    const edited = await held.edit({
      rename: [{ section: "users", from: "token", to: "renamed" }],
      namespaces: [{ context: "x", namespace: "dev" }],
      remove: [{ section: "users", name: "basic" }],
      embed: [{ section: "users", name: "odd", field: "client-key", contents: armour(others.key) }],
      dropExpired: true,
      currentContext: "x",
    });
    assert.ok(search(memory).includes("second key"), "the control of edit: held, the embedded key is found");
    return edited;
  });
  for (const changes of [
    { remove: [{ section: "users", name: "nobody" }] },
    { embed: [{ section: "users", name: "odd", field: "client-key", contents: others.token }] },
  ]) {
    await check("edit that is refused", async (held) => shows("its error", JSON.stringify(await failure(held.edit(/** @type {any} */ (changes))))));
  }
  await check("renewal", async (held) => {
    const { key, findings } = await held.renewal("key");
    assert.ok(!key && findings.length > 0, "it is no key");
    shows("renewal", JSON.stringify(findings));
  });

  const json = JSON.stringify(file(secrets));
  const broken = {
    "cut off": json.slice(0, -9),
    "a key twice": json.replace('{"apiVersion"', '{"apiVersion":"v1","apiVersion"'),
    "another object": json.replace('"Config"', '"Pod"'),
    "a user twice": json.replace('"name":"basic"', '"name":"token"'),
    "a wrong type": json.replace('"username":"u"', '"username":7'),
    "a second document": `${json}\n---\n${json}`,
    "no base64": json.replace(base64(armour(secrets.key)), secrets.key.concat("!")),
    "the PEM itself": json.replace(base64(armour(secrets.key)), armour(secrets.key).replaceAll("\n", "\\n")),
    "a control character": json.replace(secrets.token, `${secrets.token}\u0001`),
  };
  for (const [what, contents] of Object.entries(broken)) {
    const error = await failure(read(contents));
    shows(what, JSON.stringify([error, error.message, error.details, error.stack]));
    none(`readKubeconfig that refuses: ${what}`);
  }

  const cluster = { server: "https://c.example" };
  const made = await kubecred.kubeconfig.create({ cluster, token: secrets.token });
  assert.ok(search(memory).includes("first token"), "the control of createKubeconfig");
  made.dispose();
  none("createKubeconfig");
  await read(json);
  kubecred.close();
  none("close with a file held");
});
