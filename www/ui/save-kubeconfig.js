// Saving a kubeconfig that a panel made: the file's name, the remarks about it, and the lines that make it readable for its owner alone.
import { el, announce } from "./dom.js";
import { findingList, findingsOnMade } from "./findings.js";
import { fileName } from "./names.js";
import { saveFile } from "./save.js";
import { inTerminal } from "./shell.js";

/**
 * Serialises and saves `file`; puts what comes next into `place`.
 * @param {import("../kubecred/index.js").Kubeconfig} file
 * @param {string} user
 * @param {Element} place
 * @param {string} says
 */
export async function saveKubeconfig(file, user, place, says) {
  const saved = fileName("kubeconfig", `${user}-${file.clusters[0]?.name ?? "cluster"}`, "yaml");
  saveFile(await file.serialize(), saved);
  place.replaceChildren(
    el("p", {}, el("b", {}, `Download started: ${saved}.`), ` ${says} If it is not in your downloads, save it again.`),
    findingList(findingsOnMade(file)) ?? "",
    inTerminal([{ says: "Make it readable only by you, and use it in this window:", step: { step: "use-kubeconfig", file: saved, folder: "downloads" } }], {
      open: true,
      label: "Use it in a terminal",
    }),
    el(
      "p",
      { class: "hint" },
      "Do not overwrite ",
      el("code", {}, "~/.kube/config"),
      ". To combine it with other files, drop them on ",
      el("a", { href: "#/kubeconfig" }, "Kubeconfigs"),
      ".",
    ),
  );
  announce(`Download started: ${saved}.`, { seen: true });
}
