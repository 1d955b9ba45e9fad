// A certificate authority on disk, as kube-controller-manager's signer stands beside a cluster: made once, signs client certificates.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function startCa() {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-ca-"));
  const openssl = (args, input) => execFileSync("openssl", args, { cwd: dir, input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  writeFileSync(join(dir, "leaf.cnf"), "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n");
  openssl([
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=bench-ca",
    "-days",
    "2",
  ]);
  return {
    certificate: readFileSync(join(dir, "ca.pem"), "utf8"),
    /** @param {string} request PKCS#10, PEM */
    sign: (request) => openssl(["x509", "-req", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "1", "-extfile", "leaf.cnf"], request),
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}
