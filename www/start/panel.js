// #/: what this page is, where to go, what leaves the browser, and what can be checked. Its text is in index.html; this fills in what only the
// running page knows, and opens samples.
import { el, find, announce } from "../ui/dom.js";
import { explain, sentence } from "../ui/findings.js";
import { copyText } from "../ui/save.js";
import { openIn } from "../shared/handover.js";
import { OFFLINE } from "../shared/place.js";
import { session } from "../shared/session.js";
import { SAMPLE_KUBECONFIG, sampleRequest } from "./samples.js";

/** Where the bytes of the running module are, for those who compare them; offline.html contains them. */
const COMPARE = OFFLINE
  ? "Compare the SHA-256 of this file (sha256sum offline.html) with the one in the release."
  : "Compare it with the release, or with sha256sum of kubecred/wasm/core_bg.wasm from this address.";

export function start(/** @type {HTMLElement} */ section) {
  const build = find("#start-build");
  find("#start-sample-request").addEventListener("click", async () => {
    try {
      location.hash = `#/review/${await sampleRequest()}`;
    } catch (error) {
      announce(sentence(explain(error)), { seen: true });
    }
  });
  find("#start-sample-kubeconfig").addEventListener("click", () =>
    openIn("kubeconfig", { name: "sample.yaml", bytes: new TextEncoder().encode(SAMPLE_KUBECONFIG) }),
  );

  async function fill() {
    const { version } = await session();
    const sum = version.wasmSha256;
    build.replaceChildren(
      `kubecred ${version.kubecred}, commit ${version.commit.slice(0, 12)}. `,
      ...(sum
        ? [
            "The SHA-256 of the running WebAssembly module is ",
            el("code", {}, sum),
            " ",
            el("button", { type: "button", class: "small", "aria-label": "Copy the SHA-256", onclick: (event) => copyText(sum, event.currentTarget) }, "Copy"),
            ` ${COMPARE}`,
          ]
        : [COMPARE]),
    );
  }

  return {
    /** A kubeconfig goes where kubeconfigs are checked; a key, request or certificate to the steps that use one. */
    async drop(/** @type {{ name: string, bytes: Uint8Array }} */ file) {
      const { kind } = await (await session()).classify(file.bytes);
      openIn(["private-key", "certificate-request", "certificate"].includes(kind) ? "access" : "kubeconfig", file);
    },
    open() {
      if (section.dataset.filled) return;
      section.dataset.filled = "";
      // After the first paint: the module is larger than the page.
      requestAnimationFrame(() =>
        setTimeout(() => void fill().catch(() => build.replaceChildren("The version is not known: the page could not start its WebAssembly module.")), 0),
      );
    },
  };
}
