// A request (CSR) that was made elsewhere, with openssl or by a device: it is submitted as it is, and the key never comes here. In step 2 it
// takes the place of a key; in step 5 the kubeconfig names the file where the key is.
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { fileName } from "../ui/names.js";
import { held } from "../ui/held.js";
import { saveText } from "../ui/save.js";
import { session } from "../shared/session.js";
import { shownFingerprint } from "../ui/fingerprint.js";

import { showPlace } from "./flow.js";

/** @import { Flow } from "./flow.js" */

const PATH = "client.key";

export function startOwn(/** @type {Flow} */ flow) {
  const text = el("textarea", {
    id: "own-request",
    rows: "5",
    wrap: "off",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "-----BEGIN CERTIFICATE REQUEST-----",
  });
  const source = held(text);
  find("#key-import").after(
    el(
      "details",
      { id: "key-own" },
      el("summary", {}, "Use a request (CSR) created elsewhere"),
      el(
        "div",
        { class: "field", "data-field": "own" },
        el("label", { for: text.id }, "Certificate request (PEM)"),
        text,
        source.node,
        el("p", { class: "hint" }, "It is sent unchanged. Keep its private key where it is; never paste it here."),
      ),
      el("button", { type: "button", onclick: use }, "Use this request"),
    ),
  );

  /** A request that was dropped on the page. */
  flow.useRequest = ({ name, bytes }) => {
    flow.open("key", { focus: false });
    find("#key-own").open = true;
    source.put(bytes, name);
    return use();
  };

  /** What is in the field: its report, and notices about the form where it was not PEM alone. */
  async function read() {
    const kubecred = await session();
    const given = await kubecred.csr.inspect(source.content());
    const isSecret = given.findings.some(({ code }) => code === "private-key-in-paste");
    if (isSecret) source.clear();
    // The text as given is refused, the request in it may not be: that one is submitted.
    const inside = given.accepted || !given.pem || isSecret ? given : await kubecred.csr.inspect(given.pem);
    if (!inside.accepted || inside === given) return { report: given, notices: [] };
    return { report: inside, notices: (await kubecred.classify(source.content())).findings };
  }

  async function use() {
    const form = find("#key");
    clearRemarks(form);
    let report, notices;
    try {
      ({ report, notices } = await read());
    } catch (error) {
      return void showError(form, error, { field: "own" });
    }
    if (!report.accepted)
      return void showError(form, null, {
        field: "own",
        says: report.findings.find(({ level }) => level === "error")?.message ?? report.refusal ?? "This is not a certificate signing request.",
      });
    if (!flow.mayLose("Use this request?")) return;
    source.clear();
    flow.drop("request");
    flow.key?.dispose();
    Object.assign(flow, { key: null, own: null, saved: false, kept: false });
    flow.useWho(report);
    flow.own = report;
    showPlace(flow);
    flow.finish("key", [`Not in this tab: ${report.keyAlgorithm}, fingerprint ${shownFingerprint(report.fingerprint)}`]);
    flow.next();
    // After the step has been announced, which would take its place.
    announce(["The request was read. User and groups are those in it.", ...notices.map(({ message }) => message)].join(" "), { seen: notices.length > 0 });
  }

  const path = el("input", { id: "own-key-file", autocomplete: "off", spellcheck: "false", placeholder: PATH });
  const part = el(
    "div",
    { hidden: true },
    el("p", {}, "The private key is where you created the request. The kubeconfig refers to its file and does not contain it."),
    el(
      "div",
      { class: "field", "data-field": "key-path" },
      el("label", { for: path.id }, "File with the key"),
      path,
      el("p", { class: "hint" }, "A path on the computer where kubectl runs. A relative path starts at the folder of the kubeconfig."),
    ),
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", onclick: () => saveText(flow.certificate ?? "", fileName("client", flow.user, "crt")) }, "Save the certificate"),
    ),
  );
  find("#file-life").after(part);
  flow.showOwn = () => show(part, Boolean(flow.own));

  /** A kubeconfig of the certificate, with the key or with its place. */
  flow.assemble = async (parts) => {
    const all = { ...parts, ...(flow.request === null ? {} : { csr: flow.request }), ...(flow.requested ? { requested: flow.requested } : {}) };
    return flow.key ? flow.key.kubeconfig(all) : (await session()).kubeconfig.create({ ...all, keyFile: path.value.trim() || PATH });
  };
}
