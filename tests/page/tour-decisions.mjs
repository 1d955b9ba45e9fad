// The part of the tour that shows decisions and their trouble: the list of requests, what is dangerous, undo, grave permissions, a live service
// account, messy kubeconfigs, refusals, the loss of the worker. Leaves nothing behind that another tour would see.
import { at, expired, file } from "./messy.mjs";
import { dropFiles, endWorkers, makeKey, openStep, rowInView, sayWho, send, toReview } from "./person.mjs";
import { expectVisible, until } from "./wait.mjs";

const DAY = 86_400;
const REQUESTS = [
  ...Array.from({ length: 14 }, (_, index) => [`tour-${String(index).padStart(2, "0")}`, `person-${index}`, ["dev", "ops"], 7 * DAY]),
  ["tour-component", "system:kube-controller-manager", [], 365 * DAY],
  ["tour-alike", "\u0430lice", ["dev"], DAY],
  ["tour-admins", "carol", ["kubeadm:cluster-admins"], 365 * DAY],
  ["tour-comma", "bob", ["dev, ops"], 7 * DAY],
];

/** `wide`: the page behind a kubectl proxy that lets roles, accounts and bindings through; `guest`: behind one without rights; `kubecred` makes the requests. */
export async function tourDecisions(page, { wide, guest, offline, plane, kubecred }, stop) {
  const card = (name) => page.locator(`article[data-name="${name}"]`);
  const row = (name) => page.locator(`[data-row="${name}"]`);
  /** A narrow window shows either the list or the details. */
  const toList = async () => {
    const back = page.getByRole("button", { name: "Back to the list" });
    if (await back.isVisible()) await back.click();
  };
  const fresh = async (url) => {
    await page.goto("about:blank");
    await page.goto(url);
  };
  const toRow = async (name) => {
    await toList();
    return rowInView(page, name);
  };
  await submit(plane, kubecred);

  await fresh(wide);
  await expectVisible(page.locator("#start-build code"));
  await stop("start-live");
  await page.locator("#about summary").click();
  await expectVisible(page.locator("#about-links"));
  await stop("about");
  await fresh(`${wide}#/how`);
  await expectVisible(page.locator("section:not([hidden]) h1"));
  await stop("how-live");

  await fresh(`${wide}#/review`);
  await expectVisible(page.locator("#review-count", { hasText: "18 pending" }));
  await row("tour-00").waitFor();
  await stop("list");
  await (await toRow("tour-03")).locator(".open").click();
  await expectVisible(card("tour-03").getByRole("button", { name: /^Approve/ }));
  await stop("list-open");
  await (await toRow("tour-alike")).locator(".open").click();
  const approve = card("tour-alike").getByRole("button", { name: /^Approve/ });
  await until(async () => {
    await approve.click();
    return card("tour-alike").locator(".confirm .error").isVisible();
  }, "the question for the name");
  await card("tour-alike").locator(".confirm input").fill("alice");
  await stop("list-dangerous");
  for (const name of ["tour-05", "tour-06", "tour-07"]) await (await toRow(name)).locator("input").check();
  await page.getByRole("button", { name: "Review 3 requests" }).click();
  await expectVisible(page.getByRole("button", { name: "Approve 3 requests" }));
  await stop("list-bulk");
  await page.getByRole("button", { name: "Cancel" }).click();
  await (await toRow("tour-04")).locator(".open").click();
  const deny = card("tour-04").getByRole("button", { name: /^Deny/ });
  await until(() => deny.isEnabled(), "the button");
  await deny.click();
  await expectVisible(page.locator(".undo-line"));
  await stop("list-undo"); // for five seconds
  await expectVisible(card("tour-04").getByText("denied", { exact: true }));
  await toList();
  await page.getByRole("button", { name: "Decided" }).click();
  await row("tour-04").waitFor();
  await stop("list-decided");

  await fresh(`${wide}#/roles`);
  await page.locator('#roles-form input[name="roles-where"][value="cluster"]').check();
  await page.locator('#roles-form input[value="cluster-admin"]').check();
  await page.locator('#roles-form [data-part="name"] input').fill("grave-jane");
  await page.getByRole("button", { name: "Preview" }).click();
  await expectVisible(page.locator("#roles-result .grave"));
  await page.getByLabel("To grant it, type grave-jane").fill("grave-jan");
  await stop("roles-grave");

  await fresh(`${wide}#/robot`);
  await page.getByLabel("Name of the service account").fill("tour-ci");
  await stop("robot-live");

  await fresh(`${offline}#/kubeconfig`);
  await expectVisible(page.locator("#kubeconfig-form"));
  await dropFiles(page, messy());
  await page.locator("#kubeconfig-merge .merge-file table").first().waitFor();
  await stop("messy-merge");
  await page.getByRole("button", { name: /^Use merged file/ }).click();
  await expectVisible(page.locator("#kubeconfig-attention"));
  await stop("messy");

  await fresh(`${guest}#/review`);
  await expectVisible(page.locator("#review-report", { hasText: "The requests in the cluster cannot be listed here." }));
  await stop("list-refused");

  await fresh(`${wide}#/access`);
  await sayWho(page, "unlucky", ["dev"]);
  await makeKey(page);
  const name = await send(page);
  await plane.kubectl(["certificate", "deny", name]);
  await expectVisible(page.locator("#answer-state", { hasText: "Talk to your administrator" }));
  await stop("denied");
  await fresh(`${wide}#/access`);
  await sayWho(page, "unlucky", ["dev"]);
  await makeKey(page);
  await openStep(page, "request");
  await endWorkers(page);
  await page.getByRole("button", { name: "Send the request" }).click();
  await expectVisible(page.locator("#key .findings .error"));
  await stop("worker-lost");
  await plane.kubectl(["delete", "csr", ...REQUESTS.map(([request]) => request), name]);
  await toReview(page, "no-such");
  await expectVisible(page.locator("#review-count", { hasText: "The request no-such was not found." }));
  await stop("list-missing");
}

async function submit(plane, kubecred) {
  const key = await kubecred.keys.generate("ecdsa-p256");
  const items = [];
  for (const [name, user, groups, expirationSeconds] of REQUESTS)
    items.push(await kubecred.csr.manifest({ csr: await key.createCsr({ user, groups }), name, expirationSeconds }));
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  if (code !== 0) throw new Error(stderr);
}

const messy = () => [
  file("mine.yaml", {
    clusters: [["lab", at("https://203.0.113.7:6443")]],
    users: [
      ["admin", { token: "a-token-that-says-nothing" }],
      ["bob", expired("bob").user],
    ],
    contexts: [
      ["work", "lab", "admin"],
      ["old", "lab", "bob"],
    ],
    current: "old",
  }),
  file("edge.yaml", {
    clusters: [
      ["edge", { server: "https://203.0.113.8", "certificate-authority": "ca.crt" }],
      ["attic", at("https://203.0.113.9")],
    ],
    users: [["edge", { token: "another-token-that-says-nothing" }]],
    contexts: [["edge", "edge", "edge"]],
  }),
];
