// Step 2: the key. Made in the package's worker, or read from a file saved before; this page only ever holds a handle to it.
import { grouped } from "../ui/counted.js";
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { duration } from "../ui/dates.js";
import { name } from "../ui/names.js";
import { session } from "../shared/session.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { openKeep } from "../ui/keep.js";
import { inTerminal, redraw } from "../ui/shell.js";
import { findRequest } from "./resume.js";
import { forgetSearch, lookAhead, takeSearch } from "./search.js";

import { showPlace } from "./flow.js";

/** @import { Dropped } from "../ui/drop.js" */

/** @import { Flow } from "./flow.js" */

/** @import { KeyAlgorithm, PrivateKey } from "../kubecred/index.js" */

/** @typedef {"new" | "file" | "renewal"} Origin */

/** @type {Record<Origin, string>} */
const ORIGINS = { new: "created in this tab", file: "read from your file", renewal: "from your kubeconfig" };

export function startKey(/** @type {Flow} */ flow) {
  flow.mayLose = (/** @type {string} */ question) =>
    !flow.key || flow.saved || flow.kept || confirm(`${question} The key you have is lost unless you saved a copy.`);
  const form = find("#key");
  /** As the choices call it: index.html is the one place of the page that lists algorithms. */
  const nameOf = (/** @type {string} */ algorithm) => {
    const choice = Array.from(form.elements.algorithm).find(({ value }) => value === algorithm);
    return choice ? find("b", choice.parentElement).textContent : algorithm;
  };
  const busy = find("#key-busy");
  const progress = find("#key-progress");
  /** @type {AbortController | null} */
  let working = null;

  async function run(/** @type {(signal: AbortSignal) => Promise<PrivateKey>} */ work, /** @type {Origin} */ origin) {
    if (working) return;
    working = new AbortController();
    clearRemarks(form);
    show(busy);
    show(find("#key-actions"), false);
    find("#algorithms").disabled = true;
    try {
      await accept(await work(working.signal), origin);
    } catch (error) {
      if (error.code === "aborted") announce("Canceled. No key was created.");
      else showError(form, error, { field: fieldFor(error, origin) });
    } finally {
      working = null;
      show(busy, false);
      show(find("#key-actions"));
      find("#algorithms").disabled = false;
    }
  }

  async function accept(/** @type {PrivateKey} */ key, /** @type {Origin} */ origin) {
    const before = origin === "file" ? await findRequest(key) : null;
    flow.drop("request");
    flow.key?.dispose();
    flow.key = key;
    flow.saved = false;
    flow.kept = origin !== "new";
    flow.own = null;
    showPlace(flow);
    forgetFile();
    forgetSearch();
    expect("");
    const keep = el("button", { type: "button", class: "link", onclick: () => openKeep(flow) }, "save a copy of the key");
    flow.finish("key", [`${nameOf(key.algorithm)}, ${ORIGINS[origin]}, fingerprint ${shownFingerprint(key.fingerprint)}`], keep);
    const fits = before && (flow.user === "" || (flow.user === before.request.user && flow.groups.join("\0") === before.request.groups.join("\0")));
    if (fits) flow.resume(before);
    else flow.next();
  }

  flow.useKey = (key) => accept(key, "renewal");

  function fieldFor(/** @type {any} */ error, /** @type {Origin} */ origin) {
    if (origin !== "file") return undefined;
    return ["passphrase-required", "wrong-passphrase"].includes(error.code) ? "key-passphrase" : "key-file";
  }

  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (flow.mayLose("Create another key?")) void create();
  });

  flow.createKey = async () => {
    if (!flow.key && !flow.own) await create();
    return Boolean(flow.key ?? flow.own);
  };

  function create() {
    const algorithm = chosen();
    const started = Date.now();
    progress.textContent = `Creating an ${nameOf(algorithm)} key …`;
    return run(
      async (signal) => (algorithm.startsWith("rsa-") ? search(algorithm, signal, started) : (await session()).keys.generate(algorithm, { signal })),
      "new",
    );
  }

  const expect = (/** @type {string} */ words) => {
    find("#key-expect").textContent = words;
  };

  function search(/** @type {KeyAlgorithm} */ algorithm, /** @type {AbortSignal} */ signal, /** @type {number} */ started) {
    const found = takeSearch(algorithm, expect);
    if (!found) throw new Error(`${algorithm} needs no search`);
    expect("");
    signal.addEventListener("abort", () => found.stop.abort());
    const onProgress = (/** @type {import("../kubecred/index.js").KeyProgress} */ { candidatesTried, primesFound, expectedSeconds }) => {
      progress.textContent = `Searching for primes: ${grouped(candidatesTried)} candidates tried${primesFound ? ", one of two found" : ""}, ${duration((Date.now() - started) / 1000)} so far${expectedSeconds ? `; usually about ${duration(Math.max(1, expectedSeconds))} more` : ""}.`;
    };
    found.onProgress = onProgress;
    if (found.last) onProgress(found.last);
    return found.key;
  }

  find("#key-cancel").addEventListener("click", () => working?.abort());

  const field = find("#key-file");
  const passphrase = find("#key-passphrase");
  /** @type {Dropped | null} */
  let dropped = null;

  function forgetFile() {
    dropped = null;
    field.value = "";
    passphrase.value = "";
    show(find("#key-dropped"), false);
  }

  /** Opens this step at the file field, with a file that was dropped where there is one. */
  flow.useKeyFile = (file = null) => {
    flow.open("key", { focus: false });
    find("#key-import").open = true;
    dropped = file;
    show(find("#key-dropped"), file !== null);
    if (!file) return field.focus();
    find("#key-dropped").replaceChildren("The file you dropped: ", name(file.name));
    useFile(); // where the key is encrypted, the package says so, and the focus goes to the passphrase
  };
  field.addEventListener("change", () => {
    dropped = null;
    show(find("#key-dropped"), false);
  });
  find("#key-use").addEventListener("click", useFile);

  function useFile() {
    const blob = dropped ? new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (dropped.bytes)]) : field.files[0];
    if (!blob || blob.size > 65536) {
      showError(form, null, { field: "key-file", says: blob ? "This file is too large for a key." : "Choose the file that contains your key." });
      return;
    }
    progress.textContent = "Reading the key …";
    void run(async () => {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      const options = passphrase.value === "" ? {} : { passphrase: passphrase.value };
      return (await session()).keys.import(bytes, options);
    }, "file");
  }

  /** @returns {KeyAlgorithm} */
  const chosen = () => form.elements.algorithm.value;
  find("#key-terminal").append(
    inTerminal(() => [
      {
        says: "Create key and request with openssl instead, in your own files:",
        step: {
          step: "generate-with-openssl",
          subject: { user: flow.user, groups: flow.groups },
          algorithm: chosen(),
          key: "client.key",
          request: "client.csr",
        },
      },
    ]),
  );
  find("#algorithms").addEventListener("change", () => {
    redraw(form);
    lookAhead(chosen(), expect);
  });

  flow.on("key", {
    enter() {
      redraw(form);
      const have = find("#key-have");
      show(have, flow.key !== null);
      find("#key-make").textContent = flow.key ? "Create another key" : "Create key";
      if (flow.key) {
        have.replaceChildren(
          `You have a key already (${nameOf(flow.key.algorithm)}, ${shownFingerprint(flow.key.fingerprint)}). `,
          el("button", { type: "button", class: "link", onclick: () => flow.next() }, "Use it"),
        );
      }
    },
  });
}
