// A kubeconfig of 1,000 contexts (1.1 MB): read, checked and written by kubecred, loaded and dumped by js-yaml 5, loaded by
// @kubernetes/client-node. Medians of several runs in the same process; kubecred's are those of the caller, worker and copies included.
import { loadFromString } from "./client-node.mjs";
import { readFileSync } from "node:fs";
import { dump, load } from "js-yaml";
import { open } from "../../pkg/node.js";

const RUNS = 15;
const pem = readFileSync(new URL("../vectors/signing-requests/issued.crt.pem", import.meta.url));
const data = pem.toString("base64").slice(0, 400);
const whole = pem.toString("base64");
const section = (name, body) => `${name}:\n${Array.from({ length: 1000 }, (_, number) => body(number)).join("")}`;
const text = `apiVersion: v1\nkind: Config\n${section("clusters", (number) => `- cluster:\n    certificate-authority-data: ${whole}\n    server: https://c${number}.example:6443\n  name: c${number}\n`)}${
  section("contexts", (number) => `- context:\n    cluster: c${number}\n    namespace: default\n    user: u${number}\n  name: x${number}\n`)}current-context: x0\n${
  section("users", (number) => `- name: u${number}\n  user:\n    token: ${data}${number}\n`)}`;

async function measure(what, run) {
  const times = [];
  const before = process.memoryUsage.rss();
  for (let count = 0; count < RUNS; count += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`${what.padEnd(46)} ${times[RUNS >> 1].toFixed(1).padStart(7)} ms   grown by ${((process.memoryUsage.rss() - before) / 1e6).toFixed(0)} MB`);
}

console.log(`kubeconfig of 1,000 contexts, ${(text.length / 1e6).toFixed(2)} MB, median of ${RUNS}`);
const kubecred = await open();
await measure("kubecred: read and checked", async () => (await kubecred.readKubeconfig(text)).dispose());
await measure("kubecred: read, checked and written", async () => {
  const read = await kubecred.readKubeconfig(text);
  await read.serialize();
  read.dispose();
});
kubecred.close();
await measure("js-yaml 5: load", () => load(text));
await measure("js-yaml 5: load and dump", () => dump(load(text)));
await measure("@kubernetes/client-node: loadFromString", () => loadFromString(text));
