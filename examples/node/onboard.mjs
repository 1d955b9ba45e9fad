// Onboards ten users from a script: a kubeconfig for each, approved by the script itself. It needs a kubeconfig whose user may create and approve
// CertificateSigningRequests, and `kubectl proxy` on port 8001:   node onboard.mjs FOLDER [ADDRESS]
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open } from "kubecred";

const [folder = "kubeconfigs", server = "http://127.0.0.1:8001"] = process.argv.slice(2);
const users = Array.from({ length: 10 }, (_, index) => `user-${index + 1}`);

await mkdir(folder, { recursive: true, mode: 0o700 });
const kubecred = await open();
const cluster = kubecred.cluster({ server });
try {
  for (const user of users) {
    const approved = new Set();
    const { kubeconfig } = await kubecred.requestKubeconfig({
      cluster,
      subject: { user, groups: ["developers"] },
      expirationSeconds: 86_400,
      onStep({ step, status }) {
        if (step !== "waiting" || status.state !== "pending" || approved.has(status.name)) return;
        approved.add(status.name);
        cluster.csr.approve(status, { message: "Onboarding" }).catch((error) => console.error(`${user}: ${error.message}`));
      },
    });
    const file = join(folder, `${user}.yaml`);
    await writeFile(file, await kubeconfig.serialize(), { mode: 0o600 });
    kubeconfig.dispose();
    console.log(`${user}: ${file}`);
  }
} finally {
  kubecred.close();
}
