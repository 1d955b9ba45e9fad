// A file under a passphrase: a copy of the key, so that a person may close the tab while an administrator thinks, or key and certificate
// as PKCS#12. One dialog asks for the passphrase twice.
import { find, announce } from "./dom.js";
import { clearRemarks, showError } from "./findings.js";
import { fileName } from "./names.js";
import { saveFile } from "./save.js";

const COPY = {
  title: "Save a copy of the key",
  button: "Save the key",
  says: "Saves the key encrypted with a passphrase. Later, open this page and continue with that file.",
  /** @param {any} flow @param {string} passphrase @returns {Promise<Uint8Array<ArrayBuffer>>} */
  make: ({ key }, passphrase) => key.exportPem({ passphrase }),
  stem: "key",
  ending: "pem",
};
const PKCS12 = {
  title: "Save key and certificate as PKCS#12",
  button: "Save the file",
  says: "Saves key and certificate encrypted with a passphrase. Browsers import it under their certificate settings; Java uses it unchanged, but only with a passphrase without accents.",
  /** @param {any} flow @param {string} passphrase @param {"modern" | "legacy"} compatibility @returns {Promise<Uint8Array<ArrayBuffer>>} */
  make: ({ key, certificate }, passphrase, compatibility) => key.exportPkcs12(certificate, passphrase, { compatibility }),
  stem: "client",
  ending: "p12",
};

/** @typedef {{ key: any, certificate?: any, user: string, kept: boolean, placed?: () => void }} Owner what is saved, whether it was, and what is told then */
/** @typedef {typeof COPY | typeof PKCS12} Kind */

/** @type {Owner | null} */
let flow = null;
/** @type {Kind} */
let kind = COPY;

/** @param {Owner} of @param {Kind} what */
function openFor(of, what) {
  flow = of;
  kind = what;
  find("#keep-title").textContent = kind.title;
  find("#keep-says").textContent = kind.says;
  find("#keep-save").textContent = kind.button;
  find("#keep-legacy-choice").hidden = kind !== PKCS12;
  find("#keep-legacy").checked = false;
  clearRemarks(find("#keep"));
  find("#keep").showModal();
}
/** @param {Owner} of */
export const openKeep = (of) => openFor(of, COPY);
/** @param {Owner} of */
export const openPkcs12 = (of) => openFor(of, PKCS12);

let started = false;

/** Once for the page, whichever panel needs it first. */
export function startKeep() {
  if (started) return;
  started = true;
  const dialog = find("#keep");
  const form = find("form", dialog);
  const first = find("#keep-first");
  const second = find("#keep-second");
  const save = find("#keep-save");

  const forget = () => {
    first.value = "";
    second.value = "";
  };
  dialog.addEventListener("close", forget);
  find("#keep-close").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    void store();
  });
  save.addEventListener("click", store);

  async function store() {
    if (save.disabled || !flow) return;
    if (first.value.length < 8) return void showError(form, null, { field: "keep-first", says: "Use at least 8 characters. A few words are better." });
    if (first.value !== second.value) return void showError(form, null, { field: "keep-second", says: "The passphrases differ. Enter the same one twice." });
    save.disabled = true;
    save.textContent = "Encrypting …";
    try {
      const saved = fileName(kind.stem, flow.user, kind.ending);
      saveFile(await kind.make(flow, first.value, find("#keep-legacy").checked ? "legacy" : "modern"), saved);
      flow.kept = true;
      flow.placed?.();
      forget(); // the event comes after the dialog has closed
      dialog.close();
      announce(`Download started: ${saved}, encrypted with your passphrase.`);
    } catch (error) {
      showError(form, error);
    } finally {
      save.disabled = false;
      save.textContent = kind.button;
    }
  }
}
