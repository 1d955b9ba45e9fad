// Files that are dropped anywhere on the page go to the open panel, which takes them or says why not. They are read in this tab.
//   startDrop(panel)     once, by main.js: the open panel's drop({ name, bytes }) is called for one file of at most 4 MiB, or its
//                        dropMany([{ name, bytes } or { name, problem }]) for all of them, where it has one
//   chooseFile({...})    the same by a button, for those who do not drag: a label with a file field in it
// A panel hands `bytes` to the package, which copies them; nothing of a file is kept here.
import { contents } from "../kubecred/ui/file.js";
import { el, find, announce } from "./dom.js";
import { explain, sentence } from "./findings.js";
import { sessionLost } from "../shared/session.js";

/** @typedef {import("../kubecred/ui/file.js").Dropped} Dropped */
/** @typedef {import("../kubecred/ui/file.js").Unread} Unread */
/** @typedef {(file: Dropped) => unknown} Take */
/** @typedef {(files: (Dropped | Unread)[]) => unknown} TakeMany */

/** @param {DragEvent} event */
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** A failure of the panel that took a file is said; a mistake of ours is thrown. @param {() => unknown} take */
async function orSay(take) {
  try {
    await take();
  } catch (error) {
    if (error?.name !== "KubecredError") throw error;
    announce(sentence(explain(error)), { seen: true });
    sessionLost(error);
  }
}

/**
 * Reads one file, or says why it is not read.
 * @param {File} file
 * @param {Take} take
 */
async function read(file, take) {
  const found = await contents(file);
  if ("problem" in found) return announce(found.problem, { seen: true });
  await orSay(() => take(found));
}

/** @param {readonly File[]} files @param {TakeMany} take */
async function readMany(files, take) {
  const found = await Promise.all(files.map(contents));
  await orSay(() => take(found));
}

/** @param {() => Promise<{ drop?: Take, dropMany?: TakeMany } | undefined>} panel the one that is open */
export function startDrop(panel) {
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
    void dropped([...(event.dataTransfer?.files ?? [])]); // the event's own list is emptied after it
  });

  /** @param {File[]} files */
  async function dropped(files) {
    const { drop, dropMany } = (await panel()) ?? {};
    const [file, ...others] = files;
    if (dropMany && file) return readMany(files, dropMany);
    if (others.length > 0) return announce("This panel reads one file at a time. Drop a single file.", { seen: true });
    if (file && drop) await read(file, drop);
  }
}

// Laying out a megabyte in a text field keeps the page busy for a second; a file of that size is read without being shown.
const LONGEST_PASTE = 128 * 1024;
addEventListener("paste", (event) => {
  if ((event.clipboardData?.getData("text").length ?? 0) <= LONGEST_PASTE) return;
  event.preventDefault();
  announce("This text is too long for a field. Save it as a file and drop the file on the page.", { seen: true });
});

/**
 * A button that opens the system's file chooser and gives the file to `take`, or several to `takeMany`, as if they had been dropped.
 * @param {{ label: string, accept?: string, className?: string, describedAs?: string, take?: Take, takeMany?: TakeMany }} options
 */
export function chooseFile({ label, accept, className = "", describedAs, take, takeMany }) {
  const input = el("input", { type: "file", class: "unseen", accept, multiple: Boolean(takeMany), "aria-label": describedAs });
  input.addEventListener("change", async () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (takeMany && files.length) await readMany(files, takeMany);
    else if (take && files[0]) await read(files[0], take);
  });
  return el("label", { class: `button file ${className}`.trim() }, label, input);
}
