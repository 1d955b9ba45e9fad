// The image of www/deploy, built without a daemon (www/deploy/image.sh) and run as Kubernetes runs it: what the archive says (user, entry point),
// a root file system that is read-only, one folder to write to, no capability, no new privileges.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { authority } from "../support/openssl.mjs";
import { nginxPath, tests } from "../support/place.mjs";
import { healthy, onFreePort } from "../support/ports.mjs";

const root = join(tests, "..");
const deploy = join(root, "www", "deploy");
let dir, config, rootfs, child, log, port;
/** Containers are made of namespaces, which Linux alone has. */
const skip = process.platform === "linux" ? false : "images are built and run on Linux";

const blob = (digest) => join(dir, "oci", "blobs", ...digest.split(":"));
const json = (file) => JSON.parse(readFileSync(file, "utf8"));
before(async () => {
  if (skip) return;
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
  writeFileSync(join(conf, "ca", "ca.crt"), authority(dir));
  writeFileSync(join(conf, "upstream.conf"), "upstream kubecred_api { server 127.0.0.1:1; }\n");
  execFileSync("chmod", ["-R", "u=rwX,go=rX", conf, rootfs]);
  chmodSync(dir, 0o755);
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
  // Who is not root is root in a user namespace, by the ranges of /etc/subuid (the package uidmap).
  const as = process.getuid() === 0 ? ["unshare", "--mount"] : ["buildah", "unshare", "unshare", "--mount"];
  child = await onFreePort(async (free) => {
    writeFileSync(join(conf, "listen.conf"), `listen 127.0.0.1:${free};\n`);
    const before = readFileSync(log, "utf8").length;
    const started = spawn(as[0], [...as.slice(1), "sh", "-c", script, "sh", rootfs, conf, config.User, ...config.Entrypoint], {
      stdio: ["ignore", file, file],
    });
    if ((await healthy(free, started)).ended) {
      const text = readFileSync(log, "utf8").slice(before);
      return text.includes("Address already in use") ? undefined : assert.fail(text);
    }
    port = free;
    return started;
  });
});
after(async () => {
  if (skip) return;
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once("close", done));
    process.kill(nginxPid(), "SIGQUIT");
    await gone;
  }
  rmSync(dir, { recursive: true, force: true });
});

const parentOf = (pid) => Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))[1]);
const nameOf = (pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

/** nginx's own process: the child itself for root, which every program before it has become; otherwise one that it started. */
function nginxPid() {
  const below = (pid) => pid === child.pid || (pid > 1 && below(parentOf(pid)));
  const alive = (test) => (pid) => {
    try {
      return test(pid);
    } catch {
      return false; // it has ended meanwhile
    }
  };
  const pids = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
  const ours = pids.filter(alive((pid) => nameOf(pid) === "nginx" && below(pid)));
  return ours.find((pid) => !ours.includes(parentOf(pid)));
}

test("the archive: a numeric user, nginx alone as program, no shell, nothing that its user could write but one folder", { skip }, () => {
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

test("it runs without a capability, as that user, on a root that is read-only, and serves the page, refusals and errors", { skip }, async () => {
  const status = readFileSync(`/proc/${nginxPid()}/status`, "utf8");
  for (const line of [
    /^Uid:\s+65532\s+65532\s+65532\s+65532$/m,
    /^Gid:\s+65532\s+65532\s+65532\s+65532$/m,
    /^CapEff:\s+0{16}$/m,
    /^CapPrm:\s+0{16}$/m,
    /^NoNewPrivs:\s+1$/m,
    /^Name:\s+nginx$/m,
  ]) {
    // In a user namespace the numbers here are those of the ranges.
    if (process.getuid() === 0 || !/[UG]id:/.test(String(line))) assert.match(status, line);
  }
  const mounts = readFileSync(`/proc/${nginxPid()}/mountinfo`, "utf8")
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
