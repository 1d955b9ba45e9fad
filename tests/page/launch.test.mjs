// npx kubecred with real kubectl on a real control plane, in Chromium: the whole certificate path through it, and attacks from other pages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { enter, head, raw, until } from "../package/launch-fake.mjs";
import { foreign, openPage, startBrowser } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { approve, makeKey, save, sayWho, send } from "./person.mjs";
import { launch } from "./launched.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
let plane, browser, hostile, started, link, me, other;

onStage(async (stage) => {
  ({ plane, browser } = stage);
  hostile = await startBrowser(["--host-resolver-rules=MAP evil.example 127.0.0.1"]);
  stage.onEnd(() => hostile.close());
  ({ started, link } = await launchAndOpen(["--kubeconfig", plane.admin]));
  stage.onEnd(() => started.child.kill());
  me = await enter(link);
  other = await otherServer();
  stage.onEnd(() => other.close());
});

/** The program, and where its file leads in a browser. */
async function launchAndOpen(args) {
  const { started: begun, file } = await launch(args);
  return { started: begun, file, link: await openedBy(file) };
}

/** Where the private file leads in a browser. */
async function openedBy(file) {
  const { page, context } = await openPage(browser);
  let found;
  await page.route("**/*", (route) => (route.request().url().startsWith("http") ? ((found ??= route.request().url()), route.abort()) : route.continue()));
  await page.goto(`file://${file}`).catch(() => {});
  await until(() => found);
  await context.close();
  const [, url] = /url=(http[^"]*)"/.exec(readFileSync(file, "utf8"));
  assert.equal(new URL(url).origin, new URL(found).origin);
  return url;
}

/** Another server of this machine: the page of somebody else, which remembers the headers that reach it. */
async function otherServer() {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url, cookie: request.headers.cookie ?? "" });
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>other</title><body></body>");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: server.address().port,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

const request = (name) =>
  JSON.stringify({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name },
    spec: { request: CSR, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
  });
const exists = async (name) => (await plane.kubectl(["get", "csr", name])).code === 0;
let CSR;

test("from the link to a kubeconfig that real kubectl uses; the address keeps no secret", async () => {
  const { page, context, seen } = await openPage(browser, link);
  await expectVisible(page.getByText(/Kubernetes v1\.\d+\.\d+ as admin/));
  const secret = new URL(link).hash.slice(1);
  const address = `${new URL(link).origin}${me.base}/kubecred/`;
  assert.equal(page.url(), address);
  assert.ok(
    !(
      await page.evaluate(() =>
        JSON.stringify([document.cookie, location.href, history.state, document.documentElement.outerHTML, performance.getEntries().map(({ name }) => name)]),
      )
    ).includes(secret),
  );
  assert.equal(await page.evaluate(() => document.cookie), "");
  await page.goBack();
  assert.ok(!page.url().includes(secret), "nor does the history");
  await page.goto(address);
  await sayWho(page, "jane-npx", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  CSR = JSON.parse((await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout).spec.request;
  await approve(context, address, name);
  const saved = await save(page);
  const path = join(plane.dir, saved.name);
  writeFileSync(path, saved.bytes, { mode: 0o600 });
  const who = await kubectl(path, ["auth", "whoami", "-o", "json"]);
  assert.equal(JSON.parse(who.stdout).status.userInfo.username, "jane-npx", who.stderr);
  assert.match(saved.bytes.toString(), /server: "?https:\/\/127\.0\.0\.1:\d+"?\n/, "the API server's own address, not this one");
  assert.deepEqual([seen.violations, seen.console, seen.errors, foreign(seen, new URL(link).origin)], [[], [], [], []]);
  assert.ok(!(started.output + started.errors).includes(secret));
  await context.close();
});

test("service accounts and roles are live, too", async () => {
  const { page, context } = await openPage(browser, link);
  await expectVisible(page.locator("#connection summary", { hasText: "as admin" }));
  await page.getByRole("link", { name: "Service account" }).or(page.locator('#nav a[href="#/robot"]')).first().click();
  await expectVisible(page.locator("#robot-live:enabled"));
  await page.locator('#nav a[href="#/roles"]').click();
  const form = page.locator("#roles-form");
  await form.locator('input[name="roles-what"][value="pod-reader"]').check();
  await form.locator('[data-part="name"] input').first().fill("jane-npx");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Grant permissions" }).click();
  await expectVisible(page.locator(".results li").first());
  assert.equal((await plane.kubectl(["auth", "can-i", "list", "pods", "--namespace", "default", "--as", "jane-npx"])).stdout.trim(), "yes");
  await context.close();
});

/** What a page that wants to use the API through this browser can try, with an address that it cannot know. */
const attack = (page, target, name, body) =>
  page.evaluate(
    async ({ target, name, body }) => {
      const results = {};
      const attempt = async (how, work) => {
        results[how] = await Promise.race([
          work().then(
            (value) => value,
            () => "failed",
          ),
          new Promise((done) => setTimeout(done, 5000, "failed")),
        ]);
      };
      const url = `${target}?x=${name}`;
      await attempt("fetch", async () => (await fetch(url, { credentials: "include" })).status);
      await attempt("fetch no-cors", async () => (await fetch(url, { mode: "no-cors", credentials: "include", method: "POST", body: new Blob([body]) })).type);
      await attempt(
        "fetch json",
        async () => (await fetch(url, { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body })).status,
      );
      await attempt("beacon", async () => navigator.sendBeacon(url, new Blob([body])));
      const loads = (tag, attribute) =>
        new Promise((done) => {
          const element = document.createElement(tag);
          element.onload = () => done("loaded");
          element.onerror = () => done("failed");
          element[attribute] = url;
          document.body.append(element);
        });
      await attempt("image", () => loads("img", "src"));
      await attempt("script", () => loads("script", "src"));
      await attempt(
        "WebSocket",
        () =>
          new Promise((done) => {
            const socket = new WebSocket(url.replace(/^http/, "ws"));
            socket.onopen = () => done("open");
            socket.onerror = () => done("failed");
          }),
      );
      await attempt(
        "EventSource",
        () =>
          new Promise((done) => {
            const source = new EventSource(`${url}&watch=1`, { withCredentials: true });
            source.onopen = () => done("open");
            source.onerror = () => {
              source.close();
              done("failed");
            };
          }),
      );
      await attempt(
        "form",
        () =>
          new Promise((done) => {
            const frame = document.createElement("iframe");
            frame.name = "target";
            const form = Object.assign(document.createElement("form"), { method: "post", action: url, target: "target", enctype: "text/plain" });
            form.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
            document.body.append(frame, form);
            frame.onload = () => {
              try {
                done(frame.contentDocument?.body.textContent ? "readable" : "failed");
              } catch {
                done("failed");
              }
            };
            form.submit();
          }),
      );
      return results;
    },
    { target, name, body },
  );

for (const where of ["same-site: another port of 127.0.0.1", "cross-site: another host", "cross-site: a file from disk"]) {
  test(`attacks from another page in the same browser (${where}) reach nothing`, async () => {
    const context = await hostile.newContext();
    const person = await context.newPage();
    await person.goto(link);
    await person
      .getByText(/as admin/)
      .first()
      .waitFor();
    const page = await context.newPage();
    const file = join(plane.dir, "hostile.html");
    writeFileSync(file, "<!doctype html><body></body>");
    await page.goto(
      where.includes("another port") ? `http://127.0.0.1:${other.port}/` : where.includes("host") ? `http://evil.example:${other.port}/` : `file://${file}`,
    );
    const name = `attack-${where.replace(/\W+/g, "-")}`.slice(0, 60).toLowerCase().replace(/-$/, "");
    const results = await attack(page, `http://${me.host}${me.base}${CSRS}`, name, request(name));
    // An opaque answer says nothing, and a beacon is queued whatever becomes of it: what counts for these is that nothing was created.
    assert.ok(["opaque", "failed"].includes(results["fetch no-cors"]), JSON.stringify(results));
    for (const how of ["fetch", "fetch json", "image", "script", "WebSocket", "EventSource", "form"])
      assert.equal(results[how], "failed", `${how}: ${JSON.stringify(results)}`);
    assert.equal(await exists(name), false);
    // Framed or opened, the page gives nothing away either.
    const framed = await page.evaluate(
      (url) =>
        new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.onload = () => {
            let text = "closed";
            try {
              text = frame.contentDocument.body.textContent;
            } catch {
              /* another origin */
            }
            done(text);
          };
          frame.src = url;
          document.body.append(frame);
        }),
      `http://${me.host}${me.base}/kubecred/`,
    );
    assert.ok(["closed", ""].includes(framed), framed);
    // The control: the page itself, with the same body.
    const own = await person.evaluate(
      async ([path, body]) => (await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body })).status,
      [`${me.base}${CSRS}`, request(name)],
    );
    assert.equal(own, 201);
    assert.equal(await exists(name), true);
    await plane.kubectl(["delete", "csr", name]); // other files use the same control plane
    await context.close();
  });
}

test("DNS rebinding: under another name that leads to 127.0.0.1, nothing answers", async () => {
  const context = await hostile.newContext();
  const page = await context.newPage();
  for (const path of ["/", `${me.base}/kubecred/`, `${me.base}/version`]) {
    const answer = await page.goto(`http://evil.example:${new URL(link).port}${path}${path === "/" ? new URL(link).hash : ""}`);
    assert.equal(answer.status(), 421, path);
  }
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});

test("another server of 127.0.0.1 does not get the cookie, though browsers do not bind cookies to a port", async () => {
  const context = await hostile.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page
    .getByText(/as admin/)
    .first()
    .waitFor();
  other.requests.length = 0;
  await page.goto(`http://127.0.0.1:${other.port}/`);
  await page.evaluate(() => fetch("/api", { credentials: "include" }));
  assert.ok(other.requests.length >= 2 && other.requests.every(({ cookie }) => cookie === ""), JSON.stringify(other.requests));
  await page.evaluate((path) => fetch(path, { credentials: "include" }), `${me.base}/x`);
  assert.match(other.requests.at(-1).cookie, /^kubecred=/, "the control: it is the random path that keeps it");
  await context.close();
});

test("a link that is old or cut off says so; the address alone lets nobody in", async () => {
  const { page, context } = await openPage(browser, `${new URL(link).origin}/#wrong`);
  await expectVisible(page.getByText("This link is not valid"));
  await page.goto("about:blank");
  await page.goto(new URL(link).origin);
  await expectVisible(page.getByText("this address alone gives no access"));
  await page.goto(`${new URL(link).origin}${me.base}/kubecred/`);
  await expectVisible(page.getByText("This tab was not opened by its link"));
  await context.close();
});

test("another program of this machine: kubectl proxy behind the guard cannot be reached over the network", async () => {
  assert.equal((await raw(me.host, head("GET", `${me.base}/version`, { ...me.headers, Cookie: "" }))).status, 401);
  assert.equal((await raw(me.host, head("GET", `${me.base}/version`, me.headers))).status, 200, "the control");
  const pids = execFileSync("ps", ["-ww", "-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(`--kubeconfig=${plane.admin}`))
    .filter((line) => line.includes("--unix-socket=") && !line.includes("keeper.mjs"))
    .map((line) => line.trim().split(" ")[0]);
  assert.equal(pids.length, 1, "kubectl proxy runs once");
  const inodes = readdirSync(`/proc/${pids[0]}/fd`)
    .map((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pids[0]}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    })
    .filter(Boolean);
  const listening = ["tcp", "tcp6"]
    .flatMap((kind) => readFileSync(`/proc/${pids[0]}/net/${kind}`, "utf8").split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && inodes.includes(fields[9]));
  assert.deepEqual(listening, []);
});

test("--wait: the page is there before the cluster, says so, and connects by itself", async () => {
  const later = join(plane.dir, "later.kubeconfig");
  const early = await launchAndOpen(["--wait", "--kubeconfig", later]);
  const { page, context } = await openPage(browser, early.link);
  await expectVisible(page.getByText("Offline: the cluster is not ready yet"));
  writeFileSync(later, readFileSync(plane.admin), { mode: 0o600 });
  await expectVisible(page.getByText(/Kubernetes v1\.\d+\.\d+ as admin/));
  await context.close();
  early.started.child.kill();
  await until(() => early.started.ended);
});
