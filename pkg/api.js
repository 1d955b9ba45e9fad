/*
 * What `open` gives: the calls of one session. Keys and kubeconfigs are in handles.js.
 */
import { Cluster } from "./cluster.js";
import { own } from "./errors.js";
import { finish, now, passphraseOf, wrap } from "./handles.js";
import { decodeLink, encodeLink } from "./link.js";
import { startSession } from "./session.js";

/** @typedef {import("./session.js").Session} Session */

class Kubecred {
  #session;
  #keys;

  /**
   * @param {Session} session
   * @param {import("./keys.js").Keys} keys
   * @param {any} version
   */
  constructor(session, keys, version) {
    this.#session = session;
    this.#keys = keys;
    this.version = version;
  }

  /**
   * @param {string} method
   * @param {any[]} args
   */
  async #call(method, args) {
    return wrap(this.#session, await this.#session.call(0, method, args));
  }

  /**
   * @param {string} algorithm
   * @param {import("./keys.js").Options} [options]
   */
  async generateKey(algorithm, options) {
    return wrap(this.#session, await this.#keys.make(algorithm, options));
  }

  /** @param {string} algorithm */
  warm(algorithm) {
    this.#keys.warm(algorithm);
  }

  /**
   * @param {string | Uint8Array} pem
   * @param {{ passphrase?: string }} [options]
   */
  async importKey(pem, options) {
    return this.#call("importKey", [pem, passphraseOf(options)]);
  }

  /** @param {any} subject */
  inspectSubject(subject) {
    return this.#call("inspectSubject", [subject]);
  }

  /** @param {string | Uint8Array} pem */
  readRequest(pem) {
    return this.#call("readRequest", [pem]);
  }

  /** @param {string | object} object */
  readSigningRequest(object) {
    return this.#call("readSigningRequest", [object, now()]);
  }

  /** @param {string | object | object[]} objects */
  readSigningRequests(objects) {
    return this.#call("readSigningRequests", [objects, now()]);
  }

  /** @param {string | Uint8Array} certificate */
  renewalReminder(certificate) {
    return this.#call("renewalReminder", [certificate, now()]);
  }

  /** @param {string} text */
  encodeLink(text) {
    return encodeLink(text, (one) => this.#call("linked", [one]));
  }

  /** @param {string} fragment */
  decodeLink(fragment) {
    return decodeLink(fragment, (one) => this.#call("linked", [one]));
  }

  /** @param {string | Uint8Array} pem */
  readCertificate(pem) {
    return this.#call("readCertificate", [pem, now()]);
  }

  /** @param {string | Uint8Array} token */
  readToken(token) {
    return this.#call("readToken", [token, now()]);
  }

  /** @param {string | Uint8Array} text */
  recognise(text) {
    return this.#call("recognise", [text]);
  }

  /**
   * @param {object} configMap
   * @param {{ bootstrapToken: string, pins?: string[] }} options
   */
  verifyClusterInfo(configMap, options) {
    return this.#call("verifyClusterInfo", [configMap, { ...own(options) }]);
  }

  /** @param {any} entry */
  inspectCluster(entry) {
    return this.#call("inspectCluster", [entry, now()]);
  }

  /** @param {any} options */
  serviceAccountManifests(options) {
    return this.#call("serviceAccountManifests", [options]);
  }

  /**
   * @param {string | object} object
   * @param {{ serviceAccount?: string, name?: string }} [options]
   */
  async readTokenSecret(object, options) {
    return (await this.#call("readTokenSecret", [object, { ...own(options) }])) ?? undefined;
  }

  /** @param {string | Uint8Array} text */
  async readKubeconfig(text) {
    // As bytes that are handed over: a text would be copied twice more on its way.
    const given = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const transfer = given === text ? [] : [given.buffer];
    return wrap(this.#session, await this.#session.call(0, "readKubeconfig", [given, now()], { transfer }));
  }

  /** @param {any} parts */
  createKubeconfig(parts) {
    return this.#call("createKubeconfig", [parts, now()]);
  }

  /** @param {any} options */
  signingRequest(options) {
    return this.#call("signingRequest", [options]);
  }

  /** @param {any} options */
  accessManifests(options) {
    return this.#call("access", ["manifests", options]);
  }

  accessTemplates() {
    return this.#call("access", ["templates"]);
  }

  /** @param {any} options */
  accessMatrix(options) {
    return this.#call("access", ["matrix", options]);
  }

  /** @param {any} options */
  accessReview(options) {
    return this.#call("access", ["review", options]);
  }

  /** @param {any} manifests */
  accessFindings(manifests) {
    return this.#call("access", ["findings", manifests]);
  }

  /** @param {object | object[]} objects */
  toYaml(objects) {
    return this.#call("toYaml", [objects]);
  }

  /**
   * @param {any} step
   * @param {string} shell
   */
  commands(step, shell) {
    return this.#call("commands", [step, shell]);
  }

  /** @param {any} [options] */
  cluster(options) {
    return new Cluster(this.#session, own(options));
  }

  close() {
    this.#session.close();
  }
}

/**
 * The `open` of one kind of host.
 * @param {import("./session.js").Host} host
 * @returns {typeof import("./index.d.ts").open}
 */
export const openOn = (host) => async (options) => {
  const { session, keys, version } = await startSession(host, options);
  const { warm } = own(options);
  if (warm !== undefined) keys.warm(warm === "rsa" ? "rsa-2048" : warm);
  return /** @type {any} */ (new Kubecred(session, keys, version));
};

finish(Kubecred, "Kubecred", "close");
