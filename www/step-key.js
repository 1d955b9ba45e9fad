// Step 2: the key. Made in the package's worker, or read from a file saved before; this page only ever holds a handle to it.
import { el, find, show, announce } from "./dom.js";
import { clearRemarks, showError } from "./findings.js";
import { duration } from "./dates.js";
import { session } from "./session.js";
import { openKeep } from "./keep.js";

const NAMES = { "ecdsa-p256": "ECDSA P-256", "ecdsa-p384": "ECDSA P-384", ed25519: "Ed25519", "rsa-2048": "RSA 2048", "rsa-3072": "RSA 3072", "rsa-4096": "RSA 4096" };
const shortPrint = (fingerprint) => `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)} …`;

export function startKey(flow) {
  const form = find("#key");
  const busy = find("#key-busy");
  const progress = find("#key-progress");
  let working = null;

  async function run(work, origin) {
    if (working) return;
    working = new AbortController();
    clearRemarks(form);
    show(busy);
    show(find("#key-actions"), false);
    find("#algorithms").disabled = true;
    try {
      accept(await work(working.signal), origin);
    } catch (error) {
      if (error.code === "aborted") announce("Stopped. No key was made.");
      else showError(form, error, { field: fieldFor(error, origin) });
    } finally {
      working = null;
      show(busy, false);
      show(find("#key-actions"));
      find("#algorithms").disabled = false;
    }
  }

  function accept(key, origin) {
    flow.drop("request");
    flow.key?.dispose();
    flow.key = key;
    flow.saved = false;
    flow.kept = origin === "file";
    find("#key-place").replaceChildren(el("b", {}, "Private key: only in this tab."));
    const keep = el("button", { type: "button", class: "link", onclick: () => openKeep(flow) }, "keep a copy");
    flow.finish("key", [`${NAMES[key.algorithm] ?? key.algorithm}, ${origin === "file" ? "read from your file" : "made in this tab"}, fingerprint ${shortPrint(key.fingerprint)}`], keep);
    flow.next();
  }

  function fieldFor(error, origin) {
    if (origin !== "file") return undefined;
    return /passphrase/.test(error.code ?? "") ? "key-passphrase" : "key-file";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (flow.key && !flow.saved && !flow.kept && !confirm("Make another key? The one you have is lost unless you keep a copy.")) return;
    const algorithm = new FormData(form).get("algorithm");
    const started = Date.now();
    progress.textContent = `Making an ${NAMES[algorithm]} key …`;
    run(async (signal) => (await session()).generateKey(algorithm, {
      signal,
      onProgress: (tried) => { progress.textContent = `Searching for primes: ${tried.toLocaleString("en")} candidates tried in ${duration((Date.now() - started) / 1000)}.`; },
    }), "new");
  });
  find("#key-cancel").addEventListener("click", () => working?.abort());

  find("#key-use").addEventListener("click", () => {
    const [file] = find("#key-file").files;
    if (!file || file.size > 65536) {
      showError(form, null, { field: "key-file", says: file ? "this file is too large for a key" : "choose the file that holds your key" });
      return;
    }
    const passphrase = find("#key-passphrase");
    progress.textContent = "Reading the key …";
    run(async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const options = passphrase.value === "" ? {} : { passphrase: passphrase.value };
      const key = await (await session()).importKey(bytes, options);
      passphrase.value = "";
      find("#key-file").value = "";
      return key;
    }, "file");
  });

  flow.on("key", {
    enter() {
      const have = find("#key-have");
      show(have, flow.key !== null);
      find("#key-make").textContent = flow.key ? "Make another key" : "Make the key";
      if (flow.key) {
        have.replaceChildren(`You have a key already (${NAMES[flow.key.algorithm]}, ${shortPrint(flow.key.fingerprint)}). `,
          el("button", { type: "button", class: "link", onclick: () => flow.next() }, "Go on with it"));
      }
    },
  });
}
