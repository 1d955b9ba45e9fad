// Inviting and accepting, as every test does it.
import { readFile } from "node:fs/promises";
import { contents as contentsOf, linkOf } from "../package/links.mjs";
import { fillGroups } from "./person.mjs";
import { expectVisible } from "./wait.mjs";

export { contentsOf };

/** What a button puts into the clipboard. */
export async function copied(page, button) {
  await page.evaluate(() => {
    globalThis.copied = null;
    navigator.clipboard.writeText = async (text) => {
      globalThis.copied = text;
    };
  });
  await button.click();
  await page.waitForFunction(() => globalThis.copied !== null);
  return page.evaluate(() => globalThis.copied);
}

/** Fills the form; the page is at `#/invite`, connected. `way`: "page" or "direct". */
export async function fillInvitation(page, { user, groups = [], address, way = "page", lifetime = "1 hour" }) {
  await page.waitForFunction(() => document.querySelector("#invite-server")?.value && document.querySelector("#invite-ca").value);
  await page.locator("#invite-user").fill(user);
  await fillGroups(page.locator('#invite-form [data-field="groups"]'), groups);
  await page.locator("#invite-form").getByLabel(lifetime, { exact: true }).check();
  await page.getByLabel("Page address").fill(address);
  await page.locator(`#invite-form input[name="invite-way"][value="${way}"]`).check();
}

/** Creates an invitation; gives its link and its name. */
export async function invite(page, options) {
  await page.evaluate(() => {
    location.hash = "#/invite";
  });
  const another = page.getByRole("button", { name: "Invite someone else" });
  if (await another.isVisible()) await another.click();
  await fillInvitation(page, options);
  await page.getByRole("button", { name: "Show what will be created" }).click();
  await page.getByRole("button", { name: "Create the invitation" }).click();
  await expectVisible(page.locator("#invite-made h2"));
  const link = await copied(page, page.getByRole("button", { name: "Copy link" }));
  return { link, name: claimsOf(link).sub.split(":")[3] };
}

/** The same link with other contents. */
export const linkWith = (link, changes) => linkOf({ ...contentsOf(link), ...changes }, link.slice(0, link.indexOf("#")));
export const claimsOf = (link) => JSON.parse(Buffer.from(contentsOf(link).token.split(".")[1], "base64url").toString());

export const accept = async (page) => {
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectVisible(page.locator("#invitation-state", { hasText: "Waiting for approval" }));
};

/** Saves the kubeconfig of an invitation; its bytes and name. */
export async function saveInvited(page) {
  await expectVisible(page.locator("#invitation-file"));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the kubeconfig" }).click()]);
  await expectVisible(page.locator("#invitation-saved").getByText(/^Download started: /));
  return { bytes: await readFile(await download.path()), name: download.suggestedFilename() };
}
