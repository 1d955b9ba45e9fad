// #/review: the requests of the cluster, those that wait first; approve or deny. Without a cluster: read what was pasted or what a link
// carries, and print the commands. The list itself is in list.js, its changes come from follow.js.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, explain, sentence, showError } from "../ui/findings.js";
import { inTerminal } from "../ui/shell.js";
import { copyText } from "../ui/save.js";
import { isLink, linkIn, linkTo, linkWords } from "../shared/link.js";
import { connection } from "../cluster/connection.js";
import { session } from "../shared/session.js";
import { requestCard, signingRequestCard } from "./card.js";
import { commands, decisions } from "./decision.js";
import { layout } from "./layout.js";
import { requestList } from "./list.js";
import { follow } from "./follow.js";
import { rightsFold } from "./rights.js";
import { invitationBook } from "./invited.js";
import { undoBar } from "./undo.js";

/** @import { RequestedCertificate, CsrStatus } from "../kubecred/index.js" */
/** @import { Shown } from "./list.js" */

/** Several requests in one text, each read for itself. */
const REQUESTS = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----[^-]*-----END \1?CERTIFICATE REQUEST-----/g;
const MOST_PASTED = 100;

export function start(/** @type {HTMLElement} */ panel) {
  layout(panel);
  const count = find("#review-count");
  const book = invitationBook();
  /** @type {AbortController | null} */
  let loading = null;
  let linked = false;
  const undo = undoBar();
  find("#review-selection", panel).after(undo.node);
  const card = (/** @type {CsrStatus} */ report, /** @type {Shown} */ shown) =>
    signingRequestCard(
      report,
      report.state === "pending" ? decision.part(report, shown) : el("div", {}, answerLink(report), rightsFold(report.request)),
      shown,
    );
  const following = el("p", { class: "notice-box", id: "review-follow", hidden: true });
  find("#review-hand").after(following); // at the lower edge of the window, where it moves no card
  const list = requestList({
    section: panel,
    card,
    verdict: (report) => book.match(report),
    undo,
    changed: (of, report) => decision.changed(of, report),
  });
  const decision = decisions({ list, book, undo });

  async function load(/** @type {string} */ wanted) {
    const { state } = await connection();
    show(find("#review-bar"), state === "connected");
    if (state !== "connected" || linked) find("#review-hand").open = true; // never closed again under somebody's hand
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
          announce(count.textContent);
        },
      });
    } catch (error) {
      if (mine !== loading || error.code === "aborted") return;
      count.textContent = "";
      showError(panel, error);
    }
  }

  /** Whether the list follows the cluster, where it does not. */
  function trouble(/** @type {any} */ error, /** @type {{ again?: boolean }} */ { again } = {}) {
    const says = error ? `The list is not updating: ${sentence(explain(error))} ${again ? "Retrying." : "Select “Refresh” to see changes."}` : "";
    if (says && following.textContent === "") announce(says);
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

  /** A request that no cluster has yet: how it is handed in, approved and answered. `requested`: what a link says that it is to be submitted with. */
  async function bareCard(/** @type {string} */ pem, /** @type {RequestedCertificate | undefined} */ requested = undefined) {
    const kubecred = await session();
    const request = await kubecred.csr.inspect(pem);
    // The text as given is refused, the request in it may not be: the card says both.
    const fits =
      request.accepted ||
      (request.pem && !request.findings.some(({ code }) => code === "private-key-in-paste") && (await kubecred.csr.inspect(request.pem)).accepted);
    if (!fits) return requestCard(request);
    const object = /** @type {any} */ (await kubecred.csr.manifest({ csr: request.pem ?? pem, ...requested }));
    const { name } = object.metadata;
    const article = requestCard(request, {
      report: await kubecred.csr.explain(object),
      says: requested
        ? "Object name, lifetime, signer and usages come from the link, and the lines below use them. These four are not signed: compare them with what the sender tells you."
        : "The request does not state a lifetime. The lines below leave it to the cluster, often 1 year. Ask the sender.",
    });
    article.append(
      inTerminal([
        { says: "Submit it:", step: { step: "submit-request", manifest: object } },
        {
          says: "Read and approve it:",
          step: [
            { step: "show-request", name },
            { step: "approve", name },
          ],
        },
        { says: "Then print the certificate, and send it back:", step: { step: "fetch-certificate", name } },
      ]),
    );
    return article;
  }

  /** What was pasted or linked: a request alone, or objects, one or many. */
  async function readText(/** @type {string} */ text) {
    const kubecred = await session();
    const carried = linkIn(text);
    if (carried) return [await linkedCard(carried)];
    const requests = text.match(REQUESTS) ?? [];
    const { kind, secret } = await kubecred.classify(text);
    // A key among them is remarked on where the text is read as a whole.
    if (requests.length > 1 && !secret) return Promise.all(requests.slice(0, MOST_PASTED).map((one) => bareCard(one)));
    if (kind !== "object") return [await bareCard(text)];
    // What no server has stored cannot be approved.
    const foot = (/** @type {CsrStatus} */ report) => (report.state === "not-submitted" ? el("div", {}) : el("div", {}, answerLink(report), commands(report)));
    return (await kubecred.csr.explainAll(text)).map((report) => signingRequestCard(report, foot(report)));
  }

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
      announce(cards.length === 1 ? "The request was read." : `${cards.length} requests were read.`);
    } catch (error) {
      showError(form, error, { field: "review-text" });
    }
  });

  async function linkedCard(/** @type {string} */ fragment) {
    const { kind, pem, requested } = await (await session()).links.decode(fragment);
    if (kind === "csr") return bareCard(pem, requested);
    return el("p", {}, "This link contains a certificate, not a request. The person who requested it opens the link under “Get access”.");
  }

  /** A link opens the card and does nothing else; it is taken out of the address bar at once. */
  async function openLink(/** @type {string} */ fragment) {
    history.replaceState(null, "", "#/review");
    find("#review-hand").open = true;
    find("#review-pasted").replaceChildren();
    clearRemarks(find("#review-paste"));
    try {
      find("#review-pasted").append(await linkedCard(fragment));
      announce("The link was read.");
    } catch (error) {
      showError(find("#review-paste"), error, { field: "review-text" });
    }
  }

  return {
    open(/** @type {string} */ rest) {
      linked = isLink(rest);
      if (linked) void openLink(rest);
      void load(linked ? "" : rest);
    },
    /** Nobody looks: the cluster is not asked. What has happened meanwhile is listed by `open`. What was about to be sent is not. */
    close() {
      undo.leave();
      loading?.abort();
    },
  };
}
