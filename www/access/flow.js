// The column of steps: which one is open, which are done, what each left behind. One object holds the state of the whole path.
import { el, find, show, announce } from "../ui/dom.js";
import { keyIs } from "../ui/secrets-here.js";

/** @import { Child } from "../ui/dom.js" */

/**
 * @import { CertificateReport, ClusterEntry, Finding, Kubeconfig, Naming, PrivateKey, CsrReport, RequestedCertificate, CsrManifestOptions, CsrStatus } from "../kubecred/index.js"
 * @import { Dropped } from "../ui/drop.js"
 */

/** @typedef {{ certificate: string | Uint8Array, cluster: ClusterEntry } & Naming} Parts of a kubeconfig */
/** @typedef {{ metadata: { name: string }, spec: RequestedCertificate }} ManifestObject a CertificateSigningRequest that is not submitted yet */

/**
 * @typedef {object} Flow
 * @property {string} user
 * @property {readonly string[]} groups
 * @property {PrivateKey | null} key
 * @property {string | null} request
 * @property {CsrManifestOptions | null} options of the signing request
 * @property {ManifestObject | null} object
 * @property {string} name
 * @property {RequestedCertificate | null} requested what the certificate is compared with
 * @property {string | undefined} uid
 * @property {boolean} byHand
 * @property {boolean} sent
 * @property {string | null} certificate
 * @property {CertificateReport | null} report
 * @property {Finding[]} differs
 * @property {string | null} linked
 * @property {boolean} saved
 * @property {boolean} kept
 * @property {CsrReport | null} own
 * @property {{ entry: string, user: string } | null} renewal
 * @property {(id: string, what: { enter?: () => unknown, drop?: () => unknown }) => void} on
 * @property {(id: string, how?: { focus?: boolean }) => void} open
 * @property {(id: string, words: readonly Child[], ...links: (Node | string)[]) => void} finish
 * @property {(from: string) => void} drop
 * @property {() => void} next
 * @property {(pem: string | Uint8Array, known?: CertificateReport, notices?: readonly Finding[]) => Promise<void>} acceptCertificate by step 4
 * @property {(parts: Parts) => Promise<Kubeconfig>} assemble by steps 2 and 5
 * @property {(question: string) => boolean} mayLose by step 2
 * @property {(error: any) => void} refuse by step 3
 * @property {(report: CsrStatus) => void} resume by step 3
 * @property {() => void} showOwn by step 5
 * @property {(answer: Uint8Array) => void} takeAnswer by step 4
 * @property {(pem: string) => void} takeAuthority by step 5
 * @property {(file: Dropped) => Promise<void>} takeKubeconfig by the panel
 * @property {(entry: ClusterEntry, of: number) => void} useCluster by step 5
 * @property {(key: PrivateKey) => unknown} useKey by step 2
 * @property {(file?: Dropped | null) => void} useKeyFile by step 2
 * @property {(file: Dropped) => unknown} useRequest by step 2
 * @property {(known: { user: string, groups?: readonly string[] }) => void} useWho by step 1
 * @property {() => Promise<boolean>} createKey by step 2: a key of the kind that is chosen, unless there is one; false where there is none
 * @property {() => Promise<boolean>} sends by step 3: whether the request can be sent from here
 * @property {() => Promise<void>} submit by step 3: as its button would
 * @property {(value: string) => boolean} setLifetime by step 3: whether it was another one
 */

/**
 * What the steps of #/access share. Fields: user, groups, key, request (PEM), options (for the signing request), object, name, requested (name, signer, usages, lifetime), uid (of the object in the cluster),
 * byHand, sent (the request is in the cluster already), certificate (PEM), report, differs (findings: how the certificate differs from what was requested), linked (a certificate that waits for the request), saved, kept,
 * own (the report of a request that was made elsewhere, where the key is too), renewal ({ entry, user } of the file under #/kubeconfig that the certificate goes into).
 */
export function createFlow(/** @type {HTMLElement} */ root) {
  const items = /** @type {HTMLElement[]} */ ([...root.children]);
  const entering = new Map();
  const leaving = new Map();
  /** @param {string} id */
  function item(id) {
    const found = items.find((each) => each.dataset.step === id);
    if (!found) throw new Error(`there is no step ${id}`);
    return found;
  }
  const body = (/** @type {HTMLElement} */ each) => find(".card", each);

  /** @type {Flow} */
  const flow = /** @type {any} */ ({
    user: "",
    groups: [],
    key: null,
    request: null,
    options: null,
    object: null,
    name: "",
    requested: null,
    uid: undefined,
    byHand: false,
    sent: false,
    certificate: null,
    report: null,
    differs: [],
    linked: null,
    saved: false,
    kept: false,
    own: null,
    renewal: null,

    /** What a step does when it is opened, and when its result is dropped. */
    on(/** @type {string} */ id, /** @type {{ enter: () => unknown, drop: () => unknown }} */ { enter, drop }) {
      if (enter) entering.set(id, enter);
      if (drop) leaving.set(id, drop);
    },

    /** Opens one step and closes the others. The focus goes to its heading unless the page is just starting. */
    open(/** @type {string} */ id, { focus = true } = {}) {
      for (const each of items) {
        const now = each.dataset.step === id;
        each.classList.toggle("now", now);
        if (now) each.setAttribute("aria-current", "step");
        else each.removeAttribute("aria-current");
        show(body(each), now);
        show(find(".summary", each), !now);
      }
      entering.get(id)?.();
      const heading = find("h2", item(id));
      if (focus && root.offsetParent !== null) heading.focus({ preventScroll: false });
      announce(`Step ${items.indexOf(item(id)) + 1} of ${items.length}: ${heading.textContent}`);
    },

    /** Marks a step as done with a line that says what came out, and a way back into it. */
    finish(/** @type {string} */ id, /** @type {readonly Child[]} */ words, /** @type {Child[]} */ ...links) {
      const each = item(id);
      each.classList.add("done");
      const change = el(
        "button",
        { type: "button", class: "link", "aria-label": `Change: ${find("h2", each).textContent}`, onclick: () => flow.open(id) },
        "change",
      );
      find(".summary", each).replaceChildren(...words, " ", change, ...links.flatMap((link) => [" · ", link]));
    },

    /** Drops the results of a step and of all after it; the key is dropped by nothing but another key. */
    drop(/** @type {string} */ from) {
      for (const each of items.slice(items.indexOf(item(from)))) {
        each.classList.remove("done");
        leaving.get(each.dataset.step ?? "")?.();
      }
    },

    /** Opens the first step that is not done. */
    next() {
      const open = items.find((each) => !each.classList.contains("done"));
      if (open) flow.open(open.dataset.step ?? "");
    },
  });
  // What saves a copy of the key says so here, and the foot of the page repeats it.
  let kept = false;
  Object.defineProperty(flow, "kept", {
    get: () => kept,
    set(/** @type {boolean} */ is) {
      kept = is;
      if (flow.key) showPlace(flow);
    },
  });
  return flow;
}

/** The line at the foot: each place where the private key is. */
export function showPlace(/** @type {Flow} */ { key, own, kept, saved }) {
  if (own) keyIs("access", "The private key of the request is not in this tab.", " It is where you created the request.");
  else if (key)
    keyIs(
      "access",
      kept || saved ? `Private key: in this tab${saved ? ", and in the file if it was saved" : " and in your key file"}.` : "Private key: only in this tab.",
    );
  else keyIs("access", "");
}
