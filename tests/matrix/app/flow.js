// What each row of the matrix shows: a session starts, and makes a key, a request and a kubeconfig with it. "works in a worker", "works on the calling
// thread", or the cause (StartCause) or code of the error.
export async function flow(open, options) {
  const Real = globalThis.Worker;
  let workers = 0;
  if (Real) {
    globalThis.Worker = class extends Real {
      constructor(...args) {
        super(...args);
        workers++;
      }
    };
  }
  try {
    const kubecred = await open(options);
    const key = await kubecred.keys.generate("ecdsa-p256");
    const csr = await key.createCsr({ user: "jane", groups: ["dev"] });
    const kubeconfig = await kubecred.kubeconfig.create({ cluster: { server: "https://10.0.0.1:6443" }, token: "t" });
    const text = new TextDecoder().decode(await kubeconfig.serialize());
    kubecred.close();
    if (!csr.startsWith("-----BEGIN CERTIFICATE REQUEST-----") || !text.includes("https://10.0.0.1:6443")) return "a wrong result";
    return workers > 0 ? "works in a worker" : "works on the calling thread";
  } catch (error) {
    return error?.details?.find(({ field }) => field === "cause")?.message ?? error?.code ?? String(error);
  } finally {
    if (Real) globalThis.Worker = Real;
  }
}

/** Where a test looks for it. */
export async function show(result) {
  document.documentElement.dataset.result = await result;
}
