// Two builds of the package compared, interleaved in one run: node tests/bench/builds.mjs FOLDER, the pkg/ folder of the other
// build (a checkout of an older commit after its `make build`). The calls are those that both have. Not part of `make bench`,
// which has no other build at hand. Processor time of this process, workers and garbage collection included: other programs of the machine do
// not count as they would on the clock.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { digits, machine, root, section, stats, table, times } from "./common.mjs";
import { text } from "./kubeconfig.contenders.mjs";

const [, , folder] = process.argv;
if (!folder) throw new Error("name the pkg/ folder of the other build");

// The calls of either build: before the API had nouns (2026-11), they were methods of the session.
const generate = (session, ...args) => (session.keys ? session.keys.generate(...args) : session.generateKey(...args));
const createCsr = (key, subject) => (key.createCsr ? key.createCsr(subject) : key.certificateRequest(subject));
const parse = (session) => (session.kubeconfig ? session.kubeconfig.parse(text) : session.readKubeconfig(text));

/** Ten thousand requests as a server gives them, in pages of a hundred. */
const PAGES = 100;
const pending = readFileSync(join(root, "tests", "vectors", "signing-requests", "pending.json"), "utf8");
const lists = Array.from({ length: PAGES }, (_, page) => {
  const items = Array.from({ length: 100 }, (_, number) => {
    const object = JSON.parse(pending);
    object.metadata.name = `request-${page}-${number}`;
    return object;
  });
  const metadata = { resourceVersion: "1", continue: page + 1 < PAGES ? String(page + 1) : undefined };
  return JSON.stringify({ kind: "CertificateSigningRequestList", apiVersion: "certificates.k8s.io/v1", metadata, items });
});
const fetch = async (url) => new Response(lists[Number(new URL(url).searchParams.get("continue") ?? 0)], { headers: { "content-type": "application/json" } });

async function readAll(session) {
  const cluster = session.cluster({ server: "https://cluster.example", fetch });
  const pages = cluster.csr ? cluster.csr.pages({ pageSize: 100 }) : cluster.signingRequestPages({ limit: 100 });
  let count = 0;
  for await (const { statuses, reports } of pages) count += (statuses ?? reports).length;
  if (count !== 100 * PAGES) throw new Error(`${count} requests`);
}

/** What is measured in both builds: how often, how often in one sample, and the work. */
const WORK = {
  "P-256 key and CSR": { rounds: times(60, 5), repeat: 5, work: (session) => keyAndRequest(session, "ecdsa-p256") },
  "P-384 key and CSR": { rounds: times(60, 5), repeat: 5, work: (session) => keyAndRequest(session, "ecdsa-p384") },
  "Ed25519 key and CSR": { rounds: times(60, 5), repeat: 5, work: (session) => keyAndRequest(session, "ed25519") },
  "RSA-2048 CSR": { rounds: times(60, 5), repeat: 5, work: (_, { rsa }) => createCsr(rsa, { user: "jane", groups: ["dev"] }) },
  "1,000 contexts read and checked": { rounds: times(30, 3), repeat: 1, work: async (session) => (await parse(session)).dispose() },
  "10,000 requests of a server, in pages of 100": { rounds: times(20, 2), repeat: 1, work: readAll },
  "RSA-2048 key, two warm workers": {
    rounds: times(300, 5),
    repeat: 1,
    work: async (session) => (await generate(session, "rsa-2048", { workers: 2 })).dispose(),
  },
};

async function keyAndRequest(session, algorithm) {
  const key = await generate(session, algorithm);
  await createCsr(key, { user: "jane", groups: ["dev"] });
  key.dispose();
}

/** Processor time so far, in milliseconds. */
function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const builds = await Promise.all(
  [join(root, "pkg"), resolve(folder)].map(async (at) => {
    const { open } = await import(pathToFileURL(join(at, "node.js")).href);
    const session = await open();
    return { session, rsa: await generate(session, "rsa-2048", { workers: 2 }), version: session.version };
  }),
);
const rows = [];
for (const [name, { rounds, repeat, work }] of Object.entries(WORK)) {
  const took = builds.map(() => []);
  for (let round = -2; round < rounds; round++) {
    // Who comes first changes, so that neither always has the warmer processor.
    for (const which of round % 2 ? [0, 1] : [1, 0]) {
      const start = processor();
      for (let time = 0; time < repeat; time++) await work(builds[which].session, builds[which]);
      if (round >= 0) took[which].push((processor() - start) / repeat);
    }
  }
  const [ours, theirs] = took.map(stats);
  rows.push([
    name,
    rounds,
    ...[ours, theirs].map(({ mean, median, least }) => [mean, median, least].map(digits).join(" / ")),
    [ours.mean / theirs.mean, ours.median / theirs.median, ours.least / theirs.least].map(digits).join(" / "),
  ]);
  console.log(rows.at(-1).join("  "));
}
for (const { session } of builds) session.close();

section(
  "Two builds",
  `
${machine()}.

This build beside that of commit ${builds[1].version.commit.slice(0, 7)}, in Node, each in a worker of its own, interleaved; processor time.

${table(["", "n", "this, mean / median / least, ms", "other", "ratio, mean / median / least"], rows)}
`,
);
