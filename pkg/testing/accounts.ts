/*
 * Service accounts and their tokens: TokenRequest, the Secrets that the token controller fills, and who a token belongs to.
 * Sources: pkg/registry/core/serviceaccount/storage/token.go, pkg/serviceaccount/claims.go, pkg/controller/serviceaccount/tokens_controller.go in
 * k8s.io/kubernetes 1.36.3; measured 2026-11.
 */
import { base64Of } from "./encoding.js";
import { ACCOUNT, ACCOUNT_UID, TOKEN_SECRET } from "./objects.js";
import { resource } from "./resources.js";
import { badRequest, cause, conflict, invalid, notFound } from "./status.js";
import { equal, timestamp, uuid } from "./store.js";
import type { Authority } from "./authority.js";
import type { Store, Stored } from "./store.js";
import type { User } from "./access.js";

type Issued = { namespace: string; name: string; uid: string; audiences: string[]; end: number; jti?: string; secret?: { name: string; uid: string } };

export const AUDIENCE = "https://kubernetes.default.svc.cluster.local";
const ACCOUNTS = resource("serviceaccounts");
const SECRETS = resource("secrets");
const REQUEST = { group: "authentication.k8s.io", plural: "serviceaccounts", kind: "TokenRequest" };

export class Accounts {
  #store;
  #authority;
  #tokens = new Map<string, Issued>();

  constructor(store: Store, authority: Authority) {
    this.#store = store;
    this.#authority = authority;
  }

  /** The answer to a TokenRequest. */
  request(namespace: string, name: string, asked: Stored, dry: boolean) {
    const account = this.#store.get(ACCOUNTS, namespace, name);
    const { uid } = account.metadata;
    const spec = asked.spec ?? {};
    const seconds = spec.expirationSeconds ?? 3600;
    const field = "spec.expirationSeconds";
    if (seconds < 600) throw invalid(REQUEST, "", [cause.invalid(field, seconds, "may not specify a duration less than 10 minutes")]);
    if (seconds > 2 ** 32) throw invalid(REQUEST, "", [cause.invalid(field, seconds, "may not specify a duration larger than 2^32 seconds")]);
    const bound = spec.boundObjectRef ?? null;
    const secret = bound ? this.#bound(namespace, bound) : undefined;
    const audiences = spec.audiences?.length ? spec.audiences : [AUDIENCE];
    const now = Math.floor(Date.now() / 1000);
    const jti = uuid();
    const end = now + seconds;
    const token = dry
      ? ""
      : this.#authority.token({
          aud: audiences,
          exp: end,
          iat: now,
          iss: AUDIENCE,
          jti,
          "kubernetes.io": { namespace, ...(secret ? { secret } : {}), serviceaccount: { name, uid } },
          nbf: now,
          sub: `system:serviceaccount:${namespace}:${name}`,
        });
    if (!dry) this.#tokens.set(token, { namespace, name, uid, audiences, end, jti, ...(secret ? { secret } : {}) });
    return {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name, namespace, uid, creationTimestamp: timestamp() },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: bound },
      status: { token, expirationTimestamp: timestamp(end * 1000) },
    };
  }

  #bound(namespace: string, { kind, apiVersion = "v1", name, uid }: any) {
    if (apiVersion !== "v1" || !["Secret", "Pod", "Node"].includes(kind)) throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
    const plural = `${kind.toLowerCase()}s`;
    const found = kind === "Secret" ? this.#store.find(SECRETS, namespace, name) : undefined;
    if (!found) throw notFound({ group: "", plural, kind }, name);
    if (uid && uid !== found.metadata.uid)
      throw conflict(
        SECRETS,
        name,
        `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    return { name, uid: found.metadata.uid };
  }

  /** The user of a token; undefined where it is not valid (any more). */
  userOf(token: string): User | undefined {
    const issued = this.#tokens.get(token);
    if (!issued) return undefined;
    const { namespace, name, uid, audiences, end, jti, secret } = issued;
    const account = this.#store.find(ACCOUNTS, namespace, name);
    const isThere = !secret || this.#store.find(SECRETS, namespace, secret.name)?.metadata.uid === secret.uid;
    if (account?.metadata.uid !== uid || !isThere || !audiences.includes(AUDIENCE) || Date.now() >= end * 1000) return undefined;
    return {
      username: `system:serviceaccount:${namespace}:${name}`,
      uid,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
      ...(jti ? { extra: { "authentication.kubernetes.io/credential-id": [`JTI=${jti}`] } } : {}),
    };
  }

  /** The token controller, for one Secret. */
  fill(secret: Stored | undefined) {
    if (secret?.type !== TOKEN_SECRET || secret.data?.token) return;
    const { namespace, name, uid, annotations } = secret.metadata;
    const account = this.#store.find(ACCOUNTS, namespace, annotations[ACCOUNT]);
    if (!account || (annotations[ACCOUNT_UID] && annotations[ACCOUNT_UID] !== account.metadata.uid)) return this.#store.remove(SECRETS, secret);
    const of = account.metadata;
    const prefix = "kubernetes.io/serviceaccount";
    const token = this.#authority.token({
      iss: "kubernetes/serviceaccount",
      [`${prefix}/namespace`]: namespace,
      [`${prefix}/secret.name`]: name,
      [`${prefix}/service-account.name`]: of.name,
      [`${prefix}/service-account.uid`]: of.uid,
      sub: `system:serviceaccount:${namespace}:${of.name}`,
    });
    this.#tokens.set(token, { namespace, name: of.name, uid: of.uid, audiences: [AUDIENCE], end: Number.POSITIVE_INFINITY, secret: { name, uid } });
    const data = { ...secret.data, "ca.crt": base64Of(this.#authority.certificate), namespace: base64Of(namespace), token: base64Of(token) };
    const metadata = { ...secret.metadata, annotations: { ...annotations, [ACCOUNT_UID]: of.uid } };
    const after = { ...secret, metadata, data };
    if (!equal(secret, after)) this.#store.update(SECRETS, secret, after);
  }

  /** The Secrets of an account that was deleted go with it. */
  forget({ metadata }: Stored) {
    for (const [, secret] of this.#store.list(SECRETS)) {
      const { namespace, annotations } = secret.metadata;
      if (secret.type === TOKEN_SECRET && namespace === metadata.namespace && annotations?.[ACCOUNT_UID] === metadata.uid) this.#store.remove(SECRETS, secret);
    }
  }
}
