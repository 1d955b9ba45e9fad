// Node without lib "dom": compiled with @types/node by tests/package/typescript.test.mjs.
import { writeFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { open } from "kubecred";
import type { Kubeconfig } from "kubecred";

export async function save(kubeconfig: Kubeconfig, path: string): Promise<void> {
  await writeFile(path, await kubeconfig.serialize({ format: "yaml" }), { mode: 0o600 });
}

export async function starts(path: string): Promise<void> {
  const kubecred = await open({ worker: () => new Worker(path), wasm: new URL(`file://${path}`), signal: AbortSignal.timeout(1000) });
  kubecred.cluster({ server: "https://10.0.0.1:6443", fetch });
  // @ts-expect-error not a signal
  await open({ signal: new URL("file:///") });
}
