// A token on the page: pasted or from the cluster. What it says of itself, always as "not verified"; a kubeconfig with it; how to prove it.
// The token stays in a closure: the document holds it only while a person has asked to see it.
import { el, find, show, announce } from "./dom.js";
import { clearRemarks, findingList, showError } from "./findings.js";
import { cluster, connection } from "./connection.js";
import { lifeBar } from "./dates.js";
import { name, fileName } from "./names.js";
import { inTerminal, redraw } from "./shell.js";
import { secretDisplay } from "./secret.js";
import { saveFile } from "./save.js";
import { session } from "./session.js";

export function tokenCard() {
  let token = "";
  let where = {};
  const pasted = el("input", { type: "password", id: "robot-token", autocomplete: "off", spellcheck: "false" });
  const report = el("div", { id: "robot-report" });
  const paste = el("form", { class: "card", id: "robot-paste", novalidate: true, autocomplete: "off", onsubmit: (event) => { event.preventDefault(); use(pasted.value); } },
    el("h2", {}, "Use a token"),
    el("div", { class: "field", "data-field": "token" }, el("label", { for: "robot-token" }, "Token"), pasted,
      el("p", { class: "hint" }, "Of a service account, of your login (OpenID Connect), or a static one from --token-auth-file. Password files were removed in Kubernetes 1.19.")),
    el("div", { class: "report", "data-report": "" }),
    el("div", { class: "row" }, el("button", {}, "Read it")));
  const node = el("div", {}, paste, report);
  addEventListener("pagehide", forget);

  function forget() {
    token = "";
    pasted.value = "";
    report.replaceChildren();
  }

  async function use(text) {
    pasted.value = "";
    clearRemarks(paste);
    try {
      const { kind } = await (await session()).recognise(text);
      if (!["token", "bootstrap-token", "other"].includes(kind)) throw Object.assign(new Error(), { name: "KubecredError", code: "invalid-token", message: kind === "empty" ? "paste a token" : `this is not a token but a ${kind.replace("-", " ")}; it was not kept` });
      await take(text);
    } catch (error) {
      showError(paste, error, { field: "token" });
    }
  }

  /** Shows what a token says and what can be done with it. */
  async function take(text, { findings, authority, namespace } = {}) {
    const kubecred = await session();
    const said = await kubecred.readToken(text);
    token = text;
    where = { authority, namespace: namespace ?? said.namespace };
    const rows = [["Stands for", said.subject], ["Issuer", said.issuer], ["Audience", said.audiences.join(", ")], ["Ends with", said.boundTo && `${said.boundTo.kind} ${said.boundTo.name}`]].filter(([, value]) => value);
    const claims = el("details", {}, el("summary", {}, "Everything it says"), el("dl", {}, ...said.claims.flatMap((claim) => [el("dt", {}, name(claim.name)), el("dd", {}, name(claim.value))])));
    const card = el("section", { class: "card", "aria-labelledby": "robot-said" },
      el("h2", { id: "robot-said", tabindex: "-1" }, "The token, not verified"),
      el("dl", {}, ...rows.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, name(value))])),
      said.issuedAt && said.expiresAt ? lifeBar(said.issuedAt, said.expiresAt) : "",
      findingList(findings ?? said.findings) ?? "", said.claims.length ? claims : "",
      secretDisplay(async () => token, { label: "Token" }), proof(said), fileForm(said));
    report.replaceChildren(card);
    find("h2", card).focus();
    announce("The token was read. It is not verified.");
  }

  /** Asks the cluster with this very token, where that can prove anything; a proxy may put its own credential in front. */
  function proof(said) {
    const answer = el("p", { role: "status" });
    const button = el("button", { type: "button", id: "robot-proof", hidden: true, onclick: async () => {
      button.disabled = true;
      try {
        const { user, tokenSeen } = await (await cluster({ token })).whoAmI();
        answer.replaceChildren(...(tokenSeen === true ? ["The cluster saw this token, and knows it as ", name(user), "."]
          : tokenSeen === false ? ["The cluster saw another credential, that of ", name(user), ": the proxy in front of it logs in by itself, so a token cannot be tried here. Use the lines below."]
          : ["The cluster answers as ", name(user), ", but does not say which credential it saw. Use the lines below to be sure."]));
      } catch (error) {
        answer.textContent = error?.name === "KubecredError" ? error.message : "something went wrong";
      } finally {
        button.disabled = false;
      }
    } }, "Ask the cluster whose it is");
    connection().then(({ state }) => show(button, state === "connected"));
    return el("div", {}, el("div", { class: "row" }, button), answer, said.kind === "opaque" ? el("p", { class: "hint" }, "Only the server can read it.") : "");
  }

  function fileForm(said) {
    const server = el("input", { id: "robot-server", type: "url", autocomplete: "off", spellcheck: "false", placeholder: "https://203.0.113.7:6443" });
    const authority = el("textarea", { id: "robot-ca", rows: "4", spellcheck: "false", autocomplete: "off", placeholder: "-----BEGIN CERTIFICATE-----" }, where.authority ?? "");
    const lines = el("div", {});
    const saving = el("div", { class: "row", hidden: true }, el("button", { class: "primary" }, "Save the kubeconfig"));
    session().then((kubecred) => show(saving, typeof kubecred.createKubeconfig === "function"), () => {});
    const user = said.serviceAccount ?? said.subject ?? "token";
    const form = el("form", { id: "robot-file", novalidate: true, autocomplete: "off", onsubmit: (event) => { event.preventDefault(); save(); } },
      el("h3", {}, "A kubeconfig with it"),
      el("div", { class: "field", "data-field": "server" }, el("label", { for: "robot-server" }, "Address of the cluster"), server),
      el("div", { class: "field", "data-field": "ca" }, el("label", { for: "robot-ca" }, "Certificate authority (CA)"), authority),
      el("div", { class: "report", "data-report": "" }), saving, lines);
    const fill = async () => {
      if ((await connection()).state !== "connected") return;
      const { entry, findings } = await (await cluster()).discover().catch(() => ({ entry: {}, findings: [] }));
      server.value ||= entry.server ?? "";
      authority.value ||= entry.certificateAuthority ?? "";
      const list = findingList(findings);
      if (list) find("[data-report]", form).replaceChildren(list);
      redraw(lines);
    };
    const address = () => server.value.trim() || "https://203.0.113.7:6443";
    lines.append(inTerminal(() => [
      { says: "Prove it, with the token in the file token and the CA in ca.crt:", step: { step: "curl", server: address(), credential: "token", whoAmI: true } },
      { says: "Or make the file with kubectl:", step: { step: "assemble-kubeconfig", file: "robot.kubeconfig", server: address(), certificateAuthority: "ca.crt", user, tokenFile: "token" } },
    ]));
    server.addEventListener("change", () => redraw(lines));
    fill();

    async function save() {
      clearRemarks(form);
      let file;
      try {
        const parts = { server: server.value.trim(), ...(authority.value.trim() ? { certificateAuthority: authority.value } : {}) };
        file = await (await session()).createKubeconfig({ cluster: parts, token, ...(where.namespace ? { namespace: where.namespace } : {}) });
        saveFile(await file.serialize(), fileName("kubeconfig", `${user}-${file.clusters[0].name}`, "yaml"));
        announce("The kubeconfig is saved. It is a secret: whoever has it is this account.", { seen: true });
      } catch (error) {
        showError(form, error, { field: error?.code === "invalid-server" ? "server" : error?.code?.includes("authority") ? "ca" : undefined });
      } finally {
        file?.dispose();
      }
    }
    return form;
  }

  return { node, take, drop: ({ bytes }) => use(new TextDecoder().decode(bytes)) };
}
