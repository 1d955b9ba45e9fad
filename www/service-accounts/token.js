// A token on the page: pasted or from the cluster. What it says of itself, always as "not verified"; a kubeconfig with it; how to prove it.
// The token stays in a closure: the document holds it only while a person has asked to see it.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, findingList, showError } from "../ui/findings.js";
import { cluster, connection } from "../cluster/connection.js";
import { lifeBar } from "../ui/dates.js";
import { holdUntil } from "../ui/hold.js";
import { name } from "../ui/names.js";
import { EXAMPLE_SERVER } from "../shared/place.js";
import { inTerminal, redraw } from "../ui/shell.js";
import { secretDisplay } from "../ui/secret.js";
import { session } from "../shared/session.js";
import { tokenAlone } from "../ui/token-text.js";
import { clusterField } from "../cluster/places.js";
import { saveKubeconfig } from "../ui/save-kubeconfig.js";
import { chooseFile } from "../ui/drop.js";
import { handOver } from "../shared/handover.js";

/** @import { Finding, Kubeconfig, TokenReport } from "../kubecred/index.js" */
/** @import { ClusterPlaces } from "../cluster/places.js" */

export function tokenCard(/** @type {ClusterPlaces} */ places) {
  let token = "";
  /** @type {{ authority?: string, namespace?: string }} */
  let where = {};
  const pasted = el("input", { type: "password", id: "robot-token", autocomplete: "off", spellcheck: "false" });
  const report = el("div", { id: "robot-report" });
  const paste = el(
    "form",
    {
      class: "card",
      id: "robot-paste",
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        void use(pasted.value);
      },
    },
    el("h2", {}, "Use a token"),
    el(
      "div",
      { class: "field", "data-field": "token" },
      el("label", { for: "robot-token" }, "Token"),
      pasted,
      el(
        "p",
        { class: "hint" },
        "A token, or what ",
        el("code", {}, "kubectl get secret NAME -o yaml"),
        " prints. Paste it, or drop it as a file. The token may be of a service account, of an OpenID Connect login, or from --token-auth-file.",
      ),
    ),
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", {}, "Check token")),
  );
  const node = el("div", {}, paste, report);
  // A field of one line would lose the line ends of an object, and a secret of several lines need not stand in the page at all.
  pasted.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!/\n./.test(text.trim())) return;
    event.preventDefault();
    void use(text);
  });
  addEventListener("pagehide", forget);

  function forget() {
    token = "";
    pasted.value = "";
    report.replaceChildren();
  }

  const refuse = (/** @type {string} */ message) => {
    throw Object.assign(new Error(), { name: "KubecredError", code: "invalid-token", message });
  };

  /** A token, or a Secret with one in it; anything else is recognised, and not kept. */
  async function use(/** @type {string | Uint8Array} */ text) {
    pasted.value = "";
    clearRemarks(paste);
    try {
      const kubecred = await session();
      const { kind, findings: form } = await kubecred.classify(text);
      if (kind === "secret-object" || form.some(({ code }) => code === "kubectl-describe")) {
        const found =
          (await kubecred.tokens.fromSecret(text)) ??
          refuse("This Secret contains no token yet. The cluster adds it shortly after the Secret is created: print it again.");
        return await take(found.token, { findings: /** @type {any} */ (found).findings, authority: found.certificateAuthority, namespace: found.namespace });
      }
      if (!["token", "bootstrap-token", "other"].includes(kind))
        refuse(kind === "empty" ? "Paste a token." : `This is not a token but a ${kind.replaceAll("-", " ")}. It was not kept.`);
      await take(text);
    } catch (error) {
      showError(paste, error, { field: "token" });
    }
  }

  /** What a dropped file is for follows from what it contains: a kubeconfig or a certificate tells about the cluster. */
  async function drop(/** @type {{ bytes: Uint8Array }} */ { bytes }) {
    clearRemarks(paste);
    try {
      const kubecred = await session();
      const { kind } = await kubecred.classify(bytes);
      if (kind === "kubeconfig") await places.takeKubeconfig(kubecred, bytes);
      else if (kind === "certificate") places.takeAuthority((await kubecred.certificates.parse(bytes)).pem ?? "");
      else await use(bytes);
    } catch (error) {
      showError(paste, error, { field: "token" });
    } finally {
      bytes.fill(0);
    }
  }

  /** Shows what a token says and what can be done with it. */
  async function take(
    /** @type {string | Uint8Array} */ text,
    /** @type {{ findings?: readonly Finding[], authority?: string, namespace?: string }} */ { findings, authority, namespace } = {},
  ) {
    const kubecred = await session();
    const said = await kubecred.tokens.parse(text);
    token = await tokenAlone(kubecred, text);
    where = { authority, namespace: namespace ?? said.namespace };
    const rows = [
      ["Identity", said.subject],
      ["Issuer", said.issuer],
      ["Audience", said.audiences.join(", ")],
      ["Bound to", said.boundTo && `${said.boundTo.kind} ${said.boundTo.name}`],
    ].filter(([, value]) => value);
    const claims = el(
      "details",
      {},
      el("summary", {}, "All claims"),
      el("dl", {}, ...said.claims.flatMap((claim) => [el("dt", {}, name(claim.name)), el("dd", {}, name(claim.value))])),
    );
    const card = el(
      "section",
      { class: "card", "aria-labelledby": "robot-said" },
      el("h2", { id: "robot-said", tabindex: "-1" }, "Token contents (not verified)"),
      el("dl", {}, ...rows.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, name(value))])),
      said.issuedAt && said.expiresAt ? lifeBar(said.issuedAt, said.expiresAt) : "",
      findingList(findings ?? said.findings) ?? "",
      said.claims.length ? claims : "",
      secretDisplay(async () => token, { label: "Token" }),
      fileForm(said),
      proof(said), // last: its button and its answer come late, and move nothing there
    );
    report.replaceChildren(card);
    find("h2", card).focus();
    announce("The token was read. It is not verified.");
  }

  /** Asks the cluster with this very token, where that can prove anything; a proxy may put its own credential in front. */
  function proof(/** @type {TokenReport} */ said) {
    const answer = el("p", { role: "status" });
    const button = el(
      "button",
      {
        type: "button",
        id: "robot-proof",
        hidden: true,
        onclick: async () => {
          button.disabled = true;
          try {
            const { user, tokenSeen } = await (await cluster({ token })).whoAmI();
            answer.replaceChildren(
              ...(tokenSeen === true
                ? ["Verified: the cluster accepts this token as ", name(user), "."]
                : tokenSeen === false
                  ? ["Not tested: the proxy in front of the cluster signs in by itself, as ", name(user), ". Use the lines below to test the token."]
                  : ["The cluster answers as ", name(user), ", but does not show which credential it received. Use the lines below to test the token."]),
            );
          } catch (error) {
            answer.textContent = error?.name === "KubecredError" ? error.message : "Something went wrong. Try again.";
          } finally {
            button.disabled = false;
          }
        },
      },
      "Verify with the cluster",
    );
    void connection().then(({ state }) => show(button, state === "connected"));
    return el(
      "div",
      {},
      el("div", { class: "row" }, button),
      answer,
      said.kind === "opaque" ? el("p", { class: "hint" }, "Only the API server can read this token.") : "",
    );
  }

  function fileForm(/** @type {TokenReport} */ said) {
    const lines = el("div", {});
    const after = el("div", {});
    const report = el("div", { class: "report", "data-report": "" });
    const cluster = places.fields("robot", { authority: where.authority, report, changed: () => redraw(lines) });
    const user = said.serviceAccount ?? said.subject ?? "token";
    const actions = el(
      "div",
      { class: "row" },
      el("button", { class: "primary" }, "Save the kubeconfig"),
      chooseFile({
        label: "Add to an existing kubeconfig …",
        take: (file) => made((fresh) => handOver(fresh, file), { keep: true }),
      }),
    );
    holdUntil([actions, lines], cluster.told);
    const form = el(
      "form",
      {
        id: "robot-file",
        novalidate: true,
        autocomplete: "off",
        onsubmit: (event) => {
          event.preventDefault();
          void made(save);
        },
      },
      el("h3", {}, "Save as kubeconfig"),
      ...cluster.nodes,
      report,
      actions,
      after,
      lines,
    );
    const address = () => cluster.address() || EXAMPLE_SERVER;
    lines.append(
      inTerminal(() => [
        {
          says: "Test it, with the token in the file token and the CA in ca.crt:",
          step: { step: "curl", server: address(), credential: "token", whoAmI: true },
        },
        {
          says: "Or create the kubeconfig with kubectl:",
          step: {
            step: "assemble-kubeconfig",
            file: "robot.kubeconfig",
            server: address(),
            certificateAuthority: "ca.crt",
            user,
            tokenFile: "token",
            ...cluster.way(),
          },
        },
      ]),
    );

    const save = (/** @type {Kubeconfig} */ file) =>
      saveKubeconfig(file, user, after, "Anyone with this file can act as this account. Keep it where only its owner can read it.");

    /** Makes the file for `use`; with `keep` it belongs to the one who took it. */
    async function made(/** @type {(file: Kubeconfig) => unknown} */ use, { keep = false } = {}) {
      clearRemarks(form);
      let file;
      try {
        file = await (await session()).kubeconfig.create({ cluster: cluster.entry(), token, ...(where.namespace ? { namespace: where.namespace } : {}) });
        await use(file);
      } catch (error) {
        showError(form, error, { field: clusterField(error) });
      } finally {
        if (!keep) file?.dispose();
      }
    }
    return form;
  }

  return { node, take, drop };
}
