/*
 * The key algorithms with what a person who chooses one should know.
 */

/** In the order in which they should be offered: the first suits almost everyone. */
export const algorithms = Object.freeze(
  [
    { id: "ecdsa-p256", label: "ECDSA P-256", hint: "Recommended. Small, instant, works everywhere." },
    { id: "ed25519", label: "Ed25519", hint: "Small and modern. Some FIPS-restricted clusters reject it." },
    { id: "ecdsa-p384", label: "ECDSA P-384", hint: "If a policy requires more than P-256." },
    { id: "rsa-2048", label: "RSA 2048", hint: "For older software." },
    { id: "rsa-3072", label: "RSA 3072", hint: "RSA at today's recommended size." },
    { id: "rsa-4096", label: "RSA 4096", hint: "Only if a policy requires it. Can take several seconds; it can be cancelled." },
  ].map((algorithm) => Object.freeze(algorithm)),
);
