// <kubecred-review> decides as carefully as the page: what is dangerous is not approved by one click, nothing is sent before five seconds are over, and
// nothing that is not the request on the card is decided. In Chromium and Firefox, on a real API server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startControlPlane } from "../support/control-plane.mjs";
import { tests } from "../support/place.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { startFirefox } from "./firefox.mjs";
import { inChromium, inFirefox } from "./hands.mjs";
import { startPortal } from "./portal.mjs";
import { until } from "./wait.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const API = "/k8s/clusters/one";
// What a test does while a decision waits takes as long as the machine makes it: the five seconds are over when the test says so.
const SCRIPT = `
const { setTimeout: real } = globalThis;
let held;
globalThis.hold = () => { held = []; };
globalThis.release = () => {
  const due = held;
  held = undefined;
  for (const each of due) each();
};
globalThis.setTimeout = (run, milliseconds, ...more) => (held && milliseconds === 5000 ? -held.push(run) : real(run, milliseconds, ...more));
await import("/kubecred/element/index.js");
`;
const PAGE = '<!doctype html><html lang="en"><title>Portal</title><script type="module" src="/portal.js"></script><main></main></html>';

let plane, browser, portal;
before(async () => {
  plane = await startControlPlane();
  // Of the files that ran on this control plane before: the element shows 25 at once.
  await plane.kubectl(["delete", "csr", "--all"]);
  browser = await startBrowser();
  portal = await startPortal({ plane, api: API, pages: { "/": PAGE, "/portal.js": SCRIPT }, folders: { "/kubecred/": join(tests, "..", "pkg") } });
});
after(async () => {
  await portal?.close();
  await browser?.close();
  plane?.stop();
});

function csr(subject) {
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"];
  return execFileSync("openssl", ["req", "-new", "-utf8", ...options, "-subj", subject], { stdio: ["ignore", "pipe", "ignore"] });
}

/** The same request with a label that the API server refuses. */
const relabelled = (request) =>
  Buffer.from(Buffer.from(request, "base64").toString().replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")).toString("base64");

async function create(name, subject) {
  const request = csr(subject).toString("base64");
  const spec = { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"], expirationSeconds: 86_400 };
  const input = JSON.stringify({ apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name }, spec });
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input });
  assert.equal(code, 0, stderr);
  return request;
}

const conditionsOf = async (name) => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.conditions[*].type}"])).stdout;
/** The decisions on a request that were sent. */
const sent = (name) => portal.requests.filter((line) => line.startsWith("PUT ") && line.includes(`/${name}/approval`)).length;

/** A page with <kubecred-review>, and what a test does with its cards. */
async function openReview(where) {
  const opened = where === "Chromium" ? await openPage(browser) : await startFirefox();
  const hands = where === "Chromium" ? inChromium(opened.page) : inFirefox(opened);
  const run = (code, ...args) =>
    hands.run(
      `const [name, ...more] = arguments;
       const review = document.querySelector("kubecred-review");
       const root = review?.shadowRoot;
       const card = root?.querySelector('article[data-name="' + name + '"]');
       const button = (words) => [...(card?.querySelectorAll("button") ?? [])].find((each) => each.textContent.startsWith(words));
       ${code}`,
      ...args,
    );
  const self = {
    run,
    page: opened.page,
    text: (name) => run("return card?.innerText ?? ''", name),
    sees: (name, pattern) => until(async () => pattern.test(await self.text(name)), `${pattern} on ${name}`, 60_000),
    /** `detail`: 0 as by the keyboard, 2 as the second click of a double click. */
    press: (name, words, detail = 0) => run("button(more[0]).dispatchEvent(new MouseEvent('click', { bubbles: true, detail: more[1] }));", name, words, detail),
    button: async (name, words) =>
      JSON.parse(await run("const it = button(more[0]); return JSON.stringify(it ? [it.disabled, it.part.value] : null);", name, words)),
    type: (name, text) => run("const it = card.querySelector('.confirm input'); it.value = more[0];", name, text),
    waits: (name) => run("return !!card.querySelector('.undo-line')", name),
    hold: () => run("hold();", ""),
    release: () => run("release();", ""),
    focus: () => run("return root.activeElement?.textContent ?? ''", ""),
    close: opened.close ?? (() => opened.context.close()),
  };
  await hands.goto(`${portal.origin}/`);
  await until(() => run("return !!customElements.get('kubecred-review')", ""), "the element");
  await run(`const made = document.createElement("kubecred-review"); made.setAttribute("server", "${API}"); document.querySelector("main").append(made);`, "");
  return self;
}

for (const where of ["Chromium", "Firefox"]) {
  const own = (name) => `${name}-${where.toLowerCase()}`;

  test(`${where}: what is dangerous is approved by the right name alone, written out, and by no single click`, async () => {
    const alike = own("alike");
    const nobody = own("nobody");
    const plain = own("plain");
    await create(alike, "/O=dev/CN=\u0430dmin");
    await create(nobody, "/O=dev");
    await create(plain, "/O=dev/CN=jane");
    const review = await openReview(where);
    try {
      await review.sees(plain, /Approve jane \(dev\) for 1 day/);
      assert.deepEqual(await review.button(plain, "Approve"), [false, "button primary approve"]);
      assert.deepEqual(await review.button(plain, "Deny"), [false, "button deny"]);
      assert.deepEqual(await review.button(alike, "Approve"), [false, "button approve"], "not the first choice");
      assert.match(await review.text(alike), /To approve, type the user name \[U\+0430\]dmin/);
      await review.hold();
      for (const typed of ["", "admin", "[U+0430]dmin ", "dmin", "jane"]) {
        await review.type(alike, typed);
        await review.press(alike, "Approve");
        assert.match(await review.text(alike), /The text differs from the user name\. Type or paste the exact name\./, typed);
        assert.equal(await review.waits(alike), false, typed);
      }
      await review.press(nobody, "Approve");
      assert.equal(await review.waits(nobody), false, "no name is not typed by typing nothing");
      await review.type(nobody, "empty");
      await review.press(nobody, "Approve");
      assert.equal(await review.waits(nobody), true);

      await review.type(alike, "[U+0430]dmin");
      await review.press(alike, "Approve");
      assert.equal(await review.waits(alike), true);
      assert.doesNotMatch(await review.text(alike), /differs/);
      assert.deepEqual([sent(alike), sent(nobody)], [0, 0], "nothing while it can be undone");
      await review.release();
      await review.sees(alike, /approved, not signed yet|issued/);
      assert.match(await conditionsOf(alike), /^Approved/);
      assert.equal(sent(alike), 1);
    } finally {
      await review.close();
    }
  });

  test(`${where}: what the API server would refuse cannot be approved, and can be denied; no double click, by nobody`, async () => {
    const refused = own("refused");
    const request = await create(refused, "/O=dev/CN=eve");
    const review = await openReview(where);
    try {
      // An API server refuses such a request when it is created, so the answers of this one are changed on their way.
      await review.run(
        `review.fetch = async (input, init) => {
          const answer = await fetch(input, init);
          if (String(input).includes("watch=")) return answer;
          return new Response((await answer.text()).replaceAll(more[0], more[1]), { status: answer.status, headers: answer.headers });
        };`,
        "",
        request,
        relabelled(request),
      );
      await review.sees(refused, /which the API server refuses/);
      await review.sees(refused, /Deny eve/);
      assert.deepEqual(await review.button(refused, "Approve"), [true, "button approve"]);
      await review.hold();
      await review.press(refused, "Deny", 2);
      assert.equal(await review.waits(refused), false, "the second click of a double click");
      await review.press(refused, "Deny", 1);
      assert.equal(await review.waits(refused), true);
      assert.deepEqual((await review.button(refused, "Deny"))[0], true);
      await review.press(refused, "Undo", 2);
      assert.equal(await review.waits(refused), true, "the second click of a double click");
      await review.press(refused, "Undo", 1);
      assert.match(await review.text(refused), /Undone\. Nothing was sent\./);
      assert.deepEqual(
        [await review.button(refused, "Approve"), await review.button(refused, "Deny")],
        [
          [true, "button approve"],
          [false, "button deny"],
        ],
      );
      await review.release();
      assert.equal(sent(refused), 0);
      await review.press(refused, "Deny");
      await review.sees(refused, /\bdenied\b/);
      assert.deepEqual([await conditionsOf(refused), sent(refused)], ["Denied", 1]);
    } finally {
      await review.close();
    }
  });

  test(`${where}: what waits is not sent where the request was decided or deleted, the list was read again, or the element was removed`, async () => {
    const [others, gone, again, left, control] = ["others", "gone", "again", "left", "control"].map(own);
    for (const [index, name] of [others, gone, again, left, control].entries()) await create(name, `/O=dev/CN=person-${index}`);
    const review = await openReview(where);
    try {
      await review.sees(control, /Approve person-4/);
      await review.hold();
      await review.press(others, "Approve");
      await plane.kubectl(["certificate", "deny", others]);
      await review.sees(others, /The request was decided in the meantime\. Nothing was sent\./);
      assert.match(await review.text(others), /\bdenied\b/);

      await review.press(gone, "Approve");
      await plane.kubectl(["delete", "csr", gone]);
      await review.sees(gone, /This request was deleted\. Nothing was sent\./);

      await review.press(again, "Approve");
      assert.equal(await review.waits(again), true);
      await review.run("[...root.querySelectorAll('button')].find((each) => each.textContent === 'Refresh').click();", "");
      await until(
        () => review.run("return root.textContent.includes('The list was read again before a decision was sent. Nothing was sent.')", ""),
        "what became of it",
      );
      await review.sees(left, /Approve person-3/);

      await review.press(left, "Approve");
      await review.run("window.kept = review; review.remove();", "");
      await until(() => review.run("return window.kept.shadowRoot.textContent === ''", ""), "the end of the stay");
      await review.run("document.querySelector('main').append(window.kept);", "");
      await review.sees(control, /Approve person-4/);
      await review.release();
      await review.press(control, "Approve");
      await review.sees(control, /approved, not signed yet|issued/);
      // The last one waited its five seconds after all the others.
      assert.deepEqual([others, gone, again, left, control].map(sent), [0, 0, 0, 0, 1]);
      assert.deepEqual([await conditionsOf(again), await conditionsOf(left)], ["", ""]);
    } finally {
      await review.close();
    }
  });

  test(`${where}: another request under the name is read before it can be decided on, and keeps the place of the first`, async () => {
    const [first, swapped, last] = ["a-first", "b-swapped", "c-last"].map(own);
    for (const name of [first, swapped, last]) await create(name, `/O=dev/CN=${name}`);
    const review = await openReview(where);
    try {
      await review.sees(last, /Approve/);
      const order = () =>
        review.run("return [...root.querySelectorAll('article')].map((each) => each.dataset.name).filter((each) => more[0].includes(each)).join()", "", [
          first,
          swapped,
          last,
        ]);
      const before = await order();
      // The list hears of nothing: the requests of its watch are not answered any more.
      await review.run("review.fetch = (input, init) => String(input.url ?? input).includes('watch=') ? new Promise(() => {}) : fetch(input, init);", "");
      await review.sees(swapped, /Approve/);
      await review.hold();
      await review.press(swapped, "Approve");
      assert.equal(await review.waits(swapped), true);
      await plane.kubectl(["delete", "csr", swapped]);
      await create(swapped, "/O=kubeadm:cluster-admins/CN=mallory");
      await review.release();
      await review.sees(swapped, /Show the new request/);
      assert.equal(sent(swapped), 0);
      assert.equal(await review.button(swapped, "Approve"), null);
      // In one go: no second passes.
      const [approve, deny, words] = JSON.parse(
        await review.run(
          `button("Show the new request").click();
           const now = root.querySelector('article[data-name="' + name + '"]');
           return JSON.stringify([...[...now.querySelectorAll(".decide button")].map((each) => each.disabled), now.innerText]);`,
          swapped,
        ),
      );
      assert.match(words, /mallory[^]*This is not the request that was here before/);
      assert.deepEqual([approve, deny], [true, true]);
      await until(async () => (await review.button(swapped, "Approve"))?.[0] === false, "the second in view");
      assert.doesNotMatch(await review.text(swapped), /This is not the request that was here before/);
      assert.equal(await order(), before);
      await review.press(swapped, "Approve");
      assert.equal(await review.waits(swapped), false, "it is dangerous");
      await review.press(swapped, "Deny");
      await review.sees(swapped, /\bdenied\b/);
    } finally {
      await review.close();
    }
  });

  test(`${where}: a card whose request was replaced while nothing was told is not decided on, and the new request has a card of its own`, async () => {
    const name = own("untold");
    await create(name, "/O=dev/CN=jane");
    const review = await openReview(where);
    try {
      // The watch is silent, then too old: the list is read again, where the name belongs to another request by now.
      await review.run(
        `const expired = { type: "ERROR", object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "Expired", code: 410, message: "too old" } };
        let silent = true;
        review.fetch = (input, init) => {
          if (!silent || !String(input).includes("watch=")) return fetch(input, init);
          return new Promise((resolve) => {
            window.expire = () => {
              silent = false;
              resolve(new Response(JSON.stringify(expired) + "\\n", { headers: { "Content-Type": "application/json" } }));
            };
          });
        };`,
        "",
      );
      await until(() => review.run("return !!window.expire && !!button('Approve')", name), "the watch");
      await review.hold();
      await review.press(name, "Approve");
      await plane.kubectl(["delete", "csr", name]);
      await create(name, "/O=dev/CN=mallory");
      await review.run("window.expire();", "");
      const cards = () =>
        review.run(
          `return [...root.querySelectorAll("article")].filter((each) => each.dataset.name === name).map((each) => [each.innerText, [...each.querySelectorAll("button")].map((one) => one.textContent)].join("|"));`,
          name,
        );
      await until(async () => (await cards()).length === 2, "the new request");
      const [before, now] = await cards();
      assert.match(before, /jane[^|]*This request was deleted\. Nothing was sent\.\s*\|$/, "it has no button");
      assert.match(now, /mallory[^|]*\|Approve mallory \(dev\) for 1 day,Deny mallory$/);
      await review.release();
      assert.equal(sent(name), 0);
    } finally {
      await review.close();
    }
  });
}

/** Follows the list until it has told of everything so far: of the request that is created now it is told last. */
async function upToDate(review, name) {
  await create(name, "/O=dev/CN=later");
  await review.sees(name, /Approve later/);
}

/**
 * The element's decision on `name` is sent and what follows does not reach it before `answer()`: then the answer is that of `how`, and reading the
 * request again is refused. Its events are in `events()`.
 */
async function withheld(review, name, how) {
  await review.run(
    `window.events = [];
     for (const type of ["decided", "error"])
       review.addEventListener("kubecred-" + type, ({ detail }) => window.events.push([type, detail.status?.state ?? detail.error.code].join(" ")));
     const refusal = () => new Response(JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "Forbidden", code: 403, message: "of the test" }), { status: 403, headers: { "Content-Type": "application/json" } });
     let answered = false;
     review.fetch = async (input, init) => {
       const path = new URL(input, location.href).pathname;
       if (init.method !== "PUT") return answered && path.endsWith("/" + name) ? refusal() : fetch(input, init);
       const answer = more[0] === "refused" ? refusal() : await fetch(input, init);
       window.reached = true;
       await new Promise((resolve) => { window.answer = resolve; });
       answered = true;
       if (more[0] === "lost") throw new TypeError("lost");
       return answer;
     };`,
    name,
    how,
  );
  await review.sees(name, /Approve/);
  await review.hold();
  await review.press(name, "Approve");
  await review.release();
  await until(() => review.run("return !!window.reached", ""), "the decision to be sent");
  return {
    answer: () => review.run("window.answer();", ""),
    events: async (count) => {
      await until(async () => (await review.run("return window.events.length", "")) >= count, "what the element tells");
      return (await review.run("return window.events.join()", "")).split(",");
    },
  };
}
const isIssued = (name) =>
  until(async () => (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.certificate}"])).stdout !== "", "the certificate");

for (const [what, name, how, told, says, not] of [
  ["the list has told of a later state than the answer to a decision: the later one stays", "overtaken", "stored", "decided issued", /\bissued\b/],
  [
    "the answer is lost, and the list has told that the decision was stored: it is made, and no doubt is left",
    "lost",
    "lost",
    "decided issued",
    /\bissued\b/,
    /cannot be reached|not known/,
  ],
  [
    "a decision is refused, and somebody else has decided alike: the refusal is said, and nothing counts as decided here",
    "refused-here",
    "refused",
    "error forbidden",
    /\bissued\b[^]*\(403\)/,
  ],
])
  test(what, async () => {
    await create(name, `/O=dev/CN=${name}`);
    const review = await openReview("Chromium");
    try {
      const decision = await withheld(review, name, how);
      if (how === "refused") await plane.kubectl(["certificate", "approve", name]);
      await isIssued(name);
      await upToDate(review, `${name}-after`);
      await decision.answer();
      assert.deepEqual(await decision.events(1), [told]);
      const text = await review.text(name);
      assert.match(text, says);
      if (not) assert.doesNotMatch(text, not);
    } finally {
      await review.close();
    }
  });

test("the focus is at Undo when its time is over, however it got there: it goes to the heading; elsewhere it stays", async () => {
  for (const name of ["focus-left", "focus-kept"]) await create(name, `/O=dev/CN=${name}`);
  const review = await openReview("Chromium");
  const press = async (name) => {
    await review.hold();
    // By no focus on a button, as Safari presses.
    await review.run("document.activeElement?.blur(); button('Deny').click();", name);
    assert.equal(await review.focus(), "Undo");
  };
  try {
    await review.sees("focus-kept", /Deny/);
    await press("focus-left");
    await review.run("card.addEventListener('focusin', ({ target }) => { window.went = target.tagName; });", "focus-left");
    await review.release();
    await review.sees("focus-left", /\bdenied\b/);
    assert.equal(await review.run("return window.went", ""), "H3");
    assert.match(await review.focus(), /^focus-left/, "and stays on the heading of the card that takes the place");

    await press("focus-kept");
    await review.run("[...root.querySelectorAll('button')].find((each) => each.textContent === 'Refresh').focus();", "");
    await review.release();
    await review.sees("focus-kept", /\bdenied\b/);
    assert.equal(await review.focus(), "Refresh");
  } finally {
    await review.close();
  }
});

test("by the keyboard: the list is read again, and the focus goes to the card of the same request, to the next one, or to the heading; elsewhere it stays", async () => {
  // The list has these alone, in this order.
  await plane.kubectl(["delete", "csr", "--all"]);
  const [before, here, next] = ["reread-a", "reread-b", "reread-c"];
  for (const name of [before, here, next]) await create(name, `/O=dev/CN=${name}`);
  const review = await openReview("Chromium");
  const { page } = review;
  const focus = async (text) => until(async () => (await review.focus()).startsWith(text), `the focus at ${text}`);
  /** By a change of the host's. The answer to the list waits for `list()`. */
  const readAgain = async () => {
    await review.run(
      `window.listed = false;
       review.fetch = async (input, init) => {
         const answer = await fetch(input, init);
         if (!String(input).includes("watch=")) await new Promise((resolve) => { window.list = resolve; window.listed = true; });
         return answer;
       };`,
      "",
    );
    await until(() => review.run("return window.listed && root.querySelectorAll('article').length === 0", ""), "the list to be read");
  };
  const isRead = () => until(() => review.run("return / pending request/.test(root.querySelector('[role=status]').textContent)", ""), "the list");
  const toDeny = async (name) => {
    for (let presses = 0; presses < 100; presses++) {
      if (await review.run("return button('Deny') === root.activeElement", name)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Deny of ${name} cannot be reached`);
  };
  try {
    await review.sees(next, /Deny/);
    await toDeny(here);
    await readAgain();
    await focus("Certificate signing requests");
    await review.run("window.list();", "");
    await focus(here);
    assert.equal(await review.run("return root.activeElement === card.querySelector('h3')", here), true);
    assert.equal(await review.run("return root.querySelector('h2').hasAttribute('tabindex')", ""), false);

    // Twice in a row: the second begins before the first has told of any request.
    await toDeny(here);
    await readAgain();
    await plane.kubectl(["delete", "csr", here]);
    await readAgain();
    await review.run("window.list();", "");
    await focus(next);

    await plane.kubectl(["delete", "csr", next]);
    await review.sees(next, /This request was deleted/);
    await focus(next);
    await readAgain();
    await review.run("window.list();", "");
    await isRead();
    assert.equal(await review.focus(), "Certificate signing requests", "nothing comes after it");

    await toDeny(before);
    await readAgain();
    await page.keyboard.press("Tab");
    assert.equal(await review.focus(), "Refresh");
    await review.run("window.list();", "");
    await isRead();
    assert.equal(await review.focus(), "Refresh", "a person moved it");
    await readAgain();
    await review.run("window.list();", "");
    await isRead();
    assert.equal(await review.focus(), "Refresh");
  } finally {
    await review.close();
  }
});

test("by the keyboard: the focus is at Undo, Ctrl+Z undoes, and the browser asks before it leaves the page", async () => {
  await create("keys", "/O=dev/CN=keys");
  const review = await openReview("Chromium");
  const { page } = review;
  try {
    await review.sees("keys", /Approve keys/);
    await review.hold();
    const undone = () => review.sees("keys", /Undone\. Nothing was sent\./);
    for (const undo of ["Enter", "Control+z", "Meta+Z"]) {
      await page.getByRole("button", { name: /^Approve keys/ }).focus();
      await page.keyboard.press("Enter");
      await until(async () => (await review.focus()) === "Undo", "the focus at Undo");
      assert.doesNotMatch(await review.text("keys"), /Undone/, "what was said before is gone");
      await page.keyboard.press(undo);
      await undone();
      assert.match(await review.focus(), /^keys/, "the focus is at the card, not at a button that decides");
    }
    // What is typed is undone where it is typed.
    const card = page.locator("article[data-name=keys]");
    await card.getByText("Give a reason").click();
    await card.getByRole("button", { name: /^Approve/ }).click();
    await card.getByLabel("Reason").focus();
    await page.keyboard.press("Control+z");
    assert.equal(await review.waits("keys"), true);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Runtime.evaluate", { expression: AXE });
    const expression = "axe.run('kubecred-review').then(({ passes, violations }) => JSON.stringify([passes.length > 5, violations.map(({ id }) => id)]))";
    const { result } = await cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    assert.equal(result.value, "[true,[]]");
    const asked = new Promise((resolve) => {
      page.once("dialog", async (dialog) => {
        await dialog.accept();
        resolve(dialog.type());
      });
    });
    await page.goto("about:blank");
    assert.equal(await asked, "beforeunload");
    assert.equal(await conditionsOf("keys"), "");
  } finally {
    await review.close();
  }
});
