// The whole flow as kubectl commands: objects, token, kubeconfig, test. The address in the lines is an example until somebody enters theirs.
import { el, find, announce } from "../ui/dom.js";
import { inTerminal, redraw } from "../ui/shell.js";
import { saveText } from "../ui/save.js";
import { EXAMPLE_SERVER } from "../shared/place.js";
import { session } from "../shared/session.js";
import { cluster, connection } from "../cluster/connection.js";
import { endLines } from "./ends.js";

/** @import { CommandStep, KubernetesObject } from "../kubecred/index.js" */
/** @import { Wanted } from "./account.js" */

/** A card with all lines. @param {Wanted} wanted @param {readonly KubernetesObject[]} objects */
export async function handCard(wanted, objects) {
  const { serviceAccount, namespace, secret, expirationSeconds, audiences } = wanted;
  const yaml = await (await session()).toYaml(objects);
  const file = `${serviceAccount}.kubeconfig`;
  /** @type {CommandStep} */
  const fetchToken = secret
    ? { step: "read-secret-token", secret, namespace, file: "token" }
    : { step: "create-token", serviceAccount, namespace, expirationSeconds, ...(audiences ? { audiences } : {}), file: "token" };
  const address = el("input", { id: "robot-hand-server", type: "url", autocomplete: "off", spellcheck: "false", placeholder: EXAMPLE_SERVER });
  const card = el(
    "div",
    { class: "card" },
    el("h2", { tabindex: "-1" }, "kubectl commands"),
    el("p", {}, "Someone who manages the cluster runs them from top to bottom, in one terminal. The file contains no secret."),
    el(
      "div",
      { class: "field" },
      el("label", { for: address.id }, "API server address in the lines below"),
      address,
      el("p", { class: "hint" }, "An example, unless you enter yours. The first line prints it."),
    ),
    inTerminal(
      () => [
        {
          says: "The address of the API server, and its CA in a file:",
          step: [{ step: "find-server" }, { step: "find-certificate-authority", file: "ca.crt" }],
        },
        { says: "Create the account and what belongs to it:", step: { step: "apply", manifests: objects, file: "service-account.yaml" } },
        { says: "Write the token to a file that only you can read:", step: fetchToken },
        {
          says: "Put it into a kubeconfig:",
          step: {
            step: "assemble-kubeconfig",
            file,
            server: address.value.trim() || EXAMPLE_SERVER,
            certificateAuthority: "ca.crt",
            user: serviceAccount,
            tokenFile: "token",
            namespace,
          },
        },
        { says: "Use it in this terminal:", step: { step: "use-kubeconfig", file } },
        { says: "Test it. The answer is yes or no:", text: "kubectl auth can-i create deployments.apps\nkubectl auth can-i get secrets" },
      ],
      { open: true },
    ),
    endLines({ serviceAccount, namespace, secret, objects }),
    el(
      "details",
      {},
      el("summary", {}, "Show the objects"),
      el("pre", { tabindex: "0", "aria-label": "The objects to create" }, yaml),
      el("div", { class: "row" }, el("button", { type: "button", onclick: () => saveText(yaml, "service-account.yaml") }, "Save service-account.yaml")),
    ),
  );
  address.addEventListener("change", () => redraw(card));
  void discover(address).then(() => redraw(card));
  return card;
}

/** The address that the cluster tells, where there is one behind the page. @param {HTMLInputElement} address */
async function discover(address) {
  if ((await connection()).state !== "connected") return;
  const { entry } = await (await cluster()).discover().catch(() => ({ entry: /** @type {{ server?: string }} */ ({}) }));
  address.value ||= entry.server ?? "";
}

/** Shows the card and moves the focus to it. @param {Element} place @param {HTMLElement} card */
export function showHand(place, card) {
  place.replaceChildren(card);
  find("h2", card).focus();
  announce("The commands are below.");
}
