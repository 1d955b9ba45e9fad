// make demo, without its build: the page before the cluster, the cluster behind it, and an end that leaves nothing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./common.mjs";
import { enter, head, raw, until } from "./launch-fake.mjs";

for (const [name, env] of [
  ["offline", { OFFLINE: "1" }],
  ["with a control plane of its own", { OFFLINE: "" }],
]) {
  test(`the demo, ${name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "kubecred-demo-"));
    const child = spawn("bash", [join(root, "scripts", "demo.sh")], {
      env: { ...process.env, KUBECONFIG: "", TMPDIR: folder, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let ended;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        output += data;
      });
    child.on("close", (code) => {
      ended = { code };
    });
    try {
      const file = await until(() => (ended ? assert.fail(output) : /(\/.*\/(?:open|demo)\.html)$/m.exec(output)?.[1]));
      const me = await enter(/(?:url=|href=")(http[^"]*)"/.exec(readFileSync(file, "utf8"))[1]);
      const get = async (path) => (await raw(me.host, head("GET", `${me.base}${path}`, me.headers))).status;
      assert.equal(await get("/kubecred/"), 200);
      if (env.OFFLINE) assert.equal(await get("/version"), 404);
      else await until(async () => (ended ? assert.fail(output) : (await get("/version")) === 200));
      const pids = env.OFFLINE
        ? []
        : readdirSync(folder).flatMap((entry) => {
            const list = join(folder, entry, "pids");
            return existsSync(list)
              ? readFileSync(list, "utf8")
                  .trim()
                  .split("\n")
                  .map((line) => Number(line.split(" ")[0]))
              : [];
          });
      assert.equal(pids.length, env.OFFLINE ? 0 : 3);
      child.kill("SIGINT");
      await until(() => ended);
      assert.equal(ended.code, 0, output);
      // One that has ended may stay in the list until the system's first process takes note.
      for (const pid of pids) await until(() => !existsSync(`/proc/${pid}/stat`) || /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      if (!ended) child.kill("SIGTERM");
      await until(() => ended);
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
