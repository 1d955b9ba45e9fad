// How the declarations are used, and what they must refuse. Compiled against the installed package by
// tests/package/typescript.test.mjs: a line under @ts-expect-error that compiles is a failure.
import { KubecredError, isKubecredError, open } from "kubecred";
import type { Cluster, Finding, Kubecred, KubecredErrorCode, KeyAlgorithm, PrivateKey, CsrStatus } from "kubecred";

import { fakeCluster } from "kubecred/testing";
import type { FakeCluster, ForbidRule } from "kubecred/testing";

export function portal(forbid: readonly ForbidRule[]): FakeCluster {
  const fake = fakeCluster({ user: { username: "jane" }, tokens: { t: { username: "bob", groups: ["ops"] } }, forbid, sign: undefined });
  fake.fault({ verb: "watch", status: 410 });
  const decided: Promise<string> = fake.approve("jane-1", { message: "yes" });
  void decided.then(() => fake.requests[0]?.path.length);
  // @ts-expect-error the record can only be read
  fake.requests.push({ method: "GET", path: "/", body: undefined });
  // @ts-expect-error no such option
  fakeCluster({ users: {} });
  return fake;
}

export async function access(server: string, certificateAuthority: string): Promise<Uint8Array> {
  const kubecred: Kubecred = await open({ worker: true, integrity: "sha256-x" });
  const algorithm: KeyAlgorithm = "ecdsa-p256";
  const key: PrivateKey = await kubecred.keys.generate(algorithm, {
    onProgress: ({ candidatesTried }) => candidatesTried.toFixed(),
  });
  const request: string = await key.createCsr({ user: "jane", groups: ["dev"] });
  const cluster: Cluster = kubecred.cluster({ server, token: "t", onRequest: ({ method, bytes }) => `${method} ${bytes.toFixed()}` });
  const { certificate, status } = await cluster.csr.request({ csr: request, expirationSeconds: 3600 }, { onStatus: (state: CsrStatus) => state.findings });
  const kubeconfig = await key.kubeconfig({ certificate, csr: request, cluster: { server, certificateAuthority }, namespace: "default" });
  const levels: ("error" | "warning" | "notice")[] = [...status.findings, ...kubeconfig.findings].map((finding: Finding) => finding.level);
  for await (const one of cluster.csr.list()) levels.push(...one.request.findings.map(({ level }) => level));
  const who = await cluster.whoAmI();
  if (who.credential?.kind === "certificate") who.credential.id.toLowerCase();
  kubecred.version.wasmSha256.toLowerCase();
  return kubeconfig.serialize({ redact: true });
}

export async function sources(bytes: Uint8Array, buffer: ArrayBuffer): Promise<void> {
  await open({ wasm: buffer });
  await open({ wasm: new Uint8Array(buffer) });
  // @ts-expect-error no such option
  await open({ worker: false, wam: bytes });
}

export async function ending(): Promise<void> {
  using kubecred = await open();
  using key = await kubecred.keys.import("pem", { passphrase: "p" });
  key.fingerprint.toUpperCase();
  key.dispose();
}

export function told(error: unknown): KubecredErrorCode | undefined {
  if (!isKubecredError(error)) return undefined;
  // @ts-expect-error no such outcome
  if (error.outcome === "stored") return undefined;
  if (error.outcome === "unknown") return error.code;
  const detail: string | undefined = error.details?.[0]?.field;
  switch (error.code) {
    case "request-denied":
      return "request-denied";
    // @ts-expect-error no such code: the union is closed
    case "request-refused":
      return undefined;
    default:
      return new KubecredError(error.code, error.message, [{ message: detail ?? "" }]).toJSON().code;
  }
}

export async function refused(kubecred: Kubecred, key: PrivateKey, cluster: Cluster): Promise<void> {
  // @ts-expect-error not an algorithm
  await kubecred.keys.generate("rsa-1024");
  // @ts-expect-error no size as a number
  await kubecred.keys.generate(2048);
  // @ts-expect-error user is required
  await key.createCsr({ groups: ["dev"] });
  // @ts-expect-error groups is a list
  await key.createCsr({ user: "jane", groups: "dev" });
  // @ts-expect-error a misspelt field is no field
  await key.createCsr({ user: "jane", group: ["dev"] });
  // @ts-expect-error the server is required
  await key.kubeconfig({ certificate: "pem", cluster: { name: "c" } });
  // @ts-expect-error the csr is required
  await cluster.csr.request({ expirationSeconds: 3600 });
  // @ts-expect-error seconds are a number
  await cluster.csr.request({ csr: "pem", expirationSeconds: "1h" });
  // @ts-expect-error handles are made by a session alone
  // biome-ignore lint/correctness/noUndeclaredVariables: that it is not declared is what is tested
  new PrivateKey();
  // @ts-expect-error what is told of a key cannot be changed
  key.fingerprint = "";
  // @ts-expect-error the key itself cannot be read
  key.pem;
  // @ts-expect-error a code that is not on the list
  new KubecredError("oops", "message");
  // @ts-expect-error a promise, not the bytes
  const bytes: Uint8Array = key.exportPem();
  bytes.fill(0);
}
