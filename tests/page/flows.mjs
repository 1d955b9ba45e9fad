// What a person does on the page with much in it, as flows for tests/bench/tasks.bench.mjs, which measures the longest task of each. The cluster is
// kubecred/testing behind HTTP: ten thousand requests are there in seconds, and what its answers cost is in no task of the page.
// Everything is pressed from within the page: what a debugger does to press a button is a task of 50 ms itself (2026-11).
import { createServer } from "node:http";
import { realpath } from "node:fs/promises";
import { fakeCluster } from "../../pkg/testing/index.js";
import { open } from "../../pkg/node.js";
import { inParallel } from "../package/live.mjs";
import { answer } from "../cluster/static.mjs";
import { dist } from "../support/place.mjs";
import { openPage } from "./browser.mjs";

const API = /^\/(?:apis?|version|openapi)(?:[/?]|$)/;
const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
/** What any page costs: one word. */
const WORD = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title><p>Hello';
const nameOf = (number) => `many-${String(number).padStart(5, "0")}`;

/** A cluster in memory and the page at one address, as behind kubectl proxy. `add(from, count)` submits requests. */
export async function fakeStage(options = {}) {
  const fake = fakeCluster(options);
  const root = await realpath(dist);
  const server = createServer(async (request, response) => {
    if (request.url === "/word") return void response.writeHead(200, { "Content-Type": "text/html" }).end(WORD);
    if (!API.test(request.url)) {
      const { status, headers = {}, body = `${status}\n` } = await answer(root, request);
      response.writeHead(status, { "Cache-Control": "no-store", ...headers }).end(body);
      return;
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const left = new AbortController();
    response.on("close", () => left.abort());
    try {
      const { status, headers, body } = await fake.fetch(request.url, {
        method: request.method,
        headers: Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
        ...(chunks.length ? { body: Buffer.concat(chunks).toString() } : {}),
        signal: left.signal,
      });
      response.writeHead(status, Object.fromEntries(headers));
      for await (const chunk of body ?? []) response.write(chunk);
      response.end();
    } catch {
      response.destroy(); // as a network does; the page has left, or the cluster is closed
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const kubecred = await open();
  const key = await kubecred.keys.generate("ecdsa-p256");
  const manifests = await Promise.all(
    Array.from({ length: 10 }, async (_, person) =>
      kubecred.csr.manifest({ csr: await key.createCsr({ user: `person-${person}`, groups: ["dev", `team-${person}`] }), name: "many" }),
    ),
  );
  kubecred.close();
  return {
    fake,
    word: `http://127.0.0.1:${server.address().port}/word`,
    page: `http://127.0.0.1:${server.address().port}/kubecred/`,
    add: (from, count) =>
      inParallel(
        Array.from({ length: count }, (_, index) => from + index),
        16,
        async (number) => {
          const body = JSON.stringify({ ...manifests[number % manifests.length], metadata: { name: nameOf(number) } });
          const { status } = await fake.fetch(CSRS, { method: "POST", headers: { "Content-Type": "application/json" }, body });
          if (status !== 201) throw new Error(`the cluster in memory answers ${status}`);
        },
      ),
    close() {
      fake.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What the flows use inside the page. */
function helpers() {
  const at = (selector) => {
    const found = document.querySelector(selector);
    if (!found) throw new Error(`there is no ${selector}`);
    return found;
  };
  const pause = (milliseconds = 30) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  globalThis.flow = {
    at,
    pause,
    /** Until something is so; asked often enough, and cheap. */
    async until(test, what) {
      const end = performance.now() + 120_000;
      while (!test()) {
        if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
        await pause();
      }
    },
    says: (selector, pattern) => globalThis.flow.until(() => pattern.test(document.querySelector(selector)?.textContent ?? ""), `${pattern} in ${selector}`),
    press(words, root = "body") {
      const button = [...at(root).querySelectorAll("button, a")].find((each) => each.checkVisibility() && each.textContent.startsWith(words));
      if (!button) throw new Error(`there is no button ${words}`);
      button.click();
    },
    fill(selector, text) {
      const input = at(selector);
      input.focus();
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    key: (key) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })),
    rows: () => [...document.querySelectorAll("#review-list .request-row")],
    /** Until nothing was drawn for a while. */
    async quiet() {
      let last = -1;
      for (;;) {
        const now = document.querySelectorAll("*").length;
        if (now === last) return;
        last = now;
        await pause(300);
      }
    },
  };
}

/** A kubeconfig with so many contexts, each with a cluster and a user of its own. */
export const largeKubeconfig = (count) => {
  const each = (make) => Array.from({ length: count }, (_, index) => make(index));
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "context-0",
    clusters: each((index) => ({
      name: `cluster-${index}`,
      cluster: { server: `https://10.0.${index >> 8}.${index & 255}:6443`, "insecure-skip-tls-verify": true },
    })),
    users: each((index) => ({ name: `user-${index}`, user: { token: `token-of-${index}` } })),
    contexts: each((index) => ({ name: `context-${index}`, context: { cluster: `cluster-${index}`, user: `user-${index}` } })),
  });
};

const visit = (address) => async (page) => {
  await page.goto(address);
  await page.evaluate(async () => {
    await globalThis.flow.says("#build", /wasm sha256/);
    await globalThis.flow.until(() => document.querySelector("section:not([hidden]) h1"), "a heading");
    await globalThis.flow.quiet();
  });
};

/**
 * The flows in their order; those of one `page` follow each other on it. `ready` is not measured, `act` is; both are given the page and the stage.
 * @param {{ many: any, few: any, live: any, count: number }} stages
 */
export const flowsOf = ({ many, few, live, count }) => [
  {
    name: "for comparison: first visit of a page with one word",
    page: "word",
    act: async (page) => {
      await page.goto(few.word);
      await page.evaluate(() => globalThis.flow.quiet());
    },
  },
  { name: "first visit of #/", page: "start", act: visit(few.page) },
  { name: "first visit of #/access", page: "access", act: visit(`${few.page}#/access`) },
  {
    name: "first visit of #/review",
    page: "review",
    act: async (page) => {
      await visit(`${few.page}#/review`)(page);
      await page.evaluate(() => globalThis.flow.says("#review-count", /pending/));
    },
  },
  {
    name: "10,000 requests first shown",
    page: "many",
    ready: visit(many.page),
    act: (page) =>
      page.evaluate(async (number) => {
        location.hash = "#/review";
        await globalThis.flow.says("#review-count", new RegExp(`^${number} pending`));
        await globalThis.flow.says("#live", /pending/);
        await globalThis.flow.quiet();
      }, count),
  },
  {
    name: "search",
    page: "many",
    act: (page) =>
      page.evaluate(async (number) => {
        const { fill, says, quiet, rows, until } = globalThis.flow;
        const field = "#review-filters input";
        for (const [words, found] of [
          ["person-3", number / 10],
          ["team-7 dev", number / 10],
          ["many-00017", 1],
          ["nobody", 0],
        ]) {
          fill(field, words);
          await says("#review-count", new RegExp(`${found} match the search`));
        }
        fill(field, "");
        await until(() => rows().length >= 10, "rows");
        await quiet();
      }, count),
  },
  {
    name: "Decided and back",
    page: "many",
    act: (page) =>
      page.evaluate(async () => {
        const { press, says, until, rows, quiet, pause } = globalThis.flow;
        await pause();
        press("Decided");
        await says(".none", /No decided/);
        press("Pending");
        await until(() => rows().length >= 10, "rows");
        await quiet();
      }),
  },
  {
    name: "j/k",
    page: "many",
    act: (page) =>
      page.evaluate(async () => {
        const { key, pause, at } = globalThis.flow;
        at("#review-title").focus();
        for (const each of "jjjjjjjjjjjjkkkkjjjjjj") {
          key(each);
          await pause();
        }
      }),
  },
  {
    name: "open ten",
    page: "many",
    act: (page) =>
      page.evaluate(async () => {
        const { rows, until, pause } = globalThis.flow;
        await pause(); // the first press is no part of the debugger's task
        for (const row of rows().slice(3, 13)) {
          row.querySelector(".open").click();
          await until(() => document.querySelector("#review-detail article")?.dataset.name === row.dataset.row, row.dataset.row);
          await pause(100);
        }
      }),
  },
  {
    name: "to the end of the list and back",
    page: "many",
    act: (page) =>
      page.evaluate(async () => {
        const { pause, quiet } = globalThis.flow;
        const list = document.querySelector("#review-list");
        for (let step = 0; step < 15; step += 1) {
          list.scrollBy(0, list.clientHeight * 0.8);
          await pause(60);
        }
        for (const part of [0.3, 0.7, 1, 0.5, 0]) {
          list.scrollTop = part * list.scrollHeight;
          await pause(50);
          await quiet();
        }
      }),
  },
  {
    name: "bulk dialog",
    page: "many",
    act: (page) =>
      page.evaluate(async () => {
        const { rows, pause, press, until } = globalThis.flow;
        for (const row of rows().slice(0, 30)) {
          row.querySelector("input").click();
          await pause();
        }
        press("Review ", "#review-selection");
        await until(() => [...document.querySelectorAll("dialog.bulk .decide button")].every((button) => !button.disabled), "the buttons of the dialog");
        await pause(200);
        press("Cancel", "dialog.bulk");
        await pause(100);
        press("Clear", "#review-selection");
        await pause(100);
      }),
  },
  {
    name: "a request arrives",
    page: "many",
    act: async (page) => {
      await many.add(count, 1);
      await page.evaluate((number) => globalThis.flow.says("#review-count", new RegExp(`^${number} pending`)), count + 1);
      await page.evaluate(() => globalThis.flow.quiet());
    },
  },
  {
    name: "another panel and back",
    page: "many",
    act: (page) =>
      page.evaluate(async (number) => {
        const { until, says, quiet } = globalThis.flow;
        location.hash = "#/kubeconfig";
        await until(() => document.querySelector("#kubeconfig-form"), "the other panel");
        await quiet();
        location.hash = "#/review";
        await says("#review-count", new RegExp(`^${number} pending`));
        await quiet();
      }, count + 1),
  },
  {
    name: "1,000 contexts opened",
    page: "kubeconfig",
    ready: async (page) => {
      await visit(`${few.page}#/kubeconfig`)(page);
      // The text is brought here before: for the page, what a debugger sends is a task, too.
      await page.evaluate(async (text) => {
        globalThis.large = new DataTransfer();
        globalThis.large.items.add(new File([text], "large.yaml"));
        await globalThis.flow.until(() => document.querySelector("#kubeconfig-form"), "the form");
      }, largeKubeconfig(1000));
    },
    act: async (page) => {
      await page.evaluate(async () => {
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: globalThis.large }));
        await globalThis.flow.says("#kubeconfig-what h2", /^1000 contexts|^1,000 contexts/);
        await globalThis.flow.until(() => document.querySelector("#kubeconfig-result")?.textContent.includes("Change and save"), "the whole view");
        await globalThis.flow.quiet();
      });
    },
  },
  {
    name: "one context removed",
    page: "kubeconfig",
    act: (page) =>
      page.evaluate(async () => {
        document.querySelector('button[aria-label="Remove: context context-5"]').click();
        await globalThis.flow.says("#kubeconfig-changes h2", /1 change/);
        await globalThis.flow.quiet();
      }),
  },
  {
    name: "permissions",
    page: "roles",
    ready: async (page) => {
      await visit(`${few.page}#/roles`)(page);
      await page.evaluate(() => globalThis.flow.until(() => document.querySelectorAll('#roles-form input[name="roles-what"]').length > 2, "the templates"));
    },
    act: (page) =>
      page.evaluate(async () => {
        const { fill, press, until, at, quiet, pause } = globalThis.flow;
        await pause();
        fill('#roles-form [data-part="name"] input', "jane");
        at('#roles-form input[name="roles-what"][value="edit"]').click();
        press("Preview", "#roles-form");
        await until(() => document.querySelector("#roles-result .scroll:not([aria-busy]) > table"), "the table");
        await quiet();
      }),
  },
  {
    name: "access live to saved",
    page: "live",
    ready: visit(`${live.page}#/access`),
    act: (page) =>
      page.evaluate(async () => {
        const { fill, press, until, quiet, at } = globalThis.flow;
        fill("#user", "jane");
        press("Create key and send request");
        await until(() => !at("#file").hidden && at("#ca").value && !document.querySelector("#file .row[inert]"), "the last step");
        press("Save the kubeconfig", "#file");
        await until(() => !at("#file-after").hidden, "the saved file");
        await quiet();
      }),
  },
];

/** A fresh page with the helpers in it. */
export async function flowPage(browser) {
  const opened = await openPage(browser, null);
  await opened.context.addInitScript(helpers);
  return opened;
}
