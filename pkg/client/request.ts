/*
 * The whole certificate path in one call: key, request, approval, address and CA of the cluster, kubeconfig.
 */
import { Cluster } from "../cluster/cluster.js";
import { aborted, callbackOf, flagOf, own, signalOf, wrong } from "../shared/errors.js";
import { now } from "../shared/now.js";

const KNOWN = ["cluster", "subject", "algorithm", "expirationSeconds", "namespace", "signal", "onStep", "onKey", "onTrouble", "keepKey"];

export async function requestKubeconfig(
  options: any,
  {
    cluster: ownCluster,
    read,
    make,
  }: { cluster: () => Cluster; read: (method: string, args: any[]) => Promise<any>; make: (algorithm: string, options: any) => Promise<any> },
) {
  const {
    cluster: given,
    subject,
    algorithm = "ecdsa-p256",
    expirationSeconds,
    namespace,
    signal: ended,
    onStep,
    onKey,
    onTrouble,
    keepKey: kept,
  } = own(options, KNOWN);
  const signal = signalOf(ended);
  const told = callbackOf("onStep", onStep);
  const toldKey = callbackOf("onKey", onKey);
  const keepKey = flagOf("keepKey", kept) ?? false;
  if (given !== undefined && !isCluster(given)) throw wrong("cluster", "`cluster` must come from `kubecred.cluster()`.");
  if (signal?.aborted) throw aborted();
  const cluster = given ?? ownCluster();
  // What no kubeconfig takes is refused before anything is sent.
  (await read("createKubeconfig", [{ cluster: { server: "https://unused.invalid" }, token: "unused", namespace }, now()])).dispose();
  told?.({ step: "key" });
  const key = await make(algorithm, { signal });
  let handedOver = false;
  try {
    const csr = await key.createCsr(subject);
    if (toldKey) {
      handedOver = true; // the caller has it, whatever happens next
      toldKey(key);
    }
    const { certificate, status } = await cluster.csr.request({ csr, expirationSeconds }, { signal, onStatus: following(told), onTrouble });
    told?.({ step: "issued", status });
    const { entry } = await cluster.discover({ signal });
    const kubeconfig = await key.kubeconfig({ certificate, cluster: entry, csr, requested: { expirationSeconds }, namespace });
    told?.({ step: "kubeconfig", status });
    handedOver ||= keepKey;
    return { kubeconfig, fileName: kubeconfig.suggestedFileName, ...(keepKey ? { key } : {}) };
  } finally {
    if (!handedOver) key.dispose();
  }
}

/** The first state of the object says that it was submitted, each one after that it waits. */
function following(told: ((step: any) => void) | undefined) {
  let first = true;
  return (status: any) => {
    if (first) told?.({ step: "submitted", status });
    first = false;
    if (status.state === "pending" || status.state === "approved") told?.({ step: "waiting", status });
  };
}

/** Asks no proxy, which could throw. */
function isCluster(value: any): value is Cluster {
  try {
    return value instanceof Cluster;
  } catch {
    return false;
  }
}
