// The open kubeconfig on the screen: what needs attention, the picture, the list of changes, saving. Every change goes through here: it is made, the
// file is drawn again, the focus goes on to where the reader was, and the live region says what happened.
import { counted } from "../ui/counted.js";
import { el, find, announce } from "../ui/dom.js";
import { explain, sentence } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { breath, pacer } from "../ui/pace.js";
import { sessionLost } from "../shared/session.js";
import { attention, summary } from "./attention.js";
import * as changes from "./changes.js";
import { Gone } from "./history.js";
import { picture } from "./picture.js";
import { renewCard, renewRow } from "./renew.js";
import { saveCard } from "./save.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */
/** @import { Actions } from "./attention.js" */
/** @import { Entry, State } from "./entries.js" */
/** @import { Change, Step, createHistory } from "./history.js" */

/**
 * @param {HTMLElement} root
 * @param {ReturnType<typeof createHistory>} history
 * @param {{ changed: () => unknown, saved: () => unknown }} then `changed` after each change, `saved` when the file was saved with its secrets
 */
export function createView(root, history, { changed, saved }) {
  const state = () => /** @type {State} */ (history.state);
  const config = () => state().config;

  function failed(/** @type {any} */ error) {
    announce(sentence(error instanceof Gone ? "This entry is no longer in the file." : explain(error)), { seen: true });
    sessionLost(error);
  }

  /** The file has changed. `focus` finds where the reader goes on. */
  async function shown(/** @type {string} */ said, /** @type {() => HTMLElement | null | undefined} */ focus = () => null) {
    const free = untouched();
    const drawn = draw();
    changed();
    if (!(await drawn)) return;
    if (free()) (focus() ?? find("h2", root)).focus();
    announce(said, { seen: true });
  }

  /** Whether the focus is where it was, or nowhere: who has gone on to another field while the file was drawn keeps it. */
  function untouched() {
    const before = document.activeElement;
    return () => document.activeElement === before || document.activeElement === document.body;
  }

  /** Makes changes one after the other; what is refused is said, and the others are made. @param {...Change} wanted */
  async function make(...wanted) {
    const focus = following();
    /** @type {string[]} */
    const done = [];
    for (const change of wanted) {
      try {
        done.push((await history.make(change)) ?? "");
      } catch (error) {
        failed(error);
      }
    }
    const said = done.filter(Boolean);
    if (said.length) await shown(said.map(sentence).join(" "), focus);
    const idle = done.length > 0 && said.length === 0;
    if (idle) announce("Nothing had to be changed.", { seen: true });
    return { made: said.length > 0, idle };
  }

  /**
   * Where a reader goes on who pressed a button of a finding or in the picture: at the next finding that has a button, or their heading; at the box in
   * the same place of the picture, or the last one.
   */
  function following() {
    const at = (/** @type {Element[]} */ items) => items.findIndex((item) => item.contains(document.activeElement));
    const findings = () => [...root.querySelectorAll("#kubeconfig-what .findings > li")];
    const columns = () => [...root.querySelectorAll(".picture > div")];
    const boxes = (/** @type {number} */ column) => [...(columns()[column]?.querySelectorAll("li") ?? [])];
    const [finding, column] = [at(findings()), at(columns())];
    const box = at(boxes(column));
    const button = (/** @type {Element | undefined} */ item) => /** @type {HTMLElement | null} */ (item?.querySelector(".tools :is(button, input)") ?? null);
    return () => {
      if (box >= 0) return button(boxes(column)[Math.min(box, boxes(column).length - 1)]);
      if (finding < 0) return null;
      const next = findings()
        .slice(finding)
        .map(button)
        .find((each) => each !== null);
      return next ?? /** @type {HTMLElement | null} */ (root.querySelector("#kubeconfig-attention"));
    };
  }

  /** The name is refused next to its field, hence no `make`. False where it is the same. */
  async function rename(/** @type {Entry} */ entry, /** @type {string} */ to) {
    const focus = following();
    const done = await history.make(changes.rename(state(), entry, to));
    if (done === null) {
      announce("The name is as it was.", { seen: true });
      return false;
    }
    await shown(sentence(done), focus);
  }

  async function removeExpired() {
    const { idle } = await make(changes.removeExpired());
    if (idle) announce("Nothing had expired.", { seen: true });
  }

  async function renew(/** @type {string} */ user) {
    const entry = config().users.find(({ name }) => name === user);
    if (!entry) return;
    const card = await renewCard(config(), entry);
    root.querySelector("#kubeconfig-renew")?.remove();
    find("#kubeconfig-what", root).before(card);
    find("h2", card).focus();
  }

  async function undo(/** @type {Step} */ step) {
    try {
      const { undone, failed: also } = await history.undo(step);
      const more = also.length ? ` These needed it and are undone, too: ${also.map((each) => `“${each}”`).join(", ")}.` : "";
      await shown(`Undone: “${undone}”.${more}`, () => root.querySelector("#kubeconfig-changes h2"));
    } catch (error) {
      failed(error);
    }
  }

  async function undoAll() {
    await history.undoAll();
    await shown("All changes are undone.");
  }

  /** @type {Actions} */
  const act = {
    renew,
    rename,
    removeExpired,
    remove: (entry) => make(changes.remove(state(), entry)),
    embed: (entry, field, contents) => make(changes.embed(state(), entry, field, contents)),
    setExec: (user, exec) => make(changes.setExec(state(), user, exec)),
    setCurrent: (context) => make(changes.setCurrent(state(), context)),
    removeNamespace: (context) => make(changes.removeNamespace(state(), context)),
  };

  function changeList() {
    const list = history.steps;
    if (!list.length) return "";
    return el(
      "section",
      { class: "card", id: "kubeconfig-changes" },
      el("h2", { tabindex: "-1" }, `${counted(list.length, "change")}${history.unsaved ? ", not saved" : ""}`),
      el(
        "ol",
        { class: "changes" },
        ...list.map((step) =>
          el(
            "li",
            {},
            el("span", {}, sentence(step.says)),
            " ",
            el("button", { type: "button", class: "small", "aria-label": `Undo: ${step.says}`, onclick: () => undo(step) }, "Undo"),
          ),
        ),
      ),
      el("div", { class: "row" }, el("button", { type: "button", onclick: undoAll }, "Undo all changes")),
    );
  }

  /** The parts of the panel; made for each file that is opened, so that nothing of the one before is kept. */
  function build() {
    const heading = el("h2", { tabindex: "-1" });
    const needs = attention(act);
    const whole = picture({ beside: (entry) => renewRow(config, entry, () => renew(entry.name)), rename, remove: act.remove });
    const saving = saveCard(config, {
      setCurrent: act.setCurrent,
      keepOnly: (context) => make(changes.keepOnly(state(), context)),
      removeExpired,
      saved() {
        history.markSaved();
        saved();
        const list = changeList();
        if (list) root.querySelector("#kubeconfig-changes")?.replaceWith(list);
      },
    });
    const what = el("section", { class: "card", id: "kubeconfig-what" }, heading, ...needs.nodes, whole.node);
    root.replaceChildren(what);
    return { heading, needs, whole, saving, what };
  }
  /** @type {ReturnType<typeof build> | null} */
  let parts = null;
  let drawing = 0;

  /**
   * Brings the panel to the file, from the top, in as many tasks as it takes; what is the same in it stays as it is. False where another file or change
   * came meanwhile.
   */
  async function draw() {
    drawing += 1;
    const mine = drawing;
    await breath();
    if (mine !== drawing) return false;
    const { clusters, users, contexts } = config();
    parts ??= build();
    const { heading, needs, whole, saving, what } = parts;
    heading.textContent = `${counted(contexts.length, "context")}, ${counted(clusters.length, "cluster")}, ${counted(users.length, "user")}`;
    for (const old of root.querySelectorAll("#kubeconfig-renew, #kubeconfig-changes")) old.remove();
    what.after(changeList());
    const over = () => mine !== drawing;
    const pace = pacer(over);
    const work = async () => {
      await breath();
      if (over() || !(await needs.update(state(), history.files, pace)) || !(await whole.update(config(), pace)) || over()) return false;
      if (!saving.node.isConnected) root.append(saving.node);
      return saving.update(pace);
    };
    const done = work();
    holdUntil(saving.node.querySelectorAll(".row"), done); // what is above them may still grow
    if (!(await done) || over()) return false;
    return true;
  }

  return {
    make,
    /** Nothing of the file is kept. */
    clear() {
      drawing += 1;
      parts = null;
      root.replaceChildren();
    },
    /** The heading of the file that is open, and what is said of it. */
    async greet(/** @type {string} */ said) {
      const free = untouched();
      if (!(await draw())) return;
      if (free()) find("h2", root).focus();
      const words = summary(state());
      announce(`${said} ${words ? `Needs attention: ${words}.` : "Nothing is broken."}`);
    },
  };
}
