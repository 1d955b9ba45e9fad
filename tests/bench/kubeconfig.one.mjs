// One contender of the kubeconfig bench, in this process alone: kubeconfig.one.mjs NAME RUNS prints { took (ms), grown (MB) }.
import { readFileSync, writeFileSync } from "node:fs";
import { contenders } from "./kubeconfig.contenders.mjs";

/** Linux forgets its peak of resident memory when it is told to (proc(5), clear_refs): what starting took does not count. */
const forget = () => writeFileSync("/proc/self/clear_refs", "5");
const peak = () => Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1000;

const [, , name, runs] = process.argv;
const { run, end } = await contenders[name]();
forget();
const before = peak();
const took = [];
for (let count = -1; count < Number(runs); count++) {
  const start = performance.now();
  await run();
  if (count >= 0) took.push(performance.now() - start);
}
const grown = peak() - before;
end();
console.log(JSON.stringify({ took, grown }));
