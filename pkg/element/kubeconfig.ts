/*
 * <kubecred-kubeconfig>: reads a kubeconfig, says what is wrong with it, merges another into it, renews a certificate in it, saves it.
 */
import { counted } from "../ui/counted.js";
import { lifetime, when } from "../ui/dates.js";
import { el } from "../ui/dom.js";
import { contents } from "../ui/file.js";
import { findingList } from "../ui/findings.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { OUTCOMES, resultOf, subjectOf } from "../ui/merged.js";
import { name } from "../ui/names.js";
import { row } from "../ui/request.js";
import { saveFile } from "../ui/save.js";
import { KubecredElement } from "./base.js";
import { field, slot } from "./dom.js";
import type { KeyAlgorithm, Kubeconfig } from "../types.js";

const DAY = 86_400;

export class KubecredKubeconfig extends KubecredElement {
  static observedAttributes = ["server", "algorithm", "expiration-seconds"];

  #kubeconfig: Kubeconfig | undefined;
  /** What was read or made and is not in use yet. */
  #loose = new Set<{ dispose(): void }>();
  /** Of a renewal under way. */
  #run: AbortController | undefined;

  /** The kubeconfig that is open. It is wiped when the element leaves the document. */
  get kubeconfig() {
    return this.#kubeconfig;
  }

  begin() {
    if (this.#kubeconfig) this.#showOpen();
    else this.#showEmpty();
  }

  wipe() {
    this.#run?.abort();
    this.#drop();
    this.#kubeconfig?.dispose();
    this.#kubeconfig = undefined;
  }

  #drop() {
    for (const each of this.#loose) each.dispose();
    this.#loose.clear();
  }

  /** Opens a kubeconfig, as if a person had chosen the file. Rejects as `kubeconfig.parse` does. */
  async read(input: string | Uint8Array) {
    const kubecred = await this.session();
    const { life } = this;
    this.#use(await kubecred.kubeconfig.parse(input, { signal: life }), life);
  }

  #use(next: Kubeconfig, life: AbortSignal) {
    if (life.aborted) return next.dispose();
    this.#kubeconfig?.dispose();
    this.#kubeconfig = next;
    this.#showOpen();
    this.emit("kubeconfig", { fileName: next.suggestedFileName });
  }

  /** A field for a file and one for its text. */
  #input(label: Node, take: (input: string | Uint8Array) => Promise<unknown>) {
    const failure = el("div", {});
    const file = el("input", { type: "file" });
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen)
        void this.attempt(failure, async () => {
          const problem = await handOver(chosen, take);
          if (problem) failure.append(el("p", { class: "failure", part: "error", role: "alert" }, problem));
        });
      file.value = "";
    });
    const text = el("textarea", { autocomplete: "off", spellcheck: "false" });
    const read = () => {
      const pasted = text.value;
      text.value = ""; // it may contain secrets
      void this.attempt(failure, () => take(pasted));
    };
    return el(
      "div",
      { class: "stack" },
      field(label, file),
      el("details", {}, el("summary", {}, "Paste text instead"), el("div", { class: "stack" }, field("Kubeconfig", text), this.#button("Open text", read))),
      failure,
    );
  }

  #button(words: Node | string, press: () => unknown, primary: boolean = false) {
    return el("button", { type: "button", class: primary ? "primary" : "", part: primary ? "button primary" : "button", onclick: press }, words);
  }

  #showEmpty() {
    this.show(
      el("h2", { part: "heading" }, slot("heading", "Check a kubeconfig")),
      el("slot", {}),
      this.#input(slot("file-label", "Kubeconfig file"), (input) => this.read(input)),
      el("p", { class: "hint" }, slot("private", "The file is read in your browser. It is not sent anywhere.")),
    );
  }

  #showOpen() {
    const kubeconfig = this.#kubeconfig as Kubeconfig;
    const { contexts, currentContext, findings } = kubeconfig;
    const failure = el("div", {});
    const work = el("div", { class: "stack" });
    const redact = el("input", { type: "checkbox" });
    const heading = el("h2", { part: "heading", tabindex: "-1" }, slot("open-heading", "Kubeconfig"));
    this.show(
      heading,
      el("p", {}, counted(contexts.length, "context"), ", current context: ", name(currentContext || "none"), "."),
      findingList(findings, true) ?? el("p", {}, "No findings."),
      ...kubeconfig.users.map((user) => this.#user(user, work)),
      work,
      failure,
      el("label", { class: "choice" }, redact, slot("redact", "Redact secrets")),
      el(
        "div",
        { class: "row" },
        this.#button(slot("save", "Save"), () => this.attempt(failure, () => this.#save(redact.checked)), true),
        this.#button(slot("merge", "Merge another file"), () => this.#showMerge(work)),
        this.#button(slot("close", "Close"), () => this.#close()),
      ),
    );
    const errors = findings.filter(({ level }) => level === "error").length;
    this.say(errors === 0 ? "The file has no errors." : `The file has ${counted(errors, "error")}.`);
    heading.focus();
  }

  #close() {
    this.wipe();
    this.say("");
    this.#showEmpty();
  }

  #user({ name: own, kind, certificate, token }: Kubeconfig["users"][number], work: HTMLElement) {
    const until = certificate?.notAfter ?? token?.expiresAt;
    return el(
      "article",
      { part: "user" },
      el("dl", {}, ...row("User", name(own)), ...row("Credential", kind), ...(until ? row("Expires", when(until)) : [])),
      certificate
        ? el(
            "div",
            { class: "row" },
            this.#button(el("span", {}, "Renew certificate of ", name(own)), () => this.#renew(own, work)),
          )
        : null,
    );
  }

  async #save(redact: boolean) {
    const kubeconfig = this.#kubeconfig as Kubeconfig;
    const fileName = kubeconfig.suggestedFileName;
    saveFile(await kubeconfig.serialize({ redact }), fileName);
    this.say(`Download started: ${fileName}.`);
    this.emit("saved", { fileName, redacted: redact });
  }

  #showMerge(work: HTMLElement) {
    this.#drop();
    work.replaceChildren(this.#input(slot("merge-label", "File to merge"), (input) => this.#preview(work, input)));
    work.querySelector("input")?.focus();
  }

  /** Every entry of the second file and what becomes of it; nothing is taken before a person agrees. */
  async #preview(work: HTMLElement, input: string | Uint8Array) {
    const { life } = this;
    const first = this.#kubeconfig as Kubeconfig;
    const second = await (await this.session()).kubeconfig.parse(input, { signal: life });
    try {
      const { kubeconfig: merged, changes } = await first.merge(second);
      if (life.aborted) return merged.dispose();
      this.#loose.add(merged);
      const take = () => {
        this.#loose.delete(merged);
        this.#use(merged, life);
      };
      const cancel = () => {
        this.#drop();
        work.replaceChildren();
      };
      work.replaceChildren(
        el("h3", { tabindex: "-1" }, "Changes"),
        el(
          "ul",
          { part: "changes" },
          ...changes.map((change) => {
            const result = resultOf(change);
            return el(
              "li",
              { class: change.warning ? "warning" : "" },
              ...subjectOf(change),
              result === undefined || (!change.field && result === change.name) ? null : [" → ", name(result)],
              `: ${OUTCOMES[change.kind]}`,
              change.warning ? el("b", {}, ` Warning: ${change.warning}`) : null,
            );
          }),
        ),
        el("div", { class: "row" }, this.#button("Merge", take, true), this.#button("Cancel", cancel)),
      );
      work.querySelector("h3")?.focus();
    } finally {
      second.dispose();
    }
  }

  /** A new key and a certificate for the same subject, in the place of the old ones. */
  async #renew(user: string, work: HTMLElement) {
    this.#run?.abort();
    const run = new AbortController();
    this.#run = run;
    const { life } = this;
    const signal = run.signal;
    const old = this.#kubeconfig as Kubeconfig;
    const progress = el("div", { class: "stack", part: "progress" });
    const failure = el("div", {});
    const cancel = this.#button("Cancel", () => {
      run.abort();
      work.replaceChildren();
      this.say("Cancelled.");
    });
    work.replaceChildren(progress, failure, el("div", { class: "row" }, cancel));
    cancel.focus();
    await this.attempt(
      failure,
      async () => {
        const { subject, key: before } = await old.renewal(user);
        before?.dispose();
        this.say("Creating the key.");
        const kubecred = await this.session();
        const cluster = await this.connection();
        const key = await kubecred.keys.generate((this.getAttribute("algorithm") ?? "ecdsa-p256") as KeyAlgorithm, { signal });
        try {
          const expirationSeconds = Number(this.getAttribute("expiration-seconds") ?? 30 * DAY);
          const csr = await key.createCsr(subject);
          const { certificate } = await cluster.csr.request(
            { csr, expirationSeconds },
            {
              signal,
              onStatus: (status) => {
                if (signal.aborted) return;
                this.say("Waiting for an administrator to approve the request.");
                this.emit("step", { step: "waiting", status });
                progress.replaceChildren(
                  el(
                    "dl",
                    {},
                    ...row("Request", name(status.name)),
                    ...row("Valid for", lifetime(expirationSeconds)),
                    ...row("Key fingerprint", el("code", {}, shownFingerprint(status.request.fingerprint))),
                  ),
                );
              },
            },
          );
          this.#use(await old.renew(key, { user, certificate, requested: { expirationSeconds } }), life);
          this.say("The certificate was renewed. Save the file.");
        } finally {
          key.dispose();
        }
      },
      signal,
    );
  }
}

/** Hands the bytes of a file over, and overwrites them afterwards: they may contain a key. Gives why it could not be read, where it could not. */
async function handOver(file: File, take: (bytes: Uint8Array) => Promise<unknown>) {
  const read = await contents(file);
  if ("problem" in read) return read.problem;
  try {
    await take(read.bytes);
  } finally {
    read.bytes.fill(0);
  }
  return "";
}
