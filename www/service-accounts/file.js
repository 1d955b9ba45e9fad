// The last step of the flow: the token as a kubeconfig, saved, copied for a CI secret, or added to one that somebody has.
import { el } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { chooseFile } from "../ui/drop.js";
import { copyText } from "../ui/save.js";
import { holdUntil } from "../ui/hold.js";
import { inTerminal, redraw } from "../ui/shell.js";
import { saveKubeconfig } from "../ui/save-kubeconfig.js";
import { EXAMPLE_SERVER } from "../shared/place.js";
import { handOver } from "../shared/handover.js";
import { session } from "../shared/session.js";
import { clusterField } from "../cluster/places.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */
/** @import { ClusterPlaces } from "../cluster/places.js" */

/**
 * @param {ClusterPlaces} places
 * @param {{ token: () => string, user: string, authority?: string | undefined, namespace?: string | undefined, tested: Promise<unknown> }} about
 */
export function fileForm(places, { token, user, authority, namespace, tested }) {
  const lines = el("div", {});
  const after = el("div", {});
  const report = el("div", { class: "report", "data-report": "" });
  const hold = (/** @type {Promise<unknown>} */ answer) => holdUntil([actions, lines], answer);
  const cluster = places.fields("robot", { ...(authority === undefined ? {} : { authority }), report, changed: () => redraw(lines), hold });
  /** @type {HTMLButtonElement} */
  const copy = el("button", { type: "button", id: "robot-ci", onclick: () => unlessDoubtful(copied, "copy") }, "Copy for a CI secret");
  const actions = el(
    "div",
    { class: "row" },
    el("button", { class: "primary" }, "Save the kubeconfig"),
    copy,
    chooseFile({
      label: "Add to an existing kubeconfig …",
      take: (file) => made((fresh) => handOver(fresh, file), { keep: true }),
    }),
  );
  hold(Promise.allSettled([cluster.told, tested]));
  const form = el(
    "form",
    {
      id: "robot-file",
      novalidate: true,
      autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        unlessDoubtful(save);
      },
    },
    el("h3", {}, "Save as kubeconfig"),
    ...cluster.nodes,
    report,
    actions,
    after,
    lines,
  );
  /** @param {(file: Kubeconfig) => unknown} use @param {string} [verb] */
  function unlessDoubtful(use, verb) {
    const doubt = cluster.doubt(verb);
    if (doubt) showError(form, null, doubt);
    else void made(use);
  }
  const address = () => cluster.address() || EXAMPLE_SERVER;
  lines.append(
    inTerminal(() => [
      {
        says: "Test it, with the token in the file token and the CA in ca.crt:",
        step: { step: "curl", server: address(), credential: "token", whoAmI: true },
      },
      {
        says: "Or create the kubeconfig with kubectl:",
        step: {
          step: "assemble-kubeconfig",
          file: "robot.kubeconfig",
          server: address(),
          certificateAuthority: "ca.crt",
          user,
          tokenFile: "token",
          ...cluster.way(),
        },
      },
    ]),
  );

  const save = (/** @type {Kubeconfig} */ file) =>
    saveKubeconfig(file, user, after, "Anyone with this file can act as this account. Keep it where only its owner can read it.");

  async function copied(/** @type {Kubeconfig} */ file) {
    const bytes = await file.serialize();
    const text = new TextDecoder().decode(bytes);
    bytes.fill(0);
    await copyText(text, copy);
    after.replaceChildren(
      el(
        "p",
        { class: "hint" },
        "Paste it into a masked secret of your CI. In the job, write the secret to a file and set ",
        el("code", {}, "KUBECONFIG"),
        " to its path. Then copy something else: the clipboard still contains it.",
      ),
    );
  }

  /** Makes the file for `use`; with `keep` it belongs to the one who took it. */
  async function made(/** @type {(file: Kubeconfig) => unknown} */ use, { keep = false } = {}) {
    clearRemarks(form);
    let file;
    try {
      file = await (await session()).kubeconfig.create({ cluster: cluster.entry(), token: token(), ...(namespace ? { namespace } : {}) });
      await use(file);
    } catch (error) {
      showError(form, error, { field: clusterField(error) });
    } finally {
      if (!keep) file?.dispose();
    }
  }
  return form;
}
