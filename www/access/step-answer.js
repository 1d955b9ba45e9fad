// Step 4: the cluster's answer. Live: submit and wait. By hand: the manifest goes out as a file, the answer comes back as pasted text.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, explain, findingList, sentence, showError, spoken } from "../ui/findings.js";
import { name, nameList, plainName, fileName } from "../ui/names.js";
import { duration, relative } from "../ui/dates.js";
import { copyText, saveText } from "../ui/save.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal, redraw } from "../ui/shell.js";
import { cluster } from "../cluster/connection.js";
import { refused } from "../cluster/allowed.js";
import { session } from "../shared/session.js";
import { openKeep } from "../ui/keep.js";
import { deniedWords, tellEnded, tellIssued } from "../ui/tell.js";
import { readAnswer } from "../ui/answer-text.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { LINKABLE } from "../shared/place.js";
import { decisionSteps, message } from "./message.js";
import { hearCertificates } from "./tabs.js";
import { linkIn, linkTo, linkWords } from "../shared/link.js";

/** @import { Flow } from "./flow.js" */

/** @import { CertificateReport, CommandStep, Finding, CsrStatus } from "../kubecred/index.js" */
/** @import { Block } from "../ui/shell.js" */

/** @type {Record<string, string>} */
const STATES = {
  pending: "Waiting for approval",
  approved: "Approved. Waiting for the certificate",
  issued: "Certificate issued",
  denied: "Denied by an administrator",
  failed: "The cluster could not sign the request",
  "not-submitted": "Not in a cluster yet",
};
/** Why the waiting is over. @type {Record<string, string>} */
const STOPPED = {
  aborted: "Stopped waiting.",
  "request-denied": "Denied by an administrator.",
  "request-failed": "The cluster could not sign the request.",
  "request-collected": "The request no longer exists.",
};
// The certificate is checked against key and request before an address is known: the check does not look at the address.
const STAND_IN = { server: "https://server.invalid" };

/** Said above in the card's own words, or for the administrator alone. */
const ELSEWHERE = new Set(["waiting-for-approval", "requestor-differs", "kept-until"]);
// How the certificate differs from what was requested.
const COMPARED = new Set(["certificate-outlives-request", "lifetime-shortened", "usages-differ"]);

// How long a trouble on the way is shown, in milliseconds: the package tries again every 8 seconds at the latest.
const TROUBLE = 10_000;

/** The certificate is not valid at the time of this computer. */
const UNTIMELY = new Set(["certificate-not-yet-valid", "certificate-expired"]);

export function startAnswer(/** @type {Flow} */ flow) {
  const card = find("#answer");
  const state = find("#answer-state");
  // Trouble that passes is said below the buttons, where it moves none.
  const passing = el("p", { class: "hint", id: "answer-trouble" });
  find("#answer-live").append(passing);
  const text = find("#answer-text");
  const print = find("#answer-print");
  /** What went wrong is said next to the state. */
  const why = find("[data-report]", card);
  /** @type {AbortController | null} */
  let waiting = null;
  let asked = "";
  let clock = 0;
  let manifest = "";
  let mayDecide = true;
  /** The name of the request whose answer has to be pasted, since this page may not read it. */
  let unread = "";
  /** No certificate comes any more, and nobody compares the key. */
  let denied = false;

  /** What the cluster said of the request stays while it is waited for: only the next thing that it says takes its place. */
  function clear() {
    clearRemarks(card);
    if (!waiting) findings([]);
  }

  const fail = (/** @type {any} */ error, about = {}) => {
    clear();
    showError(card, error, about);
  };

  async function enter() {
    clear();
    if (!flow.name || waiting || (await takeLinked())) return;
    void showPrint();
    offerPaste();
    show(find("#answer-live"), !flow.byHand);
    (flow.byHand ? find("#answer-hand > p") : state).after(print, why);
    show(find("#answer-hand"), flow.byHand);
    find("#answer-paste").open = flow.byHand || unread === flow.name;
    manifest = flow.object ? await (await session()).toYaml(flow.object) : "";
    show(find("#manifest-show"), manifest !== "");
    find("#manifest").textContent = manifest;
    find("#answer-review").href = `#/review/${encodeURIComponent(flow.name)}`;
    /** @type {Block | null} */
    const submit = flow.object && {
      says: flow.byHand ? "Someone with access to the cluster submits it:" : "This page submitted it like this:",
      step: { step: "submit-request", manifest: flow.object },
    };
    find("#answer-terminal").replaceChildren(
      inTerminal(() => [
        submit,
        { says: "An administrator reads and approves it:", step: decisionSteps(flow) },
        {
          says: flow.byHand ? "Then this prints the certificate:" : "After approval, this page fetches the certificate like this:",
          step: { step: "fetch-certificate", name: flow.name },
        },
      ]),
    );
    if (!flow.byHand && asked !== flow.name) void wait();
  }

  async function wait() {
    const mine = new AbortController();
    waiting = mine;
    asked = flow.name;
    const started = Date.now();
    let word = flow.sent ? "Looking for your request" : "Sending the request";
    let { sent } = flow;
    let trouble = { says: "", at: 0 };
    const tick = () => {
      state.replaceChildren(el("b", {}, word), ` (${duration((Date.now() - started) / 1000)}). Request: `, name(flow.name));
      passing.textContent = Date.now() - trouble.at < TROUBLE ? `${trouble.says} The page keeps trying.` : "";
    };
    tick();
    clock = setInterval(tick, 1000);
    buttons(true);
    // Nobody can review what has not arrived.
    let arrived = () => {};
    holdUntil(
      ["#answer-copy", "#answer-link", "#answer-review"].map((id) => find(id)),
      new Promise((resolve) => {
        arrived = () => resolve(undefined);
      }),
    );
    holdUntil([find("#answer-review"), find("#answer-stop")], offerReview());
    try {
      const api = await cluster();
      const told = {
        signal: mine.signal,
        onStatus(/** @type {CsrStatus} */ now) {
          sent = true;
          const { uid } = now.object.metadata;
          if (mine === waiting && flow.uid !== uid) {
            flow.uid = uid;
            redraw(card);
          }
          arrived();
          // Where nothing signs, "this takes a second" must not remain: the finding says what the possible reasons are.
          const unsigned = now.findings.some((/** @type {{ code: string }} */ { code }) => code === "signer-missing");
          word = unsigned ? "Approved, but nothing has signed it" : (STATES[now.state] ?? now.state);
          if (mine === waiting) {
            tick();
            announce(`${word}.`);
            findings(now.findings.filter(({ code }) => code !== "request-denied")); // the state says it, with the reason
          }
        },
        onTrouble(/** @type {any} */ error) {
          trouble = { says: sentence(explain(error)), at: Date.now() };
          if (mine === waiting) tick();
        },
      };
      const { certificate, status } = await (flow.sent || !flow.options ? api.csr.wait(flow.name, told) : api.csr.request(flow.options, told));
      if (mine === waiting) {
        end();
        await take(certificate, status.certificate);
      }
    } catch (error) {
      if (mine !== waiting) return;
      end();
      if (!sent && error.code !== "aborted") return flow.refuse(error);
      if (error.code === "forbidden") return unreadable(error);
      denied = error.code === "request-denied";
      offerPaste();
      state.replaceChildren(
        el("b", {}, STOPPED[error.code] ?? "The page could not wait any longer."),
        ...(denied ? deniedWords(error) : []),
        error.code === "aborted" ? " The request stays in the cluster until someone decides or it expires." : " Your key is still here.",
      );
      buttons(false);
      if (error.code !== "aborted") tellEnded(error.code);
      if (denied) announce(state.textContent);
      else if (error.code !== "aborted") fail(error);
      flow.sent = sent && (error.code === "aborted" || !(error.code in STOPPED)); // what ended the waiting alone can pass
      show(find("#answer-wait"), flow.sent);
      find(flow.sent ? "#answer-wait" : "#answer-again").focus();
    } finally {
      arrived();
    }
  }

  /** The request is in the cluster, and this page may not read it: to send it again would not help, so the answer is pasted. */
  function unreadable(/** @type {any} */ error) {
    state.replaceChildren(
      el("b", {}, "The request was sent, but this page cannot read it."),
      " Request: ",
      name(flow.name),
      ". Your key is still here. Ask your administrator to send you the certificate and paste it below, or ask for the missing permissions and keep waiting.",
    );
    buttons(false);
    flow.sent = true;
    unread = flow.name;
    for (const [id, shown] of /** @type {[string, boolean][]} */ ([
      ["#answer-again", false],
      ["#answer-wait", true],
      ["#answer-ask", true],
      ["#answer-copy", true],
    ]))
      show(find(id), shown);
    find("#answer-paste").open = true;
    fail(error);
    find("#answer-wait").focus();
  }

  function offerPaste() {
    for (const each of [print, find("#answer-paste")]) show(each, !denied);
  }

  /** What the person and the administrator compare: the same on both pages. */
  async function showPrint() {
    const { fingerprint } = flow.key ?? flow.own ?? (await (await session()).csr.inspect(flow.request ?? ""));
    print.replaceChildren(
      "Key fingerprint: ",
      el("code", {}, shownFingerprint(fingerprint)),
      ". Your administrator sees the same one next to your request: confirm it in a call or chat.",
    );
  }

  /** The link to the panel that decides is for those who may decide. */
  async function offerReview() {
    mayDecide = (await refused({ action: "decide" })) === null;
    if (waiting) show(find("#answer-review"), mayDecide);
  }

  function end() {
    clearInterval(clock);
    passing.textContent = "";
    waiting = null;
  }

  function buttons(/** @type {boolean} */ busy) {
    show(find("#answer-progress"), busy);
    for (const id of ["#answer-ask", "#answer-copy", "#answer-link", "#answer-stop"]) show(find(id), busy);
    show(find("#answer-review"), busy && mayDecide);
    show(find("#answer-again"), !busy);
    show(find("#answer-wait"), false);
  }

  function findings(/** @type {readonly Finding[]} */ list) {
    find("#answer-report").replaceChildren(findingList(list.filter(({ code }) => !ELSEWHERE.has(code))) ?? "");
  }

  /** The certificate is here, from wherever: it must fit the key and the request before the step counts as done. */
  async function accept(
    /** @type {string | Uint8Array} */ pem,
    /** @type {CertificateReport | undefined} */ known = undefined,
    /** @type {readonly Finding[]} */ notices = [],
  ) {
    const trial = await flow.assemble({ certificate: pem, cluster: STAND_IN });
    const differs = trial.findings.filter((/** @type {{ code: string }} */ { code }) => COMPARED.has(code));
    trial.dispose();
    const report = known ?? (await (await session()).certificates.parse(pem));
    const changed = known ? notices : report.findings.filter((/** @type {{ code: string }} */ { code }) => notices.some((notice) => notice.code === code));
    waiting?.abort();
    end();
    clear();
    flow.certificate = report.pem ?? (typeof pem === "string" ? pem : ""); // readCertificate gives the chain as PEM
    flow.report = report;
    flow.differs = differs;
    tellIssued();
    flow.finish("answer", [name(report.user), ...(report.groups.length ? [" in ", ...nameList(report.groups)] : []), `, expires ${relative(report.notAfter)}`]);
    text.value = "";
    flow.open("file");
    // After the step has been announced, which would take its place.
    announce([`The certificate for ${plainName(report.user)} was issued.`, ...[...differs, ...changed].map(({ message }) => spoken(message))].join(" "), {
      seen: changed.length > 0,
    });
  }
  flow.acceptCertificate = accept;
  hearCertificates(async (pem) => {
    if (flow.request === null || flow.certificate) return false;
    return accept(pem).then(
      () => true,
      () => false, // of another key or request
    );
  });

  async function take(
    /** @type {string | Uint8Array} */ pem,
    /** @type {CertificateReport | undefined} */ known = undefined,
    /** @type {readonly Finding[] | undefined} */ notices = undefined,
  ) {
    try {
      await accept(pem, known, notices);
    } catch (error) {
      if (flow.certificate) return; // another one was taken meanwhile
      if (waiting) return void showError(card, error, { field: "answer-text" }); // pasted meanwhile: the page waits on
      const waits = !find("#answer-wait").hidden; // stopped before: the request is in the cluster, whatever was pasted
      buttons(false);
      if (!flow.byHand) {
        // Not yet valid, or expired, by the clock of this computer: with the right time it is taken, and another request would end here again.
        const untimely = UNTIMELY.has(error.code);
        flow.sent ||= untimely;
        show(find("#answer-wait"), untimely || waits);
        const why = untimely ? "is not valid at the time of this computer" : "does not match your key or request";
        state.replaceChildren(el("b", {}, `This certificate ${why}.`), " Your key is still here.");
      }
      fail(error, { field: flow.byHand ? "answer-text" : undefined });
    }
  }

  /** A certificate that a link brought before there was a request to answer. */
  async function takeLinked() {
    const pem = flow.linked;
    flow.linked = null;
    try {
      if (pem) await accept(pem);
      return Boolean(pem);
    } catch (error) {
      showError(card, error);
      return false;
    }
  }

  /** One at a time: what is pasted is taken at once, and a press on the button meanwhile would take it again, or find it gone. */
  let taking = Promise.resolve();
  let busy = false;
  function takePasted(/** @type {string | Uint8Array | undefined} */ pasted = undefined) {
    if (busy && pasted === undefined) return taking;
    busy = true;
    taking = readPasted(pasted ?? text.value).finally(() => {
      busy = false;
    });
    return taking;
  }

  async function readPasted(/** @type {string | Uint8Array} */ pasted) {
    clear();
    const carried = typeof pasted === "string" && linkIn(pasted);
    if (carried) return takeLink(carried);
    try {
      const answer = await readAnswer(await session(), pasted);
      if (answer.secret) text.value = "";
      if (answer.wrong) return void showError(card, null, { field: "answer-text", says: answer.wrong });
      if (answer.certificate) return await take(answer.certificate, undefined, answer.notices);
      const report = await (await session()).csr.explain(answer.object ?? "");
      if (report.certificate) return await take(report.certificate.pem ?? "", report.certificate, answer.notices);
      showError(card, null, {
        field: "answer-text",
        says: `${STATES[report.state] ?? report.state}. The request has no certificate${report.state === "denied" ? "" : " yet"}.`,
      });
      if (!waiting) findings(report.findings);
    } catch (error) {
      showError(card, error, { field: "answer-text" });
    }
  }

  async function takeLink(/** @type {string} */ carried) {
    try {
      const { kind, pem } = await (await session()).links.decode(carried);
      if (kind === "certificate") return await take(pem);
      showError(card, null, { field: "answer-text", says: "This link contains a request. The answer is the certificate that the cluster issued for it." });
    } catch (error) {
      showError(card, error, { field: "answer-text" });
    }
  }

  /** A dropped certificate or object is read as the answer. */
  flow.takeAnswer = (dropped) => {
    find("#answer-paste").open = true; // what is wrong with it is said there
    void takePasted(dropped);
  };
  find("#answer-stop").addEventListener("click", () => waiting?.abort());
  find("#answer-wait").addEventListener("click", wait);
  find("#answer-again").addEventListener("click", () => {
    flow.drop("request");
    flow.open("request");
  });
  find("#answer-take").addEventListener("click", () => takePasted());
  for (const button of card.querySelectorAll("[data-message]")) button.addEventListener("click", async () => copyText(await message(flow), button));
  // A certificate that is pasted needs no further button; anything else waits for the rest of it.
  text.addEventListener("paste", () =>
    setTimeout(async () => {
      const { kind } = await (await session()).classify(text.value);
      if (kind === "certificate" || kind === "object" || linkIn(text.value)) void takePasted();
    }, 0),
  );
  for (const button of card.querySelectorAll("[data-link]")) {
    button.textContent = LINKABLE ? "Copy link for your administrator" : linkWords("the request");
    button.addEventListener("click", async () => copyText(await linkTo("review", flow.request ?? "", flow.requested), button));
  }
  find("#manifest-copy").addEventListener("click", (/** @type {{ currentTarget: HTMLButtonElement }} */ event) => copyText(manifest, event.currentTarget));
  find("#manifest-save").addEventListener("click", () => saveText(manifest, fileName("request", flow.name, "yaml")));
  find("[data-keep]", card).addEventListener("click", () => openKeep(flow));

  flow.on("answer", {
    enter,
    drop() {
      waiting?.abort();
      end();
      asked = unread = "";
      denied = false;
      flow.certificate = null;
      flow.report = null;
      flow.differs = [];
      flow.uid = undefined;
      text.value = "";
      clear();
    },
  });
}
