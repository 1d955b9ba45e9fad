// How little the owner of four messy kubeconfigs does: interactions from the drop to one file of which real kubectl uses every context, counted as they happen.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { at, expired, file } from "./messy.mjs";
import { dropFiles } from "./person.mjs";
import { onStage } from "./stage.mjs";
import { expectVisible } from "./wait.mjs";

let plane, server, browser;
onStage(
  (stage) => {
    ({ plane, server, browser } = stage);
  },
  { served: true },
);

test("four messy files are merged, fixed and saved in at most 9 interactions, and kubectl uses every context", async () => {
  const admin = JSON.parse((await plane.kubectl(["config", "view", "--raw", "--minify", "-o", "json"])).stdout);
  const { cluster } = admin.clusters[0];
  const bob = expired("bob");
  const token = async (name) => {
    assert.equal((await plane.kubectl(["create", "serviceaccount", name])).code, 0);
    return (await plane.kubectl(["create", "token", name])).stdout.trim();
  };
  const [team, edge, cloud] = [await token("messy-team"), await token("messy-edge"), await token("messy-cloud")];
  const plugin = join(plane.dir, "cloud-login");
  const credential = { apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status: { token: cloud } };
  writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`, { mode: 0o700 });
  const { "certificate-authority-data": authority, ...bare } = cluster;
  const files = [
    file("mine.yaml", {
      clusters: [["lab", cluster]],
      users: [
        ["admin", admin.users[0].user],
        ["bob", bob.user],
      ],
      contexts: [
        ["work", "lab", "admin"],
        ["old", "lab", "bob"],
      ],
      current: "old",
    }),
    file("team.yaml", {
      clusters: [["lab", { ...cluster, "tls-server-name": "kubernetes" }]],
      users: [["admin", { token: team }]],
      contexts: [["work", "lab", "admin"]],
      current: "work",
    }),
    file("edge.yaml", {
      clusters: [
        ["edge", { ...bare, "certificate-authority": "ca.crt" }],
        ["attic", at("https://203.0.113.9")],
      ],
      users: [["edge", { token: edge }]],
      contexts: [["edge", "edge", "edge"]],
    }),
    file("cloud.yaml", {
      clusters: [["cloud", cluster]],
      users: [["cloud", { exec: { apiVersion: "client.authentication.k8s.io/v1alpha1", command: plugin, args: ["a,b", '"}'] } }]],
      contexts: [["cloud", "cloud", "cloud"]],
    }),
  ];
  const before = join(plane.dir, "cloud-before.yaml");
  writeFileSync(before, files[3].text, { mode: 0o600 });
  assert.notEqual((await kubectl(before, ["--context", "cloud", "auth", "whoami"])).code, 0, "the control: kubectl refuses v1alpha1");

  const { page, context, seen } = await openPage(browser, `${server.address}#/kubeconfig`);
  await expectVisible(page.locator("#kubeconfig-form"));
  let count = 0;
  const button = (name) => page.getByRole("button", { name, exact: true });
  const said = (text) => expectVisible(page.locator("#live", { hasText: text }));
  const press = async (name) => {
    count += 1;
    await button(name).first().click();
  };
  count += 1;
  await dropFiles(page, files);
  await page.locator("#kubeconfig-merge .merge-file table").nth(2).waitFor();
  assert.equal(await page.locator("#kubeconfig-merge .merge-file h3").allInnerTexts().then(String), "team.yaml,edge.yaml,cloud.yaml");
  await press("Use merged file (4 files)");
  await expectVisible(page.getByText("5 contexts, 5 clusters, 5 users"));
  const heading = page.locator("#kubeconfig-attention");
  assert.match(await heading.innerText(), /^Needs attention: 1 expired, 1 broken, /);
  const over = page.locator(".renewal", { hasText: "Renew it to use it again." });
  await expectVisible(over.getByRole("button", { name: "Renew …" }));
  assert.equal(await over.getByRole("button", { name: "Add to calendar" }).count(), 0, "what is over needs no reminder");
  await press("Remove: user bob");
  await said("Removed: user bob, context old.");
  await press("Set work as current");
  await press("Change to v1beta1: user cloud");
  await press("Remove: cluster attic");
  count += 1;
  const chooser = page.getByLabel("Embed the CA of cluster edge: choose the file");
  await chooser.setInputFiles({ name: "ca.crt", mimeType: "application/octet-stream", buffer: Buffer.from(authority, "base64") });
  await said("Embedded the CA of cluster edge.");
  assert.doesNotMatch(await heading.innerText(), /expired|broken/);
  count += 1;
  const [download] = await Promise.all([page.waitForEvent("download"), button("Save the file").click()]);
  assert.ok(count <= 9, `${count} interactions`);

  const path = join(plane.dir, "messy.kubeconfig");
  writeFileSync(path, readFileSync(await download.path()), { mode: 0o600 });
  assert.equal((await kubectl(path, ["config", "view"])).code, 0);
  const contexts = (await kubectl(path, ["config", "get-contexts", "-o", "name"])).stdout.trim().split("\n");
  const users = [];
  for (const name of contexts) {
    const { stdout, stderr } = await kubectl(path, ["--context", name, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"]);
    users.push(stdout || stderr);
  }
  assert.deepEqual(users.sort(), ["admin", ...["cloud", "edge", "team"].map((name) => `system:serviceaccount:default:messy-${name}`)]);
  assert.equal((await kubectl(path, ["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"])).stdout, "admin", "the current context works");
  const { exec } = JSON.parse((await kubectl(path, ["config", "view", "--raw", "-o", "json"])).stdout).users.find(({ name }) => name === "cloud").user;
  assert.deepEqual([exec.apiVersion, exec.args], ["client.authentication.k8s.io/v1beta1", ["a,b", '"}']]);
  assert.deepEqual([seen.errors, seen.violations], [[], []]);
  await context.close();
});
