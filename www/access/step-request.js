// Step 3: the request. How long, under which name, and whether this page sends it or the person carries it.
import { find, show } from "../ui/dom.js";
import { clearRemarks, findingList, showError } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { whoWords } from "./step-who.js";
import { holdUntil } from "../ui/hold.js";
import { lifetimeChoices, chosen } from "../ui/lifetimes.js";
import { connection } from "../cluster/connection.js";
import { refused, whyNot } from "../cluster/allowed.js";
import { session } from "../shared/session.js";

/** @import { RequestedCertificate } from "../kubecred/index.js" */
/** @import { Flow, ManifestObject } from "./flow.js" */

export function startRequest(/** @type {Flow} */ flow) {
  const form = find("#request");
  const send = find("#request-send");
  const hand = find("#request-hand");
  const lifetimes = find("#lifetimes");
  const requestName = find("#request-name");
  const actions = /** @type {HTMLElement} */ (send.parentElement);
  let busy = false;
  /** Settled when it is known what may be done here: then the buttons are where they stay. */
  let known = Promise.resolve();
  lifetimeChoices(lifetimes, find("#lifetime-meaning"));

  async function go(/** @type {boolean} */ byHand) {
    if (busy) return;
    busy = true;
    clearRemarks(form);
    try {
      await write();
      flow.byHand = byHand;
      flow.sent = false;
      flow.drop("answer");
      const { seconds, label } = chosen(lifetimes);
      flow.finish("request", [name(flow.name), seconds ? `, for ${label}` : ", cluster default lifetime"]);
      flow.open("answer");
    } catch (error) {
      showError(form, error, atName(error));
    } finally {
      busy = false;
    }
  }

  async function write() {
    const kubecred = await session();
    const request = flow.own?.pem ?? (await flow.key?.createCsr({ user: flow.user, groups: flow.groups }));
    if (request === undefined) throw new Error("the step of the request was opened without a key");
    const { seconds } = chosen(lifetimes);
    const options = {
      csr: request,
      ...(seconds ? { expirationSeconds: seconds } : {}),
      ...(requestName.value === "" ? {} : { name: requestName.value }),
    };
    const object = /** @type {ManifestObject} */ (await kubecred.csr.manifest(options));
    flow.request = request;
    flow.object = object;
    flow.name = object.metadata.name;
    flow.requested = requestedIn(flow.name, object.spec);
    flow.options = { ...options, name: flow.name };
  }

  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void flow.submit();
  });
  hand.addEventListener("click", () => go(true));
  flow.submit = () => known.then(() => go(send.hidden));
  flow.sends = async () => (await connection()).state === "connected" && !(await refused({ action: "request-certificate" }));
  flow.setLifetime = (value) => {
    const choice = find(`input[value="${value}"]`, lifetimes);
    if (choice.checked) return false;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  /** Back to this step with what went wrong, next to the field it is about: the key and all that was typed stay. */
  flow.refuse = (/** @type {any} */ error) => {
    const tried = flow.name;
    flow.drop("request");
    flow.open("request", { focus: false });
    void known.then(() => {
      if (error.code === "already-exists") {
        find("#request-more").open = true;
        requestName.value = nextName(tried);
        showError(form, error, { field: "name", says: "A request with this name already exists. Here is another name." });
      } else if (!showError(form, error)) (send.hidden ? hand : send).focus();
    });
  };

  /** A request that the cluster has already, found by its key: who asks and what for stand in it. */
  flow.resume = (report) => {
    Object.assign(flow, {
      user: report.request.user,
      groups: report.request.groups,
      request: report.request.pem,
      name: report.name,
      byHand: false,
      sent: true,
      requested: requestedIn(report.name, report),
    });
    flow.finish("who", whoWords(flow));
    flow.finish("request", [name(flow.name), ", sent before"]);
    flow.open("answer");
  };

  /** Findings about the names, and whether the request can be sent from here: shown together, since each moves the buttons. */
  async function look() {
    const inspect = async () => (await session()).csr.lintSubject({ user: flow.user, groups: flow.groups });
    const findings = flow.own ? flow.own.findings : flow.key ? await inspect().catch(() => []) : [];
    const { state } = await connection();
    const connected = state === "connected";
    const why = connected ? await refused({ action: "request-certificate" }) : null;
    const sends = connected && !why;
    find("[data-report]", form).replaceChildren(findingList(findings) ?? "");
    show(send, sends);
    hand.classList.toggle("primary", !sends);
    hand.textContent = sends ? "I’ll send it myself" : "Create the request file";
    find("#request-why").replaceChildren(...(why ? [whyNot(why)] : []));
    find("#request-way").textContent = why
      ? "It cannot be sent from here. You get a small file to send to your administrator; paste their answer in the next step."
      : sends
        ? "It contains your public key, user name and groups. An administrator reads it and decides."
        : state === "refused"
          ? "The cluster rejected this connection, so the request cannot be sent from here. Sign in, or send a small file to your administrator and paste their answer in the next step."
          : "This page is not connected to a cluster. You get a small file to send to your administrator; paste their answer in the next step.";
  }

  flow.on("request", {
    enter() {
      clearRemarks(form);
      // One after the other, so that what was asked last is what is shown.
      known = known.then(look, look);
      holdUntil([actions], known);
    },
    drop() {
      flow.request = flow.options = flow.object = flow.requested = null;
      flow.name = "";
      flow.sent = false;
    },
  });
}

/** What travels with the request, and what the certificate is compared with. @returns {RequestedCertificate} */
const requestedIn = (/** @type {string} */ name, /** @type {RequestedCertificate} */ { signerName, usages, expirationSeconds }) => ({
  name,
  ...(signerName === undefined ? {} : { signerName }),
  ...(usages === undefined ? {} : { usages }),
  ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
});

function atName(/** @type {any} */ error) {
  const cause = error.details?.find((/** @type {{ field: string }} */ { field }) => field === "metadata.name");
  return cause ? { field: "name", says: cause.message } : {};
}

// jane-x7k2p → jane-x7k2p-2 → jane-x7k2p-3
function nextName(/** @type {string} */ taken) {
  const [, stem, number] = /^(.*?)(?:-(\d{1,3}))?$/.exec(taken) ?? [];
  return `${stem}-${Number(number ?? 1) + 1}`;
}
