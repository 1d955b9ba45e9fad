// "Keep a copy": the key as a file that only a passphrase opens, so that a person may close the tab while an administrator thinks.
import { find, announce } from "./dom.js";
import { clearRemarks, showError } from "./findings.js";
import { fileName } from "./names.js";
import { saveFile } from "./save.js";

let flow = null;

export function openKeep(of) {
  flow = of;
  clearRemarks(find("#keep"));
  find("#keep").showModal();
}

export function startKeep() {
  const dialog = find("#keep");
  const form = find("form", dialog);
  const first = find("#keep-first");
  const second = find("#keep-second");
  const save = find("#keep-save");

  const forget = () => { first.value = ""; second.value = ""; };
  dialog.addEventListener("close", forget);
  find("#keep-close").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => { event.preventDefault(); store(); });
  save.addEventListener("click", store);

  async function store() {
    if (save.disabled) return;
    if (first.value.length < 8) return void showError(form, null, { field: "keep-first", says: "use at least 8 characters; a few words are better" });
    if (first.value !== second.value) return void showError(form, null, { field: "keep-second", says: "the two are not the same" });
    save.disabled = true;
    save.textContent = "Encrypting …";
    try {
      saveFile(await flow.key.exportPem({ passphrase: first.value }), fileName("key", flow.user, "pem"));
      flow.kept = true;
      dialog.close();
      announce("The key was saved, encrypted with your passphrase.");
    } catch (error) {
      showError(form, error);
    } finally {
      save.disabled = false;
      save.textContent = "Save the key";
    }
  }
}
