/*
 * What the three elements have in common: a session for as long as they are in the document, the cluster, events, and the end of it all.
 */
import { el } from "../ui/dom.js";
import { findingList, permissionHint } from "../ui/findings.js";
import { styles } from "./style.js";
import type { Cluster, ClusterOptions, Kubecred, KubecredError, OpenOptions } from "../types.js";

type Open = (options?: OpenOptions) => Promise<Kubecred>;

/** HTMLElement, or where the platform has none (Node, server rendering) a class that nobody constructs. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

let open: Open | undefined;

/** Defines the elements, where the platform has custom elements. The first entry that is imported gives the sessions. */
export function define(opener: Open, elements: Record<string, CustomElementConstructor>) {
  if (!globalThis.customElements) return;
  open ??= opener;
  for (const [tag, element] of Object.entries(elements)) if (!customElements.get(tag)) customElements.define(tag, element);
}

export class KubecredElement extends Base {
  /** The properties that may have been set before the element was defined. */
  static properties: readonly string[] = ["kubecred", "cluster", "fetch", "headers", "openOptions"];

  #set: {
    kubecred?: Kubecred | undefined;
    cluster?: Cluster | undefined;
    fetch?: typeof fetch | undefined;
    headers?: Record<string, string> | undefined;
    openOptions?: OpenOptions | undefined;
  } = {};
  /** The element's own session. */
  #own: Promise<Kubecred> | undefined;
  /** Ends with the stay in the document. */
  #stay: AbortController | undefined;
  /** Said by assistive technology when it changes. */
  #status: HTMLElement | undefined;

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

  #change(change: object) {
    Object.assign(this.#set, change);
    if (this.live) this.again();
  }

  connectedCallback() {
    if (this.#stay) return; // moved within the document
    for (const name of (this.constructor as typeof KubecredElement).properties) {
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

  attributeChangedCallback(_attribute: string) {
    if (this.live) this.again();
  }

  /** Whether the element is in the document and has begun. */
  get live() {
    return this.#stay !== undefined;
  }

  /** Aborted when the element leaves the document. */
  get life() {
    return (this.#stay as AbortController).signal;
  }

  /** Draws the element for the first time in this stay. */
  begin() {}

  /** Draws it again where an attribute or property has changed, unless work is under way. */
  again() {}

  /** Wipes what the element has made or read. */
  wipe() {}

  session(): Promise<Kubecred> {
    if (this.kubecred) return Promise.resolve(this.kubecred);
    if (this.#own) return this.#own;
    const opening = (open as Open)({ ...this.openOptions, signal: this.life });
    this.#own = opening;
    opening.catch(() => {
      if (this.#own === opening) this.#own = undefined; // the next use tries again
    });
    return opening;
  }

  async connection() {
    if (this.cluster) return this.cluster;
    const options: ClusterOptions = { server: this.getAttribute("server") ?? "" };
    if (this.fetch) options.fetch = this.fetch;
    if (this.headers) options.headers = this.headers;
    return (await this.session()).cluster(options);
  }

  /** What assistive technology is told, and everyone sees. */
  say(words: string) {
    if (this.#status) this.#status.textContent = words;
  }

  /** Shows these nodes, and the status line below them. */
  show(...nodes: (Node | null)[]) {
    this.shadowRoot?.replaceChildren(el("div", { class: "stack", part: "base" }, ...nodes, this.#status as HTMLElement));
  }

  /** Whether the focus is in this part of the element. */
  focused(node: HTMLElement | undefined) {
    return !!node?.contains((this.shadowRoot?.activeElement ?? null) as Node | null);
  }

  emit(type: string, detail: object) {
    this.dispatchEvent(new CustomEvent(`kubecred-${type}`, { bubbles: true, composed: true, detail }));
  }

  /**
   * Does something that may fail. A failure is said in `place` and told to the host; one because the element has gone is neither.
   * @param signal what the work is aborted by, where that is not the element's life
   */
  async attempt(place: HTMLElement, work: () => Promise<unknown>, signal: AbortSignal = this.life) {
    place.replaceChildren();
    try {
      await work();
    } catch (thrown) {
      if (signal.aborted) return;
      const error = thrown as KubecredError;
      const details = (error.details ?? []).filter(({ field }) => field !== "rule" && field !== "role" && field !== "scope");
      place.replaceChildren(
        el("p", { class: "failure", part: "error", role: "alert" }, error.message),
        ...details.map(({ field, message }) => el("p", { class: "hint" }, field ? `${field}: ` : "", message)),
        findingList(permissionHint(error)) ?? "",
      );
      this.emit("error", { error });
    }
  }
}

/** Moves the focus to a text, which can have it for no longer: the host's own focus() would go there, too. */
export function focusOnce(text: HTMLElement) {
  text.tabIndex = -1;
  text.addEventListener("blur", () => text.removeAttribute("tabindex"), { once: true });
  text.focus({ preventScroll: true });
}
