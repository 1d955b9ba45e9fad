/*
 * The classes that callers hold. Nothing secret is ever in them: a handle is a number and what may be said about it.
 */
import { Cluster } from "./cluster.js";
import { KubecredError, own } from "./errors.js";
import { decodeLink, encodeLink } from "./link.js";
import { startSession } from "./session.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{ handle: number, kind: "PrivateKey" | "Kubeconfig", is: any }} Handle */

/** Unix seconds. The core reads no clock. */
export const now = () => Math.floor(Date.now() / 1000);

/** What PrivateKey and Kubeconfig have in common: a number in a session, until disposed. */
class Remote {
  #session;
  /** @type {number | undefined} */
  #handle;

  /**
   * @param {Session} session
   * @param {number} handle
   */
  constructor(session, handle) {
    this.#session = session;
    this.#handle = handle;
  }

  /**
   * @param {Remote} remote
   * @param {string} method
   * @param {any[]} args
   */
  static async call(remote, method, args) {
    if (remote.#handle === undefined) throw new KubecredError("handle-disposed", "the handle was disposed");
    return wrap(remote.#session, await remote.#session.call(remote.#handle, method, args));
  }

  /** The number of another object of the same session. @param {any} remote @param {any} other */
  static handleOf(remote, other) {
    if (!other || !(#handle in other) || other.#session !== remote.#session || other.#handle === undefined) {
      throw new KubecredError("handle-disposed", "the other kubeconfig must be one of this session, and not disposed");
    }
    return other.#handle;
  }

  dispose() {
    if (this.#handle !== undefined) this.#session.free(this.#handle);
    this.#handle = undefined;
  }

  toJSON() {
    return {};
  }
}

class PrivateKey extends Remote {
  #is;

  /**
   * @param {Session} session
   * @param {Handle} value
   */
  constructor(session, { handle, is }) {
    super(session, handle);
    this.#is = is;
  }

  get algorithm() {
    return this.#is.algorithm;
  }

  get fingerprint() {
    return this.#is.fingerprint;
  }

  /** @param {any} subject */
  certificateRequest(subject) {
    return Remote.call(this, "certificateRequest", [subject]);
  }

  /** @param {any} parts */
  kubeconfig(parts) {
    return Remote.call(this, "kubeconfig", [parts, now()]);
  }

  /** @param {{ passphrase?: string }} [options] */
  async exportPem(options) {
    return Remote.call(this, "exportPem", [passphraseOf(options)]);
  }
}

class Kubeconfig extends Remote {
  #is;

  /**
   * @param {Session} session
   * @param {Handle} value
   */
  constructor(session, { handle, is }) {
    super(session, handle);
    this.#is = is;
  }

  get clusters() {
    return this.#is.clusters;
  }

  get users() {
    return this.#is.users;
  }

  get contexts() {
    return this.#is.contexts;
  }

  get currentContext() {
    return this.#is.currentContext;
  }

  get findings() {
    return this.#is.findings;
  }

  /** @param {any} [options] */
  serialize(options) {
    return Remote.call(this, "serialize", [options]);
  }

  /** @param {string} [context] */
  minify(context) {
    return Remote.call(this, "minify", [context]);
  }

  /** @param {any} changes */
  edit(changes) {
    return Remote.call(this, "edit", [changes]);
  }

  clusterEntries() {
    return Remote.call(this, "clusterEntries", []);
  }

  /** @param {Kubeconfig} other @param {any} [options] */
  async merge(other, options) {
    return Remote.call(this, "merge", [Remote.handleOf(this, other), options]);
  }
}

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
   * @param {object} object
   * @param {{ serviceAccount?: string, name?: string }} [options]
   */
  async readTokenSecret(object, options) {
    return (await this.#call("readTokenSecret", [object, { ...own(options) }])) ?? undefined;
  }

  /** @param {string | Uint8Array} text */
  readKubeconfig(text) {
    return this.#call("readKubeconfig", [text, now()]);
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
  if (warm !== undefined) keys.warm(warm);
  return /** @type {any} */ (new Kubecred(session, keys, version));
};

/** An engine's answer as the caller gets it. @param {Session} session @param {any} value */
function wrap(session, value) {
  if (value?.kind === "PrivateKey" && value.handle) return new PrivateKey(session, value);
  if (value?.kind === "Kubeconfig" && value.handle) return new Kubeconfig(session, value);
  if (value?.kubeconfig?.handle) return { ...value, kubeconfig: new Kubeconfig(session, value.kubeconfig) };
  return value;
}

/** @param {{ passphrase?: string } | undefined} options */
function passphraseOf(options) {
  const { passphrase } = own(options);
  if (passphrase === undefined || typeof passphrase === "string") return passphrase;
  throw new KubecredError("invalid-options", "the passphrase must be text");
}

for (const [type, name, end] of /** @type {[any, string, string][]} */ ([
  [PrivateKey, "PrivateKey", "dispose"],
  [Kubeconfig, "Kubeconfig", "dispose"],
  [Kubecred, "Kubecred", "close"],
])) {
  Object.defineProperty(type.prototype, Symbol.toStringTag, { value: name });
  // Where the platform has it (`using key = …`): Node 20, Chromium 134, Firefox 141 and later.
  if (Symbol.dispose) Object.defineProperty(type.prototype, Symbol.dispose, { value: type.prototype[end] });
}
