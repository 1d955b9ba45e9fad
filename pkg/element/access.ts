/*
 * <kubecred-access>: from a person to a kubeconfig, with a certificate that an administrator approves or with a token of a service account.
 */
import { duration, lifetime as exact } from "../ui/dates.js";
import { el, freshId } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { namesIn } from "../ui/listed.js";
import { name, nameList } from "../ui/names.js";
import { row } from "../ui/request.js";
import { saveFile } from "../ui/save.js";
import { AssociatedElement } from "./associated.js";
import { field, slot } from "./dom.js";
import type { CsrStatus, KeyAlgorithm, Kubeconfig } from "../types.js";

const LIFETIMES = [3_600, 28_800, 86_400, 2_592_000, 7_776_000, 31_536_000];
const DAY = 86_400;

export class KubecredAccess extends AssociatedElement {
  static observedAttributes = ["server", "path", "user", "groups", "namespace", "service-account", "algorithm", "expiration-seconds", "name", "required"];

  #kubeconfig: Kubeconfig | undefined;
  #fileName = "";
  /** Of the request under way. */
  #run: AbortController | undefined;
  #view: "form" | "running" | "done" = "form";

  /** The kubeconfig, once it is there. It is wiped when the element leaves the document. */
  get kubeconfig() {
    return this.#kubeconfig;
  }
  get fileName() {
    return this.#fileName;
  }

  begin() {
    this.#showForm();
  }

  again() {
    if (this.#view === "form") this.#showForm();
  }

  wipe() {
    this.#run?.abort();
    this.#run = undefined;
    this.#kubeconfig?.dispose();
    this.#kubeconfig = undefined;
    this.#fileName = "";
    this.#view = "form";
    this.present("");
  }

  reset() {
    if (this.live) this.#startOver();
  }

  /** An attribute that the host has fixed. */
  #fixed(attribute: string) {
    return this.getAttribute(attribute)?.trim() || undefined;
  }

  #showForm() {
    this.#view = "form";
    const typed = this.shadowRoot?.querySelector("form");
    const before = typed ? new FormData(typed) : undefined;
    const failure = el("div", {});
    const text = (id: string) => el("input", { name: id, type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
    const user = text("user");
    user.required = true;
    const groups = text("groups");
    const account = text("service-account");
    account.required = true;
    const namespace = text("namespace");
    const lifetime = el("select", { name: "lifetime" }, ...LIFETIMES.map((seconds) => el("option", { value: String(seconds) }, duration(seconds))));
    lifetime.value = String(DAY);
    const path = this.#fixed("path");
    const choice = (value: string, words: Node) =>
      el(
        "label",
        { class: "choice" },
        el("input", { type: "radio", name: "path", value, checked: value === (path ?? "certificate"), onchange: () => only() }),
        words,
      );
    const chosen = () => path ?? (form.querySelector("[name=path]:checked") as HTMLInputElement).value;

    /** A field, or the value that the host has fixed. */
    const ask = (attribute: string, label: Node, input: HTMLInputElement | HTMLSelectElement, hint?: string) => {
      const fixed = this.#fixed(attribute);
      if (fixed === undefined) return field(label, input, hint);
      const shown = attribute === "expiration-seconds" ? exact(Number(fixed)) : attribute === "groups" ? nameList(namesIn(fixed), "none") : [name(fixed)];
      return el("dl", {}, ...row("", ...shown).map((node, index) => (index ? node : el("dt", {}, label))));
    };
    const ofCertificate = el(
      "fieldset",
      {},
      ask("user", slot("user-label", "User name"), user),
      this.#fixed("user") && !this.#fixed("groups") ? null : ask("groups", slot("groups-label", "Groups"), groups, "Separated by commas. Optional."),
    );
    const ofToken = el("fieldset", {}, ask("service-account", slot("service-account-label", "Service account"), account));
    const form = el(
      "form",
      {
        part: "form",
        onsubmit: (event) => {
          event.preventDefault();
          submit();
        },
      },
      path
        ? null
        : el(
            "fieldset",
            { role: "radiogroup" },
            el("legend", {}, slot("path-label", "Credential")),
            choice("certificate", slot("certificate-label", "Certificate for a person")),
            choice("token", slot("token-label", "Token of a service account")),
          ),
      ofCertificate,
      ofToken,
      ask("namespace", slot("namespace-label", "Namespace"), namespace),
      ask("expiration-seconds", slot("lifetime-label", "Valid for"), lifetime),
      failure,
      el("div", { class: "row" }, el("button", { type: "submit", class: "primary", part: "button primary" }, slot("submit", "Create kubeconfig"))),
    );
    const only = () => {
      const token = chosen() === "token";
      ofCertificate.hidden = ofCertificate.disabled = token;
      ofToken.hidden = ofToken.disabled = !token;
      namespace.required = token;
    };
    for (const input of [user, groups, account, namespace, lifetime]) input.value = before?.get(input.name)?.toString() ?? input.value;
    only();
    const heading = el("h2", { part: "heading" }, slot("heading", "Get a kubeconfig"));
    this.show(heading, el("slot", {}), form);
    this.present(""); // which says where a required value is missing

    const submit = () => {
      const value = (attribute: string, input: HTMLInputElement | HTMLSelectElement) => this.#fixed(attribute) ?? input.value.trim();
      const wanted = {
        user: value("user", user),
        groups: namesIn(value("groups", groups)),
        account: value("service-account", account),
        namespace: value("namespace", namespace),
        seconds: Number(value("expiration-seconds", lifetime)),
      };
      const token = chosen() === "token";
      void this.#start(failure, (progress, signal) => (token ? this.#withToken(wanted, signal) : this.#withCertificate(wanted, progress, signal)));
    };
  }

  /** Runs a request: the form gives way to its progress, and comes back with the reason where it fails. */
  async #start(failure: HTMLElement, request: (progress: HTMLElement, signal: AbortSignal) => Promise<{ kubeconfig: Kubeconfig; fileName: string }>) {
    const run = new AbortController();
    this.#run = run;
    this.#view = "running";
    const form = this.shadowRoot?.querySelector("form") as HTMLFormElement;
    const progress = el("div", { class: "stack", part: "progress", tabindex: "-1" });
    const cancel = el("button", { type: "button", part: "button", onclick: () => run.abort() }, slot("cancel", "Cancel"));
    form.hidden = true;
    const box = el("div", { class: "stack" }, progress, el("div", { class: "row" }, cancel));
    form.after(box);
    cancel.focus();
    let done = false;
    await this.attempt(
      failure,
      async () => {
        const result = await request(progress, run.signal);
        if (run.signal.aborted) return result.kubeconfig.dispose();
        this.#kubeconfig = result.kubeconfig;
        this.#fileName = result.fileName;
        done = true;
      },
      run.signal,
    );
    if (!this.live || this.#run !== run) return;
    this.#run = undefined;
    box.remove();
    if (done) {
      this.#showDone();
      return;
    }
    this.#view = "form";
    this.present("");
    form.hidden = false;
    this.say(run.signal.aborted ? "Cancelled. The key was deleted." : "");
    form.querySelector("button")?.focus();
  }

  async #withCertificate(
    { user, groups, namespace, seconds }: { user: string; groups: string[]; namespace: string; seconds: number },
    progress: HTMLElement,
    signal: AbortSignal,
  ) {
    this.say("Creating the key.");
    const kubecred = await this.session();
    return kubecred.requestKubeconfig({
      cluster: await this.connection(),
      subject: { user, groups },
      algorithm: (this.#fixed("algorithm") ?? "ecdsa-p256") as KeyAlgorithm,
      expirationSeconds: seconds,
      namespace: namespace || undefined,
      signal,
      onStep: ({ step, status }) => {
        if (signal.aborted) return;
        this.say(STEPS[step]);
        if (status) this.#showStatus(progress, status);
        if (status) this.present(status.name, status.request.fingerprint);
        this.emit("step", status ? { step, status } : { step });
      },
    });
  }

  /** What a person tells the administrator. */
  #showStatus(progress: HTMLElement, status: CsrStatus) {
    progress.replaceChildren(
      el(
        "dl",
        {},
        ...row("Request", name(status.name)),
        ...row("User", name(status.request.user)),
        ...row("Key fingerprint", el("code", {}, shownFingerprint(status.request.fingerprint))),
      ),
      el("p", {}, slot("waiting", "Ask an administrator to approve this request, and to compare the fingerprint. Keep this page open: the key is only here.")),
    );
    const list = findingList(status.findings.filter(({ code, audience }) => code !== "waiting-for-approval" && audience !== "approver"));
    if (list) progress.append(list);
  }

  async #withToken({ account, namespace, seconds }: { account: string; namespace: string; seconds: number }, signal: AbortSignal) {
    this.say("Requesting a token.");
    const kubecred = await this.session();
    const cluster = await this.connection();
    const { token } = await cluster.tokens.create({ serviceAccount: account, namespace, expirationSeconds: seconds }, { signal });
    const { entry } = await cluster.discover({ signal });
    this.present(`system:serviceaccount:${namespace}:${account}`);
    return finished(await kubecred.kubeconfig.create({ cluster: entry, token, namespace, userName: account }));
  }

  #startOver() {
    this.wipe();
    this.say("");
    this.#showForm();
  }

  #showDone() {
    this.#view = "done";
    const failure = el("div", {});
    const kubeconfig = this.#kubeconfig as Kubeconfig;
    const download = el("button", { type: "button", class: "primary", part: "button primary" }, slot("download", "Download kubeconfig"));
    download.addEventListener("click", () => {
      void this.attempt(failure, async () => {
        saveFile(await kubeconfig.serialize(), this.#fileName);
        this.say(`Download started: ${this.#fileName}.`);
        this.emit("saved", { fileName: this.#fileName });
      });
    });
    const again = el("button", { type: "button", part: "button", onclick: () => this.#startOver() }, slot("again", "Start over"));
    const id = freshId("done");
    this.show(
      el("h2", { part: "heading", id }, slot("done-heading", "Your kubeconfig is ready")),
      el("p", {}, slot("done", "Anyone with this file can act as you. It is deleted here when you leave this page.")),
      findingList(kubeconfig.findings),
      failure,
      el("div", { class: "row" }, download, again),
    );
    this.say("The kubeconfig is ready.");
    download.focus();
    this.emit("kubeconfig", { fileName: this.#fileName });
  }
}

const STEPS = {
  key: "Creating the key.",
  submitted: "The request is submitted.",
  waiting: "Waiting for an administrator to approve the request.",
  issued: "The certificate is issued.",
  kubeconfig: "The kubeconfig is ready.",
};

const finished = (kubeconfig: Kubeconfig) => ({ kubeconfig, fileName: kubeconfig.suggestedFileName });
