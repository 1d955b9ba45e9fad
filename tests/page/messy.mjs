// Kubeconfigs as people have them, for tests: short to write, and with certificates that have expired.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { opensslIn } from "../support/openssl.mjs";

/** { name, text } as dropFiles takes it; clusters and users are [name, contents], contexts [name, cluster, user]. */
export const file = (name, { users = [], contexts = [], clusters = [], current = "" }) => ({
  name,
  text: JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    clusters: clusters.map(([name, cluster]) => ({ name, cluster })),
    users: users.map(([name, user]) => ({ name, user })),
    contexts: contexts.map(([name, cluster, user]) => ({ name, context: { cluster, user } })),
  }),
});

export const at = (server) => ({ server, "insecure-skip-tls-verify": true });

/** A key, and a user with it and a certificate that expired yesterday. */
export function expired(name) {
  const dir = mkdtempSync(join(tmpdir(), "kubecred-messy-"));
  try {
    const openssl = opensslIn(dir);
    openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key"]);
    openssl(["req", "-new", "-key", "key", "-subj", `/O=dev/CN=${name}`, "-out", "csr"]);
    openssl(["x509", "-req", "-in", "csr", "-signkey", "key", "-days", "-1", "-out", "crt"]);
    const [key, certificate] = ["key", "crt"].map((each) => readFileSync(join(dir, each)));
    return { key, user: { "client-certificate-data": certificate.toString("base64"), "client-key-data": key.toString("base64") } };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
