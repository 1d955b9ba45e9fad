// Step 5: the kubeconfig. Address and CA are filled in from the cluster where it tells them; the file is made in the worker and saved once, from bytes.
import { el, find, show, announce } from "./dom.js";
import { clearRemarks, showError, showFindings, findingList } from "./findings.js";
import { fileName } from "./names.js";
import { lifeBar } from "./dates.js";
import { lines, saveFile } from "./save.js";
import { cluster, connection } from "./connection.js";
import * as terminal from "./terminal.js";

const FIELDS = { "invalid-server": "server", "invalid-certificate-authority": "ca", "invalid-name": "cluster-name" };
const HINT = "Where kubectl finds the API server.";

export function startFile(flow) {
  const form = find("#file");
  const server = find("#server");
  const authority = find("#ca");
  const redacted = find("#file-redacted");
  const optional = (id) => { const { value } = find(id); return value === "" ? undefined : value; };
  const given = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
  let filling = null;

  function assemble() {
    return flow.key.kubeconfig(given({
      certificate: flow.certificate,
      request: flow.request,
      cluster: given({ server: server.value.trim(), certificateAuthority: authority.value.trim() === "" ? undefined : authority.value, name: optional("#cluster-name") }),
      contextName: optional("#context-name"),
      namespace: optional("#namespace"),
    }));
  }

  async function fill() {
    if ((await connection()).state !== "connected") return;
    try {
      const { entry, findings } = await (await cluster()).discover();
      if (server.value === "" && entry.server) server.value = entry.server;
      if (authority.value === "" && entry.certificateAuthority) authority.value = typeof entry.certificateAuthority === "string" ? entry.certificateAuthority : new TextDecoder().decode(entry.certificateAuthority);
      if (entry.server) find("#server-hint").textContent = `${HINT} Told by the cluster; change it if you reach it another way.`;
      const list = findingList(findings);
      if (list) find("[data-report]", form).replaceChildren(list);
    } catch {
      // The cluster does not tell: both fields are asked for, as they are without a cluster.
      find("#server-hint").textContent = `${HINT} The cluster did not tell its own address, so it is asked for here.`;
    }
  }

  /** Assembles the file and hands its bytes on; failures stand at the field they are about, and the key is kept. */
  async function withFile(use) {
    clearRemarks(form);
    await filling;
    if (server.value.trim() === "") return void showError(form, null, { field: "server", says: "the address of the cluster is needed; it begins with https://" });
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

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    withFile(async (file) => {
      const label = `${flow.user}-${file.clusters[0].name}`;
      const saved = fileName("kubeconfig", label, "yaml");
      showFindings(form, file.findings);
      saveFile(await file.serialize(), saved);
      after(saved, file.contexts[0].namespace);
    });
  });

  find("#file-look").addEventListener("click", () => withFile(async (file) => {
    redacted.textContent = new TextDecoder().decode(await file.serialize({ redact: true }));
    show(redacted);
    redacted.focus();
  }));

  function after(saved, namespace = "default") {
    flow.saved = true;
    find("#key-place").replaceChildren(el("b", {}, "Private key: in this tab and in the file you saved."));
    find("#file-saved").textContent = `Saved as ${saved}`;
    const use = terminal.useFile(saved);
    find("#file-lines").replaceChildren(lines(use.text, `Lines for ${use.system}`));
    const role = terminal.giveRole(flow.user, flow.groups, namespace || "default");
    find("#file-role").replaceChildren(role ? lines(role) : "");
    show(find("#file-after"));
    find("#file-saved").focus();
    announce(`Saved as ${saved}, in your downloads.`);
  }

  /** A dropped file, where it is the CA's certificate. */
  flow.takeAuthority = (dropped) => {
    if (!/^\s*-----BEGIN CERTIFICATE-----/.test(dropped)) return false;
    authority.value = dropped.trim();
    announce("The certificate authority was taken from the file.", { seen: true });
    return true;
  };

  // A fresh document is the surest way to forget: key, fields and what the browser would restore of them.
  find("#file-done").addEventListener("click", () => {
    flow.key?.dispose();
    flow.key = null;
    location.reload();
  });

  find("#file-find .lines").append(lines(terminal.findServer(), "Prints the address"), lines(terminal.findAuthority(), "Prints the certificate authority"));

  flow.on("file", {
    enter() {
      clearRemarks(form);
      find("#file-life").replaceChildren(lifeBar(flow.report.notBefore, flow.report.notAfter), findingList(flow.report.findings) ?? "");
      filling ??= fill();
    },
    drop() {
      show(find("#file-after"), false);
      show(redacted, false);
      redacted.textContent = "";
    },
  });
}

function fieldOf(error) {
  if (error.code === "invalid-name" && /namespace/.test(error.message)) return "namespace";
  if (error.code === "invalid-name" && /context/.test(error.message)) return "context-name";
  return FIELDS[error.code];
}
