/*
 * A worker's address as Trusted Types want it: from a policy, which the page's CSP names (`trusted-types kubecred`).
 */

/** One for the page: a second of the same name would be refused. */
let policy: { createScriptURL(url: string): any } | undefined;
let allowed = "";

/**
 * The policy lets exactly this address through. Without one the address itself is given: where nothing is enforced it is enough, and
 * elsewhere the start fails, and the violation says why.
 * @param address of kubecred's own worker
 */
export function trusted(address: string): any {
  const factory = (globalThis as any).trustedTypes;
  if (!factory) return address;
  try {
    policy ??= factory.createPolicy("kubecred", {
      createScriptURL(url: string) {
        if (url === allowed) return url;
        throw new TypeError("only kubecred's own worker");
      },
    });
  } catch {
    return address;
  }
  allowed = address;
  return (policy as NonNullable<typeof policy>).createScriptURL(address);
}
