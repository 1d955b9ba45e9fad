// #/review: the requests of the cluster, those that wait first; approve or deny. Without a cluster: read what was pasted or what a link
// carries, and print the commands. The list itself is in list.js, its changes come from follow.js.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, explain, sentence, showError } from "../ui/findings.js";
import { KINDS } from "../ui/kinds.js";
import { copyText } from "../ui/save.js";
import { isLink, linkIn, linkTo, linkWords } from "../shared/link.js";
import { connection, connections } from "../cluster/connection.js";
import { forgetMatch } from "../shared/match.js";
import { HOST } from "../shared/place.js";
import { refusal } from "../shared/refusal.js";
import { session, sessionLost } from "../shared/session.js";
import { bareRequest } from "./bare.js";
import { signingRequestCard } from "./card.js";
import { commands, decisions } from "./decision.js";
import { layout } from "./layout.js";
import { linkedRequest } from "./linked.js";
import { requestList } from "./list.js";
import { follow } from "./follow.js";
import { rightsFold } from "./rights.js";
import { invitationBook } from "./invited.js";
import { undoBar } from "./undo.js";

/** @import { CsrStatus } from "../kubecred/index.js" */
/** @import { Shown } from "./list.js" */

/** Several requests in one text, each read for itself. */
const REQUESTS = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----[^-]*-----END \1?CERTIFICATE REQUEST-----/g;
const MOST_PASTED = 100;

/** The text contains nothing to make a card of. @param {string} kind as the core recognises it */
function notRequest(kind) {
  const message =
    kind === "private-key"
      ? "This text contains a private key, which only its owner should have. It was not kept. Paste the request alone."
      : kind === "other"
        ? "This text contains no certificate signing request. Paste the request, or the link to it."
        : `This is not a certificate signing request but ${KINDS[kind]}. Paste the request.`;
  return refusal("invalid-request", message);
}

export function start(/** @type {HTMLElement} */ panel) {
  layout(panel);
  const count = find("#review-count");
  const book = invitationBook();
  /** @type {AbortController | null} */
  let loading = null;
  const undo = undoBar();
  find("#review-selection", panel).after(undo.node);
  const card = (/** @type {CsrStatus} */ report, /** @type {Shown} */ shown) =>
    signingRequestCard(
      report,
      report.state === "pending" ? decision.part(report, shown) : el("div", {}, answerLink(report), rightsFold(report.request).node),
      shown,
    );
  const following = el("p", { class: "notice-box", id: "review-follow", hidden: true });
  find("#review-hand").after(following); // at the lower edge of the window, where it moves no card
  const list = requestList({
    section: panel,
    card,
    verdict: book.match,
    unread: book.unread,
    undo,
    changed(of, report) {
      decision.changed(of, report);
      carried.changed(report);
    },
  });
  const carried = linkedRequest({ section: panel, list });
  const decision = decisions({ list, book, undo });

  async function load(/** @type {string} */ wanted) {
    const found = await connection();
    const { state } = found;
    if (state !== "connected") {
      loading?.abort();
      list.clear("");
    }
    // Elsewhere than at the API's address, the card with which one signs in says it.
    if (found.state === "refused" && !HOST)
      find("#review-report").replaceChildren(
        el(
          "p",
          { class: "notice-box" },
          "The requests in the cluster cannot be listed here. ",
          sentence(explain(found.error)),
          " A request that you received can be checked below.",
        ),
      );
    for (const part of ["#review-bar", "#review-split"]) show(find(part), state === "connected");
    carried.progress(state === "connected" ? "loading" : "offline");
    if (state !== "connected") find("#review-hand").open = true; // never closed again under somebody's hand
    if (state !== "connected" || panel.hidden) return; // left meanwhile
    loading?.abort();
    book.forget();
    const mine = new AbortController();
    loading = mine;
    count.textContent = "Loading requests …";
    list.clear(wanted);
    trouble(null);
    try {
      await follow({
        list,
        signal: mine.signal,
        trouble,
        listed() {
          find("#review-report").replaceChildren();
          void list.complete();
          carried.progress("complete");
          announce(count.textContent);
        },
      });
    } catch (error) {
      if (mine !== loading || error.code === "aborted") return;
      count.textContent = "";
      carried.progress("failed");
      showError(panel, error);
    }
  }

  /** Whether the list follows the cluster, where it does not. */
  function trouble(/** @type {any} */ error, /** @type {{ again?: boolean }} */ { again } = {}) {
    if (error) sessionLost(error);
    const says = error ? `The list is not updating: ${sentence(explain(error))} ${again ? "Retrying." : "Select “Refresh” to see changes."}` : "";
    const before = following.textContent !== "";
    if (says && !before) announce(says);
    if (!says && before) list.answers();
    following.textContent = says;
    show(following, says !== "");
  }

  /** The certificate travels back as the request came: to the tab that has the key. */
  function answerLink(/** @type {CsrStatus} */ report) {
    const { pem } = report.certificate ?? {};
    return pem
      ? el(
          "div",
          { class: "row" },
          el(
            "button",
            { type: "button", onclick: async ({ currentTarget }) => copyText(await linkTo("access", pem), currentTarget) },
            linkWords("the certificate"),
          ),
        )
      : null;
  }

  /** What was pasted or linked: a request alone, or objects, one or many. */
  async function readText(/** @type {string} */ text) {
    const kubecred = await session();
    const link = linkIn(text);
    if (link) {
      const linked = await linkedRequestIn(link);
      if (!("card" in linked)) return [linked];
      if ((await connection()).state !== "connected") return [linked.card];
      carried.show(linked);
      return [];
    }
    const requests = forgetMatch(text.match(REQUESTS)) ?? [];
    const { kind, secret } = await kubecred.classify(text);
    // A key among them is remarked on where the text is read as a whole.
    if (requests.length > 1 && !secret) return Promise.all(requests.slice(0, MOST_PASTED).map(async (one) => (await bareRequest(one)).card));
    if (secret) find("#review-text").value = ""; // nobody should have it on their screen
    if (!["object", "certificate-request"].includes(kind) && (await kubecred.csr.inspect(text)).pem === undefined) throw notRequest(kind);
    if (kind !== "object") return [(await bareRequest(text)).card];
    // What no server has stored cannot be approved.
    const foot = (/** @type {CsrStatus} */ report) => (report.state === "not-submitted" ? el("div", {}) : el("div", {}, answerLink(report), commands(report)));
    return (await kubecred.csr.explainAll(text)).map((report) => signingRequestCard(report, foot(report)));
  }

  // Who signs in or out while the list is shown sees what that person may see.
  connections.addEventListener("change", () => panel.hidden || load(""));
  find("#review-refresh").addEventListener("click", () => load(""));
  find("#review-paste").addEventListener("submit", async (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const field = find("#review-text");
    const place = find("#review-pasted");
    const text = field.value.trim();
    clearRemarks(form);
    place.replaceChildren();
    if (text === "") return void showError(form, null, { field: "review-text", says: "Paste a request first." });
    if (text.length > 1024 * 1024) return void showError(form, null, { field: "review-text", says: "This text is too long for a request." });
    try {
      const cards = await readText(text);
      place.append(...cards);
      announce(cards.length < 2 ? "The request was read." : `${cards.length} requests were read.`);
    } catch (error) {
      showError(form, error, { field: "review-text" });
    }
  });

  /** What a link contains: a request, or the sentence that it is none. */
  async function linkedRequestIn(/** @type {string} */ fragment) {
    const { kind, pem, requested } = await (await session()).links.decode(fragment);
    if (kind !== "csr") return el("p", {}, "This link contains a certificate, not a request. The person who requested it opens the link under “Get access”.");
    return { ...(await bareRequest(pem, requested)), requested };
  }

  /** A link opens the request and does nothing else; it is taken out of the address bar at once. */
  async function openLink(/** @type {string} */ fragment) {
    history.replaceState(null, "", "#/review");
    carried.close();
    find("#review-pasted").replaceChildren();
    clearRemarks(find("#review-paste"));
    try {
      const linked = await linkedRequestIn(fragment);
      if ("card" in linked) carried.show(linked);
      else {
        find("#review-hand").open = true;
        find("#review-pasted").append(linked);
      }
      announce("The link was read.");
    } catch (error) {
      find("#review-hand").open = true;
      showError(find("#review-paste"), error, { field: "review-text" });
    }
  }

  return {
    open(/** @type {string} */ rest) {
      const linked = isLink(rest);
      if (linked) void openLink(rest);
      else carried.close();
      void load(linked ? "" : rest);
    },
    /** Nobody looks: the cluster is not asked. What has happened meanwhile is listed by `open`. What was about to be sent is not. */
    close() {
      undo.leave();
      loading?.abort();
      list.leave();
    },
  };
}
