// Where requests go: the origin of the resolved address decides, as the platform's URL resolves it. A token never leaves for an
// origin that was not named in full, and no name in a path leads elsewhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KubecredError, open } from "./common.mjs";

const TOKEN = "not-a-secret-only-a-canary";
const STATUS = JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code: 404, reason: "NotFound", message: "x" });

let kubecred;
before(async () => {
  kubecred = await open();
});
after(() => kubecred.close());

/** What a cluster at this address asks for, with a page at `page`, or without one: where the token went, or the refusal's code. */
async function asked(server, page, use = (api) => api.version()) {
  const went = [];
  const fetch = async (address, init) => {
    went.push({ address: String(address), token: new Headers(init.headers).get("authorization"), credentials: init.credentials });
    return new Response(STATUS, { status: 404, headers: { "Content-Type": "application/json" } });
  };
  if (page) Object.defineProperty(globalThis, "location", { value: new URL(page), configurable: true, writable: true });
  try {
    const api = kubecred.cluster({ server, token: TOKEN, fetch });
    await use(api).catch((error) => assert.ok(error instanceof KubecredError, String(error)));
    return { went };
  } catch (error) {
    assert.ok(error instanceof KubecredError, String(error));
    return { went, code: error.code };
  } finally {
    delete globalThis.location;
  }
}

/** Every spelling leads away from the page's origin, or is no path of it. */
const AWAY = [
  "//evil.example",
  "///evil.example",
  "////evil.example",
  "/\\evil.example",
  "\\/evil.example",
  "\\\\evil.example",
  "/\\/evil.example",
  "/\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r/evil.example",
  "\t//evil.example",
  "\n//evil.example",
  "\r\n//evil.example",
  " //evil.example",
  "\u0000//evil.example",
  "/\t\\evil.example",
  "/\n\\evil.example",
  "/\r\\evil.example",
  "\\\t/evil.example",
  "/\t\n\r/evil.example",
  "/\\\tevil.example",
  "//\tevil.example",
  "//evil.example:443/apis",
  "//evil.example@page.example",
  "//page.example@evil.example",
  "//user:pass@page.example",
  "/\\user@page.example",
  "//page.example.evil.example",
  "//page.example:8443",
  "//%65vil.example",
  "//evil。example",
  "//[::1]/x",
  "//0x7f.1/",
  "https:evil.example",
  "https:/evil.example",
  "https:\\\\evil.example",
  "https:\\evil.example",
  "HTTPS:evil.example",
  "ht\ttps://evil.example",
  "https\n://evil.example",
  "\u0001https://evil.example",
  "https://page.example@evil.example/",
  "https://user:pass@evil.example",
  "https://evil.example\\@page.example",
  "http://evil.example",
  "http://page.example",
  "ws://evil.example",
  "ftp://evil.example",
  "javascript:alert(1)",
  "data:application/json,{}",
  "blob:https://page.example/x",
  "file:///etc/passwd",
  "about:blank",
  "evil.example",
  "./x",
  "../x",
  "?x",
  "#x",
  "x",
  "/?x=//evil.example",
  "/x#y",
  "/..//evil.example?x",
];

for (const page of ["https://page.example/k8s/ui/index.html", "https://page.example:8443/", "http://127.0.0.1:8001/static/"]) {
  test(`on ${page}, no spelling takes the token elsewhere`, async () => {
    const { origin } = new URL(page);
    for (const server of AWAY) {
      const { went, code } = await asked(server, page);
      // What remains are addresses that are written in full, with a scheme and a host that everybody reads.
      const plain = /^https:\/\/[a-z0-9.:-]+[\\/]?/.test(server) && !server.includes("@") && !server.includes("\\");
      for (const { address, credentials } of went) {
        const found = new URL(address).origin;
        assert.ok(found === origin || plain, `${JSON.stringify(server)} went to ${address}`);
        assert.equal(credentials, found === origin ? "same-origin" : "omit", JSON.stringify(server));
      }
      if (went.length === 0) assert.ok(["invalid-server", "invalid-options"].includes(code), JSON.stringify(server));
    }
  });
}

test("paths of the page's own origin, and addresses in full, are taken as they resolve", async () => {
  const page = "https://page.example/k8s/ui/index.html?x#y";
  const cases = [
    ["", "https://page.example/version"],
    ["/", "https://page.example/version"],
    ["/k8s/clusters/c-1", "https://page.example/k8s/clusters/c-1/version"],
    ["/k8s/clusters/c-1/", "https://page.example/k8s/clusters/c-1/version"],
    ["/a/../b", "https://page.example/b/version"],
    ["/\tk8s", "https://page.example/k8s/version"],
    ["/@evil.example", "https://page.example/@evil.example/version"],
    ["/:@evil.example", "https://page.example/:@evil.example/version"],
    ["/k8s\\x", "https://page.example/k8s/x/version"],
    ["/http://evil.example", "https://page.example/http://evil.example/version"],
    ["/%2F%2Fevil.example", "https://page.example/%2F%2Fevil.example/version"],
    ["https://page.example", "https://page.example/version"],
    ["https://10.0.0.1:6443", "https://10.0.0.1:6443/version"],
    ["https://10.0.0.1:6443/k8s/", "https://10.0.0.1:6443/k8s/version"],
    ["HTTPS://Cluster.Example:443", "https://cluster.example/version"],
    ["http://127.0.0.1:8001", "http://127.0.0.1:8001/version"],
    ["http://localhost:8001", "http://localhost:8001/version"],
  ];
  for (const [server, address] of cases) {
    const { went, code } = await asked(server, page);
    assert.deepEqual(
      went.map((one) => one.address),
      [address],
      `${server}: ${code}`,
    );
    assert.equal(went[0].token, `Bearer ${TOKEN}`);
    assert.equal(went[0].credentials, new URL(address).origin === "https://page.example" ? "same-origin" : "omit", server);
  }
});

test("without a page, paths go to the caller's own fetch as they are, and to nobody else", async () => {
  assert.deepEqual(
    (await asked("", undefined)).went.map(({ address }) => address),
    ["/version"],
  );
  assert.deepEqual(
    (await asked("/k8s", undefined)).went.map(({ address }) => address),
    ["/k8s/version"],
  );
  for (const server of AWAY) {
    for (const { address } of (await asked(server, undefined)).went) {
      assert.ok(/^https:\/\/(?![^/]*@)/.test(address) || /^\/(?![\\/])/.test(address), `${JSON.stringify(server)} went to ${address}`);
    }
  }
  assert.throws(
    () => kubecred.cluster({}),
    (error) => error instanceof KubecredError && error.code === "invalid-server",
  );
  for (const page of ["file:///home/jane/offline.html", "about:blank", "data:text/html,x"]) {
    Object.defineProperty(globalThis, "location", { value: new URL(page), configurable: true });
    try {
      assert.throws(
        () => kubecred.cluster({ token: TOKEN }),
        (error) => error instanceof KubecredError && error.code === "invalid-server",
        page,
      );
    } finally {
      delete globalThis.location;
    }
  }
});

test("no name in a path leads elsewhere", async () => {
  const names = [
    "..",
    ".",
    "%2e%2e",
    "a/../../x",
    "/evil",
    "//evil.example",
    "\\evil",
    "a\tb",
    "a?b",
    "a#b",
    "@evil.example",
    "x%2F..",
    "a;b",
    "é",
    "a b",
    "'\"<>",
    "a&watch=1",
    "\ud800",
  ];
  for (const name of names) {
    const calls = [
      (api) => api.csr.wait(name),
      (api) => api.tokens.fromSecret({ name, namespace: "default", serviceAccount: "ci" }),
      (api) => api.tokens.fromSecret({ name: "t", namespace: name, serviceAccount: "ci" }),
      (api) => api.tokens.create({ serviceAccount: name, namespace: "default" }),
      (api) => api.rbac.apply([{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "default" } }]),
      (api) => api.rbac.apply([{ apiVersion: "v1", kind: "Secret", metadata: { name: "t", namespace: name } }]),
      async (api) => {
        for await (const one of api.csr.pages({ signerName: name })) void one;
      },
    ];
    for (const [index, use] of calls.entries()) {
      for (const base of ["https://page.example", "https://page.example/k8s"]) {
        const { went } = await asked(base, undefined, use);
        for (const { address } of went) {
          const url = new URL(address);
          assert.equal(url.href, address, "the address is what it seems");
          assert.ok(
            address.startsWith(`${base}/api`) && url.origin === "https://page.example" && !url.hash,
            `call ${index} with ${JSON.stringify(name)} went to ${address}`,
          );
        }
      }
    }
  }
});

test("what may keep a request from its server depends on where it runs: CORS is a page's, and only to another origin", async () => {
  const SERVER = "https://api.example:6443";
  const fetch = () => Promise.reject(new TypeError("fetch failed, because of CORS")); // the platform's words decide nothing
  const failure = async (server, page) => {
    if (page) Object.defineProperty(globalThis, "location", { value: new URL(page), configurable: true, writable: true });
    try {
      await kubecred.cluster({ server, fetch }).version();
    } catch ({ code, message }) {
      assert.equal(code, "network");
      return message;
    } finally {
      delete globalThis.location;
    }
  };
  const [none, other, own] = [await failure(SERVER), await failure(SERVER, "https://page.example/"), await failure("/k8s", "https://page.example/")];
  for (const message of [none, other, own]) assert.match(message, /^The cluster cannot be reached\. Check /);
  assert.match(none, /certificate is trusted here: NODE_EXTRA_CA_CERTS names a file with more CAs\.$/);
  assert.match(other, /it allows this page's origin \(CORS\)\.$/);
  assert.match(own, /the server of this page is running\.$/);
  for (const message of [none, own]) assert.doesNotMatch(message, /CORS/);
  assert.doesNotMatch(other + own, /NODE_/);

  // Each of these has a `process` with `versions.node`; workerd does not with an older date of compatibility.
  const { navigator, process } = globalThis;
  try {
    for (const [userAgent, says, shim = process] of [
      ["Node.js/26", /: NODE_EXTRA_CA_CERTS names a file with more CAs\.$/],
      ["Bun/1.4.4", /: NODE_EXTRA_CA_CERTS names a file with more CAs\.$/],
      ["Deno/2.9.6", /: DENO_CERT names a file with more CAs\.$/],
      ["Cloudflare-Workers", /its certificate is trusted here\.$/],
      ["Cloudflare-Workers", /its certificate is trusted here\.$/, { versions: {} }],
    ]) {
      Object.defineProperty(globalThis, "navigator", { value: { userAgent }, configurable: true, writable: true });
      globalThis.process = shim;
      assert.match(await failure(SERVER), says, userAgent);
    }
  } finally {
    globalThis.process = process;
    if (navigator) Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
    else delete globalThis.navigator;
  }
});
