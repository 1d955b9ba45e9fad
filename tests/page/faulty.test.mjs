// #/review and the waiting for a certificate behind a server that is overloaded, fails, is slow, cuts its answers or exchanges them, and behind an API
// server that is killed: each state is said, what was typed and selected stays, and nothing is decided without its outcome being known. The API server is
// a real one; what spoils its answers is on the way to it (tests/support/faulty.mjs).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { faulty } from "../support/faulty.mjs";
import { tests } from "../support/place.mjs";
import { openPage } from "./browser.mjs";
import { makeKey, save, sayWho, send } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, browser, way, kubecred, key;
onStage(
  async (stage) => {
    ({ plane, browser } = stage);
    way = await faulty(stage.proxy.origin);
    stage.onEnd(() => way.stop());
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
    key = await kubecred.keys.generate("ecdsa-p256");
  },
  { flags: {} },
);

const status = (code, reason) => JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message: "from the test", reason, code });
const BUSY = (seconds) => ({ answer: [429, { "Retry-After": String(seconds) }, status(429, "TooManyRequests")] });
const FAILS = { answer: [500, {}, readFileSync(join(tests, "vectors", "api", "500-etcd-too-large.json"), "utf8")] };

const isList = ({ method, url }) => method === "GET" && /certificatesigningrequests\?limit=/.test(url);
const isWatch = ({ url }) => /certificatesigningrequests\?watch=1/.test(url);
const isWrite = ({ method, url }) => method === "PUT" && url.endsWith("/approval");

/** The faults that are left, one for each request that fits; those that do not are let through. */
function inTurn(fits, ...faults) {
  way.faults = (request) => (fits(request) ? faults.shift() : undefined);
  return faults;
}

async function create(user, ...names) {
  const pem = await key.createCsr({ user });
  const items = await Promise.all(names.map((name) => kubecred.csr.manifest({ csr: pem, name })));
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  assert.equal(code, 0, stderr);
}

const typesOf = async (name) => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
const rowOf = (page, name) => page.locator(`[data-row="${name}"]`);
const cardOf = (page, name) => page.locator(`article[data-name="${name}"]`);

/** The page at #/review, and its watch once it follows. */
async function review(name = "", options = {}) {
  const opened = await openPage(browser, null, options);
  await opened.page.goto(`${way.page}#/review${name && `/${name}`}`);
  if (name) await cardOf(opened.page, name).getByRole("button", { name: "Approve" }).waitFor();
  return opened;
}

/** Decides on the card, without the five seconds in which it could be undone. */
async function decide(page, name, verb) {
  await page.clock.install();
  const button = cardOf(page, name).getByRole("button", { name: new RegExp(`^${verb}`) });
  await button.click();
  await expectVisible(page.locator("#review-undo").getByText(/^(Approving|Denying)/));
  await page.clock.fastForward(5_100);
}

/** Lets the page's clock run until this shows: the pauses between tries are not waited for. */
const soon = (page, locator) =>
  until(async () => {
    await page.clock.fastForward(1_000);
    return (await locator.count()) > 0;
  }, String(locator));

test("events come twice and in another order: the list ends with the state that the server has", async () => {
  await create("olga", "order-a", "order-b");
  const held = new Map();
  // The first change of each of the two waits for the next one, and comes after it; whatever comes, comes twice.
  way.faults = (request) =>
    isWatch(request)
      ? {
          lines(line) {
            const [, name] = /"name":"(order-[ab])"/.exec(line) ?? [];
            if (!name || held.get(name) === "done") return [line, line];
            const first = held.get(name);
            held.set(name, first ? "done" : line);
            return first ? [line, first, line, first] : [];
          },
        }
      : undefined;
  const { page, context, seen } = await review();
  await expectVisible(rowOf(page, "order-b"));
  await plane.kubectl(["certificate", "approve", "order-a"]);
  await plane.kubectl(["delete", "csr", "order-b"]);
  await create("olga", "order-b");
  await expectVisible(rowOf(page, "order-a").getByText("Issued"));
  await until(() => held.get("order-a") === "done" && held.get("order-b") === "done", "the events that were exchanged");
  await create("olga", "order-c");
  await expectVisible(rowOf(page, "order-c"));
  assert.equal(await rowOf(page, "order-c").count(), 1, "an event that comes twice is one row");
  assert.equal(await rowOf(page, "order-a").getByText("Issued").count(), 1);
  assert.equal(await rowOf(page, "order-b").getByText("Deleted").count(), 0, "what was made again is there");
  await rowOf(page, "order-b").locator(".open").click();
  await expectVisible(cardOf(page, "order-b").getByRole("button", { name: "Approve" }));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

const FIRST = {
  "429 with a long Retry-After": [BUSY(600), /throttling requests \(429\).*Try again in 600 seconds/i],
  500: [FAILS, /The API server failed \(500\)/],
  "a cut in the midst of the body": [{ cut: 300 }, /The cluster cannot be reached/],
};
test("the list fails: said, and “Refresh” lists", async () => {
  await create("lena", "listed");
  const { page, context } = await openPage(browser, null);
  const error = page.locator("#review-report .error");
  for (const [what, [fault, says]] of Object.entries(FIRST)) {
    const left = inTurn(isList, fault);
    if (page.url() === "about:blank") await page.goto(`${way.page}#/review`);
    else await page.getByRole("button", { name: "Refresh" }).click();
    await expectVisible(error.first());
    assert.equal(left.length, 0, what);
    assert.match(await error.first().innerText(), says, what);
    assert.equal(await page.locator("#review-list .request-row").count(), 0, what);
    await page.getByRole("button", { name: "Refresh" }).click();
    await expectVisible(rowOf(page, "listed"));
    assert.equal(await error.count(), 0, what);
  }
  const left = inTurn(isList, BUSY(1), BUSY(0));
  await page.reload();
  await expectVisible(rowOf(page, "listed"));
  assert.equal(left.length, 0, "a short Retry-After is waited for");
  await context.close();
});

test("the first list does not answer for 30 seconds: said, and “Refresh” lists", async () => {
  const never = new Promise(() => {});
  let asked = 0;
  way.faults = (request) => (isList(request) && ++asked === 1 ? { hold: never } : undefined);
  const { page, context } = await openPage(browser, null);
  await page.clock.install();
  await page.goto(`${way.page}#/review`);
  await until(() => asked === 1, "the list to be asked for");
  await page.clock.fastForward(29_000);
  assert.equal(await page.locator("#review-report .error").count(), 0);
  assert.equal(await page.locator("#review-count").innerText(), "Loading requests …");
  await page.clock.fastForward(1_500);
  await expectVisible(page.locator("#review-report .error", { hasText: "did not answer within 30 seconds" }));
  await page.getByRole("button", { name: "Refresh" }).click();
  await expectVisible(rowOf(page, "listed"));
  await context.close();
});

test("the list is followed through 429, 500, cuts and a server that is away: said, and what was typed and selected stays", async () => {
  await create("tara", "typed-a", "typed-b");
  const { page, context, seen } = await review("typed-a");
  await cardOf(page, "typed-a").getByText("Give a reason").click();
  await cardOf(page, "typed-a").getByLabel("Reason").fill("half a sen");
  await rowOf(page, "typed-b").getByLabel("Select").check();
  await page.evaluate(() => {
    const notice = document.querySelector("#review-follow");
    globalThis.said = [];
    new MutationObserver(() => notice.textContent && globalThis.said.push(notice.textContent)).observe(notice, { childList: true, characterData: true });
  });
  const left = inTurn(isList, BUSY(600), FAILS, { cut: 300 }, { lose: true });
  way.down();
  way.up();
  await page.clock.install();
  await until(async () => {
    await page.clock.fastForward(1_000);
    return left.length === 0;
  }, "all of the faults");
  await create("tara", "typed-new");
  await soon(page, rowOf(page, "typed-new"));
  await page.locator("#review-follow").waitFor({ state: "hidden" });
  const said = await page.evaluate(() => globalThis.said);
  for (const text of said) assert.match(text, /^The list is not updating: .* Retrying\.$/);
  for (const says of [/\(429\)/, /\(500\)/, /cannot be reached/])
    assert.ok(
      said.some((text) => says.test(text)),
      `${says}: ${said}`,
    );
  assert.equal(await cardOf(page, "typed-a").getByLabel("Reason").inputValue(), "half a sen");
  assert.equal(await rowOf(page, "typed-b").getByLabel("Select").isChecked(), true);
  await expectVisible(page.locator("#review-selection").getByRole("button", { name: "Review 1" }));
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});

test("the answer to a decision is lost after the server has carried it out: found out, and said", async () => {
  await create("dora", "lost-a", "lost-b", "lost-c");
  for (const [name, verb, words] of [
    ["lost-a", "Approve", /^(approved, not signed yet|issued)$/],
    ["lost-b", "Deny", /^denied$/],
  ]) {
    const { page, context } = await review(name);
    const left = inTurn(isWrite, { lose: true });
    await decide(page, name, verb);
    await expectVisible(cardOf(page, name).getByText(words));
    await page.locator("#live", { hasText: `${name} is ${verb === "Deny" ? "denied" : "approved"}.` }).waitFor({ state: "attached" });
    assert.equal(left.length, 0);
    assert.match(await typesOf(name), verb === "Deny" ? /^Denied$/ : /^Approved$/);
    await context.close();
  }
});

test("a decision that did not arrive: said, with the reason still there; the next press decides", async () => {
  for (const [what, fault, says] of [
    ["500", FAILS, /The API server failed \(500\).*still pending, but the decision may still arrive/],
    ["429", BUSY(600), /\(429\).*600 seconds/],
    ["silence", { hold: new Promise(() => {}) }, /did not answer within 30 seconds.*still pending, but the decision may still arrive/],
  ]) {
    const name = `failing-${what}`;
    await create("dora", name);
    const { page, context } = await review(name);
    const card = cardOf(page, name);
    await card.getByText("Give a reason").click();
    await card.getByLabel("Reason").fill("we talked");
    const left = inTurn(isWrite, fault);
    await decide(page, name, "Deny");
    await until(() => left.length === 0, "the decision to be sent");
    if (what === "silence") await page.clock.fastForward(30_500);
    await expectVisible(card.locator(".decision .error").first());
    assert.match((await card.locator(".decision .error").allInnerTexts()).join(" "), says);
    assert.equal(await typesOf(name), "");
    assert.equal(await card.getByLabel("Reason").inputValue(), "we talked");
    await card.getByRole("button", { name: /^Deny/ }).click();
    await expectVisible(page.locator("#review-undo").getByText("Denying"));
    await page.clock.fastForward(5_100);
    await expectVisible(card.getByText("denied", { exact: true }));
    const { stdout } = await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[0].message}"]);
    assert.equal(stdout, "we talked");
    await context.close();
  }
});

test("what became of a decision cannot be found out: said, and reading the list again tells", async () => {
  await create("dora", "unknown");
  // From the write on, nothing tells of the request: neither its own answer, nor reading it, nor the watch.
  let lost = false;
  way.faults = (request) => {
    if (isWrite(request)) {
      lost = true;
      return { lose: true };
    }
    if (lost) return FAILS;
    return isWatch(request) ? { lines: (line) => (line.includes('"unknown"') ? [] : [line]) } : undefined;
  };
  const { page, context } = await review("unknown");
  await decide(page, "unknown", "Approve");
  const error = cardOf(page, "unknown").locator(".decision .error");
  await soon(page, error);
  assert.match((await error.allInnerTexts()).join(" "), /It is not known whether the decision was stored\. Read the request again before you decide\./);
  assert.equal(await typesOf("unknown"), "Approved", "the control: it was");
  way.faults = () => undefined;
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("button", { name: "Decided" }).click();
  await expectVisible(rowOf(page, "unknown").getByText("Issued"));
  await context.close();
});

test("the answer is lost, and so are those that follow, but the list tells what was decided: no doubt is left", async () => {
  await create("dora", "told");
  const { page, context } = await review("told");
  let lost = false;
  way.faults = (request) => {
    if (!isWrite(request)) return lost ? FAILS : undefined;
    lost = true;
    return { lose: true };
  };
  await decide(page, "told", "Approve");
  await expectVisible(cardOf(page, "told").getByText(/^(approved, not signed yet|issued)$/));
  await soon(page, page.locator("#live", { hasText: "told is approved." }));
  assert.equal(await page.getByText("It is not known").count(), 0);
  await context.close();
});

test("many are approved and the answer to one is lost: all are decided", async () => {
  way.faults = () => undefined;
  await create("many", "bulk-a", "bulk-b", "bulk-c");
  const { page, context } = await review();
  for (const name of ["bulk-a", "bulk-b", "bulk-c"]) await rowOf(page, name).getByLabel("Select").check();
  await page.getByRole("button", { name: "Review 3" }).click();
  await page.clock.install();
  const left = inTurn(isWrite, {}, { lose: true });
  await page.getByRole("button", { name: "Approve 3" }).click();
  await expectVisible(page.locator("#review-undo").getByText("Approving"));
  await page.clock.fastForward(5_100);
  await page.locator("#live", { hasText: "3 approved." }).waitFor({ state: "attached" });
  assert.equal(left.length, 0);
  for (const name of ["bulk-a", "bulk-b", "bulk-c"]) assert.equal(await typesOf(name), "Approved");
  await context.close();
});

test("the API server is killed while a certificate is awaited, and started again: said, and the certificate arrives", async () => {
  way.faults = () => undefined;
  const { page, context, seen } = await openPage(browser, way.page);
  await sayWho(page, "survivor", ["dev"]);
  await makeKey(page);
  const print = await page.locator('li[data-step="key"] .summary').innerText();
  const name = await send(page);
  const start = await plane.end("kube-apiserver", "SIGKILL");
  await expectVisible(page.locator("#answer-trouble", { hasText: /The page keeps trying\./ }));
  assert.match(await page.locator("#answer-state").innerText(), /Waiting for approval/, "the state that is known stays");
  start();
  await until(async () => (await plane.kubectl(["get", "--raw", "/readyz"])).code === 0, "the server to be back");
  assert.equal((await plane.kubectl(["certificate", "approve", name])).code, 0);
  const saved = await save(page);
  assert.ok(saved.bytes.includes("client-certificate-data"));
  assert.equal(await page.locator('li[data-step="key"] .summary').innerText(), print, "with the same key");
  assert.deepEqual([seen.violations, seen.errors], [[], []]);
  await context.close();
});
