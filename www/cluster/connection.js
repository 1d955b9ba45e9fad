// What is behind this address: found out by asking, never assumed. The line at the top right says it.
import { el, find, show as reveal } from "../ui/dom.js";
import { name, plainName } from "../ui/names.js";
import { session } from "../shared/session.js";
import { record, tokenIsSent } from "./ledger.js";
import { shellLines } from "../ui/shell.js";
import { holds } from "../ui/secrets-here.js";
import { explain, sentence } from "../ui/findings.js";
import { tokenAlone } from "../ui/token-text.js";
import { API, BASE, HOST, NAME, OFFLINE, READ_ONLY, SERVER } from "../shared/place.js";
import { answeredByProxy, refusalOf } from "../shared/refusal.js";

/** @import { AcceptOptions, Cluster, ClusterOptions } from "../kubecred/index.js" */

let token = "";
/**
 * @typedef {{ state: "connected", user: string, groups: readonly string[], version: string }} Connected
 * @typedef {Connected | { state: "offline" | "refused" | "broken", error?: any }} Connection
 */

/** Tells by "change" that the cluster was asked again who is connected, as after a sign-in. */
export const connections = new EventTarget();
/** @type {Promise<Connection> | null} */
let asking = null;
/** What lists, in the explanation, what may be done here (abilities.js, which asks this file). */
let abilities = () => "";
/** The next look for a cluster that npx kubecred waits for. */
/** @type {ReturnType<typeof setTimeout> | 0} */
let retry = 0;

/**
 * The cluster, with every request written into the ledger. The only way from the page to a network.
 * @param {Partial<ClusterOptions>} [options]
 * @returns {Promise<Cluster>}
 */
export async function cluster(options = {}) {
  if (options.token) tokenIsSent(); // a token of the panel's own: that one is tested
  return (await session()).cluster({ server: API, ...(token ? { token } : {}), ...options, onRequest: record });
}

/**
 * The way of a person who was invited: with the token of their link, to the address in it.
 * @param {string} link
 * @param {AcceptOptions} options
 */
export async function acceptInvitation(link, options) {
  return (await session()).invitations.accept(link, { ...options, onRequest: (entry) => record(entry, { token: true }) });
}

/**
 * { state: "connected", user, groups, version } or { state: "offline" | "refused" | "broken", error }. Asked once, and again on `again`.
 * @param {{ again?: boolean }} [how]
 * @returns {Promise<Connection>}
 */
export function connection({ again = false } = {}) {
  if (!asking || again) {
    const before = asking;
    asking = ask();
    if (before !== null) void asking.then(() => connections.dispatchEvent(new Event("change")));
  }
  return asking;
}

/** @returns {Promise<Connection>} */
async function ask() {
  clearTimeout(retry);
  /** @type {Connection} */
  let found;
  if (OFFLINE) {
    // The engine still has to start, and what keeps it from that is worth a line.
    found = await session().then(
      () => /** @type {const} */ ({ state: "offline" }),
      (error) => /** @type {const} */ ({ state: "broken", error }),
    );
    show(found);
    return found;
  }
  try {
    const api = await cluster();
    const { user, groups } = await api.whoAmI();
    found = {
      state: "connected",
      user,
      groups,
      version: await api.version().then(
        (answer) => answer.gitVersion,
        () => "",
      ),
    };
  } catch (error) {
    found = { state: stateOf(error), error };
    // npx kubecred --wait serves the page before its cluster is there.
    if (BASE && found.state === "offline" && refusalOf(error) !== "offline") retry = setTimeout(() => connection({ again: true }), 3000);
  }
  show(found);
  return found;
}

/** A file server answers the question with 404, 405, 501 or a page: no cluster. 401 and 403 come from one that does not want us. @param {any} error */
function stateOf(error) {
  if (["unauthorized", "forbidden"].includes(error?.code)) return "refused";
  if (String(error?.code).startsWith("wasm-") || error?.code === "no-random" || error?.name !== "KubecredError") return "broken";
  return "offline";
}

/** The explanation lies over the page, so it goes when the person turns to something else. */
export function startConnection(/** @type {{ details: any }} */ { details }) {
  abilities = details;
  const line = find("#connection");
  const close = () => {
    line.open = false;
  };
  addEventListener("hashchange", close);
  document.addEventListener("pointerdown", (event) => {
    if (!line.contains(event.target)) close();
  });
  line.addEventListener("focusout", (/** @type {FocusEvent} */ event) => {
    if (event.relatedTarget && !line.contains(event.relatedTarget)) close();
  });
  addEventListener("pagehide", () => {
    token = "";
  });
  line.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    close();
    find("summary", line).focus();
  });
}

/** @param {Connection} found */
function show(found) {
  document.dispatchEvent(new Event("connection")); // for what a panel offers by it
  holds("sign-in", token ? "the token that you signed in with" : "");
  const line = find("#connection");
  line.dataset.state = found.state;
  const summary = find("summary", line);
  const text = find("div", line);
  const again = el("button", { type: "button", class: "small", onclick: () => connection({ again: true }) }, "Try again");
  const signIn = find("#sign-in");
  const wanted = SERVER !== "" && found.state === "refused";
  signIn.replaceChildren(...(wanted ? signInCard(found.error) : []));
  reveal(signIn, wanted);
  if (found.state === "connected") {
    const place = plainName(NAME || HOST || location.host);
    const server = el("span", { class: "version" }, `Kubernetes ${found.version} ${NAME && HOST && `at ${HOST} `}`.replace("  ", " "));
    // Each may be cut on a narrow screen. The title of the line itself would be read out after the same words.
    summary.replaceChildren(
      el("b", { class: "where", title: place }, place),
      " ",
      el("span", { class: "caller", title: `as ${plainName(found.user)}` }, server, "as ", name(found.user), READ_ONLY ? ", read-only" : ""),
    );
    const may = el("div", {});
    line.ontoggle = () => {
      if (line.open && !may.firstChild) may.append(abilities());
    };
    if (SERVER) {
      text.replaceChildren(
        "This page connects to the API server at ",
        el("code", {}, SERVER),
        " directly, with your token, as ",
        name(found.user),
        found.groups.length ? ` (${found.groups.map(plainName).join(", ")})` : "",
        ". The token stays in this tab until you leave it. ",
        el(
          "button",
          {
            type: "button",
            class: "small",
            onclick: () => {
              token = "";
              void connection({ again: true });
            },
          },
          "Forget the token",
        ),
        may,
      );
      return;
    }
    text.replaceChildren(
      "The page and the API server share this address, as behind ",
      el("code", {}, "kubectl proxy"),
      ". Everything you send from here is sent as ",
      name(found.user),
      found.groups.length ? ` (${found.groups.map(plainName).join(", ")})` : "",
      ". Your own name is inside the request.",
      READ_ONLY ? el("p", {}, "kubecred was started with ", el("code", {}, "--read-only"), ": this page can read, but not change anything.") : "",
      may,
    );
  } else if (found.state === "offline" && OFFLINE) {
    summary.replaceChildren("Offline: this file sends nothing");
    text.replaceChildren("This page was opened as a file and cannot connect to anything. Use copy and paste.");
  } else if (SERVER && found.state !== "broken") {
    summary.replaceChildren(`${HOST} cannot be reached`);
    if (found.state === "refused")
      refusedWith(summary, text, `Sign in to ${HOST}`, ["The cluster does not know you yet. ", el("a", { href: "#/access" }, "Sign in with a token"), "."]);
    else text.replaceChildren(sentence(explain(found.error)), ...(API ? corsAdvice() : []), again);
  } else if (BASE && found.state === "offline") {
    const waits = refusalOf(found.error) !== "offline";
    summary.replaceChildren(waits ? "Offline: the cluster is not ready yet" : "Offline: started without a cluster");
    text.replaceChildren(
      sentence(explain(found.error)),
      " You can do everything by copy and paste. ",
      ...(waits ? ["The page tries again every three seconds."] : []),
    );
  } else if (found.state === "offline") {
    summary.replaceChildren("Offline: no cluster here");
    text.replaceChildren(
      "No Kubernetes API answers at this address, so nothing can be sent. You can do everything by copy and paste. To connect, serve the page like this:",
      shellLines([{ step: { step: "proxy" } }]),
      again,
    );
  } else if (found.state === "refused") {
    const proxied = answeredByProxy(found.error);
    const says = [`${sentence(explain(found.error))} You can still create requests and send them by copy and paste. `, again];
    summary.replaceChildren(refusalOf(found.error) === "session" ? "This tab was not opened by its link" : "A proxy blocks this request");
    text.replaceChildren(...says);
    if (!proxied) refusedWith(summary, text, "The cluster rejected this connection", says);
  } else {
    summary.replaceChildren("This browser cannot run the page");
    text.replaceChildren(sentence(explain(found.error)), " Use a current browser, and make sure that no proxy or extension changes the page.");
  }
}

/** What a connection was refused with; where an invitation is open, which begins without a credential, nothing is wrong: the style sheet knows. */
function refusedWith(
  /** @type {HTMLElement} */ summary,
  /** @type {HTMLElement} */ text,
  /** @type {string} */ title,
  /** @type {import("../ui/dom.js").Child} */ words,
) {
  const both = (/** @type {import("../ui/dom.js").Child} */ usual, /** @type {string} */ invited) => [
    el("span", { class: "usual" }, usual),
    el("span", { class: "invited-here" }, invited),
  ];
  summary.replaceChildren(...both(title, "Not signed in"));
  text.replaceChildren(...both(words, "An invitation needs no credential: the request is sent with the token in its link."));
}

/** What comes first in each panel that needs the cluster; a refusal is said once there was a token to refuse. @param {any} error */
function signInCard(error) {
  const form = tokenForm();
  return [el("h2", { id: "sign-in-title" }, `Sign in to ${HOST}`), token ? el("p", { class: "refusal", role: "alert" }, sentence(explain(error))) : "", form];
}

function tokenForm() {
  const input = el("input", { type: "password", id: "connection-token", autocomplete: "off", spellcheck: "false" });
  return el(
    "form",
    {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        const { value } = input;
        input.value = "";
        // What cannot be a token is sent as it is, and refused with its sentence.
        token = await session()
          .then((kubecred) => tokenAlone(kubecred, value))
          .catch(() => value.trim());
        const { state } = await connection({ again: true });
        find(state === "refused" ? "#connection-token" : "#connection summary").focus();
      },
    },
    el(
      "p",
      {},
      "Every request to the API server needs your token, for example from ",
      el("code", {}, "kubectl create token"),
      ". It is sent to this address only, and kept in this tab.",
    ),
    el("label", { for: "connection-token" }, "Token"),
    input,
    el("div", { class: "row" }, el("button", { class: "primary" }, "Connect")),
  );
}

// What a browser keeps from a page when a request to another origin fails: nearly everything. So the three reasons there are.
function corsAdvice() {
  const origin = location.origin.replace(/[.]/g, "\\.");
  return [
    el(
      "ol",
      {},
      el("li", {}, "Is it running, and can this computer reach it?"),
      el(
        "li",
        {},
        "Does this browser trust its certificate? Open ",
        el("a", { href: `${SERVER}/version`, target: "_blank", rel: "noopener noreferrer" }, "its version"),
        " to see.",
      ),
      el("li", {}, "Does the API server allow this page’s origin? It needs ", el("code", {}, `--cors-allowed-origins='^${origin}$'`), "."),
    ),
  ];
}
