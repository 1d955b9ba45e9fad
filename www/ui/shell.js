// "In a terminal": the same step as lines for sh, PowerShell or cmd, with a copy button. The shell that a person chooses is used on the whole page, and there is
// one chooser for all lines on the screen.
//   inTerminal(blocks)     a fold with the chooser and the blocks in it
//   shellLines(blocks)     the same without the fold
//   redraw(root)           writes those below root again, where `blocks` is a function whose answer has changed
//   lines(text)            (save.js) one text that is the same in every shell
// A block is { says, step }: `step` goes to the package's commands(), which quotes every value, and may be several; `says` is the sentence above it.
// Or { says, text }, where the lines hold no value of anybody's: one text, or { sh, powershell, cmd }.
// A value that cannot be written in a line that people copy (a line feed, a character that nobody sees) is refused there, and that is said.
import { el, find, freshId, show } from "./dom.js";
import { lines } from "./save.js";
import { explain, sentence } from "./findings.js";
import { session } from "../shared/session.js";

/** @import { CommandStep, Shell } from "../kubecred/index.js" */

/** @typedef {{ says?: string, step: CommandStep | CommandStep[] } | { says?: string, text: string | Record<Shell, string> }} Block */
/** @typedef {readonly (Block | null | undefined | false | "")[]} Blocks */

/** @type {Record<Shell, string>} */
const SHELLS = { sh: "sh", powershell: "PowerShell", cmd: "cmd" };
/** @type {Shell} */
let chosen = /^win/i.test(navigator.platform) ? "powershell" : "sh";
/** @type {Set<{ box: Element, draw: () => Promise<void> }>} */
const living = new Set();

/** @param {Blocks | (() => Blocks)} blocks */
export function shellLines(blocks) {
  const group = freshId("shell");
  const body = el("div", { class: "lines" });
  const chooser = el(
    "fieldset",
    { class: "shells" },
    el("legend", { class: "unseen" }, "Shell"),
    .../** @type {[Shell, string][]} */ (Object.entries(SHELLS)).map(([id, label]) =>
      el("label", {}, el("input", { type: "radio", name: group, value: id, checked: id === chosen, onchange: () => choose(id) }), el("span", {}, label)),
    ),
  );
  const box = el("div", { class: "terminal-lines" }, chooser, body);
  let asked = 0;
  const terminal = {
    box,
    async draw() {
      asked += 1;
      const mine = asked;
      for (const input of chooser.querySelectorAll("input")) input.checked = input.value === chosen;
      const wanted = typeof blocks === "function" ? blocks() : blocks;
      const drawn = await Promise.all(
        wanted.map(async (block) => {
          if (!block) return null;
          const { says } = block;
          const text = await textOf(block).then(
            (written) => lines(written, `Lines for ${SHELLS[chosen]}`),
            (error) => el("p", { class: "hint" }, sentence(explain(error))),
          );
          return el("div", {}, says ? el("p", { class: "hint" }, says) : "", text);
        }),
      );
      if (mine === asked) body.replaceChildren(...drawn.filter((each) => each !== null));
    },
  };
  living.add(terminal);
  watch();
  void terminal.draw();
  return box;
}

/** One chooser is enough for all lines on the screen: that of the first. */
function arrange() {
  const main = find("#main");
  const boxes = [...living].map(({ box }) => box).filter((box) => main.contains(box) && box.checkVisibility());
  boxes.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  for (const [index, box] of boxes.entries()) {
    const chooser = find(".shells", box);
    if (chooser.hidden !== index > 0) show(chooser, index === 0);
  }
}

/** @type {MutationObserver | null} */
let watching = null;
/** Lines come and go with folds and panels; what is arranged is arranged before the next picture. */
function watch() {
  if (watching) return;
  let asked = false;
  watching = new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      arrange();
    });
  });
  watching.observe(find("#main"), { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "open"] });
}

/** @param {Block} block */
async function textOf(block) {
  if ("text" in block) return typeof block.text === "string" ? block.text : block.text[chosen];
  const kubecred = await session();
  return (await Promise.all([block.step].flat().map((each) => kubecred.commands(each, chosen)))).join("\n");
}

/** @param {Element} root */
export function redraw(root) {
  for (const each of living) if (root.contains(each.box)) void each.draw();
}

/**
 * Every terminal on the page follows; those that are gone from it are forgotten.
 * @param {Shell} id
 */
function choose(id) {
  chosen = id;
  for (const each of living)
    if (each.box.isConnected) void each.draw();
    else living.delete(each);
}

/**
 * Folded; what is inside is made when it is first opened.
 * @param {Blocks | (() => Blocks)} blocks
 * @param {{ open?: boolean, label?: string }} [look]
 */
export function inTerminal(blocks, { open = false, label = "In a terminal" } = {}) {
  const fold = el("details", { class: "terminal", open }, el("summary", {}, label));
  const fill = () => {
    if (fold.children.length < 2) fold.append(shellLines(blocks));
  };
  if (open) fill();
  fold.addEventListener("toggle", () => {
    if (fold.open) fill();
  });
  return fold;
}
