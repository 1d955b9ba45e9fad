/*
 * What `open` gives: the calls of one session. Keys and kubeconfigs are in handles.js.
 */
import { Cluster } from "../cluster/cluster.js";
import { own } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { finish, passphraseOf, wrap } from "./handles.js";
import { Invited, accept } from "./invited.js";
import { decodeLink, encodeLink } from "./link.js";
import { startSession } from "../session/start.js";

/** @typedef {import("../session/session.js").Session} Session */

class Kubecred {
  #session;
  #keys;
  #files;

  /**
   * @param {Session} session
   * @param {import("../session/keys.js").Keys} keys
   * @param {import("../session/files.js").Files} files
   * @param {any} version
   */
  constructor(session, keys, files, version) {
    this.#session = session;
    this.#keys = keys;
    this.#files = files;
    this.version = version;
    this.invitations = new Invited((method, args) => this.#read(method, args));
  }

  /**
   * @param {string} method
   * @param {any[]} args
   */
  async #call(method, args) {
    return wrap(this.#session, await this.#session.call(0, method, args));
  }

  /**
   * Reads what others wrote; see files.js.
   * @param {string} method
   * @param {any[]} args
   * @param {{ signal?: AbortSignal }} [options]
   */
  async #read(method, args, options) {
    const { session, value } = await this.#files.read(method, args, own(options, ["signal"]).signal);
    return wrap(session, value);
  }

  /**
   * @param {string} algorithm
   * @param {import("../session/keys.js").Options} [options]
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

  /** @param {string | Uint8Array} pem @param {{ signal?: AbortSignal }} [options] */
  readRequest(pem, options) {
    return this.#read("readRequest", [pem], options);
  }

  /** @param {string | object} object @param {{ signal?: AbortSignal }} [options] */
  readSigningRequest(object, options) {
    return this.#read("readSigningRequest", [object, now()], options);
  }

  /** @param {string | object | object[]} objects @param {{ signal?: AbortSignal }} [options] */
  readSigningRequests(objects, options) {
    return this.#read("readSigningRequests", [objects, now()], options);
  }

  /** @param {string | Uint8Array} certificate @param {{ signal?: AbortSignal }} [options] */
  renewalReminder(certificate, options) {
    return this.#read("renewalReminder", [certificate, now()], options);
  }

  /** @param {string} text @param {any} [requested] */
  encodeLink(text, requested) {
    return encodeLink(text, requested, (one, wanted) => this.#read("linked", [one, wanted]));
  }

  /** @param {string} fragment */
  decodeLink(fragment) {
    return decodeLink(fragment, (one, wanted) => this.#read("linked", [one, wanted]));
  }

  /** @param {string | Uint8Array} pem @param {{ signal?: AbortSignal }} [options] */
  readCertificate(pem, options) {
    return this.#read("readCertificate", [pem, now()], options);
  }

  /** @param {string | Uint8Array} token @param {{ signal?: AbortSignal }} [options] */
  readToken(token, options) {
    return this.#read("readToken", [token, now()], options);
  }

  /** @param {string | Uint8Array} text @param {{ signal?: AbortSignal }} [options] */
  recognise(text, options) {
    return this.#read("recognise", [text], options);
  }

  /**
   * @param {object} configMap
   * @param {{ bootstrapToken: string, pins?: string[] }} options
   */
  async verifyClusterInfo(configMap, options) {
    return this.#read("verifyClusterInfo", [configMap, { ...own(options) }]);
  }

  /** @param {any} entry @param {{ signal?: AbortSignal }} [options] */
  inspectCluster(entry, options) {
    return this.#read("inspectCluster", [entry, now()], options);
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
    return (await this.#read("readTokenSecret", [object, { ...own(options) }])) ?? undefined;
  }

  /** @param {string | Uint8Array} text @param {{ signal?: AbortSignal }} [options] */
  readKubeconfig(text, options) {
    return this.#read("readKubeconfig", [text, now()], options);
  }

  /** @param {any} parts */
  createKubeconfig(parts) {
    return this.#read("createKubeconfig", [parts, now()]);
  }

  /** @param {any} options */
  signingRequest(options) {
    return this.#call("signingRequest", [options]);
  }

  /** @param {any} options */
  accessManifests(options) {
    return this.#call("accessManifests", [options]);
  }

  accessTemplates() {
    return this.#call("accessTemplates", []);
  }

  /** @param {any} options @param {{ signal?: AbortSignal }} [how] */
  accessMatrix(options, how) {
    return this.#read("accessMatrix", [options], how);
  }

  /** @param {any} options @param {{ signal?: AbortSignal }} [how] */
  accessReview(options, how) {
    return this.#read("accessReview", [options], how);
  }

  /** @param {any} manifests @param {{ signal?: AbortSignal }} [options] */
  accessFindings(manifests, options) {
    return this.#read("accessFindings", [manifests], options);
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

  /** @param {string} link @param {any} [options] */
  async acceptInvitation(link, options) {
    return accept(link, options, {
      session: this.#session,
      read: (method, args) => this.#read(method, args),
      make: (algorithm, how) => this.generateKey(algorithm, how),
    });
  }

  /** @param {any} [options] */
  cluster(options) {
    return new Cluster(this.#session, own(options, ["server", "token", "fetch", "onRequest"]));
  }

  close() {
    this.#session.close();
  }
}

/**
 * The `open` of one kind of host.
 * @param {import("../session/start.js").Host} host
 * @returns {typeof import("../index.d.ts").open}
 */
export const openOn = (host) => async (options) => {
  const { session, keys, files, version } = await startSession(host, options);
  const { warm } = own(options);
  if (warm !== undefined) keys.warm(warm === "rsa" ? "rsa-2048" : warm);
  return /** @type {any} */ (new Kubecred(session, keys, files, version));
};

finish(Kubecred, "Kubecred", "close");
