// A kubeconfig of 1,000 contexts (1.4 MB): read, checked and written by kubecred; loaded and dumped by js-yaml 5; loaded by
// @kubernetes/client-node. Each contender runs in a worker of a process of its own, so that no heap hides another's growth.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { digits, machine, section, stats, table, times } from "./common.mjs";
import { contenders, text } from "./kubeconfig.contenders.mjs";

const RUNS = times(15, 3);
const one = fileURLToPath(new URL("kubeconfig.one.mjs", import.meta.url));
const found = {};
// In turn, three processes for each: the growth of a heap is chance as well.
for (let round = 0; round < times(3, 1); round++) {
  for (const name of Object.keys(contenders)) {
    const { took, grown } = JSON.parse(execFileSync(process.execPath, [one, name, String(RUNS)], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
    const entry = (found[name] ??= { took: [], grown: [] });
    entry.took.push(...took);
    entry.grown.push(grown);
  }
}
const numbers = ({ mean, median, least }) => [mean, median, least].map(digits).join(" / ");
const rows = Object.entries(found).map(([name, { took, grown }]) => [name, took.length, numbers(stats(took)), digits(stats(grown).median)]);
const bounds = [
  ["kubecred: read, checked and written", "js-yaml 5: load and dump"],
  ["kubecred: read and checked", "@kubernetes/client-node: loadFromString"],
].map(([ours, theirs]) => {
  const [a, b] = [found[ours], found[theirs]];
  const [time, memory] = [stats(a.took).median / stats(b.took).median, stats(a.grown).median / stats(b.grown).median];
  return [ours, theirs, digits(time), digits(memory), time < 1 && memory < 1 ? "held" : "**not held**"];
});

section(
  "Kubeconfigs",
  `
${machine()}.

A kubeconfig of 1,000 contexts, ${(text.length / 1e6).toFixed(2)} MB, in Node. Every contender in a worker (\`worker_threads\`) of a process of its own, text and result posted, warm: the first run does not count. Growth: the process's peak of resident memory over what it had before the first run (Linux), median of ${times(3, 1)} processes.

${table(["by", "n", "mean / median / least, ms", "growth, MB"], rows)}

The bound is to be faster at less memory than what does the same job (medians):

${table(["", "beside", "time", "memory", ""], bounds)}
`,
);
