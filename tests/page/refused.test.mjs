// Who is let in, and what the signer does, for real: a token that is none, an anonymous caller, one without rights, a request that fails,
// and a certificate that belongs to somebody else's key. Each its own sentence, and the key is kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { makeKey, openStep, sayWho, send } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible, until } from "./wait.mjs";

let plane, proxy, browser;
onStage((stage) => {
  ({ plane, proxy, browser } = stage);
});

for (const [who, user, says] of [
  ["a token that the cluster does not know (401)", { token: "not-a-token" }, /does not accept the credential \(401\)/],
  ["nobody in particular (403)", { username: "x", password: "y" }, /does not know who you are|anonymous/i],
]) {
  test(`the proxy speaks as ${who}: said at the top, and the request is made by hand`, async () => {
    const own = await plane.proxy(0, plane.as(`refused-${Object.keys(user)[0]}`, user));
    const { page, context } = await openPage(browser, own.page);
    await page.getByText("The cluster rejected this connection").click();
    assert.match(await page.locator("#connection > div").innerText(), says);
    await page.keyboard.press("Escape");
    // Somebody who was invited begins without a credential: nothing is wrong.
    await page.goto(`${own.page}#/invitation`);
    await expectVisible(page.locator("#connection summary", { hasText: "Not signed in" }).getByText("Not signed in"));
    assert.equal(await page.getByText("The cluster rejected this connection").isVisible(), false);
    await page.locator("#connection summary").click();
    assert.equal(await page.locator("#connection > div").innerText(), "An invitation needs no credential: the request is sent with the token in its link.");
    await page.keyboard.press("Escape");
    await page.goto(`${own.page}#/access`);
    await expectVisible(page.getByText("The cluster rejected this connection"));
    await sayWho(page, "outsider");
    await makeKey(page);
    await openStep(page, "request");
    await page.getByRole("button", { name: "Create the request file" }).click();
    await openStep(page, "answer");
    await context.close();
    own.stop();
  });
}

test("one who loses the right to ask for certificates meanwhile (403): the server's sentence, and the key is kept", async () => {
  await plane.kubectl(["create", "serviceaccount", "carl"]);
  await plane.kubectl(["create", "clusterrole", "carl-asks", "--verb=create", "--resource=certificatesigningrequests.certificates.k8s.io"]);
  await plane.kubectl(["create", "clusterrolebinding", "carl-asks", "--clusterrole=carl-asks", "--serviceaccount=default:carl"]);
  const token = (await plane.kubectl(["create", "token", "carl"])).stdout.trim();
  const own = await plane.proxy(0, plane.as("carl", { token }));
  const { page, context } = await openPage(browser, own.page);
  await expectVisible(page.locator("#connection summary", { hasText: "system:serviceaccount:default:carl" }));
  await sayWho(page, "carl");
  await makeKey(page);
  const print = await page.locator('li[data-step="key"] .summary').innerText();
  await openStep(page, "request");
  await expectVisible(page.getByRole("button", { name: "Send the request" }));
  await plane.kubectl(["delete", "clusterrolebinding", "carl-asks"]);
  await until(
    async () => (await plane.kubectl(["auth", "can-i", "create", "csr", "--as=system:serviceaccount:default:carl"])).stdout.trim() === "no",
    "the right to be gone",
  );
  await page.getByRole("button", { name: "Send the request" }).click();
  await expectVisible(page.locator("#request .findings .error"));
  assert.match(
    await page.locator("#request .findings").innerText(),
    /User "system:serviceaccount:default:carl" cannot create resource "certificatesigningrequests"/,
  );
  assert.equal(await page.locator('li[data-step="key"] .summary').innerText(), print);
  await context.close();
  own.stop();
});

test("one who may create requests and read none: sent, said how to go on, the whole role named, and the answer pasted", async () => {
  await plane.kubectl(["create", "serviceaccount", "cora"]);
  await plane.kubectl(["create", "clusterrole", "creates-only", "--verb=create", "--resource=certificatesigningrequests.certificates.k8s.io"]);
  await plane.kubectl(["create", "clusterrolebinding", "creates-only", "--clusterrole=creates-only", "--serviceaccount=default:cora"]);
  const token = (await plane.kubectl(["create", "token", "cora"])).stdout.trim();
  const own = await plane.proxy(0, plane.as("cora", { token }));
  const { page, context } = await openPage(browser, own.page);
  await expectVisible(page.locator("#connection summary", { hasText: "system:serviceaccount:default:cora" }));
  await sayWho(page, "cora");
  await makeKey(page);
  await openStep(page, "request");
  await page.getByRole("button", { name: "Send the request" }).click();
  await expectVisible(page.locator("#answer-state", { hasText: "The request was sent, but this page cannot read it" }));
  const name = (
    await plane.kubectl(["get", "csr", "-o", 'jsonpath={.items[?(@.spec.username=="system:serviceaccount:default:cora")].metadata.name}'])
  ).stdout.trim();
  const said = await page.locator("#answer").innerText();
  assert.ok(name && said.includes(name), said);
  assert.match(said, /Minimum permissions required.*create.*get.*list.*watch/s);
  assert.ok(!said.includes("could not wait any longer"));
  assert.equal(await page.locator("#answer-again").isVisible(), false, "it is not sent a second time");
  await plane.kubectl(["certificate", "approve", name]);
  let certificate = "";
  for (let attempt = 0; !certificate && attempt < 50; attempt++) {
    certificate = (await plane.kubectl(["get", "csr", name, "-o", "jsonpath={.status.certificate}"])).stdout.trim();
    await page.waitForTimeout(200);
  }
  await page.locator("#answer-text").fill(Buffer.from(certificate, "base64").toString());
  await page.locator("#answer-take").click();
  await openStep(page, "file");
  await context.close();
  own.stop();
});

test("no spelling of an address takes a token away from the page's origin", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  const went = [];
  page.on("request", (request) => {
    if (request.headers().authorization) went.push(request.url());
  });
  const spellings = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n\\evil.example",
    "\t//evil.example",
    "//user@evil.example",
    "https:evil.example",
    "https:\\evil.example",
    "https://page@evil.example",
    "/..//evil.example?x",
  ];
  const found = await page.evaluate(async (servers) => {
    const { session } = await import("./shared/session.js");
    const kubecred = await session();
    const codes = [];
    for (const server of [...servers, "", "/"]) {
      try {
        await kubecred.cluster({ server, token: "only-a-canary" }).version();
        codes.push("answered");
      } catch (error) {
        codes.push(error.name === "KubecredError" ? error.code : String(error));
      }
    }
    return codes;
  }, spellings);
  assert.deepEqual(
    found.slice(0, -2).filter((code) => code !== "invalid-server"),
    [],
    found.join(),
  );
  // The control: these two reach the cluster behind the page, which does not know the token.
  assert.deepEqual(found.slice(-2), ["unauthorized", "unauthorized"]);
  const origin = new URL(proxy.page).origin;
  assert.ok(went.length >= 2 && went.every((url) => new URL(url).origin === origin), went.join("\n"));
  await context.close();
});

/** Writes the status of a request as a signer would. */
async function putStatus(name, change) {
  const object = JSON.parse((await plane.kubectl(["get", "csr", name, "-o", "json"])).stdout);
  object.status = change(object.status ?? {});
  const put = await plane.kubectl(["replace", "--raw", `/apis/certificates.k8s.io/v1/certificatesigningrequests/${name}/status`, "-f", "-"], {
    input: JSON.stringify(object),
  });
  assert.equal(put.code, 0, put.stderr);
}

test("the signer fails: its reason is said, and another request goes through with the same key", async () => {
  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "unsigned");
  await makeKey(page);
  const name = await send(page);
  await putStatus(name, (status) => ({
    ...status,
    conditions: [{ type: "Failed", status: "True", reason: "SignerValidationFailure", message: "the signer was not amused" }],
  }));
  await expectVisible(page.locator("#answer .findings .error").first());
  assert.match(await page.locator("#answer .findings").innerText(), /signer was not amused/);
  await page.getByRole("button", { name: "Send a new request" }).click();
  const again = await send(page);
  await plane.kubectl(["certificate", "approve", again]);
  await openStep(page, "file");
  await context.close();
});

test("the certificate of another key is put into the request: refused, and the key is kept", async () => {
  const first = await openPage(browser, proxy.page);
  await sayWho(first.page, "swapped");
  await makeKey(first.page);
  const foreign = await send(first.page);
  await plane.kubectl(["certificate", "approve", foreign]);
  await openStep(first.page, "file");
  await first.context.close();
  const { certificate } = JSON.parse((await plane.kubectl(["get", "csr", foreign, "-o", "json"])).stdout).status;

  const { page, context } = await openPage(browser, proxy.page);
  await sayWho(page, "swapped");
  await makeKey(page);
  const name = await send(page);
  await putStatus(name, (status) => ({ ...status, certificate }));
  // First the cluster's word that a certificate is there, then what the key says of it.
  await expectVisible(page.locator("#answer-state", { hasText: "This certificate does not match your key or request. Your key is still here." }));
  await expectVisible(page.locator("#answer .findings .error", { hasText: "another private key" }));
  assert.equal(await page.locator("#key-place").innerText(), "Private key: only in this tab.");
  await context.close();
});
