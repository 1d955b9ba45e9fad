// #/invite: an administrator invites one person with one link. The objects are shown before anything is created; the link is shown once.
import { el, find, announce } from "../ui/dom.js";
import { clearRemarks, explain, findingList, sentence, showError } from "../ui/findings.js";
import { name, nameList } from "../ui/names.js";
import { lifetime } from "../ui/dates.js";
import { cluster, connection, connections } from "../cluster/connection.js";
import { refused, whyNot } from "../cluster/allowed.js";
import { session } from "../shared/session.js";
import { clusterField, clusterPlaces } from "../cluster/places.js";
import { inviteForm } from "./form.js";
import { madeCard } from "./made.js";
import { invitationList } from "./list.js";

/** @import { Finding, Invitation, InvitationOptions, Kubecred } from "../kubecred/index.js" */

export function start(/** @type {HTMLElement} */ section) {
  const places = clusterPlaces();
  const offline = el("div", { class: "notice-box", id: "invite-offline", hidden: true });
  const form = inviteForm(places, preview);
  const shown = el("div", { id: "invite-preview" });
  const made = el("div", { id: "invite-made" });
  const list = invitationList();
  section.append(
    el("h1", { id: "invite-title", tabindex: "-1" }, "Invite someone"),
    el(
      "p",
      { class: "lead" },
      "Create one link that lets one person request one certificate. The person needs no credentials, and nothing is granted before you approve the request.",
    ),
    offline,
    form.node,
    shown,
    made,
    list.node,
  );
  section.setAttribute("aria-labelledby", "invite-title");

  function refuse(/** @type {any} */ error) {
    const field = fieldOf(error);
    showError(form.node, placed(error), field ? { field } : {});
  }

  /** What would be created, from the package; nothing is sent. */
  async function preview() {
    clearRemarks(form.node);
    for (const place of [shown, made]) place.replaceChildren();
    try {
      const found = await connection();
      const options = { ...form.values(), ...(found.state === "connected" ? { invitedBy: found.user } : {}) };
      const planned = await (await cluster()).invitations.preview(options);
      const card = await previewCard(await session(), options, planned);
      shown.replaceChildren(card);
      form.node.hidden = true;
      find("h2", card).focus();
      announce("The objects are listed below. Nothing has been created yet.");
    } catch (error) {
      refuse(error);
    }
  }

  function back() {
    shown.replaceChildren();
    form.node.hidden = false;
    form.focus();
  }

  function again() {
    made.replaceChildren();
    form.clear();
    back();
  }

  /**
   * @param {Kubecred} kubecred
   * @param {InvitationOptions} options
   * @param {{ invitation: Invitation, objects: any[], findings: Finding[] }} planned
   */
  async function previewCard(kubecred, options, { invitation, objects, findings }) {
    const [yaml, missing] = await Promise.all([kubecred.toYaml(objects), refused({ action: "apply", objects })]);
    const place = el("div", { class: "report", "data-report": "" });
    const create = el("button", { type: "button", class: "primary", disabled: missing !== null, onclick: () => work() }, "Create the invitation");
    const card = el(
      "div",
      { class: "card" },
      el("h2", { tabindex: "-1" }, "An invitation for ", name(invitation.user)),
      el(
        "dl",
        {},
        ...rows([
          ["User", name(invitation.user)],
          ["Groups", ...nameList(invitation.groups)],
          ["Certificate", `valid for ${lifetime(invitation.expirationSeconds)}`],
          ["Invitation", `valid for ${lifetime(options.validSeconds)} after you create it`],
          ["Page", name(options.page)],
        ]),
      ),
      el(
        "p",
        {},
        "These objects will be created. The service account may create certificate signing requests and read the one named ",
        name(invitation.name),
        ", nothing else:",
      ),
      el(
        "ul",
        {},
        ...objects.map(({ kind, metadata }) =>
          el("li", {}, el("b", {}, kind), " ", name(metadata.name), ...(metadata.namespace ? [" in the namespace ", name(metadata.namespace)] : [])),
        ),
      ),
      el("details", {}, el("summary", {}, "Show the objects"), el("pre", { tabindex: "0", "aria-label": "The objects of the invitation" }, yaml)),
      findingList(findings),
      missing && whyNot(missing),
      place,
      el("div", { class: "row" }, create, el("button", { type: "button", onclick: back }, "Change")),
    );

    async function work() {
      clearRemarks(card);
      create.disabled = true;
      create.textContent = "Creating …";
      try {
        const done = await (await cluster()).invitations.create({ ...options, name: invitation.name });
        shown.replaceChildren();
        made.replaceChildren(madeCard(done, again));
        find("h2", made).focus();
        announce("The invitation was created. Copy its link.");
        void list.load();
      } catch (error) {
        showError(card, error);
      } finally {
        create.disabled = false;
        create.textContent = "Create the invitation";
      }
    }
    return card;
  }

  /** Whether an invitation can be created here, before anything is typed: asked about the objects of one for nobody. @type {ReturnType<typeof probe> | null} */
  let probed = null;
  async function probe() {
    const { objects } = await (await cluster()).invitations.preview(PROBE);
    /** @type {any} */
    const { name: serviceAccount, namespace } = /** @type {any[]} */ (objects).find(({ kind }) => kind === "ServiceAccount").metadata;
    return { objects, token: /** @type {const} */ ({ action: "issue-token", namespace, serviceAccount }) };
  }
  async function offer() {
    const found = await connection();
    probed ??= probe();
    probed.catch(() => {
      probed = null; // the next time that the panel is opened
    });
    const { objects, token } = await probed;
    const why = (await refused({ action: "apply", objects })) ?? (await refused(token));
    if (found !== (await connection())) return; // somebody else has signed in meanwhile: it is not about them
    form.why.replaceChildren(...(why ? [el("p", {}, el("b", {}, "This connection cannot create invitations.")), whyNot(why)] : []));
  }

  connections.addEventListener("change", () => {
    form.why.replaceChildren(); // said of whoever was signed in before
    if (!section.hidden) void open();
  });

  async function open() {
    const found = await connection();
    const connected = found.state === "connected";
    offline.hidden = connected;
    form.node.hidden = !connected || shown.hasChildNodes() || made.hasChildNodes();
    offline.replaceChildren(
      el(
        "p",
        {},
        el("b", {}, "An invitation is created in a cluster, and this page is not connected to one. "),
        "error" in found && found.error ? sentence(explain(found.error)) : "",
        " Start the page with ",
        el("code", {}, "npx kubecred"),
        ", or sign in at the page deployed in the cluster.",
      ),
    );
    list.show(connected);
    if (!connected) return;
    void offer().catch(() => {}); // what went wrong is said by the list below
    form.load(await session()).catch(refuse);
    void list.load();
  }

  return {
    open,
    async drop(/** @type {{ bytes: Uint8Array }} */ { bytes }) {
      const kubecred = await session();
      const { kind } = await kubecred.classify(bytes);
      if (kind === "kubeconfig") return places.takeKubeconfig(kubecred, bytes);
      if (kind === "certificate") return places.takeAuthority((await kubecred.certificates.parse(bytes)).pem ?? "");
      announce("Drop a kubeconfig or the certificate of the cluster’s CA here.", { seen: true });
    },
  };
}

/** An invitation that is never created. @type {InvitationOptions} */
const PROBE = {
  user: "nobody",
  expirationSeconds: 3600,
  validSeconds: 3600,
  page: "https://kubecred.invalid/",
  cluster: { server: "https://kubernetes.invalid" },
};

const rows = (/** @type {[string, ...any[]][]} */ pairs) => pairs.flatMap(([term, ...words]) => [el("dt", {}, term), el("dd", {}, ...words)]);

/** The field of the form that an error is about, where the code alone tells. */
const fieldOf = (/** @type {any} */ error) => (error?.details?.some((/** @type {any} */ { field }) => field) ? undefined : clusterField(error));

/** The core's names of options as the form calls them: `role.namespace` is `namespace`, `cluster.server` is `server`. */
function placed(/** @type {any} */ error) {
  if (error?.name !== "KubecredError" || !error.details) return error;
  const { name: kind, code, message } = error;
  /** @type {Record<string, string>} */
  const names = {
    "cluster.server": "server",
    "cluster.certificateAuthority": "ca",
    "cluster.proxyUrl": "proxyUrl",
    "cluster.tlsServerName": "tlsServerName",
    "role.namespace": "namespace",
  };
  const here = (/** @type {string | undefined} */ field) => names[field ?? ""] ?? field?.replace(/^role\..*/, "role");
  return { name: kind, code, message, details: error.details.map((/** @type {any} */ cause) => ({ ...cause, field: here(cause.field) })) };
}
