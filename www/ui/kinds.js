// What a text is, as the core recognises it, in words with their article.

/** @type {Record<string, string>} */
export const KINDS = {
  "private-key": "a private key",
  "certificate-request": "a certificate signing request",
  certificate: "a certificate",
  token: "a token",
  "bootstrap-token": "a bootstrap token",
  kubeconfig: "a kubeconfig",
  "secret-object": "a Secret",
  object: "a Kubernetes object",
};
