// Step 4: the cluster's answer. Live: submit and wait. By hand: the manifest goes out as a file, the answer comes back as pasted text.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, explain, findingList, sentence, showError } from "../ui/findings.js";
import { name, nameList, plainName, fileName } from "../ui/names.js";
import { duration, relative } from "../ui/dates.js";
import { copyText, saveText } from "../ui/save.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal, redraw, shellLines } from "../ui/shell.js";
import { cluster } from "../cluster/connection.js";
import { session } from "../shared/session.js";
import { openKeep } from "../ui/keep.js";
import { readAnswer } from "../ui/answer-text.js";
import { LINKABLE } from "../shared/place.js";
import { linkIn, linkTo, linkWords } from "../shared/link.js";

/** @import { Flow } from "./flow.js" */

/** @import { CertificateReport, CommandStep, Finding, CsrStatus } from "../kubecred/index.js" */
/** @import { Block } from "../ui/shell.js" */

/** @type {Record<string, string>} */
const STATES = {
  pending: "Waiting for an administrator",
  approved: "Approved. Waiting for the certificate",
  issued: "The certificate has come",
  denied: "The request was denied",
  failed: "The cluster could not sign the request",
  "not-submitted": "This manifest was not submitted",
};
// The certificate is checked against key and request before an address is known: the check does not look at the address.
const STAND_IN = { server: "https://server.invalid" };

// How the certificate differs from what was requested.
const COMPARED = new Set(["certificate-outlives-request", "lifetime-shortened", "usages-differ"]);

// How long a trouble on the way is shown, in milliseconds: the package tries again every 8 seconds at the latest.
const TROUBLE = 10_000;

export function startAnswer(/** @type {Flow} */ flow) {
  const card = find("#answer");
  const state = find("#answer-state");
  // Trouble that passes is said below the buttons, where it moves none.
  const passing = el("p", { class: "hint", id: "answer-trouble" });
  find("#answer-live").append(passing);
  const text = find("#answer-text");
  /** @type {AbortController | null} */
  let waiting = null;
  let asked = "";
  let clock = 0;
  let manifest = "";
  /** The name of the request whose answer has to be pasted, since this page may not read it. */
  let unread = "";

  async function enter() {
    clearRemarks(card);
    if (!flow.name || waiting || (await takeLinked())) return;
    show(find("#answer-live"), !flow.byHand);
    show(find("#answer-hand"), flow.byHand);
    show(find("#answer-paste"), flow.byHand || unread === flow.name);
    manifest = flow.object ? await (await session()).toYaml(flow.object) : "";
    show(find("#manifest-show"), manifest !== "");
    find("#manifest").textContent = manifest;
    find("#answer-review").href = `#/review/${encodeURIComponent(flow.name)}`;
    const decide = { says: "An administrator reads and approves it:", step: decisionSteps(flow) };
    find("#answer-ask .lines").replaceChildren(flow.byHand ? "" : shellLines(() => [{ step: decisionSteps(flow) }]));
    /** @type {Block | null} */
    const submit = flow.object && {
      says: flow.byHand ? "You, or someone with access to the cluster, submit it:" : "What this page did to send it:",
      step: { step: "submit-request", manifest: flow.object },
    };
    find("#answer-terminal").replaceChildren(
      inTerminal(
        [
          submit,
          flow.byHand && decide,
          {
            says: flow.byHand ? "Then this prints the certificate:" : "What it does when the answer is there:",
            step: { step: "fetch-certificate", name: flow.name },
          },
        ],
        { open: flow.byHand },
      ),
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
      state.replaceChildren(el("b", {}, word), `, ${duration((Date.now() - started) / 1000)} so far. The request is called `, name(flow.name), ".");
      passing.textContent = Date.now() - trouble.at < TROUBLE ? `${trouble.says} The page keeps trying.` : "";
    };
    tick();
    clock = setInterval(tick, 1000);
    buttons(true);
    // With the uid the lines above these buttons become longer; and nobody can review what has not arrived.
    let arrived = () => {};
    holdUntil(
      ["#answer-copy", "#answer-link", "#answer-review"].map((id) => find(id)),
      new Promise((resolve) => {
        arrived = () => resolve(undefined);
      }),
    );
    try {
      const api = await cluster();
      const told = {
        signal: mine.signal,
        onStatus(/** @type {CsrStatus} */ now) {
          sent = true;
          const { uid } = now.object.metadata;
          if (mine === waiting && flow.uid !== uid) {
            flow.uid = uid;
            redraw(find("#answer-ask"));
          }
          arrived();
          // Where nothing signs, "this takes a second" must not remain: the finding says what the possible reasons are.
          const unsigned = now.findings.some((/** @type {{ code: string }} */ { code }) => code === "signer-missing");
          word = unsigned ? "Approved, but nothing has signed it" : (STATES[now.state] ?? now.state);
          if (mine === waiting) {
            tick();
            announce(`${word}.`);
            findings(now.findings);
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
      state.replaceChildren(
        el("b", {}, error.code === "aborted" ? "Stopped waiting." : "No certificate."),
        error.code === "aborted" ? " The request stays in the cluster until it is decided or expires." : " Your key is kept.",
      );
      buttons(false);
      if (error.code !== "aborted") showError(card, error);
      flow.sent = sent && error.code === "aborted";
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
      " It is called ",
      name(flow.name),
      ", and your key is kept. When an administrator has approved it, paste its certificate below; or ask for the missing permissions, then continue waiting.",
    );
    buttons(false);
    flow.sent = true;
    unread = flow.name;
    for (const [id, shown] of /** @type {[string, boolean][]} */ ([
      ["#answer-again", false],
      ["#answer-wait", true],
      ["#answer-ask", true],
      ["#answer-copy", true],
      ["#answer-paste", true],
    ]))
      show(find(id), shown);
    showError(card, error);
    find("#answer-wait").focus();
  }

  function end() {
    clearInterval(clock);
    passing.textContent = "";
    waiting = null;
  }

  function buttons(/** @type {boolean} */ busy) {
    show(find("#answer-progress"), busy);
    for (const id of ["#answer-ask", "#answer-copy", "#answer-link", "#answer-review", "#answer-stop"]) show(find(id), busy);
    show(find("#answer-again"), !busy);
    show(find("#answer-wait"), false);
  }

  function findings(/** @type {readonly Finding[]} */ list) {
    // That somebody has to approve it is above, with the lines for it.
    find("[data-report]", card).replaceChildren(findingList(list.filter((/** @type {{ code: string }} */ { code }) => code !== "waiting-for-approval")) ?? "");
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
    flow.certificate = report.pem ?? (typeof pem === "string" ? pem : ""); // readCertificate gives the chain as PEM
    flow.report = report;
    flow.differs = differs;
    flow.finish("answer", [name(report.user), ...(report.groups.length ? [" in ", ...nameList(report.groups)] : []), `, ends ${relative(report.notAfter)}`]);
    text.value = "";
    flow.open("file");
    // After the step has been announced, which would take its place.
    announce([`The certificate for ${plainName(report.user)} has come.`, ...[...differs, ...changed].map(({ message }) => sentence(message))].join(" "), {
      seen: changed.length > 0,
    });
  }
  flow.acceptCertificate = accept;

  async function take(
    /** @type {string | Uint8Array} */ pem,
    /** @type {CertificateReport | undefined} */ known = undefined,
    /** @type {readonly Finding[] | undefined} */ notices = undefined,
  ) {
    try {
      await accept(pem, known, notices);
    } catch (error) {
      buttons(false);
      if (!flow.byHand) state.replaceChildren(el("b", {}, "The certificate does not fit."), " Your key is kept.");
      showError(card, error, { field: flow.byHand ? "answer-text" : undefined });
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

  async function takePasted(/** @type {string | Uint8Array} */ pasted = text.value) {
    clearRemarks(card);
    const carried = typeof pasted === "string" && linkIn(pasted);
    if (carried) return takeLink(carried);
    try {
      const answer = await readAnswer(await session(), pasted);
      if (answer.secret) text.value = "";
      if (answer.wrong) return void showError(card, null, { field: "answer-text", says: answer.wrong });
      if (answer.certificate) return await take(answer.certificate, undefined, answer.notices);
      const report = await (await session()).csr.explain(answer.object ?? "");
      if (report.certificate) return await take(report.certificate.pem ?? "", report.certificate, answer.notices);
      showError(card, null, { field: "answer-text", says: `${STATES[report.state] ?? report.state}: there is no certificate in it yet` });
      findings(report.findings);
    } catch (error) {
      showError(card, error, { field: "answer-text" });
    }
  }

  async function takeLink(/** @type {string} */ carried) {
    try {
      const { kind, pem } = await (await session()).links.decode(carried);
      if (kind === "certificate") return await take(pem);
      showError(card, null, { field: "answer-text", says: "this link carries a request; the answer is the certificate that the cluster made of it" });
    } catch (error) {
      showError(card, error, { field: "answer-text" });
    }
  }

  /** A dropped certificate or object is read as the answer. */
  flow.takeAnswer = (dropped) => void takePasted(dropped);
  find("#answer-stop").addEventListener("click", () => waiting?.abort());
  find("#answer-wait").addEventListener("click", wait);
  find("#answer-again").addEventListener("click", () => {
    flow.drop("request");
    flow.open("request");
  });
  find("#answer-take").addEventListener("click", () => takePasted());
  find("#answer-copy").addEventListener("click", async (/** @type {{ currentTarget: HTMLButtonElement }} */ { currentTarget }) =>
    copyText(await message(flow), currentTarget),
  );
  for (const button of card.querySelectorAll("[data-link]")) {
    button.textContent = LINKABLE ? "Copy a link for the administrator" : linkWords("the request");
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
      flow.certificate = null;
      flow.report = null;
      flow.differs = [];
      flow.uid = undefined;
      text.value = "";
      clearRemarks(card);
    },
  });
}

/** How an administrator reads the request and approves it; once the cluster has it, under its uid. */
/** @returns {CommandStep[]} */
const decisionSteps = (/** @type {{ name: string, uid: string | undefined }} */ { name, uid }) => [
  { step: "show-request", name },
  { step: "approve", name, ...(uid === undefined ? {} : { uid }) },
];

async function message(/** @type {Flow} */ flow) {
  const groups = flow.groups.length ? `, groups ${flow.groups.map(plainName).join(" and ")}` : "";
  const { expirationSeconds } = flow.requested ?? {};
  const lifetime = expirationSeconds ? `, for ${duration(expirationSeconds)}` : ", for as long as the server gives";
  const kubecred = await session();
  const lines = await Promise.all(decisionSteps(flow).map((step) => kubecred.commands(step, "sh")));
  return `${sentence(`please approve my certificate request ${flow.name} (user ${plainName(flow.user)}${groups}${lifetime})`)}\n\n${lines.join("\n")}\n`;
}
