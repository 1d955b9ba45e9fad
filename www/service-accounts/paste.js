// "Use a token": one that a person has, pasted or dropped, or a Secret with one in it. Anything else is recognised, and not kept.
import { el } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { KINDS } from "../ui/kinds.js";
import { tokenIn } from "../ui/token-text.js";
import { refusal } from "../shared/refusal.js";
import { session } from "../shared/session.js";

/** @import { ClusterPlaces } from "../cluster/places.js" */
/** @import { About } from "./token.js" */

/** Fewer characters are a word and no token: it could be guessed. */
const SHORTEST = 8;

const wrong = (/** @type {string} */ message) => refusal("invalid-token", message);

/** @param {ClusterPlaces} places @param {{ take: (text: string | Uint8Array, about?: About) => Promise<void>, forget: () => void }} card */
export function pasteCard(places, card) {
  const pasted = el("input", { type: "password", id: "robot-token", autocomplete: "off", spellcheck: "false" });
  const form = el(
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
    el("h2", {}, "Use a token that you have"),
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
  pasted.addEventListener("input", () => clearRemarks(form));
  // A field of one line would lose the line ends of an object, and a secret of several lines need not stand in the page at all.
  pasted.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!text.trim().includes("\n")) return;
    event.preventDefault();
    void use(text);
  });
  addEventListener("pagehide", () => {
    pasted.value = "";
  });

  /** A token, or a Secret with one in it. */
  async function use(/** @type {string | Uint8Array} */ text) {
    pasted.value = "";
    clearRemarks(form);
    card.forget(); // what was read before is not what was pasted now
    try {
      const kubecred = await session();
      const { kind, findings: about } = await kubecred.classify(text);
      if (kind === "secret-object" || about.some(({ code }) => code === "kubectl-describe")) {
        const found = await kubecred.tokens.fromSecret(text);
        if (!found) throw wrong("This Secret contains no token yet. The cluster adds it shortly after the Secret is created: print it again.");
        return await card.take(found.token, { authority: found.certificateAuthority, namespace: found.namespace });
      }
      if (kind === "empty") throw wrong("Paste a token.");
      if (!["token", "bootstrap-token", "other"].includes(kind)) throw wrong(`This is not a token but ${KINDS[kind]}. It was not kept.`);
      const wanted = await kubecred.tokens.parse(text).then(
        () => text,
        () => tokenIn(text),
      );
      if (kind === "other" && wanted.length < SHORTEST) throw wrong("This is too short for a token. Copy the token again, all of it.");
      await card.take(wanted);
    } catch (error) {
      showError(form, error, { field: "token" });
    }
  }

  /** What a dropped file is for follows from what it contains: a kubeconfig or a certificate tells about the cluster. */
  async function drop(/** @type {{ bytes: Uint8Array }} */ { bytes }) {
    clearRemarks(form);
    try {
      const kubecred = await session();
      const { kind } = await kubecred.classify(bytes);
      if (kind === "kubeconfig") await places.takeKubeconfig(kubecred, bytes);
      else if (kind === "certificate") places.takeAuthority((await kubecred.certificates.parse(bytes)).pem ?? "");
      else await use(bytes);
    } catch (error) {
      showError(form, error, { field: "token" });
    } finally {
      bytes.fill(0);
    }
  }

  return { node: form, drop };
}
