// Hostile names, pasted texts and neighbours: nothing becomes markup, nothing runs, nothing is asked of another origin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { answerAs } from "./answers.mjs";
import { foreign, openPage } from "./browser.mjs";
import { makeKey, openStep, sayWho } from "./person.mjs";
import { dist, tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

const vector = (path) => JSON.parse(readFileSync(join(tests, "vectors", path), "utf8"));
const MARKUP = [
  "<img src=x onerror=globalThis.ran=1>",
  "<svg onload=globalThis.ran=1>",
  '"><script>globalThis.ran=1</script>',
  "javascript:globalThis.ran=1",
  "{{constructor.constructor('globalThis.ran=1')()}}",
  "<a href=//elsewhere.example>x</a>",
  "jane\u202enimda",
  "\u2066x\u2069",
];
const NAMES = [...vector("names.json"), ...MARKUP];

let server, origin, browser;
onStage(
  async (stage) => {
    ({ server, browser } = stage);
    origin = new URL(server.address).origin;
  },
  { cluster: false, served: true },
);

// What a name must never become. Elements of the page itself are none of these.
const intruders = (page) =>
  page.evaluate(() => ({
    elements: document.querySelectorAll(
      "body script, body img, body svg:not(.sign), body iframe, body object, body embed, body style, body link, main a:not([href^='#'])",
    ).length,
    handlers: [...document.querySelectorAll("*")].filter((node) => [...node.attributes].some((attribute) => /^on/i.test(attribute.name))).length,
    ran: globalThis.ran ?? null,
  }));

/** What held throughout a page's life; the 404 of the one question whether a cluster is there is written by the browser itself. */
async function clean(page, seen) {
  assert.deepEqual(await intruders(page), { elements: 0, handlers: 0, ran: null });
  assert.deepEqual(seen.violations, []);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(foreign(seen, origin), []);
  assert.deepEqual(
    seen.console.filter((line) => !/^error: Failed to load resource: the server responded with a status of 40[45]/.test(line)),
    [],
  );
}

/** Fills fields, presses a button (again where a warning wants it) and waits for one of several things to appear, for each of many texts: inside the page, since there are hundreds. */
const each = (page, texts, options) =>
  page.evaluate(
    async ([list, { fields, press, again, until, read, back }]) => {
      const node = (selector) => document.querySelector(selector);
      const results = [];
      for (const text of list) {
        for (const field of fields) node(field).value = text;
        for (const remark of document.querySelectorAll(".findings")) remark.remove();
        node(press).click();
        while (!until.some(node)) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          if (again && node(again) && !until.some(node)) node(press).click();
        }
        results.push(Object.fromEntries(Object.entries(read ?? {}).map(([key, [selector, property]]) => [key, node(selector)?.[property] ?? null])));
        node(back)?.click();
      }
      return results;
    },
    [texts, options],
  );

test("every hostile name as user and as group: refused beside the field or shown as text", async () => {
  const { page, context, seen } = await openPage(browser, `${server.address}#/access`);
  await expectVisible(page.locator("#groups input"));
  const results = await each(page, NAMES, {
    fields: ["#user", "#groups input"],
    press: "#who-steps",
    again: "#who .findings .warning",
    until: ['li[data-step="key"].now', "#who [aria-invalid]"],
    // An input holds one line, so what was typed is what the field made of the name; the summary shows exactly that.
    read: { typed: ["#user", "value"], shown: ['li[data-step="who"].done bdi', "textContent"], why: ["#who .findings .error", "textContent"] },
    back: '[aria-label="Change: Who you are"]',
  });
  for (const [index, { typed, shown, why }] of results.entries()) {
    if (why !== null) continue;
    assert.ok(shown !== null, `neither refused nor shown: ${JSON.stringify(NAMES[index])}`);
    if (/^[\x21-\x7e]{1,150}$/.test(typed)) assert.equal(shown, typed);
    assert.doesNotMatch(shown, /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u);
  }
  assert.ok(results.some(({ why }) => why) && results.some(({ why }) => why === null), "some are refused, some are names");
  await clean(page, seen);
  await context.close();
});

test("a user name with commas and equal signs stays one name", async () => {
  const { page, context } = await openPage(browser, server.address);
  await sayWho(page, "jane,O=system:masters", ["a,b"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await page.waitForFunction(() => /request: /.test(document.querySelector("#manifest").textContent));
  const pem = Buffer.from(/request: "?([A-Za-z0-9+/=]+)/.exec(await page.locator("#manifest").textContent())[1], "base64").toString();
  await page.goto(`${server.address}#/review`);
  await page.locator("#review-text").fill(pem);
  await page.getByRole("button", { name: "Check request" }).click();
  const card = page.locator("#review-pasted article");
  await expectVisible(card);
  assert.deepEqual(await card.locator("dd.strong").allInnerTexts(), ["jane,O=system:masters", "a,b"]);
  await context.close();
});

test("every hostile text in every other field and pasted place", async () => {
  const { page, context, seen } = await openPage(browser, server.address);
  await sayWho(page, "jane", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await page.getByText("Name of the request").click();
  await each(page, NAMES, {
    fields: ["#request-name"],
    press: "#request-hand",
    until: ['li[data-step="answer"].now', "#request .findings .error"],
    back: '[aria-label="Change: Your request"]',
  });
  await page.getByLabel("Name in the cluster").fill("");
  await page.getByRole("button", { name: "Create the request file" }).click();
  await openStep(page, "answer");
  const hostileObject = JSON.stringify(vector("signing-requests/pending-hostile-names.json"));
  const wrapped = (name) => [name, `{"kind":${JSON.stringify(name)}}`, `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`];
  const texts = [...NAMES.flatMap(wrapped), hostileObject];
  const answers = await each(page, texts, {
    fields: ["#answer-text"],
    press: "#answer-take",
    until: ['[data-field="answer-text"] .findings .error'],
    read: { why: ['[data-field="answer-text"] .findings .error', "textContent"] },
  });
  assert.ok(answers.every(({ why }) => why));
  await page.getByRole("link", { name: "Review requests" }).click();
  await expectVisible(page.locator("#review-text"));
  await each(page, texts, {
    fields: ["#review-text"],
    press: "#review-paste button.primary",
    until: ["#review-paste .findings .error", "#review-pasted article"],
  });
  await expectVisible(page.locator("#review-pasted article"));
  assert.match(await page.locator("#review-pasted article").innerText(), /U\+202E/, "the direction override is written out");
  await clean(page, seen);
  await context.close();
});

test("every hostile name from the cluster's own answers", async () => {
  const { page, context, seen } = await openPage(browser, null);
  const pending = vector("signing-requests/pending-hostile-names.json");
  const requests = NAMES.map((name) => {
    const copy = structuredClone(pending);
    copy.metadata.name = name || "x";
    copy.spec.username = name;
    copy.spec.groups = [name, name];
    copy.spec.signerName = name;
    copy.spec.usages = [name];
    copy.status = { conditions: [{ type: "Denied", status: "True", reason: name, message: name }] };
    return copy;
  });
  await answerAs(context, { user: MARKUP[0], groups: MARKUP, requests: [...requests, pending], answers: { "GET /version": { gitVersion: MARKUP[1] } } });
  await page.goto(`${server.address}#/review/${encodeURIComponent(MARKUP[0])}`);
  await expectVisible(page.locator("#review-list .request-row").first());
  await page.locator("#connection summary").click();
  // Each row as it comes into view, and each request as it is opened.
  const text = await page.locator("main").evaluate(async (node, count) => {
    const list = node.querySelector("#review-list");
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    const texts = [node.textContent];
    for (let number = 1; number <= count; number += 1) {
      let row = null;
      for (; !row; row = list.querySelector(`[aria-posinset="${number}"]`)) await pause();
      row.scrollIntoView({ block: "nearest" });
      row.querySelector(".open").click();
      await pause();
      texts.push(row.textContent, node.querySelector("#review-detail").textContent);
    }
    return texts.join("\n");
  }, requests.length);
  assert.doesNotMatch(text, /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u0000]/, "no character that steers others is shown as itself");
  await clean(page, seen);
  await context.close();
});

test("the part of the address after # fills nothing in, goes nowhere and runs nothing", async () => {
  for (const name of [...MARKUP, "%E0%A4%A", "/constructor", "/__proto__", "/access?user=x", "/review/%3Cimg%20src=x%20onerror=ran=1%3E"]) {
    const { page, context, seen } = await openPage(browser, `${server.address}#${name}`);
    await expectVisible(page.locator("h1:visible"));
    assert.equal(
      await page
        .getByLabel("User name")
        .inputValue()
        .catch(() => ""),
      "",
    );
    await clean(page, seen);
    await context.close();
  }
});

test("an injected inline script, handler, innerHTML, eval and a foreign request are blocked", async () => {
  const { page, context, seen } = await openPage(browser, null);
  const html = readFileSync(join(dist, "index.html"), "utf8");
  await page.route(server.address, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: html.replace("</body>", "<script>globalThis.ran = 'inline'</script><img src=x onerror=\"globalThis.ran = 'handler'\"></body>"),
    }),
  );
  await page.goto(server.address);
  await expectVisible(page.getByRole("link", { name: "I need access" }));
  const outcome = await page.evaluate(
    () =>
      new Promise((resolve) => {
        // Later, and not in the debugger's own evaluation, which the policy does not bind.
        setTimeout(async () => {
          const attempt = (work) => {
            try {
              work();
              return "done";
            } catch (error) {
              return error.name;
            }
          };
          const result = {
            innerHTML: attempt(() => {
              document.createElement("div").innerHTML = "<b>x</b>";
            }),
            evaluate: attempt(() => eval("globalThis.ran = 'eval'")),
            construct: attempt(() => new Function("globalThis.ran = 'function'")()),
            script: attempt(() => {
              const script = document.createElement("script");
              script.src = "data:text/javascript,globalThis.ran='data'";
              document.body.append(script);
            }),
            policy: attempt(() => globalThis.trustedTypes.createPolicy("another", { createHTML: (text) => text })),
          };
          result.foreign = await fetch("https://elsewhere.invalid/").then(
            () => "done",
            (error) => error.name,
          );
          resolve({ ...result, ran: globalThis.ran ?? null });
        }, 0);
      }),
  );
  assert.deepEqual(outcome, {
    innerHTML: "TypeError",
    evaluate: "EvalError",
    construct: "EvalError",
    script: "TypeError",
    policy: "TypeError",
    foreign: "TypeError",
    ran: null,
  });
  assert.ok(
    seen.violations.some((violation) => violation.startsWith("script-src-elem: inline")),
    "the inline script was seen and blocked",
  );
  assert.ok(
    seen.violations.some((violation) => violation.startsWith("script-src-attr: inline")),
    "the inline handler was seen and blocked",
  );
  await context.close();
});

test("inside another page it refuses to work", async () => {
  const frame = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end(`<iframe src="${server.address}" width="800" height="600"></iframe>`),
  );
  await new Promise((resolve) => frame.listen(0, "127.0.0.1", resolve));
  const { page, context } = await openPage(browser, `http://127.0.0.1:${frame.address().port}/`);
  const inner = page.frameLocator("iframe");
  await inner.getByText("kubecred does not run inside another page.").waitFor();
  assert.equal(await inner.locator("input, button, a").count(), 0);
  await context.close();
  frame.closeAllConnections();
  await new Promise((resolve) => frame.close(resolve));
});

test("a saved file has a name that every system takes, and its address and bytes are gone afterwards", async () => {
  const { page, context } = await openPage(browser, server.address);
  const names = await page.evaluate(
    async (labels) => {
      const { fileName } = await import(new URL("ui/names.js", location.href).href);
      return labels.map((label) => fileName("kubeconfig", label, "yaml"));
    },
    [...NAMES, "../../.ssh/config", "..\\..\\x", "CON", "nul.txt", "a\u202egnp.exe", "a".repeat(300), "a/b", "", null],
  );
  for (const name of names) assert.match(name, /^kubeconfig(-[a-z0-9]+)*\.yaml$/);
  assert.ok(names.every((name) => name.length <= 60) && names.includes("kubeconfig-ssh-config.yaml") && names.includes("kubeconfig-con.yaml"));
  const download = page.waitForEvent("download");
  const { made, left } = await page.evaluate(async () => {
    const made = [];
    const { createObjectURL, revokeObjectURL } = URL;
    globalThis.revoked = [];
    URL.createObjectURL = (blob) => made[made.push(createObjectURL(blob)) - 1];
    URL.revokeObjectURL = (url) => {
      globalThis.revoked.push(url);
      revokeObjectURL(url);
    };
    const { saveFile } = await import(new URL("ui/save.js", location.href).href);
    const bytes = new TextEncoder().encode("a secret");
    saveFile(bytes, "x.yaml");
    return { made, left: [...bytes] };
  });
  assert.equal(readFileSync(await (await download).path(), "utf8"), "a secret");
  assert.deepEqual(left, Array(8).fill(0));
  assert.equal(made.length, 1);
  await until(() => page.evaluate((url) => globalThis.revoked.includes(url), made[0]), "the address to be given back");
  await context.close();
});

test("a changed prototype moves no request elsewhere", async () => {
  const { page, context, seen } = await openPage(browser, null);
  await context.addInitScript(() => {
    Object.prototype.server = "https://elsewhere.invalid";
    Object.prototype.token = "stolen";
  });
  await answerAs(context);
  await page.goto(server.address);
  await expectVisible(page.getByText(/Kubernetes v1\.36\.3 as/));
  assert.deepEqual(foreign(seen, origin), []);
  await context.close();
});
