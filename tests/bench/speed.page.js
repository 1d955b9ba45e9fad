/* What the speed bench does in the page: every contender in turn, in a fixed order. */
import { open } from "/pkg/index.js";

const clock = () => performance.now();
const nap = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function timed(work) {
  const start = clock();
  const value = await work();
  return [clock() - start, value];
}

const webCrypto = (bits) =>
  crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, true, [
    "sign",
    "verify",
  ]);
const pkcs8 = async (pair) => crypto.subtle.exportKey("pkcs8", pair.privateKey);

let session;
/**
 * RSA keys by this many workers, WebCrypto, node-forge and the rsa crate as it is, interleaved; the first round warms up and does
 * not count. The last two are so slow that they take part in the first rounds alone.
 */
globalThis.rsa = async (bits, rounds, workersList, { forgeRounds, crateRounds, crateAt }) => {
  session ??= await open();
  const crate = await import(crateAt);
  await crate.default();
  const algorithm = `rsa-${bits}`;
  const result = { webcrypto: [], forge: [], crate: [], candidates: {}, times: {} };
  for (let round = -1; round < rounds; round++) {
    for (const workers of workersList) {
      let tried = 0;
      const [ms, key] = await timed(() =>
        session.keys.generate(algorithm, {
          workers,
          onProgress: ({ candidatesTried }) => {
            tried = candidatesTried;
          },
        }),
      );
      key.dispose();
      if (round >= 0) {
        (result.times[workers] ??= []).push(ms);
        (result.candidates[workers] ??= []).push(tried);
      }
      await nap(40);
    }
    const [ms] = await timed(async () => pkcs8(await webCrypto(bits)));
    if (round >= 0) result.webcrypto.push(ms);
    if (round >= 0 && round < forgeRounds) {
      const { forge } = await import("/bench/others.js");
      const [slow] = await timed(() => forge.pki.rsa.generateKeyPair({ bits, e: 65537 }));
      result.forge.push(slow);
    }
    if (round >= 0 && round < crateRounds) {
      const [slow, bytes] = await timed(() => crate.pkcs8(bits));
      if (!(bytes?.length > bits / 4)) throw new Error("the crate makes no key");
      result.crate.push(slow);
    }
  }
  return result;
};

/** Searches that are cancelled, each at another time: ms until the call is refused, and until the worker answers again. */
globalThis.cancelled = async (bits, rounds) => {
  session ??= await open();
  const result = { refused: [], free: [] };
  for (let round = 0; result.free.length < rounds; round++) {
    const controller = new AbortController();
    const made = session.keys.generate(`rsa-${bits}`, { workers: 2, signal: controller.signal }).then(
      (key) => key.dispose(),
      (error) => error.code,
    );
    await nap(10 + 7 * (round % 20));
    const start = clock();
    controller.abort();
    if ((await made) !== "aborted") continue; // it was found by then
    result.refused.push(clock() - start);
    await session.classify("");
    result.free.push(clock() - start);
    await nap(40);
  }
  return result;
};

/** Key and request for every algorithm that is quick, beside @peculiar/x509 on WebCrypto. */
globalThis.requests = async (rounds) => {
  session ??= await open();
  const { x509 } = await import("/bench/others.js");
  x509.cryptoProvider.set(crypto);
  const ours = {};
  const theirs = {};
  const curves = { "ecdsa-p256": "P-256", "ecdsa-p384": "P-384" };
  for (let round = -5; round < rounds; round++) {
    for (const algorithm of ["ecdsa-p256", "ecdsa-p384", "ed25519"]) {
      const [ms, [made, whole]] = await timed(async () => {
        const start = clock();
        const key = await session.keys.generate(algorithm);
        const made = clock() - start;
        await key.createCsr({ user: "jane", groups: ["dev", "ops"] });
        key.dispose();
        return [made, clock() - start];
      });
      void ms;
      if (round >= 0) (ours[algorithm] ??= []).push([made, whole]);
      if (!curves[algorithm]) continue;
      const [other] = await timed(async () => {
        const name = { name: "ECDSA", namedCurve: curves[algorithm], hash: "SHA-256" };
        const keys = await crypto.subtle.generateKey(name, true, ["sign", "verify"]);
        const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=jane,O=dev,O=ops", keys, signingAlgorithm: name });
        return [request.toString("pem"), await pkcs8(keys)];
      });
      if (round >= 0) (theirs[algorithm] ??= []).push(other);
    }
  }
  return { ours, theirs };
};

globalThis.everyKind = async () => {
  const kubecred = await open();
  for (const algorithm of ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"]) {
    await (await kubecred.keys.generate(algorithm)).createCsr({ user: "jane" });
  }
  kubecred.close();
};

/** The start of a session of the package at this address, from nothing to the first answer. */
globalThis.startUp = async (at) => {
  const { open } = await import(`${at}/index.js`);
  const [ms, fresh] = await timed(() => open());
  fresh.close();
  return ms;
};
/** What no start can be quicker than: the same module, compiled and instantiated by this page; and that while a worker starts that does nothing. */
globalThis.bareStart = async (beside) => {
  const { default: instantiate } = await import("/pkg/wasm/core.js");
  const worker = async () => {
    const started = new Worker("/bench/nothing.js", { type: "module" });
    await new Promise((resolve) => started.addEventListener("message", resolve));
  };
  const bare = async () => instantiate().initSync({ module: await WebAssembly.compileStreaming(fetch("/pkg/wasm/core_bg.wasm")) });
  const [ms] = await timed(() => Promise.all([bare(), beside && worker()]));
  return ms;
};
/** The first RSA key, when it was looked at a moment before or not. */
globalThis.firstKey = async (bits, ahead) => {
  const kubecred = await open();
  if (ahead > 0) {
    kubecred.keys.prepare(`rsa-${bits}`);
    await nap(ahead);
  }
  const [ms] = await timed(() => kubecred.keys.generate(`rsa-${bits}`));
  kubecred.close();
  return ms;
};
globalThis.firstWebCrypto = async (bits) => (await timed(async () => pkcs8(await webCrypto(bits))))[0];
globalThis.ready = true;
