// nginx with the configuration of www/deploy, exactly as it is: the listening address and the upstream alone are a test's own.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { nginxPath, tests } from "../support/place.mjs";

const root = join(tests, "..");
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** @param {{ api: string, ca: string, page?: boolean }} options `api`: host:port of the API server; `ca`: the file of its CA; `page`: false for an empty one */
export async function startNginx({ api, ca, page = true }) {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-nginx-"));
  const [conf, prefix] = [join(dir, "conf"), join(dir, "srv")];
  mkdirSync(join(conf, "ca"), { recursive: true });
  mkdirSync(join(prefix, "tmp"), { recursive: true });
  for (const file of readdirSync(join(root, "www", "deploy")).filter((name) => name.endsWith(".conf")))
    cpSync(join(root, "www", "deploy", file), join(conf, file));
  cpSync(ca, join(conf, "ca", "ca.crt"));
  writeFileSync(join(conf, "upstream.conf"), `upstream kubecred_api { server ${api}; }\n`);
  const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (page) {
    node("www/build.mjs", "--server=self", `--out=${join(dir, "page")}`);
    node("www/deploy/build.mjs", join(dir, "page"), join(prefix, "html"));
  }
  // A file, since Node's pipes are sockets, which cannot be opened by the name /dev/stdout.
  const file = openSync(join(dir, "log"), "a");
  const log = {
    get text() {
      return readFileSync(join(dir, "log"), "utf8");
    },
  };
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    writeFileSync(join(conf, "listen.conf"), `listen 127.0.0.1:${port};\n`);
    // Started by root, nginx would read the page as nobody, who cannot enter this folder; the image is not started by root.
    const child = spawn(
      nginxPath(),
      ["-p", `${prefix}/`, "-c", join(conf, "nginx.conf"), "-g", process.getuid?.() === 0 ? "daemon off; user root;" : "daemon off;"],
      { stdio: ["ignore", file, file] },
    );
    let ended = false;
    const gone = new Promise((done) =>
      child.on("close", () => {
        ended = true;
        done();
      }),
    );
    while (
      !ended &&
      !(await fetch(`http://127.0.0.1:${port}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      ))
    )
      await pause(50);
    if (ended && attempt < 5 && log.text.includes("Address already in use")) continue; // taken meanwhile
    if (ended) throw new Error(`nginx ended: ${log.text}`);
    return {
      host: `127.0.0.1:${port}`,
      origin: `http://127.0.0.1:${port}`,
      conf,
      html: join(prefix, "html"),
      log,
      read: (file) => readFileSync(join(prefix, "html", file)),
      async stop() {
        child.kill("SIGTERM");
        await gone;
        rmSync(dir, { recursive: true, force: true });
      },
    };
  }
}
