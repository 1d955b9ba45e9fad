// A login that the cluster takes from elsewhere (OpenID Connect): a kubeconfig whose user is a program, kubelogin, that kubectl runs. It is
// shown as what it will run; this page runs nothing and asks nobody.
import { el, find } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { name } from "../ui/names.js";
import { session } from "../shared/session.js";
import { clusterField } from "../cluster/places.js";
import { saveKubeconfig } from "../ui/save-kubeconfig.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */
/** @import { ClusterPlaces } from "../cluster/places.js" */

export function oidcForm(/** @type {ClusterPlaces} */ places) {
  const input = (/** @type {string} */ id, /** @type {string} */ placeholder) =>
    el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", placeholder });
  const field = (/** @type {string} */ of, /** @type {string} */ id, /** @type {string} */ label, /** @type {HTMLElement} */ box, /** @type {string} */ hint) =>
    el("div", { class: "field", "data-field": of }, el("label", { for: id }, label), box, hint ? el("p", { class: "hint" }, hint) : "");
  const issuer = input("oidc-issuer", "https://login.example.com");
  const client = input("oidc-client", "kubernetes");
  const scopes = input("oidc-scopes", "email groups");
  const authority = el("textarea", { id: "oidc-issuer-ca", rows: "3", spellcheck: "false", autocomplete: "off", placeholder: "-----BEGIN CERTIFICATE-----" });
  const shown = el("div", { "aria-live": "polite" });
  const report = el("div", { class: "report", "data-report": "" });
  const form = el("form", {
    id: "oidc-form",
    novalidate: true,
    autocomplete: "off",
    onsubmit: (event) => {
      event.preventDefault();
      const doubt = where.doubt();
      if (doubt) showError(form, null, doubt);
      else void made(save);
    },
  });
  const hold = (/** @type {Promise<void>} */ answer) => holdUntil([actions], answer);
  const where = places.fields("oidc", { report, hold });
  const actions = el(
    "div",
    { class: "row" },
    el("button", { class: "primary" }, "Save the kubeconfig"),
    el("button", { type: "button", onclick: () => made(look) }, "Show what kubectl will run"),
  );
  hold(where.told);
  form.append(
    el(
      "p",
      {},
      "Where the cluster trusts an OpenID Connect issuer, a kubeconfig needs no secret: kubectl runs the plugin oidc-login (kubelogin), which opens the sign-in page in a browser. Install the plugin: ",
      el("code", {}, "kubectl krew install oidc-login"),
      ".",
    ),
    field("issuer", "oidc-issuer", "Issuer", issuer, "The value of --oidc-issuer-url of the API server."),
    field("clientId", "oidc-client", "Client ID", client, "Of a public client. A client secret is not supported: it would be readable in the file."),
    field("scopes", "oidc-scopes", "Scopes in addition to openid", scopes, "Separate with spaces."),
    field("issuer-ca", "oidc-issuer-ca", "CA of the issuer", authority, "Leave empty if the issuer has a publicly trusted certificate."),
    ...where.nodes,
    report,
    actions,
    shown,
  );

  function oidc() {
    const wanted = scopes.value.split(/[\s,]+/).filter(Boolean);
    return {
      issuer: issuer.value.trim(),
      clientId: client.value.trim(),
      ...(wanted.length ? { scopes: wanted } : {}),
      ...(authority.value.trim() ? { certificateAuthority: authority.value } : {}),
    };
  }

  async function made(/** @type {(file: Kubeconfig) => unknown} */ use) {
    clearRemarks(form);
    let file;
    try {
      file = await (await session()).kubeconfig.create({ cluster: where.entry(), oidc: oidc() });
      await use(file);
    } catch (error) {
      showError(form, error, { field: fieldOf(error) });
    } finally {
      file?.dispose();
    }
  }

  /** The entry that kubectl reads, one argument on each line, so that none can look like two. */
  async function look(/** @type {Kubeconfig} */ file) {
    const { exec } = JSON.parse(new TextDecoder().decode(await file.serialize({ format: "json" }))).users[0].user;
    const list = el("ol", { id: "oidc-runs", tabindex: "-1" }, ...[exec.command, ...exec.args].map((each) => el("li", {}, el("code", {}, name(each)))));
    shown.replaceChildren(
      el("h3", {}, "What kubectl will run"),
      el("p", { class: "hint" }, "The program and each of its arguments. Nothing is run here."),
      list,
    );
    find("#oidc-runs").focus();
  }

  const save = (/** @type {Kubeconfig} */ file) =>
    saveKubeconfig(file, "oidc", shown, "It contains no secret, but makes kubectl run a program. Check what it runs before you share it.");
  return form;
}

// A value that is missing or of another type is named without its object, the others with it.
/** @type {Record<string, string>} */
const FIELDS = {
  issuer: "issuer",
  "oidc.issuer": "issuer",
  clientId: "clientId",
  "oidc.clientId": "clientId",
  scopes: "scopes",
  "oidc.scopes": "scopes",
  "oidc.certificateAuthority": "issuer-ca",
};
const fieldOf = (/** @type {any} */ error) => FIELDS[error?.details?.[0]?.field] ?? clusterField(error);
