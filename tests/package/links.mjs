// Links of invitations, written and read by code of the tests' own.
import { deflateRawSync, inflateRawSync } from "node:zlib";

export const NAMESPACE = "kubecred-invitations";
export const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const FRAGMENT = "#/invitation/1.";

/** What a link contains, by code of the test's own. */
export const contents = (link) => JSON.parse(inflateRawSync(Buffer.from(link.slice(link.indexOf(FRAGMENT) + FRAGMENT.length), "base64url")).toString());
/** A link that contains anything. */
export const linkOf = (value, page = "https://page.example/") =>
  `${page}${FRAGMENT}${deflateRawSync(typeof value === "string" || value instanceof Uint8Array ? value : JSON.stringify(value)).toString("base64url")}`;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** A token as the API server makes them, signed by nobody. */
export function tokenOf({ name = "jane-x", namespace = NAMESPACE, expires = Math.floor(Date.now() / 1000) + 3600, id = "x" } = {}) {
  const claims = {
    aud: ["https://kubernetes.default.svc"],
    exp: expires,
    iat: expires - 3600,
    nbf: expires - 3600,
    iss: "https://kubernetes.default.svc",
    jti: id,
    sub: `system:serviceaccount:${namespace}:${name}`,
    "kubernetes.io": { namespace, serviceaccount: { name, uid: "u" } },
  };
  return `${encode({ alg: "RS256", kid: "k" })}.${encode(claims)}.${Buffer.from(`signature-${id}`).toString("base64url")}`;
}
