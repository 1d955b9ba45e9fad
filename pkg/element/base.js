/*
 * What the three elements have in common: a session for as long as they are in the document, the cluster, events, and the end of it all.
 */
import { el } from "./dom.js";
import { styles } from "./style.js";

/** @import { Cluster, ClusterOptions, Kubecred, KubecredError, OpenOptions } from "../index.js" */
/** @typedef {(options?: OpenOptions) => Promise<Kubecred>} Open */

/** HTMLElement, or where there is none (Node, server rendering) a class that nobody constructs. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** @type {Open | undefined} */
let open;

/** Defines the elements, where there are elements. The first entry that is imported gives the sessions. @param {Open} opener @param {Record<string, CustomElementConstructor>} elements */
export function define(opener, elements) {
  if (!globalThis.customElements) return;
  open ??= opener;
  for (const [tag, element] of Object.entries(elements)) if (!customElements.get(tag)) customElements.define(tag, element);
}

export class KubecredElement extends Base {
  /** The properties that may have been set before the element was defined. @type {readonly string[]} */
  static properties = ["kubecred", "cluster", "fetch", "headers", "openOptions"];

  /** @type {{ kubecred?: Kubecred | undefined, cluster?: Cluster | undefined, fetch?: typeof fetch | undefined, headers?: Record<string, string> | undefined, openOptions?: OpenOptions | undefined }} */
  #set = {};
  /** The element's own session. @type {Promise<Kubecred> | undefined} */
  #own;
  /** Ends with the stay in the document. @type {AbortController | undefined} */
  #stay;
  /** Said by assistive technology when it changes. @type {HTMLElement | undefined} */
  #status;

  // Accessors, not fields: a field would overwrite what was set before the element was defined.

  /** A session of the host. It stays open when the element goes. Without one the element opens and closes its own. */
  get kubecred() {
    return this.#set.kubecred;
  }
  set kubecred(kubecred) {
    this.#change({ kubecred });
  }

  /** A cluster of the session `kubecred`. Without one: the attribute `server`, with `headers` and `fetch`. */
  get cluster() {
    return this.#set.cluster;
  }
  set cluster(cluster) {
    this.#change({ cluster });
  }

  get fetch() {
    return this.#set.fetch;
  }
  set fetch(fetch) {
    this.#change({ fetch });
  }

  get headers() {
    return this.#set.headers;
  }
  set headers(headers) {
    this.#change({ headers });
  }

  /** Options of the element's own session, such as `{ wasm }`. */
  get openOptions() {
    return this.#set.openOptions;
  }
  set openOptions(openOptions) {
    this.#change({ openOptions });
  }

  /** @param {object} change */
  #change(change) {
    Object.assign(this.#set, change);
    if (this.live) this.again();
  }

  connectedCallback() {
    if (this.#stay) return; // moved within the document
    for (const name of /** @type {typeof KubecredElement} */ (this.constructor).properties) {
      if (!Object.hasOwn(this, name)) continue;
      const value = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
    if (!this.shadowRoot) this.attachShadow({ mode: "open", delegatesFocus: true }).adoptedStyleSheets = [styles()];
    this.#stay = new AbortController();
    this.#status = el("p", { role: "status", part: "status" });
    this.begin();
  }

  /** Being moved disconnects and connects again in one go, so the end waits a moment. */
  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected || !this.#stay) return;
      this.#stay.abort();
      this.#stay = undefined;
      this.wipe();
      const own = this.#own;
      this.#own = undefined;
      void own?.then(
        (session) => session.close(),
        () => {},
      );
      this.shadowRoot?.replaceChildren();
    });
  }

  attributeChangedCallback() {
    if (this.live) this.again();
  }

  /** Whether the element is in the document and has begun. */
  get live() {
    return this.#stay !== undefined;
  }

  /** Aborted when the element leaves the document. */
  get life() {
    return /** @type {AbortController} */ (this.#stay).signal;
  }

  /** Draws the element for the first time in this stay. */
  begin() {}

  /** Draws it again where an attribute or property has changed, unless work is under way. */
  again() {}

  /** Wipes what the element has made or read. */
  wipe() {}

  /** @returns {Promise<Kubecred>} */
  session() {
    if (this.kubecred) return Promise.resolve(this.kubecred);
    if (this.#own) return this.#own;
    const opening = /** @type {Open} */ (open)({ ...this.openOptions, signal: this.life });
    this.#own = opening;
    opening.catch(() => {
      if (this.#own === opening) this.#own = undefined; // the next use tries again
    });
    return opening;
  }

  async connection() {
    if (this.cluster) return this.cluster;
    /** @type {ClusterOptions} */
    const options = { server: this.getAttribute("server") ?? "" };
    if (this.fetch) options.fetch = this.fetch;
    if (this.headers) options.headers = this.headers;
    return (await this.session()).cluster(options);
  }

  /** What assistive technology is told, and everyone sees. @param {string} words */
  say(words) {
    if (this.#status) this.#status.textContent = words;
  }

  /** Shows these nodes, and the status line below them. @param {...(Node | null)} nodes */
  show(...nodes) {
    this.shadowRoot?.replaceChildren(el("div", { class: "stack", part: "base" }, ...nodes, /** @type {HTMLElement} */ (this.#status)));
  }

  /** @param {string} type @param {object} detail */
  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(`kubecred-${type}`, { bubbles: true, composed: true, detail }));
  }

  /**
   * Does something that may fail. A failure is said in `place` and told to the host; one because the element has gone is neither.
   * @param {HTMLElement} place
   * @param {() => Promise<unknown>} work
   * @param {AbortSignal} [signal] what the work is aborted by, where that is not the element's life
   */
  async attempt(place, work, signal = this.life) {
    place.replaceChildren();
    try {
      await work();
    } catch (thrown) {
      if (signal.aborted) return;
      const error = /** @type {KubecredError} */ (thrown);
      const details = (error.details ?? []).filter(({ field }) => field !== "rule" && field !== "role" && field !== "scope");
      place.replaceChildren(
        el("p", { class: "failure", part: "error", role: "alert" }, error.message),
        ...details.map(({ field, message }) => el("p", { class: "hint" }, field ? `${field}: ` : "", message)),
      );
      this.emit("error", { error });
    }
  }
}
