// #/review: the requests of the cluster, those that wait first; approve or deny. Without a cluster: read what was pasted or what a link
// carries, and print the commands. The list itself is in list.js, its changes come from follow.js.
import { el, find, show, announce, freshId } from "../ui/dom.js";
import { clearRemarks, explain, sentence, showError } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal } from "../ui/shell.js";
import { copyText } from "../ui/save.js";
import { isLink, linkIn, linkTo, linkWords } from "../shared/link.js";
import { connection } from "../cluster/connection.js";
import { refused as refusal, whyNot } from "../cluster/allowed.js";
import { decide } from "./decide.js";
import { session } from "../shared/session.js";
import { requestCard, signingRequestCard } from "./card.js";
import { layout } from "./layout.js";
import { requestList } from "./list.js";
import { follow } from "./follow.js";
import { rightsFold } from "./rights.js";
import { invitationBook, invitedPart } from "./invited.js";

/** @import { RequestedCertificate, CsrStatus } from "../kubecred/index.js" */
/** @import { Verb } from "./decide.js" */
/** @import { Shown } from "./list.js" */

/** Several requests in one text, each read for itself. */
const REQUESTS = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----[^-]*-----END \1?CERTIFICATE REQUEST-----/g;
const MOST_PASTED = 100;

/** There is nothing in the text to make a card of. @param {string} kind as the core recognises it */
function notRequest(kind) {
  const message =
    kind === "private-key"
      ? "This text contains a private key, which only its owner should have. It was not kept. Paste the request alone."
      : kind === "other"
        ? "There is no certificate signing request in this text. Paste the request, or the link to it."
        : `This is not a certificate signing request but a ${kind.replaceAll("-", " ")}. Paste the request.`;
  return Object.assign(new Error(), { name: "KubecredError", code: "invalid-csr", message });
}

export function start(/** @type {HTMLElement} */ panel) {
  layout(panel);
  const count = find("#review-count");
  const book = invitationBook();
  /** @type {AbortController | null} */
  let loading = null;
  let linked = false;
  /** Settled when no card on the screen can grow any more by what is found out about it. @type {Promise<unknown>} */
  let settled = Promise.resolve();

  const card = (/** @type {CsrStatus} */ report, /** @type {Shown} */ shown) =>
    signingRequestCard(report, report.state === "pending" ? decision(report, shown) : el("div", {}, answerLink(report), rightsFold(report.request)), shown);
  const following = el("p", { class: "notice-box", id: "review-follow", hidden: true });
  find("#review-hand").after(following); // at the lower edge of the window, where it moves no card
  const list = requestList({ bar: find("#review-bar"), list: find("#review-list"), count, card });

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

  function decision(/** @type {CsrStatus} */ report, /** @type {Shown} */ shown) {
    const place = el("div", { class: "report", "data-report": "" });
    const why = reasonField();
    const invited = invitedPart(report, book);
    const act = async (/** @type {Verb} */ verb) => {
      for (const button of foot.querySelectorAll("button")) button.disabled = true;
      try {
        list.decided(report, await decide(verb, report, why.text()));
        list.focus(report.name);
        announce(`${plainName(report.name)} is ${verb === "approve" ? "approved" : "denied"}.`);
        if (verb === "approve") await invited.close();
      } catch (error) {
        if (error?.code === "changed" && error.status) {
          list.replaced(error.status);
          return list.focus(report.name);
        }
        // Somebody else decided in the same moment, and the list has told of it already: the card is another one.
        if (!foot.isConnected) return announce(sentence(explain(error)), { seen: true });
        for (const button of foot.querySelectorAll("button")) button.disabled = false;
        if (error?.code === "changed") showError(foot, null, { says: error.message });
        else showError(foot, error);
      }
    };
    const refused = !report.request.accepted;
    const buttons = el(
      "div",
      { class: "row" },
      el("button", { type: "button", class: "primary", disabled: refused, onclick: () => act("approve") }, "Approve"),
      el("button", { type: "button", class: "danger", onclick: () => act("deny") }, "Deny"),
    );
    const foot = el(
      "div",
      { class: "decision" },
      why.fold,
      place,
      shown.armed
        ? null
        : el(
            "p",
            { class: "hint unread" },
            "This is not the request that was here before. Approve and Deny become available when the top of this card has been visible for a second.",
          ),
      buttons,
      commands(report),
    );
    const allowed = refusal({ action: "decide", signerName: report.signerName }).then((error) => {
      if (error)
        buttons.replaceWith(
          el("div", { class: "undecidable" }, el("p", {}, "You cannot decide here. The lines below are for someone who can:"), whyNot(error)),
        );
    });
    // What is found out makes the card taller, and moves the cards below it: a click that was meant for one must not land on another.
    settled = Promise.allSettled([settled, invited.asked, allowed]).then(() => {});
    shown.settled = settled;
    holdUntil([buttons], settled);
    return el("div", {}, invited.node, rightsFold(report.request), foot);
  }

  /** Folded, and made when it is opened: each time the page changes, Chromium's autofill looks at every field on it, 70 ms with fifty of them (2026-11). */
  function reasonField() {
    const id = freshId("reason");
    const input = el("input", { id, maxlength: "1024", autocomplete: "off", placeholder: "saved with the request" });
    const fold = el("details", {}, el("summary", {}, "Give a reason"));
    fold.addEventListener("toggle", () => {
      if (!fold.open || input.isConnected) return;
      fold.append(el("label", { for: id }, "Reason"), input);
      input.focus();
    });
    return { fold, text: () => input.value.trim() };
  }

  /** Lines that decide on the request that is shown: under its uid, where the server has given it one. */
  const commands = (
    /** @type {CsrStatus} */ {
      name,
      object: {
        metadata: { uid },
      },
    },
  ) => {
    const decision = (/** @type {Verb} */ step) => ({ step: { step, name, ...(uid === undefined ? {} : { uid }) } });
    return inTerminal([{ step: { step: "show-request", name } }, decision("approve"), decision("deny")]);
  };

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
    if (secret) find("#review-text").value = ""; // nobody should have it on their screen
    if (!["object", "certificate-request"].includes(kind) && (await kubecred.csr.inspect(text)).pem === undefined) throw notRequest(kind);
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
    /** Nobody looks: the cluster is not asked. What has happened meanwhile is listed by `open`. */
    close: () => loading?.abort(),
  };
}
