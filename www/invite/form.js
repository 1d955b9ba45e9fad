// The form of an invitation: who is invited, for how long, with which permissions, and where page and API are for the newcomer.
import { el, find, freshId, show } from "../ui/dom.js";
import { nameChips } from "../ui/chips.js";
import { chosen, lifetimeChoices } from "../ui/lifetimes.js";
import { SERVER, shareableAddress } from "../shared/place.js";
import { sentence } from "../ui/findings.js";
import { holdUntil } from "../ui/hold.js";

const VALID = [
  ["10 minutes", 600],
  ["1 hour", 3600],
  ["8 hours", 28_800],
  ["24 hours", 86_400],
];
const PRESET_VALID = 3600;

/** @import { ClusterPlaces } from "../cluster/places.js" */
/** @import { RbacTemplate, Kubecred } from "../kubecred/index.js" */

const text = (/** @type {string} */ id, properties = {}) =>
  el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", ...properties });
const field = (
  /** @type {string} */ name,
  /** @type {HTMLElement} */ input,
  /** @type {string | (string | Node)[]} */ label,
  /** @type {(string | Node)[]} */ ...hints
) => {
  const hint = hints.length ? el("p", { class: "hint", id: freshId("invite-hint") }, ...hints) : null;
  if (hint) input.setAttribute("aria-describedby", hint.id);
  return el("div", { class: "field", "data-field": name }, el("label", { for: input.id }, label), input, hint);
};

/** `places` has the address and CA of the cluster; `submit` is called with the form's button. */
export function inviteForm(/** @type {ClusterPlaces} */ places, /** @type {() => void} */ submit) {
  const report = el("div", { class: "report", "data-report": "" });
  const user = text("invite-user");
  const groupList = el("div", {});
  const valid = el(
    "select",
    { id: "invite-valid" },
    ...VALID.map(([label, seconds]) => el("option", { value: String(seconds), selected: seconds === PRESET_VALID }, label)),
  );
  const lifetimes = el("fieldset", { class: "choices short", "data-field": "expirationSeconds" }, el("legend", {}, "Certificate valid for"));
  const meaning = el("p", { class: "hint", "aria-live": "polite" });
  lifetimeChoices(lifetimes, meaning, { exact: true });
  const page = text("invite-page", { type: "url", placeholder: "https://kubecred.example.com/" });
  page.value = shareableAddress();
  const role = roleFields();
  const hold = (/** @type {Promise<void>} */ answer) => holdUntil([actions], answer);
  const cluster = places.fields("invite", { report, hold });
  const api = apiFields();
  const actions = el("div", { class: "row" }, el("button", { class: "primary" }, "Show what will be created"));
  const why = el("div", { id: "invite-why" }); // below the buttons, where it moves none
  const node = el(
    "form",
    {
      class: "card",
      id: "invite-form",
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    field("user", user, "User name", "The name that the cluster knows the person by, for example ", el("code", {}, "jane"), "."),
    el(
      "fieldset",
      { class: "field", "data-field": "groups" },
      el("legend", {}, "Groups ", el("span", { class: "optional" }, "optional")),
      groupList,
      el("div", { class: "remarks" }),
      el("p", { class: "hint", id: "invite-groups-hint" }, "Permissions are often given to a group. Enter or a comma adds one."),
    ),
    el("div", { class: "field" }, lifetimes, meaning),
    field(
      "validSeconds",
      valid,
      "Invitation valid for",
      "After that the link is of no use. The person must open it, and you must approve the request, within this time.",
    ),
    role.node,
    field(
      "page",
      page,
      "Page address",
      "The address of this page for the newcomer. ",
      page.value
        ? "Change it if they reach it under another one."
        : "You opened it at an address that leads nowhere on another computer, so say where the newcomer opens it: the page deployed in the cluster, or any copy of it on a web server.",
    ),
    el("details", { id: "invite-where", open: true }, el("summary", {}, "Cluster and API address"), ...cluster.nodes, api.node),
    report,
    actions,
    why,
  );
  hold(cluster.told);
  const groups = nameChips(groupList, { describedBy: "invite-groups-hint", form: node });

  return {
    node,
    /** Where to say why it cannot be created here. */
    why,
    load: role.load,
    focus: () => user.focus(),
    /** For the next person: no name, group or role of the one before. */
    clear() {
      user.value = "";
      groups.set([]);
      role.clear();
    },
    values: () => ({
      user: user.value,
      groups: groups.read(),
      expirationSeconds: chosen(lifetimes).seconds ?? 0,
      validSeconds: Number(valid.value),
      page: page.value.trim(),
      cluster: cluster.entry(),
      ...api.value(),
      ...role.value(),
    }),
  };
}

/** Where the newcomer's browser sends its requests. */
function apiFields() {
  const address = text("invite-api", { type: "url" });
  const label = el("label", { for: address.id });
  const hint = el("p", { class: "hint", id: "invite-api-hint" });
  address.setAttribute("aria-describedby", hint.id);
  const here = SERVER === location.origin;
  const choice = (/** @type {string} */ value, /** @type {string} */ title, /** @type {string} */ says, /** @type {boolean} */ checked) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name: "invite-way", value, checked, onchange: () => update() }),
      el("span", {}, el("b", {}, title), ` ${says}`),
    );
  const choices = el(
    "fieldset",
    { class: "choices" },
    el("legend", {}, "How does the newcomer’s browser reach the API?"),
    choice("direct", "API server", "The browser connects to the API server, which must allow the page’s origin (CORS).", !here),
    choice("page", "Through the page", "For the page deployed in the cluster: nginx forwards the requests.", here),
  );
  const direct = () => find("input:checked", choices).value === "direct";

  function update() {
    label.textContent = direct() ? "API address for the browser" : "Path of the API";
    address.placeholder = direct() ? "the address of the cluster above" : "none, as in www/deploy";
    hint.textContent = direct()
      ? "Leave it empty unless browsers reach the API server under another address than kubectl."
      : "Leave it empty unless the page’s server forwards the API under a path, such as /clusters/lab.";
    address.value = direct() && SERVER && !here ? SERVER : "";
  }
  update();
  return {
    node: el("div", { class: "field" }, choices, el("div", { class: "field", "data-field": "api" }, label, address, hint)),
    value: () => (direct() ? (address.value.trim() ? { api: address.value.trim() } : {}) : { api: address.value.trim() }),
  };
}

/** A role for the invited user, in one namespace or in the whole cluster; none unless it is chosen. */
function roleFields() {
  const role = el("select", { id: "invite-role", onchange: () => update() }, el("option", { value: "" }, "None for now"));
  const namespace = text("invite-namespace", { placeholder: "default" });
  const everywhere = el("input", { type: "checkbox", id: "invite-everywhere", onchange: () => update() });
  const about = el("p", { class: "hint", id: "invite-role-hint" });
  role.setAttribute("aria-describedby", about.id);
  const space = el("div", { class: "field", "data-field": "namespace" }, el("label", { for: namespace.id }, "Namespace"), namespace);
  const whole = el("p", { class: "check" }, everywhere, el("label", { for: everywhere.id }, "In the whole cluster"));
  /** @type {RbacTemplate[]} */
  let templates = [];
  const template = () => templates.find(({ id }) => id === role.value);

  function update() {
    const picked = template();
    const only = picked?.clusterOnly === true;
    everywhere.disabled = only;
    if (only) everywhere.checked = true;
    about.textContent = picked
      ? sentence(picked.description)
      : "A certificate alone gives no permissions beyond those of the user and groups. You can also give permissions later.";
    show(whole, picked !== undefined);
    show(space, picked !== undefined && !everywhere.checked);
  }
  update();
  return {
    node: el(
      "div",
      { class: "field", "data-field": "role" },
      el("label", { for: role.id }, "Role ", el("span", { class: "optional" }, "optional")),
      role,
      about,
      whole,
      space,
    ),
    clear() {
      role.value = "";
      update();
    },
    async load(/** @type {Kubecred} */ kubecred) {
      if (templates.length) return;
      templates = await kubecred.rbac.templates();
      role.append(...templates.map(({ id }) => el("option", { value: id }, id)));
      update();
    },
    value: () => (role.value === "" ? {} : { role: { role: role.value, ...(everywhere.checked ? {} : { namespace: namespace.value.trim() || "default" }) } }),
  };
}
