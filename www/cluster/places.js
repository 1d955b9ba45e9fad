// Address and CA of the cluster, for the kubeconfigs of #/robot and of an OpenID Connect login: typed, told by the cluster behind the page, or out of a kubeconfig
// that was dropped. What is known once is used in every form of the panel.
import { el, announce } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { cluster, connection, connections } from "./connection.js";
import { held } from "../ui/held.js";
import { EXAMPLE_SERVER } from "../shared/place.js";
import { takenSentence, wayFields } from "./cluster-way.js";

/** @import { ClusterEntry, Kubecred } from "../kubecred/index.js" */

/** @type {Record<string, string>} */
const FIELDS = { "invalid-server": "server", "invalid-certificate-authority": "ca" };
/** @type {Record<string, string>} */
const NAMES = { "cluster.proxyUrl": "proxyUrl", "cluster.tlsServerName": "tlsServerName" };
/** The field that an error is about. @param {any} error @returns {string | undefined} */
export const clusterField = (error) => NAMES[error?.details?.[0]?.field] ?? FIELDS[error?.code];
/** @param {string | Uint8Array} [pem] */
const textOf = (pem = "") => (typeof pem === "string" ? pem : new TextDecoder().decode(pem));

/** @typedef {ReturnType<typeof clusterPlaces>} ClusterPlaces */
/** @typedef {ReturnType<ClusterPlaces["fields"]>} ClusterFields */

export function clusterPlaces() {
  /** @type {Partial<ClusterEntry>} */
  let known = {};
  /** @typedef {{ alive: () => boolean, use: (entry: Partial<ClusterEntry>) => void, useAuthority: (pem: string) => void, refill: () => void }} Form @type {Set<Form>} */
  const forms = new Set();
  // Who signs in while a form is there may be told more than who was there before.
  connections.addEventListener("change", () => {
    for (const form of forms) if (form.alive()) form.refill();
  });

  /**
   * The fields of a cluster: { nodes, entry(), address(), way(), doubt(), told }. `doubt()` is what to say before a file is saved, if anything. `report` is where remarks of the cluster go; `changed` is told of a new address, `hold` of
   * each answer after `told` that may move what is below the fields.
   * @param {string} stem
   * @param {{ authority?: string, report: Element, changed?: () => unknown, hold: (answer: Promise<void>) => void }} about
   */
  function fields(stem, { authority, report, changed = () => {}, hold }) {
    const server = el("input", { id: `${stem}-server`, type: "url", autocomplete: "off", spellcheck: "false", placeholder: EXAMPLE_SERVER });
    const ca = el("textarea", { id: `${stem}-ca`, rows: "4", spellcheck: "false", autocomplete: "off", placeholder: "-----BEGIN CERTIFICATE-----" });
    const authorityText = held(ca);
    server.addEventListener("change", changed);
    const way = wayFields(server, changed);
    const form = {
      /** Settled when the cluster has told what it knows, and its findings are in `report`. */
      told: Promise.resolve(),
      nodes: [
        el("div", { class: "field", "data-field": "server" }, el("label", { for: server.id }, "API server address"), server),
        el(
          "div",
          { class: "field", "data-field": "ca" },
          el("label", { for: ca.id }, "Certificate authority (CA)"),
          ca,
          authorityText.node,
          el("p", { class: "hint" }, "Have a kubeconfig for this cluster? Drop it here: only address, CA, proxy and TLS server name are read."),
        ),
        way.node,
      ],
      address: () => server.value.trim(),
      way: () => way.values(),
      doubt: (/** @type {string | undefined} */ verb = undefined) => way.doubt(!authorityText.isEmpty(), verb),
      entry: () => ({ ...way.values(), server: server.value.trim(), ...(authorityText.isEmpty() ? {} : { certificateAuthority: authorityText.content() }) }),
      alive: () => server.isConnected,
      /** @param {Partial<ClusterEntry>} entry */
      use(entry) {
        server.value = entry.server ?? "";
        authorityText.put(textOf(entry.certificateAuthority));
        way.use(entry);
        changed();
      },
      useAuthority: (/** @type {string} */ pem) => authorityText.put(pem),
      refill() {
        if (!known.server && (!server.value || authorityText.isEmpty())) hold(fill());
      },
    };
    /** Fills in what is empty; what was typed or dropped stays. */
    async function fill() {
      if ((await connection()).state !== "connected") return;
      const { entry, findings } = await (await cluster()).discover().catch(() => ({ entry: /** @type {Partial<ClusterEntry>} */ ({}), findings: [] }));
      server.value ||= entry.server ?? "";
      if (authorityText.isEmpty()) authorityText.put(textOf(entry.certificateAuthority));
      const list = findingList(findings);
      if (list) report.replaceChildren(list);
      changed();
    }
    if (known.server) form.use(known);
    if (authority) authorityText.put(authority);
    if (!known.server) form.told = fill();
    for (const each of forms) if (!each.alive()) forms.delete(each);
    forms.add(form);
    return form;
  }

  /** @param {Partial<ClusterEntry>} entry @param {string} said */
  function use(entry, said) {
    known = { ...known, ...entry };
    for (const form of forms) form.use(known);
    announce(said, { seen: true });
  }

  return {
    fields,
    /**
     * The current cluster of a kubeconfig that was dropped, and nothing else of it; the file is read in the worker.
     * @param {Kubecred} kubecred
     * @param {Uint8Array} bytes
     */
    async takeKubeconfig(kubecred, bytes) {
      const read = await kubecred.kubeconfig.parse(bytes);
      try {
        const wanted = read.contexts.find(({ name }) => name === read.currentContext)?.cluster;
        const entries = await read.clusterEntries();
        const entry = entries.find(({ name }) => name === wanted) ?? entries[0];
        if (!entry) return announce("This file contains no cluster with a usable address.", { seen: true });
        const { name: _, ...rest } = entry;
        known = {};
        use(rest, takenSentence(entry, entries.length));
      } finally {
        read.dispose();
      }
    },
    /**
     * A CA alone, which changes no address that was typed.
     * @param {string} pem
     */
    takeAuthority(pem) {
      known = { ...known, certificateAuthority: pem.trim() };
      for (const form of forms) form.useAuthority(pem.trim());
      announce("The certificate authority was taken from the file.", { seen: true });
    },
  };
}
