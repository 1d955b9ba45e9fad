// A token on the page: pasted or just issued. What it says of itself, a test, a kubeconfig with it. The token stays in a closure: the document contains
// it only while a person has asked to see it.
import { el, find, show, announce } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { appliedList } from "../ui/applied.js";
import { lifeBar } from "../ui/dates.js";
import { name, plainName } from "../ui/names.js";
import { secretDisplay } from "../ui/secret.js";
import { holds } from "../ui/secrets-here.js";
import { tokenAlone } from "../ui/token-text.js";
import { session } from "../shared/session.js";
import { connection } from "../cluster/connection.js";
import { endLines } from "./ends.js";
import { fileForm } from "./file.js";
import { probe } from "./probe.js";

/** @import { AppliedObject, Finding, KubernetesObject, TokenReport } from "../kubecred/index.js" */
/** @import { ClusterPlaces } from "../cluster/places.js" */

/**
 * Where a token comes from: `issued` by the cluster behind the page, for an account with these objects; otherwise pasted.
 * @typedef {{ serviceAccount: string, namespace: string, secret?: string | undefined, objects: readonly KubernetesObject[], results: readonly AppliedObject[] }} Issued
 * @typedef {{ findings?: readonly Finding[] | undefined, authority?: string | undefined, namespace?: string | undefined, issued?: Issued }} About
 */

export function tokenCard(/** @type {ClusterPlaces} */ places) {
  let token = "";
  const node = el("div", { id: "robot-report" });
  addEventListener("pagehide", forget);

  function forget() {
    token = "";
    holds("token", "");
    node.replaceChildren();
  }

  /** Shows what a token says and what can be done with it. @param {string | Uint8Array} text @param {About} about */
  async function take(text, { findings, authority, namespace, issued } = {}) {
    const kubecred = await session();
    const said = await kubecred.tokens.parse(text);
    token = await tokenAlone(kubecred, text);
    holds("token", issued ? `the token of service account ${plainName(issued.serviceAccount)}` : "the token that you pasted");
    const place = namespace ?? said.namespace;
    const test = probe({ token: () => token, namespace: place, account: issued?.serviceAccount, objects: issued?.objects });
    const { box, tested } = testing(test, issued);
    const remarks = (findings ?? said.findings).filter(({ code }) => !issued || code !== "not-verified");
    const card = el(
      "section",
      { class: "card", "aria-labelledby": "robot-said" },
      el("h2", { id: "robot-said", tabindex: "-1" }, issued ? ["Token for ", name(issued.serviceAccount)] : "Token contents (not verified)"),
      issued ? appliedList(issued.results) : "",
      facts(said),
      said.issuedAt && said.expiresAt ? lifeBar(said.issuedAt, said.expiresAt) : "",
      findingList(remarks) ?? "",
      said.claims.length ? claims(said) : "",
      box,
      fileForm(places, { token: () => token, user: said.serviceAccount ?? said.subject ?? "token", authority, namespace: place, tested }),
      secretDisplay(async () => token, { label: "Token", copyLabel: "Copy the token" }),
      issued ? endLines(issued) : "",
    );
    node.replaceChildren(card);
    find("h2", card).focus();
    announce(issued ? "The token was created. Save it below." : "The token was read. It is not verified.");
  }

  return { node, take, forget };
}

const facts = (/** @type {TokenReport} */ said) => {
  const rows = [
    ["Identity", said.subject],
    ["Issuer", said.issuer],
    ["Audience", said.audiences.join(", ")],
    ["Bound to", said.boundTo && `${said.boundTo.kind} ${said.boundTo.name}`],
  ].filter(([, value]) => value);
  return el("dl", {}, ...rows.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, name(value))]));
};

const claims = (/** @type {TokenReport} */ said) =>
  el(
    "details",
    {},
    el("summary", {}, "All claims"),
    el("dl", {}, ...said.claims.flatMap((claim) => [el("dt", {}, name(claim.name)), el("dd", {}, name(claim.value))])),
  );

/** The test: by itself for a token that was just issued, by a button for one that was pasted. What can be pressed below waits for it. @param {ReturnType<typeof probe>} test @param {Issued | undefined} issued */
function testing(test, issued) {
  /** @type {HTMLButtonElement} */
  const button = el(
    "button",
    {
      type: "button",
      id: "robot-proof",
      hidden: true,
      onclick: async () => {
        button.disabled = true;
        await test.ask();
        button.disabled = false;
      },
    },
    issued ? "Test again" : "Verify with the cluster",
  );
  const tested = connection().then(async ({ state }) => {
    show(button, state === "connected");
    if (issued && state === "connected") await test.ask();
  });
  const box = el("div", { class: "field" }, issued ? el("h3", {}, "Test") : "", test.node, el("div", { class: "row" }, button));
  return { box, tested };
}
