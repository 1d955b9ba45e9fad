// Step 5: the kubeconfig. Address and CA are filled in from the cluster where it tells them; the file is made in the worker and saved once, from bytes.
import { held } from "../ui/held.js";
import { el, find, show, announce } from "../ui/dom.js";
import { clearRemarks, showError, showFindings, findingList, findingsOnMade } from "../ui/findings.js";
import { fileName, name, plainName } from "../ui/names.js";
import { EXAMPLE_SERVER, NAME } from "../shared/place.js";
import { chooseFile } from "../ui/drop.js";
import { lifeBar, when } from "../ui/dates.js";
import { saveFile } from "../ui/save.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal, redraw, shellLines } from "../ui/shell.js";
import { cluster, connection } from "../cluster/connection.js";
import { hand, handOver } from "../shared/handover.js";
import { readable } from "../ui/readable.js";
import { renewalLine } from "../ui/renewal.js";
import { openPkcs12 } from "../ui/keep.js";
import { takenSentence, wayFields } from "../cluster/cluster-way.js";

import { showPlace } from "./flow.js";

/** @import { Flow } from "./flow.js" */

/** @import { RbacSubject, Kubeconfig } from "../kubecred/index.js" */

/** @type {Record<string, string>} */
const FIELDS = { "invalid-server": "server", "invalid-certificate-authority": "ca", "invalid-name": "cluster-name" };
// The core's fields that have a field of this form.
/** @type {Record<string, string>} */
const NAMES = {
  namespace: "namespace",
  contextName: "context-name",
  "cluster.name": "cluster-name",
  "cluster.proxyUrl": "proxyUrl",
  "cluster.tlsServerName": "tlsServerName",
};
const HINT = "Where kubectl finds the API server.";

export function startFile(/** @type {Flow} */ flow) {
  const form = find("#file");
  const server = find("#server");
  server.placeholder = EXAMPLE_SERVER;
  const authority = find("#ca");
  const source = held(authority);
  authority.after(source.node);
  const redacted = find("#file-redacted");
  /** `{ [name]: value }` of a field that something was typed into. */
  const optional = (/** @type {"name" | "clusterName" | "contextName" | "namespace"} */ field, /** @type {string} */ id) => {
    const { value } = find(id);
    return value === "" ? {} : { [field]: /** @type {string} */ (value) };
  };
  /** @type {Promise<void> | null} */
  let filling = null;
  const way = wayFields(server, () => redraw(find("#file-terminal")));
  find("#file-take").before(way.node);

  // Whether a download was refused, or the disk was full, no browser tells a page.
  find("#file-saved").after(el("p", { class: "hint" }, "If it is not in your downloads, save it again."));
  const pkcs12 = el("button", { type: "button", onclick: () => openPkcs12(flow) }, "Save as PKCS#12 (.p12), for browsers and Java …");
  const renewal = el("div", { class: "notice-box", hidden: true });
  find("#file-life").before(renewal);

  // A renewed certificate goes back to the file that it was asked from, which is still open under #/kubeconfig.
  function offerRenewal() {
    const { entry, user } = flow.renewal ?? {};
    const offered = user !== undefined && user === flow.user && flow.key !== null;
    show(renewal, offered);
    find("#file-save").classList.toggle("primary", !offered);
    renewal.replaceChildren(
      el("p", {}, "This renews ", name(entry), " in the file that you opened under “Kubeconfigs”."),
      el(
        "div",
        { class: "row" },
        el(
          "button",
          {
            type: "button",
            class: "primary",
            onclick: () =>
              hand("kubeconfig", {
                renewed: {
                  user: entry,
                  key: flow.key,
                  certificate: flow.certificate,
                  saved: () => {
                    flow.saved = true;
                  },
                },
              }),
          },
          "Update that file",
        ),
      ),
    );
  }

  // The new access goes into a file that the person has, by way of #/kubeconfig, which shows what would change first.
  form.append(
    el(
      "div",
      { class: "row" },
      chooseFile({
        label: "Add to an existing kubeconfig …",
        take: async (file) => {
          clearRemarks(form);
          try {
            handOver(await assemble(), file);
          } catch (error) {
            showError(form, error, { field: fieldOf(error) });
          }
        },
      }),
      pkcs12,
    ),
  );
  find("#file-take").append(chooseFile({ label: "Read from a kubeconfig …", take: (file) => flow.takeKubeconfig(file) }));

  /** The cluster as a dropped kubeconfig describes it; proxy and TLS server name become fields. */
  flow.useCluster = (entry, of) => {
    server.value = entry.server;
    source.put(textOf(entry.certificateAuthority));
    way.use(entry);
    announce(takenSentence(entry, of), { seen: true });
    redraw(find("#file-terminal"));
  };

  function assemble() {
    return flow.assemble({
      certificate: flow.certificate ?? "",
      cluster: {
        ...way.values(),
        server: server.value.trim(),
        ...(source.isEmpty() ? {} : { certificateAuthority: source.content() }),
        ...optional("name", "#cluster-name"),
      },
      ...optional("contextName", "#context-name"),
      ...optional("namespace", "#namespace"),
    });
  }

  async function fill() {
    if ((await connection()).state !== "connected") return;
    try {
      const { entry, findings } = await (await cluster()).discover();
      if (server.value === "" && entry.server) server.value = entry.server;
      if (source.isEmpty() && entry.certificateAuthority) source.put(textOf(entry.certificateAuthority));
      if (entry.server) find("#server-hint").textContent = `${HINT} Reported by the cluster. Change it if you reach the cluster at another address.`;
      const list = findingList(findings);
      if (list) find("[data-report]", form).replaceChildren(list);
    } catch {
      // The cluster does not tell: both fields are shown, as they are without a cluster.
      find("#server-hint").textContent = `${HINT} The cluster did not report its address: enter it here.`;
    }
  }

  /** Assembles the file and hands its bytes on; failures stand at the field they are about, and the key is kept. */
  async function withFile(/** @type {(file: Kubeconfig) => unknown} */ use) {
    clearRemarks(form);
    await filling;
    if (server.value.trim() === "") return void showError(form, null, { field: "server", says: "Enter the API server address. It starts with https://." });
    let file;
    try {
      file = await assemble();
      await use(file);
    } catch (error) {
      showError(form, error, { field: fieldOf(error) });
    } finally {
      file?.dispose();
    }
  }

  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void saveIt();
  });

  async function saveIt() {
    await filling;
    const doubt = way.doubt(!source.isEmpty());
    if (doubt) return void showError(form, null, doubt);
    await withFile(async (file) => {
      const label = `${flow.user}-${file.clusters[0]?.name ?? ""}`;
      const saved = fileName("kubeconfig", label, "yaml");
      showFindings(form, findingsOnMade(file));
      saveFile(await file.serialize(), saved);
      after(saved, file.contexts[0]?.namespace);
    });
  }

  find("#file-look").addEventListener("click", () =>
    withFile(async (file) => {
      redacted.textContent = await readable(file);
      show(redacted);
      redacted.focus();
    }),
  );

  function after(/** @type {string} */ saved, namespace = "default") {
    flow.saved = true;
    showPlace(flow);
    flow.finish("file", [name(saved)]);
    find("#file-access").replaceChildren(
      "You have access to ",
      el("b", {}, plainName(NAME || (URL.canParse(server.value) ? new URL(server.value).host : server.value))),
      " as ",
      name(flow.user),
      ". ",
      ...(flow.report ? ["The certificate expires ", when(flow.report.notAfter), "."] : []),
    );
    find("#file-saved").textContent = `Download started: ${saved}`;
    find("#file-lines").replaceChildren(shellLines([{ step: { step: "use-kubeconfig", file: saved, folder: "downloads" } }]));
    const [group] = flow.groups;
    /** @type {RbacSubject} */
    const subject = group === undefined ? { kind: "User", name: flow.user } : { kind: "Group", name: group };
    find("#file-role").replaceChildren(
      inTerminal(
        [
          {
            says: "You are signed in, but have no permissions yet. An administrator can give them, for example to view everything in one namespace:",
            step: { step: "bind-role", role: "view", namespace: namespace || "default", subjects: [subject] },
          },
        ],
        { label: "Forbidden?" },
      ),
    );
    form.prepend(find("#file-after")); // what comes next first, and the form below for another try
    show(find("#file-after"));
    find("#file-saved").focus();
    announce(`Download started: ${saved}.`);
  }

  /** A dropped certificate is the CA's. */
  flow.takeAuthority = (/** @type {string} */ dropped) => {
    source.put(dropped.trim());
    announce("The certificate authority was taken from the file.", { seen: true });
  };

  // A fresh document is the surest way to forget: key, fields and what the browser would restore of them.
  find("#file-done").addEventListener("click", () => {
    flow.key?.dispose();
    flow.key = null;
    history.replaceState(null, "", "#/access/erased");
    location.reload();
  });

  find("#file-find").append(
    inTerminal(
      [
        { says: "Anyone who already uses the cluster can print both. The address:", step: { step: "find-server" } },
        { says: "The certificate authority:", step: { step: "find-certificate-authority" } },
      ],
      { label: "Where do I find these?" },
    ),
  );
  // The names of files are those that the openssl lines of the key's step wrote, and that the answer's step printed.
  find("#file-terminal").append(
    inTerminal(() => [
      {
        says: "The same with kubectl, from files with certificate, key and CA:",
        step: {
          step: "assemble-kubeconfig",
          file: "kubeconfig.yaml",
          server: server.value.trim() || EXAMPLE_SERVER,
          certificateAuthority: "ca.crt",
          user: flow.user,
          certificate: "client.crt",
          key: "client.key",
          ...way.values(),
          ...optional("clusterName", "#cluster-name"),
          ...optional("contextName", "#context-name"),
          ...optional("namespace", "#namespace"),
        },
      },
    ]),
  );
  form.addEventListener("change", () => redraw(find("#file-terminal")));

  flow.on("file", {
    enter() {
      clearRemarks(form);
      const { report } = flow;
      if (!report) throw new Error("the step of the file was opened without a certificate");
      find("#file-life").replaceChildren(
        lifeBar(report.notBefore, report.notAfter),
        renewalLine(report, () => flow.certificate ?? ""),
        findingList([...flow.differs, ...report.findings]) ?? "",
      );
      offerRenewal();
      flow.showOwn();
      show(pkcs12, flow.key !== null);
      redraw(find("#file-terminal"));
      if (filling !== null) return;
      filling = fill();
      // What the cluster tells changes the hint of the address, and its findings are shown above the buttons.
      holdUntil(form.querySelectorAll("#file-take, details, .row"), filling);
    },
    drop() {
      show(find("#file-after"), false);
      show(redacted, false);
      redacted.textContent = "";
    },
  });
}

const textOf = (/** @type {string | Uint8Array | undefined} */ pem = "") => (typeof pem === "string" ? pem : new TextDecoder().decode(pem));

const fieldOf = (/** @type {any} */ error) => NAMES[error.details?.[0]?.field] ?? FIELDS[error.code];
