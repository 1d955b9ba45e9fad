// What the tests have OpenSSL make: certificate authorities, and certificates by them, as files in a folder of the caller's.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Runs openssl in a folder, `input` is what it reads; gives what it prints. */
export const opensslIn =
  (dir) =>
  (args, input = "") =>
    execFileSync("openssl", args, { cwd: dir, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });

/** A CA that signs itself: NAME.key and NAME.crt. Gives the certificate. */
export function authority(dir, name = "ca") {
  opensslIn(dir)(["req", "-x509", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.crt`, "-subj", `/CN=${name}`, "-days", "2"]);
  return readFileSync(join(dir, `${name}.crt`), "utf8");
}

/** The certificate that a CA of `authority` makes of a request. `extensions`: lines of OpenSSL's configuration. */
export function certify(dir, request, extensions, { by = "ca", days = 1 } = {}) {
  writeFileSync(join(dir, "extensions.cnf"), extensions.join("\n"));
  const signer = ["-CA", `${by}.crt`, "-CAkey", `${by}.key`, "-set_serial", "77"];
  return opensslIn(dir)(["x509", "-req", ...signer, "-days", String(days), "-extfile", "extensions.cnf"], request);
}

const LEAF = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"];
/** What kube-controller-manager's signer puts into a client certificate. */
export const CLIENT = [...LEAF, "extendedKeyUsage=clientAuth"];

/** A server with a key of its own: { key, cert }. */
export function serverCertificate(dir, { by, host, days }) {
  const request = opensslIn(dir)(["req", ...NEW_KEY, "-keyout", "server.key", "-subj", "/CN=server"]);
  const cert = certify(dir, request, [...LEAF, `subjectAltName=DNS:${host}`, "extendedKeyUsage=serverAuth"], { by, days });
  return { key: readFileSync(join(dir, "server.key"), "utf8"), cert };
}

/** A client certificate for a request, by a CA made for this one. @param {string} request @param {string} [usage] */
export function sign(request, usage = "clientAuth") {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-sign-"));
  try {
    authority(dir, "test-ca");
    return certify(dir, request, [...LEAF, `extendedKeyUsage=${usage}`], { by: "test-ca" });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
