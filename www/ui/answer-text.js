// What people paste as the cluster's answer: a certificate, or the object that kubectl prints, in whatever form it was copied. The core recognises it.
const LONGEST = 1024 * 1024;

/** @type {Record<string, string>} */
const WRONG = {
  empty: "Paste the certificate, or the output of kubectl get csr NAME -o yaml.",
  "private-key": "This text contains a private key, which nobody should send. It was not used; clear the field.",
  "certificate-request": "This is the certificate signing request itself. Paste the certificate that the cluster issued for it.",
  other: "This is neither a certificate nor a CertificateSigningRequest object.",
};

/**
 * { certificate } or { object } as pasted, with notices about the form; { wrong } says why it is neither.
 * @template {string | Uint8Array} Pasted
 * @param {import("../kubecred/index.js").Kubecred} kubecred
 * @param {Pasted} pasted a text, or the bytes of a file
 */
export async function readAnswer(kubecred, pasted) {
  if (pasted.length > LONGEST) return { wrong: "This text is too long for a certificate." };
  const { kind, secret, findings } = await kubecred.classify(pasted);
  if (kind === "certificate") return { certificate: pasted, notices: findings };
  if (kind === "object") return { object: pasted, notices: findings };
  return { wrong: WRONG[kind] ?? "This text contains a credential, which nobody should send. It was not used; clear the field.", secret };
}
