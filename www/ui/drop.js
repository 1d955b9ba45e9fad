// Files that are dropped anywhere on the page go to the open panel, which takes them or says why not. They are read in this tab.
//   startDrop(take)      once, by main.js: take({ name, bytes }) is called for one file of at most LONGEST bytes
//   chooseFile({...})    the same by a button, for those who do not drag: a label with a file field in it
// A panel's drop(file) hands `bytes` to the package, which copies them; nothing of a file is kept here.
import { el, find, announce } from "./dom.js";
import { explain, sentence } from "./findings.js";
import { sessionLost } from "../shared/session.js";

const LONGEST = 4 * 1024 * 1024; // what the core reads of a kubeconfig
const TOO_LONG = "This file is larger than the 4 MiB that this page reads.";

/** @typedef {{ name: string, bytes: Uint8Array }} Dropped */
/** @typedef {(file: Dropped) => unknown} Take */

/** @param {DragEvent} event */
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/**
 * Reads one file, or says why it is not read.
 * @param {File} file
 * @param {Take} take
 */
async function read(file, take) {
  if (file.size > LONGEST) return announce(TOO_LONG, { seen: true });
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return announce("The browser could not read this file.", { seen: true });
  }
  try {
    await take({ name: file.name, bytes });
  } catch (error) {
    if (error?.name !== "KubecredError") throw error;
    announce(sentence(explain(error)), { seen: true });
    sessionLost(error);
  }
}

/** @param {Take} take */
export function startDrop(take) {
  const veil = find("#drop");
  let depth = 0;
  /** @param {boolean} on */
  const cover = (on) => {
    veil.classList.toggle("over", on);
    if (!on) depth = 0;
  };
  addEventListener("dragenter", (event) => {
    if (holdsFiles(event)) {
      depth += 1;
      cover(true);
    }
  });
  addEventListener("dragleave", (event) => {
    if (holdsFiles(event) && --depth <= 0) cover(false);
  });
  addEventListener("dragover", (event) => {
    if (holdsFiles(event)) {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    }
  });
  addEventListener("drop", (event) => {
    cover(false);
    if (!holdsFiles(event)) return;
    event.preventDefault(); // or the browser would open the file in place of the page, and the key would be gone
    const [file, ...others] = event.dataTransfer?.files ?? [];
    if (others.length > 0) return announce("This panel reads one file at a time. Drop a single file.", { seen: true });
    if (file) void read(file, take);
  });
}

// Laying out a megabyte in a text field keeps the page busy for a second; a file of that size is read without being shown.
const LONGEST_PASTE = 128 * 1024;
addEventListener("paste", (event) => {
  if ((event.clipboardData?.getData("text").length ?? 0) <= LONGEST_PASTE) return;
  event.preventDefault();
  announce("This text is too long for a field. Save it as a file and drop the file on the page.", { seen: true });
});

/**
 * A button that opens the system's file chooser and gives the file to `take`, as if it had been dropped.
 * @param {{ label: string, accept?: string, take: Take }} options
 */
export function chooseFile({ label, accept, take }) {
  const input = el("input", { type: "file", class: "unseen", accept });
  input.addEventListener("change", async () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (file) await read(file, take);
  });
  return el("label", { class: "button file" }, label, input);
}
