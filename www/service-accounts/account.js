// The fields of the flow that are typed: account and namespace, and which token. The namespace is typed once, for everything.
import { el, find, show } from "../ui/dom.js";

/** What a person wants: `secret` is the name of the Secret of a token that does not expire. @typedef {{ serviceAccount: string, namespace: string, secret?: string | undefined, expirationSeconds: number, audiences?: string[] | undefined }} Wanted */

const LIFETIMES = [
  ["1 hour", 3600],
  ["1 day", 86_400],
  ["30 days", 2_592_000],
  ["1 year", 31_536_000],
];

const input = (/** @type {string} */ id, /** @type {string} */ placeholder) =>
  el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", placeholder });
const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {HTMLElement} */ box, /** @type {string | undefined} */ hint = undefined) =>
  el("div", { class: "field", "data-field": name }, el("label", { for: box.id }, label), box, hint ? el("p", { class: "hint" }, hint) : "");

export function accountFields() {
  const account = input("robot-account", "ci");
  const namespace = input("robot-namespace", "default");
  const audience = input("robot-audience", "the API server");
  const lifetime = el("select", { id: "robot-lifetime" }, ...LIFETIMES.map(([label, seconds]) => el("option", { value: String(seconds) }, label)));
  const kind = (/** @type {string} */ value, /** @type {string} */ title, /** @type {string} */ text) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name: "robot-kind", value, checked: value === "request", onchange: () => update() }),
      el("span", {}, el("b", {}, title), ` ${text}`),
    );
  const kinds = el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, "Token type"),
    kind("request", "Expires (recommended)", "Not stored in the cluster. Renew before it expires."),
    kind(
      "secret",
      "Does not expire",
      "Stored in a Secret until you delete that. Only for programs that cannot renew: anyone who copies it can use it until then.",
    ),
  );
  const old = el(
    "p",
    { class: "hint", hidden: true },
    "Since Kubernetes 1.24 this Secret is no longer created automatically, nor listed in ",
    el("code", {}, ".secrets[0]"),
    " of the account. It is found by its type and annotation.",
  );
  const validFor = field("spec.expirationSeconds", "Valid for", lifetime, "The cluster may shorten it; the result shows the actual time.");
  const advanced = el("details", {}, el("summary", {}, "Advanced"), field("spec.audiences", "Audience", audience, "Optional. Leave empty for kubectl."));
  const expires = () => find("input:checked", kinds).value === "request";
  function update() {
    show(old, !expires());
    for (const each of [validFor, advanced]) show(each, expires());
  }
  update();
  return {
    account: [
      field("metadata.name", "Name of the service account", account, "Use one per program, so you can revoke each on its own."),
      field("metadata.namespace", "Namespace", namespace, "Of the account and its permissions."),
    ],
    token: [kinds, old, validFor, advanced],
    /** @returns {Wanted} */
    values() {
      const serviceAccount = account.value.trim();
      const wanted = { serviceAccount, namespace: namespace.value.trim() || "default", expirationSeconds: Number(lifetime.value) };
      if (!expires()) return { ...wanted, secret: `${serviceAccount}-token` };
      const audiences = audience.value.trim() ? [audience.value.trim()] : undefined;
      return { ...wanted, audiences };
    },
  };
}
