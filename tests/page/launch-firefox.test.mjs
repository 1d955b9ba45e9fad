// npx kubecred in Firefox: from the link to a kubeconfig that real kubectl uses, by keyboard; and attacks from another page in the same browser.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enter, until } from "../package/launch-fake.mjs";
import { kubectl, startControlPlane } from "../support/control-plane.mjs";
import { tests } from "../support/place.mjs";
import { startFirefox } from "./firefox.mjs";
import { inFirefox, person } from "./hands.mjs";
import { launch } from "./launched.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
let plane, bare, started, link, me, fox, hands, other;

before(async () => {
  plane = await startControlPlane();
  bare = await plane.proxy();
  ({ started, link } = await launch(["--kubeconfig", plane.admin]));
  me = await enter(link);
  other = createServer((_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>other</title><body></body>"));
  await new Promise((done) => other.listen(0, "127.0.0.1", done));
  fox = await startFirefox({ "network.dns.localDomains": "evil.example" });
  hands = inFirefox(fox);
});
after(async () => {
  await fox?.close();
  other?.close();
  other?.closeAllConnections();
  started?.child.kill();
  bare?.stop();
  plane?.stop();
});

test("the link becomes a cookie that no script sees; request, approval on the same page, kubeconfig, whoami", async () => {
  const self = person(hands);
  const user = "firefox-npx";
  const secret = new URL(link).hash.slice(1);
  await hands.goto(link);
  await self.sees("#connection summary", /Kubernetes v1\.\d+\.\d+ as admin/);
  const seenByScripts = await hands.run("return JSON.stringify([document.cookie, location.href, history.state, document.documentElement.outerHTML])");
  assert.ok(!seenByScripts.includes(secret));
  assert.equal(await hands.run("return document.cookie"), "");
  const [cookie] = await fox.driver.manage().getCookies();
  assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite, cookie.path], ["kubecred", true, "Strict", `${me.base}/`]);
  await self.getAccess();
  await self.fill("user", user);
  await hands.press("Enter"); // creates the key and sends the request
  await self.headed("Approval", 120_000);
  await self.sees("#answer-state", /Waiting for approval/);
  const name = await self.text("#answer-state bdi");
  // The administrator is the same person here: the panel in the same tab keeps the key.
  await hands.run("location.hash = '#/review/' + arguments[0]", name);
  await until(() => hands.run("return !!document.querySelector(`article[data-name='${arguments[0]}'] button.primary`)", name));
  await hands.run("document.querySelector(`article[data-name='${arguments[0]}'] button.primary`).click()", name);
  // It is sent after the time for Undo.
  await until(async () => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[*].type}"])).stdout === "Approved");
  await hands.run("location.hash = '#/access'");
  await self.sees('li[data-step="file"] .card', /Save the kubeconfig/);
  await until(async () => hands.run("return document.querySelector('#ca').value"));
  await self.tabTo("Save the kubeconfig");
  const saved = await hands.download(() => hands.press("Enter"));
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  const who = await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
  assert.equal(who.code, 0, who.stderr);
  assert.equal(who.stdout, user);
  assert.deepEqual({ violations: await hands.run("return globalThis.violations"), console: fox.seen.console }, { violations: [], console: [] });
  assert.deepEqual(
    fox.seen.requests.filter(({ url }) => /^(https?|wss?):/.test(url) && !url.startsWith(new URL(link).origin)),
    [],
  );
  await hands.run("window.onbeforeunload = null");
});

/** All that a page can try with the API's address, which it cannot know; each ends, or counts as failed after five seconds. */
const ATTACK = `
  const [url, body, done] = arguments;
  const results = {};
  const limited = (work) => Promise.race([work().then((value) => String(value), () => "failed"), new Promise((end) => setTimeout(end, 5000, "failed"))]);
  const loads = (tag, attribute) => () => new Promise((end) => {
    const element = document.createElement(tag);
    element.onload = () => { let text = "loaded"; if (tag === "iframe") { try { text = element.contentDocument.body.textContent ? "readable" : "failed"; } catch { text = "failed"; } } end(text); };
    element.onerror = () => end("failed");
    element[attribute] = url;
    document.body.append(element);
  });
  const ways = {
    fetch: async () => (await fetch(url, { credentials: "include" })).status,
    json: async () => (await fetch(url, { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body })).status,
    "no-cors": async () => (await fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body: new Blob([body]) })).type === "opaque" ? "failed" : "readable",
    image: loads("img", "src"), script: loads("script", "src"), frame: loads("iframe", "src"),
    WebSocket: () => new Promise((end) => { const socket = new WebSocket(url.replace(/^http/, "ws")); socket.onopen = () => end("open"); socket.onerror = () => end("failed"); }),
    EventSource: () => new Promise((end) => { const source = new EventSource(url + "&watch=1", { withCredentials: true }); source.onopen = () => end("open"); source.onerror = () => { source.close(); end("failed"); }; }),
    form: () => new Promise((end) => {
      const frame = Object.assign(document.createElement("iframe"), { name: "target" });
      const form = Object.assign(document.createElement("form"), { method: "post", action: url, target: "target", enctype: "text/plain" });
      form.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
      document.body.append(frame, form);
      frame.onload = () => { try { end(frame.contentDocument?.body.textContent ? "readable" : "failed"); } catch { end("failed"); } };
      form.submit();
    }),
  };
  (async () => { for (const [name, work] of Object.entries(ways)) results[name] = await limited(work); done(results); })();
`;

for (const [where, origin] of [
  ["same-site: another port of 127.0.0.1", () => `http://127.0.0.1:${other.address().port}/`],
  ["cross-site: another host", () => `http://evil.example:${other.address().port}/`],
]) {
  test(`attacks from another page in the same browser (${where}) reach nothing`, async () => {
    const name = `firefox-attack-${where.slice(0, 5)}`.replace(/-$/, "");
    const vector = JSON.parse(readFileSync(join(tests, "vectors", "signing-requests", "pending.json"), "utf8"));
    const body = JSON.stringify({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name },
      spec: { request: vector.spec.request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
    });
    await hands.goto(link); // this browser has a session
    await person(hands).sees("#connection summary", /as admin/);
    await hands.goto(origin());
    await fox.driver.manage().setTimeouts({ script: 120_000 });
    const results = await fox.driver.executeAsyncScript(ATTACK, `http://${me.host}${me.base}${CSRS}?x=1`, body);
    assert.equal(Object.keys(results).length, 9);
    assert.deepEqual([...new Set(Object.values(results))], ["failed"], JSON.stringify(results));
    assert.notEqual((await plane.kubectl(["get", "csr", name])).code, 0);
    // The control: kubectl proxy without a guard in front of it, under the same attack.
    await fox.driver.executeAsyncScript(ATTACK, `${bare.origin}${CSRS}?x=1`, body);
    assert.equal((await plane.kubectl(["delete", "csr", name])).code, 0, "the attack creates the object there");
    // And the page itself, in this same browser and with the same body.
    await hands.goto(link);
    await person(hands).sees("#connection summary", /as admin/);
    const own = await fox.driver.executeAsyncScript(
      "const [path, body, done] = arguments; fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).then(({ status }) => done(status), String);",
      `${me.base}${CSRS}`,
      body,
    );
    assert.equal(own, 201);
    await plane.kubectl(["delete", "csr", name]); // other files use the same control plane
  });
}

test("DNS rebinding: under another name that leads to 127.0.0.1, nothing answers and no cookie is set", async () => {
  for (const path of ["/", `${me.base}/kubecred/`, `${me.base}/version`]) {
    await hands.goto(`http://evil.example:${new URL(link).port}${path}${path === "/" ? new URL(link).hash : ""}`);
    assert.match(await hands.run("return document.body.textContent"), /The Host header does not name this server/, path);
    assert.deepEqual(await fox.driver.manage().getCookies(), []);
  }
});
