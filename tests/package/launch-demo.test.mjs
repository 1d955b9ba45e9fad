// make demo, without its build: the page before the cluster, the cluster behind it, and an end that leaves nothing.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { startDemo } from "../support/demo.mjs";
import { enter, fileIn, head, raw, until } from "./launch-fake.mjs";

/** The files of this name in the demo's own folder of data, read. */
const filesOf = (folder, wanted) =>
  readdirSync(folder).flatMap((entry) => (existsSync(join(folder, entry, wanted)) ? [readFileSync(join(folder, entry, wanted), "utf8")] : []));

for (const [name, env] of [
  ["offline", { OFFLINE: "1" }],
  ["with a control plane of its own", {}],
]) {
  test(`the demo, ${name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "kubecred-demo-"));
    const demo = startDemo(folder, env);
    try {
      const file = await demo.said(/(\/.*\/(?:open|demo)\.html)$/m);
      const me = await enter(/(?:url=|href=")(http[^"]*)"/.exec(readFileSync(file, "utf8"))[1]);
      const get = async (path) => (await raw(me.host, head("GET", `${me.base}${path}`, me.headers))).status;
      assert.equal(await get("/kubecred/"), 200);
      if (env.OFFLINE) assert.equal(await get("/version"), 404);
      else await until(async () => (demo.ended ? assert.fail(demo.output) : (await get("/version")) === 200), "the cluster", Infinity);
      const pids = filesOf(folder, "pids").flatMap((list) =>
        list
          .trim()
          .split("\n")
          .map((line) => Number(line.split(" ")[0])),
      );
      assert.equal(pids.length, env.OFFLINE ? 0 : 3);
      // The files with links, which browsers read from the home folder: the switch's, and one for each page.
      const links = ["administrator.out", "jane.out"].flatMap((each) => filesOf(folder, each)).map(fileIn);
      const folders = [file, ...links].map((each) => dirname(each));
      assert.equal(folders.length, env.OFFLINE ? 1 : 3);
      for (const each of folders) {
        assert.ok(existsSync(each), "the control");
        if (process.platform === "linux") assert.equal(dirname(each), homedir());
      }
      await demo.end();
      assert.equal(demo.ended.code, 0, demo.output);
      // One that has ended may stay in the list until the system's first process takes note.
      for (const pid of pids) await until(() => !existsSync(`/proc/${pid}/stat`) || /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
      assert.deepEqual(readdirSync(folder), []);
      for (const each of folders) assert.ok(!existsSync(each), each);
    } finally {
      await demo.end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
