// A link opens one page with its one request. The request is looked up in the cluster by its public key: what is decided on is what the cluster has, and where
// that differs from what the link says, a warning says so.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, findingList, showError } from "../ui/findings.js";
import { name, plainName } from "../ui/names.js";
import { cluster } from "../cluster/connection.js";
import { refused } from "../cluster/allowed.js";
import { lifetimeOf } from "./row.js";

/** @import { CsrStatus, RequestedCertificate } from "../kubecred/index.js" */
/** @import { Bare } from "./bare.js" */

/** @typedef {Bare & { requested: RequestedCertificate | undefined }} Linked */
/** @typedef {"offline" | "loading" | "complete" | "failed"} Progress how far the requests of the cluster are known */

const listed = (/** @type {readonly string[]} */ values) => values.map(plainName).join(", ") || "none";
const lifetime = (/** @type {number | undefined} */ seconds) => lifetimeOf(/** @type {CsrStatus} */ ({ expirationSeconds: seconds }));

/** Where the request in the cluster is not what the link says, as findings. */
function differences(/** @type {Linked} */ { request, requested }, /** @type {CsrStatus} */ report) {
  /** @type {[string, string, string][]} */
  const pairs = [
    ["User", plainName(request.user), plainName(report.request.user)],
    ["Groups", listed(request.groups), listed(report.request.groups)],
  ];
  if (requested)
    pairs.push(
      ["Lifetime", lifetime(requested.expirationSeconds), lifetime(report.expirationSeconds)],
      ...(requested.name ? [/** @type {[string, string, string]} */ (["Object name", plainName(requested.name), plainName(report.name)])] : []),
      ...(requested.signerName ? [/** @type {[string, string, string]} */ (["Signer", plainName(requested.signerName), plainName(report.signerName)])] : []),
      ...(requested.usages
        ? [/** @type {[string, string, string]} */ (["Usages", listed([...requested.usages].sort()), listed([...report.usages].sort())])]
        : []),
    );
  return pairs
    .filter(([, link, here]) => link !== here)
    .map(([what, link, here]) => ({
      level: /** @type {const} */ ("warning"),
      code: /** @type {const} */ ("link-differs"),
      message: `${what}: the link says ${link}, the request in the cluster says ${here}. Ask the sender before you approve it.`,
    }));
}

/** Of several with the same key: the very same request first, of those the one with the name in the link, then one that waits, then the oldest. */
const best = (/** @type {readonly CsrStatus[]} */ reports, /** @type {Linked} */ { request, requested }) => {
  const rank = (/** @type {CsrStatus} */ { name: of, request: { pem }, state }) =>
    (pem === request.pem ? 0 : 4) + (of === requested?.name ? 0 : 2) + (state === "pending" ? 0 : 1);
  return [...reports].sort((one, two) => rank(one) - rank(two) || ((one.createdAt ?? "") < (two.createdAt ?? "") ? -1 : 1));
};

/**
 * @param {object} parts
 * @param {HTMLElement} parts.section
 * @param {ReturnType<typeof import("./list.js").requestList>} parts.list
 */
export function linkedRequest({ section, list }) {
  const box = find("#review-linked", section);
  /** @type {Linked | null} */
  let linked = null;
  /** @type {Progress} */
  let progress = "loading";
  /** The request of the cluster that is shown. */
  let found = "";
  /** @type {CsrStatus | undefined} */
  let last;
  const title = el("h2", { tabindex: "-1" }, "Request from a link");
  const says = el("div", {});
  const place = el("div", { id: "review-carried" });
  const all = el("button", { type: "button", class: "small", onclick: () => close({ focus: true }) }, "Show all requests");
  box.append(
    el("div", { class: "row" }, title, all),
    el("p", { class: "hint" }, "You opened a link from someone. Nothing has been submitted or decided."),
    says,
    el("div", { class: "report", "data-report": "" }),
    place,
  );

  function close({ focus = false } = {}) {
    linked = null;
    found = "";
    section.classList.remove("linked", "linked-found");
    show(box, false);
    place.replaceChildren();
    if (focus) find("h1", section).focus();
  }

  function draw() {
    if (!linked) return;
    const same = progress === "complete" ? best(list.withKey(linked.request.fingerprint), linked) : [];
    // What is shown stays, whatever arrives: nobody else's request comes under the hand that is about to approve this one.
    const report = found ? (list.reportOf(found) ?? last) : same[0];
    last = report;
    section.classList.toggle("linked-found", report !== undefined);
    if (report) place.replaceChildren();
    else if (!linked.card.isConnected) place.append(linked.card);
    show(all, progress !== "offline");
    if (report)
      return drawFound(
        linked,
        report,
        same.filter(({ name: of }) => of !== report.name),
      );
    says.replaceChildren(...missing(linked));
  }

  function drawFound(/** @type {Linked} */ one, /** @type {CsrStatus} */ report, /** @type {readonly CsrStatus[]} */ others) {
    const findings = findingList(differences(one, report));
    says.replaceChildren(
      el("p", {}, "The cluster has this request as ", name(report.name), ": the public key is the same."),
      ...(findings ? [findings] : []),
      ...(others.length
        ? [
            el(
              "p",
              {},
              `${others.length === 1 ? "Another request has" : `${others.length} other requests have`} the same public key: `,
              listed(others.slice(0, 5).map(({ name: of }) => of)),
              ".",
            ),
          ]
        : []),
    );
    if (found === report.name) return;
    const focused = box.contains(document.activeElement) || document.activeElement === document.body || document.activeElement?.id === "review-title";
    found = report.name;
    list.open(report.name, { focus: focused });
    announce(`The cluster has this request as ${plainName(report.name)}.`);
  }

  /** @returns {HTMLElement[]} */
  function missing(/** @type {Linked} */ { options }) {
    if (progress === "offline") return [el("p", {}, "This page is not connected to a cluster. The lines below submit and approve the request.")];
    if (progress === "failed") return [el("p", {}, "The requests of the cluster could not be read. The lines below submit and approve this one.")];
    if (progress === "loading") return [el("p", {}, "Looking for it in the cluster …")];
    const submit = el("button", { type: "button", class: "primary", onclick: ({ currentTarget }) => send(currentTarget) }, "Submit to this cluster");
    const row = el("div", { class: "row", hidden: true }, submit);
    void refused({ action: "request-certificate" }).then((error) => show(row, !error && options !== undefined));
    return [el("p", {}, el("b", {}, "This request is not in this cluster yet.")), row];
  }

  async function send(/** @type {HTMLButtonElement} */ button) {
    const one = linked;
    if (!one?.options) return;
    clearRemarks(box);
    button.disabled = true;
    try {
      const status = await (await cluster()).csr.submit(one.options);
      list.change("added", status);
    } catch (error) {
      button.disabled = false;
      showError(box, error);
    }
  }

  return {
    show(/** @type {Linked} */ one) {
      close();
      linked = one;
      section.classList.add("linked");
      show(box, true);
      if (document.activeElement === document.body || section.contains(document.activeElement)) title.focus();
      draw();
    },
    close,
    progress(/** @type {Progress} */ now) {
      progress = now;
      draw();
    },
    /** One request of the cluster has arrived or changed: it may be the one. What is shown stays. */
    changed(/** @type {CsrStatus | undefined} */ report) {
      if (linked && report?.request.fingerprint === linked.request.fingerprint) draw();
    },
  };
}
