// What the kubeconfig bench compares, by name: each gives a function that reads the text once, somewhere else than on this thread.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

const pem = readFileSync(new URL("../vectors/signing-requests/issued.crt.pem", import.meta.url));
const data = pem.toString("base64").slice(0, 400);
const whole = pem.toString("base64");
const list = (name, body) => `${name}:\n${Array.from({ length: 1000 }, (_, number) => body(number)).join("")}`;
export const text = `apiVersion: v1\nkind: Config\n${list("clusters", (number) => `- cluster:\n    certificate-authority-data: ${whole}\n    server: https://c${number}.example:6443\n  name: c${number}\n`)}${list(
  "contexts",
  (number) => `- context:\n    cluster: c${number}\n    namespace: default\n    user: u${number}\n  name: x${number}\n`,
)}current-context: x0\n${list("users", (number) => `- name: u${number}\n  user:\n    token: ${data}${number}\n`)}`;

async function kubecred(written) {
  const { open } = await import("../../pkg/node.js");
  const session = await open();
  return {
    async run() {
      const read = await session.kubeconfig.parse(text);
      if (written) await read.serialize();
      read.dispose();
    },
    end: () => session.close(),
  };
}

/** A worker that answers each text by what this body makes of it. */
async function library(body) {
  const worker = new Worker(
    `import { parentPort } from "node:worker_threads";\n${body}\nparentPort.on("message", (text) => parentPort.postMessage(work(text)));\nparentPort.postMessage("ready");`,
    { eval: true },
  );
  const answer = () => new Promise((resolve) => worker.once("message", resolve)); // a worker that fails ends the process
  await answer();
  return {
    async run() {
      const done = answer();
      worker.postMessage(text);
      if (!(await done)) throw new Error("nothing was read");
    },
    end: () => worker.terminate(),
  };
}
const at = (name) => JSON.stringify(new URL(name, import.meta.url).href);

// What is only loaded stays in the worker: how many contexts there are is the answer.
export const contenders = {
  "kubecred: read and checked": () => kubecred(false),
  "kubecred: read, checked and written": () => kubecred(true),
  "js-yaml 5: load": () => library(`const { load } = await import(${at("js-yaml.mjs")}); const work = (text) => load(text).contexts.length;`),
  "js-yaml 5: load and dump": () => library(`const { load, dump } = await import(${at("js-yaml.mjs")}); const work = (text) => dump(load(text));`),
  "@kubernetes/client-node: loadFromString": () =>
    library(`const { loadFromString } = await import(${at("client-node.mjs")}); const work = (text) => loadFromString(text).contexts.length;`),
};
