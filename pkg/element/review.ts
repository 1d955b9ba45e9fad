/*
 * <kubecred-review>: lists certificate signing requests, follows them, approves and denies. What is decided is exactly what the card shows: the
 * package compares uid and spec with the server's object before it writes. What has to be typed, what can be undone and when a card that took the
 * place of another one can be decided on is as on kubecred's page (../ui).
 * Nothing moves under a person's pointer: new requests appear at the end, and one that is deleted leaves its card without buttons.
 */
import { UNREAD, disarm } from "../ui/arm.js";
import type { Control } from "../ui/arm.js";
import { announcementOf, decisionOf, hasOutcome, wasStored } from "../ui/decision.js";
import type { Verb } from "../ui/decision.js";
import { el } from "../ui/dom.js";
import { undoing } from "../ui/undo.js";
import { KubecredElement, focusOnce } from "./base.js";
import { card } from "./card.js";
import { slot } from "./dom.js";
import type { Shown } from "./card.js";
import type { Cluster, CsrStatus, KubecredError } from "../types.js";

const uidOf = ({ name, object }: CsrStatus) => object.metadata.uid ?? name;
const headingOf = ({ node }: Shown) => node.querySelector("h3");

const PAGE = 25;

export class KubecredReview extends KubecredElement {
  static observedAttributes = ["server", "signer-name"];

  /** By uid: a request that is created again under an old name is another request. */
  #shown = new Map<string, Shown>();
  /** Pending requests that are not shown yet. */
  #more = new Map<string, CsrStatus>();
  #heading = undefined as HTMLElement | undefined;
  #list = undefined as HTMLElement | undefined;
  #moreButton = undefined as HTMLButtonElement | undefined;
  /** Of the listing that runs. */
  #run: AbortController | undefined;
  #planned = false;
  /** Where the focus goes once the list was read again: to the first of these requests that is still shown. */
  #back: string[] = [];
  #cluster: Cluster | undefined;
  #undo: ReturnType<typeof undoing> | undefined;

  begin() {
    this.#undo = undoing(this.shadowRoot as ShadowRoot, (sentence) => this.say(sentence), this.life);
    this.#heading = el("h2", { part: "heading" }, slot("heading", "Certificate signing requests"));
    this.#list = el("div", { class: "stack", part: "list" });
    const failure = el("div", {});
    this.#moreButton = el("button", { type: "button", part: "button", hidden: true, onclick: () => this.#showMore() });
    const refresh = el("button", { type: "button", part: "button", onclick: () => this.#read(failure) }, slot("refresh", "Refresh"));
    this.show(this.#heading, el("slot", {}), failure, this.#list, el("div", { class: "row" }, this.#moreButton, refresh));
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
    for (const { seen } of this.#shown.values()) seen?.();
    this.#undo?.drop();
    this.#shown.clear();
    this.#more.clear();
  }

  /** Lists, then follows the changes. Lists again where the server says that too much has happened. */
  async #read(failure: HTMLElement) {
    const dropped = this.#undo?.size();
    this.#leaveCards();
    this.wipe();
    this.#list?.replaceChildren();
    const run = new AbortController();
    this.#run = run;
    const { signal } = run;
    this.say("Loading requests.");
    await this.attempt(
      failure,
      async () => {
        if (dropped) failure.append(el("p", { class: "hint" }, "The list was read again before a decision was sent. Nothing was sent."));
        const cluster = await this.connection();
        if (signal.aborted) return;
        this.#cluster = cluster; // what is decided is decided there, whatever the host has set since
        const signerName = this.getAttribute("signer-name") ?? undefined;
        while (!signal.aborted) {
          try {
            const resourceVersion = await this.#readPages(cluster, { signal, signerName });
            this.#returnToCards();
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

  /** Takes the focus from a card that is about to go to the heading, where it waits for the card of the same request, or for the next one. */
  #leaveCards() {
    const cards = [...(this.#list?.children ?? [])] as HTMLElement[];
    const at = cards.findIndex((node) => this.focused(node));
    if (at < 0) return; // elsewhere, or at the heading already, where the list is read twice in a row
    const uids = new Map([...this.#shown].map(([uid, { node }]) => [node, uid]));
    this.#back = cards.slice(at).flatMap((node) => uids.get(node) ?? []);
    focusOnce(this.#heading as HTMLElement);
  }

  /** Unless a person has moved the focus meanwhile. */
  #returnToCards() {
    const next = this.#back.map((uid) => this.#shown.get(uid)).find((shown) => shown !== undefined);
    this.#back = [];
    if (next && this.focused(this.#heading)) headingOf(next)?.focus();
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
    const uid = uidOf(status);
    // Another object of this name takes the place of one that was deleted, whether that was told or not.
    for (const [other, { status: before }] of this.#shown) if (before.name === status.name && other !== uid) this.#gone(before);
    const shown = this.#shown.get(uid);
    if (shown?.sending) shown.told = status;
    else if (shown) {
      if (shown.status.state === status.state) return;
      const { waiting } = shown;
      this.#put(uid, status, { says: waiting ? "The request was decided in the meantime. Nothing was sent." : "" });
      waiting?.abort("");
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
    const first = this.#shown.get(next[0]?.[0] ?? "");
    if (first) headingOf(first)?.focus();
  }

  #gone(status: CsrStatus) {
    const uid = uidOf(status);
    this.#more.delete(uid);
    const shown = this.#shown.get(uid);
    if (!shown) return;
    this.#shown.delete(uid);
    shown.seen?.();
    const inside = this.focused(shown.node);
    const words = `This request was deleted.${shown.waiting ? " Nothing was sent." : ""}`;
    shown.waiting?.abort("");
    shown.node.querySelector(".decision")?.replaceChildren(el("p", {}, words));
    if (inside) headingOf(shown)?.focus();
  }

  /** A card in its place or in that of another one, or at the end; `says` what became of a decision. */
  #put(uid: string, status: CsrStatus, { old = this.#shown.get(uid)?.node, says = "" }: { old?: HTMLElement | undefined; says?: string } = {}) {
    this.#shown.get(uid)?.seen?.();
    const shown: Shown = { status, node: card(status) };
    const { node } = shown;
    this.#shown.set(uid, shown);
    const decision = status.state === "pending" ? this.#decision(uid, shown) : null;
    node.append(el("div", { class: "decision stack" }, decision, says ? el("p", { class: "hint" }, says) : null));
    const inside = this.focused(old);
    if (old) old.replaceWith(node);
    else this.#list?.append(node);
    if (inside) headingOf(shown)?.focus();
    return shown;
  }

  /** What may be done with a pending request. */
  #decision(uid: string, shown: Shown) {
    const place = el("div", { class: "stack" });
    const { reason, confirm, buttons, setDisabled } = decisionOf(shown.status, {
      decide: (verb, message) => void decide(verb, message),
      differs: (says) => {
        place.replaceChildren(el("p", { class: "failure", part: "error", role: "alert" }, says));
        confirm?.querySelector("input")?.focus();
      },
    });
    const decide = async (verb: Verb, message: string) => {
      const cluster = this.#cluster as Cluster;
      const { life } = this;
      const inside = this.focused(buttons);
      const waiting = new AbortController();
      shown.waiting = waiting;
      setDisabled(true);
      place.replaceChildren();
      if (!this.#undo) return;
      const waited = this.#undo.wait(announcementOf(verb, shown.status), place, waiting.signal, undefined, () => headingOf(shown)?.focus());
      // Where a press gives no focus to a button (Safari), it is nowhere, and Ctrl+Z would not be heard.
      if (inside || document.activeElement === document.body) place.querySelector("button")?.focus();
      const says = await waited;
      shown.waiting = undefined;
      if (life.aborted) return;
      if (says) {
        this.say(`${says} Nothing was sent.`);
        place.append(el("p", { class: "hint" }, `${says} Nothing was sent.`));
      } else if (says === undefined) {
        shown.sending = true;
        await this.attempt(place, () => this.#send(cluster, verb, uid, shown, message), life);
        shown.sending = false;
      }
      setDisabled(false);
    };
    return [reason, confirm, buttons, place];
  }

  async #send(cluster: Cluster, verb: Verb, uid: string, shown: Shown, message: string) {
    const error = await cluster.csr[verb](shown.status, { signal: this.life, message: message || undefined }).then(
      (status) => {
        if (!shown.told || !hasOutcome(shown.told, verb)) shown.told = status; // the list may have told of a later state already
      },
      (thrown: KubecredError) => thrown,
    );
    const { told } = shown;
    const current = this.#shown.get(uid) === shown; // or it was deleted meanwhile, or the list was read again
    // Where the answer was lost, the list may have told what became of the request.
    if (told && (!error || wasStored(error, told, verb))) {
      if (current) {
        this.#put(uid, told);
        this.#count();
      }
      this.emit("decided", { decision: verb, status: told });
      return;
    }
    const other = error?.code === "changed";
    const now = told && told.state !== "pending" && !other ? told : (error?.status ?? told);
    if (!error || !current || !now || !(other || now.state !== "pending")) throw error;
    if (other) this.#replaced(uid, shown, now, error.message);
    else this.#put(uid, now, { says: error.message });
    this.#count();
    this.emit("error", { error });
  }

  /** Another request has the name by now. A person reads that one before it has buttons, and before they can be pressed. */
  #replaced(uid: string, shown: Shown, now: CsrStatus, says: string) {
    const look = el("button", { type: "button", part: "button" }, "Show the new request");
    look.addEventListener("click", () => {
      this.#shown.delete(uid);
      const fresh = uidOf(now);
      this.#more.delete(fresh);
      if (fresh !== uid) this.#shown.get(fresh)?.node.remove();
      const next = this.#put(fresh, now, { old: shown.node });
      headingOf(next)?.focus();
      const buttons = next.node.querySelector(".decide");
      const rows = next.node.querySelector("dl");
      if (!buttons || !rows) return;
      const unread = el("p", { class: "hint" }, UNREAD);
      buttons.before(unread);
      next.seen = disarm(rows, [...buttons.querySelectorAll("button:not(:disabled)")] as Control[], () => unread.remove());
    });
    shown.node.querySelector(".decision")?.replaceChildren(el("p", { class: "failure", role: "alert" }, says), el("div", { class: "row" }, look));
  }
}
