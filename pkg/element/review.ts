/*
 * <kubecred-review>: lists certificate signing requests, follows them, approves and denies. What is decided is exactly what the card shows: the
 * package compares uid and spec with the server's object before it writes.
 * Nothing moves under a person's pointer: new requests appear at the end, and one that is deleted leaves its card without buttons.
 */
import { el } from "../ui/dom.js";
import { approvalOf, denialOf } from "../ui/request.js";
import { KubecredElement } from "./base.js";
import { card } from "./card.js";
import { field, slot } from "./dom.js";
import type { Cluster, CsrStatus, KubecredError } from "../types.js";

type Shown = { status: CsrStatus; node: HTMLElement; busy: boolean };

const PAGE = 25;

export class KubecredReview extends KubecredElement {
  static observedAttributes = ["server", "signer-name"];

  /** By uid: a request that is created again under an old name is another request. */
  #shown = new Map<string, Shown>();
  /** Pending requests that are not shown yet. */
  #more = new Map<string, CsrStatus>();
  #list = undefined as HTMLElement | undefined;
  #moreButton = undefined as HTMLButtonElement | undefined;
  /** Of the listing that runs. */
  #run: AbortController | undefined;
  #planned = false;

  begin() {
    this.#list = el("div", { class: "stack", part: "list" });
    const failure = el("div", {});
    this.#moreButton = el("button", { type: "button", part: "button", hidden: true, onclick: () => this.#showMore() });
    const refresh = el("button", { type: "button", part: "button", onclick: () => this.#read(failure) }, slot("refresh", "Refresh"));
    this.show(
      el("h2", { part: "heading" }, slot("heading", "Certificate signing requests")),
      el("slot", {}),
      failure,
      this.#list,
      el("div", { class: "row" }, this.#moreButton, refresh),
    );
    this.#restart = () => this.#read(failure);
    this.again();
  }

  #restart: () => Promise<void> = async () => {};

  /** Several attributes and properties change together: the list is read once. */
  again() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.live) void this.#restart();
    });
  }

  wipe() {
    this.#run?.abort();
    this.#shown.clear();
    this.#more.clear();
  }

  /** Lists, then follows the changes. Lists again where the server says that too much has happened. */
  async #read(failure: HTMLElement) {
    this.wipe();
    this.#list?.replaceChildren();
    const run = new AbortController();
    this.#run = run;
    const { signal } = run;
    this.say("Loading requests.");
    await this.attempt(
      failure,
      async () => {
        const cluster = await this.connection();
        const signerName = this.getAttribute("signer-name") ?? undefined;
        while (!signal.aborted) {
          try {
            const resourceVersion = await this.#readPages(cluster, { signal, signerName });
            await this.#follow(cluster, { resourceVersion, signal, signerName });
          } catch (error) {
            if ((error as KubecredError).code !== "watch-expired") throw error;
          }
        }
      },
      signal,
    );
    if (this.live && this.#run === run) this.say("");
  }

  async #readPages(cluster: Cluster, how: { signal: AbortSignal; signerName: string | undefined }) {
    let resourceVersion = "";
    for await (const page of cluster.csr.pages(how)) {
      for (const status of page.statuses) this.#take(status);
      resourceVersion = page.resourceVersion;
    }
    this.#count();
    return resourceVersion;
  }

  async #follow(cluster: Cluster, how: { resourceVersion: string; signal: AbortSignal; signerName: string | undefined }) {
    for await (const { type, status } of cluster.csr.watch(how)) {
      if (type === "deleted") this.#gone(status);
      else this.#take(status);
      this.#count();
    }
  }

  #count() {
    const pending = [...this.#shown.values()].filter(({ status }) => status.state === "pending").length + this.#more.size;
    this.say(pending === 0 ? "No pending requests." : `${pending} pending request${pending === 1 ? "" : "s"}.`);
    const button = this.#moreButton;
    if (!button) return;
    button.hidden = this.#more.size === 0;
    button.textContent = `Show more (${this.#more.size} left)`;
  }

  #take(status: CsrStatus) {
    const uid = status.object.metadata.uid ?? status.name;
    // Another object of this name takes the place of one that was deleted, whether that was told or not.
    for (const [other, { status: before }] of this.#shown) if (before.name === status.name && other !== uid) this.#gone(before);
    const shown = this.#shown.get(uid);
    if (shown) {
      if (!shown.busy && shown.status.state !== status.state) this.#put(uid, status);
    } else if (status.state !== "pending") this.#more.delete(uid);
    else if (this.#shown.size < PAGE) this.#put(uid, status);
    else this.#more.set(uid, status);
  }

  #showMore() {
    const next = [...this.#more].slice(0, PAGE);
    for (const [uid, status] of next) {
      this.#more.delete(uid);
      this.#put(uid, status);
    }
    this.#count();
    this.#shown
      .get(next[0]?.[0] ?? "")
      ?.node.querySelector("h3")
      ?.focus();
  }

  #gone(status: CsrStatus) {
    const uid = status.object.metadata.uid ?? status.name;
    this.#more.delete(uid);
    const shown = this.#shown.get(uid);
    if (!shown) return;
    shown.node.querySelector(".decision")?.replaceChildren(el("p", {}, "This request was deleted."));
    this.#shown.delete(uid);
  }

  /** A card in its place, or at the end. */
  #put(uid: string, status: CsrStatus) {
    const old = this.#shown.get(uid)?.node;
    const node = card(status);
    const shown = { status, node, busy: false };
    this.#shown.set(uid, shown);
    node.append(el("div", { class: "decision stack" }, ...(status.state === "pending" ? this.#decision(uid, shown) : [])));
    const inside = old?.contains((this.shadowRoot?.activeElement ?? null) as Node | null);
    if (old) old.replaceWith(node);
    else this.#list?.append(node);
    if (inside) node.querySelector("h3")?.focus();
  }

  #decision(uid: string, shown: Shown) {
    const failure = el("div", {});
    const reason = el("input", { type: "text", name: "reason", maxlength: "1024", autocomplete: "off" });
    const decide = (verb: "approve" | "deny") => async () => {
      shown.busy = true;
      for (const button of buttons) button.disabled = true;
      await this.attempt(failure, () => this.#decide(verb, uid, shown, reason.value.trim()));
      shown.busy = false;
      for (const button of buttons) button.disabled = false;
    };
    const buttons = [
      el("button", { type: "button", ...emphasis(shown.status), onclick: decide("approve") }, ...approvalOf("Approve", shown.status)),
      el("button", { type: "button", part: "button deny", onclick: decide("deny") }, ...denialOf("Deny", shown.status)),
    ];
    return [field("Reason", reason, "Optional. Everyone who can read the request sees it."), failure, el("div", { class: "row" }, ...buttons)];
  }

  async #decide(verb: "approve" | "deny", uid: string, shown: Shown, message: string) {
    const cluster = await this.connection();
    try {
      const status = await cluster.csr[verb](shown.status, { signal: this.life, message: message || undefined });
      this.#put(uid, status);
      this.#count();
      this.emit("decided", { decision: verb, status });
    } catch (thrown) {
      const error = thrown as KubecredError;
      const now = error.code === "changed" ? error.status : undefined;
      if (!now) throw error;
      this.#replaced(uid, shown, now, error.message);
      this.emit("error", { error });
    }
  }

  /** Another request has the name by now. A person reads that one before there are buttons again. */
  #replaced(uid: string, shown: Shown, now: CsrStatus, says: string) {
    const look = el("button", { type: "button", part: "button" }, "Show the new request");
    look.addEventListener("click", () => {
      shown.node.remove();
      this.#shown.delete(uid);
      const fresh = now.object.metadata.uid ?? now.name;
      this.#shown.get(fresh)?.node.remove();
      this.#put(fresh, now);
      this.#shown.get(fresh)?.node.querySelector("h3")?.focus();
    });
    shown.node.querySelector(".decision")?.replaceChildren(el("p", { class: "failure", role: "alert" }, says), el("div", { class: "row" }, look));
  }
}

/** The button for approval stands out only where nothing unusual was found. */
const emphasis = ({ risk }: CsrStatus) => (risk?.level === "none-found" ? { class: "primary", part: "button primary approve" } : { part: "button approve" });
