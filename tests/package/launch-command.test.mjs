// npx kubecred's command line: kubectl on the path of each system, the program that opens a browser, options; and the installed program.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { findKubectl, howToInstall } from "../../pkg/bin/kubectl.mjs";
import { folderForBrowsers, opener } from "../../pkg/bin/open.mjs";
import { HELP, readOptions } from "../../pkg/bin/options.mjs";
import { proxyArguments } from "../../pkg/bin/proxy.mjs";

test("kubectl is found on the path, and never in the current folder or a relative one", () => {
  const find = (platform, env, ...there) => findKubectl({ env, platform, exists: (path) => there.includes(path) });
  assert.equal(find("linux", { PATH: "/a:/b" }, "/b/kubectl"), "/b/kubectl");
  assert.equal(find("darwin", { PATH: "/a:/b" }, "/b/kubectl", "/a/kubectl"), "/a/kubectl");
  assert.equal(find("linux", { PATH: ":.:bin:/b" }, "kubectl", "./kubectl", "bin/kubectl"), undefined);
  assert.equal(find("linux", { Path: "/b" }, "/b/kubectl"), undefined);
  assert.equal(find("linux", {}, "/usr/bin/kubectl"), undefined);
  assert.equal(find("win32", { Path: "C:\\a;C:\\b", PATHEXT: ".COM;.EXE;.BAT;.CMD" }, "C:\\b\\kubectl.exe"), "C:\\b\\kubectl.exe");
  assert.equal(find("win32", { PATH: '"C:\\Program Files\\k"' }, "C:\\Program Files\\k\\kubectl.exe"), "C:\\Program Files\\k\\kubectl.exe");
  assert.equal(
    find("win32", { Path: "C:\\a", PATHEXT: ".BAT;.CMD" }, "C:\\a\\kubectl.cmd", "C:\\a\\kubectl.bat", "C:\\a\\kubectl"),
    undefined,
    "a script would be read by a shell",
  );
  assert.equal(find("win32", { Path: ".;b;C:\\a" }, ".\\kubectl.exe", "b\\kubectl.exe"), undefined);
  for (const platform of ["linux", "darwin", "win32", "freebsd"]) assert.match(howToInstall(platform), /https:\/\/kubernetes\.io\/docs\/tasks\/tools\//);
});

test("the browser is given a file, and none is opened where there is no screen", () => {
  assert.deepEqual(opener({ platform: "linux", env: { DISPLAY: ":0" } }, "/f"), ["xdg-open", ["/f"]]);
  assert.deepEqual(opener({ platform: "linux", env: { WAYLAND_DISPLAY: "w" } }, "/f"), ["xdg-open", ["/f"]]);
  assert.equal(opener({ platform: "linux", env: {} }, "/f"), undefined);
  assert.equal(opener({ platform: "darwin", env: { SSH_CONNECTION: "x" } }, "/f"), undefined);
  assert.deepEqual(opener({ platform: "darwin", env: {} }, "/f"), ["open", ["/f"]]);
  assert.deepEqual(opener({ platform: "win32", env: {} }, "C:\\f"), ["rundll32", ["url.dll,FileProtocolHandler", "C:\\f"]]);
});

test("the file for the browser is in the home folder on Linux, where a browser in a snap can read it, and not hidden there", () => {
  const home = mkdtempSync(join(tmpdir(), "kubecred-home-"));
  try {
    const { folder, remove } = folderForBrowsers("linux", home);
    assert.equal(dirname(folder), home);
    assert.match(basename(folder), /^kubecred-/);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    remove();
    assert.deepEqual(readdirSync(home), []);
    for (const [platform, place] of [
      ["linux", join(home, "none")],
      ["darwin", home],
    ]) {
      const other = folderForBrowsers(platform, place);
      assert.equal(dirname(other.folder), tmpdir(), platform);
      other.remove();
    }
  } finally {
    rmSync(home, { recursive: true });
  }
});

test("options: each that --help names is taken, and what is wrong is named", () => {
  const values = { kubeconfig: "f", context: "c", port: "8080", kubectl: "k", page: "p" };
  for (const [, name, value] of HELP.matchAll(/^ {2}--([\w-]+)( [A-Z]+)?/gm)) {
    const given = readOptions([...(value ? [`--${name}`, values[name]] : [`--${name}`]), ...(name === "wait" ? ["--kubeconfig", "f"] : [])]);
    assert.ok(!("wrong" in given), `${name}: ${given.wrong}`);
  }
  assert.deepEqual(readOptions(["--port=8080", "--no-open", "--read-only"]), {
    kubeconfig: undefined,
    context: undefined,
    kubectl: undefined,
    page: undefined,
    port: 8080,
    open: false,
    readOnly: true,
    offline: false,
    wait: false,
    help: false,
    version: false,
  });
  for (const [args, message] of [
    [["--port", "70000"], /--port/],
    [["--port=-1"], /--port/],
    [["--context="], /--context must not be empty/],
    [["--wait"], /--kubeconfig FILE/],
    [["--wait", "--offline", "--kubeconfig", "f"], /exclude/],
    [["extra"], /extra/],
    [["--nope"], /--nope/],
  ]) {
    assert.match(readOptions(args).wrong ?? "", message);
  }
});

test("kubectl gets names as they are, each as one argument", () => {
  const args = proxyArguments({ name: "n", socket: "/s p/x", options: ["--context=a b;$(c)", "--kubeconfig=/x y"] });
  assert.deepEqual(args.slice(0, 4), ["proxy", "--context=a b;$(c)", "--kubeconfig=/x y", "--unix-socket=/s p/x"]);
  assert.equal(args[4], "--accept-hosts=^n$");
});
