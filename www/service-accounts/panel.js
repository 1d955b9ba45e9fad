// #/robot: access for a program. A service account, a token for it that ends (TokenRequest) or one from a Secret that does not, what the
// token says of itself, and a kubeconfig with it. Live where a cluster is; by manifests, command lines and paste where none is.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { cluster, connection } from "../cluster/connection.js";
import { refused, whyNot } from "../cluster/allowed.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal } from "../ui/shell.js";
import { saveText } from "../ui/save.js";
import { session } from "../shared/session.js";
import { clusterPlaces } from "../cluster/places.js";
import { oidcCard } from "./oidc.js";
import { tokenCard } from "./token.js";

/** @import { CommandStep } from "../kubecred/index.js" */
/** @import { Dropped } from "../ui/drop.js" */

const LIFETIMES = [
  ["1 hour", 3600],
  ["1 day", 86_400],
  ["30 days", 2_592_000],
  ["1 year", 31_536_000],
];
const given = (/** @type {string} */ value) => value || undefined;

export function start(/** @type {HTMLElement} */ section) {
  const input = (/** @type {string} */ id, /** @type {string} */ placeholder) =>
    el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", placeholder });
  const field = (
    /** @type {string} */ name,
    /** @type {string} */ id,
    /** @type {string} */ label,
    /** @type {HTMLElement} */ box,
    /** @type {string | undefined} */ hint = undefined,
  ) => el("div", { class: "field", "data-field": name }, el("label", { for: id }, label), box, hint ? el("p", { class: "hint" }, hint) : "");
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
  const made = el("div", { id: "robot-made" });
  /** @type {HTMLButtonElement} */
  const live = el("button", { type: "button", class: "primary", id: "robot-live", onclick: () => busy(live, ask) }, "Create account and token");
  const actions = el("div", { class: "row" }, live, el("button", { id: "robot-hand" }, "Show kubectl commands"));
  const notHere = el("div", { id: "robot-why" });
  const form = el(
    "form",
    {
      class: "card",
      id: "robot-form",
      novalidate: true,
      autocomplete: "off",
      onchange: () => void offer(),
      onsubmit: (event) => {
        event.preventDefault();
        void byHand();
      },
    },
    field("metadata.name", "robot-account", "Name of the service account", account, "Use one per program, so you can revoke each on its own."),
    field("metadata.namespace", "robot-namespace", "Namespace", namespace),
    kinds,
    old,
    field("spec.expirationSeconds", "robot-lifetime", "Valid for", lifetime, "The cluster may shorten it; the result shows the actual time."),
    field("spec.audiences", "robot-audience", "Audience", audience, "Optional. Leave empty for kubectl."),
    el("div", { class: "report", "data-report": "" }),
    actions,
    notHere, // below the buttons: it comes and goes while a person types
  );
  const places = clusterPlaces();
  const token = tokenCard(places);
  section.append(
    el("h1", { id: "robot-title", tabindex: "-1" }, "Service accounts"),
    el(
      "p",
      { class: "lead" },
      "Give a program its own service account and a token. Then grant what it needs under ",
      el("a", { href: "#/roles" }, "Permissions"),
      ".",
    ),
    form,
    made,
    token.node,
    oidcCard(places),
  );
  section.setAttribute("aria-labelledby", "robot-title");

  const chosen = () => find("input:checked", kinds).value;
  const values = () => ({ name: account.value.trim(), namespace: namespace.value.trim() || "default" });
  const secretName = () => `${values().name}-token`;
  const manifests = async () => (await session()).serviceAccounts.manifests({ ...values(), ...(chosen() === "secret" ? { legacySecret: secretName() } : {}) });
  const wish = () => {
    const { name: serviceAccount, namespace: where } = values();
    const audiences = audience.value.trim() ? [audience.value.trim()] : undefined;
    return { serviceAccount, namespace: where, expirationSeconds: Number(lifetime.value), ...(audiences ? { audiences } : {}) };
  };

  function update() {
    const ends = chosen() === "request";
    show(old, !ends);
    for (const id of ["robot-lifetime", "robot-audience"]) show(find(`#${id}`, form).closest(".field"), ends);
  }

  /** The button whose work is not done. @type {HTMLButtonElement | null} */
  let working = null;
  async function busy(/** @type {HTMLButtonElement} */ button, /** @type {() => Promise<unknown>} */ work) {
    clearRemarks(form);
    button.disabled = true;
    working = button;
    try {
      await work();
    } catch (error) {
      showError(form, error);
    } finally {
      working = null;
      button.disabled = false;
    }
  }

  /** Account and token in the cluster behind this page. */
  async function ask() {
    const objects = await manifests();
    const api = await cluster();
    for (const { error } of await api.rbac.apply(objects)) if (error) throw error;
    /** @type {any} */
    const found =
      chosen() === "secret"
        ? await api.tokens.fromSecret({ name: secretName(), namespace: values().namespace, serviceAccount: values().name })
        : await api.tokens.create(wish());
    made.replaceChildren();
    await token.take(found.token, { findings: found.findings, authority: given(found.certificateAuthority), namespace: values().namespace });
  }

  /** The same as manifests and command lines. */
  function byHand() {
    return busy(find("#robot-hand", form), async () => {
      const objects = await manifests();
      const yaml = await (await session()).toYaml(objects);
      const { serviceAccount, namespace: where, expirationSeconds, audiences } = wish();
      /** @type {CommandStep} */
      const fetchToken =
        chosen() === "secret"
          ? { step: "read-secret-token", secret: secretName(), namespace: where, file: "token" }
          : { step: "create-token", serviceAccount, namespace: where, expirationSeconds, ...(audiences ? { audiences } : {}), file: "token" };
      made.replaceChildren(
        el(
          "div",
          { class: "card" },
          el("h2", { tabindex: "-1" }, "kubectl commands"),
          el("p", {}, "1. Create the account", chosen() === "secret" ? " and the Secret" : "", ". The file contains no secret."),
          el("pre", { tabindex: "0", "aria-label": "The objects to create" }, yaml),
          el("div", { class: "row" }, el("button", { type: "button", onclick: () => saveText(yaml, "service-account.yaml") }, "Save service-account.yaml")),
          el("p", {}, "2. Create the token. Use it directly, or paste it below."),
          inTerminal(
            [
              { says: "Create the account:", step: { step: "apply", manifests: objects } },
              { says: "Write the token to a file that only you can read:", step: fetchToken },
            ],
            { open: true },
          ),
        ),
      );
      find("h2", made).focus();
      announce("The commands are below.");
    });
  }

  /** Whether account and token can be made in the cluster, with what is typed so far; every namespace has the account "default". */
  let offered = 0;
  async function offer() {
    offered += 1;
    const mine = offered;
    const connected = (await connection()).state === "connected";
    const { name: typed, namespace: where } = values();
    const serviceAccount = typed || "default";
    const why = connected
      ? ((await refused({
          action: "apply",
          objects: await manifests().catch(() => [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: serviceAccount, namespace: where } }]),
        })) ?? (chosen() === "request" ? await refused({ action: "issue-token", namespace: where, serviceAccount }) : null))
      : null;
    if (mine !== offered) return;
    show(live, connected); // where it is not possible it keeps its place
    if (working !== live) live.disabled = why !== null;
    notHere.replaceChildren(...(why ? [whyNot(why)] : []));
  }

  update();
  return {
    open() {
      const first = offer();
      holdUntil([actions], first);
      return first;
    },
    drop: (/** @type {Dropped} */ file) => token.drop(file),
  };
}
