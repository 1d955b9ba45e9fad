// The paths that nobody waits for, so that it stays so: tokens, discovery, roles, printed commands, lists of requests. In Node, round
// trips to the worker included; beside a library where there is one for the same job.
import "reflect-metadata";
import { readFileSync } from "node:fs";
import { Pkcs10CertificateRequest, cryptoProvider } from "@peculiar/x509";
import { open } from "../../pkg/node.js";
import { digits, machine, section, stats, table, times } from "./common.mjs";

const vector = (path) => readFileSync(new URL(`../vectors/${path}`, import.meta.url), "utf8");
const object = (path) => JSON.parse(vector(path));
cryptoProvider.set(crypto);
const kubecred = await open();

const {
  status: { token },
} = object("api/tokenrequest.json");
const clusterInfo = object("api/cluster-info.json");
const bootstrapToken = vector("api/bootstrap-token.txt").trim();
/** An API server that answers from vectors at once: what is measured is what the package does with the answers. */
const answers = { "/api": "api-versions.json", "/api/v1/namespaces/kube-public/configmaps/cluster-info": "cluster-info.json" };
const fetch = async (url) => {
  const { pathname } = new URL(url);
  const file = answers[pathname] ?? (/kube-root-ca\.crt$/.test(pathname) ? "kube-root-ca.json" : "404-not-found.json");
  return new Response(vector(`api/${file}`), { status: file.startsWith("404") ? 404 : 200, headers: { "content-type": "application/json" } });
};
const cluster = kubecred.cluster({ server: "https://cluster.example", fetch });

/** 200 objects: a role of three rules and its binding, a hundred times, each for another subject but in one namespace. */
const subjects = [{ kind: "User", name: "jane" }];
const roles = (
  await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      kubecred.rbac.manifests({
        subjects,
        namespace: "default",
        name: `own-${number}`,
        role: {
          name: `own-${number}`,
          rules: [
            { apiGroups: [""], resources: ["pods", `things-${number}`], verbs: ["get", "list"] },
            { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"], resourceNames: [`d-${number}`] },
            { apiGroups: ["batch"], resources: [`jobs-${number}`], verbs: ["*"] },
          ],
        },
      }),
    ),
  )
).flat();
if (roles.length !== 200) throw new Error(`${roles.length} objects instead of 200`);

const key = await kubecred.keys.generate("ecdsa-p256");
const request = await key.createCsr({ user: "jane", groups: ["dev", "ops"] });
const pending = object("signing-requests/pending.json");
/** Each with a key and a name of its own: nobody verifies one signature for all. */
const requests = await Promise.all(
  Array.from({ length: 1000 }, async (_, number) => {
    const key = await kubecred.keys.generate("ecdsa-p256");
    const copy = structuredClone(pending);
    copy.metadata.name = `request-${number}`;
    copy.spec.request = Buffer.from(await key.createCsr({ user: `jane-${number}`, groups: ["dev", "ops"] })).toString("base64");
    key.dispose();
    return copy;
  }),
);
const text = JSON.stringify({ kind: "CertificateSigningRequestList", apiVersion: "certificates.k8s.io/v1", metadata: {}, items: requests });

async function verified(pem) {
  const read = new Pkcs10CertificateRequest(pem);
  if (!(await read.verify())) throw new Error("it does not verify");
  return read.subject;
}

/** what, rounds, ours, and who else does it, and how. */
const paths = [
  ["a service account's token is read (`readToken`)", 500, () => kubecred.tokens.parse(token)],
  ["cluster-info is verified with a bootstrap token (`verifyClusterInfo`)", 500, () => kubecred.discovery.verifyClusterInfo(clusterInfo, { bootstrapToken })],
  ["address and CA from four answers (`discover`, everywhere)", 200, () => cluster.discover({ everywhere: true })],
  ["a role from a template and its binding (`accessManifests`)", 500, () => kubecred.rbac.manifests({ subjects, role: "deployer", namespace: "default" })],
  ["the rights that 200 objects give (`accessMatrix`)", 100, () => kubecred.rbac.matrix({ manifests: roles, subject: subjects[0], namespace: "default" })],
  ["what is dangerous in 200 objects (`accessFindings`)", 100, () => kubecred.rbac.lint(roles)],
  ["200 objects as YAML (`toYaml`)", 100, () => kubecred.toYaml(roles)],
  [
    "key and request by openssl, for sh (`commands`)",
    500,
    () => kubecred.commands({ step: "generate-with-openssl", subject: { user: "jane", groups: ["dev"] }, algorithm: "ecdsa-p256" }, "sh"),
  ],
  ["a request is read and its signature verified (`readRequest`, P-256)", 200, () => kubecred.csr.inspect(request), "@peculiar/x509", () => verified(request)],
  ["1,000 requests as objects of a server (`readSigningRequests`)", 20, () => kubecred.csr.explainAll(requests)],
  [
    "1,000 requests as text, each signature verified (P-256, a key each)",
    20,
    () => kubecred.csr.explainAll(text),
    "@peculiar/x509",
    () => Promise.all(JSON.parse(text).items.map(({ spec }) => verified(Buffer.from(spec.request, "base64").toString()))),
  ],
];

const numbers = ({ mean, median, least }) => [mean, median, least].map(digits).join(" / ");
async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
const rows = [];
for (const [what, full, ours, by, theirs] of paths) {
  const found = { ours: [], theirs: [] };
  const rounds = times(full, Math.min(full, 3));
  for (let round = -2; round < rounds; round++) {
    const took = [await timed(ours), theirs ? await timed(theirs) : 0];
    if (round >= 0) found.ours.push(took[0]), found.theirs.push(took[1]);
  }
  const ratio = () => `${digits(stats(found.ours).mean / stats(found.theirs).mean)} / ${digits(stats(found.ours).median / stats(found.theirs).median)}`;
  rows.push([what, rounds, numbers(stats(found.ours)), by ? `${by}: ${numbers(stats(found.theirs))}` : "", by ? ratio() : ""]);
}
key.dispose();
kubecred.close();

section(
  "Other paths",
  `
${machine()}.

In Node, warm (two rounds that do not count), round trips to the worker included; where a library does the same job, in turn with it. WebCrypto, on which @peculiar/x509 verifies, is native and uses several threads.

${table(["", "n", "mean / median / least, ms", "beside", "ratio, mean / median"], rows)}
`,
);
