/*
 * What `open` gives: the calls of one session, grouped by what they are about (nouns.js). Keys and kubeconfigs are in handles.js.
 */
import { Cluster } from "../cluster/cluster.js";
import { own } from "../shared/errors.js";
import { finish, wrap } from "./handles.js";
import { Invited, accept } from "./invited.js";
import * as nouns from "./nouns.js";
import { requestKubeconfig } from "./request.js";
import { startSession } from "../session/start.js";

class Kubecred {
  #session;
  /** @type {nouns.Reach} */
  #reach;

  /** @param {Awaited<ReturnType<typeof startSession>>} started */
  constructor({ session, keys, files, version }) {
    this.#session = session;
    const reach = {
      /** @type {nouns.Reach["call"]} */
      call: async (method, args) => wrap(session, await session.call(0, method, args)),
      /** @type {nouns.Reach["read"]} */
      read: async (method, args, options) => {
        const answer = await files.read(method, args, own(options, ["signal"]).signal);
        return wrap(answer.session, answer.value);
      },
    };
    this.#reach = reach;
    this.version = Object.freeze({ ...version });
    this.keys = nouns.keyCalls(session, keys);
    this.csr = nouns.csrCalls(reach);
    this.certificates = nouns.certificateCalls(reach);
    this.tokens = nouns.tokenCalls(reach);
    this.serviceAccounts = nouns.serviceAccountCalls(reach);
    this.rbac = nouns.rbacCalls(reach);
    this.kubeconfig = nouns.kubeconfigCalls(reach);
    this.discovery = nouns.discoveryCalls(reach);
    this.links = nouns.linkCalls(reach);
    this.invitations = new Invited(reach.read, (link, options) => accept(link, options, { session, read: reach.read, make: this.keys.generate }));
  }

  /** @param {string | Uint8Array} input @param {{ signal?: AbortSignal }} [options] */
  classify(input, options) {
    return this.#reach.read("recognise", [input], options);
  }

  /** @param {object | object[]} objects */
  toYaml(objects) {
    return this.#reach.call("toYaml", [objects]);
  }

  /** @param {object} step @param {string} shell */
  commands(step, shell) {
    return this.#reach.call("commands", [step, shell]);
  }

  /** @param {any} [options] */
  cluster(options) {
    return new Cluster(this.#session, own(options, ["server", "token", "headers", "fetch", "onRequest"]));
  }

  /** @param {any} options */
  async requestKubeconfig(options) {
    return requestKubeconfig(options, { cluster: () => this.cluster(), read: this.#reach.read, make: this.keys.generate });
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
  return /** @type {any} */ (new Kubecred(await startSession(host, options)));
};

finish(Kubecred, "Kubecred", "close");
