// The elements in a page that has names of its own for what browsers have, and with files that a merge says more of. No cluster is needed.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tests } from "../support/place.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { startPortal } from "./portal.mjs";

const page = (script) => `<!doctype html><html lang="en"><title>Portal</title><script type="module" src="${script}"></script><main></main></html>`;
const LOAD = 'await import("/kubecred/element/index.js");\ndocument.documentElement.dataset.ready = "";\n';

let browser, portal;
before(async () => {
  browser = await startBrowser();
  portal = await startPortal({
    pages: {
      "/": page("/load.js"),
      "/load.js": LOAD,
      "/own": page("/own.js"),
      // A portal that draws graphs may call their nodes so.
      "/own.js": `globalThis.Node = class Node {};\n${LOAD}`,
    },
    folders: { "/kubecred/": join(tests, "..", "pkg") },
  });
});
after(async () => {
  await portal?.close();
  await browser?.close();
});

async function open(path) {
  const opened = await openPage(browser, portal.origin + path);
  await opened.page.locator("html[data-ready]").waitFor();
  return opened;
}

test("a page may call something else Node: what the elements show is nodes, not their names", async () => {
  const { page, context, seen } = await open("/own");
  const shown = await page.evaluate(() => {
    const own = Object.getOwnPropertyNames(globalThis.Node.prototype).join();
    const texts = ["access", "kubeconfig"].map((tag) => {
      const element = document.createElement(`kubecred-${tag}`);
      document.querySelector("main").append(element);
      return element.shadowRoot.textContent;
    });
    return { own, texts };
  });
  assert.equal(shown.own, "constructor", "the control: it is the page's own");
  for (const text of shown.texts) assert.doesNotMatch(text, /\[object/);
  assert.match(shown.texts[0], /Get a kubeconfig.*User name.*Create kubeconfig/s);
  await page.getByLabel("User name").fill("jane");
  assert.deepEqual(seen.errors, []);
  await context.close();
});

test("a merge names what a context refers to then, also where the context itself is called so", async () => {
  const { page, context } = await open("/");
  const file = (fields) => JSON.stringify({ apiVersion: "v1", kind: "Config", ...fields });
  const first = file({
    clusters: [{ name: "one", cluster: { server: "https://one:6443" } }],
    users: [{ name: "lab", user: { token: "not-a-secret" } }],
    contexts: [{ name: "home", context: { cluster: "one", user: "lab" } }],
    "current-context": "home",
  });
  // Both contexts refer to a user that their own file does not have.
  const second = file({
    clusters: [{ name: "two", cluster: { server: "https://two:6443" } }],
    contexts: ["lab-not-found", "other"].map((name) => ({ name, context: { cluster: "two", user: "lab" } })),
  });
  await page.evaluate(async (text) => {
    const element = document.createElement("kubecred-kubeconfig");
    document.querySelector("main").append(element);
    await element.read(text);
  }, first);
  await page.getByRole("button", { name: "Merge another file" }).click();
  await page.getByText("Paste text instead").click();
  await page.getByRole("textbox", { name: "Kubeconfig" }).fill(second);
  await page.getByRole("button", { name: "Open text" }).click();
  await page.getByRole("heading", { name: "Changes" }).waitFor();
  const lines = await page.locator("kubecred-kubeconfig li").allInnerTexts();
  const of = (context) => lines.find((line) => line.startsWith(`user of context ${context}`));
  assert.match(of("other"), /^user of context other → lab-not-found: still refers to a missing entry/);
  assert.match(of("lab-not-found"), /^user of context lab-not-found → lab-not-found: still refers to a missing entry/);
  assert.ok(lines.includes("cluster two: added"), "nothing more where the name stays");
  await context.close();
});
