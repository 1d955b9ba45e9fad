// One list of API paths and methods: what kubectl proxy gets, what commands() prints, what SECURITY.md shows, and what nginx has are compared with it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BARE_POLICY, COMMON, PAGE_POLICY } from "../../pkg/bin/headers.mjs";
import { PARTS, RULES, proxyOptions, rulesFor } from "../../pkg/bin/policy.mjs";
import { open } from "../../pkg/node.js";
import { root } from "./common.mjs";

const read = (...path) => readFileSync(join(root, ...path), "utf8");
const example = (path) => path.replaceAll("{name}", "jane");

test("the patterns for kubectl proxy accept every path of the list, and no other that is near", () => {
  for (const part of PARTS) {
    const patterns = proxyOptions([part])
      .acceptPaths.split(",")
      .map((pattern) => new RegExp(pattern));
    // kubectl proxy compares decoded paths. A path of an invitation's object is one of roles, too.
    const accepted = (path) => patterns.some((pattern) => pattern.test(decodeURIComponent(path)));
    for (const rule of RULES) {
      const path = example(rule.path);
      assert.equal(
        accepted(path),
        rulesFor(path).some((one) => one.part === part),
        `${part}: ${rule.path}`,
      );
    }
    for (const path of [
      "/",
      "/api/v1/secrets",
      "/api/v1/namespaces/a/secrets/b",
      "/apis",
      "/apix",
      "/versionx",
      "/x/version",
      "/metrics",
      "/api/v1/namespaces/a/pods/b/exec",
      "/api/v1/namespaces",
      "/api/v1/namespaces/kube-system",
      "/api/v1/namespaces/kubecred-invitations/secrets",
    ])
      assert.equal(accepted(path), false, path);
  }
  const all = proxyOptions(PARTS);
  assert.match("DELETE", new RegExp(proxyOptions(PARTS.filter((part) => part !== "invitations")).rejectMethods));
  const methods = new Set(RULES.flatMap((rule) => rule.methods));
  for (const method of methods) assert.doesNotMatch(method, new RegExp(all.rejectMethods));
  for (const method of RULES.filter(({ part }) => ["base", "bindings"].includes(part)).flatMap((rule) => rule.methods))
    assert.doesNotMatch(method, new RegExp(proxyOptions(["base", "bindings"]).rejectMethods));
});

test("only the objects of invitations can be deleted", () => {
  const deletable = RULES.filter((rule) => rule.methods.includes("DELETE"));
  assert.ok(deletable.length > 0);
  for (const { path, part } of deletable) {
    assert.equal(part, "invitations");
    assert.match(path, /\/kubecred-invitations\/serviceaccounts\/\{name\}$|\/kubecred%3Ainvit(ation|ed)%3A\{name\}$/);
  }
  const allows = (path) => rulesFor(path)[0]?.methods.includes("DELETE") ?? false;
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  assert.equal(allows(`${rbac}/clusterroles/kubecred%3Ainvitation%3Ajane`), true);
  for (const path of [
    `${rbac}/clusterroles/cluster-admin`,
    `${rbac}/clusterroles/kubecred%3Ainvitation%3A`,
    `${rbac}/clusterroles/x-kubecred%3Ainvitation%3Ajane`,
    `${rbac}/clusterroles/kubecred%3Ainvited%3Ajane`,
    `${rbac}/clusterroles`,
    `${rbac}/namespaces/a/rolebindings/admins`,
    `${rbac}/namespaces/a/roles/kubecred%3Ainvited%3Ajane`,
    "/api/v1/namespaces/default/serviceaccounts/jane",
    "/api/v1/namespaces/kubecred-invitations",
    "/api/v1/namespaces/kubecred-invitations/serviceaccounts",
    "/apis/certificates.k8s.io/v1/certificatesigningrequests/jane",
  ])
    assert.equal(allows(path), false, path);
});

test("commands() prints the same patterns", async () => {
  const kubecred = await open({ worker: false });
  for (const [step, parts] of [
    [{ step: "proxy" }, ["base"]],
    [{ step: "proxy", roles: true }, ["base", "roles"]],
  ]) {
    const { acceptPaths, rejectMethods } = proxyOptions(parts);
    const line = await kubecred.commands(step, "sh");
    assert.ok(line.includes(`--accept-paths='${acceptPaths}'`), line);
    assert.ok(line.includes(`--reject-methods='${rejectMethods}'`), line);
  }
  kubecred.close();
});

test("SECURITY.md shows the same patterns", () => {
  const text = read("SECURITY.md");
  const { acceptPaths, rejectMethods } = proxyOptions(["base"]);
  assert.ok(text.includes(`--accept-paths='${acceptPaths}'`));
  assert.ok(text.includes(`--reject-methods='${rejectMethods}'`));
  for (const part of ["bindings", "robot"]) assert.ok(text.includes(`\`${proxyOptions([part]).acceptPaths}\``), part);
});

test("tests/cluster/proxy.sh takes them from the list", () => {
  const printed = (...parts) => execFileSync(process.execPath, [join(root, "pkg", "bin", "policy.mjs"), ...parts], { encoding: "utf8" });
  const { acceptPaths, rejectMethods } = proxyOptions(["base", "roles", "robot"]);
  assert.equal(printed("roles", "robot"), `${acceptPaths}\n${rejectMethods}\n`);
  assert.equal(printed(), `${proxyOptions(["base"]).acceptPaths}\n${proxyOptions(["base"]).rejectMethods}\n`);
  assert.throws(
    () => execFileSync(process.execPath, [join(root, "pkg", "bin", "policy.mjs"), "everything"], { stdio: "ignore" }),
    ({ status }) => status === 2,
  );
});

test("the header's policy is the page's own, and frame-ancestors", () => {
  const [, meta] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(read("www", "index.html"));
  const directives = (policy) => policy.split("; ").sort();
  assert.deepEqual(directives(PAGE_POLICY), directives(`${meta}; frame-ancestors 'none'`));
});

test("www/deploy has the same list and the same headers", () => {
  assert.equal(
    execFileSync(process.execPath, [join(root, "www", "deploy", "policy.mjs")], { encoding: "utf8" }),
    read("www", "deploy", "policy.conf"),
    "run node www/deploy/policy.mjs >www/deploy/policy.conf",
  );
  const fields = Object.fromEntries(
    [...read("www", "deploy", "headers.conf").matchAll(/^add_header (\S+) "(.*)" always;$/gm)].map(([, name, value]) => [name, value]),
  );
  assert.deepEqual(fields, COMMON);
  const policies = [...read("www", "deploy", "nginx.conf").matchAll(/add_header Content-Security-Policy "(.*)" always;/g)].map(([, policy]) => policy);
  assert.deepEqual(
    policies.filter((policy) => policy.includes("script-src")),
    [PAGE_POLICY],
  );
  assert.ok(policies.filter((policy) => policy === BARE_POLICY).length >= 2);
});
