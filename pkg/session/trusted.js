/*
 * A worker's address as Trusted Types want it: from a policy, which the page's CSP names (`trusted-types kubecred`).
 */

/** @type {{ createScriptURL(url: string): any } | undefined} One for the page: a second of the same name would be refused. */
let policy;
let allowed = "";

/**
 * The policy lets exactly this address through. Without one the address itself is given: where nothing is enforced it is enough, and
 * elsewhere the start fails, and the violation says why.
 * @param {string} address of kubecred's own worker
 * @returns {any}
 */
export function trusted(address) {
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  if (!factory) return address;
  try {
    policy ??= factory.createPolicy("kubecred", {
      createScriptURL(/** @type {string} */ url) {
        if (url === allowed) return url;
        throw new TypeError("only kubecred's own worker");
      },
    });
  } catch {
    return address;
  }
  allowed = address;
  return /** @type {NonNullable<typeof policy>} */ (policy).createScriptURL(address);
}
