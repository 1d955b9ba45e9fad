/*
 * The calls of a session, grouped by what they are about. Each hands its arguments to the core and gives back what that answers.
 *
 * `call` goes to the engine that holds the keys, `read` to the one that reads what others wrote (session/files.ts).
 */
import { flagOf, own, signalOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { algorithms } from "./algorithms.js";
import { passphraseOf, wrap } from "./handles.js";
import { decodeLink, encodeLink } from "./link.js";
import type { Keys, Options } from "../session/keys.js";
import type { Session } from "../session/session.js";

type Abortable = { signal?: AbortSignal };
type Input = string | Uint8Array;
export interface Reach {
  call: (method: string, args: any[]) => Promise<any>;
  read: (method: string, args: any[], options?: Abortable) => Promise<any>;
}

export const keyCalls = (session: Session, keys: Keys) =>
  Object.freeze({
    algorithms,
    generate: async (algorithm: string, options?: Options) => wrap(session, await keys.make(algorithm, options)),
    async import(input: Input, options?: { passphrase?: string; signal?: AbortSignal }) {
      const { signal, passphrase } = own(options, ["passphrase", "signal"]);
      return wrap(session, await session.call(0, "importKey", [input, passphraseOf({ passphrase })], { signal: signalOf(signal) }));
    },
    prepare: (algorithm: string) => keys.prepare(algorithm),
  });

export const csrCalls = ({ call, read }: Reach) =>
  Object.freeze({
    inspect: (input: Input, options?: Abortable) => read("readRequest", [input], options),
    lintSubject: (subject: object) => call("inspectSubject", [subject]),
    manifest: (options: object) => call("signingRequest", [options]),
    async explain(object: string | object, options?: { verifySignature?: boolean; signal?: AbortSignal }) {
      const { verifySignature, ...how } = own(options, ["verifySignature", "signal"]);
      return read("readSigningRequest", [object, now(), flagOf("verifySignature", verifySignature) === false], how);
    },
    // A text was pasted, as bytes too; objects are a server's.
    explainAll: async (objects: string | object | object[], options?: Abortable) =>
      JSON.parse(await read("readSigningRequests", [objects, now(), typeof objects === "object" && !ArrayBuffer.isView(objects)], options)),
  });

export const certificateCalls = ({ read }: Reach) =>
  Object.freeze({
    parse: (input: Input, options?: Abortable) => read("readCertificate", [input, now()], options),
    renewalReminder: (input: Input, options?: Abortable) => read("renewalReminder", [input, now()], options),
  });

export const tokenCalls = ({ read }: Reach) =>
  Object.freeze({
    parse: (token: Input, options?: Abortable) => read("readToken", [token, now()], options),
    async fromSecret(object: string | object, options?: { serviceAccount?: string; name?: string; signal?: AbortSignal }) {
      const { signal, ...which } = own(options);
      return (await read("readTokenSecret", [object, which], { signal })) ?? undefined;
    },
  });

export const serviceAccountCalls = ({ call }: Reach) =>
  Object.freeze({
    manifests: (options: object) => call("serviceAccountManifests", [options]),
  });

export const rbacCalls = ({ call, read }: Reach) =>
  Object.freeze({
    templates: () => call("accessTemplates", []),
    manifests: (options: object) => call("accessManifests", [options]),
    matrix: (options: object, how?: Abortable) => read("accessMatrix", [options], how),
    review: (options: object, how?: Abortable) => read("accessReview", [options], how),
    lint: (manifests: string | object | object[], options?: Abortable) => read("accessFindings", [manifests], options),
    risk: (manifests: string | object | object[], options?: Abortable) => read("accessRisk", [manifests], options),
  });

export const kubeconfigCalls = ({ read }: Reach) =>
  Object.freeze({
    parse: (input: Input, options?: Abortable) => read("readKubeconfig", [input, now()], options),
    create: (parts: object) => read("createKubeconfig", [parts, now()]),
  });

export const discoveryCalls = ({ read }: Reach) =>
  Object.freeze({
    async verifyClusterInfo(configMap: object, options: { bootstrapToken: string; pins?: string[]; signal?: AbortSignal }) {
      const { signal, ...secrets } = own(options);
      return read("verifyClusterInfo", [configMap, secrets], { signal });
    },
    lintCluster: (entry: object, options?: Abortable) => read("inspectCluster", [entry, now()], options),
  });

export const linkCalls = ({ read }: Reach) => {
  const check = (one: string, wanted?: any) => read("linked", [one, wanted]);
  return Object.freeze({
    encode: (pem: string, requested?: object) => encodeLink(pem, requested, check),
    decode: (fragment: string) => decodeLink(fragment, check),
  });
};
