// nginx with the configuration of www/deploy, exactly as it is: the listening address and the upstream alone are a test's own.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nginxPath, tests } from "../support/place.mjs";
import { healthy, onFreePort } from "../support/ports.mjs";

const root = join(tests, "..");
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
  return onFreePort(async (port) => {
    writeFileSync(join(conf, "listen.conf"), `listen 127.0.0.1:${port};\n`);
    const before = log.text.length;
    // Started by root, nginx would read the page as nobody, who cannot enter this folder; the image is not started by root.
    const child = spawn(
      nginxPath(),
      ["-p", `${prefix}/`, "-c", join(conf, "nginx.conf"), "-g", process.getuid?.() === 0 ? "daemon off; user root;" : "daemon off;"],
      { stdio: ["ignore", file, file] },
    );
    const gone = new Promise((done) => child.once("close", done));
    if ((await healthy(port, child)).ended) {
      if (log.text.slice(before).includes("Address already in use")) return undefined;
      throw new Error(`nginx ended: ${log.text}`);
    }
    return {
      host: `127.0.0.1:${port}`,
      origin: `http://127.0.0.1:${port}`,
      conf,
      html: join(prefix, "html"),
      log,
      read: (name) => readFileSync(join(prefix, "html", name)),
      async stop() {
        child.kill("SIGTERM");
        await gone;
        rmSync(dir, { recursive: true, force: true });
      },
    };
  });
}
