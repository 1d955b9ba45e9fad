// What a page does with the results: compiled with lib "dom" by tests/package/typescript.test.mjs.
import { open } from "kubecred";
import type { Bytes, Kubeconfig, PrivateKey } from "kubecred";

export async function files(key: PrivateKey, kubeconfig: Kubeconfig): Promise<[Blob, Blob, Response, File]> {
  const pkcs12: Bytes = await key.exportPkcs12("pem", "passphrase", { compatibility: "legacy" });
  return [new Blob([await kubeconfig.serialize()]), new Blob([pkcs12]), new Response(await key.exportPem()), new File([await key.exportPem()], "key.pem")];
}

export async function starts(module: WebAssembly.Module, bytes: Uint8Array, buffer: ArrayBuffer, location: URL, signal: AbortSignal): Promise<void> {
  await open({ wasm: module });
  await open({ wasm: buffer });
  await open({ wasm: new Uint8Array(buffer) });
  await open({ wasm: location, signal });
  await open({ worker: () => new Worker(new URL("kubecred/worker", location), { type: "module" }) });
  const kubecred = await open({ worker: undefined, wasm: undefined, integrity: undefined, signal: undefined });
  kubecred.cluster({ fetch, headers: { "x-portal": "1" } });
  kubecred.cluster({ fetch: (address, options) => globalThis.fetch(address, options) });
  // @ts-expect-error not a worker
  await open({ worker: () => location });
  // @ts-expect-error not a function that makes one
  await open({ worker: new Worker(location) });
  // @ts-expect-error not a signal
  await open({ signal: bytes });
}
