// A certificate authority on disk, as kube-controller-manager's signer stands beside a cluster: made once, signs client certificates.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authority, certify, CLIENT } from "../support/openssl.mjs";

export function startCa() {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-ca-"));
  return {
    certificate: authority(dir),
    /** @param {string} request PKCS#10, PEM */
    sign: (request) => certify(dir, request, CLIENT),
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}
