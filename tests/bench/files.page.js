/*
 * From a name to a kubeconfig, in the page: key, request, [the CA signs], the issued certificate read and compared with key and
 * request, kubeconfig as YAML. By kubecred, and by libraries put together for the same job. The CA's part is not counted.
 */
import { open } from "/pkg/index.js";
import { dump, forge, x509 } from "/bench/others.js";

const CURVES = { "ecdsa-p256": "P-256", "ecdsa-p384": "P-384" };
const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const server = "https://cluster.example:6443";
const b64 = (text) => btoa(text);

/** What kubectl wants, out of texts. */
const config = (ca, certificate, key) =>
  dump({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "jane@cluster",
    clusters: [{ name: "cluster", cluster: { server, "certificate-authority-data": b64(ca) } }],
    users: [{ name: "jane@cluster", user: { "client-certificate-data": b64(certificate), "client-key-data": b64(key) } }],
    contexts: [{ name: "jane@cluster", context: { cluster: "cluster", user: "jane@cluster" } }],
  });
const insist = (condition, what) => {
  if (!condition) throw new Error(what);
};

const kubecred = (session) => ({
  key: (algorithm) => session.keys.generate(algorithm),
  async request(key) {
    return key.createCsr({ user: "jane", groups: ["dev", "ops"] });
  },
  async file(key, request, certificate, ca) {
    const file = await key.kubeconfig({ certificate, csr: request, cluster: { server, certificateAuthority: ca } });
    const bytes = await file.serialize();
    file.dispose();
    return new TextDecoder().decode(bytes);
  },
});

const peculiar = {
  key: (algorithm) => crypto.subtle.generateKey(CURVES[algorithm] ? { name: "ECDSA", namedCurve: CURVES[algorithm] } : RSA, true, ["sign", "verify"]),
  async request(keys) {
    const signingAlgorithm = { ...keys.privateKey.algorithm, hash: "SHA-256" };
    return (await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=jane,O=dev,O=ops", keys, signingAlgorithm })).toString("pem");
  },
  async file(keys, request, certificate, ca) {
    const issued = new x509.X509Certificate(certificate);
    const own = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
    const theirs = new Uint8Array(issued.publicKey.rawData);
    insist(own.length === theirs.length && own.every((byte, at) => byte === theirs[at]), "another key");
    insist(issued.subject === new x509.Pkcs10CertificateRequest(request).subject, "another subject");
    insist(issued.notAfter > new Date(), "ended");
    return config(ca, certificate, x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY"));
  },
};

const nodeForge = {
  async key() {
    const { privateKey } = await peculiar.key("rsa-2048");
    const key = forge.pki.privateKeyFromPem(x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY"));
    return { privateKey: key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e) };
  },
  async request(keys) {
    const request = forge.pki.createCertificationRequest();
    request.publicKey = keys.publicKey;
    request.setSubject([
      { name: "commonName", value: "jane" },
      { shortName: "O", value: "dev" },
      { shortName: "O", value: "ops" },
    ]);
    request.sign(keys.privateKey, forge.md.sha256.create());
    return forge.pki.certificationRequestToPem(request);
  },
  async file(keys, request, certificate, ca) {
    const issued = forge.pki.certificateFromPem(certificate);
    insist(issued.publicKey.n.equals(keys.publicKey.n), "another key");
    const names = ({ subject }) => subject.attributes.map(({ type, value }) => `${type}=${value}`).join();
    insist(names(issued) === names(forge.pki.certificationRequestFromPem(request)), "another subject");
    insist(issued.validity.notAfter > new Date(), "ended");
    const { privateKeyInfoToPem, wrapRsaPrivateKey, privateKeyToAsn1 } = forge.pki;
    return config(ca, certificate, privateKeyInfoToPem(wrapRsaPrivateKey(privateKeyToAsn1(keys.privateKey))));
  },
};

/** Milliseconds by contender. `signed` (from Node) is the CA. RSA keys are made once, beforehand: how long that takes is another table. */
globalThis.files = async (algorithm, rounds, ca) => {
  x509.cryptoProvider.set(crypto);
  const session = await open();
  const contenders = { kubecred: kubecred(session), "@peculiar/x509 + js-yaml": peculiar };
  if (algorithm.startsWith("rsa")) contenders["node-forge + js-yaml"] = nodeForge;
  const found = {};
  const before = {};
  for (const [name, contender] of Object.entries(contenders)) if (algorithm.startsWith("rsa")) before[name] = await contender.key(algorithm);
  for (let round = -5; round < rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const start = performance.now();
      const key = before[name] ?? (await contender.key(algorithm));
      const request = await contender.request(key);
      const half = performance.now() - start;
      const certificate = await globalThis.signed(request);
      const again = performance.now();
      const text = await contender.file(key, request, certificate, ca);
      const took = half + performance.now() - again;
      insist(/client-key-data: "?LS0tLS1CRUdJTi/.test(text), `${name}: no kubeconfig`);
      if (!before[name]) key.dispose?.();
      if (round >= 0) (found[name] ??= []).push(took);
    }
  }
  session.close();
  return found;
};
globalThis.ready = true;
