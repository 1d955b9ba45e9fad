/*
 * The headers of every answer. The policy of the page is the one in the page's own meta element, and what a meta element cannot say:
 * frame-ancestors. tests/package/launch-policy.test.mjs compares both, and the ones of www/deploy.
 */

export const PAGE_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types kubecred; frame-ancestors 'none'";

/** For all that is not the page: nothing may be loaded, and the answer may not act as a page. */
export const BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

export const COMMON: Record<string, string> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

export const headers = (policy: string, more: Record<string, string> = {}) => ({
  ...COMMON,
  "Content-Security-Policy": policy,
  "Cache-Control": "no-store",
  ...more,
});
