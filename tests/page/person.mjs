// What a person does on the page, as functions: every test walks the same way through it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { expectVisible, until } from "./wait.mjs";

const step = (page, id) => page.locator(`#steps > li[data-step="${id}"]`);
export const openStep = (page, id) => expectVisible(step(page, id).locator(".card").first());

/** Other groups than before: each becomes a chip by Enter; one with a comma is put in quotes. */
export async function fillGroups(list, groups) {
  const remove = list.locator(".chip button").first();
  while (await remove.isVisible()) await remove.click();
  for (const group of groups) {
    await list.locator("input").fill(group.includes(",") ? `"${group}"` : group);
    await list.locator("input").press("Enter");
  }
}

/** By the navigation, which a narrow screen has behind a button; until the panel has its heading. */
export async function toPanel(page, name) {
  const menu = page.locator("#menu");
  if (await menu.isVisible()) await menu.click();
  await page.locator("#nav").getByRole("link", { name, exact: true }).click();
  await page.locator('#nav a[aria-current="page"]', { hasText: name }).waitFor({ state: "attached" });
  await page.locator("section:not([hidden]) h1").first().waitFor();
}

/** From the start page to the first step, as its door leads there; from anywhere else nothing. */
export async function toAccess(page) {
  const door = page.getByRole("link", { name: "I need access" });
  await expectVisible(door.or(page.locator("section:not([hidden]) h1")).first());
  if (await door.isVisible()) await door.click();
}

export async function sayWho(page, user, groups = []) {
  await toAccess(page);
  await page.getByLabel("User name").fill(user);
  await fillGroups(page.locator("#groups"), groups);
  await page.getByRole("button", { name: "Continue" }).click();
  if (!groups.some((group) => group.includes(","))) return;
  // What is warned about needs a second press.
  await expectVisible(page.locator("#who .findings .warning", { hasText: "one group with a comma" }));
  await page.getByRole("button", { name: "Continue" }).click();
}

export async function makeKey(page, algorithm = "ecdsa-p256") {
  await openStep(page, "key");
  await page.locator(`input[name="algorithm"][value="${algorithm}"]`).check();
  // Where a search was quicker than the hand that stopped it, there is a key already; whoever stopped it may have said yes first.
  const accept = (dialog) => dialog.accept().catch(() => undefined);
  page.on("dialog", accept);
  await page.getByRole("button", { name: /^Create (another )?key$/ }).click();
  page.off("dialog", accept);
  await step(page, "key").and(page.locator(".done")).waitFor({ timeout: 180_000 });
}

/** A search for a large RSA key that is still running: where chance finds the key at once, another is begun. */
export async function startSearch(page) {
  const cancel = page.getByRole("button", { name: "Cancel" }).first();
  const over = step(page, "request").locator(".card").first();
  for (;;) {
    await page.locator('input[name="algorithm"][value="rsa-4096"]').check();
    await page.getByRole("button", { name: /^Create (another )?key$/ }).click();
    await cancel.or(over).first().waitFor();
    if (await cancel.isVisible()) return;
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Change: Your key" }).click();
  }
}

/** Cancels the search. False where chance was quicker: then the step of the key is open again. */
export async function stopSearch(page) {
  const stopped = await page
    .getByRole("button", { name: "Cancel" })
    .first()
    .click({ timeout: 1000 })
    .then(
      () => true,
      () => false,
    );
  if (stopped) return true;
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Change: Your key" }).click();
  await openStep(page, "key");
  return false;
}

/** Ends every worker of the page, as an error in it does. Where Chromium runs out of memory in a worker it ends the whole page (156, 2026-11). */
export async function endWorkers(page) {
  const workers = page.workers();
  assert.ok(workers.length > 0, "the control");
  for (const worker of workers)
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("stopped by the test");
      }, 0);
    });
  await until(() => page.workers().length === 0, "the workers to end");
}

export const waiting = (page) => expectVisible(page.locator("#answer-state", { hasText: "Waiting for approval" }));

/** Sends the request live; returns its name in the cluster once it waits for an administrator. */
export async function send(page, lifetime = "1 hour") {
  await openStep(page, "request");
  await page.getByLabel(lifetime, { exact: true }).check();
  await page.getByRole("button", { name: "Send the request" }).click();
  await waiting(page);
  return page.locator("#answer-state bdi").innerText();
}

/** Opens the card of a request on a page that is there, as a link on it would. */
export const toReview = (page, name) =>
  page.evaluate((wanted) => {
    location.hash = `#/review/${encodeURIComponent(wanted)}`;
  }, name);

/** In the page: rows, and no empty room, in all of the view of the list of requests. */
export function rowsAreDrawn() {
  const list = document.querySelector("#review-list");
  const view = list.getBoundingClientRect();
  const seen = (node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return bottom > view.top + 1 && top < view.bottom - 1;
  };
  const batches = [...list.querySelectorAll(".batch")].filter(seen);
  return ![...list.querySelectorAll(".room")].some(seen) && batches.length > 0 && batches.every((batch) => batch.style.minHeight === "");
}

/** The row of a request. Only those in view and some around them are on the page, so the list is scrolled until it is one of them. */
export async function rowInView(page, name) {
  const row = page.locator(`[data-row="${name}"]`);
  for (let top = 0; !(await row.isVisible()); top += 150) {
    const height = await page.locator("#review-list").evaluate((list, y) => {
      list.scrollTo(0, y);
      return list.scrollHeight;
    }, top);
    if (top > height) throw new Error(`no row ${name}`);
    await page.waitForFunction(rowsAreDrawn);
  }
  return row;
}

/** As the administrator, on a page of their own. */
export async function approve(context, url, name) {
  const page = await context.newPage();
  await page.goto(`${url}#/review/${encodeURIComponent(name)}`);
  const card = page.locator(`article[data-name="${name}"]`);
  await card.getByRole("button", { name: "Approve" }).click();
  await card.getByText(/^(approved, not signed yet|issued)$/).waitFor();
  await page.close();
}

/** Saves the kubeconfig; returns its bytes and name. */
export async function save(page) {
  await openStep(page, "file");
  const button = page.getByRole("button", { name: "Save the kubeconfig" });
  const without = page.locator('#file [data-field="ca"] .error');
  const press = async () => {
    await button.click();
    await without.or(page.locator("#file-saved")).first().waitFor();
    if (await without.isVisible()) await button.click(); // without a CA, which is asked once
  };
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  await expectVisible(page.getByText(/^Download started: /).first());
  return { bytes: await readFile(await download.path()), name: download.suggestedFilename() };
}

/** Saves the request that is to be handed over: { text, name }. */
export async function saveRequest(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the request" }).click()]);
  return { text: await readFile(await download.path(), "utf8"), name: download.suggestedFilename() };
}

/** From the page to kubectl and back: what an administrator does with the file of a request. { name, object (JSON), encoded, pem } */
export async function certify(plane, manifest) {
  const applied = await plane.kubectl(["apply", "-f", "-"], { input: manifest });
  assert.equal(applied.code, 0, applied.stderr);
  const [, name] = /certificatesigningrequest\.certificates\.k8s\.io\/(\S+) created/.exec(applied.stdout);
  return approved(plane, name);
}

/** The same for a request that is in the cluster. */
export async function approved(plane, name) {
  assert.equal((await plane.kubectl(["certificate", "approve", name])).code, 0);
  let object, encoded;
  await until(async () => {
    object = (await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout;
    encoded = JSON.parse(object).status?.certificate;
    return encoded;
  }, "the certificate");
  return { name, object, encoded, pem: Buffer.from(encoded, "base64").toString() };
}

/** Drops files as a person does, at the heading of the page: { name, and text, bytes (an array) or size }. */
export const dropFiles = (page, files) =>
  page.evaluate((list) => {
    const transfer = new DataTransfer();
    for (const { name, text, bytes, size } of list) transfer.items.add(new File([text ?? Uint8Array.from(bytes ?? { length: size })], name));
    const target = document.querySelector("h1");
    for (const type of ["dragenter", "dragover"]) target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    const covered = getComputedStyle(document.querySelector("#drop")).display !== "none";
    const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer });
    target.dispatchEvent(drop);
    return { covered, taken: drop.defaultPrevented, covers: getComputedStyle(document.querySelector("#drop")).display !== "none" };
  }, files);
