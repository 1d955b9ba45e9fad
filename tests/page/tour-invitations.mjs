// The part of the tour that shows invitations: the administrator's panel, the newcomer's page, and the verdicts on the cards.
import { accept, fillInvitation, invite } from "./inviting.mjs";
import { toReview } from "./person.mjs";
import { expectVisible } from "./wait.mjs";

/** `wide`: the page behind a kubectl proxy that lets invitations through; `guest`: behind one without rights; `offline`: without a cluster. */
export async function tourInvitations(page, { wide, guest, offline }, stop) {
  await page.goto(`${offline}#/invite`);
  await expectVisible(page.locator("#invite-offline"));
  await stop("invite-offline");
  await page.goto(`${wide}#/invite`);
  await expectVisible(page.locator("#invite-list"));
  await fillInvitation(page, { user: "jane", groups: ["dev", "system:masters"], address: guest });
  await page.getByRole("button", { name: "Show what will be created" }).click();
  await expectVisible(page.locator("#invite-form .findings .error").first());
  await stop("invite-wrong");
  await page.getByRole("button", { name: "Remove the group system:masters" }).click();
  await page.locator("#invite-role").selectOption("view");
  await stop("invite");
  await page.getByRole("button", { name: "Show what will be created" }).click();
  await expectVisible(page.getByRole("button", { name: "Create the invitation" }));
  await stop("invite-preview");
  await page.getByRole("button", { name: "Create the invitation" }).click();
  await expectVisible(page.locator("#invite-made h2"));
  await page.locator("#invite-made").getByRole("button", { name: "Show", exact: true }).click();
  await expectVisible(page.locator("#invite-made pre", { hasText: "#/invitation/" }));
  await stop("invite-made");
  const first = await invite(page, { user: "jane", groups: ["dev"], address: guest });
  const second = await invite(page, { user: "omar", address: wide });

  await page.goto(`${guest}#/invitation`);
  await expectVisible(page.getByLabel("Invitation link"));
  await page.getByLabel("Invitation link").fill("not a link");
  await page.getByRole("button", { name: "Read the invitation" }).click();
  await expectVisible(page.locator("#invitation-paste .findings .error"));
  await stop("invitation-wrong");
  await page.goto("about:blank");
  await page.goto(first.link);
  await page.getByText("Already have a key? Continue with a saved key").click();
  await stop("invitation");
  await page.getByRole("button", { name: "Use copy and paste instead" }).click();
  await expectVisible(page.locator("#invitation-hand pre").first());
  await stop("invitation-by-hand");

  // The newcomer in a tab of their own; and another request under the name of the second invitation, submitted by somebody else.
  const jane = await page.context().newPage();
  await jane.goto(first.link);
  await accept(jane);
  await page.goto("about:blank");
  await page.goto(`${wide}#/review`);
  await page.evaluate(
    async ([from, name]) => {
      const path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
      const { apiVersion, kind, spec } = await (await fetch(`${path}/${from}`)).json();
      const { request, signerName, usages, expirationSeconds } = spec;
      const body = JSON.stringify({ apiVersion, kind, metadata: { name }, spec: { request, signerName, usages, expirationSeconds } });
      await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    },
    [first.name, second.name],
  );
  await page.goto("about:blank");
  await page.goto(`${wide}#/review/${second.name}`);
  await expectVisible(page.locator(`article[data-name="${second.name}"] .invited[data-matches="false"]`));
  await stop("review-differs");
  await toReview(page, first.name);
  await expectVisible(page.locator(`article[data-name="${first.name}"] .invited[data-matches="true"]`));
  await stop("review-invited");
  const approver = await page.context().newPage();
  await approver.goto(`${wide}#/review/${second.name}`);
  await approver.locator(`article[data-name="${second.name}"]`).getByRole("button", { name: "Deny" }).click();
  await expectVisible(approver.locator(`article[data-name="${second.name}"]`).getByText("denied", { exact: true }));
  await jane.close();

  const third = await invite(approver, { user: "jane", groups: ["dev"], address: guest });
  await page.goto("about:blank");
  await page.goto(third.link);
  await accept(page);
  await stop("invitation-waiting");
  await page.getByRole("button", { name: "Stop waiting" }).click();
  await expectVisible(page.getByText("Stopped waiting."));
  await stop("invitation-stopped");
  await page.getByRole("button", { name: "Try again" }).click();
  await toReview(approver, third.name);
  await approver.locator(`article[data-name="${third.name}"]`).getByRole("button", { name: "Approve" }).click();
  await expectVisible(page.locator("#invitation-file"));
  await stop("invitation-issued");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the kubeconfig" }).click()]);
  await download.path();
  await expectVisible(page.locator("#invitation-saved pre").first());
  await stop("invitation-saved");
  await page.goto("about:blank");
  await page.goto(first.link);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await expectVisible(page.getByText("This invitation was already used."));
  await stop("invitation-used");
  await page.goto("about:blank");
  await page.goto(`${wide}#/invite`);
  await expectVisible(page.locator("#invite-list li").first());
  await stop("invite-list");
  // What is left goes, since other files use the same cluster.
  for (let left = await page.locator("#invite-list li button").count(); left > 0; left--) {
    await page.locator("#invite-list li button").first().click();
    await page.waitForFunction((most) => document.querySelectorAll("#invite-list li button").length < most, left);
  }
  await approver.close();
}
