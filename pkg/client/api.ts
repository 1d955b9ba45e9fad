/*
 * What `open` gives: the calls of one session, grouped by what they are about (nouns.ts). Keys and kubeconfigs are in handles.ts.
 */
import { Cluster } from "../cluster/cluster.js";
import { own } from "../shared/errors.js";
import { finish, wrap } from "./handles.js";
import { Invited, accept } from "./invited.js";
import * as nouns from "./nouns.js";
import { requestKubeconfig } from "./request.js";
import { startSession } from "../session/start.js";
import type { Host } from "../session/start.js";
import type { open } from "../types.js";
import type { Kept } from "../shared/kept.js";
import type * as types from "../types.js";

class Kubecred implements Kept<types.Kubecred> {
  declare readonly version: any;
  declare readonly keys: ReturnType<typeof nouns.keyCalls>;
  declare readonly csr: ReturnType<typeof nouns.csrCalls>;
  declare readonly certificates: ReturnType<typeof nouns.certificateCalls>;
  declare readonly tokens: ReturnType<typeof nouns.tokenCalls>;
  declare readonly serviceAccounts: ReturnType<typeof nouns.serviceAccountCalls>;
  declare readonly rbac: ReturnType<typeof nouns.rbacCalls>;
  declare readonly kubeconfig: ReturnType<typeof nouns.kubeconfigCalls>;
  declare readonly discovery: ReturnType<typeof nouns.discoveryCalls>;
  declare readonly links: ReturnType<typeof nouns.linkCalls>;
  declare readonly invitations: Invited;

  #session;
  #reach: nouns.Reach;

  constructor({ session, keys, files, version }: Awaited<ReturnType<typeof startSession>>) {
    this.#session = session;
    const reach: nouns.Reach = {
      call: async (method, args) => wrap(session, await session.call(0, method, args)),
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

  classify(input: string | Uint8Array, options?: { signal?: AbortSignal }) {
    return this.#reach.read("recognise", [input], options);
  }

  toYaml(objects: object | object[]) {
    return this.#reach.call("toYaml", [objects]);
  }

  commands(step: object, shell: string) {
    return this.#reach.call("commands", [step, shell]);
  }

  cluster(options?: any) {
    return new Cluster(this.#session, own(options, ["server", "token", "headers", "fetch", "onRequest"]));
  }

  async requestKubeconfig(options: any) {
    return requestKubeconfig(options, { cluster: () => this.cluster(), read: this.#reach.read, make: this.keys.generate });
  }

  close() {
    this.#session.close();
  }
}

/** The `open` of one kind of host. */
export const openOn =
  (host: Host): typeof open =>
  async (options) => {
    return new Kubecred(await startSession(host, options)) as any;
  };

finish(Kubecred, "Kubecred", "close");
