// What people paste as the cluster's answer: a certificate, the object that kubectl prints as JSON, or the base64 of status.certificate.
const LONGEST = 1024 * 1024;

/** { certificate } as PEM text, or { object } as JSON text; { wrong } says why it is neither. Nothing is judged here: the core does that. */
export function readAnswer(pasted) {
  if (pasted.length > LONGEST) return { wrong: "this is far too long for a certificate" };
  const text = pasted.replace(/^\uFEFF/, "").trim();
  if (text === "") return { wrong: "paste the certificate, or what kubectl get csr … -o json prints" };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return { wrong: "this holds a private key, which nobody should send; it was not used, so please clear it", secret: true };
  if (/-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(text)) return { wrong: "this is the request itself; the answer is the certificate that the cluster made of it" };
  if (text.includes("-----BEGIN")) return { certificate: text };
  if (text.startsWith("{")) return { object: text };
  if (/^[A-Za-z0-9+/=\s]{200,}$/.test(text)) return fromBase64(text);
  if (/^\s*(apiVersion|kind):/m.test(text)) return { wrong: "this looks like YAML; ask for it as JSON: kubectl get csr … -o json" };
  return { wrong: "this is neither a certificate nor a request as kubectl prints it with -o json" };
}

function fromBase64(text) {
  try {
    const inner = atob(text.replace(/\s+/g, ""));
    if (inner.includes("-----BEGIN CERTIFICATE-----")) return { certificate: inner };
  } catch {
    // not base64: said below
  }
  return { wrong: "this is not a certificate; it should begin with -----BEGIN CERTIFICATE-----" };
}

/** status.certificate of an object that the core has read: the PEM text, or nothing. */
export function certificateOf(objectText) {
  const encoded = JSON.parse(objectText)?.status?.certificate;
  return typeof encoded === "string" && encoded !== "" ? atob(encoded) : undefined;
}
