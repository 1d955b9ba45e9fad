/*
 * What the server says of itself: the entry page, plain refusals, and refusals in the form of the Kubernetes API, which the page explains.
 */
import { createHash } from "node:crypto";
import { BARE_POLICY, headers } from "./headers.mjs";

/**
 * The entry page's script. It takes the secret out of the address before anything else; the browser's history does not keep it.
 * `next` is told by the server, so that nobody without the secret learns where the page is.
 */
const ENTRY_SCRIPT = `"use strict";
const secret = location.hash.slice(1);
history.replaceState(null, "", "/");
const say = (text) => { document.querySelector("p").textContent = text; };
if (!secret) say("Open the link that kubecred printed in the terminal: this address alone gives no access.");
else fetch("/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(secret), credentials: "same-origin", redirect: "error" })
  .then((answer) => answer.ok ? answer.json() : Promise.reject())
  .then(({ next }) => location.replace(next))
  .catch(() => say("This link is not valid: kubecred was started again, or the link was cut off. Open the one that it printed last."));
`;

/** Its icon is an empty one: Firefox would ask for /favicon.ico and write a line about the policy that forbids it. */
const ENTRY = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>kubecred</title><link rel="icon" href="data:,"></head>
<body><h1>kubecred</h1><p>Opening the page.</p><noscript>This page needs JavaScript.</noscript><script>${ENTRY_SCRIPT}</script></body></html>
`;

const ENTRY_POLICY = `default-src 'none'; script-src 'sha256-${createHash("sha256").update(ENTRY_SCRIPT).digest("base64")}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export type Answer = { status: number; headers: Record<string, string>; body: string | Buffer };

export const entryPage = (): Answer => ({ status: 200, headers: headers(ENTRY_POLICY, { "Content-Type": "text/html; charset=utf-8" }), body: ENTRY });

const REASONS = new Map([
  [400, "BadRequest"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [405, "MethodNotAllowed"],
  [413, "RequestEntityTooLarge"],
  [415, "UnsupportedMediaType"],
  [503, "ServiceUnavailable"],
  [504, "Timeout"],
]);

/** A refusal; for the API, an object of kind Status as the API server gives it. */
export function refusal({
  status,
  code,
  message,
  allow,
  api = false,
  retryAfter,
}: {
  status: number;
  code: string;
  message: string;
  allow?: string[];
  api?: boolean;
  retryAfter?: number;
}): Answer {
  const more = { ...(allow ? { Allow: allow.join(", ") } : {}), ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }) };
  if (!api) return { status, headers: headers(BARE_POLICY, { "Content-Type": "text/plain; charset=utf-8", ...more }), body: `${message}\n` };
  const object = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: REASONS.get(status) ?? "InternalError",
    details: { causes: [{ reason: `kubecred-${code}`, message }] },
    code: status,
  };
  return { status, headers: headers(BARE_POLICY, { "Content-Type": "application/json", ...more }), body: `${JSON.stringify(object)}\n` };
}
