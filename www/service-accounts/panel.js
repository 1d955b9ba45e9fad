// #/robot: one flow for a program: service account, permissions, token, test, kubeconfig. Live where a cluster is; by objects, command lines and paste
// where none is.
import { el, find, show } from "../ui/dom.js";
import { appliedList } from "../ui/applied.js";
import { checkFields, pointerReleased } from "../ui/check.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";
import { plainName } from "../ui/names.js";
import { atBoxes } from "../ui/rules.js";
import { cluster, connection } from "../cluster/connection.js";
import { refused, whyNot } from "../cluster/allowed.js";
import { clusterPlaces } from "../cluster/places.js";
import { hand } from "../shared/handover.js";
import { NAME } from "../shared/place.js";
import { session } from "../shared/session.js";
import { accountFields } from "./account.js";
import { handCard, showHand } from "./by-hand.js";
import { pasteCard } from "./paste.js";
import { permissionFields } from "./permissions.js";
import { tokenCard } from "./token.js";

/** @import { KubernetesObject } from "../kubecred/index.js" */
/** @import { Wanted } from "./account.js" */
/** @import { Dropped } from "../ui/drop.js" */

export function start(/** @type {HTMLElement} */ section) {
  const fields = accountFields();
  const permissions = permissionFields(() => hold(offer()));
  const made = el("div", { id: "robot-made" });
  /** @type {HTMLButtonElement} */
  const live = el("button", { type: "button", class: "primary", id: "robot-live", onclick: () => busy(live, create) }, "Create account and token");
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
        void busy(find("#robot-hand", form), byHand);
      },
    },
    el("h2", {}, "1 Account"),
    ...fields.account,
    el("h2", {}, "2 Permissions"),
    permissions.node,
    el("h2", {}, "3 Token"),
    ...fields.token,
    el("div", { class: "report", "data-report": "" }),
    actions,
    notHere, // below the buttons: it comes and goes while a person types
  );
  const places = clusterPlaces();
  const token = tokenCard(places);
  const paste = pasteCard(places, token);
  section.append(
    el("h1", { id: "robot-title", tabindex: "-1" }, "Service accounts"),
    el(
      "p",
      { class: "lead" },
      "Give a program its own service account, the permissions that it needs, and a token. Other roles and subjects are under ",
      el("a", { href: "#/roles", onclick: () => toRoles() }, "Permissions"),
      ".",
    ),
    form,
    made,
    token.node,
    paste.node,
  );
  section.setAttribute("aria-labelledby", "robot-title");

  /** The account, its Secret if wanted, role and binding. */
  async function objectsOf(/** @type {Wanted} */ { serviceAccount, namespace, secret }) {
    const { serviceAccounts, rbac } = await session();
    const account = await serviceAccounts.manifests({ name: serviceAccount, namespace, ...(secret ? { legacySecret: secret } : {}) });
    const role = permissions.role(serviceAccount);
    if (role === null) return account;
    return [...account, ...(await rbac.manifests({ subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace }], role, namespace }))];
  }

  /** The button whose work is not done. @type {HTMLButtonElement | null} */
  let working = null;
  async function busy(/** @type {HTMLButtonElement} */ button, /** @type {(wanted: Wanted) => Promise<unknown>} */ work) {
    clearRemarks(form);
    const wanted = fields.values();
    if (wanted.serviceAccount === "") return void showError(form, null, { field: "metadata.name", says: "Enter a name." });
    button.disabled = true;
    working = button;
    try {
      await work(wanted);
    } catch (error) {
      showError(form, atBoxes(error));
    } finally {
      working = null;
      button.disabled = false;
    }
  }

  /** Everything in the cluster behind this page. */
  async function create(/** @type {Wanted} */ wanted) {
    const { serviceAccount, namespace, secret, expirationSeconds, audiences } = wanted;
    const objects = await objectsOf(wanted);
    const api = await cluster();
    const results = await api.rbac.apply(objects);
    const failed = results.find(({ error }) => error);
    if (failed) {
      made.replaceChildren(el("div", { class: "card" }, el("h2", {}, "Not everything was written"), appliedList(results)));
      throw failed.error;
    }
    const found = secret
      ? await api.tokens.fromSecret({ name: secret, namespace, serviceAccount })
      : await api.tokens.create({ serviceAccount, namespace, expirationSeconds, ...(audiences ? { audiences } : {}) });
    made.replaceChildren();
    await token.take(found.token, {
      ...("findings" in found ? { findings: found.findings } : { authority: found.certificateAuthority }),
      namespace,
      issued: { serviceAccount, namespace, secret, objects, results },
    });
  }

  /** The same as command lines. */
  async function byHand(/** @type {Wanted} */ wanted) {
    showHand(made, await handCard(wanted, await objectsOf(wanted)));
  }

  /** Whether it can be done in the cluster, with what is typed so far, and what is dangerous in it. Every namespace has the account "default". */
  let offered = 0;
  async function offer() {
    offered += 1;
    const mine = offered;
    const connected = (await connection()).state === "connected";
    const wanted = fields.values();
    if (!wanted.serviceAccount) {
      wanted.serviceAccount = "default";
      if (wanted.secret) wanted.secret = "default-token";
    }
    const { serviceAccount, namespace } = wanted;
    const account = [{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: serviceAccount, namespace } }];
    const objects = await objectsOf(wanted).catch(() => /** @type {readonly KubernetesObject[]} */ (account));
    const { rbac } = await session();
    const risks = await rbac.lint(objects);
    const ask = async (/** @type {readonly object[]} */ list) =>
      (await refused({ action: "apply", objects: list })) ?? (wanted.secret ? null : await refused({ action: "issue-token", namespace, serviceAccount }));
    const why = connected ? await ask(objects) : null;
    const alone = why !== null && !permissions.none() && (await ask(objects.filter(({ kind }) => kind === "ServiceAccount" || kind === "Secret"))) === null;
    await pointerReleased();
    if (mine !== offered) return;
    permissions.warn(risks.filter(({ code }) => code !== "subject-default-account"));
    live.textContent = `Create account${permissions.none() ? "" : ", permissions"} and token${NAME ? ` on ${plainName(NAME)}` : ""}`;
    show(live, connected); // where it is not possible it keeps its place
    if (working !== live) live.disabled = why !== null;
    notHere.replaceChildren(
      ...(why ? [whyNot(why)] : []),
      alone ? el("p", { class: "hint" }, "Account and token can be created here: choose “None yet”, and have someone else grant the permissions.") : "",
    );
  }
  const hold = (/** @type {Promise<unknown>} */ answer) => holdUntil([actions], answer);

  /** The panel for permissions goes on with this account. */
  function toRoles() {
    const { serviceAccount, namespace } = fields.values();
    if (serviceAccount) hand("roles", { subject: { name: serviceAccount, namespace } });
  }

  checkFields(form, async (field) => {
    const { serviceAccount, namespace } = fields.values();
    const { serviceAccounts } = await session();
    if (field === "metadata.name") await serviceAccounts.manifests({ name: serviceAccount, namespace: "default" });
    if (field === "metadata.namespace") await serviceAccounts.manifests({ name: "default", namespace });
    return [];
  });
  document.addEventListener("connection", () => {
    if (!section.hidden) hold(offer());
  });
  return {
    open() {
      const first = offer();
      hold(first);
      return first;
    },
    drop: (/** @type {Dropped} */ file) => paste.drop(file),
  };
}
