// The image of www/deploy, built without a daemon (www/deploy/image.sh) and run as Kubernetes runs it: what the archive says (user, entry point),
// a root file system that is read-only, one folder to write to, no capability, no new privileges.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "../package/launch-fake.mjs";
import { nginxPath, tests } from "../support/place.mjs";

const root = join(tests, "..");
const deploy = join(root, "www", "deploy");
let dir, config, rootfs, child, log, port;

const blob = (digest) => join(dir, "oci", "blobs", ...digest.split(":"));
const json = (file) => JSON.parse(readFileSync(file, "utf8"));
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const found = server.address().port;
      server.close(() => done(found));
    });
  });

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "kubecred-image-"));
  const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  node("www/build.mjs", "--server=self", `--out=${join(dir, "page")}`);
  node("www/deploy/build.mjs", join(dir, "page"), join(dir, "html"));
  // Storage of its own, without overlay mounts, which are not to be had inside of containers.
  writeFileSync(join(dir, "storage.conf"), `[storage]\ndriver = "vfs"\nrunroot = "${join(dir, "run")}"\ngraphroot = "${join(dir, "store")}"\n`);
  execFileSync("bash", [join(deploy, "image.sh"), join(dir, "html"), join(dir, "image.tar")], {
    env: { ...process.env, NGINX_PROGRAM: nginxPath(), CONTAINERS_STORAGE_CONF: join(dir, "storage.conf") },
    stdio: ["ignore", "ignore", "inherit"],
  });
  mkdirSync(join(dir, "oci"));
  execFileSync("tar", ["-xf", join(dir, "image.tar"), "-C", join(dir, "oci")]);
  const manifest = json(blob(json(join(dir, "oci", "index.json")).manifests[0].digest));
  config = json(blob(manifest.config.digest)).config;
  rootfs = join(dir, "rootfs");
  mkdirSync(rootfs);
  for (const { digest } of manifest.layers) execFileSync("tar", ["-xf", blob(digest), "-C", rootfs]);

  // What a ConfigMap and the API server's CA are in the cluster.
  const conf = join(dir, "conf");
  mkdirSync(join(conf, "ca"), { recursive: true });
  for (const file of readdirSync(deploy).filter((name) => name.endsWith(".conf"))) cpSync(join(deploy, file), join(conf, file));
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      join(dir, "key"),
      "-out",
      join(conf, "ca", "ca.crt"),
      "-subj",
      "/CN=ca",
    ],
    { stdio: "ignore" },
  );
  writeFileSync(join(conf, "upstream.conf"), "upstream kubecred_api { server 127.0.0.1:1; }\n");
  port = await freePort();
  writeFileSync(join(conf, "listen.conf"), `listen 127.0.0.1:${port};\n`);
  execFileSync("chmod", ["-R", "u=rwX,go=rX", conf, rootfs]);
  for (const folder of [dir]) chmodSync(folder, 0o755);
  log = join(dir, "log");
  const file = openSync(log, "a");
  chmodSync(log, 0o666); // /dev/stdout is opened again, by another user
  const script = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount --bind "$2" "$1/etc/kubecred"
mount -o remount,bind,ro "$1/etc/kubecred"
mount -t tmpfs -o uid=65532,gid=65532,mode=0700 tmpfs "$1/srv/kubecred/tmp"
mount --rbind /dev "$1/dev"
mount --rbind /proc "$1/proc"
mount -o remount,bind,ro "$1"
root=$1 user=$3; shift 3
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"`;
  const as = process.getuid() === 0 ? ["unshare", "--mount"] : ["buildah", "unshare", "unshare", "--mount"];
  child = spawn(as[0], [...as.slice(1), "sh", "-c", script, "sh", rootfs, conf, config.User, ...config.Entrypoint], { stdio: ["ignore", file, file] });
  let ended = false;
  child.on("close", () => {
    ended = true;
  });
  await until(async () => {
    if (ended) assert.fail(readFileSync(log, "utf8"));
    return fetch(`http://127.0.0.1:${port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
});
after(async () => {
  if (child?.exitCode === null) {
    child.kill("SIGQUIT");
    await new Promise((done) => child.once("close", done));
  }
  rmSync(dir, { recursive: true, force: true });
});

test("the archive: a numeric user, nginx alone as program, no shell, nothing that its user could write but one folder", () => {
  assert.equal(config.User, "65532:65532");
  assert.equal(config.StopSignal, "SIGQUIT");
  const [, from] = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync(join(deploy, "Dockerfile"), "utf8"));
  assert.deepEqual(config.Entrypoint.slice(1), JSON.parse(from).slice(1), "started as the Dockerfile starts it");
  const files = readdirSync(rootfs, { recursive: true, withFileTypes: true });
  const programs = files
    .filter((entry) => entry.isFile() && !/\.so(\.|$)|ld-linux/.test(entry.name) && statSync(join(entry.parentPath ?? entry.path, entry.name)).mode & 0o111)
    .map(({ name }) => name);
  assert.deepEqual(programs, ["nginx"]);
  const writable = files
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.startsWith(join(rootfs, "dev")) && !path.startsWith(join(rootfs, "proc")))
    .filter((path) => {
      const { mode, uid } = statSync(path);
      return uid === 65532 || mode & 0o022;
    });
  assert.deepEqual(writable, [join(rootfs, "srv", "kubecred", "tmp")]);
});

test("it runs without a capability, as that user, on a root that is read-only, and serves the page, refusals and errors", async () => {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  for (const line of [
    /^Uid:\s+65532\s+65532\s+65532\s+65532$/m,
    /^Gid:\s+65532\s+65532\s+65532\s+65532$/m,
    /^CapEff:\s+0{16}$/m,
    /^CapPrm:\s+0{16}$/m,
    /^NoNewPrivs:\s+1$/m,
    /^Name:\s+nginx$/m,
  ]) {
    if (process.getuid() === 0 || !/id:/.test(String(line))) assert.match(status, line);
  }
  const mounts = readFileSync(`/proc/${child.pid}/mountinfo`, "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  // The first fields: … root, where, options.
  assert.match(mounts.find(([, , , , where]) => where === "/")[5], /^ro\b/);
  assert.match(mounts.find(([, , , , where]) => where === "/etc/kubecred")[5], /^ro\b/);
  assert.match(mounts.find(([, , , , where]) => where === "/srv/kubecred/tmp")[5], /^rw\b/, "the control");
  const get = (path, options) => fetch(`http://127.0.0.1:${port}${path}`, options);
  const page = await get("/");
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>kubecred<\/title>/);
  assert.match(page.headers.get("content-security-policy"), /frame-ancestors 'none'/);
  assert.equal((await get("/api/v1/secrets")).status, 403);
  // A body goes through the folder that is written to; no API server is behind it here.
  const body = JSON.stringify({ text: "x".repeat(500_000) });
  const post = await get("/apis/certificates.k8s.io/v1/certificatesigningrequests", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  assert.equal(post.status, 502);
  assert.doesNotMatch(readFileSync(log, "utf8"), /Permission denied|Read-only file system/);
});
