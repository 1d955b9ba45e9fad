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

/**
 * @typedef {{ signal?: AbortSignal }} Abortable
 * @typedef {string | Uint8Array} Input
 * @typedef {object} Reach
 * @property {(method: string, args: any[]) => Promise<any>} call
 * @property {(method: string, args: any[], options?: Abortable) => Promise<any>} read
 */

/**
 * @param {import("../session/session.js").Session} session
 * @param {import("../session/keys.js").Keys} keys
 */
export const keyCalls = (session, keys) =>
  Object.freeze({
    algorithms,
    /** @param {string} algorithm @param {import("../session/keys.js").Options} [options] */
    generate: async (algorithm, options) => wrap(session, await keys.make(algorithm, options)),
    /** @param {Input} input @param {{ passphrase?: string, signal?: AbortSignal }} [options] */
    async import(input, options) {
      const { signal, passphrase } = own(options, ["passphrase", "signal"]);
      return wrap(session, await session.call(0, "importKey", [input, passphraseOf({ passphrase })], { signal: signalOf(signal) }));
    },
    /** @param {string} algorithm */
    prepare: (algorithm) => keys.prepare(algorithm),
  });

/** @param {Reach} reach */
export const csrCalls = ({ call, read }) =>
  Object.freeze({
    /** @param {Input} input @param {Abortable} [options] */
    inspect: (input, options) => read("readRequest", [input], options),
    /** @param {object} subject */
    lintSubject: (subject) => call("inspectSubject", [subject]),
    /** @param {object} options */
    manifest: (options) => call("signingRequest", [options]),
    /** @param {string | object} object @param {{ verifySignature?: boolean, signal?: AbortSignal }} [options] */
    async explain(object, options) {
      const { verifySignature, ...how } = own(options, ["verifySignature", "signal"]);
      return read("readSigningRequest", [object, now(), flagOf("verifySignature", verifySignature) === false], how);
    },
    /** @param {string | object | object[]} objects @param {Abortable} [options] */
    explainAll: (objects, options) => read("readSigningRequests", [objects, now()], options),
  });

/** @param {Reach} reach */
export const certificateCalls = ({ read }) =>
  Object.freeze({
    /** @param {Input} input @param {Abortable} [options] */
    parse: (input, options) => read("readCertificate", [input, now()], options),
    /** @param {Input} input @param {Abortable} [options] */
    renewalReminder: (input, options) => read("renewalReminder", [input, now()], options),
  });

/** @param {Reach} reach */
export const tokenCalls = ({ read }) =>
  Object.freeze({
    /** @param {Input} token @param {Abortable} [options] */
    parse: (token, options) => read("readToken", [token, now()], options),
    /** @param {string | object} object @param {{ serviceAccount?: string, name?: string, signal?: AbortSignal }} [options] */
    async fromSecret(object, options) {
      const { signal, ...which } = own(options);
      return (await read("readTokenSecret", [object, which], { signal })) ?? undefined;
    },
  });

/** @param {Reach} reach */
export const serviceAccountCalls = ({ call }) =>
  Object.freeze({
    /** @param {object} options */
    manifests: (options) => call("serviceAccountManifests", [options]),
  });

/** @param {Reach} reach */
export const rbacCalls = ({ call, read }) =>
  Object.freeze({
    templates: () => call("accessTemplates", []),
    /** @param {object} options */
    manifests: (options) => call("accessManifests", [options]),
    /** @param {object} options @param {Abortable} [how] */
    matrix: (options, how) => read("accessMatrix", [options], how),
    /** @param {object} options @param {Abortable} [how] */
    review: (options, how) => read("accessReview", [options], how),
    /** @param {string | object | object[]} manifests @param {Abortable} [options] */
    lint: (manifests, options) => read("accessFindings", [manifests], options),
    /** @param {string | object | object[]} manifests @param {Abortable} [options] */
    risk: (manifests, options) => read("accessRisk", [manifests], options),
  });

/** @param {Reach} reach */
export const kubeconfigCalls = ({ read }) =>
  Object.freeze({
    /** @param {Input} input @param {Abortable} [options] */
    parse: (input, options) => read("readKubeconfig", [input, now()], options),
    /** @param {object} parts */
    create: (parts) => read("createKubeconfig", [parts, now()]),
  });

/** @param {Reach} reach */
export const discoveryCalls = ({ read }) =>
  Object.freeze({
    /** @param {object} configMap @param {{ bootstrapToken: string, pins?: string[], signal?: AbortSignal }} options */
    async verifyClusterInfo(configMap, options) {
      const { signal, ...secrets } = own(options);
      return read("verifyClusterInfo", [configMap, secrets], { signal });
    },
    /** @param {object} entry @param {Abortable} [options] */
    lintCluster: (entry, options) => read("inspectCluster", [entry, now()], options),
  });

/** @param {Reach} reach */
export const linkCalls = ({ read }) => {
  /** @param {string} one @param {any} [wanted] */
  const check = (one, wanted) => read("linked", [one, wanted]);
  return Object.freeze({
    /** @param {string} pem @param {object} [requested] */
    encode: (pem, requested) => encodeLink(pem, requested, check),
    /** @param {string} fragment */
    decode: (fragment) => decodeLink(fragment, check),
  });
};
