// The way to a cluster that a kubeconfig describes besides its address: a proxy, and the name that the server's certificate has. Both decide who
// sees the credential, so they are fields with a warning, and they go when the address is changed by hand.
import { el, freshId, show, announce } from "../ui/dom.js";
import { plainName } from "../ui/names.js";

/** @import { ClusterEntry } from "../kubecred/index.js" */

const KINDS = {
  proxyUrl: {
    label: "Proxy",
    placeholder: "http://proxy.example:3128",
    hint: "Every request of kubectl, the credential included, goes through this proxy. Empty it unless you know the proxy.",
  },
  tlsServerName: {
    label: "TLS server name",
    placeholder: "kubernetes",
    hint: "kubectl expects this name in the server’s certificate instead of the name in the address. Empty it unless you know why it is needed.",
  },
};

/**
 * Fields for what a file says of the way: { node, use(entry), values(), doubt(verified) }. `server` is the field of the address, `changed` is told of every change.
 * @param {HTMLInputElement} server
 * @param {() => unknown} [changed]
 */
export function wayFields(server, changed = () => {}) {
  const inputs = Object.entries(KINDS).map(([key, { label, placeholder, hint }]) => {
    const input = el("input", { id: freshId("way"), autocomplete: "off", autocapitalize: "none", spellcheck: "false", placeholder });
    const about = el("p", { class: "hint warning", id: freshId("way-hint") }, el("b", {}, "Warning: "), hint);
    input.setAttribute("aria-describedby", about.id);
    input.addEventListener("change", changed);
    return { key, input, box: el("div", { class: "field", "data-field": key, hidden: true }, el("label", { for: input.id }, label), input, about) };
  });
  const node = el("div", {}, ...inputs.map(({ box }) => box));
  const given = () => inputs.filter(({ input }) => input.value.trim() !== "");

  /** Shows what there is, and nothing where there is nothing. */
  function use(/** @type {{ proxyUrl?: string, tlsServerName?: string }} */ entry = {}) {
    for (const { key, input, box } of inputs) {
      input.value = entry[/** @type {"proxyUrl" | "tlsServerName"} */ (key)] ?? "";
      show(box, input.value !== "");
    }
  }
  // Another address is another server: a proxy or name that was meant for the one before must not go along.
  server.addEventListener("input", () => {
    if (given().length === 0) return;
    use();
    changed();
    announce("The address was changed, so the proxy and the TLS server name of the file were removed.", { seen: true });
  });
  let said = "";
  /** What to ask about an address without a CA (`verified` is false) before a file with it leaves the page: once for each address. */
  function doubt(/** @type {boolean} */ verified, verb = "save") {
    const value = server.value.trim();
    if (!value || verified || said === value) return;
    said = value;
    holdRepeats(); // the same button answers
    return {
      field: "ca",
      says: `The certificate authority is missing. Without it, kubectl accepts only publicly trusted servers. Add it, or ${verb} again.`,
    };
  }
  return { node, use, doubt, values: () => Object.fromEntries(given().map(({ key, input }) => [key, input.value.trim()])) };
}

/**
 * The button that was just pressed answers a question now: the second click of a double click was not meant for it. Clicks that repeat one do nothing
 * until the next one that is a click of its own, or a key.
 */
function holdRepeats() {
  const over = new AbortController();
  addEventListener(
    "click",
    (event) => {
      if (event.detail < 2) return over.abort();
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true, signal: over.signal },
  );
}

/**
 * What was taken out of a file, in a sentence.
 * @param {ClusterEntry & { findings?: import("../kubecred/index.js").Finding[] }} entry
 * @param {number} of
 */
export function takenSentence({ name: label, certificateAuthority, tlsServerName, proxyUrl, findings = [] }, of) {
  const parts = ["address", certificateAuthority && "certificate authority", proxyUrl && "proxy", tlsServerName && "TLS server name"].filter(Boolean);
  const list = parts.length === 1 ? "The address" : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  const which = `${plainName(label)}${of > 1 ? ", the file’s current cluster," : ""}`;
  const verb = parts.length === 1 ? "was" : "were";
  const check = proxyUrl || tlsServerName ? " Check the fields that have a warning." : "";
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} of ${which} ${verb} taken from the file, and nothing else of it.${check}${findings.map(({ message }) => ` ${message}`).join("")}`;
}
